"""What people see of a meeting: the question for their line, the agenda, decisions and actions, minutes, invitations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from bot.views import blockkit as kit
from bot.views.blockkit import Block, Payload
from bot.views.refusals import name, names
from bot.views.repetition import repetition
from bot.views.wording import Phrase, Value, Words, phrase
from department import meetings as rules
from department.meetings import Line, Meeting, Topic
from department.people import Office
from department.records import CLOCK, Ask, Event, Notice

LINES: Final = 12
"""Lines of participants that a card shows; the meeting's own page shows them all."""

GROUPS: Final[Mapping[str, Phrase]] = {
    "wins": phrase("🌟 Wins"),
    "actions": phrase("Actions of the last meetings"),
    "cut_offs": phrase("Cut-offs ahead"),
    "stuck": phrase("Stuck handoffs"),
    "late": phrase("Late"),
    "complaints": phrase("Grave complaints"),
    "risks": phrase("Risks to review"),
    "cover": phrase("Who is away, and who stands in"),
    "mine": phrase("With you"),
}


def code(number: int) -> str:
    """How people name a meeting: M-12."""
    return f"M-{number}"


def title(meeting: Meeting, office: Office) -> Value:
    """What it is called; a talk of two does not say whose it is."""
    series = rules.series_of(meeting, office.agreement)
    return series.label if series else meeting.title or phrase("Meeting")


def titled(meeting: Meeting, office: Office, words: Words) -> str:
    """Its name and its hour, in the reader's zone."""
    return words("{title}, {when}", title=title(meeting, office), when=words.full_moment(meeting.begins_at))


def when(meeting: Meeting, office: Office, words: Words) -> str:
    """Its hour in every zone that somebody of it sits in."""
    return "\n".join(filter(None, [words.full_moment(meeting.begins_at), _elsewhere(meeting, office, words)]))


def _elsewhere(meeting: Meeting, office: Office, words: Words) -> str:
    members = [member for person in meeting.people if (member := office.agreement.member(person))]
    zones = {office.agreement.timezone, *(office.zone_of(member).key for member in members)}
    return "\n".join(_in(zone, meeting, words) for zone in sorted(zones - {words.timezone.key}))


def _in(zone: str, meeting: Meeting, words: Words) -> str:
    return words.in_zone(zone).full_moment(meeting.begins_at)


def card(meeting: Meeting, office: Office, words: Words) -> Payload:
    """The agenda in the channel, from the meeting's hour on."""
    number = str(meeting.number)
    if meeting.state not in ("held", "closed"):
        return kit.message(
            kit.section(f"{code(meeting.number)} · {titled(meeting, office, words)}"),
            kit.context(_not_held(meeting, office, words)),
        )
    goes_on = meeting.state == "held"
    return kit.message(
        kit.header(f"{code(meeting.number)} · {words.say(title(meeting, office))}"),
        kit.facts(_facts(meeting, office, words)),
        kit.context(words("I was not running at its hour, so this comes late.")) if meeting.late else None,
        *agenda(meeting, words),
        *lines(meeting, office, words, most=LINES),
        *_outcome(meeting, office, words),
        kit.context(*_attendance(meeting, office, words)),
        kit.actions(
            f"meeting:{number}:{meeting.state}",
            kit.button("meeting.attend", words("I am here"), number, style="primary") if goes_on else None,
            kit.button("meeting.line", words("Write my line"), number) if goes_on else None,
            kit.button("meeting.decide", words("Decision"), number),
            kit.button("meeting.action", words("Action"), number),
            kit.button("meeting.end", words("End the meeting"), number) if goes_on else None,
            kit.button("meeting.show", words("Show all"), number),
        ),
        kit.context(words("In the thread, “!decision …” and “!action @name … by Friday” are kept."))
        if goes_on
        else None,
    )


def _not_held(meeting: Meeting, office: Office, words: Words) -> str:
    match meeting.state:
        case "skipped" if meeting.reason:
            return words("It does not take place this time: {reason}", reason=kit.cut(meeting.reason, 500))
        case "skipped" | "dropped":
            return words("It does not take place this time.")
        case "lapsed":
            return words(
                "I was not running at its hour, and too late to open it. Nothing of it is lost: /meeting shows it."
            )
        case "asked":
            return words("Everybody is asked for a line.")
        case _:
            return words("It is still to come.")


