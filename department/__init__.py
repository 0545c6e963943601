"""The rules of the department: pure Python, no Slack, no SQL, no clock.

This index names each subject's four answers: its record, the limits that run on it, what the clock does when
one falls due, and who is told of what happened. (Its actions are called by name.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from department import complaints
from department.people import Office
from department.records import Deadline, Event, Notice


@dataclass(frozen=True, slots=True)
class Rules:
    """What the shell has to know of a subject. The record is the subject's own class, so it is `Any` here."""

    record: type[Any]
    deadlines: Callable[[Any, Office], list[Deadline]]
    fall_due: Callable[[Any, Office, str], list[Event]]
    notices: Callable[[Event, Any, Office], list[Notice]]


SUBJECTS: Final[Mapping[str, Rules]] = MappingProxyType(
    {
        complaints.SUBJECT: Rules(complaints.Complaint, complaints.deadlines, complaints.fall_due, complaints.notices),
    }
)
