"""The whole house on a local Slack: the real bot behind its real HTTP door, a clock that stands still until moved."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

import pytest

from bot import demo
from bot.app import Supercargo, build
from bot.door import Door
from bot.handlers import files
from bot.http_server import HttpServer
from bot.jobs import people as roster
from department.agreement import Agreement
from playground import LocalSlack, ManualClock, Persona
from playground.workspace import Message, Workspace

SHANGHAI = ZoneInfo("Asia/Shanghai")
WHOLE = demo.sample_agreement()
AGREEMENT = Agreement.model_construct(**{**dict(WHOLE), "meetings": {}, "awards": {}})
"""Without what comes round by itself, so that a test sees only what it is about."""

MONDAY_MORNING = datetime(2026, 10, 12, 9, 0, tzinfo=SHANGHAI).astimezone(UTC)
COMPLAINTS = "#export-complaints"

PATIENCE = 30.0
"""Real seconds for an answer, and no age of triggers: how busy the machine is must not decide a test."""


@dataclass
class Department:
    """The sample department with the bot in its Slack."""

    slack: LocalSlack
    bot: Supercargo
    clock: ManualClock
    database_url: str
    request_url: str
    looked: tuple[int, datetime] | None = None
    """How much was committed, and what time it was, when nothing was left to deliver."""
    committed: int = 0

    def person(self, handle: str) -> Persona:
        """Somebody of the department."""
        return self.slack.person(handle)

    def note_commit(self, step: str) -> None:
        """Something was written, so there may be something to deliver."""
        self.committed += step == "after_commit"

    def later(self, **amount: float) -> None:
        """Let real time pass, every due moment in its turn."""
        self.slack.advance(self.clock.now() + timedelta(**amount))

    def until(self, local: str) -> None:
        """Go to a moment in Shanghai, such as "2026-10-12 15:00"."""
        self.slack.advance(datetime.fromisoformat(local).replace(tzinfo=SHANGHAI).astimezone(UTC))

    def cards(self) -> list[Message]:
        """The cards in the complaints channel."""
        return [message for message in self.slack.channel(COMPLAINTS).messages if message.thread_ts is None]

    def card(self) -> Message:
        """The newest card, as it stands now."""
        return self.cards()[-1]

    def thread(self) -> list[str]:
        """What is said in the newest card's thread."""
        card = self.card()
        return [
            message.all_text()
            for message in self.slack.channel(COMPLAINTS).messages
            if message.thread_ts == card.ts and message.ts != card.ts
        ]

    def file(self, by: str = "chen.yuqing", **filled: str) -> Message:
        """File a complaint through the form and return its card."""
        self.submit_form(by, **filled)
        return self.card()

    def submit_form(self, by: str = "chen.yuqing", **filled: str) -> None:
        """File a complaint through the form."""
        person = self.person(by)
        person.command("/complaint", channel="#export-orders")
        person.fill(
            **{
                "customer": "Küchenwerk Handels GmbH",
                "category": "quality",
                "severity": "S3",
                "what_happened": "Rust spots on the spatulas",
                **filled,
            }
        )
        assert person.submit() == {}

    def asked(self, handle: str, action: str) -> list[Message]:
        """The bot's direct messages to somebody that have this button."""
        return [message for message in self.person(handle).dms() if f"'{action}'" in str(message.blocks)]

    def told(self, handle: str) -> list[str]:
        """What the bot has written to somebody directly."""
        return [message.all_text() for message in self.person(handle).dms()]


@pytest.fixture
def department(database_url: str) -> Iterator[Department]:
    """The department on a Monday morning at nine, on each database."""
    with opened(database_url, AGREEMENT, MONDAY_MORNING) as house:
        yield house


@pytest.fixture
def rhythm(database_url: str) -> Iterator[Department]:
    """The same with the meetings and awards of the agreement, too."""
    with opened(database_url, WHOLE, MONDAY_MORNING) as house:
        house.bot.planner.look()
        yield house


@contextmanager
def opened(database_url: str, agreement: Agreement, now: datetime) -> Iterator[Department]:
    """The department under an agreement from a moment on."""
    clock = ManualClock(now)
    slack = LocalSlack(demo.MANIFEST, demo.workspace_of(agreement), clock, real_time=lambda: 0.0)
    slack.ack_seconds = PATIENCE
    slack.start()
    bot = build(demo.settings_for(slack, database_url), agreement, clock)
    server = HttpServer(Door(bot, slack.signing_secret, dict), "127.0.0.1", 0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    request_url = f"http://127.0.0.1:{server.port}/slack/events"
    slack.deliver_to(request_url)
    roster.refresh(bot)
    demo.load_customers(bot)
    house = Department(slack, bot, clock, database_url, request_url)
    bot.store.at = house.note_commit
    slack.on_advance = bot
    slack.after_each = lambda: settle(house)
    try:
        yield house
        assert marks_shown(slack.workspace) == [], "a message that names a command is mrkdwn"
    finally:
        slack.after_each = None
        server.stop()
        thread.join(timeout=5)
        files.WRITER.submit(lambda: None).result(timeout=60)  # a file that is still on its way
        bot.store.dispose()
        slack.stop()


def marks_shown(workspace: Workspace) -> list[str]:
    """Texts of the bot's that would show their backticks, because Slack draws no marks in plain text."""
    messages = [*chain(*workspace.messages.values()), *workspace.all_whispers()]
    shown = [message.blocks for message in messages if message.from_app]
    texts = re.findall(r"'type': 'plain_text', 'text': ('.*?'|\".*?\"),", str([shown, workspace.homes.values()]))
    return [text for text in texts if "`/" in text]


def settle(house: Department) -> None:
    """Deliver what is on its way: messages for one channel leave a second apart."""
    for _ in range(200):
        stands = (house.committed, house.clock.now())
        if house.looked == stands:
            return
        house.bot.run_due(house.clock.now())
        due = house.bot.courier.next_due()
        if due is None or due > house.clock.now() + timedelta(seconds=30):
            house.looked = (house.committed, house.clock.now())
            return
        house.clock.advance_to(max(due, house.clock.now()))
