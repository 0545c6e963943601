"""Which limits run on a complaint and when they end, and how long everything took, in working time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from department.calendar import WorkCalendar, add_working_time, working_time_between
from department.complaints.record import Complaint, Stretch, category_of, severity_of
from department.people import Office
from department.schedule import after


def first_response_due(case: Complaint, office: Office) -> datetime:
    """By when somebody must have acknowledged (UTC)."""
    return after(case.filed_at, severity_of(case.severity, office).first_response, calendar_of(case, office))


def resolution_due(case: Complaint, office: Office) -> datetime:
    """By when the case must be resolved (UTC): the agreement's limit, later by the working time spent waiting."""
    calendar = calendar_of(case, office)
    limit = category_of(case.category, office).resolve or severity_of(case.severity, office).resolve
    due = after(_clock_start(case), limit, calendar)
    waited = sum((_worked(wait, case, office) for wait in case.waits), timedelta())
    return add_working_time(calendar, due, waited) if waited else due


def half_of_resolution(case: Complaint, office: Office) -> datetime:
    """The moment (UTC) at which half of the resolution's working time, waiting apart, is gone."""
    calendar = calendar_of(case, office)
    start, due = _clock_start(case), resolution_due(case, office)
    waited = sum((_worked(wait, case, office) for wait in case.waits), timedelta())
    total = working_time_between(calendar, start, due) - waited
    return add_working_time(calendar, start, total / 2 + waited)


def carrier_notice_by(case: Complaint, office: Office) -> date | None:
    """The last day on which the consignee's written notice of damage still reaches the carrier in time, counted in
    calendar days from delivery (3 by sea under the Hague-Visby Rules, 14 by air under the Montreal Convention,
    7 by road under the CMR; the agreement holds the numbers). None where no carrier is concerned."""
    days = category_of(case.category, office).carrier_notice
    if not days or case.transport is None:
        return None
    return (case.delivered_on or case.noticed_on) + timedelta(days=days.by(case.transport))


def demands_corrective_action(case: Complaint, office: Office) -> bool:
    """Whether the case may only close with a corrective action: grave severities and repeats."""
    return severity_of(case.severity, office).corrective_action or case.repeat_of is not None


@dataclass(frozen=True, slots=True)
class Durations:
    """How long the case took, in working time: to the first response (None while there is none), waiting for the
    customer, working on it, and in all. What lies between a resolution and a reopening does not count."""

    first_response: timedelta | None
    waiting: timedelta
    working: timedelta
    total: timedelta


def durations(case: Complaint, office: Office) -> Durations:
    """The four durations of the case up to its resolution or, while it is open, up to now."""
    calendar = calendar_of(case, office)
    end = case.resolved_at or office.now

    def spent(stretches: tuple[Stretch, ...]) -> timedelta:
        return sum((working_time_between(calendar, item.since, item.until or end) for item in stretches), timedelta())

    total = working_time_between(calendar, case.filed_at, end) - spent(case.rests)
    waiting = spent(case.waits)
    first = (
        None if case.acknowledged_at is None else working_time_between(calendar, case.filed_at, case.acknowledged_at)
    )
    return Durations(first, waiting, total - waiting, total)


def calendar_of(case: Complaint, office: Office) -> WorkCalendar:
    """The working time in which the case's limits run: urgent severities also run on the duty days of holidays."""
    return office.duty_calendar if severity_of(case.severity, office).duty_in_holidays else office.calendar


def _worked(wait: Stretch, case: Complaint, office: Office) -> timedelta:
    """The working time of a finished wait that falls into the present run of the resolution clock."""
    if wait.until is None:
        return timedelta()
    return working_time_between(calendar_of(case, office), max(wait.since, _clock_start(case)), wait.until)


def _clock_start(case: Complaint) -> datetime:
    return case.reopened_at or case.filed_at
