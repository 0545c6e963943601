"""The rules of orders that need no Slack to be seen: gates, second persons, papers, two receivers, who is away."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo import sample_agreement
from department import orders as rules
from department.agreement import STAGES, Agreement, Leave, Member
from department.orders import Order, Terms
from department.people import Office
from department.records import Event, Refused

AGREEMENT = sample_agreement()
NOW = datetime(2026, 10, 12, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
OFFICE = Office(AGREEMENT, NOW)


def who(member: str) -> Member:
    """A member of the sample department."""
    found = AGREEMENT.member(member)
    assert found is not None
    return found


PEOPLE = {"sales": "zhou.hang", "documents": "ye.xiaoyan", "logistics": "jiang.bo", "merchandiser": "huang.tao"}


def order(stage: str = "logistics", people: dict[str, str] = PEOPLE, **terms: object) -> Order:
    """An order in a stage, of Zhou Hang's customer."""
    known = {"customer": "Prairie Table Inc.", "product": "Pans", "country": "US", "rule": "FOB", "place": "Ningbo"}
    made = rules.adopt(
        Terms(**{**known, "payment": "tt_30_70", **terms}),  # type: ignore[arg-type]
        OFFICE,
        who("lin.zhiyuan"),
        order=None,
        order_no="HC26-0001",
        state="open",
        stage=stage,
        owner="",
        done=(),
        people=people,
        dates={},
        workspace="T1",
        number=lambda: 1,
    )
    assert not isinstance(made, list)
    return made[0]


def reason(outcome: list[Event] | list[Refused] | Refused) -> str:
    """Why it was refused; empty when it was done."""
    return outcome.reason if isinstance(outcome, Refused) else ""


def happened(outcome: list[Event] | list[Refused] | Refused) -> list[Event]:
    """What happened, when it was done."""
    assert not isinstance(outcome, Refused), outcome
    return [event for event in outcome if isinstance(event, Event)]


def away(*members: str, deputy: str | None = None) -> Office:
    """The department while some are on leave, and somebody stands in for them."""
    week = {"from": "2026-10-12", "to": "2026-10-16", "deputy": deputy}
    leave = tuple(Leave.model_validate({"member": member, **week}) for member in members)
    return Office(Agreement.model_construct(**{**dict(AGREEMENT), "leave": leave}), NOW)


def shut(found: Order) -> set[str]:
    """The gates that are shut."""
    return {line.id for line in rules.open_lines(found, OFFICE) if line.gate}


def test_originals_are_not_released_before_the_balance_or_by_one_person_alone() -> None:
    shipped = order()
    ye, qian = who("ye.xiaoyan"), who("qian.hui")
    assert reason(rules.complete(shipped, OFFICE, ye, lines=["release"])) == "needs_first"
    assert reason(rules.complete(shipped, OFFICE, ye, lines=["balance"])) == "gate_closed"
    assert reason(rules.complete(shipped, OFFICE, qian, lines=["balance", "money_gate"])) == ""
    assert reason(rules.complete(shipped, OFFICE, ye, lines=["release"])) == ""
    assert "release" in [line.id for line in rules.open_lines(shipped, OFFICE)]
    assert reason(rules.complete(shipped, OFFICE, ye, lines=["release"])) == "second_person"
    assert reason(rules.complete(shipped, OFFICE, who("jiang.bo"), lines=["release"])) == "not_your_line"
    assert reason(rules.complete(shipped, OFFICE, qian, lines=["release"])) == ""
    assert "release" not in [line.id for line in rules.open_lines(shipped, OFFICE)]


def test_against_the_balance_copies_go_out_before_it_and_no_originals() -> None:
    shipped, ye = order(), who("ye.xiaoyan")
    assert "documents_sent" not in {line.id for line in rules.open_lines(shipped, OFFICE)}
    assert reason(rules.complete(shipped, OFFICE, ye, lines=["copies_sent"])) == ""


@pytest.mark.parametrize(
    ("payment", "originals"),
    [("tt_100", ["documents_sent", "release"]), ("oa_60", ["documents_sent", "release"]), ("da_60", ["collection"])],
)
def test_originals_wait_for_the_money_or_for_the_credit_and_for_no_balance(payment: str, originals: list[str]) -> None:
    shipped, ye = order(payment=payment), who("ye.xiaoyan")
    assert "money_gate" in shut(shipped)
    for line in originals:
        assert reason(rules.complete(shipped, OFFICE, ye, lines=[line])) == "needs_first", line
    rules.complete(shipped, OFFICE, who("qian.hui"), lines=["money_gate"])
    assert reason(rules.complete(shipped, OFFICE, ye, lines=originals)) == ""