def _facts(meeting: Meeting, office: Office, words: Words) -> list[tuple[str, str]]:
    said = [
        (words("When"), when(meeting, office, words)),
        (words("Chair"), _chair(meeting, office, words)),
    ]
    if meeting.note_taker:
        said.append((words("Takes notes"), words.say(name(meeting.note_taker, office))))
    if meeting.place:
        said.append((words("Place"), kit.cut(meeting.place, 200)))
    said.append((words("Length"), words("{minutes} min", minutes=str(meeting.minutes))))
    return said


def _chair(meeting: Meeting, office: Office, words: Words) -> str:
    leads = rules.chairs(meeting, office)
    if leads == meeting.chair:
        return words.say(name(leads, office))
    return words("{who}, for {absent}", who=name(leads, office), absent=name(meeting.chair, office))


def agenda(meeting: Meeting, words: Words) -> list[Block]:
    """What the records put on the agenda, group by group."""
    blocks = []
    for group, label in GROUPS.items():
        topics = [topic for topic in meeting.topics if topic.group == group]
        if topics:
            blocks.append(kit.listed(words.say(label), [(_said(topic, words), topic.link) for topic in topics]))
    return blocks


def _said(topic: Topic, words: Words) -> str:
    return " / ".join(dict.fromkeys(topic.in_(language) for language in words.languages))


def lines(meeting: Meeting, office: Office, words: Words, *, most: int) -> list[Block | None]:
    """What the participants wrote."""
    blocks: list[Block | None] = [
        kit.section("\n".join([words.say(name(line.member, office)), *_parts(line, words)]))
        for line in meeting.lines[:most]
    ]
    left = len(meeting.lines) - most
    return [*blocks, kit.context(words.n("and {n} more", "and {n} more", left)) if left > 0 else None]


def _parts(line: Line, words: Words) -> list[str]:
    parts = (
        (words("Done"), line.done),
        (words("Next"), line.next),
        (words("Stuck"), line.stuck),
        (words("Needs help"), line.help),
    )
    return [f"{label}: {kit.cut(text, 500)}" for label, text in parts if text]


def _outcome(meeting: Meeting, office: Office, words: Words) -> list[Block | None]:
    decided = [(each.text, "") for each in meeting.decisions]
    given = [(_said(each, words), each.link) for each in meeting.actions]
    return [
        kit.listed(words("Decisions"), decided) if decided else None,
        kit.listed(words("Actions"), given) if given else None,
    ]


def _attendance(meeting: Meeting, office: Office, words: Words) -> list[str]:
    gone = rules.absent(meeting, office)
    said = []
    if meeting.here:
        share = f"{len(meeting.here)}/{len(meeting.people)}"
        said.append(words("Here ({share}): {who}", share=share, who=names(meeting.here, office)))
    if gone:
        said.append(words("Cannot come: {who}", who=names(gone, office)))
    return said


