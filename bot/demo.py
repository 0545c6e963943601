"""The demonstration: a local Slack with the sample department, the real bot in it, and a past to look at.

Everything here is invented. The bot runs as it does in production but for its clock, which the page moves.
"""

from __future__ import annotations

import json
import logging
import tempfile
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import click

from bot import customers, jobs, orders
from bot.app import Supercargo, build
from bot.desk import Desk
from bot.jobs import people as roster
from bot.settings import Settings
from bot.socket_mode import Socket
from bot.views.wording import Words
from department import agreement_file
from department.agreement import Agreement
from department.orders import SUBJECT as ORDER
from playground import Channel, LocalSlack, SharedClock, User, Workspace, keeping
from playground.workspace import APP
from storage.store import upgrade

ROOT = Path(__file__).parents[1]
MANIFEST = ROOT / "app.yaml"
AGREEMENT = ROOT / "agreement.yaml"
CUSTOMERS = Path(__file__).parent / "sample" / "customers.csv"
SAMPLE_ORDERS = Path(__file__).parent / "sample" / "orders.csv"
STORIES = Path(__file__).parent / "sample" / "stories"
ORDERS = "export-orders"
COMING = 12
Language = Literal["en", "zh"]
OPENING = datetime(2026, 11, 2, 9, 10, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
"""The demonstration opens on the Monday after the month that the sample's records tell of."""


def run(*, keep: Path | None, port: int, open_browser: bool, empty: bool, lang: Language) -> None:
    """Run the demonstration until Ctrl-C. Raises click.ClickException when `keep` holds something else."""
    logging.getLogger().setLevel(logging.WARNING)
    with demonstration(keep=keep, port=port, empty=empty, lang=lang) as slack:
        click.echo(
            f"\n  Supercargo's demonstration is at  {slack.url}\n\n  Everybody in it is invented. Ctrl-C ends it.\n"
        )
        if open_browser:
            webbrowser.open(slack.url)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("  Bye.")


@contextmanager
def demonstration(
    *, keep: Path | None = None, port: int = 0, empty: bool = False, lang: Language = "en"
) -> Iterator[LocalSlack]:
    """A running local Slack with the bot in it. With a folder to keep it in, it goes on where it stopped last time;
    `empty` leaves the past out; `lang` is what the visitor reads, and decides as whom the page opens."""
    with tempfile.TemporaryDirectory(prefix="supercargo-") as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        agreement = sample_agreement()
        kept, database = folder / "slack.json", folder / "supercargo.db"
        if kept.exists():
            workspace, now = _found(kept)
            clock = SharedClock(now)
        elif database.exists():
            raise click.ClickException(f"{folder} holds a database, but no {kept.name} of the same demonstration")
        else:
            workspace, clock = workspace_of(agreement), SharedClock(OPENING if empty else _days_before(agreement, 6))
        fresh = not kept.exists()
        slack = LocalSlack(MANIFEST, workspace, clock, port=port)
        slack.start()
        settings = settings_for(slack, f"sqlite:///{database}")
        upgrade(settings.database)
        supercargo = build(settings, agreement, clock)
        socket = Socket(supercargo.bolt, slack.app_token)
        try:
            supercargo.store.claim()
            roster.refresh(supercargo)
            if fresh:
                load_customers(supercargo)
            socket.start()
            slack.sockets.wait_for(1)
            slack.on_advance = supercargo
            _set_the_stage(slack, supercargo.desk, lang)
            if fresh and not empty:
                load_orders(supercargo)
                _play_the_past(slack, agreement)
                slack.advance(OPENING)
            stopping = threading.Event()
            scheduler = jobs.schedule(supercargo, AGREEMENT)
            running = [threading.Thread(target=supercargo.courier.run, args=(stopping,), daemon=True)]
            if keep:
                slack.keep_in(kept)
            for thread in running:
                thread.start()
            scheduler.start()
            try:
                yield slack
            finally:
                scheduler.shutdown(wait=True)
                stopping.set()
                for thread in running:
                    thread.join(timeout=5)
        finally:
            socket.stop()
            supercargo.store.dispose()
            slack.stop()


def _found(kept: Path) -> tuple[Workspace, datetime]:
    try:
        return keeping.restore(kept)
    except ValueError as problem:
        raise click.ClickException(str(problem)) from problem


def _set_the_stage(slack: LocalSlack, desk: Desk, lang: Language) -> None:
    """What the page shows besides the workspace: as whom it opens and where, the stories, and what comes next."""

    def coming_up() -> list[tuple[datetime, dict[str, str]]]:
        zone = desk.agreement.timezone
        english, chinese = (desk.coming_up(Words((each,), zone), COMING) for each in ("en", "zh"))
        return [(en.at, {"en": en.text, "zh": zh.text}) for en, zh in zip(english, chinese, strict=False)]

    slack.stage.coming_up = coming_up
    slack.stage.works_on = desk.agreement.work_calendar().is_working_day
    slack.stage.opens_as, slack.stage.opens_in = ("zhou.hang" if lang == "zh" else "wu.mengjie"), ORDERS
    slack.stage.read_in = lang
    slack.stage.stories = [json.loads(story.read_text(encoding="utf-8")) for story in sorted(STORIES.glob("*.json"))]


def workspace_of(agreement: Agreement) -> Workspace:
    """The agreement's people and channels as a Slack workspace; everybody is in every channel, and so is the app."""
    workspace = Workspace(name=agreement.company.en, domain="haichu-example")
    people = [
        workspace.add_user(
            User(
                handle=member.id,
                real_name=f"{member.name.zh} {member.name.en}",
                title=f"{agreement.roles[member.role].zh} {agreement.roles[member.role].en}",
                email=member.email,
                tz=member.timezone or agreement.timezone,
                locale="en-US" if member.language == "en" else "zh-CN",
            )
        ).id
        for member in agreement.members
    ]
    channels = agreement.channels
    private = {channels.complaints.name}
    for name in dict.fromkeys(channel.name for channel in channels.all()):
        workspace.add_channel(
            Channel(
                name=name.removeprefix("#"),
                kind="private" if name in private else "public",
                members={*people, APP},
            )
        )
    return workspace


def settings_for(slack: LocalSlack, database: str) -> Settings:
    """The settings with which the bot talks to a local Slack."""
    return Settings.model_validate(
        {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url,
            "SUPERCARGO_DATABASE": database,
            "SUPERCARGO_AGREEMENT": str(AGREEMENT),
        }
    )


def load_customers(supercargo: Supercargo) -> None:
    """Put the sample department's customers into the store, as `supercargo customers FILE` does."""
    rows = [row for row in customers.read(CUSTOMERS, supercargo.desk.agreement) if isinstance(row, customers.Row)]
    workspace = str(supercargo.client.auth_test()["team_id"])
    with supercargo.store.transaction() as session:
        customers.keep(session, workspace, rows)


def load_orders(supercargo: Supercargo) -> None:
    """Take the sample department's orders over, as `supercargo orders FILE` does."""
    desk, workspace = supercargo.desk, str(supercargo.client.auth_test()["team_id"])
    by = next(member for member in desk.agreement.members if member.admin)
    with desk.store.reading() as session:
        known = orders.books(session, workspace)
        found = orders.read(SAMPLE_ORDERS.read_bytes(), SAMPLE_ORDERS.name, desk.agreement, known)
    desk.take_over(
        workspace,
        ORDER,
        lambda session, office, number: orders.adopt(session, office, by, number, found.rows, workspace),
    )


def sample_agreement() -> Agreement:
    """The agreement of the sample department, as it is shipped."""
    loaded = agreement_file.load(AGREEMENT.read_text(encoding="utf-8"), AGREEMENT.name)
    if isinstance(loaded, list):
        raise click.ClickException("\n".join(map(str, loaded)))
    return loaded


def _days_before(agreement: Agreement, days: int, at: time = time(8, 30)) -> datetime:
    """That many working days before the opening, at this time of the department's clock; UTC."""
    calendar, zone = agreement.work_calendar(), ZoneInfo(agreement.timezone)
    day = OPENING.astimezone(zone).date()
    while days:
        day -= timedelta(days=1)
        days -= calendar.is_working_day(day)
    return datetime.combine(day, at, zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Past:
    """A complaint of the past days: who filed it when (working days before the opening), and how far it has come."""

    days_ago: int
    at: time
    by: str
    customer: str
    category: str
    severity: str
    what_happened: str
    acknowledged_by: str = ""
    resolved_by: str = ""
    more: tuple[tuple[str, str], ...] = ()


PAST = (
    Past(
        5,
        time(9, 40),
        "zhou.hang",
        "Prairie Table Inc.",
        "quality",
        "S2",
        "Rust spots on about 3% of the spatulas after the first wash. Photos with the date code are attached.",
        acknowledged_by="zhou.hang",
        more=(("order", "HC26-0862"), ("quantity", "about 700 of 24,000 pieces"), ("amount", "4824")),
    ),
    Past(
        3,
        time(10, 15),
        "chen.yuqing",
        "Küchenwerk Handels GmbH",
        "quantity_shortage",
        "S3",
        "少了3箱，客户拆柜清点为997箱，封号完好。",
        acknowledged_by="chen.yuqing",
        resolved_by="he.rui",
        more=(("order", "HC26-0861"), ("quantity", "3 cartons"), ("amount", "486"), ("currency", "EUR")),
    ),
    Past(
        1,
        time(15, 5),
        "wu.mengjie",
        "日向キッチン株式会社 (Hinata Kitchen K.K.)",
        "wrong_documents",
        "S3",
        "RCEP原产地证上的HS编码与报关单不一致，客户无法享受优惠税率。",
        more=(("order", "HC26-0869"),),
    ),
)


TASKS = (
    (4, time(9, 30), "lin.zhiyuan", "@chen.yuqing Fair report by 2026-11-04 17:30"),
    (3, time(14, 45), "lin.zhiyuan", "@zhou.hang 找出客户提到2%的那封PI邮件 2026-10-30 17:30 !高"),
    (2, time(11, 0), "lin.zhiyuan", "@jiang.bo 圣安东尼奥到港货物的备选方案 2026-11-04 17:30 !高"),
    (2, time(11, 5), "wu.mengjie", "@jiang.bo Renew the forwarder's contract by 2026-11-13 17:30"),
    (1, time(16, 0), "chen.yuqing", "@ye.xiaoyan 核对 HC26-0873 信用证单据 2026-11-03 12:00 !高"),
    (1, time(16, 10), "xu.jiayi", "@chen.yuqing Look over my fair follow-up list by 2026-11-02 17:30"),
)
"""Tasks of the past days: working days before the opening, the time, who gave it, and the line they wrote."""

AWAY = (("tang.wei", "2026-11-02", "2026-11-02", "personal"), ("xu.jiayi", "2026-11-04", "2026-11-06", "business_trip"))
"""Leave that was entered before the opening: whose, from when until when, and why."""


def _play_the_past(slack: LocalSlack, agreement: Agreement) -> None:
    """Let the past days happen: the same people, the same clicks, the same bot."""
    slack.advance(slack.clock.now() + timedelta(minutes=2))  # the orders' cards, a second apart
    happened = [(_days_before(agreement, past.days_ago, past.at), partial(_complain, slack, past)) for past in PAST]
    for days_ago, at, who, line in TASKS:
        happened.append((_days_before(agreement, days_ago, at), partial(_give, slack, who, line)))
    for moment, happens in sorted(happened, key=lambda each: each[0]):
        slack.advance(moment)
        happens()
    for who, first, last, kind in AWAY:
        away = slack.person(who)
        away.command(f"/away {first} to {last}", channel="#export-dept")
        away.fill(kind=kind)
        away.submit()
    slack.advance(_days_before(agreement, 1, time(17, 0)))
    sender = slack.person("chen.yuqing")
    sender.click(slack.channel(ORDERS).last(), "order.offer")
    sender.fill(reason="定金已通知安排，下周到账。 The deposit is announced for next week.")
    sender.submit()


def _give(slack: LocalSlack, who: str, line: str) -> None:
    slack.person(who).command(f"/task {line}", channel="#export-dept")


def _complain(slack: LocalSlack, past: Past) -> None:
    filer = slack.person(past.by)
    filer.command("/complaint", channel="#export-orders")
    filer.fill(
        customer=past.customer,
        category=past.category,
        severity=past.severity,
        what_happened=past.what_happened,
        **dict(past.more),
    )
    filer.submit()
    slack.advance(slack.clock.now() + timedelta(minutes=40))
    if past.acknowledged_by:
        card = slack.channel("#export-complaints").last()
        slack.person(past.acknowledged_by).click(card, "complaint.acknowledge")
        slack.advance(slack.clock.now() + timedelta(hours=3))
    if past.resolved_by:
        handler = slack.person(past.resolved_by)
        handler.click(slack.channel("#export-complaints").last(), "complaint.resolve")
        handler.fill(cause="装柜清点漏记3箱。", remedy="下一单 HC26-0874 补发3箱。")
        handler.submit()
