"""What do orders cost when there are many? Lists, cards, one order, all of them after a calendar change, the tick.

    uv run python -m benchmarks.orders [--postgresql URL] [--orders 10000]

Fills a fresh database with open orders of the sample department, all in the stage with the longest checklist, with
every date still to come and a handoff that waits, so that as many limits run on each as ever do; how many is printed.
Prints the median and the 95th percentile of each thing in milliseconds, and how long all of them take after a day off
was added, which says how far it is.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.clock import Clock
from bot.demo import sample_agreement
from bot.desk import Desk
from bot.handlers import home
from bot.views.orders import listing
from bot.views.wording import Words
from department.agreement import Agreement
from department.key_dates import KEY_DATES
from department.orders import SUBJECT, Terms, adopt, offer
from storage import orders as shelf
from storage.store import Store, upgrade

NOW = datetime(2026, 10, 12, 1, tzinfo=UTC)
WORKSPACE = "T1"
DAY_OFF = date(2026, 11, 9)
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
    logging.basicConfig(level=logging.INFO, format="  %(asctime)s %(message)s", stream=sys.stderr)
    logging.getLogger("alembic").setLevel(logging.WARNING)
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
    print(f"  limits that run: {limits}, {(limits or 0) / size:.1f} an order")

    def a_list(**which: Any) -> Callable[[], object]:
        def draw() -> object:
            with kept.reading() as session:
                found = shelf.open_orders(session, WORKSPACE, **which, offset=0, limit=26)
                page = listing.Page(listing.Chosen(), 0, more=True)
                return listing.page_of(found, office, words, page).as_json()

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
            week = NOW + timedelta(days=41)
            found = shelf.cut_offs(session, WORKSPACE, since=NOW, until=week, limit=26)
            page = listing.Page(listing.Chosen(), 0, more=True)
            return listing.cut_offs(found[:25], office, words, page).as_json()

    def a_home(who: str) -> Callable[[], object]:
        def draw() -> object:
            with kept.reading() as session:
                return home.shown_to(desk, session, WORKSPACE, who, "")

        return draw

    said("Home of a logistics coordinator", a_home("jiang.bo"))
    said("Home of the manager", a_home("lin.zhiyuan"))
    said("list of open orders", a_list())
    said("list of one owner", a_list(owner="jiang.bo"))
    said("list of late orders", a_list(late_at=NOW + timedelta(days=60)))
    said("cut-offs to come, a page", cut_offs)
    said("a card", a_card)
    said("one order recomputed", one_order)
    said("tick, nothing due", tick)
    desk.agreement = with_a_day_off(desk.agreement)
    began = time.perf_counter()
    desk.review()
    taken = time.perf_counter() - began
    print(f"  {'all recomputed after a day off':<34}{taken:>9.0f} s, {taken / size * 1000:.1f} ms each")
    kept.dispose()


def with_a_day_off(agreement: Agreement) -> Agreement:
    """The agreement after somebody added a day on which the firm is closed."""
    calendar = agreement.calendar.model_copy(update={"closed": (*agreement.calendar.closed, DAY_OFF)})
    return Agreement.model_construct(**{**dict(agreement), "calendar": calendar})


def fill(desk: Desk, size: int) -> None:
    """Orders in logistics that are offered to after-sales, with dates after now."""
    agreement = desk.agreement
    by = next(member for member in agreement.members if member.admin)
    for start in range(0, size, 500):

        def make(session: Any, office: Any, number: Callable[[], int], start: int = start) -> Any:
            for n in range(start, min(start + 500, size)):
                day = NOW + timedelta(days=n % 60 + 20)
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
                    amount=Decimal(48600),
                    currency="USD",
                )
                adopted = adopt(
                    terms,
                    office,
                    by,
                    order=None,
                    order_no=f"HC26-{n:05}",
                    stage="logistics",
                    state="open",
                    owner="",
                    done=(),
                    people={},
                    dates=dates,
                    workspace=WORKSPACE,
                    number=number,
                )
                assert not isinstance(adopted, list)
                order, events = adopted
                offered = offer(
                    order, office, by, to_stage="after_sales", receivers={"after_sales": "he.rui"}, reason="measured"
                )
                assert isinstance(offered, list)
                yield order, [*events, *offered]

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
