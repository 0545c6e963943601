"""The rules of a complaint: who gets it, who may do what, which limits run, who is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.demo import sample_agreement
from department import complaints
from department.agreement import Agreement, Leave, Member
from department.complaints import Complaint, Report
from department.people import Office
from department.records import Event, Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")


AGREEMENT = sample_agreement()
NUMBERS: Iterator[int] = iter(range(1, 1_000_000))


def without(*gone: str) -> Agreement:
    """The agreement after some members left."""
    stayed = tuple(person for person in AGREEMENT.members if person.id not in gone)
    return Agreement.model_construct(**{**dict(AGREEMENT), "members": stayed})


def at(local: str, agreement: Agreement = AGREEMENT) -> Office:
    return Office(agreement, datetime.fromisoformat(local).replace(tzinfo=SHANGHAI).astimezone(UTC))


def member(name: str) -> Member:
    found = AGREEMENT.member(name)
    assert found is not None
    return found


def filed(office: Office, by: str = "chen.yuqing", earlier: int | None = None, **changes: Any) -> Complaint:
    report = Report(
        **{
            "customer": "Küchenwerk Handels GmbH",
            "category": "quality",
            "severity": "S3",
            "what_happened": "Rust spots",
            "noticed_on": office.today,
            "customer_owner": "chen.yuqing",
            "country": "DE",
            **changes,
        }
    )
    made = complaints.file(report, office, member(by), workspace="T1", number=lambda: next(NUMBERS), earlier=earlier)
    assert isinstance(made, tuple), made
    return made[0]


def refused(outcome: list[Event] | Refused) -> str:
    assert isinstance(outcome, Refused)
    return outcome.reason


def done(outcome: list[Event] | Refused) -> Event:
    assert not isinstance(outcome, Refused), outcome
    return outcome[0]


def due(case: Complaint, office: Office) -> dict[str, str]:
    return {
        deadline.kind: deadline.due_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        for deadline in complaints.deadlines(case, office)
    }


def test_the_customers_own_salesperson_speaks_then_the_markets_then_the_filers_then_the_lead() -> None:
    office = at("2026-10-12 09:00")
    assert filed(office, customer_owner="zhou.hang").owner == "zhou.hang"
    assert filed(office, customer_owner="", country="AU").owner == "wu.mengjie"
    assert filed(office, by="shen.kaiwen", customer_owner="", country="ZA").owner == "shen.kaiwen"
    assert filed(office, by="he.rui", customer_owner="", country="").owner == "chen.yuqing"


def test_an_orders_own_people_come_before_all_others() -> None:
    people = {"sales": "xu.jiayi", "after_sales": "fang.min"}
    case = filed(at("2026-10-12 09:00"), order_people=people)
    assert (case.owner, case.handler) == ("xu.jiayi", "fang.min")


def test_a_repeat_is_said_with_the_number_of_the_one_before() -> None:
    office = at("2026-10-12 09:00")
    report = Report(
        customer="X", category="quality", severity="S3", what_happened="rust", noticed_on=office.today, currency="USD"
    )
    made = complaints.file(report, office, member("he.rui"), workspace="T1", number=lambda: 8, earlier=7)
    assert isinstance(made, tuple)
    assert [(event.what, event.new) for event in made[1]] == [("filed", "S3"), ("repeat_found", "7")]
    assert made[0].currency == ""  # of no amount


@pytest.mark.parametrize(
    ("category", "handler"),
    [
        ("quality", "he.rui"),
        ("transit_damage", "jiang.bo"),
        ("late_delivery", "zheng.lili"),
        ("payment_dispute", "qian.hui"),
    ],
)
def test_the_category_names_the_role_that_looks_for_the_cause(category: str, handler: str) -> None:
    case = filed(at("2026-10-12 09:00"), category=category, transport="sea")
    assert case.handler == handler


def test_a_salesperson_on_leave_is_covered_by_the_deputy() -> None:
    leave = Leave.model_validate({"member": "chen.yuqing", "from": date(2026, 10, 12), "to": date(2026, 10, 14)})
    agreement = AGREEMENT.model_copy(update={"leave": (leave,)})
    case = filed(at("2026-10-13 09:00", agreement))
    assert case.owner == member("chen.yuqing").deputy
    assert filed(at("2026-10-15 09:00", agreement)).owner == "chen.yuqing"


def test_on_a_day_off_an_urgent_case_goes_to_the_person_on_duty_and_its_clock_runs() -> None:
    office = at("2026-10-02 09:00")
    urgent = filed(office, severity="S1")
    assert urgent.owner == "zhou.hang"
    assert due(urgent, office)["first_response_missed: deputy"] == "2026-10-02 11:00"
    usual = filed(office)
    assert usual.owner == "chen.yuqing"
    assert due(usual, office)["first_response_missed: deputy"] == "2026-10-08 17:30"


@pytest.mark.parametrize(
    ("received", "category", "severity", "resolved_by"),
    [
        ("2026-10-12 21:40", "quality", "S2", "2026-10-27 17:30"),
        ("2026-10-13 15:30", "quantity_shortage", "S3", "2026-10-27 17:30"),
        ("2026-10-09 08:20", "transit_damage", "S2", "2026-10-22 17:30"),
        ("2026-10-30 10:15", "wrong_documents", "S1", "2026-11-04 17:30"),
        ("2026-10-21 22:30", "payment_dispute", "S2", "2026-10-29 17:30"),
    ],
)
def test_resolution_limits_agree_with_the_department_s_own_records(
    received: str, category: str, severity: str, resolved_by: str
) -> None:
    office = at(received)
    case = filed(office, category=category, severity=severity, transport="sea")
    assert complaints.resolution_due(case, office).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") == resolved_by


def test_waiting_for_the_customer_moves_the_resolution_by_the_working_time_waited() -> None:
    case = filed(at("2026-10-12 09:00"))
    done(complaints.acknowledge(case, at("2026-10-12 10:00"), member("chen.yuqing")))
    before = due(case, at("2026-10-12 10:00"))
    done(complaints.wait_for_customer(case, at("2026-10-13 10:00"), member("he.rui"), for_what="photos"))
    assert "resolution_missed: manager" not in due(case, at("2026-10-13 10:00"))
    done(complaints.resume(case, at("2026-10-14 10:00"), member("he.rui")))
    after = due(case, at("2026-10-14 10:00"))
    assert before["resolution_missed: manager"] == "2026-10-26 17:30"
    assert after["resolution_missed: manager"] == "2026-10-27 17:30"  # eight working hours later


def test_acknowledging_ends_the_first_response_and_leaves_the_resolution() -> None:
    office = at("2026-10-12 09:00")
    case = filed(office)
    assert set(due(case, office)) == {
        "first_response_missed: deputy", "half_of_resolution: lead", "resolution_missed: manager",
        "resolution_missed + 3 working days: general_manager",
    }  # fmt: skip
    done(complaints.acknowledge(case, office, member("chen.yuqing")))
    assert "first_response_missed: deputy" not in due(case, office)
    assert refused(complaints.acknowledge(case, office, member("he.rui"))) == "already_acknowledged"


def test_a_step_of_the_ladder_tells_one_person_once_and_says_so_when_they_had_it() -> None:
    case = filed(at("2026-10-12 09:00"))
    first = complaints.fall_due(case, at("2026-10-13 09:00"), "first_response_missed: deputy")[0]
    assert (first.what, first.new) == ("escalated", member("chen.yuqing").deputy)
    half = complaints.fall_due(case, at("2026-10-19 09:00"), "half_of_resolution: lead")[0]
    assert (half.what, half.new) == ("escalated", member("he.rui").deputy)  # after-sales has no lead but the handler
    done(complaints.reassign(case, at("2026-10-20 09:00"), member("he.rui"), part="owner", to="lin.zhiyuan", reason=""))
    missed = complaints.fall_due(case, at("2026-10-26 17:30"), "resolution_missed: manager")[0]
    assert (missed.what, missed.new) == ("escalation_skipped", "lin.zhiyuan")
    assert set(due(case, at("2026-10-26 17:30"))) == {"resolution_missed + 3 working days: general_manager"}


def test_of_a_case_that_the_lead_handles_the_leads_deputy_is_told() -> None:
    case = filed(at("2026-10-12 09:00"), category="late_delivery")
    assert (case.handler, member(case.handler).lead) == ("zheng.lili", True)
    half = complaints.fall_due(case, at("2026-10-19 09:00"), "half_of_resolution: lead")[0]
    assert (half.what, half.new) == ("escalated", "fang.min")


def test_a_ladder_may_tell_two_people_on_the_same_occasion() -> None:
    steps = AGREEMENT.complaints.escalation
    both = (steps[0], steps[0].model_copy(update={"tell": "manager"}), *steps[1:])
    terms = AGREEMENT.complaints.model_copy(update={"escalation": both})
    office = at("2026-10-12 09:00", AGREEMENT.model_copy(update={"complaints": terms}))
    case = filed(office)
    missed = [kind for kind in due(case, office) if kind.startswith("first_response_missed")]
    told = [complaints.fall_due(case, at("2026-10-13 09:00", office.agreement), kind)[0].new for kind in missed]
    assert told == ["zhou.hang", "lin.zhiyuan"]


def test_the_deputy_named_for_a_leave_is_told_instead_of_the_usual_one() -> None:
    leave = Leave.model_validate(
        {"member": "chen.yuqing", "from": date(2026, 10, 13), "to": date(2026, 10, 14), "deputy": "shen.kaiwen"}
    )
    agreement = AGREEMENT.model_copy(update={"leave": (leave,)})
    case = filed(at("2026-10-12 16:00", agreement))
    assert case.owner == "chen.yuqing"
    told = complaints.fall_due(case, at("2026-10-13 16:30", agreement), "first_response_missed: deputy")[0]
    assert told.new == "shen.kaiwen"


@pytest.mark.parametrize(
    ("transport", "delivered", "filed_at", "reminded"),
    [
        ("sea", date(2026, 10, 11), "2026-10-12 09:00", "2026-10-13 08:30"),  # last day Wednesday the 14th
        ("air", date(2026, 10, 11), "2026-10-12 09:00", "2026-10-23 08:30"),  # last day Sunday the 25th
        ("sea", date(2026, 10, 9), "2026-10-09 15:00", "2026-10-10 08:30"),  # the 10th is a make-up workday
        ("sea", date(2026, 10, 11), "2026-10-13 15:00", "2026-10-14 08:30"),  # too late for the day before
        ("sea", date(2026, 10, 11), "2026-10-14 15:00", None),  # whoever files it is told at once
        ("sea", date(2026, 10, 1), "2026-10-12 09:00", None),  # over
    ],
)
def test_the_consignees_notice_is_reminded_of_on_the_last_working_day_before_its_last_day(
    transport: str, delivered: date, filed_at: str, reminded: str | None
) -> None:
    office = at(filed_at)
    case = filed(office, category="transit_damage", transport=transport, delivered_on=delivered)
    assert due(case, office).get("carrier_notice") == reminded
    if reminded:
        event = complaints.fall_due(case, at(reminded), "carrier_notice")[0]
        assert event.new == str(complaints.carrier_notice_by(case, office))
        told = {notice.to for notice in complaints.notices(event, case, at(reminded))}
        assert told == {"", case.owner, case.handler}
    done(complaints.carrier_notice_sent(case, office, member("jiang.bo")))
    assert "carrier_notice" not in due(case, office)


@pytest.mark.parametrize(
    ("amount", "currency", "decides"),
    [
        ("800", "USD", "lin.zhiyuan"),
        ("5000", "USD", "lin.zhiyuan"),
        ("4999", "EUR", "general_manager"),
        ("6000", "USD", "general_manager"),
    ],
)
def test_the_amount_finds_the_person_who_decides(amount: str, currency: str, decides: str) -> None:
    office = at("2026-10-12 09:00")
    case = filed(office)
    done(complaints.acknowledge(case, office, member("chen.yuqing")))
    done(
        complaints.propose_compensation(
            case, office, member("he.rui"), amount=Decimal(amount), currency=currency, text="credit"
        )
    )
    assert case.undecided is not None
    decider = member(case.undecided.decider)
    assert decides in (decider.id, decider.role)


def test_nobody_gets_less_than_a_cent_or_half_a_yen() -> None:
    office = at("2026-10-12 09:00")
    case = filed(office)
    done(complaints.acknowledge(case, office, member("chen.yuqing")))
    for amount, currency in (("0.001", "USD"), ("80.5", "JPY")):
        proposed = complaints.propose_compensation(
            case, office, member("he.rui"), amount=Decimal(amount), currency=currency, text="credit note"
        )
        assert refused(proposed) == "too_fine"


def propose(case: Complaint, office: Office, amount: str, by: str = "he.rui") -> str:
    proposed = done(
        complaints.propose_compensation(
            case, office, member(by), amount=Decimal(amount), currency="USD", text="credit note"
        )
    )
    return proposed.old


def decide(case: Complaint, office: Office, by: str, number: int = 1) -> list[Event] | Refused:
    return complaints.decide_compensation(case, office, member(by), number=number, decision="approved", reason="")


def test_nobody_decides_a_case_they_work_on_or_ever_worked_on() -> None:
    office = at("2026-10-12 09:00")
    case = filed(office)  # the sales lead owns it, so a small amount goes one band up
    done(complaints.acknowledge(case, office, member("chen.yuqing")))
    assert propose(case, office, "100") == "lin.zhiyuan"
    assert refused(decide(case, office, "chen.yuqing")) == "own_case"
    assert refused(decide(case, office, "ye.xiaoyan")) == "not_the_decider"
    lead = member("chen.yuqing")
    done(complaints.reassign(case, office, lead, part="owner", to="shen.kaiwen", reason="on a trip"))
    assert refused(decide(case, office, "chen.yuqing")) == "own_case"
    assert done(decide(case, office, "lin.zhiyuan"))


def test_a_decision_waits_for_its_decider_and_moves_to_nobody_who_stands_in() -> None:
    office = at("2026-10-12 09:00")
    case = in_state("open", office)
    decider = propose(case, office, "100")
    asked = {ask.what: ask for ask in complaints.asks(case, office)}
    assert (asked["decide"].to, asked["decide"].stays, asked["decide"].waited_for) == (decider, True, True)
    assert {what for what, ask in asked.items() if ask.stays} == {"decide"}
    leave = Leave.model_validate({"member": decider, "from": date(2026, 10, 13), "to": date(2026, 10, 16)})
    away = Office(AGREEMENT, at("2026-10-13 10:00").now, (leave,))
    assert not away.is_there(decider)
    assert complaints.review(case, away) == []
    waits = complaints.resolve(case, away, member("he.rui"), cause="c", remedy="r")
    assert isinstance(waits, Refused)
    assert decider in waits.facts["who"].split(", ")
    assert complaints.may_decide(case, away, member(decider), number=1) is None


def test_what_was_approved_before_counts_for_who_decides_next() -> None:
    office = at("2026-10-12 09:00")
    case = filed(office, customer_owner="zhou.hang")
    done(complaints.acknowledge(case, office, member("zhou.hang")))
    assert propose(case, office, "400") == "chen.yuqing"
    done(decide(case, office, "chen.yuqing"))
    assert propose(case, office, "400") == "lin.zhiyuan"
    assert refused(decide(case, office, "chen.yuqing", number=2)) == "not_the_decider"
    done(decide(case, office, "lin.zhiyuan", number=2))
    assert [proposal.decision for proposal in case.proposals] == ["approved", "approved"]


def test_a_button_of_an_older_proposal_decides_nothing() -> None:
    office = at("2026-10-12 09:00")
    case = filed(office)
    done(complaints.acknowledge(case, office, member("chen.yuqing")))
    propose(case, office, "100")
    done(complaints.withdraw_compensation(case, office, member("he.rui")))
    propose(case, office, "4900")
    assert refused(decide(case, office, "lin.zhiyuan", number=1)) == "nothing_to_decide"
    assert done(decide(case, office, "lin.zhiyuan", number=2)).new == "USD 4900"


def test_an_open_decision_moves_on_when_its_decider_gets_the_case_and_never_to_nobody() -> None:
    office = at("2026-10-12 09:00")
    case = filed(office)
    owner = member("chen.yuqing")
    done(complaints.acknowledge(case, office, owner))
    assert propose(case, office, "700") == "lin.zhiyuan"
    moved = complaints.reassign(case, office, owner, part="owner", to="lin.zhiyuan", reason="")
    assert not isinstance(moved, Refused)
    assert [(event.what, event.old) for event in moved[1:]] == [("compensation_moved", "gu.mingde")]
    assert "gu.mingde" in {notice.to for notice in complaints.notices(moved[1], case, office)}
    stuck = complaints.reassign(case, office, owner, part="handler", to="gu.mingde", reason="")
    assert refused(stuck) == "nobody_else_decides"


def test_a_currency_that_lost_its_rate_is_decided_at_the_top() -> None:
    office = at("2026-10-12 09:00")
    case = filed(office)
    done(complaints.acknowledge(case, office, member("chen.yuqing")))
    done(
        complaints.propose_compensation(
            case, office, member("he.rui"), amount=Decimal(100), currency="EUR", text="credit note"
        )
    )
    terms = AGREEMENT.complaints
    poorer = terms.model_copy(update={"compensation": terms.compensation.model_copy(update={"rates": {}})})
    later = at("2026-10-13 09:00", AGREEMENT.model_copy(update={"complaints": poorer}))
    assert [event.old for event in complaints.review(case, later)] == ["gu.mingde"]
    assert refused(decide(case, later, "lin.zhiyuan")) == "not_the_decider"


def test_everybody_concerned_hears_of_a_decision_and_of_a_resolution_but_not_of_what_they_did() -> None:
    office = at("2026-10-12 09:00")
    case = filed(office, by="fang.min")
    done(complaints.acknowledge(case, office, member("chen.yuqing")))
    propose(case, office, "100")
    decided = done(decide(case, office, "lin.zhiyuan"))
    assert {notice.to for notice in complaints.notices(decided, case, office)} == {"", "he.rui", "chen.yuqing"}
    resolved = done(complaints.resolve(case, office, member("he.rui"), cause="coating", remedy="credit"))
    assert {notice.to for notice in complaints.notices(resolved, case, office)} == {"", "chen.yuqing", "fang.min"}


def test_several_promises_run_side_by_side_and_a_case_closes_only_when_all_are_kept() -> None:
    office = at("2026-10-12 09:00")
    case = filed(office, by="fang.min")
    owner, handler = member("chen.yuqing"), member("he.rui")
    done(complaints.acknowledge(case, office, owner))
    done(complaints.promise(case, office, owner, text="photos", due_at=at("2026-10-13 09:00").now))
    done(complaints.promise(case, office, handler, text="a report", due_at=at("2026-10-15 09:00").now))
    assert {kind for kind in due(case, office) if "promise" in kind} == {"promise 1", "promise 2"}
    reminder = complaints.fall_due(case, at("2026-10-15 09:00"), "promise 2")[0]
    told = {notice.to for notice in complaints.notices(reminder, case, at("2026-10-15 09:00"))}
    assert told == {"", "chen.yuqing", "he.rui"}
    done(complaints.keep_promise(case, office, owner, number=2))
    done(complaints.resolve(case, office, owner, cause="c", remedy="r"))
    assert refused(complaints.close(case, office, owner, corrective_action="")) == "promise_open"
    assert refused(complaints.keep_promise(case, office, owner, number=2)) == "no_promise"
    done(complaints.keep_promise(case, office, owner, number=1))  # also when it is resolved
    done(complaints.close(case, office, owner, corrective_action=""))


def test_who_is_away_gets_no_case_and_their_reminders_go_to_whoever_stands_in() -> None:
    leave = Leave.model_validate({"member": "chen.yuqing", "from": date(2026, 10, 13), "to": date(2026, 10, 14)})
    agreement = AGREEMENT.model_copy(update={"leave": (leave,)})
    before, during = at("2026-10-12 09:00", agreement), at("2026-10-13 09:00", agreement)
    case = filed(before)
    done(complaints.acknowledge(case, before, member("chen.yuqing")))
    done(complaints.promise(case, before, member("chen.yuqing"), text="photos", due_at=during.now))
    reminder = complaints.fall_due(case, during, "promise 1")[0]
    assert {notice.to for notice in complaints.notices(reminder, case, during)} == {"", "zhou.hang"}
    other = filed(during, customer_owner="wu.mengjie")
    away = complaints.reassign(other, during, member("wu.mengjie"), part="owner", to="chen.yuqing", reason="")
    assert isinstance(away, Refused)
    assert (away.reason, away.facts["cover"]) == ("is_away", "zhou.hang")


def test_the_parts_of_somebody_who_left_the_agreement_go_to_others() -> None:
    office = at("2026-10-12 09:00")
    case = filed(office, customer_owner="shen.kaiwen")
    later = at("2026-10-13 09:00", without("shen.kaiwen", "he.rui"))
    events = complaints.review(case, later)
    assert [(event.what, event.old) for event in events] == [
        ("owner_changed", "shen.kaiwen"), ("handler_changed", "he.rui"),
    ]  # fmt: skip
    assert (case.owner, case.handler) == ("chen.yuqing", "lin.zhiyuan")
    assert complaints.review(case, later) == []


def test_the_time_between_a_resolution_and_a_reopening_does_not_count() -> None:
    case = filed(at("2026-10-12 09:00"))
    owner = member("chen.yuqing")
    done(complaints.acknowledge(case, at("2026-10-12 10:00"), owner))
    done(complaints.resolve(case, at("2026-10-12 11:00"), owner, cause="c", remedy="r"))
    done(complaints.reopen(case, at("2026-10-14 09:00"), owner, reason="still rusty"))
    took = complaints.durations(case, at("2026-10-14 10:00"))
    assert (took.total, took.working) == (timedelta(hours=3), timedelta(hours=3))


def test_a_grave_case_or_a_repeat_closes_only_with_a_corrective_action() -> None:
    office = at("2026-10-12 09:00")
    for case, demanded in (
        (filed(office, severity="S2"), True),
        (filed(office), False),
        (filed(office, earlier=7), True),
    ):
        owner = member("chen.yuqing")
        done(complaints.acknowledge(case, office, owner))
        done(complaints.resolve(case, office, owner, cause="coating", remedy="credit"))
        closing = complaints.close(case, office, owner, corrective_action="")
        assert isinstance(closing, Refused) == demanded
        if demanded:
            assert done(complaints.close(case, office, owner, corrective_action="measured on every batch"))


def test_a_category_that_is_always_grave_refuses_a_mild_severity_when_filed_and_when_changed() -> None:
    office = at("2026-10-12 09:00")
    report = Report(
        customer="X", category="safety_compliance", severity="S3", what_happened="recall", noticed_on=office.today
    )
    problems = complaints.file(report, office, member("he.rui"), workspace="T1", number=lambda: 1, earlier=None)
    assert isinstance(problems, list)
    assert [(problem.reason, problem.field) for problem in problems] == [("severity_too_mild", "severity")]
    case = filed(office, category="safety_compliance", severity="S1")
    change = complaints.change_severity(case, office, member("he.rui"), to="S2", reason="calmer")
    assert refused(change) == "severity_too_mild"


def test_every_problem_of_a_report_is_told_at_once_and_no_number_is_used_up() -> None:
    office = at("2026-10-12 09:00")
    report = Report(
        customer=" ", category="quality", severity="S9", what_happened="", noticed_on=date(2026, 12, 1),
        amount=Decimal(-1), currency="XXX",
    )  # fmt: skip

    def number() -> int:
        raise AssertionError("a number was taken for a complaint that is not filed")

    problems = complaints.file(report, office, member("he.rui"), workspace="T1", number=number, earlier=None)
    assert isinstance(problems, list)
    assert {problem.field for problem in problems} == {
        "customer", "severity", "what_happened", "noticed_on", "amount", "currency",
    }  # fmt: skip
    damage = replace(
        report, category="transit_damage", delivered_on=date(2026, 12, 1), amount=Decimal("0.001"), currency="USD"
    )
    problems = complaints.file(damage, office, member("he.rui"), workspace="T1", number=number, earlier=None)
    assert isinstance(problems, list)
    assert [(problem.reason, problem.field) for problem in problems][-3:] == [
        ("transport_missing", "transport"), ("in_the_future", "delivered_on"), ("too_fine", "amount"),
    ]  # fmt: skip


STATES = ("new", "open", "waiting", "resolved", "closed")


def in_state(state: str, office: Office) -> Complaint:
    """A mild complaint that has come this far."""
    case, owner = filed(office), member("chen.yuqing")
    steps: tuple[Callable[[], list[Event] | Refused], ...] = (
        lambda: complaints.acknowledge(case, office, owner),
        lambda: complaints.wait_for_customer(case, office, owner, for_what="photos"),
        lambda: complaints.resolve(case, office, owner, cause="coating", remedy="credit"),
        lambda: complaints.close(case, office, owner, corrective_action=""),
    )
    for step in steps[: STATES.index(state)]:
        done(step())
    return case


TOMORROW = at("2026-10-13 09:00").now
PROMISE: dict[str, Any] = {"text": "photos", "due_at": TOMORROW}
PROPOSAL: dict[str, Any] = {"amount": Decimal(100), "currency": "USD", "text": "credit note"}


@pytest.mark.parametrize(
    ("state", "action", "said", "reason"),
    [
        ("new", complaints.wait_for_customer, {"for_what": "photos"}, "acknowledge_first"),
        ("new", complaints.resolve, {"cause": "c", "remedy": "r"}, "acknowledge_first"),
        ("new", complaints.propose_compensation, PROPOSAL, "acknowledge_first"),
        ("new", complaints.resume, {}, "not_waiting"),
        ("new", complaints.close, {"corrective_action": ""}, "resolve_first"),
        ("open", complaints.acknowledge, {}, "already_acknowledged"),
        ("open", complaints.reassign, {"part": "owner", "to": "nobody", "reason": ""}, "not_in_agreement at to"),
        ("open", complaints.reassign, {"part": "owner", "to": "chen.yuqing", "reason": ""}, "has_it_already at to"),
        ("open", complaints.reassign, {"part": "handler", "to": "he.rui", "reason": ""}, "has_it_already at to"),
        ("open", complaints.change_severity, {"to": "S3", "reason": "x"}, "same_severity at severity"),
        ("open", complaints.change_severity, {"to": "S9", "reason": "x"}, "unknown_severity at severity"),
        ("open", complaints.change_severity, {"to": "S2", "reason": " "}, "reason_missing at reason"),
        ("open", complaints.wait_for_customer, {"for_what": " "}, "reason_missing at for_what"),
        ("open", complaints.note, {"text": " "}, "text_missing at text"),
        ("open", complaints.promise, {**PROMISE, "text": " "}, "text_missing at text"),
        ("open", complaints.promise, {**PROMISE, "due_at": at("2026-10-12 09:00").now}, "in_the_past at due_at"),
        ("open", complaints.propose_compensation, {**PROPOSAL, "amount": Decimal()}, "amount_not_positive at amount"),
        ("open", complaints.propose_compensation, {**PROPOSAL, "currency": "XXX"}, "unknown_currency at currency"),
        ("open", complaints.propose_compensation, {**PROPOSAL, "text": " "}, "text_missing at text"),
        ("open", complaints.withdraw_compensation, {}, "nothing_to_decide"),
        ("open", complaints.carrier_notice_sent, {}, "no_carrier_notice"),
        ("open", complaints.resolve, {"cause": " ", "remedy": "r"}, "text_missing at cause"),
        ("open", complaints.resolve, {"cause": "c", "remedy": " "}, "text_missing at remedy"),
        ("open", complaints.reopen, {"reason": "x"}, "still_open"),
        ("waiting", complaints.wait_for_customer, {"for_what": "photos"}, "already_waiting"),
        ("resolved", complaints.resolve, {"cause": "c", "remedy": "r"}, "reopen_first"),
        ("resolved", complaints.promise, PROMISE, "reopen_first"),
        ("resolved", complaints.reopen, {"reason": " "}, "reason_missing at reason"),
        ("closed", complaints.close, {"corrective_action": ""}, "already_closed"),
        ("closed", complaints.change_severity, {"to": "S2", "reason": "x"}, "reopen_first"),
    ],
)
def test_what_cannot_be_done_now_or_lacks_something_is_refused_and_nothing_happens(
    state: str, action: Callable[..., list[Event] | Refused], said: dict[str, Any], reason: str
) -> None:
    office = at("2026-10-12 09:00")
    case = in_state(state, office)
    before = vars(case).copy()
    outcome = action(case, office, member("chen.yuqing"), **said)
    assert isinstance(outcome, Refused)
    assert f"{outcome.reason} at {outcome.field}".removesuffix(" at ") == reason
    assert vars(case) == before


@pytest.mark.parametrize(
    ("state", "action", "said"),
    [
        ("new", complaints.acknowledge, {}),
        ("open", complaints.reassign, {"part": "owner", "to": "zhou.hang", "reason": ""}),
        ("open", complaints.change_severity, {"to": "S2", "reason": "worse"}),
        ("open", complaints.wait_for_customer, {"for_what": "photos"}),
        ("waiting", complaints.resume, {}),
        ("open", complaints.promise, PROMISE),
        ("open", complaints.keep_promise, {"number": 1}),
        ("open", complaints.propose_compensation, PROPOSAL),
        ("open", complaints.withdraw_compensation, {}),
        ("open", complaints.carrier_notice_sent, {}),
        ("open", complaints.resolve, {"cause": "c", "remedy": "r"}),
        ("resolved", complaints.close, {"corrective_action": ""}),
        ("closed", complaints.reopen, {"reason": "rusty"}),
    ],
)
def test_only_those_who_have_it_lead_them_stand_in_or_were_told_may_do_anything(
    state: str, action: Callable[..., list[Event] | Refused], said: dict[str, Any]
) -> None:
    leave = Leave.model_validate({"member": "he.rui", "from": date(2026, 10, 12), "to": date(2026, 10, 12)})
    office = at("2026-10-12 09:00", AGREEMENT.model_copy(update={"leave": (leave,)}))

    def attempt(by: str) -> list[Event] | Refused:
        case = in_state(state, at("2026-10-12 09:00"))
        case.owner, case.told = "shen.kaiwen", ("shen.kaiwen", "fang.min")
        if action is complaints.keep_promise:
            done(complaints.promise(case, office, member("shen.kaiwen"), **PROMISE))
        if action is complaints.withdraw_compensation:
            done(complaints.propose_compensation(case, office, member("shen.kaiwen"), **PROPOSAL))
        if action is complaints.carrier_notice_sent:
            case.transport = "sea"
        return action(case, office, member(by), **said)

    owner, its_lead, handlers_deputy, manager, was_told = (
        "shen.kaiwen",
        "chen.yuqing",
        "zheng.lili",
        "lin.zhiyuan",
        "fang.min",
    )
    for by in (owner, its_lead, handlers_deputy, manager, was_told):
        assert not isinstance(attempt(by), Refused), by
    bystander = attempt("ye.xiaoyan")
    assert isinstance(bystander, Refused)
    assert (bystander.reason, bystander.facts["who"]) == ("not_yours", "shen.kaiwen, he.rui")


def test_anybody_may_write_a_note_and_whoever_filed_it_may_reopen_it() -> None:
    office = at("2026-10-12 09:00")
    assert (
        done(complaints.note(in_state("closed", office), office, member("ye.xiaoyan"), text="seen it")).note
        == "seen it"
    )
    case = in_state("closed", office)
    case.filed_by = "ye.xiaoyan"
    assert done(complaints.reopen(case, office, member("ye.xiaoyan"), reason="rusty")).what == "reopened"


def test_no_solution_while_compensation_is_undecided_unless_nobody_is_left_to_decide() -> None:
    office = at("2026-10-12 09:00")
    case, owner = in_state("open", office), member("chen.yuqing")
    assert propose(case, office, "6000") == "gu.mingde"
    assert refused(complaints.propose_compensation(case, office, owner, **PROPOSAL)) == "undecided_compensation"
    solution = {"cause": "coating", "remedy": "credit"}
    assert refused(complaints.resolve(case, office, owner, **solution)) == "undecided_compensation"
    undecided = complaints.decide_compensation(
        case, office, member("gu.mingde"), number=1, decision="declined", reason=" "
    )
    assert refused(undecided) == "reason_missing"
    assert done(complaints.resolve(case, at("2026-10-12 09:00", without("gu.mingde")), owner, **solution))


def test_a_case_has_room_for_five_open_promises() -> None:
    office = at("2026-10-12 09:00")
    case, owner = in_state("open", office), member("chen.yuqing")
    for _ in range(5):
        done(complaints.promise(case, office, owner, **PROMISE))
    assert refused(complaints.promise(case, office, owner, **PROMISE)) == "too_many_promises"
    done(complaints.keep_promise(case, office, owner, number=3))
    done(complaints.promise(case, office, owner, **PROMISE))


def test_a_carriers_notice_is_marked_as_sent_once() -> None:
    office = at("2026-10-12 09:00")
    case = filed(office, category="transit_damage", transport="sea")
    assert done(complaints.carrier_notice_sent(case, office, member("jiang.bo")))
    assert refused(complaints.carrier_notice_sent(case, office, member("jiang.bo"))) == "notice_already_sent"


def test_the_carriers_notice_is_called_to_mind_once_and_not_at_all_once_it_is_sent() -> None:
    office = at("2026-10-12 09:00")
    case = filed(office, category="transit_damage", transport="air", delivered_on=date(2026, 10, 10))
    assert "carrier_notice" in due(case, office)
    complaints.fall_due(case, at("2026-10-23 08:30"), "carrier_notice")
    assert "carrier_notice" not in due(case, at("2026-10-23 08:30"))
    other = filed(office, category="transit_damage", transport="air", delivered_on=date(2026, 10, 10))
    done(complaints.carrier_notice_sent(other, office, member("jiang.bo")))
    assert "carrier_notice" not in due(other, office)


def test_whoever_a_step_told_has_the_case_and_is_not_told_again() -> None:
    case = in_state("open", at("2026-10-12 09:00"))
    assert complaints.fall_due(case, at("2026-10-26 17:30"), "resolution_missed: manager")[0].new == "lin.zhiyuan"
    steps = AGREEMENT.complaints.escalation
    again = steps[3].model_copy(update={"tell": "manager"})
    terms = AGREEMENT.complaints.model_copy(update={"escalation": (*steps[:3], again)})
    later = at("2026-10-29 17:30", AGREEMENT.model_copy(update={"complaints": terms}))
    skipped = complaints.fall_due(case, later, "resolution_missed + 3 working days: manager")[0]
    assert (skipped.what, skipped.new) == ("escalation_skipped", "lin.zhiyuan")


def test_a_step_goes_to_whoever_stands_in_for_the_manager_and_to_the_handlers_lead() -> None:
    leave = Leave.model_validate({"member": "lin.zhiyuan", "from": date(2026, 10, 26), "to": date(2026, 10, 26)})
    agreement = AGREEMENT.model_copy(update={"leave": (leave,)})
    case = in_state("open", at("2026-10-12 09:00"))
    missed = complaints.fall_due(case, at("2026-10-26 17:30", agreement), "resolution_missed: manager")[0]
    assert missed.new == member("lin.zhiyuan").deputy
    late = filed(at("2026-10-12 09:00"), category="late_delivery")
    done(
        complaints.reassign(
            late, at("2026-10-12 09:00"), member("zheng.lili"), part="handler", to="fang.min", reason=""
        )
    )
    late.told = ("chen.yuqing", "fang.min")
    half = complaints.fall_due(late, at("2026-10-19 14:00"), "half_of_resolution: lead")[0]
    assert (half.what, half.new) == ("escalated", "zheng.lili")


def test_whoever_gets_a_part_or_works_on_it_hears_that_it_changed() -> None:
    office, owner = at("2026-10-12 09:00"), member("chen.yuqing")
    case = in_state("closed", office)
    told: list[set[str]] = []
    changes: tuple[tuple[Callable[..., list[Event] | Refused], dict[str, Any]], ...] = (
        (complaints.reopen, {"reason": "rusty"}),
        (complaints.change_severity, {"to": "S2", "reason": "worse"}),
        (complaints.reassign, {"part": "owner", "to": "zhou.hang", "reason": ""}),
    )
    for action, said in changes:
        event = done(action(case, office, owner, **said))
        told.append({notice.to for notice in complaints.notices(event, case, office)})
    assert told == [{"", "he.rui"}, {"", "he.rui"}, {"", "zhou.hang"}]


def test_whoever_acknowledged_it_or_made_the_proposal_decides_nothing_on_it() -> None:
    office = at("2026-10-12 09:00")
    case = filed(office)
    done(complaints.acknowledge(case, office, member("lin.zhiyuan")))
    assert propose(case, office, "700") == "gu.mingde"
    other = in_state("open", office)
    assert propose(other, office, "700", by="lin.zhiyuan") == "gu.mingde"


def test_it_asks_for_an_answer_then_a_solution_then_the_closing_and_nothing_while_the_customer_has_it() -> None:
    office = at("2026-10-12 09:00")
    asked = {
        state: [(ask.to, ask.what) for ask in complaints.asks(in_state(state, office), office)] for state in STATES
    }
    assert asked == {
        "new": [("chen.yuqing", "acknowledge"), ("he.rui", "resolve")],
        "open": [("he.rui", "resolve")],
        "waiting": [],
        "resolved": [("he.rui", "close")],
        "closed": [],
    }


def test_half_of_the_resolution_time_leaves_the_waiting_out_and_begins_anew_with_a_reopening() -> None:
    case, owner = in_state("open", at("2026-10-12 09:00")), member("chen.yuqing")
    assert due(case, at("2026-10-12 09:00"))["half_of_resolution: lead"] == "2026-10-19 13:45"
    done(complaints.wait_for_customer(case, at("2026-10-13 09:00"), owner, for_what="photos"))
    done(complaints.resume(case, at("2026-10-14 09:00"), owner))
    assert due(case, at("2026-10-14 09:00"))["half_of_resolution: lead"] == "2026-10-20 13:45"
    complaints.fall_due(case, at("2026-10-20 13:45"), "half_of_resolution: lead")
    done(complaints.resolve(case, at("2026-10-21 09:00"), owner, cause="c", remedy="r"))
    assert due(case, at("2026-10-21 09:00")) == {}
    done(complaints.reopen(case, at("2026-10-26 09:00"), owner, reason="rusty"))
    assert due(case, at("2026-10-26 09:00")) == {
        "half_of_resolution: lead": "2026-11-02 13:45",
        "resolution_missed: manager": "2026-11-09 17:30",
        "resolution_missed + 3 working days: general_manager": "2026-11-12 17:30",
    }


def test_the_four_durations_are_in_working_time() -> None:
    case = filed(at("2026-10-12 09:00"))
    done(complaints.acknowledge(case, at("2026-10-12 10:30"), member("chen.yuqing")))
    done(complaints.wait_for_customer(case, at("2026-10-12 13:00"), member("he.rui"), for_what="photos"))
    done(complaints.resume(case, at("2026-10-13 09:00"), member("he.rui")))
    done(complaints.resolve(case, at("2026-10-13 11:00"), member("he.rui"), cause="c", remedy="r"))
    took = complaints.durations(case, at("2026-10-20 09:00"))
    assert took.first_response == timedelta(hours=1, minutes=30)
    assert took.waiting == timedelta(hours=5)
    assert took.working == timedelta(hours=5)
    assert took.total == timedelta(hours=10)


def test_a_direct_message_waits_for_the_end_of_the_quiet_hours_unless_the_case_is_urgent() -> None:
    night = at("2026-10-12 22:00")
    usual, urgent = filed(night), filed(night, severity="S1")
    event = Event(what="escalated", actor="clock", at=night.now, old="first_response_missed: deputy", new="zhou.hang")
    waits = {notice.to: notice.not_before for notice in complaints.notices(event, usual, night)}
    assert waits[""] is None
    assert waits["zhou.hang"] == at("2026-10-13 08:00").now
    wakes = {notice.to: notice.not_before for notice in complaints.notices(event, urgent, night)}
    assert wakes == {"": None, "zhou.hang": None}


PEOPLE = st.sampled_from([person.id for person in AGREEMENT.members])


class ComplaintMachine(RuleBasedStateMachine):
    """People and the clock do whatever they like to one complaint; what the department relies on holds all the same."""

    def __init__(self) -> None:
        super().__init__()
        self.office = at("2026-09-28 10:00")
        self.case = filed(self.office, severity="S3")
        self.told: list[tuple[str, str]] = []
        self.worked = {self.case.owner, self.case.handler}

    def act(self, action: Callable[..., list[Event] | Refused], by: str, **what: Any) -> None:
        before = vars(self.case).copy()
        outcome = action(self.case, self.office, member(by), **what)
        if isinstance(outcome, Refused):
            assert vars(self.case) == before, "a refusal changed the record"
        else:
            assert outcome
        self.worked |= {self.case.owner, self.case.handler, self.case.acknowledged_by}

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.office = Office(AGREEMENT, self.office.now + timedelta(hours=hours))
        while True:
            owed = [
                deadline
                for deadline in complaints.deadlines(self.case, self.office)
                if deadline.due_at <= self.office.now
            ]
            if not owed:
                return
            first = min(owed, key=lambda deadline: deadline.due_at)
            for event in complaints.fall_due(self.case, self.office, first.kind):
                if event.what == "escalated":
                    self.told.append((event.old, event.new))
            assert first not in complaints.deadlines(self.case, self.office), f"{first.kind} would fall due twice"

    @rule(by=PEOPLE)
    def acknowledge(self, by: str) -> None:
        self.act(complaints.acknowledge, by)

    @rule(by=PEOPLE, to=PEOPLE, part=st.sampled_from(["owner", "handler"]))
    def reassign(self, by: str, to: str, part: str) -> None:
        self.act(complaints.reassign, by, part=part, to=to, reason="")

    @rule(by=PEOPLE, to=st.sampled_from(["S1", "S2", "S3", "S4"]), reason=st.sampled_from(["", "worse"]))
    def change_severity(self, by: str, to: str, reason: str) -> None:
        self.act(complaints.change_severity, by, to=to, reason=reason)

    @rule(by=PEOPLE)
    def wait(self, by: str) -> None:
        self.act(complaints.wait_for_customer, by, for_what="photos")

    @rule(by=PEOPLE)
    def resume(self, by: str) -> None:
        self.act(complaints.resume, by)

    @rule(by=PEOPLE, hours=st.integers(-5, 50))
    def promise(self, by: str, hours: int) -> None:
        self.act(complaints.promise, by, text="an answer", due_at=self.office.now + timedelta(hours=hours))

    @rule(by=PEOPLE, amount=st.sampled_from(["100", "700", "5100"]))
    def propose(self, by: str, amount: str) -> None:
        self.act(complaints.propose_compensation, by, amount=Decimal(amount), currency="USD", text="credit")

    @rule(by=PEOPLE)
    def decide(self, by: str) -> None:
        undecided = self.case.undecided
        number = undecided.number if undecided else 1
        self.act(complaints.decide_compensation, by, number=number, decision="approved", reason="")
        if undecided is not None and self.case.undecided is None:
            assert by not in (*self.worked, undecided.by)
            given = sum(proposal.amount for proposal in self.case.proposals if proposal.decision == "approved")
            assert given <= 500 or member(by).role in ("manager", "general_manager")
            assert given <= 5000 or member(by).role == "general_manager"

    @rule(by=PEOPLE, number=st.integers(1, 3))
    def keep_promise(self, by: str, number: int) -> None:
        self.act(complaints.keep_promise, by, number=number)

    @rule(by=PEOPLE)
    def resolve(self, by: str) -> None:
        self.act(complaints.resolve, by, cause="c", remedy="r")

    @rule(by=PEOPLE, corrective_action=st.sampled_from(["", "a check"]))
    def close(self, by: str, corrective_action: str) -> None:
        self.act(complaints.close, by, corrective_action=corrective_action)
        assert self.case.state != "closed" or not self.case.open_promises
        if self.case.state == "closed" and complaints.demands_corrective_action(self.case, self.office):
            assert self.case.corrective_action

    @precondition(lambda self: self.case.state in ("resolved", "closed"))
    @rule(by=PEOPLE)
    def reopen(self, by: str) -> None:
        self.act(complaints.reopen, by, reason="still rusty")
        if self.case.state == "open":
            self.told.clear()

    @invariant()
    def nobody_hears_of_the_same_step_twice(self) -> None:
        assert len(set(self.told)) == len(self.told)

    @invariant()
    def a_closed_case_owes_nothing(self) -> None:
        if self.case.state == "closed":
            assert complaints.deadlines(self.case, self.office) == []

    @invariant()
    def the_durations_add_up(self) -> None:
        took = complaints.durations(self.case, self.office)
        assert took.waiting + took.working == took.total
        assert took.waiting >= timedelta()

    @invariant()
    def only_a_waiting_case_has_an_open_wait(self) -> None:
        assert any(wait.until is None for wait in self.case.waits) == (self.case.state == "waiting")


TestComplaintMachine = ComplaintMachine.TestCase
TestComplaintMachine.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