@pytest.mark.parametrize(
    ("payment", "known", "falls_due"),
    [
        ("oa_30", {"bl_date": "2026-10-13"}, "2026-11-12"),
        ("oa_90", {"bl_date": "2026-10-13"}, "2027-01-11"),
        ("oa_90", {"bl_date": "2026-10-13", "od_due": "2026-12-01"}, "2026-12-01"),
        ("tt_100", {"bl_date": "2026-10-13", "balance_due": "2026-11-03"}, "2026-11-03"),
        ("oa_60", {"bl_date": "2026-10-13", "balance_due": "2026-11-03"}, "2026-11-03"),
    ],
)
def test_credit_falls_due_as_its_term_says_and_a_day_that_somebody_enters_wins(
    payment: str, known: dict[str, str], falls_due: str
) -> None:
    shipped = order(payment=payment)
    events = happened(rules.set_dates(shipped, OFFICE, who("jiang.bo"), values=known, source=""))
    assert due(shipped, "all_paid", OFFICE) == f"{falls_due[5:]} 17:30"
    assert "qian.hui" in {event.old for event in events if event.what == "work_moved"}


@pytest.mark.parametrize("value", ["2016-11-20", "2062-11-20", "2062-11-20T09:00:00+00:00"])
def test_a_date_with_a_wrong_year_is_refused_beside_its_field_and_changes_nothing(value: str) -> None:
    made = order("production")
    code = "si_cutoff" if "T" in value else "cargo_ready"
    outcome = rules.set_dates(made, OFFICE, who("jiang.bo"), values={code: value}, source="")
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.field, outcome.facts["said"]) == ("day_unlikely", code, value[:10])
    assert code not in made.current_dates
    happened(rules.set_dates(made, OFFICE, who("jiang.bo"), values={"cargo_ready": "2024-11-20"}, source=""))


def test_a_draft_falls_due_so_many_days_after_the_buyer_accepted_it() -> None:
    shipped = order("after_sales", payment="da_60")
    assert rules.credit_due(shipped, OFFICE) is None
    happened(rules.complete(shipped, OFFICE, who("qian.hui"), lines=["acceptance"]))
    assert str(rules.credit_due(shipped, OFFICE)) == "2026-12-11"
    assert due(shipped, "all_paid", OFFICE) == "12-11 17:30"


def test_another_term_of_payment_shuts_the_gates_and_finance_hears_of_it() -> None:
    shipped = order(amount=Decimal(48600), currency="USD")
    rules.complete(shipped, OFFICE, who("qian.hui"), lines=["money_gate", "balance"])
    known = {item.name: getattr(shipped, item.name) for item in fields(Terms)}
    events = happened(rules.revise(shipped, OFFICE, who("zhou.hang"), terms=Terms(**{**known, "payment": "oa_60"})))
    told = {item.to for event in events for item in rules.notices(event, shipped, OFFICE)}
    assert "qian.hui" in told
    assert "money_gate" in shut(shipped)
    assert reason(rules.complete(shipped, OFFICE, who("ye.xiaoyan"), lines=["release"])) == "needs_first"


def test_production_does_not_begin_before_the_gate_whoever_takes_the_order_over() -> None:
    confirmed = order("order_confirmation")
    zhou, huang = who("zhou.hang"), who("huang.tao")
    receivers = {"merchandiser": "huang.tao"}
    [offered] = happened(
        rules.offer(confirmed, OFFICE, zhou, to_stage="production", receivers=receivers, reason="we know him")
    )
    assert {item.to for item in rules.notices(offered, confirmed, OFFICE)} == {"", "huang.tao", "qian.hui"}
    assert reason(rules.acknowledge(confirmed, OFFICE, huang)) == "gate_closed"
    assert confirmed.stage == "order_confirmation"
    lin = who("lin.zhiyuan")
    rules.override(confirmed, OFFICE, lin, line="money_gate", reason="twelve years without a late payment")
    assert reason(rules.acknowledge(confirmed, OFFICE, huang)) == ""
    assert confirmed.stage == "production"


def test_nobody_hands_an_order_past_a_shut_gate_to_themselves() -> None:
    confirmed = order("order_confirmation")
    receivers = {"merchandiser": "zhou.hang"}
    done = rules.offer(
        confirmed, OFFICE, who("zhou.hang"), to_stage="production", receivers=receivers, reason="we know him"
    )
    assert reason(done) == "gate_closed"
    assert confirmed.handoffs == ()


