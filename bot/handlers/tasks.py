"""What people do with tasks in Slack: the command, the shortcut, the card's buttons and the forms behind them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot import preparation
from bot.desk import Action, Outcome, Reply, Scene, is_done
from bot.handlers import records
from bot.handlers.records import (
    Answer,
    Sight,
    as_number,
    choice_of,
    look,
    member_of,
    metadata,
    number_of,
    open_or_say,
    say,
    value_of,
)
from bot.request import Request, aloud, beside_fields, filled_in, permalink, typed
from bot.views import blockkit as kit
from bot.views.refusals import name, refusal
from bot.views.tasks import card, forms, listing, story
from bot.views.wording import Words
from department import SUBJECTS, recurrence
from department import tasks as rules
from department.agreement import Member, Priority
from department.dates import Asker, Found, find, time_at_the_beginning, understand
from department.people import Office
from department.records import Event, Refused
from department.tasks import SUBJECT, Given, Task
from storage import people, store
from storage import tasks as shelf

act, opens, submits = (partial(made, SUBJECT) for made in (records.act, records.opens, records.submits))

PAGE: Final = "task.read"
"""The page that shows one task."""

FORTNIGHT: Final = 14
"""Days of the chart."""

LONGEST_TITLE: Final = 200
"""Characters of a message that become a title."""

OF_A_WEEK: Final = 500
"""Tasks of one role's week that are read."""

WEEKS: Final = {
    weeks: re.compile(pattern)
    for weeks, pattern in {
        2: r"下下个?(?:周|星期|礼拜)|(?:the )?week after next",
        1: r"下个?(?:周|星期|礼拜)|next week",
        0: r"[本这]个?(?:周|星期|礼拜)|this week",
        -1: r"上个?(?:周|星期|礼拜)|last week",
    }.items()
}
"""Weeks in words, as many weeks from this one."""

PRIORITY: Final = {
    "urgent": "urgent",
    "high": "high",
    "important": "high",
    "normal": "normal",
    "low": "low",
    "紧急": "urgent",
    "特急": "urgent",
    "加急": "urgent",
    "急": "urgent",
    "高": "high",
    "重要": "high",
    "普通": "normal",
    "低": "low",
}


def command(request: Request) -> Answer:
    """`/task`, with what comes after it: a word of its own, or the task itself."""
    raw = str(request.body.get("text", "")).strip()
    if found := _LIST_OF.fullmatch(raw):
        return _list(request, f"@{member_of(request, found[1])}", 0)
    text = unicodedata.normalize("NFKC", typed(raw)).strip()
    word, _, rest = text.partition(" ")
    match word.casefold():
        case "list" | "列表" if not rest:
            return _list(request, "mine", 0)
        case "list" | "列表" if rest.strip().casefold() in LISTS:
            return _list(request, LISTS[rest.strip().casefold()], 0)
        case "list" | "列表" if _CODE.fullmatch(rest.strip().upper()):
            return _list(request, f"about {rest.strip().upper()}", 0)
        case kind if kind in LISTS and not rest:
            return _list(request, LISTS[kind], 0)
        case "board" | "看板":
            return _board(request, rest.strip().casefold())
        case "progress" | "进度" if not rest:
            return say(request, partial(_burn_up, request))
        case "help" | "帮助" | "?" | "？":
            return say(request, lambda session, office, by, words: listing.help_text(words))
        case "show" | "查看":
            return _show(request, rest)
        case _ if one := _ONE.fullmatch(text):
            return _show(request, one[1])
        case "new" | "新建":
            return give(request, raw.partition(" ")[2])
        case _:
            return give(request, raw)


