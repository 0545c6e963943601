"""Faults a test scripts: which calls of the bot go wrong, how, and how often. First matching rule wins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(kw_only=True)
class Fault:
    """One way a call goes wrong.

    `method` is a Web API method, a regular expression over method names, or "response_url". The fault skips the
    first `after` matching calls, then strikes `times` times. `when` limits it to calls with these arguments.
    `status` answers with that HTTP status (`retry_after` seconds as header), `error` with `ok: false`, `garbage`
    with something that is not JSON, `drop` closes the connection; with `apply` the call takes effect all the same.
    `delay` holds the answer back for that many real seconds.
    """

    method: str
    times: int = 1
    after: int = 0
    when: Mapping[str, Any] = field(default_factory=dict)
    status: int = 0
    retry_after: int = 0
    error: str = ""
    garbage: bool = False
    drop: bool = False
    apply: bool = False
    delay: float = 0

    def strikes(self, method: str, args: Mapping[str, Any]) -> bool:
        """Whether this call is hit. Counts down, so ask once for each call."""
        if self.times <= 0 or not re.fullmatch(self.method, method):
            return False
        if any(args.get(name) != value for name, value in self.when.items()):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        self.times -= 1
        return True


class Faults:
    """The scripted faults of one local Slack."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Script one more fault; it comes after those scripted before."""
        self._rules.append(fault)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._rules.clear()

    def take(self, method: str, args: Mapping[str, Any]) -> Fault | None:
        """The fault that strikes this call, or None."""
        return next((rule for rule in self._rules if rule.strikes(method, args)), None)