def test_who_stands_in_for_a_gatekeeper_opens_no_gate_of_their_own_order() -> None:
    confirmed = order("order_confirmation")
    confirmed.owner, confirmed.people = "chen.yuqing", {**confirmed.people, "sales": "chen.yuqing"}
    chen, gu, why = who("chen.yuqing"), who("gu.mingde"), "we know them"
    office = away("lin.zhiyuan", "qian.hui", deputy="chen.yuqing")
    assert reason(rules.override(confirmed, office, chen, line="money_gate", reason=why)) == "not_the_gatekeeper"
    assert reason(rules.complete(confirmed, office, chen, lines=["money_gate"])) == "gate_closed"
    assert reason(rules.override(confirmed, office, gu, line="money_gate", reason=why)) == ""
    others = order("order_confirmation")
    assert reason(rules.override(others, office, chen, line="money_gate", reason=why)) == ""


@pytest.mark.parametrize(
    ("terms", "asked", "not_asked"),
    [
        ({"rule": "CIF"}, {"insurance", "vgm", "isf", "bl_draft"}, {"documents_presented", "origin"}),
        ({"rule": "FOB", "country": "JP"}, {"vgm", "origin"}, {"insurance", "isf"}),
        ({"rule": "EXW"}, {"declaration", "invoice_packing_list"}, {"insurance", "vgm", "bl_draft", "shipping_advice"}),
        ({"payment": "lc_sight"}, {"documents_presented", "draft"}, {"documents_sent", "balance", "release"}),
        ({"rule": "CIF"}, {"booking"}, {"buyers_booking"}),
        ({"rule": "FOB"}, {"buyers_booking"}, {"booking"}),
        ({"rule": "EXW"}, {"handover"}, {"booking", "buyers_booking", "stuffing"}),
        ({"payment": "da_60"}, {"draft", "collection"}, {"documents_sent", "documents_presented", "release"}),
        ({"rule": "DDP"}, {"bl_draft", "on_board", "delivery_order", "import_entry"}, {"insurance", "handover"}),
        ({"rule": "FCA"}, {"handover", "bl_draft"}, {"on_board", "delivery_order"}),
        ({"country": "DE"}, {"food_contact"}, {"conformity", "gb_notice", "isf"}),
        ({"country": "KE"}, {"conformity", "inspection_abroad"}, {"food_contact"}),
    ],
)
def test_the_checklist_follows_rule_payment_and_country(
    terms: dict[str, str], asked: set[str], not_asked: set[str]
) -> None:
    lines = {line.id for line in rules.lines_of(order("logistics", PEOPLE, **terms), OFFICE)}
    assert asked <= lines
    assert not not_asked & lines


def from_a_file(by: str, **said: object) -> Order | list[Refused]:
    """What comes of a new order in somebody's file."""
    filled = {"stage": "", "done": (), "dates": {}, **said}
    made = rules.adopt(
        Terms(customer="Prairie Table Inc.", product="Pans", rule="FOB", place="Ningbo", payment="tt_30_70"),
        OFFICE,
        who(by),
        order=None,
        order_no="HC26-0002",
        state="open",
        owner="",
        people={},
        workspace="T1",
        number=lambda: 2,
        **filled,  # type: ignore[arg-type]
    )
    return made if isinstance(made, list) else made[0]


@pytest.mark.parametrize(
    ("by", "said", "refused"),
    [
        ("zhou.hang", {"done": ("contract_review",)}, []),
        ("zhou.hang", {"done": ("money_gate",)}, ["gate_closed"]),
        ("zhou.hang", {"done": ("balance", "release")}, ["gate_closed", "needs_first", "not_your_line"]),
        ("ye.xiaoyan", {"done": ("release",)}, ["needs_first"]),
        ("zhou.hang", {"stage": "production"}, ["gate_closed"]),
        ("zhou.hang", {"dates": {"cargo_ready": "2062-11-20"}}, ["day_unlikely"]),
        ("qian.hui", {"done": ("money_gate",), "stage": "production"}, []),
        ("lin.zhiyuan", {"done": ("money_gate", "balance", "release"), "stage": "after_sales"}, []),
    ],
)
def test_a_file_opens_no_gate_that_whoever_brings_it_may_not_open_and_brings_no_date_of_another_age(
    by: str, said: dict[str, object], refused: list[str]
) -> None:
    outcome = from_a_file(by, **said)
    assert [each.reason for each in outcome] == refused if isinstance(outcome, list) else not refused


