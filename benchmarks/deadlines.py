"""What does it cost to find 100 due limits among many that run? It should not depend on how many.

    uv run python -m benchmarks.deadlines [--postgresql URL] [--most 1000000]

For each size: a fresh table of limits that fall due over the coming year, 100 of them due now; the median of 30
look-ups, and of 30 look-ups with nothing due, in milliseconds.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, text

from storage import deadlines
from storage.schema import deadlines as table
from storage.store import Store, upgrade

NOW = datetime(2026, 10, 12, 1, tzinfo=UTC)
SIZES = (1_000, 10_000, 100_000, 1_000_000)
DUE = 100
TIMES = 30


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--postgresql", default="", help="URL of an empty database to measure on, too")
    parser.add_argument("--most", type=int, default=SIZES[-1])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        urls = [f"sqlite:///{folder}/b.db", *([arguments.postgresql] if arguments.postgresql else [])]
        print(f"{'limits':>10}  {'database':<12}{'100 due':>10}{'none due':>10}{'next due':>10}")
        for size in [size for size in SIZES if size <= arguments.most]:
            for url in urls:
                measure(url, size)


def measure(url: str, size: int) -> None:
    """Fill the table and print one line."""
    upgrade(url)
    store = Store(url)
    fill(store, size)
    with store.reading() as session:
        found = len(deadlines.due(session, NOW, DUE))
        assert found == DUE
        hundred = median(lambda: deadlines.due(session, NOW, DUE))
        none = median(lambda: deadlines.due(session, NOW - timedelta(days=1), DUE))
        following = median(lambda: deadlines.next_due(session))
    print(f"{size:>10}  {store.engine.dialect.name:<12}{hundred:>10.2f}{none:>10.2f}{following:>10.2f}")
    store.dispose()


def fill(store: Store, size: int) -> None:
    """`size` limits, the first hundred due now and the rest spread over a year."""
    step = timedelta(days=365) / size
    with store.transaction() as session:
        session.execute(delete(table))
        for start in range(0, size, 10_000):
            rows = [
                {
                    "workspace": "T1",
                    "subject": "complaint",
                    "number": number,
                    "kind": "resolution_missed",
                    "due_at": (moment := NOW if number < DUE else NOW + timedelta(hours=1) + step * number),
                    "fires_at": moment,
                }
                for number in range(start, min(start + 10_000, size))
            ]
            session.execute(insert(table), rows)
    with store.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def median(call: Callable[[], object]) -> float:
    """The median of the call's milliseconds."""
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        call()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