LISTS: Final = {
    "mine": "mine",
    "我的": "mine",
    "given": "given",
    "我给的": "given",
    "team": "team",
    "all": "team",
    "全部": "team",
    "late": "late",
    "overdue": "late",
    "逾期": "late",
    "blocked": "blocked",
    "受阻": "blocked",
}
_SHOWN: Final = re.compile(r"([^:]*):(-?\d{1,3}):(\d{1,3})")
_LIST_OF: Final = re.compile(r"(?:list|列表)\s+<@([A-Z0-9]+)(?:\|[^>]*)?>", re.IGNORECASE)
_CODE: Final = re.compile(r"[A-Z]{1,6}[0-9]{0,4}-[0-9]{1,6}(?:-[0-9]{1,6})?")
_MENTION: Final = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
_RUN: Final = rf"{_MENTION.pattern}(?:\s*(?:[,，、&＆和与]|and\b)?\s*{_MENTION.pattern})*"
_WHO: Final = re.compile(
    rf"\s*(?:(?:please\s+)?(?:ask|tell|let|have)\s+|请|让|叫|麻烦)?(?P<who>{_RUN})\s*[,，:：]?\s*(?:to\b)?",
    re.IGNORECASE,
)
"""Who is to do it, at the beginning: the others who are named are part of the sentence."""

_COPIED: Final = re.compile(rf"(?:[,，、;；]|\bcc\b[:：]?|抄送[:：]?)\s*{_RUN}\s*$", re.IGNORECASE)
_BANG: Final = re.compile(
    rf"(?:(?<![A-Za-z0-9])[!！]+|[!！]+(?=[\u4e00-\u9fff]))({'|'.join(PRIORITY)})(?!\w)", re.IGNORECASE
)
_ONE: Final = re.compile(r"(?:[^\s@]*[^\sA-Z0-9@]|[^\s@]+\s+)?(T-\d+)(?:\s*[^\s@\d]+)?", re.IGNORECASE)
"""A word or two about one task, such as "T-3 done": it is shown with its buttons."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A task as somebody wrote it in a line; `users` are Slack's, the first one does it, and where `is_addressed` the
    line begins with them. `about` is the code of a record it names. `doubt` is why no moment was understood, where they
    seem to have named one. `message` is the channel and ts of the message it was said in, `source` the link to it."""

    title: str
    users: tuple[str, ...]
    due_at: datetime | None
    priority: Priority
    about: str = ""
    repeats: str = ""
    doubt: Refused | None = None
    is_addressed: bool = True
    message: dict[str, str] = field(default_factory=dict)
    source: str = ""

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Spoken:
        """One that went to Slack and back. Raises ValueError, KeyError, TypeError or StopIteration for others."""
        return cls(
            title=str(kept["title"]),
            users=tuple(map(str, kept["users"])),
            due_at=datetime.fromisoformat(kept["due_at"]).astimezone(UTC) if kept["due_at"] else None,
            priority=next(each for each in rules.PRIORITIES if each == kept["priority"]),
            about=str(kept["about"]),
            repeats=str(kept["repeats"]),
            message={str(key): str(said) for key, said in kept.get("message", {}).items()},
        )


def spoken(session: Session, workspace: str, raw: str, office: Office, words: Words) -> Spoken:
    """What a line such as "<@U1> send PI to ACME by Friday 5pm !high" asks for. What is not understood stays in the
    title, and the form asks for what is missing."""

    def named(found: re.Match[str]) -> str:
        person = people.by_slack_user(session, workspace, found[1])
        return f" @{words.say(name(person.member, office))} " if person else found[0]

    users = tuple(dict.fromkeys(_MENTION.findall(raw)))
    addressed = _WHO.match(raw)
    rest = _COPIED.sub("", raw[addressed.end() :]) if addressed else raw
    text = typed(_MENTION.sub(named, rest))
    if not users:
        users, text = _called(session, workspace, text, office)
    priority: Priority = "normal"
    if found := _BANG.search(text):
        said = PRIORITY[found[1].casefold()]
        priority = next(each for each in rules.PRIORITIES if each == said)
        text = _BANG.sub(" ", text)
    heard = _repeated(text, office, words) or _once(text, office, words)
    codes = (each for each in _CODE.findall(heard.title.upper()) if not each.startswith("T-"))
    about = next((code for code in codes if preparation.called(session, workspace, code)), "")
    return replace(heard, users=users, priority=priority, about=about, is_addressed=addressed is not None)


