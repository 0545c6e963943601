"""What people look up of meetings: one of them with all that belongs to it, the next ones and the last ones, help."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views import blockkit as kit
from bot.views.blockkit import Block, Payload
from bot.views.meetings import review
from bot.views.meetings.card import agenda, attendance, code, facts, lines, not_held, outcome, title, titled
from bot.views.meetings.story import sentence
from bot.views.wording import Words
from department import meetings as rules
from department.agreement import Member
from department.meetings import Meeting
from department.people import Office
from department.records import Event


def page(meeting: Meeting, events: Sequence[Event], office: Office, by: Member, words: Words) -> Block:
    """Everything about a meeting, to read, with what the reader may do."""
    number, leads = str(meeting.number), rules.may_lead(meeting, office, by) is None
    open_ = meeting.state in ("planned", "asked")
    said = [f"{words.near_moment(each.at)} · {sentence(each, meeting, office, words)}" for each in events[-25:]]
    return kit.modal(
        "meeting.read",
        code(meeting.number),
        "",
        words("Close"),
        kit.header(words.say(title(meeting, office))),
        kit.facts(facts(meeting, office, words)),
        kit.context(not_held(meeting, office, words)) if meeting.state not in ("held", "closed") else None,
        *agenda(meeting, words),
        *lines(meeting, office, words, most=40),
        *outcome(meeting, office, words),
        *review.written(meeting, office, words),
        kit.context(*attendance(meeting, office, words)),
        kit.actions(
            f"meeting:{number}:page",
            kit.button("meeting.line", words("Write my line"), number) if meeting.state in rules.OPEN else None,
            kit.button("meeting.calendar", words("Calendar file"), number),
            kit.button("meeting.move", words("Move"), number) if leads and open_ else None,
            kit.button("meeting.skip", words("Skip it"), number) if leads and open_ else None,
            kit.button("meeting.resume", words("Hold it after all"), number)
            if rules.may_resume(meeting, office, by) is None
            else None,
            kit.button("meeting.ask", words("Ask for the lines now"), number)
            if leads and meeting.state == "planned"
            else None,
            kit.button("meeting.decide", words("Decision"), number) if meeting.state in ("held", "closed") else None,
            kit.button("meeting.action", words("Action"), number) if meeting.state in ("held", "closed") else None,
            *review.buttons(meeting, office, by, words),
        ),
        kit.context("\n".join(said)) if said else None,
    )


def listing(
    upcoming: Sequence[Meeting], off: Sequence[Meeting], past: Sequence[Meeting], office: Office, words: Words
) -> Payload:
    """The next meetings, those that are off, and the last ones with their minutes."""

    def row(meeting: Meeting) -> Block:
        show = kit.button("meeting.show", words("Show {code}", code=code(meeting.number)), str(meeting.number))
        return kit.section(titled(meeting, office, words), show)

    new = kit.button("meeting.new", words("Call a meeting"), "new")
    if not upcoming and not off and not past:
        return kit.message(
            kit.section(words("No meeting is on the calendar. The agreement's own come by themselves.")),
            kit.actions("meeting:list", new),
        )
    return kit.message(
        kit.header(words("The next meetings")) if upcoming else None,
        *map(row, upcoming),
        kit.header(words("Skipped meetings")) if off else None,
        *map(row, off),
        kit.header(words("The last meetings")) if past else None,
        *map(row, past),
        kit.actions("meeting:list", new),
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
