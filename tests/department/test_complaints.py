"""The rules of a complaint: who gets it, who may do what, which limits run, who is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from department import complaints
from department.agreement import Agreement, Leave, Member
from department.agreement_file import load
from department.complaints import Complaint, Report
from department.people import Office
from department.records import Event, Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")


def shipped() -> Agreement:
    loaded = load((Path(__file__).parents[2] / "agreement.yaml").read_text(encoding="utf-8"), "agreement.yaml")
    assert not isinstance(loaded, list)
    return loaded


AGREEMENT = shipped()
NUMBERS: Iterator[int] = iter(range(1, 1_000_000))


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
    assert due(urgent, office)["first_response_missed"] == "2026-10-02 11:00"
    usual = filed(office)
    assert usual.owner == "chen.yuqing"
    assert due(usual, office)["first_response_missed"] == "2026-10-08 17:30"


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
    assert "resolution_missed" not in due(case, at("2026-10-13 10:00"))
    done(complaints.resume(case, at("2026-10-14 10:00"), member("he.rui")))
    after = due(case, at("2026-10-14 10:00"))
    assert before["resolution_missed"] == "2026-10-26 17:30"
    assert after["resolution_missed"] == "2026-10-27 17:30"  # eight working hours later


def test_acknowledging_ends_the_first_response_and_leaves_the_resolution() -> None:
    office = at("2026-10-12 09:00")
    case = filed(office)
    assert set(due(case, office)) == {
        "first_response_missed", "half_of_resolution", "resolution_missed", "resolution_missed + 3 working days",
    }  # fmt: skip
    done(complaints.acknowledge(case, office, member("chen.yuqing")))
    assert "first_response_missed" not in due(case, office)
    assert refused(complaints.acknowledge(case, office, member("he.rui"))) == "already_acknowledged"


def test_a_step_of_the_ladder_tells_one_person_once_and_says_so_when_they_had_it() -> None:
    case = filed(at("2026-10-12 09:00"))
    first = complaints.fall_due(case, at("2026-10-13 09:00"), "first_response_missed")[0]
    assert (first.what, first.new) == ("escalated", member("chen.yuqing").deputy)
    half = complaints.fall_due(case, at("2026-10-19 09:00"), "half_of_resolution")[0]
    assert (half.what, half.new) == ("escalated", "lin.zhiyuan")  # after-sales has no lead but the handler
    missed = complaints.fall_due(case, at("2026-10-26 17:30"), "resolution_missed")[0]
    assert (missed.what, missed.new) == ("escalation_skipped", "lin.zhiyuan")
    assert set(due(case, at("2026-10-26 17:30"))) == {"resolution_missed + 3 working days"}


def test_transit_damage_reminds_of_the_consignees_notice_three_days_after_delivery_by_sea() -> None:
    office = at("2026-10-12 09:00")
    case = filed(office, category="transit_damage", transport="sea", delivered_on=date(2026, 10, 11))
    assert due(case, office)["carrier_notice"] == "2026-10-14 08:30"
    by_air = filed(office, category="transit_damage", transport="air", delivered_on=date(2026, 10, 11))
    assert due(by_air, office)["carrier_notice"] == "2026-10-25 08:30"
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
    assert case.proposal is not None
    decider = member(case.proposal.decider)
    assert decides in (decider.id, decider.role)


def test_nobody_decides_a_case_they_work_on() -> None:
    office = at("2026-10-12 09:00")
    case = filed(office)  # the sales lead owns it, so a small amount goes one band up
    done(complaints.acknowledge(case, office, member("chen.yuqing")))
    done(
        complaints.propose_compensation(
            case, office, member("he.rui"), amount=Decimal(100), currency="USD", text="credit"
        )
    )
    assert case.proposal is not None
    assert case.proposal.decider == "lin.zhiyuan"
    own = complaints.decide_compensation(case, office, member("chen.yuqing"), decision="approved", reason="")
    assert refused(own) == "own_case"
    other = complaints.decide_compensation(case, office, member("ye.xiaoyan"), decision="approved", reason="")
    assert refused(other) == "not_the_decider"
    assert done(complaints.decide_compensation(case, office, member("lin.zhiyuan"), decision="approved", reason=""))


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
    event = Event(what="escalated", actor="clock", at=night.now, old="first_response_missed", new="zhou.hang")
    waits = {notice.to: notice.not_before for notice in complaints.notices(event, usual, night)}
    assert waits[""] is None
    assert waits["zhou.hang"] == at("2026-10-13 08:00").now
    assert all(notice.not_before is None for notice in complaints.notices(event, urgent, night))


PEOPLE = st.sampled_from([person.id for person in AGREEMENT.members])


class ComplaintMachine(RuleBasedStateMachine):
    """People and the clock do whatever they like to one complaint; what the department relies on holds all the same."""

    def __init__(self) -> None:
        super().__init__()
        self.office = at("2026-09-28 10:00")
        self.case = filed(self.office, severity="S3")
        self.told: list[tuple[str, str]] = []

    def act(self, action: Callable[..., list[Event] | Refused], by: str, **what: Any) -> None:
        before = vars(self.case).copy()
        outcome = action(self.case, self.office, member(by), **what)
        if isinstance(outcome, Refused):
            assert vars(self.case) == before, "a refusal changed the record"
        else:
            assert outcome

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
        undecided = self.case.proposal is not None and not self.case.proposal.decision
        self.act(complaints.decide_compensation, by, decision="approved", reason="")
        if undecided and self.case.proposal is not None and self.case.proposal.decision:
            assert by not in (self.case.owner, self.case.handler, self.case.proposal.by)

    @rule(by=PEOPLE)
    def resolve(self, by: str) -> None:
        self.act(complaints.resolve, by, cause="c", remedy="r")

    @rule(by=PEOPLE, corrective_action=st.sampled_from(["", "a check"]))
    def close(self, by: str, corrective_action: str) -> None:
        self.act(complaints.close, by, corrective_action=corrective_action)
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
