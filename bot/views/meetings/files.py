"""What is kept of a meeting outside of its messages: the minutes as Markdown, and an .ics file for calendars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from bot.views.meetings.card import GROUPS, attendance, code, elsewhere, facts, parts, said_of, title
from bot.views.refusals import name
from bot.views.wording import Words
from department import meetings as rules
from department.meetings import Meeting, Topic
from department.people import Office


def markdown(meeting: Meeting, office: Office, words: Words) -> str:
    """The whole meeting as Markdown, for keeping."""
    return f"# {heading(meeting, office, words)}\n\n{record(meeting, office, words)}"


def heading(meeting: Meeting, office: Office, words: Words) -> str:
    """What its minutes are called."""
    named = _flat(words.say(title(meeting, office)))
    return f"{code(meeting.number)} · {named} · {words.full_moment(meeting.begins_at)}"


def record(meeting: Meeting, office: Office, words: Words) -> str:
    """All of it as Markdown, without a heading."""

    def part(heading: str, items: Sequence[str]) -> list[str]:
        return [f"## {heading}", "", *(f"- {item}" for item in items), ""] if items else []

    by_group = [
        row
        for group, label in GROUPS.items()
        for row in part(words.say(label), [_linked(topic, words) for topic in meeting.topics if topic.group == group])
    ]
    written = [
        f"**{words.say(name(line.member, office))}** {_flat(' · '.join(parts(line, words)))}" for line in meeting.lines
    ]
    rows = [
        *(f"- {label}: {_flat(value)}" for label, value in facts(meeting, office, words)),
        *(f"- {_flat(each)}" for each in attendance(meeting, office, words)),
        "",
        *by_group,
        *part(words("What everybody wrote"), written),
        *part(words("Decisions"), [_flat(each.text) for each in meeting.decisions]),
        *part(words("Actions"), [_linked(each, words) for each in meeting.actions]),
    ]
    return "\n".join(rows).rstrip() + "\n"


def _linked(topic: Topic, words: Words) -> str:
    said = _flat(said_of(topic, words))
    return f"[{said.replace('[', '(').replace(']', ')')}]({topic.link})" if topic.link else said


def _flat(text: str) -> str:
    """Text on one line, in which nothing becomes a link or, in a canvas, a mention: both need `](`."""
    return " ".join(text.split()).replace("](", "] (")


def invitation(meeting: Meeting, office: Office, words: Words, link: str = "") -> bytes:
    """The meeting as an .ics file that calendars take in, and take back when it is skipped (RFC 5545, RFC 5546); `link`
    leads to its card, or to where that will be."""
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
    if known := [line for line in (elsewhere(meeting, office, words), link) if line]:
        entry.add("description", "\n".join(known))
    if link:
        entry.add("url", link)
    if meeting.place:
        entry.add("location", meeting.place)
    calendar = Calendar()
    calendar.add("prodid", "-//Supercargo//Meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_off else "PUBLISH")
    calendar.add_component(entry)
    content: bytes = calendar.to_ical()
    return content
