"""Tasks looked up: the chart tells what was, a role's week holds what is due in it, nobody sees what is not theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bot.demo import sample_agreement
from department import tasks as rules
from department.agreement import Member
from department.people import Office
from department.tasks import SUBJECT, Given, Task
from storage import store as shelf
from storage import tasks
from storage.store import Store

AGREEMENT = sample_agreement()
MONDAY = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)
WORKSPACE = "T1"


def who(member: str) -> Member:
    """A member of the sample department."""
    found = AGREEMENT.member(member)
    assert found is not None
    return found


class Kept:
    """Tasks that are kept with their history, each act at its own moment."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.numbers = count(1)

    def give(self, giver: str, owner: str, at: datetime, due: datetime, **more: str) -> int:
        """Give a task; returns its number."""
        given = Given(title="PI", owner=owner, due_at=due, **more)  # type: ignore[arg-type]
        office = Office(AGREEMENT, at)
        made = rules.give(given, office, who(giver), workspace=WORKSPACE, number=lambda: next(self.numbers))
        assert not isinstance(made, list)
        task, events = made
        with self.store.transaction() as session:
            shelf.add(session, task)
            shelf.append(session, WORKSPACE, SUBJECT, task.number, events)
        return task.number

    def act(self, number: int, at: datetime, by: str, action: Callable[..., Any], **more: str) -> None:
        """Do something to a task."""
        with self.store.transaction() as session:
            task = shelf.load(session, Task, WORKSPACE, number)
            events = action(task, Office(AGREEMENT, at), who(by), **more)
            assert isinstance(events, list)
            shelf.append(session, WORKSPACE, SUBJECT, number, events)

    def burn_up(self, viewer: str, *days: int) -> list[tuple[int, int]]:
        """How many there were and how many were done, so many days after Monday."""
        with self.store.reading() as session:
            moments = [MONDAY + timedelta(days=n) for n in days]
            return [(given, done) for _, given, done in tasks.burn_up(session, WORKSPACE, viewer, moments)]


def test_the_chart_of_a_past_day_stays_what_it_was_whatever_happens_later(store: Store) -> None:
    kept, hour = Kept(store), timedelta(hours=1)
    due = MONDAY + timedelta(days=4)
    sent_back = kept.give("wu.mengjie", "jiang.bo", MONDAY + hour, due)
    weekly = kept.give("wu.mengjie", "jiang.bo", MONDAY + hour, due, repeats="every friday")
    dropped = kept.give("wu.mengjie", "jiang.bo", MONDAY + hour, due)
    for number in (sent_back, weekly, dropped):
        kept.act(number, MONDAY + 2 * hour, "jiang.bo", rules.finish)
    assert kept.burn_up("wu.mengjie", 1) == [(3, 3)]
    kept.act(weekly, MONDAY + timedelta(days=1, hours=1), "wu.mengjie", rules.approve)
    kept.act(sent_back, MONDAY + timedelta(days=1, hours=1), "wu.mengjie", rules.send_back, reason="a name is missing")
    kept.act(dropped, MONDAY + timedelta(days=2, hours=1), "wu.mengjie", rules.cancel, reason="not needed")
    assert kept.burn_up("wu.mengjie", 1, 2, 3) == [(3, 3), (4, 2), (3, 1)]
    kept.act(dropped, MONDAY + timedelta(days=2, hours=1), "wu.mengjie", rules.undo)
    assert kept.burn_up("wu.mengjie", 1, 2, 3) == [(3, 3), (4, 2), (4, 2)]


def test_the_chart_counts_nobody_elses_own_tasks(store: Store) -> None:
    kept = Kept(store)
    kept.give("zhou.hang", "zhou.hang", MONDAY, MONDAY + timedelta(days=1))
    assert kept.burn_up("zhou.hang", 1) == [(1, 0)]
    assert kept.burn_up("wu.mengjie", 1) == [(0, 0)]


def test_a_roles_week_holds_what_is_due_in_it_done_or_not_and_nothing_else(store: Store) -> None:
    kept = Kept(store)
    in_two_weeks = MONDAY + timedelta(days=14)
    for _ in range(12):
        kept.give("wu.mengjie", "jiang.bo", MONDAY, MONDAY + timedelta(days=1))
    finished = kept.give("wu.mengjie", "jiang.bo", MONDAY, in_two_weeks)
    kept.act(finished, MONDAY, "jiang.bo", rules.finish)
    kept.act(finished, MONDAY, "wu.mengjie", rules.approve)
    still_open = kept.give("wu.mengjie", "jiang.bo", MONDAY, in_two_weeks + timedelta(days=1))
    dropped = kept.give("wu.mengjie", "jiang.bo", MONDAY, in_two_weeks)
    kept.act(dropped, MONDAY, "wu.mengjie", rules.cancel, reason="not needed")
    kept.give("jiang.bo", "jiang.bo", MONDAY, in_two_weeks)
    kept.give("wu.mengjie", "he.rui", MONDAY, in_two_weeks)
    weekly = kept.give("wu.mengjie", "tang.wei", MONDAY, in_two_weeks + timedelta(days=4), repeats="every friday")
    kept.act(weekly, MONDAY, "tang.wei", rules.finish)
    kept.act(weekly, MONDAY, "wu.mengjie", rules.approve)  # this turn is over, the next one is due elsewhere
    with store.reading() as session:
        found = tasks.of_week(
            session,
            WORKSPACE,
            "wu.mengjie",
            owners=["jiang.bo", "tang.wei"],
            since=in_two_weeks,
            until=in_two_weeks + timedelta(days=7),
            limit=10,
        )
    assert [(task.number, task.state) for task in found] == [
        (finished, "closed"),
        (still_open, "offered"),
        (weekly, "closed"),
    ]


def test_who_watches_or_can_help_sees_it_among_the_open_ones_as_the_rule_has_it(store: Store) -> None:
    kept = Kept(store)
    kept.give("wu.mengjie", "jiang.bo", MONDAY, MONDAY + timedelta(days=1))
    own = kept.give("zhou.hang", "zhou.hang", MONDAY, MONDAY + timedelta(days=1))
    kept.act(own, MONDAY, "zhou.hang", rules.block, what="no access", unblocker="he.rui")
    office = Office(AGREEMENT, MONDAY)
    with store.reading() as session:
        for viewer in ("zhou.hang", "he.rui", "wu.mengjie", "jiang.bo"):
            seen = tasks.open_tasks(session, WORKSPACE, viewer, offset=0, limit=10)
            by_rule = [
                number
                for number in (1, own)
                if (task := shelf.read(session, Task, WORKSPACE, number))
                and not rules.may_see(task, office, who(viewer))
            ]
            assert sorted(task.number for task in seen) == sorted(by_rule), viewer
