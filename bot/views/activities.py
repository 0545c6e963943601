"""What people see of a team activity: the announcement with its places, who comes, who waits."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views import blockkit as kit
from bot.views import schedule
from bot.views.blockkit import Block, Payload
from bot.views.refusals import name, names
from bot.views.wording import Words, phrase
from department.activities import Activity
from department.people import Office
from department.records import CLOCK, Ask, Event, Notice


def code(number: int) -> str:
    """How people name an activity: TA-3."""
    return f"TA-{number}"


def titled(activity: Activity, words: Words) -> str:
    """What and when."""
    return words("{title}, {when}", title=kit.cut(activity.title, 100), when=words.full_moment(activity.begins_at))


def card(activity: Activity, office: Office, words: Words) -> Payload:
    """The announcement, with everybody who signed up."""
    number = str(activity.number)
    if activity.state == "cancelled":
        said = (
            words("Cancelled: {reason}", reason=kit.cut(activity.reason, 500))
            if activity.reason
            else words("Cancelled.")
        )
        return kit.message(kit.section(titled(activity, words)), kit.context(said))
    facts = [(words("When"), words.full_moment(activity.begins_at))]
    if activity.place:
        facts.append((words("Place"), kit.cut(activity.place, 200)))
    seats = f"{len(activity.coming)}/{activity.seats}" if activity.seats else str(len(activity.coming))
    facts += [(words("Coming"), seats), (words("Organizer"), words.say(name(activity.organizer, office)))]
    return kit.message(
        kit.header(f"🎈 {kit.cut(activity.title, 120)}"),
        kit.section(kit.cut(activity.text, 2000)) if activity.text else None,
        kit.facts(facts),
        kit.context(
            words("Coming: {who}", who=names(activity.coming, office)) if activity.coming else "",
            words("Waiting for a place: {who}", who=names(activity.waiting, office)) if activity.waiting else "",
        ),
        kit.actions(
            f"activity:{number}",
            kit.button("activity.join", words("I come"), number, style="primary"),
            kit.button("activity.leave", words("I do not come"), number),
            kit.button("activity.change", words("Change"), number),
            kit.button("activity.cancel", words("Cancel it"), number),
        )
        if activity.state == "open"
        else None,
    )


def notice(told: Notice, event: Event, activity: Activity, office: Office, words: Words) -> Payload:
    """What is said in the thread, or to those it concerns."""
    match told.wording:
        case "moved_up":
            said = words("There is a place for you now: {what}.", what=titled(activity, words))
        case "reminded":
            said = words("Soon: {what}.", what=titled(activity, words))
        case "headcount":
            n = len(activity.coming)
            said = words.n("{n} person comes", "{n} people come", n) + f": {titled(activity, words)}"
        case _:
            said = sentence(event, activity, office, words)
    leave = kit.button("activity.leave", words("I do not come"), str(activity.number))
    may_leave = told.wording in ("moved_up", "reminded") or (told.wording == "changed" and told.to)
    return kit.message(
        kit.section(said),
        kit.context(activity.place, _listed(activity, office, words) if told.wording == "headcount" else ""),
        kit.actions(f"activity:{activity.number}:told", leave) if may_leave else None,
    )


def _listed(activity: Activity, office: Office, words: Words) -> str:
    return words("Coming: {who}", who=names(activity.coming, office)) if activity.coming else ""


def sentence(event: Event, activity: Activity, office: Office, words: Words) -> str:
    """What happened, in one sentence."""
    who = phrase("The clock") if event.actor == CLOCK else name(event.actor, office)
    match event.what:
        case "announced":
            return words("{who} announces it.", who=who)
        case "joined":
            return words("{who} comes.", who=who)
        case "waits":
            return words("{who} waits for a place.", who=who)
        case "left":
            return words("{who} does not come.", who=who)
        case "moved_up":
            return words("{who} has a place now.", who=name(event.new, office))
        case "reminded":
            return words("Who comes is reminded.")
        case "changed":
            where = activity.place or "–"
            return words("{who} changed it: {what}, {where}.", who=who, what=titled(activity, words), where=where)
        case "cancelled":
            said = words("{who} cancelled it: {what}.", who=who, what=titled(activity, words))
            return f"{said} {event.note}".strip()
        case "over":
            return words(
                "It was good to have you there. Thank you, {who}! Photos are welcome in this thread.",
                who=name(activity.organizer, office),
            )
        case "reviewed":
            return words("Who left the agreement does not come.")
        case "left_out" | "put_back":
            return schedule.left_out(event, office, words)
        case what:
            raise ValueError(f"no words for the event {what!r}")


def line(event: Event, activity: Activity, office: Office, words: Words) -> str:
    """An event in one line of a digest."""
    if event.what == "reminded":
        return words("Soon: {what}.", what=titled(activity, words))
    return f"{titled(activity, words)}: {sentence(event, activity, office, words)}".replace("\n", " ")


def coming(kind: str, activity: Activity, office: Office, words: Words) -> str:
    """What happens when a deadline of this kind falls due, in one line."""
    said = phrase("who comes is reminded.") if kind == "remind" else phrase("thanks to those who came.")
    return f"{kit.cut(activity.title, 80)}: {words.say(said)}"


def asked(ask: Ask, activity: Activity, office: Office, words: Words) -> tuple[str, Block | None]:
    """It asks nothing; this keeps the index whole."""
    return titled(activity, words), None


def listing(found: Sequence[Activity], words: Words) -> Payload:
    """What the team will do together."""
    new = kit.button("activity.new", words("Announce one"), "new")
    if not found:
        return kit.message(kit.section(words("Nothing is planned. Announce something?"), new))
    blocks = [
        kit.section(titled(each, words), kit.button("activity.join", words("I come"), str(each.number)))
        for each in found
    ]
    return kit.message(kit.header(words("Team activities")), *blocks, kit.actions("activity:list", new))


def help_text(words: Words) -> Payload:
    """What `/activity` can do."""
    return kit.message(
        kit.header(words("Team activities")),
        kit.section(words("`/activity` shows what is planned, `/activity new Badminton` announces something.")),
        kit.section(words("When the places are gone, whoever signs up waits, and moves up when somebody leaves.")),
    )


def form(words: Words, *, title: str) -> Block:
    """A new activity."""
    return kit.modal(
        "activity.announce",
        words("Team activity"),
        words("Announce"),
        words("Cancel"),
        kit.entry("title", words("What"), kit.text_input("title", initial=title)),
        kit.entry("begins_at", words("When"), {"type": "datetimepicker", "action_id": "begins_at"}),
        kit.entry("place", words("Place"), kit.text_input("place"), optional=True),
        kit.entry(
            "seats",
            words("Places"),
            kit.text_input("seats"),
            hint=words("Leave it empty where everybody can come."),
            optional=True,
        ),
        kit.entry("text", words("What to know"), kit.text_input("text", multiline=True), optional=True),
    )


def change_form(activity: Activity, words: Words) -> Block:
    """Another hour, or another place."""
    picker: Block = {
        "type": "datetimepicker",
        "action_id": "begins_at",
        "initial_date_time": int(activity.begins_at.timestamp()),
    }
    return kit.modal(
        "activity.change",
        words("Change"),
        words("Change"),
        words("Cancel"),
        kit.entry("begins_at", words("When"), picker, hint=words("Everybody who signed up is told.")),
        kit.entry("place", words("Place"), kit.text_input("place", initial=activity.place), optional=True),
        private_metadata=str(activity.number),
    )


def cancel_form(activity: Activity, words: Words) -> Block:
    """Why it does not take place."""
    return kit.modal(
        "activity.cancel",
        words("Cancel it"),
        words("Cancel it"),
        words("Keep it"),
        kit.section(titled(activity, words)),
        kit.entry(
            "reason",
            words("Why"),
            kit.text_input("reason", multiline=True),
            hint=words("Everybody who signed up is told."),
            optional=True,
        ),
        private_metadata=str(activity.number),
    )
