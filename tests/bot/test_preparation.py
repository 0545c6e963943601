"""What the records put on a meeting's agenda."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bot import preparation
from department import orders
from department.agreement import Agreement, Leave
from department.awards import Round, State
from department.meetings import Meeting
from department.people import Office
from department.records import Ask
from department.tasks import Task
from storage import asks, meetings
from storage.store import Store, add
from tests.department.test_meetings import WHOLE
from tests.department.test_orders import order

NOW = datetime(2026, 11, 4, 7, tzinfo=UTC)


def all_hands(office: Office) -> Meeting:
    """The meeting of everybody on the 4th of November."""
    everybody = tuple(member.id for member in office.agreement.members)
    return Meeting(
        workspace="T1", number=1, series="monthly", begins_at=NOW, minutes=60, chair="lin.zhiyuan", people=everybody
    )


def monthly(number: int, planned_on: date, *winners: str, state: State = "nominating") -> Round:
    """A round of the award of the month."""
    return Round(
        workspace="T1",
        number=number,
        state=state,
        award="monthly",
        planned_on=planned_on,
        opens_at=NOW,
        votes_from=NOW + timedelta(days=1),
        closes_at=NOW + timedelta(days=2),
        announces_at=NOW + timedelta(days=3),
        winners=winners,
    )


def test_the_all_hands_names_overdue_money_the_rounds_of_awards_and_newcomers(store: Store) -> None:
    since = {"he.rui": date(2026, 10, 26), "tang.wei": date(2026, 8, 1)}
    members = tuple(each.model_copy(update={"since": since.get(each.id)}) for each in WHOLE.members)
    office = Office(Agreement.model_construct(**{**dict(WHOLE), "members": members}), NOW)
    round_ = monthly(1, date(2026, 11, 1))
    late = NOW - timedelta(days=3)
    with store.transaction() as session:
        add(session, order())
        add(session, round_)
        session.flush()
        balance = Ask(to="qian.hui", what="line", item="balance", due_at=late, stays=True)
        draft = Ask(to="ye.xiaoyan", what="line", item="bl_draft", due_at=late)
        asks.enter(session, "T1", orders.SUBJECT, 1, [balance, draft])
        topics = preparation.topics(session, all_hands(office), office)
    by_group = {group: [each.en for each in topics if each.group == group] for group in ("money", "late", "awards")}
    assert [("Balance received" in said, "Draft B/L" in said) for said in by_group["money"]] == [(True, False)]
    assert [("Balance received" in said, "Draft B/L" in said) for said in by_group["late"]] == [(False, True)]
    assert [said.partition(":")[0] for said in by_group["awards"]] == ["Employee of the month, 2026-10"]
    assert [each.en for each in topics if each.group == "people"] == ["He Rui joined the team on Mon 26 Oct 2026."]


def test_the_all_hands_says_one_day_of_leave_as_one_day_and_half_days_as_such(store: Store) -> None:
    leave = (
        Leave.model_validate({"member": "ye.xiaoyan", "from": "2026-11-05", "to": "2026-11-05"}),
        Leave.model_validate({"member": "tang.wei", "from": "2026-11-06", "to": "2026-11-09", "afternoon": True}),
    )
    with store.transaction() as session:
        found = preparation.topics(session, all_hands(Office(WHOLE, NOW)), Office(WHOLE, NOW, leave))
    said = [(each.en, each.zh) for each in found if each.group == "cover"]
    assert said[:2] == [
        ("Ye Xiaoyan is away on Thu 5 Nov 2026.", "叶晓燕2026年11月5日 周四请假。"),
        (
            "Tang Wei is away from Fri 6 Nov 2026 (from noon) to Mon 9 Nov 2026.",
            "唐伟2026年11月6日 周五（中午起）至2026年11月9日 周一请假。",
        ),
    ]


def test_the_actions_of_the_last_meeting_are_not_lost_behind_the_quarterly_talks(store: Store) -> None:
    now = datetime(2027, 1, 11, 1, tzinfo=UTC)
    last, *talks = (
        Meeting(
            workspace="T1",
            number=n,
            state="closed",
            series="weekly" if n == 1 else "quarterly_review",
            person="" if n == 1 else f"member.{n}",
            planned_on=date(2026, 12, 28),
            begins_at=now - timedelta(days=14 - n / 2),
            minutes=30,
            chair="lin.zhiyuan",
            people=("lin.zhiyuan", "wu.mengjie"),
        )
        for n in range(1, 22)
    )
    given = Task(
        workspace="T1",
        number=1,
        title="order new samples",
        giver="wu.mengjie",
        owner="he.rui",
        given_at=now - timedelta(days=14),
        offered_at=now - timedelta(days=14),
        due_at=now + timedelta(days=2),
        about="M-1",
    )
    this = Meeting(
        workspace="T1", number=30, series="weekly", begins_at=now, minutes=30, chair="lin.zhiyuan", people=("he.rui",)
    )
    with store.transaction() as session:
        for record in (last, *talks, given):
            add(session, record)
        session.flush()
        topics = preparation.topics(session, this, Office(WHOLE, now))
        held = meetings.held_with(session, "T1", "wu.mengjie", 5)
    assert ["order new samples" in each.en for each in topics if each.group == "actions"] == [True]
    assert [each.number for each in held] == [1]


def test_a_winner_is_left_out_once_the_votes_are_counted_and_of_no_more_rounds_because_one_was_void(
    store: Store,
) -> None:
    office = Office(WHOLE, NOW)
    before = [
        monthly(1, date(2026, 8, 1), "jiang.bo", state="announced"),
        monthly(2, date(2026, 9, 1), state="void"),
        monthly(3, date(2026, 10, 1), state="nominating"),
    ]
    with store.transaction() as session:
        for each in before:
            add(session, each)
        session.flush()
        preparation.before_firing(session, "award", before[1], office, "open")
        preparation.before_firing(session, "award", before[2], office, "open")
        assert [each.barred for each in before[1:]] == [("jiang.bo",), ()]
        before[2].state, before[2].winners = "counted", ("fang.min",)
        session.flush()
        following = monthly(4, date(2026, 11, 1))
        preparation.before_firing(session, "award", following, office, "vote")
        assert following.barred == ("fang.min",)