def test_an_order_from_a_file_is_past_the_gates_of_its_stage_unless_the_file_says_what_is_done() -> None:
    brought, said_so = (
        from_a_file("lin.zhiyuan", stage="logistics", done=None),
        from_a_file("lin.zhiyuan", stage="logistics"),
    )
    assert isinstance(brought, Order)
    assert isinstance(said_so, Order)
    assert (shut(brought), shut(said_so)) == ({"balance"}, {"money_gate", "balance"})
    assert reason(rules.untick(brought, OFFICE, who("ye.xiaoyan"), line="money_gate")) == "not_your_line"
    assert reason(rules.untick(brought, OFFICE, who("qian.hui"), line="money_gate")) == ""
    assert shut(brought) == {"money_gate", "balance"}
    refused = from_a_file("zhou.hang", stage="logistics", done=None)
    assert isinstance(refused, list)
    assert [each.reason for each in refused] == ["gate_closed"]


@pytest.mark.parametrize(
    ("payment", "stage", "line", "date"),
    [
        ("tt_30_70", "order_confirmation", "deposit_asked", "deposit_due"),
        ("lc_sight", "order_confirmation", "lc_opened", "cargo_ready"),
        ("lc_sight", "production", "lc_dates", "lc_latest_shipment"),
        ("lc_sight", "production", "lc_dates", "lc_expiry"),
        ("lc_sight", "logistics", "on_board", "lc_latest_shipment"),
        ("lc_sight", "logistics", "documents_presented", "lc_expiry"),
        ("tt_30_70", "logistics", "balance", "balance_due"),
        ("oa_60", "after_sales", "all_paid", "od_due"),
        ("lc_sight", "logistics", "all_paid", "balance_due"),
    ],
)
def test_what_payment_hangs_on_has_a_limit_as_soon_as_its_date_is_known(
    payment: str, stage: str, line: str, date: str
) -> None:
    made = order(stage, payment=payment)
    made.owner = "zhou.hang"
    assert f"line {line}" not in [item.kind for item in rules.deadlines(made, OFFICE)]
    happened(rules.set_dates(made, OFFICE, who("zhou.hang"), values={date: "2026-12-18"}, source=""))
    [limit] = [item.due_at for item in rules.deadlines(made, OFFICE) if item.kind == f"line {line}"]
    assert NOW < limit <= datetime(2026, 12, 18, 15, 59, tzinfo=UTC)


def test_a_line_for_two_people_still_waits_for_the_second_when_a_file_says_it_is_done() -> None:
    [line] = [line for line in AGREEMENT.stage("logistics").lines if line.id == "bl_draft"]
    brought, vouched_for = from_a_file("ye.xiaoyan", done=("bl_draft",)), from_a_file("lin.zhiyuan", done=("bl_draft",))
    assert isinstance(brought, Order)
    assert isinstance(vouched_for, Order)
    assert [rules.is_done(line, each) for each in (brought, vouched_for)] == [False, True]


def test_a_file_that_says_what_is_known_changes_nothing_even_of_an_order_that_is_over() -> None:
    over = order()
    over.state = "closed"

    def again(terms: Terms) -> list[Event] | list[Refused]:
        made = rules.adopt(
            terms,
            OFFICE,
            who("lin.zhiyuan"),
            order=over,
            order_no="HC26-0001",
            stage="inquiry",
            state="open",
            owner="",
            done=(),
            people={},
            dates={},
            workspace="T1",
            number=lambda: 1,
        )
        return made if isinstance(made, list) else made[1]

    assert again(over.terms) == []
    [refused] = again(replace(over.terms, place="Shanghai"))
    assert isinstance(refused, Refused)
    assert (refused.reason, over.place, over.state) == ("order_over", "Ningbo", "closed")


def with_two_receivers() -> Agreement:
    """Production goes to the merchandiser and to purchasing at the same time."""
    stages = tuple(
        stage.model_copy(update={"also_to": ("purchasing",)}) if stage.id == "production" else stage
        for stage in AGREEMENT.stages
    )
    return Agreement.model_construct(**{**dict(AGREEMENT), "stages": stages})


