"""What the clock will post in the next two weeks, and why; what is said when somebody reminds of it, leaves it out, or
puts it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.views import blockkit as kit
from bot.views.blockkit import Block, Payload
from bot.views.refusals import name
from bot.views.wording import Value, Words
from department.ahead import Early
from department.people import Office
from department.records import Event

PAGE: Final = 14
"""Entries on one page: each is a section with its buttons, and a message holds 50 blocks."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something the clock will do: when (UTC), what in words, and, where the reader may say something about it, what its
    buttons stand for: what can be done now, whether it is left out, and what else comes of sending it or leaving it
    out."""

    at: datetime
    text: str
    value: str = ""
    early: Early = ""
    is_left_out: bool = False
    if_sent: str = ""
    if_left_out: str = ""


def page(found: Sequence[Entry], words: Words, *, page: int, more: bool, ends_early: datetime | None) -> Payload:
    """One page of the schedule; it `ends_early` (UTC) where there is more than can be looked through."""
    if not found:
        return kit.message(kit.section(words("Nothing is due in the next fourteen days.")))
    blocks: list[Block | None] = [kit.header(words("What I will do in the next fourteen days"))]
    for each in found:
        blocks.append(kit.section(f"{words.near_moment(each.at)} · {each.text}"))
        blocks.append(kit.actions(f"schedule:{each.value}", *_buttons(each, words)) if each.value else None)
    if ends_early is not None:
        until = words.near_moment(ends_early)
        blocks.append(kit.context(words("There is too much to show all of it; this goes up to {until}.", until=until)))
    blocks.append(kit.context(words("Times are those of {zone}.", zone=words.timezone.key)))
    blocks.append(
        kit.actions(
            "schedule:pages",
            kit.button("schedule.back", words("Back"), str(page - 1)) if page else None,
            kit.button("schedule.on", words("Further"), str(page + 1)) if more else None,
        )
    )
    return kit.message(*blocks)


def reminding(event: Event, what: Value, office: Office, words: Words) -> str:
    """Somebody reminds whoever owes something, of what comes if it is not done."""
    return words("{who} reminds {new}: {what}", who=name(event.actor, office), new=name(event.new, office), what=what)


def left_out(event: Event, office: Office, words: Words) -> str:
    """Somebody left something out, or put it back."""
    who = name(event.actor, office)
    if not event.old:  # an older version did not keep the moment
        return words("{who} left a message out.", who=who)
    moment = words.full_moment(datetime.fromisoformat(event.old))
    if event.what == "put_back":
        return words("{who} did not leave out after all what comes at {moment}.", who=who, moment=moment)
    return words("{who} left out what was to come at {moment}.", who=who, moment=moment)


def _buttons(entry: Entry, words: Words) -> list[Block | None]:
    if entry.is_left_out:
        return [kit.button("schedule.put_back", words("Not left out after all"), entry.value)]
    now = {"send": words("Send now"), "remind": words("Remind now")}.get(entry.early)
    text = "\n".join(filter(None, (entry.text, entry.if_sent)))
    early = (
        kit.confirmation(words("Send it now?"), text, words("Send now"), words("Keep it")) if entry.if_sent else None
    )
    text = "\n".join(filter(None, (entry.text, entry.if_left_out)))
    late = kit.confirmation(words("Leave it out?"), text, words("Leave it out"), words("Keep it"))
    return [
        kit.button("schedule.now", now, entry.value, confirm=early) if now else None,
        kit.button("schedule.skip", words("Leave it out"), entry.value, confirm=late),
    ]
