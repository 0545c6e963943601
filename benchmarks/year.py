"""A year of the sample department in the local Slack: who is written to how often, and is every post made once?

    uv run python -m benchmarks.year [--days 365] [--seed 2026]

People act at random moments of every working day, by command, form and button: tasks, inquiries and handoffs,
complaints, emergencies, praise, leave, lines for meetings, called and moved meetings, nominations and votes, activities
and birthdays. The clock goes from due moment to due moment.
"""

from __future__ import annotations

import argparse
import logging
import random
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot import demo
from bot.app import Supercargo, build
from bot.door import Door
from bot.http_server import HttpServer
from bot.jobs import people as roster
from bot.views import awards as award_views
from department.awards import Round
from department.complaints import Complaint
from department.meetings import Meeting
from department.orders import Order
from playground import LocalSlack, ManualClock, Persona
from playground.inputs import NotPossible
from playground.workspace import Message
from storage import complaints, meetings, orders, outbox
from storage.schema import DIGEST, NUDGE
from storage.schema import awards as round_rows
from storage.schema import meetings as meeting_rows
from storage.schema import outbox as letters
from storage.store import upgrade

FIRST = date(2026, 1, 1)
ACTS = 25
"""Tries a day; more than half of them find something to do."""

SHANGHAI = ZoneInfo("Asia/Shanghai")
AGREEMENT = demo.sample_agreement()
CUSTOMERS = ("Küchenwerk Handels GmbH", "Southern Cross Kitchen Pty Ltd", "Prairie Table Inc.", "Tafelhuis B.V.")
SALES = [member.id for member in AGREEMENT.members if member.role == "sales"]
EVERYBODY = [member.id for member in AGREEMENT.members]
DECIDES = AGREEMENT.with_role("manager")[0].id


