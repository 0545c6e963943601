"""A complaint: what it is, and what it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from department.agreement import Category, Severity
from department.compensation import Proposal
from department.people import Office

if TYPE_CHECKING:
    from department.tasks import Attached

SUBJECT: Final = "complaint"
OPEN: Final = ("new", "open", "waiting", "resolved")
"""The states in which something is still to be done."""

State = Literal["new", "open", "waiting", "resolved", "closed"]
Transport = Literal["sea", "air", "road"]

OPEN_PROMISES: Final = 5
"""As many as a card has room for."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file or a link that shows what happened: Slack's file id or an empty string, where it opens, its title."""

    file: str
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time, UTC, going on while `until` is None."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """What the customer was promised and by when (UTC), open until it is kept."""

    number: int
    text: str
    due_at: datetime
    by: str
    reminded: bool = False
    kept_at: datetime | None = None


@dataclass(kw_only=True, eq=False)
class Complaint:
    """One customer complaint. Moments are aware UTC; people are member ids; money is a Decimal with its ISO code.

    `waits` are the stretches of waiting for the customer, in which the resolution clock stands still, `rests` those
    between a resolution and a reopening. `told` has the case now; `worked` are all who ever owned, handled or
    acknowledged it. `tasks`, not kept, are the open ones that belong to it.
    """

    workspace: str
    number: int
    state: State = "new"
    customer: str
    order: str = ""
    category: str
    severity: str
    what_happened: str
    quantity: str = ""
    amount: Decimal | None = None
    currency: str = ""
    noticed_on: date
    evidence: tuple[Evidence, ...] = ()
    source: str = ""
    transport: Transport | None = None
    delivered_on: date | None = None
    carrier_notice_reminded: bool = False
    carrier_notice_sent_at: datetime | None = None
    filed_by: str
    filed_at: datetime
    owner: str
    handler: str
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    waits: tuple[Stretch, ...] = ()
    rests: tuple[Stretch, ...] = ()
    promises: tuple[Promise, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    cause: str = ""
    remedy: str = ""
    repeat_of: int | None = None
    corrective_action: str = ""
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    escalated: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    worked: tuple[str, ...] = ()
    tasks: Sequence[Attached] = ()
    version: int = 1

    @property
    def open_promises(self) -> tuple[Promise, ...]:
        """What the customer is still waiting for."""
        return tuple(promise for promise in self.promises if promise.kept_at is None)

    @property
    def undecided(self) -> Proposal | None:
        """The proposal of compensation that waits for its decision."""
        return next((proposal for proposal in self.proposals if not proposal.decision), None)


def severity_of(code: str, office: Office) -> Severity:
    """How grave the agreement says a code is."""
    return office.agreement.complaints.severities[code]


def category_of(code: str, office: Office) -> Category:
    """What the agreement says of a kind of complaint."""
    return office.agreement.complaints.categories[code]


def each_once(*ids: str) -> tuple[str, ...]:
    """Each once, in this order."""
    return tuple(dict.fromkeys(ids))
