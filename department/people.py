"""Who acts now: the department as it stands at one moment, with leave, deputies, duty days and quiet hours applied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from department.agreement import Agreement, Leave, Member
from department.calendar import WorkCalendar


@dataclass(frozen=True)
class Office:
    """The agreement in force and the moment (aware UTC) at which somebody looks at it."""

    agreement: Agreement
    now: datetime

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

    def leave_of(self, member: str) -> Leave | None:
        """The leave `member` is on today, if any."""
        return next(
            (
                leave
                for leave in self.agreement.leave
                if leave.member == member and leave.from_ <= self.today <= leave.to
            ),
            None,
        )

    def stand_in(self, member: Member) -> Member:
        """Who acts for `member` now: the member, or, during leave, the deputy; when both are away the lead of the
        role, then whoever the escalation ladder ends with."""
        if self.leave_of(member.id) is None:
            return member
        for candidate in self._cover(member):
            if candidate is not None and candidate.id != member.id and self.leave_of(candidate.id) is None:
                return candidate
        return member

    def acts_for(self, person: str) -> Member | None:
        """Who acts now for a member's id, even one who has left the agreement: then the first supervisor there is."""
        member = self.agreement.member(person)
        return self.stand_in(member) if member else next(map(self.stand_in, self.supervisors()), None)

    def deputy_of(self, member: Member) -> Member | None:
        """The member's deputy: the one named for the leave they are on, else the usual one."""
        leave = self.leave_of(member.id)
        return self.agreement.member((leave.deputy if leave else None) or member.deputy or "")

    def _cover(self, member: Member) -> Iterable[Member | None]:
        yield self.deputy_of(member)
        yield self.agreement.lead_of(member.role)
        yield from self.supervisors()

    def supervisors(self) -> list[Member]:
        """Everybody whose role the escalation ladder names, in the ladder's order."""
        named = [step.tell for step in self.agreement.complaints.escalation]
        return [person for role in named for person in self.agreement.with_role(role)]

    def on_duty(self) -> Member | None:
        """The first person of the duty rota who is there today, on a day the department is otherwise off."""
        if self.calendar.is_working_day(self.today):
            return None
        for duty in self.agreement.duty_rota:
            if duty.from_ <= self.today <= duty.to:
                for person in duty.members:
                    if self.leave_of(person) is None:
                        return self.agreement.member(person)
        return None

    def quiet_until(self, member: Member) -> datetime | None:
        """The UTC moment at which the member's quiet hours end, or None when it is not quiet there now."""
        quiet = self.agreement.working_hours.quiet_hours
        local = self.now.astimezone(ZoneInfo(member.timezone or self.agreement.timezone))
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