def _called(session: Session, workspace: str, text: str, office: Office) -> tuple[tuple[str, ...], str]:
    """The account of a member whom a line begins with by their whole name, and the line without it."""
    for member in office.agreement.members:
        for called in (member.id, member.name.en, member.name.zh):
            found = re.match(rf"@?{re.escape(called)}(?![A-Za-z0-9的和与、'’])\s*[,，:：]?\s*", text, re.IGNORECASE)
            person = people.by_member(session, workspace, member.id) if found else None
            if found and person:
                return (person.slack_user,), text[found.end() :]
    return (), text


def _once(text: str, office: Office, words: Words) -> Spoken:
    moment = find(text, _asker(office, words))
    if isinstance(moment, Found):
        return Spoken(moment.rest, (), moment.moment, "normal")
    return Spoken(" ".join(text.split()), (), None, "normal", doubt=moment)


def _repeated(text: str, office: Office, words: Words) -> Spoken | None:
    """A line that says how often: the first time is the next such day, at the time beside it or at closing time."""
    named = recurrence.find(unicodedata.normalize("NFKC", text))
    if named is None:
        return None
    asker = _asker(office, words)
    at, rest = asker.closing, named.after
    timed = time_at_the_beginning(named.after)
    if isinstance(timed, Refused):
        return Spoken(" ".join(text.split()), (), None, "normal", doubt=timed)
    if timed is not None:
        at, rest = timed
    title = " ".join(f"{named.before} {rest}".split()).strip(" ,;，、；。")
    if (other := find(title, asker)) is not None:
        said = other.facts.get("said", title) if isinstance(other, Refused) else title
        return Spoken(" ".join(text.split()), (), None, "normal", doubt=Refused("several_moments", {"said": said}))
    due_at = rules.first_of(named.repeat, office, at, words.timezone)
    return Spoken(title, (), due_at, "normal", repeats=str(named.repeat))


def give(request: Request, raw: str) -> Answer:
    """A task in a line: given at once where everything is said, else the form asks for the rest."""

    def see(session: Session, office: Office, by: Member | None, words: Words) -> Spoken | kit.Block | kit.Payload:
        if by is None:
            return kit.message(kit.section(refusal(Refused("not_a_member"), office, words)))
        said = spoken(session, request.delivery.workspace, raw, office, words)
        members = [people.by_slack_user(session, request.delivery.workspace, user) for user in said.users]
        if said.is_addressed and said.due_at and said.title and all(member is not None for member in members):
            return said
        return _form(said, request.delivery.user, office, words)

    found = look(request, see)
    if isinstance(found, kit.Payload):
        return {"response_type": "ephemeral", **found.as_json()}
    if not isinstance(found, Spoken):
        return request.open(found)
    return give_spoken(request, found)


def open_spoken(request: Request, said: Spoken) -> Answer:
    """The form, filled in with what somebody wrote."""
    source = json.dumps(said.message)
    shown = look(request, lambda session, office, by, words: _form(said, request.delivery.user, office, words, source))
    return request.open(shown)


def from_message(request: Request) -> Answer:
    """The shortcut “Make this a task” on a message: the form with its text, and a link back to it."""
    message = request.body["message"]
    source = {"channel": request.body["channel"]["id"], "ts": message["ts"]}

    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Block:
        text = str(message.get("text", ""))
        said = spoken(session, request.delivery.workspace, text, office, words)
        return _form(said, request.delivery.user, office, words, json.dumps(source), typed(text))

    return open_or_say(request, see)


def open_form(request: Request) -> Answer:
    """The button “New task” on somebody's Home."""
    return give(request, "")


