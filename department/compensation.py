"""Compensation for a customer: who decides how much. Nobody decides on a case they ever worked on, and what was
approved before on the same case counts, so that a large sum cannot be had in small pieces."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from babel.numbers import get_currency_precision

from department.agreement import Member
from department.people import Office
from department.records import Refused

Decision = Literal["", "approved", "declined", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Compensation that somebody working on a case proposed, and who decides on it; `decision` is empty until then."""

    number: int
    amount: Decimal
    currency: str
    text: str
    by: str
    decider: str
    decision: Decision = ""


def approved(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Those the customer gets."""
    return [proposal for proposal in proposals if proposal.decision == "approved"]


def currencies(office: Office) -> list[str]:
    """The currencies in which an amount can be compared with the bands."""
    terms = office.agreement.complaints.compensation
    return [terms.currency, *terms.rates]


def too_fine(amount: Decimal, currency: str) -> Refused | None:
    """That an amount has decimals that its currency has no coins for, if so."""
    places = get_currency_precision(currency)
    return None if amount == round(amount, places) else Refused("too_fine", {"places": str(places)}, field="amount")


def unknown_currency(office: Office) -> Refused:
    """That an amount cannot be compared with the bands, and which currencies can."""
    return Refused("unknown_currency", {"currencies": ", ".join(currencies(office))}, field="currency")


def deciders(
    amount: Decimal, currency: str, *, before: Sequence[Proposal], barred: Collection[str], office: Office
) -> list[Member]:
    """Those who may decide an amount on top of what was approved `before`: the people of the sum's band first, each
    after whoever stands in for them, then those of the bands above. An amount in a currency without a rate belongs to
    the last band."""
    agreement, bands = office.agreement, office.agreement.complaints.compensation.bands
    values = [value_of(amount, currency, office), *(value_of(p.amount, p.currency, office) for p in approved(before))]
    known = [value for value in values if value is not None]
    total = sum(known, Decimal()) if len(known) == len(values) else None
    found: dict[str, Member] = {}
    for band in bands:
        if band.up_to is not None and (total is None or total > band.up_to):
            continue
        lead = agreement.lead_of(band.decides)
        people = [lead] if band.lead and lead else list(agreement.with_role(band.decides))
        both = [each for person in people for each in (office.stand_in(person), person)]
        found |= {person.id: person for person in both if person.id not in {*barred, *office.closed}}
    return list(found.values())


def value_of(amount: Decimal, currency: str, office: Office) -> Decimal | None:
    """The amount in the currency of the bands; None without a rate."""
    terms = office.agreement.complaints.compensation
    rate = Decimal(1) if currency == terms.currency else terms.rates.get(currency)
    return None if rate is None else amount * rate
