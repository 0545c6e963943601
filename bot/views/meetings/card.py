"""What people see of a meeting: its agenda in the channel, from its hour on, and what its other views share with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.views import blockkit as kit
from bot.views.blockkit import Block, Payload
from bot.views.refusals import name, names
from bot.views.wording import Phrase, Value, Words, phrase
from department import meetings as rules
from department.meetings import Line, Meeting, Topic
from department.people import Office

LINES: Final = 12
"""Lines of participants that a card shows; the meeting's own page shows them all."""

GROUPS: Final[Mapping[str, Phrase]] = {
    "wins": phrase("Wins"),
    "actions": phrase("Actions of the last meetings"),
    "cut_offs": phrase("Cut-offs ahead"),
    "stuck": phrase("Stuck handoffs"),
    "late": phrase("Late"),
    "complaints": phrase("Grave complaints"),
    "risks": phrase("Risks to review"),
    "money": phrase("Money that is overdue"),
    "awards": phrase("Awards"),
    "people": phrase("New in the team, and birthdays"),
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
    return "\n".join(filter(None, [words.full_moment(meeting.begins_at), elsewhere(meeting, office, words)]))


def elsewhere(meeting: Meeting, office: Office, words: Words) -> str:
    """Its hour in the other zones that somebody of it sits in; empty where all sit in the same."""
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
            kit.context(not_held(meeting, office, words)),
        )
    goes_on = meeting.state == "held"
    return kit.message(
        kit.header(f"{code(meeting.number)} · {words.say(title(meeting, office))}"),
        kit.facts(facts(meeting, office, words)),
        kit.context(words("I was not running at its hour, so this comes late.")) if meeting.late else None,
        *agenda(meeting, words),
        *lines(meeting, office, words, most=LINES),
        *outcome(meeting, office, words),
        kit.context(*attendance(meeting, office, words)),
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


def not_held(meeting: Meeting, office: Office, words: Words) -> str:
    """Where it stands, as long as it has not begun or when it did not take place."""
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


def facts(meeting: Meeting, office: Office, words: Words) -> list[tuple[str, str]]:
    """When, who leads, who takes notes, where and how long."""
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
            blocks.append(kit.listed(words.say(label), [(said_of(topic, words), topic.link) for topic in topics]))
    return blocks


def said_of(topic: Topic, words: Words) -> str:
    """A topic in the languages of the reader."""
    return " / ".join(dict.fromkeys(topic.in_(language) for language in words.languages))


def lines(meeting: Meeting, office: Office, words: Words, *, most: int) -> list[Block | None]:
    """What the participants wrote."""
    blocks: list[Block | None] = [
        kit.section("\n".join([words.say(name(line.member, office)), *parts(line, words)]))
        for line in meeting.lines[:most]
    ]
    left = len(meeting.lines) - most
    return [*blocks, kit.context(words.n("and {n} more", "and {n} more", left)) if left > 0 else None]


def parts(line: Line, words: Words) -> list[str]:
    """What somebody wrote, part by part."""
    parts = (
        (words("Done"), line.done),
        (words("Next"), line.next),
        (words("Stuck"), line.stuck),
        (words("Needs help"), line.help),
    )
    return [f"{label}: {kit.cut(text, 500)}" for label, text in parts if text]


def outcome(meeting: Meeting, office: Office, words: Words) -> list[Block | None]:
    """What was decided, and what was given to whom."""
    decided = [(each.text, "") for each in meeting.decisions]
    given = [(said_of(each, words), each.link) for each in meeting.actions]
    return [
        kit.listed(words("Decisions"), decided) if decided else None,
        kit.listed(words("Actions"), given) if given else None,
    ]


def attendance(meeting: Meeting, office: Office, words: Words) -> list[str]:
    """Who is there, and who cannot come."""
    gone = rules.absent(meeting, office)
    said = []
    if meeting.here:
        share = f"{len(meeting.here)}/{len(meeting.people)}"
        said.append(words("Here ({share}): {who}", share=share, who=names(meeting.here, office)))
    if gone:
        said.append(words("Cannot come: {who}", who=names(gone, office)))
    return said