def given(request: Request) -> Answer:
    """The form of a new task was submitted."""
    values = filled_in(request.body)
    source = permalink(request, json.loads(request.body["view"]["private_metadata"] or "{}"))
    owner = member_of(request, values["owner"])
    watchers = tuple(member_of(request, user) for user in values["watchers"])

    def make(
        session: Session, office: Office, by: Member, number: Callable[[], int]
    ) -> tuple[Task, list[Event]] | list[Refused]:
        due_at = _due(values, "due", _asker_of(session, request, office, by))
        about = _about(session, request.delivery.workspace, values["about"], office, by)
        if refused := [each for each in (due_at, about) if isinstance(each, Refused)]:
            return refused
        wanted = _wanted(values, owner, due_at, about, watchers, source)
        made = rules.give(wanted, office, by, workspace=request.delivery.workspace, number=number)
        return [_beside_when(item) for item in made] if isinstance(made, list) else made

    return request.desk.create(request.delivery, SUBJECT, make, partial(_echoed_form, request))


def _wanted(
    values: dict[str, Any], owner: str, due_at: Any, about: Any, watchers: tuple[str, ...], source: str = ""
) -> Given:
    return Given(
        title=values["title"],
        owner=owner,
        due_at=due_at,
        description=values["description"],
        watchers=watchers,
        priority=values["priority"],
        about=about,
        items=values["items"].splitlines(),
        repeats=values["repeats"],
        source=source,
    )


def _echoed_form(request: Request, outcome: Outcome, scene: Scene) -> Reply:
    """The reply to the form: what was understood, said back."""
    reply = beside_fields(request.body, outcome, scene)
    return replace(reply, whisper=_echo(scene)) if is_done(outcome) else reply


def change(request: Request) -> Answer:
    """The form that changes a task was submitted."""
    values = filled_in(request.body)
    watchers = tuple(member_of(request, user) for user in values["watchers"])

    def action(session: Session) -> Action:
        def run(task: Task, office: Office, by: Member) -> list[Event] | list[Refused] | Refused:
            due_at = _due(values, "due", _asker_of(session, request, office, by))
            about = _about(session, task.workspace, values["about"], office, by)
            if isinstance(due_at, Refused):
                return due_at
            if isinstance(about, Refused):
                return about
            if due_at is not None and abs(due_at - task.due_at) < timedelta(minutes=1):
                due_at = task.due_at  # the picker knows no seconds
            outcome = rules.change(task, office, by, _wanted(values, task.owner, due_at, about, watchers))
            if isinstance(outcome, Refused):
                return _beside_when(outcome)
            return [_beside_when(item) if isinstance(item, Refused) else item for item in outcome]  # type: ignore[return-value]

        return run

    reply = partial(beside_fields, request.body)
    return request.desk.act_knowing(request.delivery, SUBJECT, metadata(request)[0], action, reply)


def ask_for_time(request: Request) -> Answer:
    """The form that asks for more time was submitted."""
    values = filled_in(request.body)

    def action(session: Session) -> Action:
        def run(task: Task, office: Office, by: Member) -> list[Event] | Refused:
            until = _due(values, "until", _asker_of(session, request, office, by))
            if isinstance(until, Refused):
                return until
            return rules.ask_for_time(task, office, by, until=until, reason=values["reason"])

        return run

    reply = partial(beside_fields, request.body)
    return request.desk.act_knowing(request.delivery, SUBJECT, metadata(request)[0], action, reply)


def tick(request: Request) -> Answer:
    """The form with the open lines was submitted."""
    values = filled_in(request.body)
    chosen = [as_number(value) for key, several in values.items() if key.startswith("items") for value in several]

    def action(task: Task, office: Office, by: Member) -> list[Event] | Refused:
        events: list[Event] = []
        for item in chosen:
            outcome = rules.tick(task, office, by, item=item)
            if isinstance(outcome, Refused):
                return outcome
            events += outcome
        return events or Refused("nothing_ticked", field="items")

    return submits(lambda filled: action)(request)


