"""Three kinds of limit, golden days from the sample department, and what never happens to any of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo import sample_agreement
from department.agreement import Due, Limit
from department.key_dates import KeyDate
from department.orders import Handoff, Order, warnings
from department.orders.limits import handoff_steps, last_presentation, line_due
from department.people import Office
from department.schedule import from_date

AGREEMENT = sample_agreement()
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 10, 12, 9, 0, tzinfo=SHANGHAI).astimezone(UTC)
OFFICE = Office(AGREEMENT, NOW)
FIRST, LAST = datetime(2026, 1, 1), datetime(2027, 6, 30)  # noqa: DTZ001 (wall clocks, put into a zone below)


def order(stage: str = "logistics", **dates: str) -> Order:
    """An order with some dates."""
    return Order(
        workspace="T1",
        number=1,
        stage=stage,
        since=NOW,
        owner="jiang.bo",
        customer="Nordhaus",
        product="Pans",
        payment="lc_sight",
        people={"sales": "chen.yuqing"},
        dates=tuple(KeyDate(code, value, "jiang.bo", NOW) for code, value in dates.items()),
        opened_by="chen.yuqing",
        opened_at=NOW,
    )


def local(moment: datetime) -> str:
    """A moment at the department's place."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("bl_date", "days", "expiry", "last"),
    [
        ("2026-10-13", 15, "2026-11-05", "2026-10-28"),  # the days of the credit
        ("2026-10-23", None, "2026-11-10", "2026-11-10"),  # silent, but the expiry comes first
        ("2026-09-19", 15, "2026-11-05", "2026-10-08"),  # 4 October is a holiday: the next banking day
        ("2026-09-25", 15, "2026-11-05", "2026-10-10"),  # a working Saturday is one
        ("2027-01-21", 14, "2027-03-05", "2027-02-04"),  # the factory is closed, the bank is not
        ("2027-01-28", 14, "2027-03-05", "2027-02-11"),
    ],
)
def test_the_last_day_of_presentation(bl_date: str, days: int | None, expiry: str, last: str) -> None:
    shipped = order(bl_date=bl_date, lc_expiry=expiry)
    shipped.presentation_days = days
    assert last_presentation(shipped, OFFICE) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("said", "value", "due"),
    [
        ("10 days before cargo_ready", "2026-10-17", "2026-09-30 17:30"),  # the 7th is a holiday: earlier
        ("on cargo_ready", "2026-10-18", "2026-10-16 17:30"),  # a Sunday: earlier
        ("on cargo_ready", "2026-10-10", "2026-10-10 17:30"),  # a working Saturday
        ("30 days after eta", "2026-09-01", "2026-10-08 17:30"),  # 1 October: later
        ("3 working days after bl_date", "2026-10-01", "2026-10-12 17:30"),  # from the 8th on
        ("48 hours before cy_closing", "2026-10-05T18:00:00+08:00", "2026-10-03 18:00"),  # never working time
        ("4 hours before si_cutoff", "2026-10-25T01:30:00+00:00", "2026-10-25 05:30"),
    ],
)
def test_days_count_from_a_date_and_hours_from_a_moment(said: str, value: str, due: str) -> None:
    limit = AGREEMENT.stage("logistics").lines[0].model_copy(update={"due": _due(said)})
    code = said.split()[-1]
    found = line_due(limit, order(**{code: value}), OFFICE)
    assert found is not None
    assert local(found) == due


def _due(said: str) -> Due | Limit:
    from department.agreement import Line

    label = {"zh": "行", "en": "line"}
    line = Line.model_validate({"id": "x", "label": label, "role": "sales", "due": said})
    assert line.due is not None
    return line.due


def test_a_limit_whose_date_is_not_known_does_not_run() -> None:
    lines = [line for line in AGREEMENT.stage("logistics").lines if isinstance(line.due, Due)]
    assert lines
    assert all(line_due(line, order(), OFFICE) is None for line in lines)


