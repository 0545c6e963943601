"""A task: who does what by when, given by one person, taken by another, done, and accepted by the giver.

    offered -> accepted -> done -> closed
    offered -> declined -> offered (to somebody) | cancelled
    accepted <-> blocked,  done -> accepted (sent back)

A task that repeats is one record for life: when it is closed its next day begins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

from department.agreement import Member, Priority
from department.ahead import pass_over
from department.people import Office
from department.records import UNDONE, Ask, Deadline, Event, Notice, Refused, of_the_clock
from department.recurrence import Repeat
from department.schedule import after, warn_at

SUBJECT: Final = "task"
OPEN: Final = ("offered", "accepted", "blocked", "done", "declined")
"""The states in which something is still to be done by somebody."""

State = Literal["offered", "accepted", "blocked", "done", "declined", "closed", "cancelled"]
PRIORITIES: Final[tuple[Priority, ...]] = get_args(Priority)
NEARLY: Final = 90
"""Percent of what was done and came back."""

UNDO_WITHIN: Final = timedelta(seconds=10)
"""How long a cancellation or a refusal can be taken back; nobody is told of it before."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a task's checklist; `done_at` is UTC."""

    text: str
    done_by: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """The wish for more time: until when (UTC), and why."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Before:
    """What a task was before the last thing that can be taken back, who did it, and when (UTC)."""

    state: State
    by: str
    at: datetime


@dataclass(kw_only=True, eq=False)
class Task:
    """One task. Moments are aware UTC; people are member ids. `about` is the code of the order or complaint that it
    belongs to ("SO-2610-03"), `source` a link to the message that it came from; `between_us` is one that was given in a
    talk of two."""

    workspace: str
    number: int
    state: State = "offered"
    title: str
    description: str = ""
    giver: str
    owner: str
    watchers: tuple[str, ...] = ()
    priority: Priority = "normal"
    due_at: datetime
    about: str = ""
    items: tuple[Item, ...] = ()
    repeats: str = ""
    source: str = ""
    between_us: bool = False
    progress: int = 0
    progress_line: str = ""
    blocked_by: str = ""
    unblocker: str = ""
    wish: Wish | None = None
    quiet_until: datetime | None = None
    before: Before | None = None
    fired: tuple[str, ...] = ()
    given_at: datetime
    offered_at: datetime
    accepted_at: datetime | None = None
    done_at: datetime | None = None
    ended_at: datetime | None = None
    ending: str = ""
    version: int = 1

    @property
    def is_own(self) -> bool:
        """Whether somebody gave it to themselves."""
        return self.giver == self.owner and not self.watchers

    @property
    def is_private(self) -> bool:
        """Whether nobody sees it but those who have a part in it."""
        return self.is_own or self.between_us


@dataclass(frozen=True, slots=True)
class Attached:
    """A task that belongs to a record, and the address of its card, if it is posted."""

    task: Task
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a task consists of when it is given."""

    title: str
    owner: str
    due_at: datetime | None
    description: str = ""
    watchers: tuple[str, ...] = ()
    priority: str = "normal"
    about: str = ""
    items: Sequence[str] = ()
    repeats: str = ""
    source: str = ""
    between_us: bool = False


def give(
    given: Given, office: Office, by: Member, *, workspace: str, number: Callable[[], int]
) -> tuple[Task, list[Event]] | list[Refused]:
    """Give a task to somebody; to oneself it begins at once. Returns the task with its first events, or every problem
    at once."""
    problems = _problems(given, office)
    due_at = given.due_at
    if problems or due_at is None:
        return problems
    own = given.owner == by.id
    task = Task(
        workspace=workspace,
        number=number(),
        state="accepted" if own else "offered",
        title=given.title.strip(),
        description=given.description.strip(),
        giver=by.id,
        owner=given.owner,
        watchers=_watchers(given.watchers, given.owner),
        priority=_priority(given.priority),
        due_at=due_at,
        about=given.about.strip(),
        items=tuple(Item(text.strip()) for text in given.items if text.strip()),
        repeats=given.repeats,
        source=given.source,
        between_us=given.between_us,
        given_at=office.now,
        offered_at=office.now,
        accepted_at=office.now if own else None,
    )
    return task, [_event("given", office, by, new=task.owner), *_givers_own_cover(task, office)]


