"""A month of work in which processes die and freeze at random moments: what Slack was told "ok" for is there, and
everything is said once. Each run draws its own moments; `SUPERCARGO_SEED=NUMBER` draws those of a run that failed, and
more of it is `SUPERCARGO_CAMPAIGNS=200 uv run pytest tests/journeys/test_campaign.py`.

The same checks find fault with schemes that are known to be wrong; otherwise they would prove nothing.
"""

from __future__ import annotations

import os
import random
import secrets
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from department.complaints import Complaint
from playground.inputs import NotPossible
from storage import deadlines, outbox
from storage.schema import complaints, events
from storage.schema import outbox as letters
from storage.store import upgrade
from tests.journeys.conftest import AGREEMENT, MONDAY_MORNING, Department, opened
from tests.journeys.fleet import Fleet, Scheme

CAMPAIGNS = int(os.environ.get("SUPERCARGO_CAMPAIGNS", "2"))
ACTS = 4
FEW_ACTS = 6
"""Nearly always enough for a scheme that is wrong to be found out."""

TRIES = 4


class Campaign:
    """People at work, and what they were told "ok" for."""

    def __init__(self, department: Department, fleet: Fleet, acts: int) -> None:
        self.department = department
        self.acts = acts
        self.fleet = fleet
        self.chance = fleet.chance
        self.filed: list[str] = []
        self.noted: list[str] = []
        self.acknowledged: set[str] = set()

    def run(self) -> None:
        """Some acts, then calm, then everything that is still owed."""
        for n in range(self.acts):
            self.act(n)
            self.later(self.chance.choice([1, 3, 90, 700]))
        self.fleet.calm_down()
        self.later(30)
        self.department.until(f"{self.department.clock.now() + timedelta(days=1):%Y-%m-%d} 09:40")
        for _ in range(3):
            self.later(5)

    def later(self, minutes: int) -> None:
        self.department.slack.advance(self.department.clock.now() + timedelta(minutes=minutes))

    def act(self, n: int) -> None:
        cards = self.department.cards()
        if not cards or self.chance.random() < 0.4:
            self.file(f"Rust spots {n:03}.")
            return
        card = self.chance.choice(cards)
        who = self.department.person(self.chance.choice(["chen.yuqing", "he.rui", "lin.zhiyuan"]))
        reacted = who.user.id in card.reactions.get("white_check_mark", ())
        match self.chance.randrange(4):
            case 0:
                who.reply(card, "收到")  # Slack delivers it again until somebody takes it
                self.acknowledged.add(card.ts)
            case 1 if not reacted and who.handle != "lin.zhiyuan":  # a manager's sign takes no case
                who.react(card, "white_check_mark")
                self.acknowledged.add(card.ts)
            case 2 if any("complaint.acknowledge" in str(block) for block in card.blocks):
                for _ in range(9):
                    who.click(card, "complaint.acknowledge")
                    if self.took("block_actions"):
                        self.acknowledged.add(card.ts)
                        break
            case _:
                self.note(who.handle, card.ts, f"Looked at it, {n:03}.")

    def file(self, text: str) -> None:
        person = self.department.person("chen.yuqing")
        while person.view is None:
            person.command("/complaint", channel="#export-orders")
            self.fleet.mend()
        filled = None
        while filled is None:
            with suppress(NotPossible):  # nobody is there to look the customer up
                filled = person.fill(customer="ACME", category="quality", severity="S3", what_happened=text)
            self.fleet.mend()
        self.submit(person.handle)
        self.filed.append(text)

    def note(self, handle: str, ts: str, text: str) -> None:
        person = self.department.person(handle)
        while person.view is None:
            card = next(card for card in self.department.cards() if card.ts == ts)
            number = next(block["block_id"] for block in card.blocks if block["type"] == "actions").split(":")[1]
            person.choose(card, "complaint.more", f"note:{number}")
            self.fleet.mend()
        person.fill(text=text)
        self.submit(handle)
        self.noted.append(text)

    def submit(self, handle: str) -> None:
        """Press the button until Slack says that it was taken, as people do."""
        for _ in range(30):  # whoever is asked may die over it, time and again
            errors = self.department.person(handle).submit()
            taken = self.took("view_submission")
            assert not (taken and errors)
            if taken:
                return
        raise AssertionError("nobody takes the form")

    def took(self, kind: str) -> bool:
        """Whether the last delivery of a kind was answered with ok. Whoever died over it is started again."""
        sent = next(item for item in reversed(self.department.slack.deliveries) if item.kind == kind)
        self.fleet.mend()
        return sent.status == 200

    def faults(self) -> list[str]:
        """What is wrong with what there is now, in Slack and in the database."""
        bot, slack = self.department.bot, self.department.slack.workspace
        shown = [message for said in slack.messages.values() for message in said if message.from_app]
        found: list[str] = []

        def expect(what: str, *, true: bool) -> None:
            if not true:
                found.append(what)

        with bot.store.reading() as session:
            cases = list(session.scalars(select(Complaint).order_by(complaints.c.number)))
            happened = session.execute(select(events.c.subject, events.c.number, events.c.what, events.c.note)).all()
            rows = session.execute(select(letters.c.key, letters.c.kind, letters.c.state, letters.c.reason)).all()
            owed = deadlines.due(session, self.department.clock.now(), 100)
            waiting = outbox.counts(session)
        cards = {
            case.number: [m for m in shown if m.thread_ts is None and case.what_happened in m.all_text()]
            for case in cases
        }
        expect(
            f"filed {self.filed}, there {[c.what_happened for c in cases]}",
            true=Counter(self.filed) == Counter(c.what_happened for c in cases),
        )
        expect("the numbers have gaps", true=[case.number for case in cases] == list(range(1, len(cases) + 1)))
        expect(f"cards {[len(found) for found in cards.values()]}", true=all(len(card) >= 1 for card in cards.values()))
        notes = Counter(row.note for row in happened if row.what == "noted")
        expect(f"noted {self.noted}, there {notes}", true=Counter(self.noted) == notes)
        once = Counter((row.subject, row.number, row.what) for row in happened if row.what != "noted")
        expect(f"happened twice: {once}", true=max(once.values(), default=0) <= 1)
        taken = {cards[row.number][0].ts for row in happened if row.what == "acknowledged" and cards[row.number]}
        expect("an acknowledgement was lost", true=self.acknowledged <= taken)
        keys = Counter(message.metadata["event_payload"]["k"] for message in shown if message.metadata)
        expect("said twice", true=max(keys.values(), default=0) <= 1)
        said = {row.key for row in rows if row.kind not in ("ephemeral", "copy")}  # a copy is what is deleted
        unsaid = [(row.kind, row.state, row.reason) for row in rows if row.key in said - set(keys)]
        expect(f"never said: {unsaid}", true=not unsaid)
        expect("said without a cause", true=set(keys) <= said)
        for case in cases:
            if cards[case.number]:
                in_thread = [
                    m for m in shown if m.thread_ts == cards[case.number][0].ts and m.thread_ts != m.ts and m.metadata
                ]
                told = sum((row.subject, row.number) == ("complaint", case.number) for row in happened)
                expect(f"C-{case.number}: {len(in_thread)} of {told} events told", true=len(in_thread) == told)
        expect(f"still owed: {owed}", true=not owed)
        expect(f"not ended at {self.department.clock.now()}: {waiting}", true=set(waiting) <= {"sent"})
        return found