@given(
    value=st.dates(date(2026, 1, 1), date(2027, 6, 30)),
    amount=st.integers(0, 60),
    before=st.booleans(),
    unit=st.sampled_from(["days", "working_days"]),
)
def test_a_day_limit_ends_on_a_working_day_on_the_right_side_of_its_date(
    value: date, amount: int, before: bool, unit: str
) -> None:
    due = Due.model_validate({"value": amount, "unit": unit, "before": before, "date": "etd"})
    found = from_date(due, value.isoformat(), OFFICE).astimezone(SHANGHAI)
    assert OFFICE.calendar.is_working_day(found.date())
    assert found.strftime("%H:%M") == "17:30"
    if before or (not amount and unit == "days"):
        assert found.date() <= value - timedelta(days=amount if unit == "days" else 0)
    else:
        assert found.date() >= value + timedelta(days=amount)


@given(
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Sydney"]),
    hours=st.integers(0, 200),
    wall=st.datetimes(FIRST, LAST),
)
def test_hours_before_a_cut_off_are_real_hours_whatever_the_clocks_do(zone: str, hours: int, wall: datetime) -> None:
    cut_off = wall.replace(tzinfo=ZoneInfo(zone))
    due = Due(value=hours, unit="hours", before=True, date="cy_closing")
    found = from_date(due, cut_off.isoformat(), OFFICE)
    assert cut_off.astimezone(UTC) - found == timedelta(hours=hours)


@given(st.datetimes(FIRST, LAST))
def test_a_handoff_is_reminded_before_it_is_escalated_and_expires_last(wall: datetime) -> None:
    offered_at = wall.replace(tzinfo=SHANGHAI).astimezone(UTC)
    handoff = Handoff(1, "production", "logistics", "logistics", "zheng.lili", "jiang.bo", offered_at)
    steps = handoff_steps(handoff, OFFICE)
    in_order = [moment for name, moment in steps.items() if name not in ("answer", "expire")]
    assert in_order == sorted(in_order)
    assert offered_at < in_order[0]
    assert steps["expire"] >= in_order[-1]


def test_dates_that_do_not_fit_together_are_named() -> None:
    found = warnings(order(cargo_ready="2026-10-20", promised_shipment="2026-10-22", etd="2026-10-18"), OFFICE)
    assert [item.reason for item in found] == ["warn_ship_at_risk", "warn_order"]
    gone = warnings(order(cargo_ready="2026-10-20", promised_shipment="2026-10-22", delivered_on="2026-10-24"), OFFICE)
    assert gone == []
    late = warnings(order(etd="2026-10-18", lc_latest_shipment="2026-10-15"), OFFICE)
    assert {"early": "etd", "late": "lc_latest_shipment"} in [dict(item.facts) for item in late]
    impossible = warnings(
        order(cargo_ready="2026-11-18", promised_shipment="2026-11-25", lc_latest_shipment="2026-11-10"), OFFICE
    )
    in_order = [item for item in impossible if item.reason == "warn_order"]
    assert {item.facts["early"] for item in in_order} == {"cargo_ready", "promised_shipment"}


@pytest.mark.parametrize(
    ("bl_date", "expiry", "presented", "too_late"),
    [
        ("2026-10-01", "2026-12-01", "2026-10-28", True),  # 15 days are over on the 16th
        ("2026-09-18", "2026-10-04", "2026-10-08", False),  # the expiry is a holiday: the next banking day counts
        ("2026-09-18", "2026-10-04", "2026-10-09", True),
    ],
)
def test_papers_presented_after_the_last_day_are_named(
    bl_date: str, expiry: str, presented: str, too_late: bool
) -> None:
    shipped = order(bl_date=bl_date, lc_expiry=expiry, presented_on=presented)
    shipped.presentation_days = 15 if expiry == "2026-12-01" else 21
    assert ("warn_presented_late" in [item.reason for item in warnings(shipped, OFFICE)]) == too_late


def test_cut_offs_are_compared_by_the_moment_and_with_days_by_the_day_where_we_are() -> None:
    tight = {"cy_open": "2026-10-20T09:00:00+00:00", "cy_closing": "2026-10-20T08:00:00+00:00"}
    night = {"cy_closing": "2026-10-20T18:00:00+00:00", "etd": "2026-10-20"}  # two in the morning of the 21st
    for dates in (tight, night):
        assert [item.reason for item in warnings(order(**dates), OFFICE)] == ["warn_order"]
