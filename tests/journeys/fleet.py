"""The bot in processes of their own that die (SIGKILL) or freeze (SIGSTOP) at a chosen moment, and are started again.

A moment is the n-th time that a process comes to one of its points: around a commit that writes, and at the named
points of the courier. Nothing is left of a dead process but what is in the database and in Slack.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from bot import demo
from bot.app import Supercargo, build
from bot.courier import Courier
from bot.door import Door
from bot.http_server import HttpServer
from bot.settings import Settings
from playground import LocalSlack
from storage import store

Scheme = Literal["ours", "posts_then_marks", "forgets_deliveries", "answers_first"]
"""Ours, or one that is known to go wrong: a courier that never looks whether its message is there already, a desk that
does not know a delivery when it comes again, one that says ok before it commits."""

AGREEMENT = demo.sample_agreement()
"""Read once, with its calendar, before processes fork off."""
AGREEMENT.work_calendar()

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__, "tests.journeys.mortal"])
PATIENCE = 60

POINTS = ("before_commit", "after_commit", "before_answer", "claimed", "before_post", "after_post", "before_mark")
"""Around a commit of the clock's or the courier's; after one, before somebody is answered; in a delivery."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens to a process when it comes to one of these points for the `after`-th time."""

    points: tuple[str, ...]
    after: int
    end: Literal["dies", "freezes"]


