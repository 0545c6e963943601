"""The eleven rules of Incoterms 2020: when the goods count as delivered, and who insures them.

Source: ICC publication 723E, articles A2 and A5 of each rule, in our own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class IncotermsRule:
    """A rule: the event that delivers, whether the seller must insure, and whether it is made for sea freight alone."""

    delivered: Literal["at_disposal", "to_carrier", "alongside", "on_board", "ready_to_unload", "unloaded"]
    seller_insures: bool = False
    sea_only: bool = False


RULES: Final[Mapping[str, IncotermsRule]] = MappingProxyType(
    {
        "EXW": IncotermsRule("at_disposal"),
        "FCA": IncotermsRule("to_carrier"),
        "FAS": IncotermsRule("alongside", sea_only=True),
        "FOB": IncotermsRule("on_board", sea_only=True),
        "CFR": IncotermsRule("on_board", sea_only=True),
        "CIF": IncotermsRule("on_board", seller_insures=True, sea_only=True),
        "CPT": IncotermsRule("to_carrier"),
        "CIP": IncotermsRule("to_carrier", seller_insures=True),
        "DAP": IncotermsRule("ready_to_unload"),
        "DPU": IncotermsRule("unloaded"),
        "DDP": IncotermsRule("ready_to_unload"),
    }
)