def block(request: Request) -> Answer:
    """The form that says what is in the way was submitted."""
    unblocker = member_of(request, user) if (user := filled_in(request.body)["unblocker"]) else ""
    return submits(lambda filled: partial(rules.block, what=filled["what"], unblocker=unblocker))(request)


def give_to(request: Request) -> Answer:
    """The form that gives a task to somebody else was submitted."""
    to = member_of(request, filled_in(request.body)["to"])
    return submits(lambda filled: partial(rules.give_to, to=to))(request)


def snooze(request: Request) -> Answer:
    """“Remind me tomorrow”: nothing is said of it before the opening of the next working day."""

    def action(task: Task, office: Office, by: Member) -> list[Event] | Refused:
        return rules.snooze(task, office, by, until=_tomorrow(office))

    return request.desk.act(request.delivery, SUBJECT, number_of(request), action, _snoozed)


def _snoozed(outcome: Outcome, scene: Scene) -> Reply:
    """The reply to a snooze: when the task will be called to mind."""
    if not is_done(outcome) or scene.record.quiet_until is None:
        return aloud(outcome, scene)
    return Reply(whisper=story.reminded(scene.record, scene.words))


def more(request: Request) -> Answer:
    """The menu “More” on a card, and the menu under a list: each choice is one of the other buttons."""
    choice = choice_of(request)
    return MORE[choice](request) if choice in MORE else {}


def show(request: Request) -> Answer:
    """A button that shows a task with its history, and the buttons for what can be done with it."""
    return open_or_say(request, partial(_page, request))


def at_once(action: Action) -> records.Handler:
    """A button that does `action`; on a task's page, that page shows what has become of it."""

    def do(request: Request) -> Answer:
        answer = act(action)(request)
        if request.body.get("view", {}).get("callback_id") == PAGE:
            page = look(request, lambda session, office, by, words: by and _page(request, session, office, by, words))
            if isinstance(page, dict):
                request.update(page)
        return answer

    return do


def _page(request: Request, session: Session, office: Office, by: Member, words: Words) -> kit.Block | Refused:
    task = store.read(session, Task, request.delivery.workspace, number_of(request))
    if task is None or rules.may_see(task, office, by):
        return Refused("no_task", {"code": card.code(number_of(request))})
    events = store.history(session, task.workspace, SUBJECT, task.number)
    row = kit.actions(f"task:{task.number}:page", *card.acts(task, words))
    title, *rest = story.history(task, events, office, words)
    return kit.modal(PAGE, card.code(task.number), "", words("Close"), title, row, *rest)


def browse(request: Request) -> Answer:
    """“Back” and “Further” under a list."""
    kind, _, page = value_of(request).rpartition(":")
    return request.replace_original(_list(request, kind, as_number(page)))


def filter_list(request: Request) -> Answer:
    """Another list was chosen under one."""
    return request.replace_original(_list(request, str(request.body["actions"][0]["selected_option"]["value"]), 0))


def turn_board(request: Request) -> Answer:
    """Another week, another role or another page was chosen under the board."""
    done = request.body["actions"][0]
    found = _SHOWN.fullmatch(str(done["value"] if "value" in done else done["selected_option"]["value"]))
    role, week, page = found.groups() if found else ("", 0, 0)

    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
        shown = listing.Week(role if role in office.agreement.roles else by.role, int(week), int(page))
        return _week(session, request, office, by, words, shown)

    return request.replace_original(say(request, see))


def give_spoken(request: Request, said: Spoken) -> Answer:
    """Give what somebody wrote in a line, and say it back to them."""

    def make(
        session: Session, office: Office, by: Member, number: Callable[[], int]
    ) -> tuple[Task, list[Event]] | list[Refused]:
        workspace = request.delivery.workspace
        found = [people.by_slack_user(session, workspace, user) for user in said.users]
        owner, *watchers = [person.member if person and person.active else "" for person in found]
        wanted = Given(
            title=said.title,
            owner=owner,
            watchers=tuple(watchers),
            due_at=said.due_at,
            priority=said.priority,
            about=said.about,
            repeats=said.repeats,
            source=said.source,
        )
        return rules.give(wanted, office, by, workspace=workspace, number=number)

    return request.desk.create(request.delivery, SUBJECT, make, partial(_echoed, request))