def accept(task: Task, office: Office, by: Member) -> list[Event] | Refused:
    """The receiver, or who stands in for them, has it."""
    if task.state != "offered":
        return Refused("task_not_offered")
    if refusal := _only(task.owner, office, by):
        return refusal
    task.state, task.accepted_at = "accepted", office.now
    return [_event("accepted", office, by)]


def decline(task: Task, office: Office, by: Member, *, reason: str) -> list[Event] | Refused:
    """The receiver cannot take it: it goes back to the giver, with the reason."""
    if task.state != "offered":
        return Refused("task_not_offered")
    if refusal := _only(task.owner, office, by):
        return refusal
    if not reason.strip():
        return Refused("reason_missing", field="reason")
    _can_be_undone(task, office, by)
    task.state = "declined"
    return [_event("declined", office, by, note=reason.strip())]


def report(task: Task, office: Office, by: Member, *, progress: int, line: str) -> list[Event] | Refused:
    """How far it is, in percent and in a line."""
    if refusal := _working(task, office, by):
        return refusal
    if not 0 <= progress <= 100:
        return Refused("not_a_share", field="progress")
    before = task.progress
    task.progress, task.progress_line = progress, line.strip()
    return [_event("reported", office, by, old=str(before), new=str(progress), note=line.strip())]


def tick(task: Task, office: Office, by: Member, *, item: int) -> list[Event] | Refused:
    """A line of the checklist is done; `item` counts from 0."""
    if refusal := _working(task, office, by):
        return refusal
    if not 0 <= item < len(task.items) or task.items[item].done_at is not None:
        return Refused("step_done")
    done = replace(task.items[item], done_by=by.id, done_at=office.now)
    task.items = (*task.items[:item], done, *task.items[item + 1 :])
    return [_event("ticked", office, by, new=done.text)]


def block(task: Task, office: Office, by: Member, *, what: str, unblocker: str) -> list[Event] | Refused:
    """It cannot go on: by what, and who can help. They are told."""
    if task.state == "blocked":
        return Refused("blocked_already")
    if refusal := _working(task, office, by):
        return refusal
    if not what.strip():
        return Refused("text_missing", field="what")
    if unblocker and office.agreement.member(unblocker) is None:
        return Refused("not_in_agreement", field="unblocker")
    task.state, task.blocked_by, task.unblocker = "blocked", what.strip(), unblocker or task.giver
    return [_event("blocked", office, by, new=task.unblocker, note=task.blocked_by)]


def unblock(task: Task, office: Office, by: Member) -> list[Event] | Refused:
    """It can go on. The owner, whoever was asked, and the giver may say so."""
    if task.state != "blocked":
        return Refused("not_blocked")
    if refusal := _one_of((task.owner, task.unblocker, task.giver), office, by):
        return refusal
    before, task.state, task.blocked_by, task.unblocker = task.unblocker, "accepted", "", ""
    return [_event("unblocked", office, by, old=before)]


def finish(task: Task, office: Office, by: Member) -> list[Event] | Refused:
    """It is done. The giver accepts that or sends it back; one's own task is closed."""
    if task.state not in ("offered", "accepted", "blocked"):
        return Refused("task_over")
    if refusal := _only(task.owner, office, by):
        return refusal
    if left := [item.text for item in task.items if item.done_at is None]:
        return Refused("items_open", {"items": "; ".join(left)})
    task.state, task.progress, task.done_at, task.wish = "done", 100, office.now, None
    task.accepted_at = task.accepted_at or office.now
    done = _event("done", office, by)
    return [done, *_close(task, office, by)] if task.giver in (task.owner, by.id) else [done]


def approve(task: Task, office: Office, by: Member) -> list[Event] | Refused:
    """The giver accepts what was done."""
    if refusal := _awaits_the_giver(task, office, by):
        return refusal
    return _close(task, office, by)


