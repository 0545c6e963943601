"""Who acts now: the department as it stands at one moment, with leave, deputies, duty days and quiet hours applied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from department.agreement import Agreement, Leave, Member, span
from department.calendar import WorkCalendar

LONGEST_LIMIT = timedelta(days=60)
"""More calendar days than any limit of the agreement takes."""


@dataclass(frozen=True)
class Office:
    """The agreement in force, the moment (aware UTC) at which somebody looks at it, the leave people have entered
    besides the agreement's, the members whose Slack account is closed, and the zones of their Slack profiles."""

    agreement: Agreement
    now: datetime
    entered: tuple[Leave, ...] = ()
    closed: frozenset[str] = frozenset()
    zones: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def calendar(self) -> WorkCalendar:
        """The department's working time."""
        return self.agreement.work_calendar()

    @cached_property
    def duty_calendar(self) -> WorkCalendar:
        """The department's working time, with the days of the duty rota open too, for urgent cases."""
        days = [day for duty in self.agreement.duty_rota for day in _days(duty.from_, duty.to)]
        return self.calendar.also_open_on(days) if days else self.calendar

    @cached_property
    def today(self) -> date:
        """Today at the department's own place."""
        return self.now.astimezone(ZoneInfo(self.agreement.timezone)).date()

    def is_too_far(self, day: date) -> bool:
        """Whether limits that run from `day` could end after the last day that the calendar knows."""
        return day > self.calendar.ends - LONGEST_LIMIT

    @cached_property
    def leave(self) -> tuple[Leave, ...]:
        """Every leave there is, planned or going on."""
        return (*self.agreement.leave, *self.entered)

    def leave_of(self, member: str) -> Leave | None:
        """The leave `member` is on now, if any."""
        return next((leave for leave in self.leave if leave.member == member and self._is_on(leave)), None)

    def away(self) -> list[Leave]:
        """Who is on leave now."""
        return [leave for leave in self.leave if self._is_on(leave)]

    def begins_at(self, leave: Leave) -> datetime:
        """The moment (UTC) a leave begins at the department's place: midnight, or the end of the first morning."""
        return self._wall(leave.from_, self._noon if leave.afternoon else time())

    def ends_at(self, leave: Leave) -> datetime:
        """The moment (UTC) it is over: the midnight after its last day, or the end of that day's morning."""
        if leave.until_noon:
            return self._wall(leave.to, self._noon)
        return self._wall(leave.to + timedelta(days=1), time())

    def _is_on(self, leave: Leave) -> bool:
        return self.begins_at(leave) <= self.now < self.ends_at(leave)

    @property
    def _noon(self) -> time:
        return self.agreement.working_hours.noon

    def _wall(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, ZoneInfo(self.agreement.timezone)).astimezone(UTC)

    def is_there(self, member: str) -> bool:
        """Whether somebody can be reached now: not on leave, and not without a Slack account any more."""
        return member not in self.closed and self.leave_of(member) is None

    def stand_in(self, member: Member) -> Member:
        """Who acts for `member` now: the member, or, when they are not there, the deputy; when both are not the lead of
        the role, then whoever the escalation ladder ends with."""
        if self.is_there(member.id):
            return member
        for candidate in self._cover(member):
            if candidate is not None and candidate.id != member.id and self.is_there(candidate.id):
                return candidate
        return member

    def acts_for(self, person: str) -> Member | None:
        """Who acts now for a member's id, even one who has left the agreement: then the first supervisor there is."""
        member = self.agreement.member(person)
        return self.stand_in(member) if member else next(map(self.stand_in, self.supervisors()), None)

    def instead_of(self, person: str, doer: str) -> Member | None:
        """Who acts now for `person` in what `doer` must not decide: the next one who stands in."""
        member = self.agreement.member(person)
        if member is None:
            return next((boss for boss in self.supervisors() if boss.id != doer and self.is_there(boss.id)), None)
        found = (member, *self._cover(member))
        return next((each for each in found if each and each.id != doer and self.is_there(each.id)), None)

    def deputy_of(self, member: Member) -> Member | None:
        """The member's deputy: the one named for the leave they are on, else the usual one."""
        leave = self.leave_of(member.id)
        return self.agreement.member((leave.deputy if leave else None) or member.deputy or "")

    def covered_by(self, member: Member) -> list[Member]:
        """Whom `member` stands in for now."""
        absent = map(self.agreement.member, {*(leave.member for leave in self.away()), *self.closed})
        return [person for person in absent if person and person.id != member.id and self.stand_in(person) == member]

    def with_covered(self, member: Member) -> set[str]:
        """A member and everybody they stand in for now."""
        return {member.id, *(person.id for person in self.covered_by(member))}

    def moves_until(self, person: str) -> datetime | None:
        """Until when (UTC) what is asked of somebody who is not there moves to who stands in: to the end of their
        leave; None where there is no end."""
        leave = self.leave_of(person)
        return self.ends_at(leave) if leave and person not in self.closed else None

    def _cover(self, member: Member) -> Iterable[Member | None]:
        yield self.deputy_of(member)
        yield self.agreement.lead_of(member.role)
        yield from self.supervisors()

    def supervisors(self) -> list[Member]:
        """Everybody whose role the escalation ladder names, in the ladder's order."""
        named = [step.tell for step in self.agreement.complaints.escalation]
        return [person for role in named for person in self.agreement.with_role(role)]

    def is_supervisor(self, member: Member) -> bool:
        """Whether somebody is one of them."""
        return member.id in [boss.id for boss in self.supervisors()]

    def on_duty(self) -> Member | None:
        """The first person of the duty rota who is there today, on a day the department is otherwise off."""
        if self.calendar.is_working_day(self.today):
            return None
        for duty in self.agreement.duty_rota:
            if duty.from_ <= self.today <= duty.to:
                for person in duty.members:
                    if self.is_there(person):
                        return self.agreement.member(person)
        return None

    def zone_of(self, member: Member) -> ZoneInfo:
        """Where a member sits: by the agreement, else by their Slack profile, else where the department is."""
        return ZoneInfo(member.timezone or self.zones.get(member.id) or self.agreement.timezone)

    def quiet_until(self, member: Member, own: str = "") -> datetime | None:
        """The UTC moment at which the member's quiet hours end, or None when it is not quiet there now. The agreement's
        hours count, or the member's `own`, such as "20:00-08:00"."""
        quiet = span(own) if own else self.agreement.working_hours.quiet_hours
        local = self.now.astimezone(self.zone_of(member))
        overnight = quiet.end <= quiet.start
        is_quiet = (
            local.time() >= quiet.start or local.time() < quiet.end
            if overnight
            else quiet.start <= local.time() < quiet.end
        )
        if not is_quiet:
            return None
        end = datetime.combine(local.date(), quiet.end, local.tzinfo)
        if overnight and local.time() >= quiet.start:
            end = datetime.combine(local.date() + timedelta(days=1), quiet.end, local.tzinfo)
        return end.astimezone(self.now.tzinfo)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
