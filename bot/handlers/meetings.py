"""What people do about meetings in Slack: the command, the card's buttons and forms, what they write in its thread."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from bot import agenda, preparation
from bot.desk import Action, Outcome, Reply, Scene, is_done
from bot.handlers import records, schedule, tasks
from bot.handlers.files import send
from bot.handlers.records import Answer, Sight, as_number, look, member_of, metadata, number_of, open_or_say, say
from bot.request import Request, aloud, beside_fields, filled_in, typed
from bot.views import blockkit as kit
from bot.views.meetings import card, files, forms, listing, review
from bot.views.refusals import name, refusal
from bot.views.wording import Words
from department import meetings as rules
from department import reviews
from department import tasks as task_rules
from department.agreement import Member
from department.meetings import SUBJECT, Meeting
from department.people import Office
from department.records import Event, Refused
from department.tasks import Given, Task
from storage import meetings as shelf
from storage import people, store

act, opens, submits = (partial(made, SUBJECT) for made in (records.act, records.opens, records.submits))

SHOWN: Final = 12
PAST: Final = 5
AHEAD: Final = timedelta(days=60)
_NOTED: Final = re.compile(
    r"^[^\S\n]*[!！][^\S\n]?(?:(?P<decision>(?:decisions?|decided)(?![a-z])|决定|决议)"
    r"|(?:actions?|todo|task)(?![a-z])|行动项?|待办(?:事项)?|任务)[:：]?\s*",
    re.IGNORECASE | re.MULTILINE,
)
_MENTION: Final = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")


def command(request: Request) -> Answer:
    """`/meeting`, with what comes after it."""
    text = unicodedata.normalize("NFKC", typed(str(request.body.get("text", "")))).strip()
    word, _, rest = text.partition(" ")
    match word.casefold():
        case "" | "list" | "列表":
            return say(request, partial(_listing, request))
        case "help" | "帮助" | "?":
            return say(request, lambda session, office, by, words: listing.help_text(words))
        case "show" | "查看" if found := re.fullmatch(r"M-(\d{1,9})", rest.strip().upper()):
            return _show(request, int(found[1]))
        case _ if found := re.fullmatch(r"M-(\d{1,9})", text.upper()):
            return _show(request, int(found[1]))
        case "line" | "发言":
            return _next_line(request)
        case "new" | "新建":
            return _open_call(request, rest.strip())
        case _:
            return _open_call(request, text)


def new(request: Request) -> Answer:
    """The button “Call a meeting”."""
    return _open_call(request, "")


def called(request: Request) -> Answer:
    """The form of an extra meeting was submitted."""
    values = filled_in(request.body)
    invited = [member_of(request, user) for user in values["people"]]

    def make(
        session: Session, office: Office, by: Member, number: Callable[[], int]
    ) -> tuple[Meeting, list[Event]] | list[Refused]:
        return rules.call(
            office,
            by,
            title=values["title"],
            begins_at=_moment(values["begins_at"]),
            minutes=as_number(values["minutes"]),
            people=invited,
            place=values["place"],
            workspace=request.delivery.workspace,
            number=number,
        )

    return request.desk.create(request.delivery, SUBJECT, make, partial(beside_fields, request.body))


def show(request: Request) -> Answer:
    """A button that shows a meeting with all that belongs to it."""
    return _show(request, number_of(request))


def ask(request: Request) -> Answer:
    """“Ask for the lines now”."""
    return schedule.bring_forward(request, SUBJECT, number_of(request), "ask")


def calendar_file(request: Request) -> Answer:
    """“Calendar file”: the meeting as an .ics file, in the direct conversation."""

    def see(session: Session, office: Office, by: Member | None, words: Words) -> tuple[str, bytes] | None:
        meeting = store.read(session, Meeting, request.delivery.workspace, number_of(request))
        if by is None or meeting is None or rules.may_see(meeting, office, by):
            return None
        where = agenda.place(session, meeting, office)
        return f"{card.code(meeting.number)}.ics", files.invitation(meeting, office, words, where)

    if found := look(request, see):
        send(request, *found)
    return {}


def end(request: Request) -> Answer:
    """“End the meeting”: the minutes go out with what was given to whom."""

    def action(session: Session) -> Action:
        def run(meeting: Meeting, office: Office, by: Member) -> list[Event] | Refused:
            outcome = rules.end(meeting, office, by)
            if not isinstance(outcome, Refused):
                preparation.take_actions(session, meeting, office)
            return outcome

        return run

    return request.desk.act_knowing(request.delivery, SUBJECT, number_of(request), action, aloud)


def given(request: Request) -> Answer:
    """The form of an action was submitted."""
    values = filled_in(request.body)
    owner = member_of(request, values["owner"])
    reply = partial(beside_fields, request.body)
    return _give(request, metadata(request)[0], values["title"], (owner,), _moment(values["due"]), reply)


def noted(request: Request, number: int, text: str) -> Answer | None:
    """A message in the thread of a meeting: `!decision …` or `!action @name … by …`, each line that begins so for
    itself; None for any other."""
    notes = to_keep(text)
    for place, (what, said) in enumerate(notes):
        delivery = replace(request.delivery, key=f"{request.delivery.key}:{place}")
        keep = _decided if what == "decision" else _given_to
        keep(replace(request, delivery=delivery), number, said)
    return {} if notes else None


def to_keep(text: str) -> list[tuple[str, str]]:
    """The decisions and actions of a message, in its order: "decision" or "action", and what comes after that word, up
    to the next one."""
    marks = list(_NOTED.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    return [
        ("decision" if mark["decision"] else "action", text[mark.end() : end_].strip())
        for mark, end_ in zip(marks, ends, strict=False)
    ]


def _decided(request: Request, number: int, said: str) -> Answer:
    def see(session: Session, office: Office, by: Member | None, words: Words) -> str:
        def named(found: re.Match[str]) -> str:
            person = people.by_slack_user(session, request.delivery.workspace, found[1])
            return f"@{words.say(name(person.member, office))}" if person else found[0]

        return typed(_MENTION.sub(named, said))

    decide = partial(rules.decide, text=look(request, see))
    return request.desk.act(request.delivery, SUBJECT, number, decide, _aloud)


def _given_to(request: Request, number: int, said: str) -> Answer:
    def see(session: Session, office: Office, by: Member | None, words: Words) -> tuple[tasks.Spoken, list[str]]:
        spoken = tasks.spoken(session, request.delivery.workspace, said, office, words)
        found = [people.by_slack_user(session, request.delivery.workspace, user) for user in spoken.users]
        return spoken, [person.member if person and person.active else "" for person in found]

    spoken, owners = look(request, see)
    due_at = spoken.doubt or spoken.due_at
    return _give(request, number, spoken.title, tuple(owners), due_at, _aloud, repeats=spoken.repeats)


def _give(
    request: Request,
    number: int,
    title: str,
    owners: tuple[str, ...],
    due_at: datetime | Refused | None,
    reply: Callable[[Outcome, Scene], Reply],
    *,
    repeats: str = "",
) -> Answer:
    """Give an action: a task that belongs to the meeting, and a line in the meeting's own record."""
    workspace = request.delivery.workspace

    def make(
        session: Session, office: Office, by: Member, task_number: Callable[[], int]
    ) -> tuple[Task, list[Event]] | list[Refused]:
        meeting = store.load(session, Meeting, workspace, number)
        if meeting is None:
            return [Refused("not_found", {"code": card.code(number)})]
        if refused := rules.may_decide(meeting, office, by):
            return [refused]
        if not isinstance(due_at, datetime):
            return [due_at or Refused("due_missing", field="due")]
        if not owners:
            return [Refused("who_missing", field="owner")]
        wanted = Given(
            title=title,
            owner=owners[0],
            watchers=owners[1:],
            due_at=due_at,
            about=card.code(meeting.number),
            repeats=repeats,
            between_us=meeting.is_private,
        )
        made = task_rules.give(wanted, office, by, workspace=workspace, number=task_number)
        if isinstance(made, list):
            return made
        line = preparation.action_line(made[0], office)
        events = rules.take_action(meeting, office, by, title=made[0].title, action=line)
        request.desk.take_in(session, workspace, SUBJECT, lambda *_: [(meeting, events)], office)
        return made

    return request.desk.create(request.delivery, task_rules.SUBJECT, make, reply)