def send_back(task: Task, office: Office, by: Member, *, reason: str) -> list[Event] | Refused:
    """The giver wants something more."""
    if refusal := _awaits_the_giver(task, office, by):
        return refusal
    if not reason.strip():
        return Refused("reason_missing", field="reason")
    task.state, task.done_at, task.progress = "accepted", None, min(task.progress, NEARLY)
    task.fired = task.fired if task.due_at > office.now else ("unanswered", "due_soon", "due", "overdue")
    return [_event("sent_back", office, by, note=reason.strip())]


def cancel(task: Task, office: Office, by: Member, *, reason: str) -> list[Event] | Refused:
    """It is not to be done any more."""
    if refusal := may_change(task, office, by):
        return refusal
    if not task.is_own and not reason.strip():
        return Refused("reason_missing", field="reason")
    _can_be_undone(task, office, by)
    before, task.state, task.ended_at, task.ending = task.state, "cancelled", office.now, reason.strip()
    return [_event("cancelled", office, by, old=before, note=reason.strip())]


def undo(task: Task, office: Office, by: Member) -> list[Event] | Refused:
    """Take back what one has just done."""
    before = task.before
    if before is None or before.by != by.id:
        return Refused("nothing_to_undo")
    if office.now - before.at > UNDO_WITHIN:
        return Refused("too_late_to_undo", {"seconds": str(int(UNDO_WITHIN.total_seconds()))})
    undone, task.state, task.before, task.ended_at, task.ending = task.state, before.state, None, None, ""
    return [_event(UNDONE, office, by, old=undone, new=task.state)]


def give_to(task: Task, office: Office, by: Member, *, to: str) -> list[Event] | Refused:
    """Somebody else is to do it: the giver decides that, and the owner may pass it on. It is offered anew."""
    if task.state in ("done", "closed", "cancelled"):
        return Refused("task_over")
    if refusal := _one_of((task.owner, task.giver), office, by):
        return refusal
    if office.agreement.member(to) is None:
        return Refused("not_in_agreement", field="to")
    if to == task.owner and task.state != "declined":
        return Refused("has_it_already", {"who": to}, field="to")
    before, task.owner = task.owner, to
    task.state, task.offered_at, task.accepted_at, task.wish = "offered", office.now, None, None
    task.blocked_by, task.unblocker, task.fired, task.before = "", "", (), None
    task.watchers = tuple(person for person in task.watchers if person != to)
    if to == by.id:
        task.state, task.accepted_at = "accepted", office.now
    return [_event("given_to", office, by, old=before, new=to), *_givers_own_cover(task, office)]


def change(task: Task, office: Office, by: Member, wanted: Given) -> list[Event] | list[Refused] | Refused:
    """The giver changes what is to be done, or by when, and who is kept informed; who does it stays. A line of the
    checklist that is still there stays done."""
    if refusal := may_change(task, office, by):
        return refusal
    problems, due_at = _problems(wanted, office, task), wanted.due_at
    if problems or due_at is None:
        return problems
    before, texts = {item.text: item for item in task.items}, [text.strip() for text in wanted.items if text.strip()]
    watchers = _watchers(wanted.watchers, task.owner)
    events = [
        _event(what, office, by, old=old, new=new)
        for what, old, new in (
            ("retitled", task.title, wanted.title.strip()),
            ("described", task.description, wanted.description.strip()),
            ("prioritised", task.priority, wanted.priority),
            ("belongs", task.about, wanted.about.strip()),
            ("listed", "; ".join(before), "; ".join(texts)),
            ("repeats", task.repeats, wanted.repeats),
        )
        if old != new
    ]
    events += [_event("watching", office, by, new=person) for person in watchers if person not in task.watchers]
    events += [_event("watched", office, by, old=person) for person in task.watchers if person not in watchers]
    task.title, task.description = wanted.title.strip(), wanted.description.strip()
    task.priority, task.about, task.repeats = _priority(wanted.priority), wanted.about.strip(), wanted.repeats
    task.items, task.watchers = tuple(before.get(text, Item(text)) for text in texts), watchers
    return [*events, *_set_due(task, office, by, due_at)]


def _watchers(people: Sequence[str], owner: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(person for person in people if person != owner))