def test_a_stage_with_two_receivers_begins_when_both_have_it_and_not_when_one_sends_it_back() -> None:
    office = Office(with_two_receivers(), NOW)
    confirmed = order("order_confirmation")
    zhou, huang, tang = who("zhou.hang"), who("huang.tao"), who("tang.wei")
    receivers = rules.receivers_of(office.agreement.stage("production"), confirmed, office)
    assert receivers == {"merchandiser": "huang.tao", "purchasing": "tang.wei"}
    rules.complete(confirmed, office, who("qian.hui"), lines=["money_gate"])
    rules.offer(confirmed, office, zhou, to_stage="production", receivers=receivers, reason="repeat")
    assert reason(rules.acknowledge(confirmed, office, tang)) == ""
    assert (confirmed.stage, confirmed.owner) == ("order_confirmation", "zhou.hang")
    assert reason(rules.bounce(confirmed, office, huang, number=1, reason="wrong_data", text="old spec")) == ""
    assert confirmed.offered == ()
    rules.offer(confirmed, office, zhou, to_stage="production", receivers=receivers, reason="repeat")
    rules.acknowledge(confirmed, office, huang)
    assert confirmed.stage == "order_confirmation"
    rules.acknowledge(confirmed, office, tang)
    assert (confirmed.stage, confirmed.owner) == ("production", "huang.tao")


def test_what_was_left_of_a_limit_is_left_when_the_order_is_taken_up_again() -> None:
    asked = order("inquiry")
    chen, later = who("chen.yuqing"), NOW + timedelta(hours=2)
    week = Office(AGREEMENT, NOW + timedelta(days=4, hours=3))
    [limit] = [item.due_at for item in rules.deadlines(asked, OFFICE) if item.kind == "stage"]
    assert limit - NOW == timedelta(hours=5)  # four working hours and the lunch break
    happened(rules.hold(asked, Office(AGREEMENT, later), chen, reason="on leave"))
    happened(rules.resume(asked, week, chen))
    [limit] = [item.due_at for item in rules.deadlines(asked, week) if item.kind == "stage"]
    assert limit - week.now == timedelta(hours=3)  # Friday at noon: two working hours are left, after lunch
    happened(rules.cancel(asked, week, chen, reason="price"))
    reopened = Office(AGREEMENT, week.now + timedelta(days=30))
    happened(rules.reopen(asked, reopened, chen, reason="a lower price"))
    assert not [item for item in rules.deadlines(asked, reopened) if item.due_at <= reopened.now]


def test_the_order_within_a_stage_changes_hands_and_no_other_part_of_it() -> None:
    made = order("production", people={"sales": "zhou.hang", "merchandiser": "huang.tao"})
    made.owner = "huang.tao"
    wu, fang = who("wu.mengjie"), who("fang.min")
    for receiver in (wu, fang):
        chosen = {receiver.role: receiver.id}
        happened(rules.offer(made, OFFICE, who("huang.tao"), to_stage="production", receivers=chosen, reason=""))
        happened(rules.acknowledge(made, OFFICE, receiver))
        assert made.owner == receiver.id
    assert (made.people["sales"], made.people["merchandiser"]) == ("zhou.hang", "fang.min")


def test_a_handoff_is_never_passed_back_to_who_sent_it() -> None:
    shipped = order()
    shipped.owner = "zhou.hang"
    jiang = who("jiang.bo")
    happened(
        rules.offer(shipped, OFFICE, jiang, to_stage="logistics", receivers={"documents": "ye.xiaoyan"}, reason="")
    )
    again = rules.redirect(shipped, OFFICE, who("ye.xiaoyan"), number=1, to="jiang.bo", reason="")
    assert reason(again) == "has_it_already"
    closed = Office(AGREEMENT, NOW, closed=frozenset({"ye.xiaoyan"}))  # her deputy is who sent it
    [event] = rules.review(shipped, closed)
    assert (event.what, event.new) == ("redirected", "lin.zhiyuan")
    assert shipped.offered[0].receiver == "lin.zhiyuan"


def at(local: str) -> Office:
    """The department at a moment in Shanghai."""
    return Office(AGREEMENT, datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC))


def due(found: Order, line: str, office: Office) -> str:
    """When a line is next called to mind, in Shanghai; empty when it is not."""
    moments = [item.due_at for item in rules.deadlines(found, office) if item.kind == f"line {line}"]
    return moments[0].astimezone(ZoneInfo("Asia/Shanghai")).strftime("%m-%d %H:%M") if moments else ""


