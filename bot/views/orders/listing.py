"""Lists of orders, the board of this week's cut-offs, and what `/order` can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.views import blockkit as kit
from bot.views.blockkit import Block, Payload
from bot.views.orders.card import DATES, code_of, state, summary, titled
from bot.views.refusals import name
from bot.views.wording import Phrase, Words, phrase
from department import orders as rules
from department.orders import Order
from department.people import Office

PAGE: Final = 25
"""Rows on one page: a table holds 100, and 10,000 characters."""

CELL: Final = 60
"""Characters of a cell."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a list shows: open orders, or only those that are "late" or at "risk", or the "cutoffs" to come; of one stage
    and of one owner where these are given."""

    state: str = ""
    stage: str = ""
    owner: str = ""

    @property
    def code(self) -> str:
        """How it goes to Slack and back."""
        return f"{self.state}/{self.stage}/{self.owner}"


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of what is shown, and whether there is another one after it. While a changed agreement is being applied
    to the records, `reviewed` is to how many of how many it was."""

    chosen: Chosen
    number: int
    more: bool
    reviewed: tuple[int, int] | None = None


def chosen_of(code: str) -> Chosen:
    """What a button or a menu of a list stands for."""
    return Chosen(*(code.split("/", 2) if code.count("/") >= 2 else ()))


def page_of(orders: Sequence[Order], office: Office, words: Words, page: Page) -> Payload:
    """A page of orders as a table, with a menu that shows one of them."""
    head = [words("Order"), words("Customer"), words("Stage"), words("With"), words("State"), words("Next limit")]
    rows = []
    for order in orders:
        limit = rules.next_limit(order, office)
        rows.append(
            [
                code_of(order),
                order.customer,
                words.say(office.agreement.stage(order.stage).label),
                words("{name}", name=name(order.owner, office)),
                words.say(state(order, office)),
                words.near_moment(limit[0]) if limit else "–",
            ]
        )
    nothing = words("There is nothing here. `/order new` starts an inquiry.")
    return _page([head, *rows], orders, nothing, office, words, page)


def cut_offs(found: Sequence[tuple[datetime, str, Order]], office: Office, words: Words, page: Page) -> Payload:
    """What the carriers close in the next days, the soonest first."""
    head = [words("When"), words("Cut-off"), words("Order"), words("Customer"), words("With")]
    rows = [
        [
            words.near_moment(moment),
            words.say(DATES[code]),
            code_of(order),
            order.customer,
            words("{name}", name=name(order.owner, office)),
        ]
        for moment, code, order in found
    ]
    nothing = words("No cut-off in the next seven days.")
    shown = list({order.number: order for _, _, order in found}.values())
    return _page([head, *rows], shown, nothing, office, words, page)


def _page(
    rows: Sequence[Sequence[str]],
    orders: Sequence[Order],
    nothing: str,
    office: Office,
    words: Words,
    page: Page,
) -> Payload:
    chosen, number = page.chosen, page.number
    title = _title(chosen, office, words)
    others = kit.actions("order:filter", *_menus(chosen, office, words))
    if not orders:
        said = nothing if number == 0 else words("There is nothing more.")
        return kit.message(kit.header(title), kit.section(said), others)
    options = [kit.option(titled(order, words), f"history:{order.number}") for order in orders]
    return kit.message(
        kit.header(title),
        kit.context(_reviewed(page.reviewed, words)) if page.reviewed else None,
        kit.table(title, rows, CELL),
        kit.actions("order:show", kit.menu("order.more", words("Show one"), options)),
        kit.actions(
            "order:list",
            kit.button("order.list.back", words("Newer"), f"{chosen.code}:{number - 1}") if number else None,
            kit.button("order.list.on", words("Older"), f"{chosen.code}:{number + 1}") if page.more else None,
            kit.button("order.list.export", words("Export"), chosen.code),
        ),
        others,
    )


def _reviewed(reviewed: tuple[int, int], words: Words) -> str:
    done, all_ = (str(count) for count in reviewed)
    return words(
        "A changed agreement is being applied: {done} of {all} records so far. Limits here may still be the old ones.",
        done=done,
        all=all_,
    )


def _title(chosen: Chosen, office: Office, words: Words) -> str:
    said = [words.say(_states()[chosen.state])]
    if chosen.stage:
        said.append(words.say(office.agreement.stage(chosen.stage).label))
    if chosen.owner:
        said.append(words("with {who}", who=name(chosen.owner, office)))
    return " · ".join(said)


def _states() -> dict[str, Phrase]:
    return {
        "": phrase("Open orders"),
        "late": phrase("Late orders"),
        "risk": phrase("Orders at risk"),
        "cutoffs": phrase("Cut-offs in the next seven days"),
    }


def compact(order: Order, office: Office, words: Words) -> Payload:
    """An order that somebody mentioned, in two lines."""
    show = kit.button("order.show", words("Show {code}", code=code_of(order)), str(order.number))
    return kit.message(kit.section(titled(order, words), show), kit.context(summary(order, office, words)))


def help_text(words: Words) -> Payload:
    """What `/order` can do."""
    return kit.message(
        kit.header(words("Orders")),
        kit.section(words("`/order new` starts an inquiry; `/order new ACME: 3,000 spatulas` fills the form in.")),
        kit.section(
            words(
                "`/order list` shows the open orders, `/order mine` those with you, `/order list @name` those of a colleague, `/order late` those whose limit has passed, `/order risk` those whose dates cannot all be kept, `/order cutoffs` what the carriers close this week."
            )
        ),
        kit.section(words("`/order show SO-2610-03` shows one with its history, `/order dates SO-2610-03` its dates.")),
        kit.section(
            words(
                "`/order import` takes orders over from a spreadsheet, `/order import customers` customers, after showing what it would change."
            )
        ),
        kit.section(
            words(
                "`/order export` sends you every order as a spreadsheet, `/order export customers` the customers, with `csv` after it as CSV; “Export” under a list what it shows."
            )
        ),
        kit.section(words("On any message: the menu “Start an inquiry · 询盘” takes the message into the form.")),
        kit.section(
            words(
                "An order goes through six stages. Whoever has it hands it over with “Hand over”; it stays theirs until the receiver says “I have it”, in the thread (“ack”, “收到”), with ✅ or with the button, or sends it back."
            )
        ),
    )


def _menus(chosen: Chosen, office: Office, words: Words) -> list[Block]:
    """Other lists than this one; what the other menus say stays."""
    states = [kit.option(words.say(said), replace(chosen, state=key).code) for key, said in _states().items()]
    stages = [kit.option(words("All stages"), replace(chosen, stage="").code)]
    stages += [
        kit.option(words.say(item.label), replace(chosen, stage=item.id).code) for item in office.agreement.stages
    ]
    owners = [kit.option(words("With anybody"), replace(chosen, owner="").code)]
    owners += [
        kit.option(words.say(member.name), replace(chosen, owner=member.id).code) for member in office.agreement.members
    ]
    return [
        kit.menu("order.list.state", words("Which orders"), states, chosen.code),
        kit.menu("order.list.stage", words("Stage"), stages, chosen.code),
        kit.menu("order.list.owner", words("With"), owners, chosen.code),
    ]