def ask_for_time(
    task: Task, office: Office, by: Member, *, until: datetime | None, reason: str
) -> list[Event] | Refused:
    """The owner wishes for more time; the giver answers. One's own task simply gets it."""
    if refusal := _working(task, office, by):
        return refusal
    if until is None or until <= office.now:
        return Refused("in_the_past", field="until")
    if until <= task.due_at:
        return Refused("not_later", field="until")
    if office.is_too_far(until.date()):
        return Refused("too_far", field="until")
    if task.giver in (task.owner, by.id):
        return _set_due(task, office, by, until)
    if not reason.strip():
        return Refused("reason_missing", field="reason")
    task.wish = Wish(until, reason.strip())
    return [_event("time_wished", office, by, old=task.due_at.isoformat(), new=until.isoformat(), note=reason.strip())]


def grant_time(task: Task, office: Office, by: Member) -> list[Event] | Refused:
    """The giver agrees to the later moment."""
    wish = _wish(task)
    if wish is None:
        return Refused("nothing_wished")
    if refusal := _judges(task, office, by):
        return refusal
    if wish.until <= office.now:
        return Refused("in_the_past")
    return _set_due(task, office, by, wish.until)


def refuse_time(task: Task, office: Office, by: Member) -> list[Event] | Refused:
    """The giver stays with what was agreed."""
    if _wish(task) is None:
        return Refused("nothing_wished")
    if refusal := _only(task.giver, office, by):
        return refusal
    task.wish = None
    return [_event("time_refused", office, by)]


def _wish(task: Task) -> Wish | None:
    """The wish for more time that waits for an answer, if any."""
    return task.wish if task.state in ("accepted", "blocked") else None


def snooze(task: Task, office: Office, by: Member, *, until: datetime) -> list[Event] | Refused:
    """No reminders before a moment; the due moment stays what it is."""
    if refusal := _working(task, office, by):
        return refusal
    task.quiet_until = until
    return [_event("snoozed", office, by, new=until.isoformat())]


def note(task: Task, office: Office, by: Member, *, text: str) -> list[Event] | Refused:
    """Write a line into its history; anybody who sees it may."""
    if refusal := may_see(task, office, by):
        return refusal
    if not text.strip():
        return Refused("text_missing", field="text")
    return [_event("noted", office, by, note=text.strip())]


def is_late(task: Task, now: datetime) -> bool:
    """Whether it should have been done by now."""
    return task.state in ("offered", "accepted", "blocked", "declined") and task.due_at < now


def deadlines(task: Task, office: Office) -> list[Deadline]:
    """The limits that run: the answer to an offer, and the reminders that the agreement gives a priority. On a day off
    nobody is reminded of what is not urgent: what falls due then is called to mind when the last working day begins."""
    if task.state not in ("offered", "accepted", "blocked"):
        return []
    terms = office.agreement.tasks
    found = []
    if task.state == "offered":
        found.append(Deadline("unanswered", after(task.offered_at, terms.accept_within, office.calendar)))
    early = terms.remind_before.get(task.priority)
    if early is not None:
        due_on = task.due_at.astimezone(ZoneInfo(office.agreement.timezone)).date()
        rests = task.priority != "urgent" and not office.calendar.is_working_day(due_on)
        soon = warn_at(task.due_at, 0, office) if rests else task.due_at - timedelta(hours=early)
        if soon > task.given_at:
            found.append(Deadline("due_soon", _not_before(soon, task.quiet_until)))
        if not rests:
            found.append(Deadline("due", _not_before(task.due_at, task.quiet_until)))
    found.append(Deadline("overdue", after(task.due_at, terms.overdue_after, office.calendar)))
    return [deadline for deadline in found if deadline.kind not in task.fired]


def fall_due(task: Task, office: Office, kind: str) -> list[Event]:
    """A limit is over: each is said once for a due moment."""
    if kind not in [deadline.kind for deadline in deadlines(task, office)]:
        return []
    pass_over(task, office, kind)
    if kind == "due_soon" and task.due_at <= office.now:
        return []  # after a stop; that it is due is said anyway
    return [of_the_clock(kind, office, new=task.owner)]


def owes(task: Task, office: Office, kind: str) -> str:
    """Whose delay a limit tells of; the reminder before it tells of none."""
    return "" if kind == "due_soon" else task.owner