def notice(told: Notice, event: Event, meeting: Meeting, office: Office, words: Words) -> Payload:
    """What is said of an event: in the card's thread, or to somebody who takes part."""
    number = str(meeting.number)
    head = kit.header(titled(meeting, office, words))
    match told.wording:
        case "line" | "line_again":
            again = told.wording == "line_again"
            asking = (
                words("Your line for the meeting is still missing.")
                if again
                else words("What is done, what comes next, where are you stuck, what do you need? A line is enough.")
            )
            return kit.message(
                head,
                kit.section(asking),
                *agenda(meeting, words),
                kit.context(_elsewhere(meeting, office, words)),
                kit.actions(
                    f"meeting:{number}:line",
                    kit.button("meeting.line", words("Write my line"), number, style="primary"),
                    kit.button("meeting.excuse", words("I cannot come"), number),
                    kit.button("meeting.show", words("Show all"), number),
                ),
            )
        case "nothing_red":
            return kit.message(
                head,
                kit.section(words("Nothing on its agenda is red. Skip it this time?")),
                kit.actions(
                    f"meeting:{number}:skip",
                    kit.button("meeting.skip", words("Skip it"), number),
                    kit.button("meeting.show", words("Show all"), number),
                ),
            )
        case "away_then" | "missed":
            gone = names(rules.absent(meeting, office), office)
            said = (
                words("{who} is away then. Move it?", who=gone)
                if told.wording == "away_then"
                else words("It did not take place, because {who} is away. Move it?", who=gone)
            )
            return kit.message(
                head,
                kit.section(said),
                kit.actions(
                    f"meeting:{number}:{told.wording}",
                    kit.button("meeting.move", words("Move"), number, style="primary"),
                    kit.button("meeting.skip", words("Skip it"), number),
                    kit.button("meeting.show", words("Show all"), number),
                ),
            )
        case "unposted":
            channel = rules.channel(office.agreement, meeting).name
            return kit.message(
                head,
                kit.section(words("I could not post its agenda in {channel}.", channel=channel)),
                kit.section(
                    words(
                        "If I was removed from there, write /invite @Supercargo in it, and the agenda comes by itself. "
                        "If it is archived, unarchive it, or name another channel in the agreement."
                    )
                ),
                kit.context(words("Until then everything stands here: lines, decisions, actions.")),
                kit.actions(f"meeting:{number}:unposted", kit.button("meeting.show", words("Show all"), number)),
            )
        case "action":
            return kit.message(
                kit.section(sentence(event, meeting, office, words)), kit.quote(_said(meeting.actions[-1], words))
            )
        case "begun":
            return kit.message(
                head,
                *agenda(meeting, words),
                *lines(meeting, office, words, most=2),
                kit.actions(f"meeting:{number}:begun", *_private_buttons(number, words)),
            )
        case "minutes":
            return minutes(meeting, office, words)
        case "canvas":
            heading = _heading(meeting, office, words)
            link = kit.listed(words("Kept as a canvas, as it stands now"), [(heading, kit.CANVAS_LINK)])
            return replace(kit.message(link), canvas=(heading, _record(meeting, office, words)))
        case _:
            return kit.message(
                head if told.to else None,
                kit.section(sentence(event, meeting, office, words)),
                kit.quote(event.note) if event.note else None,
                kit.actions(
                    f"meeting:{number}:told",
                    kit.button("meeting.show", words("Show all"), number),
                    kit.button("meeting.calendar", words("Calendar file"), number),
                )
                if told.to
                else None,
            )


def _private_buttons(number: str, words: Words) -> list[Block]:
    return [
        kit.button("meeting.line", words("Write my line"), number),
        kit.button("meeting.decide", words("Decision"), number),
        kit.button("meeting.action", words("Action"), number),
        kit.button("meeting.show", words("Show all"), number),
    ]


def minutes(meeting: Meeting, office: Office, words: Words) -> Payload:
    """The minutes: decisions and actions, not a transcript."""
    said = _outcome(meeting, office, words)
    if not (meeting.decisions or meeting.actions):
        said = [kit.section(words("Nothing was decided, and nobody was given anything to do."))]
    return kit.message(
        kit.header(words("Minutes: {what}", what=title(meeting, office))),
        kit.context(words.full_moment(meeting.begins_at)),
        *said,
        kit.context(*_attendance(meeting, office, words)),
        kit.actions(
            f"meeting:{meeting.number}:minutes",
            kit.button("meeting.show", words("Show all"), str(meeting.number)),
        ),
    )


def markdown(meeting: Meeting, office: Office, words: Words) -> str:
    """The whole meeting as Markdown, for keeping."""
    return f"# {_heading(meeting, office, words)}\n\n{_record(meeting, office, words)}"


def _heading(meeting: Meeting, office: Office, words: Words) -> str:
    named = _flat(words.say(title(meeting, office)))
    return f"{code(meeting.number)} · {named} · {words.full_moment(meeting.begins_at)}"