def _echoed(request: Request, outcome: Outcome, scene: Scene) -> Reply:
    """What was understood, said back; or why not."""
    if not is_done(outcome):
        refused = [outcome] if isinstance(outcome, Refused) else [item for item in outcome if isinstance(item, Refused)]
        said = "\n".join(refusal(item, scene.office, scene.words) for item in refused)
        return _only_for(request, kit.message(kit.section(said)))
    return _only_for(request, _echo(scene))


def _echo(scene: Scene) -> kit.Payload:
    owner = scene.office.agreement.member(scene.record.owner)
    zone = (owner.timezone if owner else None) or scene.office.agreement.timezone
    return story.echo(scene.record, scene.office, scene.words, owner_zone=zone)


def _only_for(request: Request, payload: kit.Payload) -> Reply:
    """In the answer to a command; under a click or a mention, a message only they see."""
    if "command" in request.body:
        return Reply({"response_type": "ephemeral", **payload.as_json()})
    return Reply(whisper=payload)


def _undoable(request: Request, outcome: Outcome, scene: Scene) -> Reply:
    """The reply to a form that did what can be taken back for some seconds."""
    reply = beside_fields(request.body, outcome, scene)
    return replace(reply, whisper=story.taken_back(scene.record, scene.words)) if is_done(outcome) else reply


def _undoable_form(action: Callable[[dict[str, Any]], Action]) -> records.Handler:
    def do(request: Request) -> Answer:
        made = action(filled_in(request.body))
        return request.desk.act(request.delivery, SUBJECT, metadata(request)[0], made, partial(_undoable, request))

    return do


def _form(said: Spoken, user: str, office: Office, words: Words, source: str = "{}", message: str = "") -> kit.Block:
    """The form of a new task, filled in with what somebody wrote; of a long message the whole is in the description."""
    owner, *watchers = said.users or (user,)
    filled = forms.Filled(
        title=said.title[:LONGEST_TITLE],
        owner=owner,
        watchers=watchers,
        due_at=said.due_at,
        priority=said.priority,
        description=message if len(said.title) > LONGEST_TITLE else "",
        about=said.about,
        repeats=said.repeats,
    )
    return forms.new(filled, words, doubt=refusal(said.doubt, office, words) if said.doubt else "", metadata=source)


def _about(session: Session, workspace: str, said: str, office: Office, by: Member) -> str | Refused:
    """The code of the record a form says the task belongs to, as people write it."""
    code = unicodedata.normalize("NFKC", said).strip().upper()
    found = preparation.called(session, workspace, code) if code else None
    if code and (found is None or SUBJECTS[found[0]].may_see(found[1], office, by)):
        return Refused("no_such_record", {"code": said.strip()}, field="about")
    return code


def _due(values: dict[str, Any], field: str, asker: Asker) -> datetime | Refused | None:
    """The moment of a form: said in words, or chosen."""
    if values["when"].strip():
        moment = understand(values["when"], asker)
        return Refused(moment.reason, moment.facts, field="when") if isinstance(moment, Refused) else moment
    chosen = values[field]
    return datetime.fromtimestamp(chosen, UTC) if chosen else None


def _beside_when(refused: Refused) -> Refused:
    """A missing moment is asked for in words."""
    return replace(refused, field="when") if refused.reason == "due_missing" else refused


def _asker(office: Office, words: Words) -> Asker:
    return Asker(office.now, words.timezone, office.calendar)


def _asker_of(session: Session, request: Request, office: Office, by: Member) -> Asker:
    return _asker(office, request.desk.words_of(session, request.delivery.workspace, by))