def asks(task: Task, office: Office) -> list[Ask]:
    """What it asks of whom: an answer, the work, help, or the giver's word."""
    found = []
    match task.state:
        case "offered":
            limit = after(task.offered_at, office.agreement.tasks.accept_within, office.calendar)
            found.append(Ask(to=task.owner, what="accept", due_at=min(limit, task.due_at), waited_for=True))
        case "accepted":
            found.append(Ask(to=task.owner, what="do", due_at=task.due_at))
        case "blocked":
            found.append(Ask(to=task.unblocker, what="unblock", due_at=task.due_at, waited_for=True))
            if task.owner != task.unblocker:
                found.append(Ask(to=task.owner, what="do", due_at=task.due_at))
        case "done":
            found += _judgement(task, office, "approve", None)
        case "declined":
            found.append(Ask(to=task.giver, what="give_again", due_at=task.due_at, waited_for=True))
    if _wish(task) is not None:
        found += _judgement(task, office, "answer_wish", task.due_at)
    return [replace(_of_somebody(ask, office), stays=ask.stays or task.is_private) for ask in found]


def review(task: Task, office: Office) -> list[Event]:
    """Hold it against the agreement in force: what somebody had who left goes back to the giver, or to a supervisor."""
    events: list[Event] = []
    if office.agreement.member(task.giver) is None and (boss := next(iter(office.supervisors()), None)):
        before, task.giver = task.giver, boss.id
        events.append(of_the_clock("giver_left", office, old=before, new=boss.id))
    if office.agreement.member(task.owner) is None and task.state in ("offered", "accepted", "blocked"):
        task.state, task.wish = "declined", None
        events.append(of_the_clock("owner_left", office, old=task.owner))
    return events


def notices(event: Event, task: Task, office: Office) -> list[Notice]:
    """Who is told: the card's thread of everything but reminders, and whoever has to act or waits for it. Nobody but
    the thread hears of what they did themselves; what can be taken back waits until it cannot."""
    told = [] if event.what in ("due_soon", "due", "snoozed") else [Notice(wording=event.what)]
    concerned: Sequence[str]
    match event.what:
        case "given":
            concerned = [task.owner, *task.watchers]
        case "given_to":
            concerned = [task.owner, event.old]
        case "left_out" | "put_back":
            concerned = []
        case "prompted":
            concerned = [event.new]
        case "undone" | "accepted" | "reported" | "ticked" | "noted" | "snoozed" | "retitled" | "described":
            concerned = []
        case "declined" | "time_wished" | "owner_left" | "giver_left":
            concerned = [task.giver]
        case "deputy_is_giver":
            concerned = [event.new, task.giver]
        case "blocked":
            concerned = [task.unblocker]
        case "watching":
            concerned = [event.new]
        case "watched":
            concerned = []
        case "done":
            concerned = [task.giver, *task.watchers] if task.state == "done" else task.watchers
        case "unanswered":
            concerned = [task.giver, task.owner]
        case "due_soon" | "due":
            concerned = [task.owner]
        case "overdue":
            told_at_once = {"urgent": [task.owner, task.giver], "high": [task.giver]}
            since_today = task.due_at.astimezone(ZoneInfo(office.agreement.timezone)).date() == office.today
            concerned = told_at_once.get(task.priority, []) if since_today else []  # the others are in their morning
        case _:
            concerned = [task.owner]
    hold = office.now + UNDO_WITHIN if task.before is not None and event.at == task.before.at else None
    receivers = (_hears(task, office, person) for person in concerned)
    people = {member.id: member for member in receivers if member}
    for person, member in people.items():
        if person != event.actor:
            quiet = office.quiet_until(member)
            told.append(Notice(wording=event.what, to=person, not_before=_later(hold, quiet)))
    return [replace(notice, not_before=_later(hold, notice.not_before)) for notice in told]


def _hears(task: Task, office: Office, person: str) -> Member | None:
    """Who is told what concerns somebody: who stands in for them, but not of what is private, nor of what they did."""
    if task.is_private:
        return office.agreement.member(person)
    if person == task.giver != task.owner:
        return office.instead_of(person, task.owner)
    return office.acts_for(person)