def test_the_factorys_progress_is_asked_for_each_friday_and_sales_reads_it() -> None:
    made, huang = order("production"), who("huang.tao")
    assert due(made, "progress", OFFICE) == "10-16 17:30"
    friday = at("2026-10-16 17:30")
    [late] = rules.fall_due(made, friday, "line progress")
    assert late.new == "huang.tao"
    assert due(made, "progress", friday) == "10-23 17:30"  # nobody wrote it, and the next one is asked for all the same
    monday = at("2026-10-19 09:00")
    [ticked] = happened(rules.complete(made, monday, huang, lines=["progress"], note="coating is a day late"))
    assert ticked.note == "coating is a day late"
    assert {item.to for item in rules.notices(ticked, made, monday)} == {"", "zhou.hang"}
    assert due(made, "progress", monday) == "10-23 17:30"
    happened(rules.complete(made, at("2026-10-22 16:00"), huang, lines=["progress"]))  # a day early
    assert due(made, "progress", at("2026-10-22 16:00")) == "10-30 17:30"
    assert "progress" not in [line.id for line in rules.missing_lines(made, monday)]


def test_a_quotation_is_followed_up_until_it_was_three_times_and_before_it_runs_out() -> None:
    quoted, zhou = order("quotation", people={"sales": "zhou.hang"}), who("zhou.hang")
    assert due(quoted, "follow_up", OFFICE) == ""
    happened(rules.complete(quoted, OFFICE, zhou, lines=["quote_sent"]))
    happened(rules.set_dates(quoted, OFFICE, zhou, values={"valid_until": "2026-11-11"}, source=""))
    called = []
    for _ in range(4):
        called.append(due(quoted, "follow_up", OFFICE)[:5])
        happened(rules.complete(quoted, at(f"2026-{called[-1]} 18:00"), zhou, lines=["follow_up"]))
    assert called == ["10-15", "10-19", "10-26", "11-06"]  # a Sunday's is on Friday
    assert due(quoted, "follow_up", OFFICE) == ""


def test_an_order_that_sailed_in_time_is_not_late_while_its_papers_and_money_are_on_their_way() -> None:
    made, jiang, after = order(), who("jiang.bo"), replace(OFFICE, now=NOW + timedelta(days=14))
    happened(rules.set_dates(made, OFFICE, jiang, values={"promised_shipment": "2026-10-23"}, source="buyer"))
    assert next(each for each in rules.asks(made, after) if each.what == "stage").due_at is not None
    happened(rules.set_dates(made, OFFICE, jiang, values={"bl_date": "2026-10-22"}, source="carrier"))
    assert next(each for each in rules.asks(made, after) if each.what == "stage").due_at is None
    assert not [each for each in rules.deadlines(made, after) if each.kind == "stage"]
    assert [each for each in rules.deadlines(made, after) if each.kind == "line shipping_advice"]


def test_when_the_cargo_will_be_late_the_customer_hears_it_within_a_working_day() -> None:
    made, huang = order("production"), who("huang.tao")
    dates = {"promised_shipment": "2026-11-20", "cargo_ready": "2026-11-10"}
    happened(rules.set_dates(made, OFFICE, huang, values=dates, source=""))
    assert "customer_told" not in [line.id for line in rules.lines_of(made, OFFICE)]
    happened(rules.set_dates(made, OFFICE, huang, values={"cargo_ready": "2026-11-18"}, source="factory"))
    assert due(made, "customer_told", OFFICE) == "10-13 17:30"
    happened(rules.complete(made, OFFICE, who("zhou.hang"), lines=["customer_told"]))
    happened(rules.set_dates(made, OFFICE, huang, values={"promised_shipment": "2026-12-01"}, source="buyer"))
    later = at("2026-11-16 09:00")
    happened(rules.set_dates(made, later, huang, values={"cargo_ready": "2026-11-28"}, source="factory"))
    assert due(made, "customer_told", later) == "11-17 17:30"


def test_the_second_person_never_looks_first_and_two_of_two_roles_look() -> None:
    shipped = order()
    jiang, ye = who("jiang.bo"), who("ye.xiaoyan")
    assert reason(rules.complete(shipped, OFFICE, jiang, lines=["bl_draft"])) == "not_your_line"
    while_ye_is_away = away("ye.xiaoyan")  # he stands in for her, so another has to look after him
    happened(rules.complete(shipped, while_ye_is_away, jiang, lines=["bl_draft"]))
    assert reason(rules.complete(shipped, while_ye_is_away, jiang, lines=["bl_draft"])) == "second_person"
    happened(rules.complete(shipped, OFFICE, who("lin.zhiyuan"), lines=["bl_draft"]))
    assert rules.complete(shipped, OFFICE, ye, lines=["bl_draft"]) == Refused("nothing_ticked", field="lines")


def test_who_has_a_part_in_an_order_does_not_call_it_off() -> None:
    shipped = order()
    for decides, allowed in (("ye.xiaoyan", False), ("jiang.bo", True), ("zhou.hang", True), ("lin.zhiyuan", True)):
        outcome = rules.hold(shipped, OFFICE, who(decides), reason="the buyer asks for time")
        assert (reason(outcome) == "") == allowed, decides
        if allowed:
            happened(rules.resume(shipped, OFFICE, who(decides)))