class SharedClock:
    """A clock in memory that all processes see: a frozen process wakes up in the present."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def now(self) -> datetime:
        """The moment it was last set to, aware UTC."""
        return datetime.fromtimestamp(self.value.value, UTC)


class Process:
    """One process with the bot in it."""

    def __init__(self, slack: LocalSlack, database: str, clock: Any, plan: Plan | None, scheme: Scheme) -> None:
        self.connection, theirs = FORKS.Pipe()
        arguments = (theirs, database, slack.api_url, slack.bot_token, slack.signing_secret, clock, plan, scheme)
        self.process = FORKS.Process(target=serve, args=arguments, daemon=True)
        self.process.start()
        theirs.close()
        self.frozen = False
        self.url = f"http://127.0.0.1:{self._answer()}/slack/events"

    def ask(self, what: str) -> Any:
        """Its answer; None when it died over it or froze."""
        if self.frozen:
            return None
        try:
            self.connection.send(what)
            return self._answer()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return None

    def thaw(self) -> None:
        """It goes on where it froze; it said so just before it did, and a signal that comes earlier is lost."""
        assert self.process.pid is not None
        stat = Path(f"/proc/{self.process.pid}/stat")
        while stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0] != "T":
            os.sched_yield()
        os.kill(self.process.pid, signal.SIGCONT)
        self.frozen = False
        try:
            self._answer()
        except EOFError:
            self.process.join()

    def is_dead(self) -> bool:
        """Whether it was killed."""
        return not self.process.is_alive()

    def end(self) -> None:
        """Kill it."""
        self.process.kill()
        self.process.join()
        self.connection.close()

    def _answer(self) -> Any:
        assert self.connection.poll(PATIENCE), "a process hangs"
        said = self.connection.recv()
        if said == "frozen":
            self.frozen = True
            return None
        return said


@dataclass
class Fleet:
    """Processes with the bot on one database. To the local Slack they are one bot: it asks them when something is due
    and lets them do it. The first `fates` of them die, or freeze, at one of the first `lives_for` times that they come
    to one of `points`; another one takes the place of whoever died."""

    slack: LocalSlack
    database: str
    chance: random.Random
    size: int = 1
    scheme: Scheme = "ours"
    points: tuple[str, ...] = POINTS
    lives_for: int = 100
    fates: int = 10
    calm: bool = False
    ends: tuple[Literal["dies", "freezes"], ...] = ("dies",)
    clock: Any = field(default_factory=lambda: FORKS.Value("d", 0.0))
    processes: list[Process] = field(default_factory=list)
    deaths: int = 0
    freezes: int = 0

    def start(self) -> None:
        """Start them all."""
        self.clock.value = self.slack.clock.now().timestamp()
        self.processes = [self._new() for _ in range(self.size)]
        self._deliver_to_somebody()

    def mend(self) -> None:
        """Start again what died, and let Slack know where to find somebody who answers."""
        for n, process in enumerate(self.processes):
            if process.is_dead():
                self.deaths += 1
                process.end()
                self.processes[n] = self._new()
            elif process.frozen and (self.calm or self.chance.random() < 0.3):
                process.thaw()
        if all(process.frozen for process in self.processes):
            self.processes[0].thaw()
            self.mend()
        else:
            self._deliver_to_somebody()

    def calm_down(self) -> None:
        """From now on nobody dies or freezes."""
        self.calm = True
        for process in self.processes:
            if process.frozen:
                process.thaw()
            process.end()
        self.mend()

    def run_due(self, moment: datetime) -> None:
        """Let all of them do what is due, at the same time."""
        self.clock.value = moment.timestamp()
        self.mend()
        asking = [threading.Thread(target=self._run, args=(process,)) for process in self.processes]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
        self.mend()

    def next_due(self) -> datetime | None:
        """When something is due next, as one of them says who is alive."""
        while True:
            for process in self.processes:
                said = process.ask("next_due")
                if said is not None:
                    return datetime.fromtimestamp(said, UTC) if said else None
            self.mend()

    def end(self) -> None:
        """Kill them all."""
        for process in self.processes:
            process.end()

    def _run(self, process: Process) -> None:
        was_frozen = process.frozen
        process.ask("run_due")
        self.freezes += process.frozen and not was_frozen

    def _new(self) -> Process:
        plan = None
        if not self.calm and self.fates > 0:
            self.fates -= 1
            plan = Plan(self.points, self.chance.randint(1, self.lives_for), self.chance.choice(self.ends))
        return Process(self.slack, self.database, self.clock, plan, self.scheme)

    def _deliver_to_somebody(self) -> None:
        awake = [process for process in self.processes if not process.frozen]
        self.slack.deliver_to(self.chance.choice(awake).url)


def serve(
    connection: Connection,
    database: str,
    api_url: str,
    bot_token: str,
    signing_secret: str,
    clock: Any,
    plan: Plan | None,
    scheme: Scheme,
) -> None:
    """The life of one process: it answers Slack over HTTP, and does what is due when it is asked to."""
    settings = Settings.model_validate(
        {"SLACK_BOT_TOKEN": bot_token, "SLACK_API_URL": api_url, "SUPERCARGO_DATABASE": database}
    )
    shared = SharedClock(clock)
    house = build(settings, AGREEMENT, shared)
    if plan is not None:
        _doom(house, plan, lambda: connection.send("frozen"))
    _spoil(house, scheme)
    server = HttpServer(Door(house, signing_secret, dict), "127.0.0.1", 0)
    threading.Thread(target=server.run, daemon=True).start()
    connection.send(server.port)
    while True:
        match connection.recv():
            case "run_due":
                house.run_due(shared.now())
                connection.send("done")
            case "next_due":
                due = house.next_due()
                connection.send(due.timestamp() if due else 0.0)


def _doom(house: Supercargo, plan: Plan, say_frozen: Callable[[], None]) -> None:
    left = plan.after
    counting = threading.Lock()

    def come_to(point: str) -> None:
        nonlocal left
        holds_locks = point not in ("claimed", "before_post", "after_post")
        if point not in plan.points or (plan.end == "freezes" and holds_locks):
            return
        with counting:
            left -= 1
            its_time = left == 0
        if not its_time:
            return
        if plan.end == "freezes":
            say_frozen()
            os.kill(os.getpid(), signal.SIGSTOP)
        else:
            os.kill(os.getpid(), signal.SIGKILL)

    def commit(step: str) -> None:
        answers = threading.current_thread() is not threading.main_thread()
        come_to("before_answer" if step == "after_commit" and answers else step)

    house.store.at = commit
    house.courier.at = come_to


def _spoil(house: Supercargo, scheme: Scheme) -> None:
    match scheme:
        case "posts_then_marks":
            Courier._seen = lambda self, letter, place: "no"  # type: ignore[method-assign]
            Courier.heard = lambda self, workspace, event: None  # type: ignore[method-assign]
        case "forgets_deliveries":
            store.answered = lambda *anything: None
            store.remember = lambda *anything: None
        case "answers_first":
            once = house.desk.once

            def later(delivery: Any, attempt: Any) -> dict[str, Any]:
                threading.Thread(target=once, args=(delivery, attempt), daemon=True).start()
                return {}

            house.desk.once = later  # type: ignore[method-assign]
        case "ours":
            pass
