"""The dates an order hangs on, and how each value keeps who set it, when, and the one before.

A moment of somebody outside (a carrier's cut-off) is kept as the moment it is and never turned into working time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Final, Literal
from zoneinfo import ZoneInfo

KEY_DATES: Final[Mapping[str, Literal["day", "moment"]]] = MappingProxyType(
    {
        "valid_until": "day",
        "promised_shipment": "day",
        "deposit_due": "day",
        "lc_received": "day",
        "lc_latest_shipment": "day",
        "lc_expiry": "day",
        "cargo_ready": "day",
        "cy_open": "moment",
        "si_cutoff": "moment",
        "vgm_cutoff": "moment",
        "customs_cutoff": "moment",
        "cy_closing": "moment",
        "etd": "day",
        "invoice_date": "day",
        "packing_list_date": "day",
        "origin_date": "day",
        "inspection_date": "day",
        "insurance_date": "day",
        "bl_date": "day",
        "advice_date": "day",
        "draft_date": "day",
        "presented_on": "day",
        "eta": "day",
        "delivered_on": "day",
        "balance_due": "day",
        "od_due": "day",
        "free_time_end": "day",
    }
)
"""The trade's dates: a calendar day, or a moment that somebody outside sets and moves."""

LAST_PRESENTATION: Final = "last_presentation"
"""The last day of presentation under a letter of credit, which follows from the others."""

OD_DUE: Final = "od_due"
"""The day on which credit ends; where nobody entered one, it follows from the term of payment."""

FORECAST_LATE: Final = "forecast_late"
"""The moment from which on the cargo is forecast too late for the promised shipment; the clock sets it."""

CUT_OFFS: Final = ("si_cutoff", "vgm_cutoff", "customs_cutoff", "cy_closing")
"""The carrier's and the terminal's, in the usual order."""


@dataclass(frozen=True, slots=True)
class KeyDate:
    """One value of a date: a day as "2026-10-13" or a UTC moment in ISO form, empty when it was taken back; who set
    it, when, and from whom they had it."""

    code: str
    value: str
    by: str
    at: datetime
    source: str = ""


def current(dates: Iterable[KeyDate]) -> dict[str, KeyDate]:
    """The last value of each date that has one."""
    latest = {item.code: item for item in dates}
    return {code: item for code, item in latest.items() if item.value}


def as_day(value: str, zone: ZoneInfo) -> date:
    """The calendar day of a value, at the department's place where it is a moment."""
    return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value).astimezone(zone).date()


def as_moment(value: str, zone: ZoneInfo, at: time) -> datetime:
    """The moment (UTC) of a value; of a day, that time of it at the department's place."""
    if len(value) == 10:
        return datetime.combine(date.fromisoformat(value), at, zone).astimezone(UTC)
    return datetime.fromisoformat(value).astimezone(UTC)
