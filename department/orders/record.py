"""An order as it is kept: its terms, its people, what is done, its handoffs and dates."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from department.agreement import STAGES
from department.key_dates import KeyDate, current

if TYPE_CHECKING:
    from department.tasks import Attached

SUBJECT: Final = "order"


SILENT: Final = "silent"
"""Somebody did nothing all morning while a handoff waits for them: the manager is asked, and nobody else sees it."""


OPEN: Final = ("open", "on_hold")
"""The states in which something is still to be done."""


State = Literal["open", "on_hold", "lost", "cancelled", "closed"]


LONGEST: Final = 3000
"""Characters of anything a person writes into a form."""


@dataclass(frozen=True, slots=True)
class Done:
    """A line of the checklist that is done: by whom, when (UTC), the second person who looked where one must, and the
    reason where somebody opened a gate in the place of those who may. `assumed` is a gate of which a file said no more
    than that the order is past it."""

    line: str
    by: str
    at: datetime
    checked_by: str = ""
    reason: str = ""
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Handoff:
    """The order offered to one person for a stage. `missing` are the lines that were open then, and `reason` why it was
    offered all the same; `bounce_reason` is a code of the agreement, `note` what was written with the answer."""

    number: int
    from_stage: str
    to_stage: str
    role: str
    sender: str
    receiver: str
    offered_at: datetime
    missing: tuple[str, ...] = ()
    reason: str = ""
    state: Literal["offered", "acknowledged", "bounced", "withdrawn", "expired"] = "offered"
    decided_by: str = ""
    decided_at: datetime | None = None
    bounce_reason: str = ""
    note: str = ""
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is agreed with the customer about one order; money is a Decimal with its ISO code."""

    customer: str
    product: str
    country: str = ""
    customer_po: str = ""
    quantity: str = ""
    amount: Decimal | None = None
    currency: str = ""
    rule: str = ""
    place: str = ""
    payment: str = ""
    presentation_days: int | None = None


@dataclass(kw_only=True, eq=False)
class Order:
    """One order (or inquiry). Moments are aware UTC; people are member ids by role; `owner` is who has it now. `since`
    is when its stage began, later by the time it was over, or on hold, as it is since `held_at`. Kept for lists:
    `limit_at`, its soonest limit; the moments of its cut-offs; `at_risk`, whether its dates cannot all be kept.
    `fired` are the limits that were reached, each with its moment: a moved date runs anew. `taken`, not kept, are order
    numbers of others that begin as its own would; `silent`, not kept, who did nothing this morning; `tasks`, not
    kept, the open ones that belong to it.
    """

    workspace: str
    number: int
    order_no: str = ""
    state: State = "open"
    stage: str = "inquiry"
    since: datetime
    owner: str
    customer: str
    product: str
    country: str = ""
    customer_po: str = ""
    quantity: str = ""
    amount: Decimal | None = None
    currency: str = ""
    rule: str = ""
    place: str = ""
    payment: str = ""
    presentation_days: int | None = None
    people: Mapping[str, str]
    done: tuple[Done, ...] = ()
    handoffs: tuple[Handoff, ...] = ()
    dates: tuple[KeyDate, ...] = ()
    fired: tuple[str, ...] = ()
    source: str = ""
    limit_at: datetime | None = None
    si_cutoff_at: datetime | None = None
    vgm_cutoff_at: datetime | None = None
    customs_cutoff_at: datetime | None = None
    cy_closing_at: datetime | None = None
    at_risk: bool = False
    taken: Collection[str] = ()
    silent: Collection[str] = ()
    tasks: Sequence[Attached] = ()
    opened_by: str
    opened_at: datetime
    held_at: datetime | None = None
    ended_at: datetime | None = None
    ending: str = ""
    version: int = 1

    @property
    def terms(self) -> Terms:
        """What is agreed with the customer."""
        return Terms(**{item.name: getattr(self, item.name) for item in fields(Terms)})

    @property
    def offered(self) -> tuple[Handoff, ...]:
        """The handoffs that wait for an answer."""
        return tuple(handoff for handoff in self.handoffs if handoff.state == "offered")

    @property
    def has_left(self) -> bool:
        """Whether the goods are on their way, or there."""
        return self.stage == "after_sales" or not {"bl_date", "delivered_on"}.isdisjoint(self.current_dates)

    @property
    def current_dates(self) -> dict[str, KeyDate]:
        """The order's dates as they stand."""
        return current(self.dates)


def next_stage(order: Order) -> str:
    """The stage after the present one; empty after the last."""
    place = STAGES.index(order.stage) + 1
    return STAGES[place] if place < len(STAGES) else ""


def missing_terms(terms: Terms | Order) -> list[str]:
    """What an order must have before it can be confirmed."""
    return [name for name in ("amount", "currency", "rule", "place", "payment") if not getattr(terms, name)]