def campaign(department: Department, seed: object, acts: int, **how: Any) -> tuple[Campaign, Fleet]:
    """One campaign with a fleet as described."""
    slack = department.slack
    slack.after_each = None
    fleet = Fleet(slack, department.database_url, random.Random(str(seed)), **how)  # noqa: S311 (a plan of faults)
    fleet.start()
    slack.on_advance = fleet
    try:
        work = Campaign(department, fleet, acts)
        work.run()
    finally:
        fleet.end()
        slack.deliver_to(department.request_url)
        slack.on_advance = department.bot
    return work, fleet


@pytest.mark.parametrize("one_of", range(CAMPAIGNS))
def test_whoever_dies_and_whenever_nothing_is_lost_and_nothing_is_said_twice(
    department: Department, one_of: int
) -> None:
    seed = os.environ.get("SUPERCARGO_SEED") or secrets.randbelow(10**6)
    many: dict[str, Any] = {} if department.bot.store.is_sqlite else {"size": 3, "ends": ("dies", "dies", "freezes")}
    work, fleet = campaign(department, seed, ACTS, lives_for=60, **many)
    assert work.faults() == [], f"SUPERCARGO_SEED={seed} draws it again"
    assert fleet.deaths + fleet.freezes > 0, f"SUPERCARGO_SEED={seed} draws it again"


@pytest.mark.parametrize(
    ("scheme", "point"),
    [("posts_then_marks", "after_post"), ("forgets_deliveries", "before_answer"), ("answers_first", "before_commit")],
)
def test_the_same_checks_find_fault_with_schemes_that_are_wrong(tmp_path: Path, scheme: Scheme, point: str) -> None:
    for attempt in range(TRIES):  # a process may die at harmless moments only
        url = f"sqlite:///{tmp_path}/{attempt}.db"
        upgrade(url)
        with opened(url, AGREEMENT, MONDAY_MORNING) as department:
            seed = f"{scheme} {attempt}"
            work, _ = campaign(department, seed, FEW_ACTS, scheme=scheme, points=(point,), lives_for=8, fates=8)
            if work.faults():
                return
    pytest.fail(f"nothing was found wrong with a fleet that {scheme}")