class Year:
    """The department, the bot in its Slack, and what people do there."""

    def __init__(self, slack: LocalSlack, bot: Supercargo, clock: ManualClock, seed: int) -> None:
        self.slack, self.bot, self.clock = slack, bot, clock
        self.dice = random.Random(seed)  # noqa: S311 (a plan, no secret)
        self.done: Counter[str] = Counter()
        slack.after_each = self.settle

    def settle(self) -> None:
        """Deliver what is on its way: messages for one channel leave a second apart."""
        for _ in range(500):
            self.bot.run_due(self.clock.now())
            due = self.bot.courier.next_due()
            if due is None or due > self.clock.now() + timedelta(seconds=30):
                return
            self.clock.advance_to(max(due, self.clock.now()))

    def until(self, day: date, hour: int, minute: int) -> None:
        """Let the clock go to a moment, due moment by due moment."""
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)
        if moment > self.clock.now():
            self.slack.advance(moment)

    def live(self, days: int) -> None:
        """So many days: on working days people act, at random moments between nine and five."""
        calendar = AGREEMENT.work_calendar()
        self.wish()
        for n in range(days):
            day = FIRST + timedelta(days=n)
            if calendar.is_working_day(day):
                deeds = self.dice.choices(self.deeds(), weights=[weight for weight, _ in DEEDS], k=ACTS)
                for moment, deed in zip(sorted(self.dice.sample(range(9 * 60, 17 * 60), ACTS)), deeds, strict=True):
                    self.until(day, moment // 60, moment % 60)
                    # Somebody may not be able to do what the dice say; then they do not.
                    with suppress(NotPossible, IndexError, LookupError):
                        deed()
            if day.day == 1:
                print(f"{day}: {sum(self.done.values())} acts", flush=True)
        self.until(FIRST + timedelta(days=days), 0, 0)

    def deeds(self) -> list[Callable[[], None]]:
        """What people do, in the order of DEEDS."""
        return [getattr(self, name) for _, name in DEEDS]

    def somebody(self, among: list[str] = EVERYBODY) -> Persona:
        """Anybody."""
        return self.slack.person(self.dice.choice(among))

    def asked(self, who: Persona, action: str) -> Message:
        """The newest message to somebody that has this button."""
        return [each for each in who.dms()[-20:] if f"'{action}'" in str(each.blocks)][-1]

    def submit(self, who: Persona, deed: str, **fields: object) -> None:
        """Fill the form in and send it; what is refused is closed."""
        who.fill(**fields)
        if who.submit():
            who.cancel()
        else:
            self.done[deed] += 1

    def task(self) -> None:
        """Give somebody something to do."""
        by, to = self.dice.sample(EVERYBODY, 2)
        due = self.dice.choice(["tomorrow 5pm", "in 3 working days", "next Friday noon"])
        priority = self.dice.choice(["", " !high", " !low"])
        self.slack.person(by).command(f"/task @{to} call the supplier by {due}{priority}", channel="#export-tasks")
        self.done["tasks given"] += 1

    def take_task(self) -> None:
        """Somebody says that they do it."""
        who = self.somebody()
        who.click(self.asked(who, "task.accept"), "task.accept")
        self.done["tasks taken"] += 1

    def finish_task(self) -> None:
        """Somebody has done it."""
        who = self.somebody()
        who.click(self.asked(who, "task.finish"), "task.finish")
        self.done["tasks finished"] += 1

    def inquiry(self) -> None:
        """A customer asks for a price."""
        who = self.somebody(SALES)
        who.command("/order new", channel="#export-orders")
        self.submit(who, "inquiries", customer=self.dice.choice(CUSTOMERS), product="Spatulas")

    def hand_over(self) -> None:
        """An order goes on to its next stage."""
        with self.bot.store.reading() as session:
            found: list[Order] = orders.open_orders(session, self.slack.workspace.team_id, offset=0, limit=40)
        order = self.dice.choice(found)
        who = self.slack.person(order.owner)
        who.command(f"/order show IN-{order.number}", channel="#export-orders")
        cards = [
            each for each in self.slack.channel("#export-orders").messages if f"IN-{order.number} " in each.all_text()
        ]
        who.click(cards[-1], "order.offer")
        with suppress(NotPossible):  # a stage whose receiver is not agreed asks for one
            who.fill(**{"receiver:merchandiser": self.dice.choice(["zheng.lili", "huang.tao", "fang.min"])})
        self.submit(who, "handoffs", reason="agreed on the phone")

    def acknowledge(self) -> None:
        """Whoever was offered an order has it."""
        who = self.somebody()
        who.click(self.asked(who, "order.acknowledge"), "order.acknowledge")
        self.done["handoffs taken"] += 1

    def complain(self) -> None:
        """A customer complains."""
        who = self.somebody(SALES)
        who.command("/complaint", channel="#export-orders")
        fields = {"category": "quality", "severity": self.dice.choice(["S2", "S3", "S3", "S4"])}
        self.submit(who, "complaints", customer=self.dice.choice(CUSTOMERS), what_happened="Rust spots", **fields)

    def answer_complaint(self) -> None:
        """A complaint is taken, or resolved."""
        with self.bot.store.reading() as session:
            found: list[Complaint] = complaints.open_cases(
                session, self.slack.workspace.team_id, members=None, offset=0, limit=20
            )
        case = self.dice.choice(found)
        who = self.slack.person(case.handler)
        card = next(
            each
            for each in self.slack.channel("#export-complaints").messages
            if not each.is_reply and f"C-{case.number} " in each.all_text()
        )
        if case.state == "new":
            who.click(card, "complaint.acknowledge")
            self.done["complaints taken"] += 1
        else:
            who.click(card, "complaint.resolve")
            self.submit(who, "complaints resolved", cause="Coating too thin", remedy="Credit note")

    def praise(self) -> None:
        """Thank somebody."""
        by, to = self.dice.sample(EVERYBODY, 2)
        self.slack.person(by).command(f"/praise @{to} for staying late", channel="#export-dept")
        self.done["praise"] += 1

    def leave(self) -> None:
        """Somebody enters a few days of leave."""
        who = self.somebody()
        who.command("/away from in 5 working days to in 8 working days", channel="#export-dept")
        self.submit(who, "leave", kind="annual")

    def line(self) -> None:
        """A line for a meeting, or a vote, or a nomination: whatever somebody is asked for."""
        who = self.somebody()
        who.click(self.asked(who, "meeting.line"), "meeting.line")
        self.submit(who, "lines for meetings", done="Prices sent", stuck="")

    def nominate(self) -> None:
        """Nominate somebody where a round is open."""
        who = self.somebody()
        cards = [
            each for each in self.slack.channel("#export-praise").messages if "'award.nominate'" in str(each.blocks)
        ]
        who.click(cards[-1], "award.nominate")
        nominee = self.dice.choice(["jiang.bo", "fang.min", "he.rui", "tang.wei"])
        self.submit(who, "nominations", nominee=nominee, fact="Answered every handoff within the hour")

    def vote(self) -> None:
        """Vote where a ballot is open: two of three do, one after the other."""
        for card in self.slack.channel("#export-praise").messages:
            if "'award.vote'" in str(card.blocks):
                for person in self.dice.sample(EVERYBODY, len(EVERYBODY) * 2 // 3):
                    self.cast(self.slack.person(person), card)

    def cast(self, who: Persona, card: Message) -> None:
        """One vote, for anybody on the ballot paper."""
        with suppress(NotPossible):
            who.click(card, "award.vote")
        if who.view is None:
            return
        fields = [block for block in who.view.blocks if block.get("block_id") == "nominee"]
        options = [option["value"] for field in fields for option in field["element"]["options"]]
        if options:
            self.submit(who, "votes", nominee=self.dice.choice(options))
        if who.view is not None:
            who.cancel()

    def settle_tie(self) -> None:
        """Whoever decides a tie does."""
        who = self.slack.person(DECIDES)
        who.click(self.asked(who, "award.settle"), "award.settle")
        if who.view is not None:
            fields = [block for block in who.view.blocks if block.get("block_id") == "winners"]
            winner = fields[0]["element"]["options"][0]["value"]
            self.submit(who, "ties decided", winners=[winner], reason="The customer named them")

    def call(self) -> None:
        """Something goes badly wrong."""
        who = self.somebody()
        who.command("/emergency", channel="#export-dept")
        self.submit(who, "emergencies", playbook="cargo_damage", what_happened="Forty cartons wet")

    def meet(self) -> None:
        """Call a meeting that is in no agreement."""
        who = self.somebody()
        who.command("/meeting new Price review", channel="#export-dept")
        begins = int((self.clock.now() + timedelta(days=1)).timestamp())
        self.submit(who, "meetings called", begins_at=begins, people=self.dice.sample(EVERYBODY, 3))

    def move_meeting(self) -> None:
        """The chair moves a meeting of the agreement by an hour."""
        with self.bot.store.reading() as session:
            now = self.clock.now()
            found = meetings.between(session, self.slack.workspace.team_id, now, now + timedelta(days=5), 20)
        meeting = self.dice.choice([each for each in found if each.series and not each.person and not each.moved])
        who = self.slack.person(meeting.chair)
        who.command(f"/meeting show M-{meeting.number}", channel="#export-dept")
        who.click(who.view, "meeting.move")
        self.submit(who, "meetings moved", to=int((meeting.begins_at + timedelta(hours=1)).timestamp()))
        while who.view is not None:
            who.cancel()

    def announce(self) -> None:
        """Announce something for the team, and come."""
        who = self.somebody()
        who.command("/activity new Badminton", channel="#export-dept")
        self.submit(who, "activities", begins_at=int((self.clock.now() + timedelta(days=4)).timestamp()), seats="12")
        card = [each for each in self.slack.channel("#export-dept").messages if "'activity.join'" in str(each.blocks)][
            -1
        ]
        for person in self.dice.sample(EVERYBODY, 8):
            self.slack.person(person).click(card, "activity.join")
            self.done["signed up"] += 1

    def wish(self) -> None:
        """Everybody who wants to be congratulated says so, once, on the first day."""
        for n, person in enumerate(EVERYBODY[::2]):
            who = self.slack.person(person)
            who.opens_home()
            who.click(who.home, "people.settings")
            where = "channel" if n % 2 else "dm"
            self.submit(who, "birthdays entered", birthday=f"{n % 12 + 1:02}-15", wished_in=where)


DEEDS: list[tuple[float, str]] = [
    (2, "task"),
    (2, "take_task"),
    (2, "finish_task"),
    (0.5, "inquiry"),
    (1, "hand_over"),
    (2, "acknowledge"),
    (0.4, "complain"),
    (1.2, "answer_complaint"),
    (0.4, "praise"),
    (0.15, "leave"),
    (2.5, "line"),
    (0.8, "nominate"),
    (0.8, "vote"),
    (0.3, "settle_tie"),
    (0.05, "call"),
    (0.08, "meet"),
    (0.05, "move_meeting"),
    (0.03, "announce"),
]
"""How often each happens, against the others."""


def main() -> None:
    """Live the year and print what came of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=2026)
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    clock = ManualClock(datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=SHANGHAI).astimezone(UTC))
    with tempfile.TemporaryDirectory() as folder:
        slack = LocalSlack(demo.MANIFEST, demo.workspace_of(AGREEMENT), clock)
        slack.start()
        database = f"sqlite:///{folder}/year.db"
        upgrade(database)
        bot = build(demo.settings_for(slack, database), AGREEMENT, clock)
        server = HttpServer(Door(bot, slack.signing_secret, dict), "127.0.0.1", 0)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        slack.deliver_to(f"http://127.0.0.1:{server.port}/slack/events")
        roster.refresh(bot)
        demo.load_customers(bot)
        slack.on_advance = bot
        year = Year(slack, bot, clock, arguments.seed)
        begun = time.perf_counter()
        year.live(arguments.days)
        report(year, time.perf_counter() - begun, arguments.days)
        slack.after_each = None
        server.stop()
        thread.join(timeout=5)
        bot.store.dispose()
        slack.stop()


def report(year: Year, seconds: float, days: int) -> None:
    """Print the tables."""
    with year.bot.store.reading() as session:
        rows = session.execute(
            select(
                letters.c.key,
                letters.c.kind,
                letters.c.address,
                letters.c.urgency,
                letters.c.state,
                letters.c.ts,
                letters.c.subject,
            )
        ).all()
        states = outbox.counts(session)
    messages = [message for channel in year.slack.workspace.messages.values() for message in channel]
    keys = Counter(each.metadata["event_payload"]["k"] for each in messages if each.metadata)
    said = [row for row in rows if row.kind == "message"]
    calendar = AGREEMENT.work_calendar()

    def day_of(row: object) -> date:
        return datetime.fromtimestamp(float(row.ts), SHANGHAI).date()  # type: ignore[attr-defined]

    direct = [row for row in said if row.address.startswith("@") and row.ts]
    working = [day for n in range(days) if calendar.is_working_day(day := FIRST + timedelta(days=n))]
    print(f"\n{days} days, {len(working)} of them working days, {len(EVERYBODY)} people, in {seconds:.0f} s; ", end="")
    print(f"{sum(year.done.values())} acts:")
    print(", ".join(f"{count} {what}" for what, count in year.done.most_common()))
    print(f"\noutbox: {states}; posts {len(said)}, said twice {sum(n > 1 for n in keys.values())}, ", end="")
    print(f"never said {sum(row.state != 'sent' for row in said)}")
    off = [row for row in said if row.ts and not calendar.is_working_day(day_of(row))]
    print(f"on a day off: {len(off)}")
    calls = "urgent", "card", "usual", "reminder", "digest"
    for (subject, urgency, where), count in Counter(
        (row.subject or "-", calls[row.urgency], "to a person" if row.address.startswith("@") else row.address)
        for row in off
    ).most_common():
        print(f"    {count:>4}  {subject}, {urgency}, {where}")
    print(f"\n{'direct messages to one person on a working day':<50}{'median':>8}{'p95':>6}{'most':>6}")
    for name, counted in (
        ("all", direct),
        ("from the clock (digest, reminders, prompts)", [row for row in direct if row.urgency in (NUDGE, DIGEST)]),
        ("for what people did", [row for row in direct if row.urgency not in (NUDGE, DIGEST)]),
    ):
        per = Counter((row.address, day_of(row)) for row in counted)
        each = [per.get((f"@{who}", day), 0) for who in EVERYBODY for day in working]
        print(f"{name:<50}{statistics.median(each):>8.0f}{statistics.quantiles(each, n=20)[18]:>6.0f}{max(each):>6}")
    occurrences(year)
    channels = Counter(row.address for row in rows if row.address.startswith("#") and row.kind == "message" and row.ts)
    print(f"\nposts in channels: {dict(channels)}")


def occurrences(year: Year) -> None:
    """Print whether what was to come came once: one meeting of a series on a day, with one card, and to each who takes
    part no more than one question for a line and one reminder; one card for each round, and one announcement of what
    was won; one wish for each birthday."""
    with year.bot.store.reading() as session:
        office = year.bot.desk.office(session)
        met = list(session.scalars(select(Meeting).where(meeting_rows.c.state.in_(("held", "closed")))))
        rounds = list(session.scalars(select(Round).where(round_rows.c.state.not_in(("planned", "dropped")))))
        missed = len(session.execute(select(meeting_rows.c.number).where(meeting_rows.c.state == "lapsed")).all())
    said = [each.all_text() for each in year.slack.channel("#export-dept").messages if not each.is_reply]
    open_ones = [each for each in met if not each.person]
    days = Counter((each.series, each.begins_at.astimezone(SHANGHAI).date()) for each in open_ones if each.series)
    cards = [sum(text.startswith(f"M-{each.number} ") for text in said) for each in open_ones]
    asked = Counter(
        (who, element["value"])
        for who in EVERYBODY
        for message in year.slack.person(who).dms()
        for block in message.blocks
        for element in block.get("elements", ())
        if isinstance(element, dict) and element.get("action_id") == "meeting.line"
    )
    twice = sum(count > 1 for count in days.values())
    print(f"\nmeetings held {len(met)}, not opened {missed}, two of a series on a day {twice}, ", end="")
    print(f"without exactly one card {sum(count != 1 for count in cards)}; ", end="")
    print(f"questions and reminders for one meeting to one person, most: {max(asked.values(), default=0)}")

    praised = [each.all_text() for each in year.slack.channel("#export-praise").messages if not each.is_reply]
    words = year.bot.desk.words_of_channel(AGREEMENT.channels.praise)
    titles = {each.number: award_views.title(each, office, words) for each in rounds}
    about = {n: [text for text in praised if text.startswith(f"🏆 {title}")] for n, title in titles.items()}
    won = {n: sum("🎉" in text for text in found) for n, found in about.items()}
    states = dict(Counter(each.state for each in rounds))
    print(f"rounds opened {len(rounds)}: {states}, ", end="")
    print(f"without exactly one card {sum(len(found) - won[n] != 1 for n, found in about.items())}, ", end="")
    print(f"announced otherwise than once {sum(won[each.number] != (each.state == 'announced') for each in rounds)}")

    direct = [each.all_text() for who in EVERYBODY for each in year.slack.person(who).dms()]
    wished = Counter(text for text in [*praised, *direct] if text.startswith("🎂"))
    print(f"congratulated {len(wished)}, more than once {sum(count > 1 for count in wished.values())}")


if __name__ == "__main__":
    main()