def _record(meeting: Meeting, office: Office, words: Words) -> str:
    def part(heading: str, items: Sequence[str]) -> list[str]:
        return [f"## {heading}", "", *(f"- {item}" for item in items), ""] if items else []

    by_group = [
        row
        for group, label in GROUPS.items()
        for row in part(words.say(label), [_linked(topic, words) for topic in meeting.topics if topic.group == group])
    ]
    written = [
        f"**{words.say(name(line.member, office))}** {_flat(' · '.join(_parts(line, words)))}" for line in meeting.lines
    ]
    rows = [
        *(f"- {label}: {_flat(value)}" for label, value in _facts(meeting, office, words)),
        *(f"- {_flat(each)}" for each in _attendance(meeting, office, words)),
        "",
        *by_group,
        *part(words("What everybody wrote"), written),
        *part(words("Decisions"), [_flat(each.text) for each in meeting.decisions]),
        *part(words("Actions"), [_linked(each, words) for each in meeting.actions]),
    ]
    return "\n".join(rows).rstrip() + "\n"


def _linked(topic: Topic, words: Words) -> str:
    said = _flat(_said(topic, words))
    return f"[{said.replace('[', '(').replace(']', ')')}]({topic.link})" if topic.link else said


def _flat(text: str) -> str:
    """Text on one line, in which nothing becomes a link or, in a canvas, a mention: both need `](`."""
    return " ".join(text.split()).replace("](", "] (")