def _tomorrow(office: Office) -> datetime:
    """The opening of the next working day."""
    zone = ZoneInfo(office.agreement.timezone)
    midnight = datetime.combine(office.today + timedelta(days=1), time(), zone)
    return office.calendar.next_open(midnight)


def _show(request: Request, said: str) -> Answer:
    number = as_number(said.strip().upper().removeprefix("T").removeprefix("-"))

    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
        task = store.read(session, Task, request.delivery.workspace, number)
        if task is None or rules.may_see(task, office, by):
            return kit.message(kit.section(refusal(Refused("no_task", {"code": said or "…"}), office, words)))
        events = store.history(session, task.workspace, SUBJECT, task.number)
        return kit.message(
            *story.history(task, events, office, words),
            kit.actions(f"task:{task.number}:shown", *card.acts(task, words)),
        )

    return say(request, see)


def _list(request: Request, kind: str, page: int) -> Answer:
    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
        what, _, which = kind.partition(" ")
        role = which if what == "role" and which in office.agreement.roles else ""
        found = shelf.open_tasks(
            session,
            request.delivery.workspace,
            by.id,
            owner=by.id if kind == "mine" else kind.removeprefix("@") if kind.startswith("@") else "",
            giver=by.id if kind == "given" else "",
            owners=tuple(member.id for member in office.agreement.with_role(role)) if role else (),
            about=which if what == "about" else "",
            state="blocked" if kind == "blocked" else "",
            late_at=office.now if kind == "late" else None,
            offset=page * listing.PAGE,
            limit=listing.PAGE + 1,
        )
        match what:
            case "mine":
                title = words("Your tasks")
            case "given":
                title = words("Tasks you gave")
            case "late":
                title = words("Late tasks")
            case "blocked":
                title = words("Blocked tasks")
            case "about":
                title = words("Tasks of {what}", what=which)
            case "role" if role:
                title = words("Tasks of {what}", what=office.agreement.roles[role])
            case who if who.startswith("@"):
                title = words("Tasks of {what}", what=name(who.removeprefix("@"), office))
            case _:
                title = words("Everybody's tasks")
        return listing.page_of(
            found[: listing.PAGE], office, words, title=title, page=page, more=len(found) > listing.PAGE, kind=kind
        )

    return say(request, see)


def _board(request: Request, said: str) -> Answer:
    """The board that is asked for in words: of a role, one's own where none is named, and of a week, this one too."""

    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
        week, named = 0, said
        for weeks, pattern in WEEKS.items():
            if pattern.search(named):
                week, named = weeks, pattern.sub("", named).strip()
                break
        names = {
            key: [str(each).casefold() for each in (key, label.zh, label.en)]
            for key, label in office.agreement.roles.items()
        }
        roles = [key for key, said in names.items() if named in said] or [
            key for key, said in names.items() if any(each.startswith(named) for each in said)
        ]
        if named and len(roles) != 1:
            unknown = Refused("no_such_role", {"said": named})
            return kit.message(kit.section(refusal(unknown, office, words)))
        shown = listing.Week(roles[0] if named else by.role, week)
        return _week(session, request, office, by, words, shown)

    return say(request, see)


def _week(
    session: Session, request: Request, office: Office, by: Member, words: Words, shown: listing.Week
) -> kit.Payload:
    monday = office.today - timedelta(days=office.today.weekday()) + timedelta(weeks=shown.week)
    zone = ZoneInfo(office.agreement.timezone)
    begin, end = (datetime.combine(monday + timedelta(days=n), time(), zone).astimezone(UTC) for n in (0, 7))
    owners = [member.id for member in office.agreement.with_role(shown.role)]
    found = shelf.of_week(
        session, request.delivery.workspace, by.id, owners=owners, since=begin, until=end, limit=OF_A_WEEK
    )
    return listing.board(found, office, words, shown=shown, monday=monday)