def test_an_important_customer_in_a_trainees_market_is_the_mentors() -> None:
    terms, lin = Terms(customer="Gulf Pantry", product="Pans", country="AE"), who("lin.zhiyuan")
    owners = []
    for tier in ("A", "B"):
        made = rules.open_inquiry(terms, OFFICE, lin, workspace="T1", number=lambda: 1, tier=tier)
        assert not isinstance(made, list)
        owners.append(made[0].owner)
    assert owners == ["chen.yuqing", "xu.jiayi"]


def test_a_handoff_to_somebody_away_goes_to_the_deputy_but_never_back_to_the_sender() -> None:
    office = away("ye.xiaoyan")
    by_sales = order()
    rules.offer(
        by_sales, office, who("zhou.hang"), to_stage="logistics", receivers={"documents": "ye.xiaoyan"}, reason=""
    )
    assert [item.receiver for item in by_sales.offered] == []  # jiang.bo, her deputy, has it already
    by_logistics = order()
    by_logistics.owner = "zhou.hang"
    events = rules.offer(
        by_logistics, office, who("jiang.bo"), to_stage="logistics", receivers={"documents": "ye.xiaoyan"}, reason=""
    )
    assert not isinstance(events, Refused)
    assert [event.what for event in events] == ["deputy_is_sender", "offered"]
    assert [item.receiver for item in by_logistics.offered] == ["lin.zhiyuan"]


def test_the_last_day_of_presentation_is_called_to_mind_until_the_papers_are_presented() -> None:
    shipped = order(payment="lc_sight", presentation_days=15)
    jiang = who("jiang.bo")
    rules.set_dates(shipped, OFFICE, jiang, values={"bl_date": "2026-10-13", "lc_expiry": "2026-11-05"}, source="")
    told = {}
    for kind in ("presentation 3", "presentation 0"):
        [warned] = [item for item in rules.deadlines(shipped, OFFICE) if item.kind == kind]
        [event] = rules.fall_due(shipped, Office(AGREEMENT, warned.due_at), kind)
        day = warned.due_at.astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat()
        told[day] = {item.to for item in rules.notices(event, shipped, OFFICE) if item.to}
    papers = {"jiang.bo", "ye.xiaoyan", "qian.hui"}
    assert told == {"2026-10-23": papers, "2026-10-28": {*papers, "lin.zhiyuan"}}
    rules.set_dates(shipped, OFFICE, jiang, values={"presented_on": "2026-10-26"}, source="")
    assert not [item for item in rules.deadlines(shipped, OFFICE) if item.kind.startswith("presentation")]


def test_the_banks_last_day_comes_before_our_own_plan_when_the_credit_gives_few_days() -> None:
    shipped = order(payment="lc_sight", presentation_days=5)
    rules.set_dates(shipped, OFFICE, who("jiang.bo"), values={"bl_date": "2026-10-14"}, source="")
    [due] = [item.due_at for item in rules.deadlines(shipped, OFFICE) if item.kind == "line documents_presented"]
    assert due.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%m-%d %H:%M") == "10-19 17:30"


def test_booking_runs_while_the_goods_are_made_and_holds_the_handover_not_up() -> None:
    made = order("production", rule="CIF")
    huang = who("huang.tao")
    events = happened(rules.set_dates(made, OFFICE, huang, values={"cargo_ready": "2026-11-20"}, source=""))
    assert ("jiang.bo", "booking") in [(event.old, event.new) for event in events if event.what == "work_moved"]
    assert "line booking" in [item.kind for item in rules.deadlines(made, OFFICE)]
    assert {"booking", "isf"} & {line.id for line in rules.missing_lines(made, OFFICE)} == set()
    happened(rules.complete(made, OFFICE, who("jiang.bo"), lines=["booking"]))
    assert "booking" not in [line.id for line in rules.open_lines(made, OFFICE)]


def test_whose_later_work_moves_with_a_date_hears_of_it_and_of_a_first_date_nobody() -> None:
    made = order("production")
    huang = who("huang.tao")

    def told(etd: str) -> set[str]:
        events = happened(rules.set_dates(made, OFFICE, huang, values={"etd": etd}, source="forwarder"))
        return {event.old for event in events if event.what == "work_moved"}

    assert told("2026-11-25") == set()
    assert told("2026-11-28") >= {"jiang.bo", "ye.xiaoyan"}


