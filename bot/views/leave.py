"""What people see of leave: the form, the card that says until when and who covers, who is away. Why, only those see
who may know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from bot.views import blockkit as kit
from bot.views.blockkit import Block, Payload
from bot.views.refusals import name
from bot.views.wording import Phrase, Value, Words, phrase
from department import leave as rules
from department.agreement import Leave, Member
from department.leave import OPEN, Absence, Hole, Kind
from department.people import Office
from department.records import CLOCK, Ask, Event, Notice
from department.stretches import Stretch

KINDS: Final[Mapping[Kind, Phrase]] = {
    "annual": phrase("annual leave"),
    "sick": phrase("sick leave"),
    "personal": phrase("personal leave"),
    "business_trip": phrase("business trip"),
    "other": phrase("something else"),
}


def code(number: int) -> str:
    """How people name a leave: L-3."""
    return f"L-{number}"


def card(absence: Absence, office: Office, words: Words) -> Payload:
    """The one living message: who, until when, who stands in."""
    changeable = absence.state in rules.OPEN
    number = str(absence.number)
    said = kit.section(said_of(absence, office, words))
    if not changeable:
        return kit.message(said)
    return kit.message(
        said,
        kit.actions(
            f"leave:{absence.number}:{absence.state}",
            kit.button("leave.change", words("Change"), number),
            kit.button("leave.cancel", words("Cancel leave"), number, confirm=_sure(words)),
        ),
    )


def said_of(absence: Absence, office: Office, words: Words) -> str:
    """The leave in one sentence."""
    who, cover = name(absence.member, office), _cover(rules.cover_of(absence, office), office)
    match absence.state:
        case "planned":
            return words(
                "{who} will be away {days}. Cover: {cover}.", who=who, days=days(absence.leave, words), cover=cover
            )
        case "away":
            return words(
                "{who} is away until {until}. Cover: {cover}.", who=who, until=_until(absence.leave), cover=cover
            )
        case "over":
            return words("{who} is back.", who=who)
        case "cancelled":
            return words("{who} is not away {days} after all.", who=who, days=days(absence.leave, words))


def days(leave: Leave, words: Words) -> Value:
    """From when until when, with half days."""
    first: Value = phrase("{day} (from noon)", day=leave.from_) if leave.afternoon else leave.from_
    if leave.from_ == leave.to:
        return phrase("on {day}", day=phrase("{day} (until noon)", day=leave.to) if leave.until_noon else first)
    return phrase("from {first} to {last}", first=first, last=_until(leave))


def _until(leave: Leave) -> Value:
    return phrase("{day} (until noon)", day=leave.to) if leave.until_noon else leave.to


def _cover(person: str, office: Office) -> Value:
    return name(person, office) if person else phrase("nobody")


def notice(told: Notice, event: Event, absence: Absence, office: Office, words: Words) -> Payload:
    """What is said of an event, to whoever stands in, the member, or the manager."""
    if told.wording == "hole":
        lines = "\n".join(hole_line(hole, office, words) for hole in rules.holes_of(absence, office))
        number = str(absence.number)
        return kit.message(
            kit.header(words("Nobody would stand in")),
            kit.section(lines or "–"),
            kit.actions(f"leave:{absence.number}:hole", kit.button("leave.change", words("Choose the cover"), number)),
        )
    said = [sentence(event, absence, office, words)]
    cover = rules.cover_of(absence, office)
    if told.to and told.to == cover and event.what in ("planned", "began", "moved", "cover_changed"):
        said.append(words("You stand in. What is asked of them is on your Home and in your morning digest, too."))
    waiting: Block | None = None
    if told.to and told.to == cover and event.what in ("began", "cover_changed") and absence.waits:
        listed = [(words.say(each.said), each.link) for each in absence.waiting]
        if absence.waits > len(listed):
            listed.append((words("All of it is on your Home."), ""))
        waiting = kit.listed(words.n("{n} thing waits there", "{n} things wait there", absence.waits), listed)
    return kit.message(kit.section("\n".join(said)), waiting, kit.context(said_of(absence, office, words)))


def hole_line(hole: Hole, office: Office, words: Words) -> str:
    """A hole in the cover, in a line."""
    if hole.cover and office.agreement.member(hole.cover):
        return words(
            "{who}, {first} to {last}: the deputy {cover} is away as well.",
            who=name(hole.member, office),
            first=hole.first,
            last=hole.last,
            cover=name(hole.cover, office),
        )
    return words(
        "{who}, {first} to {last}: there is no deputy.",
        who=name(hole.member, office),
        first=hole.first,
        last=hole.last,
    )


def sentence(event: Event, absence: Absence, office: Office, words: Words) -> str:
    """What happened, in one sentence."""
    who = name(absence.member, office)
    by = phrase("The clock") if event.actor == CLOCK else name(event.actor, office)
    match event.what:
        case "planned" if event.actor == absence.member:
            return words("{who} entered leave, {days}.", who=who, days=days(absence.leave, words))
        case "cancelled" if event.actor == absence.member:
            return words("{who} cancelled their leave.", who=who)
        case "moved" if event.actor == absence.member:
            return words("{who} moved their leave: {days}.", who=who, days=days(absence.leave, words))
        case "planned":
            return words("{by} entered leave of {who}, {days}.", by=by, who=who, days=days(absence.leave, words))
        case "began":
            return words("{who} is away now.", who=who)
        case "over":
            return words("{who} is back.", who=who)
        case "cancelled":
            return words("{by} cancelled {who}'s leave.", by=by, who=who)
        case "moved":
            return words("{by} moved {who}'s leave: {days}.", by=by, who=who, days=days(absence.leave, words))
        case "cover_changed":
            return words("{new} stands in for {who}.", new=_cover(event.new, office), who=who)
        case what:
            raise ValueError(f"no words for the event {what!r}")


def line(event: Event, absence: Absence, office: Office, words: Words) -> str:
    """An event in one line of a digest."""
    said = [sentence(event, absence, office, words)]
    if absence.state in OPEN:
        said.append(said_of(absence, office, words))
    return " ".join(said).replace("\n", " ")


def coming(kind: str, absence: Absence, office: Office, words: Words) -> str:
    """What happens when a deadline of this kind falls due, in one line."""
    who = name(absence.member, office)
    return words("{who} goes on leave.", who=who) if kind == "begins" else words("{who} is back.", who=who)


def asked(ask: Ask, absence: Absence, office: Office, words: Words) -> tuple[str, Block | None]:
    """Leave asks nothing; this keeps the index whole."""
    return said_of(absence, office, words), None


def form(
    office: Office,
    words: Words,
    *,
    member: str = "",
    deputy: str = "",
    absence: Absence | None = None,
    said: Stretch | None = None,
    doubt: str = "",
) -> Block:
    """Somebody's leave, new or to be changed; `member` and `deputy` are Slack's users, `said` are the days somebody
    named, `doubt` is what has to be asked back."""
    filled = absence or said
    halves = [
        kit.option(words("I come on the first morning"), "afternoon"),
        kit.option(words("I am back on the last afternoon"), "until_noon"),
    ]
    chosen = [
        option
        for option, is_chosen in zip(
            halves, (filled.afternoon, filled.until_noon) if filled else (False, False), strict=True
        )
        if is_chosen
    ]
    half: Block = {"type": "checkboxes", "action_id": "halves", "options": halves}
    if chosen:
        half["initial_options"] = chosen
    kinds = [kit.option(words.say(said), key) for key, said in KINDS.items()]
    person = {"type": "users_select", "action_id": "deputy", "placeholder": kit.plain(words("The usual deputy"))}
    return kit.modal(
        "leave.change" if absence else "leave.file",
        words("Leave"),
        words("Save"),
        words("Back"),
        None
        if absence
        else kit.entry(
            "member",
            words("Who"),
            {
                "type": "users_select",
                "action_id": "member",
                "placeholder": kit.plain(words("Choose")),
                **({"initial_user": member} if member else {}),
            },
            hint=words("Leads and the manager may enter leave for others, such as after a call from the sickbed."),
        ),
        kit.section(doubt) if doubt else None,
        kit.entry("first", words("First day"), _day("first", filled.first if filled else None)),
        kit.entry("last", words("Last day"), _day("last", filled.last if filled else None)),
        kit.entry("halves", words("Half days"), half, optional=True),
        kit.entry(
            "deputy", words("Who stands in"), {**person, **({"initial_user": deputy} if deputy else {})}, optional=True
        ),
        None
        if absence
        else kit.entry(
            "kind",
            words("Why"),
            kit.menu("kind", words("Choose"), kinds),
            hint=words("Only you and the manager see this. Everybody else sees until when, and who stands in."),
        ),
        private_metadata=str(absence.number) if absence else "",
    )


def _day(action_id: str, initial: date | None) -> Block:
    element: Block = {"type": "datepicker", "action_id": action_id}
    return {**element, "initial_date": initial.isoformat()} if initial else element


def listing(
    planned: Sequence[Absence],
    agreed: Sequence[Leave],
    holes: Sequence[Hole],
    office: Office,
    words: Words,
    *,
    by: Member,
) -> Payload:
    """Who is or will be away, and, for those who may know, why, and the holes in the cover; nobody else may see it."""
    lines = [_with_reason(absence, office, words, by) for absence in planned]
    lines += [
        words(
            "{who} will be away {days}. Cover: {cover}.",
            who=name(leave.member, office),
            days=days(leave, words),
            cover=_cover(leave.deputy or getattr(office.agreement.member(leave.member), "deputy", "") or "", office),
        )
        for leave in agreed
    ]
    if not lines:
        return kit.message(kit.section(words("Nobody is away, and nobody plans to be. `/away` enters leave.")))
    mine = [
        kit.actions(
            f"leave:{absence.number}:mine",
            kit.button("leave.change", words("Change {code}", code=code(absence.number)), str(absence.number)),
            kit.button(
                "leave.cancel",
                words("Cancel {code}", code=code(absence.number)),
                str(absence.number),
                confirm=_sure(words),
            ),
        )
        for absence in planned
        if absence.member == by.id
    ][:5]
    warned = [kit.section("\n".join(f"⚠ {hole_line(hole, office, words)}" for hole in holes[:20]))] if holes else []
    return kit.message(
        kit.header(words("Who is away")), kit.section("\n".join(f"• {each}" for each in lines[:40])), *warned, *mine
    )


def _with_reason(absence: Absence, office: Office, words: Words, by: Member) -> str:
    said = [said_of(absence, office, words)]
    if rules.may_know(absence, office, by):
        said.append(words("Reason: {kind}.", kind=KINDS[absence.kind]))
    return " ".join(said)


def help_text(words: Words) -> Payload:
    """What `/away` can do."""
    return kit.message(
        kit.header(words("Leave")),
        kit.section(
            words(
                "`/away` opens the form; `/away from tomorrow to Friday @name` fills it in. Half days, too: `/away tomorrow afternoon to Friday noon`; or `/away Oct 20 to 23`, `/away next week`, `/away 3 days`."
            )
        ),
        kit.section(words("`/away list` shows who is or will be away, and who stands in.")),
        kit.section(
            words(
                "While you are away your cover sees what is asked of you and can act on it; decisions stay with you or go to the manager, and nobody opens the payment gate of an order of their own for you. When you are back your first digest tells what happened."
            )
        ),
    )


def _sure(words: Words) -> Block:
    return kit.confirmation(
        words("Cancel this leave?"),
        words("Whoever stands in is told."),
        words("Cancel leave"),
        words("Keep it"),
    )