def may_change(task: Task, office: Office, by: Member) -> Refused | None:
    """Why `by` may not change or cancel it, if so: the giver and supervisors may."""
    if task.state not in OPEN:
        return Refused("task_over")
    return _only(task.giver, office, by)


def may_post(task: Task, office: Office, by: Member, kind: str) -> Refused | None:
    """Why `by` may not have the owner reminded, or leave a limit out, if so: the giver and supervisors may."""
    return _only(task.giver, office, by)


def may_work(task: Task, office: Office, by: Member) -> Refused | None:
    """Why `by` may not say how far it is, if so: the owner, who stands in, and supervisors may."""
    return _working(task, office, by)


def may_answer(task: Task, office: Office, by: Member) -> Refused | None:
    """Why `by` may not take or decline it, if so."""
    return Refused("task_not_offered") if task.state != "offered" else _only(task.owner, office, by)


def may_judge(task: Task, office: Office, by: Member) -> Refused | None:
    """Why `by` may not accept the result, if so."""
    return _awaits_the_giver(task, office, by)


def may_pass_on(task: Task, office: Office, by: Member) -> Refused | None:
    """Why `by` may not give it to somebody else, if so."""
    if task.state in ("done", "closed", "cancelled"):
        return Refused("task_over")
    return _one_of((task.owner, task.giver), office, by)


def may_see(task: Task, office: Office, by: Member) -> Refused | None:
    """Why `by` may not see it, if so: what somebody gave to themselves is theirs alone, what was given in a talk of two
    belongs to these two."""
    if not task.is_private or by.id in (task.owner, task.giver, task.unblocker, *task.watchers):
        return None
    return Refused("task_private")


def _problems(given: Given, office: Office, task: Task | None = None) -> list[Refused]:
    problems = []
    if not given.title.strip():
        problems.append(Refused("text_missing", field="title"))
    if office.agreement.member(given.owner) is None:
        problems.append(Refused("not_in_agreement", field="owner"))
    if any(office.agreement.member(person) is None for person in given.watchers):
        problems.append(Refused("not_in_agreement", field="watchers"))
    if given.due_at is None:
        problems.append(Refused("due_missing", field="due"))
    elif given.due_at <= office.now and (task is None or given.due_at != task.due_at):
        problems.append(Refused("in_the_past", field="due"))
    elif office.is_too_far(given.due_at.date()):
        problems.append(Refused("too_far", field="due"))
    if given.priority not in PRIORITIES:
        problems.append(Refused("unknown_priority", field="priority"))
    if given.repeats:
        try:
            Repeat.parse(given.repeats)
        except ValueError:
            problems.append(Refused("unknown_repetition", field="repeats"))
    return problems


def _priority(said: str) -> Priority:
    return next(each for each in PRIORITIES if each == said)


def _set_due(task: Task, office: Office, by: Member, due_at: datetime) -> list[Event]:
    if due_at == task.due_at:
        task.wish = None
        return []
    before, task.due_at = task.due_at, due_at
    task.wish, task.quiet_until = None, None
    task.fired = tuple(kind for kind in task.fired if kind == "unanswered")
    return [_event("due_moved", office, by, old=before.isoformat(), new=due_at.isoformat())]


def _close(task: Task, office: Office, by: Member) -> list[Event]:
    following = _next_due(task, office)
    closed = _event("closed", office, by)
    if following is None:
        task.state, task.ended_at = "closed", office.now
        return [closed]
    before = task.due_at.astimezone(UTC).isoformat()
    task.state, task.due_at, task.fired, task.progress = "accepted", following, (), 0
    task.progress_line, task.done_at, task.quiet_until = "", None, None
    task.items = tuple(Item(item.text) for item in task.items)
    return [closed, _event("begins_again", office, by, old=before, new=following.isoformat())]


def foreseen(task: Task, office: Office) -> list[Deadline]:
    """The next turn of a task that repeats."""
    following = _next_due(task, office)
    return [Deadline("due", following)] if following and task.state in OPEN else []