def _aloud(outcome: Outcome, scene: Scene) -> Reply:
    """The reply to a line in a thread: a refusal is said to the writer alone, success shows in the thread."""
    if is_done(outcome):
        return Reply()
    refused = [outcome] if isinstance(outcome, Refused) else [item for item in outcome if isinstance(item, Refused)]
    said = "\n".join(refusal(item, scene.office, scene.words) for item in refused)
    return Reply(whisper=kit.message(kit.section(said)))


def _show(request: Request, number: int) -> Answer:
    return open_or_say(request, partial(_page, request, number))


def _page(
    request: Request, number: int, session: Session, office: Office, by: Member, words: Words
) -> kit.Block | Refused:
    meeting = store.read(session, Meeting, request.delivery.workspace, number)
    if meeting is None or rules.may_see(meeting, office, by):
        return Refused("not_found", {"code": card.code(number)})
    events = store.history(session, meeting.workspace, SUBJECT, meeting.number)
    return listing.page(meeting, events, office, by, words)


def _listing(request: Request, session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
    workspace = request.delivery.workspace
    upcoming = coming_up(session, workspace, by, office, AHEAD)
    off = shelf.skipped(session, workspace, office.now, office.now + AHEAD, PAST)
    past = shelf.held_with(session, workspace, by.id, PAST)
    return listing.listing(upcoming[:SHOWN], [each for each in off if by.id in each.people], past, office, words)


def coming_up(session: Session, workspace: str, by: Member, office: Office, ahead: timedelta) -> list[Meeting]:
    """The meetings that somebody takes part in, and that are still to come or go on."""
    found = shelf.between(session, workspace, office.now - timedelta(hours=8), office.now + ahead, 200)
    return [meeting for meeting in found if by.id in meeting.people]


def _next_line(request: Request) -> Answer:
    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Block | kit.Payload:
        mine = coming_up(session, request.delivery.workspace, by, office, AHEAD)
        if not mine:
            return kit.message(kit.section(words("No meeting of yours is on the calendar.")))
        return forms.line_form(mine[0], by.id, office, words)

    return open_or_say(request, see)


def _open_call(request: Request, title: str) -> Answer:
    return open_or_say(request, lambda session, office, by, words: forms.call_form(words, title_=title[:200]))


def _moment(picked: int | None) -> datetime | None:
    return datetime.fromtimestamp(picked, UTC) if picked else None


def _reviewed(filled: dict[str, Any]) -> Action:
    next_on = date.fromisoformat(filled["next_on"]) if filled["next_on"] else None
    texts = {name: filled[name] for name in ("numbers", "keep", "change", "support")}
    return partial(reviews.write, **texts, next_on=next_on)


def _line_form(sight: Sight) -> kit.Block:
    return forms.line_form(sight.record, sight.by.id, sight.office, sight.words)


ACTIONS: Final[dict[str, Any]] = {
    "meeting.agree": act(reviews.agree),
    "meeting.attend": act(rules.attend),
    "meeting.excuse": act(rules.excuse),
    "meeting.end": end,
    "meeting.resume": act(rules.resume),
    "meeting.ask": ask,
    "meeting.calendar": calendar_file,
    "meeting.show": show,
    "meeting.new": new,
    "meeting.line": opens(_line_form, rules.may_write),
    "meeting.move": opens(lambda sight: forms.move_form(sight.record, sight.words), rules.may_change),
    "meeting.action": opens(lambda sight: forms.action_form(sight.record, sight.words), rules.may_decide),
    "meeting.skip": opens(
        lambda sight: forms.written(
            "meeting.skip",
            sight.record,
            sight.words("Skip it"),
            sight.words("Why"),
            sight.words,
            optional=True,
        ),
        rules.may_change,
    ),
    "meeting.review": opens(lambda sight: review.form(sight.record, sight.office, sight.words), reviews.may_write),
    "meeting.dissent": opens(
        lambda sight: forms.written(
            "meeting.dissent",
            sight.record,
            sight.words("I see it otherwise"),
            sight.words("What you see otherwise"),
            sight.words,
        ),
        reviews.may_answer,
    ),
    "meeting.decide": opens(
        lambda sight: forms.written(
            "meeting.decide", sight.record, sight.words("Decision"), sight.words("What was decided"), sight.words
        ),
        rules.may_decide,
    ),
}

VIEWS: Final[dict[str, Any]] = {
    "meeting.call": called,
    "meeting.action": given,
    "meeting.line": submits(
        lambda filled: partial(
            rules.write, done=filled["done"], next_=filled["next"], stuck=filled["stuck"], help_=filled["help"]
        )
    ),
    "meeting.move": submits(lambda filled: partial(rules.move, to=_moment(filled["to"]))),
    "meeting.skip": submits(lambda filled: partial(rules.skip, reason=filled["text"])),
    "meeting.review": submits(_reviewed),
    "meeting.dissent": submits(lambda filled: partial(reviews.dissent, reason=filled["text"])),
    "meeting.decide": submits(lambda filled: partial(rules.decide, text=filled["text"])),
}
