"""What is said of a meeting: the question for a line, decisions and actions, the minutes; what happened, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.views import blockkit as kit
from bot.views import schedule
from bot.views.blockkit import Block, Payload
from bot.views.meetings import review
from bot.views.meetings.card import agenda, attendance, code, elsewhere, lines, outcome, said_of, title, titled
from bot.views.meetings.files import heading, record
from bot.views.refusals import name, names, unposted
from bot.views.repetition import repetition
from bot.views.wording import Phrase, Words, phrase
from department import meetings as rules
from department.meetings import Meeting
from department.people import Office
from department.records import CLOCK, Ask, Event, Notice

IF_SENT: Final[Mapping[str, Phrase]] = {
    "begin": phrase("With that the meeting begins."),
    "minutes": phrase("With that the meeting is over."),
}
IF_LEFT_OUT: Final[Mapping[str, Phrase]] = {"begin": phrase("The meeting does not take place.")}


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
                kit.context(elsewhere(meeting, office, words)),
                kit.actions(
                    f"meeting:{number}:line",
                    kit.button("meeting.line", words("Write my line"), number, style="primary"),
                    kit.button("meeting.excuse", words("I cannot come"), number),
                    kit.button("meeting.show", words("Show all"), number),
                ),
            )
        case "nothing_red" | "away_then" | "missed":
            move = kit.button("meeting.move", words("Move"), number, style="primary")
            return kit.message(
                head,
                kit.section(_question(told.wording, meeting, office, words)),
                kit.actions(
                    f"meeting:{number}:{told.wording}",
                    move if told.wording != "nothing_red" else None,
                    kit.button("meeting.skip", words("Skip it"), number),
                    kit.button("meeting.show", words("Show all"), number),
                ),
            )
        case "unposted":
            channel = rules.channel(office.agreement, meeting).name
            return kit.message(
                head,
                *unposted(channel, words),
                kit.context(words("Until then everything stands here: lines, decisions, actions.")),
                kit.actions(f"meeting:{number}:unposted", kit.button("meeting.show", words("Show all"), number)),
            )
        case "action":
            return kit.message(
                kit.section(sentence(event, meeting, office, words)), kit.quote(said_of(meeting.actions[-1], words))
            )
        case "begun":
            records = rules.keeps_record(meeting, office.agreement)
            return kit.message(
                head,
                *agenda(meeting, words),
                *lines(meeting, office, words, most=2),
                kit.actions(
                    f"meeting:{number}:begun",
                    *_private_buttons(number, words),
                    kit.button("meeting.review", words("Write the record"), number) if records else None,
                ),
            )
        case "begins":
            return kit.message(
                kit.section(f"{titled(meeting, office, words)}: {sentence(event, meeting, office, words)}"),
                kit.actions(f"meeting:{number}:begins", kit.button("meeting.show", words("Show all"), number)),
            )
        case "review_missing":
            return kit.message(
                head,
                kit.section(words("The talk is over. Write down what to keep, what to change and what is promised.")),
                kit.actions(
                    f"meeting:{number}:review_missing",
                    kit.button("meeting.review", words("Write the record"), number, style="primary"),
                ),
            )
        case "review_written":
            return kit.message(
                head,
                kit.section(sentence(event, meeting, office, words)),
                *review.written(meeting, office, words),
                kit.actions(f"meeting:{number}:review_written", *review.answers(number, words)),
            )
        case "minutes":
            return minutes(event, meeting, office, words)
        case "canvas":
            named = heading(meeting, office, words)
            link = kit.listed(words("Kept as a canvas, as it stands now"), [(named, kit.CANVAS_LINK)])
            return replace(kit.message(link), canvas=(named, record(meeting, office, words)))
        case _:
            return kit.message(
                head if told.to else None,
                kit.section(sentence(event, meeting, office, words)),
                kit.quote(event.note) if event.note else None,
                kit.context(_leads_instead(told, event, meeting, office, words)),
                kit.actions(
                    f"meeting:{number}:told",
                    kit.button("meeting.show", words("Show all"), number),
                    kit.button("meeting.calendar", words("Calendar file"), number),
                )
                if told.to
                else None,
            )


def _question(wording: str, meeting: Meeting, office: Office, words: Words) -> str:
    gone = names(rules.absent(meeting, office), office)
    match wording:
        case "nothing_red":
            return words("Nothing on its agenda is red. Skip it this time?")
        case "away_then":
            return words("{who} is away then. Move it?", who=gone)
        case _:
            return words("It did not take place, because {who} is away. Move it?", who=gone)


def _leads_instead(told: Notice, event: Event, meeting: Meeting, office: Office, words: Words) -> str:
    instead = event.what == "excused" and event.actor == meeting.chair and told.to == rules.chairs(meeting, office)
    return words("You lead it instead.") if instead else ""


def _private_buttons(number: str, words: Words) -> list[Block]:
    return [
        kit.button("meeting.line", words("Write my line"), number),
        kit.button("meeting.decide", words("Decision"), number),
        kit.button("meeting.action", words("Action"), number),
        kit.button("meeting.show", words("Show all"), number),
    ]


def minutes(event: Event, meeting: Meeting, office: Office, words: Words) -> Payload:
    """The minutes: decisions and actions, not a transcript."""
    what = title(meeting, office)
    anew = event.what == "amended"
    named = words("Minutes, added to: {what}", what=what) if anew else words("Minutes: {what}", what=what)
    said = outcome(meeting, office, words)
    if not (meeting.decisions or meeting.actions):
        said = [kit.section(words("Nothing was decided, and nobody was given anything to do."))]
    return kit.message(
        kit.header(named),
        kit.context(words.full_moment(meeting.begins_at)),
        *said,
        kit.context(*attendance(meeting, office, words)),
        kit.actions(
            f"meeting:{meeting.number}:minutes",
            kit.button("meeting.show", words("Show all"), str(meeting.number)),
        ),
    )


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
        case "resumed":
            return words(
                "{who} took the skip back: it takes place, {moment}.", who=who, moment=_moment(event.new, words)
            )
        case "missed":
            people = names(event.new.split(", "), office)
            return words("It did not take place, because {who} is away.", who=people)
        case "dropped":
            return words("It is not on the agreement's calendar any more.")
        case "restored":
            return words("It is on the agreement's calendar again, for {moment}.", moment=_moment(event.new, words))
        case "lapsed":
            return words("It was not opened: I was not running at its hour.")
        case "amended":
            return words("What was added after the meeting stands in its minutes.")
        case "unposted":
            return words("Its card could not be posted in its channel.")
        case "review_written":
            return words("{who} wrote the record of the talk. Is it as it was said?", who=who)
        case "review_agreed":
            return words("{who} agrees with the record of the talk.", who=who)
        case "review_dissented":
            return words("{who} sees the record of the talk otherwise:", who=who)
        case "left_out" | "put_back":
            return schedule.left_out(event, office, words)
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
            said = phrase("a look whether the card could be posted.")
        case _:
            said = phrase("the minutes go out.")
    series = office.agreement.meetings.get(meeting.series)
    why = f" ({repetition(series.repeats, words)})" if series else ""
    return f"{code(meeting.number)} · {words.say(title(meeting, office))}{why}: {words.say(said)}"


def asked(ask: Ask, meeting: Meeting, office: Office, words: Words) -> tuple[str, Block | None]:
    """What a meeting asks of somebody in one line, and the button that does it."""
    if ask.what == "review":
        button = kit.button("meeting.agree", words("I agree"), str(meeting.number))
        return words(
            "{code} · {title}: your answer to its record", code=code(meeting.number), title=title(meeting, office)
        ), button
    button = kit.button("meeting.line", words("Write my line"), str(meeting.number))
    said = words("{code} · {title}: your line for it", code=code(meeting.number), title=title(meeting, office))
    return said, button