def first_of(repeat: Repeat, office: Office, at: time, zone: ZoneInfo) -> datetime | None:
    """The first moment (UTC) of something that repeats, at a time of the day somewhere."""
    yesterday = office.now.astimezone(zone).date() - timedelta(days=1)
    days = repeat.days_after(yesterday, office.calendar, office.agreement.tasks.on_day_off)
    moments = (datetime.combine(day, at, zone).astimezone(UTC) for day in days)
    return next((moment for moment in moments if moment > office.now), None)


def _next_due(task: Task, office: Office) -> datetime | None:
    """The next moment of a task that repeats, at the same time of the department's day; never one that is over."""
    if not task.repeats:
        return None
    zone = ZoneInfo(office.agreement.timezone)
    local = task.due_at.astimezone(zone)
    days = Repeat.parse(task.repeats).days_after(local.date(), office.calendar, office.agreement.tasks.on_day_off)
    moments = (datetime.combine(day, local.time(), zone).astimezone(task.due_at.tzinfo) for day in days)
    return next((moment for moment in moments if moment > office.now), None)


def _working(task: Task, office: Office, by: Member) -> Refused | None:
    if task.state == "offered":
        return Refused("accept_first")
    if task.state not in ("accepted", "blocked"):
        return Refused("task_over")
    return _only(task.owner, office, by)


def _awaits_the_giver(task: Task, office: Office, by: Member) -> Refused | None:
    if task.state != "done":
        return Refused("task_not_done")
    return _judges(task, office, by)


def _judges(task: Task, office: Office, by: Member) -> Refused | None:
    """The giver decides about what the owner did or wishes, or who stands in for the giver, but never the owner."""
    judge = None if task.is_private else office.instead_of(task.giver, task.owner)
    if by.id == task.owner != task.giver:
        return Refused("own_result", {"who": judge.id if judge else task.giver})
    return None if judge == by else _only(task.giver, office, by)


def _judgement(task: Task, office: Office, what: str, due_at: datetime | None) -> list[Ask]:
    """The giver's word is asked for, of nobody who stands in and did it themselves: then of the next one, too."""
    giver = office.agreement.member(task.giver)
    stays = (
        giver is not None
        and not task.is_private
        and (office.stand_in(giver).id == task.owner or giver.deputy == task.owner)
    )
    found = [Ask(to=task.giver, what=what, due_at=due_at, waited_for=True, stays=stays)]
    judge = office.instead_of(task.giver, task.owner)
    if stays and judge is not None and judge.id != task.giver:
        found.append(Ask(to=judge.id, what=what, due_at=due_at, item="instead", waited_for=True))
    return found


def _givers_own_cover(task: Task, office: Office) -> list[Event]:
    """Somebody is told of what the giver gave to a person for whom they stand in: else nobody but they would know."""
    cover = None if task.is_private else office.acts_for(task.owner)
    if task.owner == task.giver or cover is None or cover.id != task.giver:
        return []
    other = office.instead_of(task.owner, task.giver)
    return [of_the_clock("deputy_is_giver", office, old=task.owner, new=other.id)] if other else []


def _only(person: str, office: Office, by: Member) -> Refused | None:
    return _one_of((person,), office, by)


def _one_of(people: Sequence[str], office: Office, by: Member) -> Refused | None:
    """These people, whoever stands in for them, and supervisors may."""
    covers = [cover.id for person in people if (cover := office.acts_for(person))]
    if by.id in {*people, *covers} or office.is_supervisor(by):
        return None
    return Refused("not_this_task", {"who": ", ".join(dict.fromkeys(people))})


def _of_somebody(ask: Ask, office: Office) -> Ask:
    """Asked of a member: whoever left has somebody who acts for them."""
    if office.agreement.member(ask.to) is not None:
        return ask
    member = office.acts_for(ask.to)
    return replace(ask, to=member.id) if member else ask


def _can_be_undone(task: Task, office: Office, by: Member) -> None:
    task.before = Before(task.state, by.id, office.now)


def _not_before(moment: datetime, quiet_until: datetime | None) -> datetime:
    return moment if quiet_until is None else max(moment, quiet_until)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)


def _event(what: str, office: Office, by: Member, *, old: str = "", new: str = "", note: str = "") -> Event:
    return Event(what=what, actor=by.id, at=office.now, old=old, new=new, note=note)