def _burn_up(request: Request, session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
    zone = ZoneInfo(office.agreement.timezone)
    days: list[date] = [office.today - timedelta(days=n) for n in reversed(range(FORTNIGHT))]
    ends = [datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC) for day in days]
    counted = shelf.burn_up(session, request.delivery.workspace, by.id, ends)
    return listing.burn_up([(day, given, done) for day, (_, given, done) in zip(days, counted, strict=True)], words)


def _written(
    callback: str, title: Callable[[Words], str], label: Callable[[Words], str], *, optional: bool = False
) -> Callable[[Sight], kit.Block]:
    return lambda sight: forms.written(
        callback, sight.record, title(sight.words), label(sight.words), sight.words, optional=optional
    )


def _change_form(sight: Sight) -> kit.Block:
    task: Task = sight.record
    accounts = people.by_members(sight.session, task.workspace, task.watchers)
    filled = forms.Filled(
        title=task.title,
        watchers=[accounts[each].slack_user for each in task.watchers if each in accounts],
        due_at=task.due_at,
        priority=task.priority,
        description=task.description,
        about=task.about,
        items=[item.text for item in task.items],
        repeats=task.repeats,
    )
    return forms.change(task, filled, sight.words)


def _block_form(sight: Sight) -> kit.Block:
    giver = people.by_member(sight.session, sight.record.workspace, sight.record.giver)
    return forms.block(sight.record, sight.words, giver=giver.slack_user if giver else "")


FORMS: Final = {
    "decline": opens(
        _written("task.decline", lambda words: words("I cannot"), lambda words: words("Why")), rules.may_answer
    ),
    "report": opens(lambda sight: forms.report(sight.record, sight.words), rules.may_work),
    "time": opens(lambda sight: forms.more_time(sight.record, sight.words), rules.may_work),
    "block": opens(_block_form, rules.may_work),
    "tick": opens(lambda sight: forms.tick(sight.record, sight.words), rules.may_work),
    "send_back": opens(
        _written("task.send_back", lambda words: words("Send back"), lambda words: words("What is missing")),
        rules.may_judge,
    ),
    "give_to": opens(lambda sight: forms.give_to(sight.record, sight.words), rules.may_pass_on),
    "change": opens(_change_form, rules.may_change),
    "cancel": opens(
        _written("task.cancel", lambda words: words("Cancel the task"), lambda words: words("Why"), optional=True),
        rules.may_change,
    ),
    "note": opens(_written("task.note", lambda words: words("Add a note"), lambda words: words("Note")), rules.may_see),
}

MORE: Final = {"history": show, "snooze": snooze, **FORMS}

ACTIONS: Final = {
    "task.accept": at_once(rules.accept),
    "task.finish": at_once(rules.finish),
    "task.approve": at_once(rules.approve),
    "task.unblock": at_once(rules.unblock),
    "task.grant": at_once(rules.grant_time),
    "task.refuse": at_once(rules.refuse_time),
    "task.undo": act(rules.undo),
    "task.show": show,
    "task.new": open_form,
    "task.more": more,
    "task.list.back": browse,
    "task.list.on": browse,
    "task.list.filter": filter_list,
    "task.board.back": turn_board,
    "task.board.on": turn_board,
    "task.board.role": turn_board,
    "task.board.page.back": turn_board,
    "task.board.page.on": turn_board,
    **{f"task.{form}": opened for form, opened in FORMS.items()},
}

VIEWS: Final = {
    "task.give": given,
    "task.change": change,
    "task.time": ask_for_time,
    "task.tick": tick,
    "task.block": block,
    "task.give_to": give_to,
    "task.decline": _undoable_form(lambda filled: partial(rules.decline, reason=filled["text"])),
    "task.cancel": _undoable_form(lambda filled: partial(rules.cancel, reason=filled["text"])),
    "task.report": submits(
        lambda filled: partial(rules.report, progress=as_number(filled["progress"]), line=filled["line"])
    ),
    "task.send_back": submits(lambda filled: partial(rules.send_back, reason=filled["text"])),
    "task.note": submits(lambda filled: partial(rules.note, text=filled["text"])),
}
