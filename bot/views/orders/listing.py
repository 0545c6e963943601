"""Lists of orders, the board of this week's cut-offs, and what `/order` can do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.views import blockkit as kit
from bot.views.blockkit import Block, Payload
from bot.views.orders.card import DATES, code_of, state, summary, titled
from bot.views.refusals import name
from bot.views.wording import Words
from department import orders as rules
from department.orders import Order
from department.people import Office

PAGE: Final = 25
"""Orders on one page: a table holds 100 rows, and 10,000 characters."""

CELL: Final = 60
"""Characters of a cell."""


def page_of(
    orders: Sequence[Order], office: Office, words: Words, *, title: str, page: int, more: bool, kind: str
) -> Payload:
    """A page of orders as a table, with a menu that shows one of them."""
    if not orders:
        nothing = (
            words("There is nothing here. `/order new` starts an inquiry.")
            if page == 0
            else words("There is nothing more.")
        )
        return kit.message(kit.section(nothing), *_filters(kind, office, words))
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
                words.plain_moment(limit[0]) if limit else "–",
            ]
        )
    shown = [kit.option(titled(order, words), f"history:{order.number}") for order in orders]
    return kit.message(
        kit.header(title),
        kit.table(title, [head, *rows], CELL),
        kit.actions("order:show", kit.menu("order.more", words("Show one"), shown)),
        kit.actions(
            "order:list",
            kit.button("order.list.back", words("Newer"), f"{kind}:{page - 1}") if page else None,
            kit.button("order.list.on", words("Older"), f"{kind}:{page + 1}") if more else None,
        ),
        *_filters(kind, office, words),
    )


def cut_offs(found: Sequence[tuple[datetime, str, Order]], office: Office, words: Words, *, title: str) -> Payload:
    """What the carriers close this week, the soonest first."""
    if not found:
        return kit.message(kit.section(words("No cut-off in the next seven days.")))
    head = [words("When"), words("Cut-off"), words("Order"), words("Customer"), words("With")]
    rows = [
        [
            words.plain_moment(moment),
            words.say(DATES[code]),
            code_of(order),
            order.customer,
            words("{name}", name=name(order.owner, office)),
        ]
        for moment, code, order in found[: 4 * PAGE]
    ]
    return kit.message(kit.header(title), kit.table(title, [head, *rows], CELL))


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
        kit.section(words("`/order import` takes orders over from a spreadsheet, after showing what it would change.")),
        kit.section(words("On any message: the menu “Start an inquiry” takes the message into the form.")),
        kit.section(
            words(
                "An order goes through six stages. Whoever has it hands it over with “Hand over”; it stays theirs until the receiver says “I have it”, in the thread (“ack”, “收到”), with ✅ or with the button, or sends it back."
            )
        ),
    )


def _filters(kind: str, office: Office, words: Words) -> list[Block | None]:
    """Other lists than this one."""
    options = [
        kit.option(words("All open orders"), "open"),
        kit.option(words("With me"), "mine"),
        kit.option(words("Late"), "late"),
        kit.option(words("At risk"), "risk"),
        *(kit.option(words("Stage: {stage}", stage=stage.label), stage.id) for stage in office.agreement.stages),
    ]
    return [kit.actions("order:filter", kit.menu("order.list.filter", words("Show others"), options, kind))]
