"""The demonstration: a local Slack with the sample department, the real bot in it, and a past to look at.

Everything here is invented. The bot runs as it does in production but for its clock, which the page moves.
"""

from __future__ import annotations

import errno
import json
import logging
import signal
import tempfile
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

import click

from bot import customers, jobs, past
from bot.app import Supercargo, build
from bot.desk import Desk
from bot.jobs import people as roster
from bot.settings import Settings
from bot.socket_mode import Socket
from bot.views.wording import Words
from department import agreement_file
from department.agreement import Agreement
from playground import Channel, Clock, LocalSlack, ManualClock, SharedClock, User, Workspace, keeping
from playground.workspace import APP
from storage.store import InUse, upgrade

ROOT = Path(__file__).parents[1]
MANIFEST = ROOT / "app.yaml"
AGREEMENT = ROOT / "agreement.yaml"
CUSTOMERS = Path(__file__).parent / "sample" / "customers.csv"
STORIES = Path(__file__).parent / "sample" / "stories"
OPENS_IN = "export-complaints"
COMING = 12
Language = Literal["en", "zh"]


def run(*, keep: Path | None, port: int, open_browser: bool, empty: bool, lang: Language, images_from: str) -> None:
    """Run the demonstration until Ctrl-C; `images_from` is the stage's. Raises click.ClickException when `keep` holds
    something else, or the port is taken."""
    logging.getLogger().setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends it that way leaves nothing behind, either
    click.echo("\n  Opening the sample department, a few seconds…")
    try:
        with demonstration(keep=keep, port=port, empty=empty, lang=lang) as slack:
            slack.stage.images_from = images_from
            click.echo(
                f"\n  Supercargo's demonstration is at  {slack.url}\n\n  Everybody in it is invented. Ctrl-C ends it.\n"
            )
            if open_browser:
                webbrowser.open(slack.url)
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
        kept, database = folder / past.WORKSPACE, folder / past.DATABASE
        fresh = not kept.exists()
        if fresh and database.exists():
            raise click.ClickException(f"{folder} holds a database, but no {kept.name} of the same demonstration")
        if fresh and not empty:
            past.unpack(folder)
        workspace, now = _found(kept) if kept.exists() else (workspace_of(sample_agreement()), past.OPENING)
        with _at_work(workspace, SharedClock(now), database, port) as (slack, supercargo):
            if fresh and empty:
                load_customers(supercargo)
            _set_the_stage(slack, supercargo.desk, lang)
            stopping = threading.Event()
            scheduler = jobs.schedule(supercargo, AGREEMENT)
            courier = threading.Thread(target=supercargo.courier.run, args=(stopping,), daemon=True)
            if keep:
                slack.keep_in(kept)
            courier.start()
            scheduler.start()
            try:
                yield slack
            finally:
                scheduler.shutdown(wait=True)
                stopping.set()
                courier.join(timeout=5)


@contextmanager
def month() -> Iterator[tuple[LocalSlack, Supercargo, Path]]:
    """The sample department when its month begins, its clock standing still, with the database the bot writes to; for
    `past.live`."""
    with tempfile.TemporaryDirectory(prefix="supercargo-") as scratch:
        database = Path(scratch) / past.DATABASE
        with _at_work(workspace_of(sample_agreement()), ManualClock(past.BEGINS), database, 0) as (slack, supercargo):
            load_customers(supercargo)
            yield slack, supercargo, database


@contextmanager
def _at_work(workspace: Workspace, clock: Clock, database: Path, port: int) -> Iterator[tuple[LocalSlack, Supercargo]]:
    """The local Slack and the bot, connected with each other. Nothing of the bot moves but by `LocalSlack.advance`."""
    slack = LocalSlack(MANIFEST, workspace, clock, port=port)
    try:
        slack.start()
    except OSError as problem:
        if problem.errno != errno.EADDRINUSE:
            raise
        raise click.ClickException(
            f"port {port} is taken, perhaps by a demonstration that is still running. End that one, "
            "or open another beside it: supercargo demo --port 0"
        ) from problem
    settings = settings_for(slack, f"sqlite:///{database}")
    upgrade(settings.database)
    supercargo = build(settings, sample_agreement(), clock)
    socket = Socket(supercargo.bolt, slack.app_token)
    try:
        try:
            supercargo.store.claim()
        except InUse as problem:
            raise click.ClickException(f"another demonstration with {database.parent} is still running") from problem
        roster.refresh(supercargo)
        socket.start()
        slack.sockets.wait_for(1)
        slack.on_advance = supercargo
        yield slack, supercargo
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
    slack.stage.opens_as, slack.stage.opens_in = ("zhou.hang" if lang == "zh" else "wu.mengjie"), OPENS_IN
    slack.stage.read_in = lang
    slack.stage.stories = [json.loads(story.read_text(encoding="utf-8")) for story in sorted(STORIES.glob("*.json"))]


def workspace_of(agreement: Agreement) -> Workspace:
    """The agreement's people and channels as a Slack workspace; everybody is in every channel, and so is the app."""
    workspace = Workspace(name=f"{agreement.company.zh} {agreement.company.en}", domain="haichu-example")
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
    private = agreement.channels.complaints.name
    for channel in agreement.every_channel():
        workspace.add_channel(
            Channel(
                name=channel.name.removeprefix("#"),
                kind="private" if channel.name == private else "public",
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
    rows = customers.read(CUSTOMERS.read_bytes(), CUSTOMERS.name, supercargo.desk.agreement).rows
    workspace = str(supercargo.client.auth_test()["team_id"])
    with supercargo.store.transaction() as session:
        customers.keep(session, workspace, rows)


@cache
def sample_agreement() -> Agreement:
    """The agreement of the sample department, as it is shipped; read once."""
    loaded = agreement_file.load(AGREEMENT.read_text(encoding="utf-8"), AGREEMENT.name)
    if isinstance(loaded, list):
        raise click.ClickException("\n".join(map(str, loaded)))
    return loaded
