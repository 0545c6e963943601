"""The demonstration: a local Slack with the sample department, the real bot in it, and a past to look at.

Everything here is invented. The bot runs as it does in production but for its clock, which the page moves.
"""

from __future__ import annotations

import logging
import tempfile
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot import customers, jobs
from bot.app import Supercargo, build
from bot.jobs import people as roster
from bot.settings import Settings
from bot.socket_mode import Socket
from department import agreement_file
from department.agreement import Agreement
from playground import Channel, LocalSlack, SharedClock, User, Workspace
from playground.workspace import APP
from storage.store import upgrade

ROOT = Path(__file__).parents[1]
MANIFEST = ROOT / "app.yaml"
AGREEMENT = ROOT / "agreement.yaml"
CUSTOMERS = Path(__file__).parent / "sample" / "customers.csv"


def run(*, keep: Path | None, port: int, open_browser: bool) -> None:
    """Run the demonstration until Ctrl-C."""
    logging.getLogger().setLevel(logging.WARNING)
    with demonstration(keep=keep, port=port) as slack:
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
def demonstration(*, keep: Path | None, port: int) -> Iterator[LocalSlack]:
    """A running local Slack with the bot in it; on a temporary database unless a folder to keep it in is given."""
    with tempfile.TemporaryDirectory(prefix="supercargo-") as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        agreement = sample_agreement()
        opening = _opening(agreement)
        clock = SharedClock(opening - timedelta(days=7))
        slack = LocalSlack(MANIFEST, workspace_of(agreement), clock, port=port)
        slack.start()
        settings = settings_for(slack, f"sqlite:///{folder / 'supercargo.db'}")
        upgrade(settings.database)
        supercargo = build(settings, agreement, clock)
        socket = Socket(supercargo.bolt, slack.app_token)
        try:
            supercargo.store.claim()
            roster.refresh(supercargo)
            load_customers(supercargo)
            socket.start()
            slack.sockets.wait_for(1)
            slack.on_advance = supercargo
            _play_the_past(slack, opening)
            stopping = threading.Event()
            scheduler = jobs.schedule(supercargo, AGREEMENT)
            courier = threading.Thread(target=supercargo.courier.run, args=(stopping,), daemon=True)
            courier.start()
            scheduler.start()
            yield slack
            stopping.set()
            scheduler.shutdown(wait=True)
            courier.join(timeout=5)
        finally:
            socket.stop()
            supercargo.store.dispose()
            slack.stop()


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


def sample_agreement() -> Agreement:
    """The agreement of the sample department, as it is shipped."""
    loaded = agreement_file.load(AGREEMENT.read_text(encoding="utf-8"), AGREEMENT.name)
    if isinstance(loaded, list):
        raise click.ClickException("\n".join(map(str, loaded)))
    return loaded


def _opening(agreement: Agreement) -> datetime:
    """The demonstration opens shortly after the department does, today or on the next working day."""
    calendar = agreement.work_calendar()
    local = datetime.now(UTC).astimezone(ZoneInfo(agreement.timezone))
    opening = datetime.combine(local.date(), time(9, 10), local.tzinfo)
    return calendar.next_open(opening).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Past:
    """A complaint of the past week: who filed it when (hours before the opening), and how far it has come."""

    hours_ago: int
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
        144,
        "zhou.hang",
        "Prairie Table Inc.",
        "quality",
        "S2",
        "Rust spots on about 3% of the spatulas after the first wash. Photos with the date code are attached.",
        acknowledged_by="zhou.hang",
        more=(("order", "HC26-0862"), ("quantity", "about 700 of 24,000 pieces"), ("amount", "4824")),
    ),
    Past(
        120,
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
        26,
        "wu.mengjie",
        "日向キッチン株式会社 (Hinata Kitchen K.K.)",
        "wrong_documents",
        "S3",
        "RCEP原产地证上的HS编码与报关单不一致，客户无法享受优惠税率。",
        more=(("order", "HC26-0869"),),
    ),
)


def _play_the_past(slack: LocalSlack, opening: datetime) -> None:
    """Let the past week happen: the same people, the same clicks, the same bot."""
    for past in PAST:
        slack.advance(opening - timedelta(hours=past.hours_ago))
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
    slack.advance(opening)
