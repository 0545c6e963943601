"""How values go into the databases."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import DateTime
from sqlalchemy.dialects import sqlite

from storage.schema import Moment


@pytest.mark.parametrize("microsecond", [0, 5, 120_000])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_sqlite_keeps_a_moment_as_sqlalchemy_writes_it_in_utc(zone: str, microsecond: int) -> None:
    moment = datetime(2026, 11, 1, 1, 30, microsecond=microsecond, tzinfo=ZoneInfo(zone), fold=1)
    ours, theirs = (
        kind.dialect_impl(sqlite.dialect()).bind_processor(sqlite.dialect()) for kind in (Moment(), DateTime())
    )
    assert ours is not None
    assert theirs is not None
    assert ours(moment) == theirs(moment.astimezone(UTC).replace(tzinfo=None))
    with pytest.raises(ValueError, match="time zone"):
        ours(moment.replace(tzinfo=None))
