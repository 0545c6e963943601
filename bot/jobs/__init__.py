"""What the clock does. APScheduler only ticks; everything that must not be lost is a row in the database."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler

from bot.app import Supercargo
from bot.clock import SystemClock
from bot.jobs import agreement, deadlines, digest, people, planning, retention, wishes

log = logging.getLogger(__name__)


def schedule(supercargo: Supercargo, agreement_file: Path) -> BackgroundScheduler:
    """A scheduler with every tick, the first one at once; not started. Any number of processes may run the same."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(
        timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    watch = agreement.Watch(agreement_file, supercargo)
    roster = people.Roster(supercargo)
    for name, seconds, job in (
        ("deadlines", 1, lambda: deadlines.tick(supercargo)),
        ("digest", 10, lambda: digest.tick(supercargo)),
        ("planning", 60, lambda: planning.tick(supercargo)),
        ("wishes", 60, lambda: wishes.tick(supercargo)),
        ("agreement", 10, watch.look),
        ("people", 15, roster.refresh),
        ("retention", 3600, lambda: retention.tidy(supercargo)),
    ):
        scheduler.add_job(_whole(name, job), "interval", seconds=seconds, id=name, next_run_time=SystemClock().now())
    return scheduler


def _whole(name: str, job: Callable[[], object]) -> Callable[[], None]:
    """A job that fails says so and runs again at its next tick."""

    def run() -> None:
        try:
            job()
        except Exception:
            log.exception("the job %s failed and will run again", name)

    return run
