"""What do orders cost when there are many? Lists, cards, one order, all of them after a calendar change, the tick.

    uv run python -m benchmarks.orders [--postgresql URL] [--orders 10000]

Fills a fresh database with open orders of the sample department, each with its dates (some twenty limits run on each
in logistics), and prints the median and the 95th percentile of each thing in milliseconds.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.demo import sample_agreement
from bot.desk import Desk
from bot.handlers import home
from bot.views.orders import listing
from bot.views.wording import Words
from department.key_dates import KEY_DATES
from department.orders import SUBJECT, Order, Terms, adopt
from storage import orders as shelf
from storage import store
from storage.store import Store, upgrade

NOW = datetime(2026, 10, 12, 1, tzinfo=UTC)
WORKSPACE = "T1"
STAGES = ("order_confirmation", "production", "logistics", "after_sales")
TIMES = 100


class Standing:
    """A clock that stands still."""

    def now(self) -> datetime:
        """The moment of the measurement."""
        return NOW


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--postgresql", default="", help="URL of an empty database to measure on, too")
    parser.add_argument("--orders", type=int, default=10_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for url in [f"sqlite:///{folder}/b.db", *([arguments.postgresql] if arguments.postgresql else [])]:
            measure(url, arguments.orders)


def measure(url: str, size: int) -> None:
    """Fill a database and print what each thing costs on it."""
    upgrade(url)
    kept = Store(url)
    clock: Clock = Standing()
    desk = Desk(kept, clock, sample_agreement(), lambda: None)
    with kept.reading() as session:
        office, words = desk.office(session), Words(("zh", "en"), "Asia/Shanghai")
    began = time.perf_counter()
    fill(desk, size)
    print(f"\n{kept.engine.dialect.name}: {size} orders taken over in {time.perf_counter() - began:.0f} s")
    with kept.reading() as session:
        limits = session.connection().exec_driver_sql("select count(*) from deadlines").scalar()
    print(f"  limits that run: {limits}")

    def a_list(**which: Any) -> Callable[[], object]:
        def draw() -> object:
            with kept.reading() as session:
                found = shelf.open_orders(session, WORKSPACE, **which, offset=0, limit=26)
                return listing.page_of(found, office, words, chosen=listing.Chosen(), page=0, more=True).as_json()

        return draw

    def a_card() -> object:
        with kept.reading() as session:
            found = desk.payload_of_card(session, WORKSPACE, SUBJECT, size // 2)
            return found.as_json() if found else None

    def one_order() -> None:
        desk._review(SUBJECT, WORKSPACE, size // 2)

    def tick() -> None:
        desk.fire_due()

    def cut_offs() -> object:
        with kept.reading() as session:
            return len(shelf.with_cut_offs(session, WORKSPACE, since=NOW, until=NOW + timedelta(days=7)))

    def a_home(who: str) -> Callable[[], object]:
        def draw() -> object:
            with kept.reading() as session:
                return home.shown_to(desk, session, WORKSPACE, who, "")

        return draw

    said("Home of a logistics coordinator", a_home("jiang.bo"))
    said("Home of the manager", a_home("lin.zhiyuan"))
    said("list of open orders", a_list())
    said("list of one owner", a_list(owner="jiang.bo"))
    said("list of late orders", a_list(late_at=NOW))
    said("orders with cut-offs to come", cut_offs, 10)
    said("a card", a_card)
    said("one order recomputed", one_order)
    said("tick, nothing due", tick)
    began = time.perf_counter()
    sample = 500
    with kept.reading() as session:
        found = store.numbers(session, Order, ("open",))[:sample]
    for workspace, number in found:
        desk._review(SUBJECT, workspace, number)
    each = (time.perf_counter() - began) / len(found)
    print(
        f"  {'all recomputed after a change':<34}{each * size:>9.0f} s, from {each * 1000:.1f} ms each of {len(found)}"
    )
    kept.dispose()


def fill(desk: Desk, size: int) -> None:
    """Orders in every stage, with dates around now and after it."""
    agreement = desk.agreement
    by = next(member for member in agreement.members if member.admin)
    for start in range(0, size, 500):

        def make(session: Any, office: Any, number: Callable[[], int], start: int = start) -> Any:
            for n in range(start, min(start + 500, size)):
                day = NOW + timedelta(days=n % 60 - 10)
                dates = {
                    code: (day + timedelta(days=place)).date().isoformat()
                    if kind == "day"
                    else (day + timedelta(days=place)).isoformat()
                    for place, (code, kind) in enumerate(KEY_DATES.items())
                }
                terms = Terms(
                    customer=f"Customer {n % 300}",
                    product="Spatulas",
                    country="US",
                    rule="CIF",
                    place="Felixstowe",
                    payment="tt_30_70",
                )
                adopted = adopt(
                    terms,
                    office,
                    by,
                    order=None,
                    order_no=f"HC26-{n:05}",
                    stage=STAGES[n % 4],
                    state="open",
                    owner="",
                    done=(),
                    people={},
                    dates=dates,
                    workspace=WORKSPACE,
                    number=number,
                )
                assert not isinstance(adopted, list)
                yield adopted

        desk.take_over(WORKSPACE, SUBJECT, make)


def said(what: str, do: Callable[[], object], times: int = TIMES) -> None:
    """Print the median and the 95th percentile of doing it."""
    do()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        do()
        taken.append((time.perf_counter() - began) * 1000)
    p95 = statistics.quantiles(taken, n=20)[-1]
    print(f"  {what:<34}{statistics.median(taken):>9.1f} ms median {p95:>9.1f} ms p95")


if __name__ == "__main__":
    main()