def test_papers_dated_in_the_wrong_order_are_named() -> None:
    shipped = order()
    values = {
        "bl_date": "2026-10-13",
        "invoice_date": "2026-10-14",
        "packing_list_date": "2026-10-13",
        "origin_date": "2026-10-14",
        "insurance_date": "2026-10-12",
        "advice_date": "2026-10-12",
        "draft_date": "2026-10-13",
    }
    rules.set_dates(shipped, OFFICE, who("jiang.bo"), values=values, source="")
    wrong = [(item.facts["early"], item.facts["late"]) for item in rules.warnings(shipped, OFFICE)]
    assert set(wrong) == {
        ("invoice_date", "bl_date"),
        ("invoice_date", "packing_list_date"),
        ("origin_date", "bl_date"),
        ("bl_date", "advice_date"),
    }


def test_a_shipping_advice_later_than_three_days_after_the_bill_of_lading_is_named() -> None:
    shipped, jiang = order(), who("jiang.bo")
    late = []
    for advice in ("2026-10-16", "2026-10-17"):
        values = {"bl_date": "2026-10-13", "advice_date": advice}
        rules.set_dates(shipped, OFFICE, jiang, values=values, source="")
        late.append([item.facts["last"] for item in rules.warnings(shipped, OFFICE)])
    assert late == [[], ["2026-10-16"]]


def test_the_advice_is_not_put_off_to_the_day_after_the_holiday() -> None:
    shipped = order()
    happened(rules.set_dates(shipped, OFFICE, who("jiang.bo"), values={"bl_date": "2027-02-04"}, source=""))
    assert due(shipped, "shipping_advice", OFFICE) == "02-15 17:30"


def test_a_trainees_late_stage_is_told_to_the_mentor_too() -> None:
    late = order("order_confirmation")
    late.owner = "xu.jiayi"
    [event] = rules.fall_due(late, Office(AGREEMENT, NOW + timedelta(days=60)), "stage")
    assert {item.to for item in rules.notices(event, late, OFFICE) if item.to} == {"xu.jiayi", "chen.yuqing"}


MOVES = st.lists(
    st.tuples(
        st.sampled_from(
            ["offer", "within", "acknowledge", "bounce", "withdraw", "hold", "resume", "tick", "late", "lose"]
        ),
        st.sampled_from([member.id for member in AGREEMENT.members]),
        st.integers(0, 40),
    ),
    max_size=40,
)


@given(MOVES)
@settings(deadline=None)
def test_whatever_people_do_somebody_owns_the_order_and_its_stages_only_go_forward(
    moves: list[tuple[str, str, int]],
) -> None:
    found = order("inquiry", amount=None, currency="")
    now, furthest = NOW, 0
    for move, person, hours in moves:
        now += timedelta(hours=hours)
        office, by = Office(AGREEMENT, now), who(person)
        before = (found.stage, found.owner)
        done: object
        match move:
            case "offer" if onward := rules.next_stage(found):
                receivers = rules.receivers_of(AGREEMENT.stage(onward), found, office)
                done = rules.offer(found, office, by, to_stage=onward, receivers=receivers, reason="now")
            case "within":
                receivers = {by.role: "fang.min"}
                done = rules.offer(found, office, by, to_stage=found.stage, receivers=receivers, reason="")
            case "acknowledge":
                done = rules.acknowledge(found, office, by)
            case "bounce":
                number = found.offered[0].number if found.offered else 1
                done = rules.bounce(found, office, by, number=number, reason="other", text="no")
            case "withdraw":
                done = rules.withdraw(found, office, by)
            case "hold":
                done = rules.hold(found, office, by, reason="later")
            case "resume":
                done = rules.resume(found, office, by)
            case "tick":
                done = rules.complete(found, office, by, lines=[line.id for line in rules.open_lines(found, office)])
            case "lose":
                done = rules.reopen(found, office, by, reason="again") or rules.lose(found, office, by, reason="price")
            case _:
                done = [
                    rules.fall_due(found, office, item.kind)
                    for item in rules.deadlines(found, office)
                    if item.due_at <= now
                ]
        if isinstance(done, Refused):
            assert (found.stage, found.owner) == before
        assert AGREEMENT.member(found.owner) is not None
        assert STAGES.index(found.stage) >= furthest
        furthest = STAGES.index(found.stage)
        limits = rules.deadlines(found, office)
        assert len({item.kind for item in limits}) == len(limits)
        assert all(item.due_at.tzinfo is UTC for item in limits)
        assert found.state == "open" or found.offered == ()