def invitation(meeting: Meeting, office: Office, words: Words) -> bytes:
    """The meeting as an .ics file that calendars take in, and take back when it is skipped (RFC 5545, RFC 5546)."""
    from icalendar import Calendar, vCalAddress
    from icalendar import Event as Entry

    is_off = meeting.state in ("skipped", "dropped")
    entry = Entry()
    entry.add("uid", f"{meeting.workspace}-{code(meeting.number)}@supercargo".lower())
    entry.add("dtstamp", office.now.astimezone(UTC))
    entry.add("dtstart", meeting.begins_at.astimezone(UTC))
    entry.add("dtend", meeting.ends_at.astimezone(UTC))
    entry.add("sequence", meeting.sequence)
    entry.add("summary", _flat(words.say(title(meeting, office))))
    entry.add("status", "CANCELLED" if is_off else "CONFIRMED")
    if chair := office.agreement.member(rules.chairs(meeting, office)):
        organizer = vCalAddress(f"mailto:{chair.email}")
        organizer.params["CN"] = words.say(chair.name)
        entry.add("organizer", organizer)
    if elsewhere := _elsewhere(meeting, office, words):
        entry.add("description", elsewhere)
    if meeting.place:
        entry.add("location", meeting.place)
    calendar = Calendar()
    calendar.add("prodid", "-//Supercargo//Meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_off else "PUBLISH")
    calendar.add_component(entry)
    content: bytes = calendar.to_ical()
    return content


def sentence(event: Event, meeting: Meeting, office: Office, words: Words) -> str:
    """What happened, in one sentence."""
    who = phrase("The clock") if event.actor == CLOCK else name(event.actor, office)
    match event.what:
        case "planned":
            return words("It is on the calendar for {moment}.", moment=_moment(event.new, words))
        case "called":
            return words("{who} calls a meeting for {moment}.", who=who, moment=_moment(event.new, words))
        case "asked":
            return words("Everybody is asked for a line. {new} takes notes.", new=name(event.new, office))
        case "reminded":
            return words("Who has not written a line is reminded of it.")
        case "written":
            return words("{who} wrote a line.", who=who)
        case "here":
            return words("{who} is here.", who=who)
        case "excused":
            return words("{who} cannot come.", who=who)
        case "begun":
            return words("The meeting begins.")
        case "decided":
            return words("{who} notes a decision:", who=who)
        case "action":
            return words("{who} gives an action:", who=who)
        case "closed":
            return words("The meeting is over.")
        case "moved":
            old, new = _moment(event.old, words), _moment(event.new, words)
            return words("{who} moved the meeting from {old} to {new}.", who=who, old=old, new=new)
        case "skipped":
            return words("{who} skips it this time.", who=who)
        case "missed":
            people = names(event.new.split(", "), office)
            return words("It did not take place, because {who} is away.", who=people)
        case "dropped":
            return words("It is not on the agreement's calendar any more.")
        case "restored":
            return words("It is on the agreement's calendar again, for {moment}.", moment=_moment(event.new, words))
        case "lapsed":
            return words("It was not opened: I was not running at its hour.")
        case "unposted":
            return words("Its agenda could not be posted in its channel.")
        case "left_out":
            return words("{who} left a message out.", who=who)
        case what:
            raise ValueError(f"no words for the event {what!r}")


def _moment(said: str, words: Words) -> str:
    return words.full_moment(datetime.fromisoformat(said))


def line(event: Event, meeting: Meeting, office: Office, words: Words) -> str:
    """An event in one line of a digest."""
    said = f"{code(meeting.number)} · {titled(meeting, office, words)}: {sentence(event, meeting, office, words)}"
    return f"{said} {event.note}".strip().replace("\n", " ")


def coming(kind: str, meeting: Meeting, office: Office, words: Words) -> str:
    """What happens when a deadline of this kind falls due, in one line."""
    match kind:
        case "ask":
            said = phrase("everybody is asked for a line, and the agenda fills itself.")
        case "remind":
            said = phrase("who has not written a line is reminded.")
        case "begin":
            said = phrase("it begins: the agenda is posted.")
        case "shown":
            said = phrase("a look whether the agenda could be posted.")
        case _:
            said = phrase("the minutes go out.")
    series = office.agreement.meetings.get(meeting.series)
    why = f" ({repetition(series.repeats, words)})" if series else ""
    return f"{code(meeting.number)} · {words.say(title(meeting, office))}{why}: {words.say(said)}"


def asked(ask: Ask, meeting: Meeting, office: Office, words: Words) -> tuple[str, Block | None]:
    """What a meeting asks of somebody in one line, and the button that does it."""
    button = kit.button("meeting.line", words("Write my line"), str(meeting.number))
    said = words("{code} · {title}: your line for it", code=code(meeting.number), title=title(meeting, office))
    return said, button


def page(meeting: Meeting, events: Sequence[Event], office: Office, words: Words, *, leads: bool) -> Block:
    """Everything about a meeting, to read."""
    number = str(meeting.number)
    open_ = meeting.state in ("planned", "asked")
    said = [f"{words.near_moment(each.at)} · {sentence(each, meeting, office, words)}" for each in events[-25:]]
    return kit.modal(
        "meeting.read",
        code(meeting.number),
        "",
        words("Close"),
        kit.header(words.say(title(meeting, office))),
        kit.facts(_facts(meeting, office, words)),
        kit.context(_not_held(meeting, office, words)) if meeting.state not in ("held", "closed") else None,
        *agenda(meeting, words),
        *lines(meeting, office, words, most=40),
        *_outcome(meeting, office, words),
        kit.context(*_attendance(meeting, office, words)),
        kit.actions(
            f"meeting:{number}:page",
            kit.button("meeting.line", words("Write my line"), number) if meeting.state in rules.OPEN else None,
            kit.button("meeting.calendar", words("Calendar file"), number),
            kit.button("meeting.move", words("Move"), number) if leads and open_ else None,
            kit.button("meeting.skip", words("Skip it"), number) if leads and open_ else None,
            kit.button("meeting.ask", words("Ask for the lines now"), number)
            if leads and meeting.state == "planned"
            else None,
            kit.button("meeting.decide", words("Decision"), number) if meeting.state in ("held", "closed") else None,
            kit.button("meeting.action", words("Action"), number) if meeting.state in ("held", "closed") else None,
        ),
        kit.context("\n".join(said)) if said else None,
    )


def listing(upcoming: Sequence[Meeting], past: Sequence[Meeting], office: Office, words: Words) -> Payload:
    """The next meetings, and the last ones with their minutes."""

    def row(meeting: Meeting) -> Block:
        show = kit.button("meeting.show", words("Show {code}", code=code(meeting.number)), str(meeting.number))
        return kit.section(titled(meeting, office, words), show)

    new = kit.button("meeting.new", words("Call a meeting"), "new")
    if not upcoming and not past:
        return kit.message(
            kit.section(words("No meeting is on the calendar. The agreement's own come by themselves.")),
            kit.actions("meeting:list", new),
        )
    return kit.message(
        kit.header(words("The next meetings")) if upcoming else None,
        *map(row, upcoming),
        kit.header(words("The last meetings")) if past else None,
        *map(row, past),
        kit.actions("meeting:list", new),
    )


def no_file(words: Words) -> Payload:
    """Slack did not take a calendar file."""
    return kit.message(
        kit.section(
            words("Slack does not take the calendar file from me at present. Whoever runs me finds why in my log.")
        )
    )


def help_text(words: Words) -> Payload:
    """What `/meeting` can do."""
    return kit.message(
        kit.header(words("Meetings")),
        kit.section(words("`/meeting` shows the next meetings and the last minutes, `/meeting show M-3` one of them.")),
        kit.section(words("`/meeting line` writes your line for the next one.")),
        kit.section(words("`/meeting new Price review` calls one.")),
        kit.section(words("In a meeting's thread, `!decision …` and `!action @name … by Friday` are kept.")),
        kit.section(words("Whoever leads a meeting can move it, skip it or end it.")),
    )


# Forms


def line_form(meeting: Meeting, member: str, office: Office, words: Words) -> Block:
    """One's own line, or the one that was written before."""
    before = next((line for line in meeting.lines if line.member == member), None)
    parts = (
        ("done", words("What is done"), before.done if before else ""),
        ("next", words("What comes next"), before.next if before else ""),
        ("stuck", words("Where you are stuck"), before.stuck if before else ""),
        ("help", words("What you need, and from whom"), before.help if before else ""),
    )
    return kit.modal(
        "meeting.line",
        words("My line"),
        words("Send"),
        words("Cancel"),
        kit.context(titled(meeting, office, words)),
        *(kit.entry(key, label, kit.text_input(key, initial=text), optional=True) for key, label, text in parts),
        private_metadata=str(meeting.number),
    )


def written(callback: str, meeting: Meeting, title_: str, label: str, words: Words, *, optional: bool = False) -> Block:
    """A form with one text."""
    return kit.modal(
        callback,
        title_,
        words("Save"),
        words("Cancel"),
        kit.entry("text", label, kit.text_input("text", multiline=True), optional=optional),
        private_metadata=str(meeting.number),
    )


def move_form(meeting: Meeting, words: Words) -> Block:
    """Another moment."""
    picker: Block = {
        "type": "datetimepicker",
        "action_id": "to",
        "initial_date_time": int(meeting.begins_at.timestamp()),
    }
    return kit.modal(
        "meeting.move",
        words("Move"),
        words("Move"),
        words("Cancel"),
        kit.entry("to", words("To when"), picker, hint=words("Your own time zone. Everybody who takes part is told.")),
        private_metadata=str(meeting.number),
    )


def action_form(meeting: Meeting, words: Words) -> Block:
    """An action: who, what, by when."""
    return kit.modal(
        "meeting.action",
        words("Action"),
        words("Give"),
        words("Cancel"),
        kit.entry(
            "owner",
            words("Who does it"),
            {"type": "users_select", "action_id": "owner", "placeholder": kit.plain(words("Choose"))},
        ),
        kit.entry("title", words("What is to be done"), kit.text_input("title")),
        kit.entry("due", words("By when"), {"type": "datetimepicker", "action_id": "due"}),
        private_metadata=str(meeting.number),
    )


def call_form(words: Words, *, title_: str) -> Block:
    """An extra meeting."""
    lengths = [kit.option(words("{minutes} min", minutes=str(n)), str(n)) for n in (15, 30, 45, 60, 90, 120)]
    return kit.modal(
        "meeting.call",
        words("Call a meeting"),
        words("Call it"),
        words("Cancel"),
        kit.entry("title", words("What it is about"), kit.text_input("title", initial=title_)),
        kit.entry("begins_at", words("When"), {"type": "datetimepicker", "action_id": "begins_at"}),
        kit.entry("minutes", words("Length"), kit.menu("minutes", words("Choose"), lengths, "30")),
        kit.entry(
            "people",
            words("Who takes part"),
            {"type": "multi_users_select", "action_id": "people", "placeholder": kit.plain(words("Everybody"))},
            optional=True,
        ),
        kit.entry("place", words("Room or link"), kit.text_input("place"), optional=True),
    )
