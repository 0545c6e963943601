"""What people see of praise: the form, the card worth looking at, what one was thanked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.views import blockkit as kit
from bot.views.blockkit import Block, Payload
from bot.views.refusals import names
from bot.views.wording import Several, Value, Words
from department.agreement import Agreement
from department.people import Office
from department.praise import Praise
from department.records import Ask, Event, Notice

FIRST: Final = 3
"""Givers named in a heading."""


def code(number: int) -> str:
    """How people name praise: P-3."""
    return f"P-{number}"


def card(praise: Praise, office: Office, words: Words) -> Payload:
    """The message in the praise channel."""
    if praise.state == "withdrawn":
        return kit.message(kit.context(words("This praise was taken back.")))
    sure = kit.confirmation(
        words("Take this praise back?"),
        words("The message stays, without its words."),
        words("Take back"),
        words("Keep it"),
    )
    return kit.message(
        kit.header(f"👏 {_heading(praise, office, words)}"),
        kit.quote(praise.text) if praise.text else None,
        kit.links([(praise.source, words("The message it is for"))] if praise.source else []),
        kit.context(_value(praise, office.agreement, words), _everybody(praise, office, words)),
        kit.actions(
            f"praise:{praise.number}",
            kit.button("praise.new", words("Praise somebody"), "new"),
            kit.button("praise.withdraw", words("Take back"), str(praise.number), confirm=sure),
        ),
    )


def _heading(praise: Praise, office: Office, words: Words) -> str:
    people, givers = names(praise.people, office), _givers(praise, office)
    return words("{who}, with thanks from {giver}", who=people, giver=givers)


def _givers(praise: Praise, office: Office) -> Several:
    return names(praise.givers, office, FIRST)


def _everybody(praise: Praise, office: Office, words: Words) -> str:
    return words("Thanks from {who}", who=names(praise.givers, office)) if len(praise.givers) > FIRST else ""


def _value(praise: Praise, agreement: Agreement, words: Words) -> str:
    label: Value | None = agreement.praise.values.get(praise.value)
    return f"🏷 {words.say(label)}" if label is not None else ""


def notice(told: Notice, event: Event, praise: Praise, office: Office, words: Words) -> Payload:
    """What whoever is praised reads."""
    return kit.message(
        kit.header(words("👏 {giver} thanks you", giver=_givers(praise, office))),
        kit.quote(praise.text) if praise.text else None,
        kit.links([(praise.source, words("The message it is for"))] if praise.source else []),
        kit.context(_value(praise, office.agreement, words)),
    )


def line(event: Event, praise: Praise, office: Office, words: Words) -> str:
    """Praise in one line of a digest or an agenda: who, by whom, and what for."""
    if praise.state == "withdrawn":
        return words("This praise was taken back.")
    return words("{who}: {text}", who=_heading(praise, office, words), text=_what_for(praise, words))


def summary(praise: Praise, office: Office, words: Words) -> str:
    """Who thanked, and for what, in one line."""
    return words("👏 {who}: {text}", who=_givers(praise, office), text=_what_for(praise, words))


def _what_for(praise: Praise, words: Words) -> str:
    return kit.cut(praise.text.replace("\n", " "), 200) if praise.text else words("for a message")


def coming(kind: str, praise: Praise, office: Office, words: Words) -> str:
    """Nothing comes of it by the clock; this keeps the index whole."""
    return summary(praise, office, words)


def asked(ask: Ask, praise: Praise, office: Office, words: Words) -> tuple[str, Block | None]:
    """It asks nothing; this keeps the index whole."""
    return summary(praise, office, words), None


def form(office: Office, words: Words, *, people: Sequence[str], text: str, metadata: str) -> Block:
    """Whom, what for, and which value it stands for; `people` are Slack's users."""
    whom: Block = {"type": "multi_users_select", "action_id": "people", "placeholder": kit.plain(words("Choose"))}
    if people:
        whom["initial_users"] = list(people)
    values = [kit.option(words.say(label), key) for key, label in office.agreement.praise.values.items()]
    return kit.modal(
        "praise.give",
        words("Praise somebody"),
        words("Say it"),
        words("Cancel"),
        kit.entry("people", words("Whom"), whom),
        kit.entry(
            "text",
            words("What for"),
            kit.text_input("text", multiline=True, initial=text),
            hint=words("Your own words, as they will stand in the channel. A fact says more than an adjective."),
            optional=bool(metadata),
        ),
        kit.entry("value", words("Which of our values"), kit.menu("value", words("Choose"), values), optional=True)
        if values
        else None,
        private_metadata=metadata,
    )


def listing(mine: Sequence[Praise], newest: Sequence[Praise], office: Office, words: Words) -> Payload:
    """What one was thanked for lately, and the newest praise of all."""
    if not mine and not newest:
        return kit.message(kit.section(words("Nobody was praised yet. `/praise @name for …` begins.")))
    blocks: list[Block | None] = []
    if mine:
        blocks.append(kit.header(words("You were thanked")))
        blocks.append(kit.section("\n".join(f"• {summary(praise, office, words)}" for praise in mine[:15])))
    blocks.append(kit.header(words("The newest praise")))
    blocks += [
        kit.section(f"{_heading(praise, office, words)}\n{kit.cut(praise.text, 300)}".strip()) for praise in newest
    ]
    return kit.message(*blocks)


def help_text(office: Office, words: Words) -> Payload:
    """What `/praise` can do."""
    reaction = office.agreement.praise.reaction
    values = office.agreement.praise.values
    return kit.message(
        kit.header(words("Praise")),
        kit.section(
            words("`/praise @name for staying late with the bank` says it in the praise channel, and to them.")
        ),
        kit.section(words("`/praise` alone opens the form, `/praise list` shows what you were thanked for.")),
        kit.section(words("The reaction :{reaction}: on a message thanks its writer for it.", reaction=reaction))
        if reaction
        else None,
        kit.section(
            words(
                "It stands for one of our values when it ends with it: {values}.",
                values=Several(tuple(f"#{key} ({words.say(label)})" for key, label in values.items())),
            )
        )
        if values
        else None,
        kit.section(words("Nobody is ranked by it. Whoever said it can take it back.")),
    )
