"""The eleven rules of Incoterms 2020: where a named place belongs, when the goods count as delivered, who does what.

Source: ICC publication 723E, articles A2, A4 and A5 of each rule, in our own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class IncotermsRule:
    """A rule: what its named place is, the event that delivers, whether the seller books the main carriage and
    must insure, and whether it is made for sea freight alone."""

    place: Literal["origin", "load_port", "discharge_port", "destination"]
    delivered: Literal["at_disposal", "to_carrier", "alongside", "on_board", "ready_to_unload", "unloaded"]
    seller_books: bool
    seller_insures: bool = False
    sea_only: bool = False


RULES: Final[Mapping[str, IncotermsRule]] = MappingProxyType(
    {
        "EXW": IncotermsRule("origin", "at_disposal", seller_books=False),
        "FCA": IncotermsRule("origin", "to_carrier", seller_books=False),
        "FAS": IncotermsRule("load_port", "alongside", seller_books=False, sea_only=True),
        "FOB": IncotermsRule("load_port", "on_board", seller_books=False, sea_only=True),
        "CFR": IncotermsRule("discharge_port", "on_board", seller_books=True, sea_only=True),
        "CIF": IncotermsRule("discharge_port", "on_board", seller_books=True, seller_insures=True, sea_only=True),
        "CPT": IncotermsRule("destination", "to_carrier", seller_books=True),
        "CIP": IncotermsRule("destination", "to_carrier", seller_books=True, seller_insures=True),
        "DAP": IncotermsRule("destination", "ready_to_unload", seller_books=True),
        "DPU": IncotermsRule("destination", "unloaded", seller_books=True),
        "DDP": IncotermsRule("destination", "ready_to_unload", seller_books=True),
    }
)
