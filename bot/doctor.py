"""Everything a running Supercargo needs, looked at one by one; each finding says OK or what to do."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import DatabaseError

from bot.jobs import people as roster
from bot.settings import Settings, read, read_agreement
from bot.views.agreement import problem
from bot.views.wording import Words
from department.agreement import Agreement
from department.agreement_file import weaknesses
from storage import outbox, people
from storage.store import Store, Unavailable, head, revision

ENGLISH = Words(("en",), "UTC")

MANIFEST = Path(__file__).parents[1] / "app.yaml"

CLOCK_MAY_BE_OFF = 60
"""Seconds. Slack's signatures are refused beyond five minutes; a minute leaves time to mend it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    good: bool
    said: str


def examine() -> Iterator[Finding]:
    """Look at the settings, the agreement, the database, Slack, the clock and the fonts, in that order."""
    settings = read()
    if isinstance(settings, list):
        for problem in settings:
            yield Finding("settings", False, problem)
        return
    yield _ways_of_serving(settings)
    agreement = yield from _agreement(settings)
    yield from _database(settings)
    yield from _slack(settings, agreement)
    yield _fonts()


def _ways_of_serving(settings: Settings) -> Finding:
    ways = {"serve --socket": settings.app_token, "serve --http": settings.signing_secret}
    possible = [way for way, secret in ways.items() if secret.get_secret_value()]
    if possible:
        return Finding("settings", True, f"complete for {' and '.join(possible)}")
    return Finding(
        "settings", False, "set SLACK_APP_TOKEN for serve --socket, or SLACK_SIGNING_SECRET for serve --http"
    )


def _agreement(settings: Settings) -> Generator[Finding, None, Agreement | None]:
    loaded = read_agreement(settings.agreement)
    weak = loaded if isinstance(loaded, list) else weaknesses(loaded, datetime.now(UTC).date())
    for weakness in weak:
        yield Finding("agreement", False, problem(weakness, ENGLISH))
    if not weak:
        yield Finding("agreement", True, "loads, and can work")
    return None if isinstance(loaded, list) else loaded


def _database(settings: Settings) -> Iterator[Finding]:
    store = Store(settings.database)
    try:
        at = revision(settings.database)
        if at != head():
            yield Finding("migrations", False, "not up to date; run: supercargo db upgrade")
            return
        with store.reading() as session:
            letters = outbox.dead(session, 5)
    except (Unavailable, DatabaseError):
        yield Finding("database", False, "does not answer; look at SUPERCARGO_DATABASE")
        return
    finally:
        store.dispose()
    yield Finding("database", True, f"answers, at revision {at}")
    for letter in letters:
        yield Finding(
            "outbox",
            False,
            f"a message for {letter.address} could not be delivered: {letter.reason}; see: supercargo outbox list",
        )
    if not letters:
        yield Finding("outbox", True, "nothing is undeliverable")


def _slack(settings: Settings, agreement: Agreement | None) -> Iterator[Finding]:
    client = WebClient(token=settings.bot_token.get_secret_value(), base_url=settings.api_url, timeout=10)
    try:
        me = client.auth_test()
        yield Finding("slack", True, f"is the workspace {me['team']}, and we are {me['user']}")
        headers = {name.lower(): said for name, said in me.headers.items()}
        yield _clock(headers.get("date", ""))
        yield from _socket(client, settings.app_token.get_secret_value())
        missing = sorted(_wanted_scopes() - set(headers.get("x-oauth-scopes", "").replace(" ", "").split(",")))
        if missing:
            said = f"missing {', '.join(missing)}; update the app from app.yaml and install it again"
            yield Finding("scopes", False, said)
            return
        yield Finding("scopes", True, "all granted")
        if agreement is not None:
            yield from _channels(client, agreement)
            yield from _people(client, agreement)
    except SlackApiError as error:
        said = f"answers {error.response.get('error')}; when that is about the token, copy it again from the app's page"
        yield Finding("slack", False, said)
    except OSError as error:
        yield Finding("slack", False, f"cannot be reached ({type(error).__name__}); look at the network")


def _socket(client: WebClient, app_token: str) -> Iterator[Finding]:
    if not app_token:
        return
    try:
        client.apps_connections_open(app_token=app_token)
        yield Finding("socket", True, "the app-level token opens a connection")
    except SlackApiError as error:
        said = f"SLACK_APP_TOKEN is refused ({error.response.get('error')}); make one with the scope connections:write"
        yield Finding("socket", False, said)


def _clock(said: str) -> Finding:
    try:
        off = abs((parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return Finding("clock", True, "could not be compared: Slack did not tell the time")
    if off < CLOCK_MAY_BE_OFF:
        return Finding("clock", True, "agrees with Slack's")
    return Finding("clock", False, f"is {off:.0f} s off; switch time synchronisation on")


def _channels(client: WebClient, agreement: Agreement) -> Iterator[Finding]:
    ours = {f"#{channel['name']}" for channel in roster.channels(client) if channel.get("is_member")}
    wanted = [channel.name for channel in agreement.every_channel()]
    outside = [name for name in wanted if name not in ours]
    for name in outside:
        yield Finding("channels", False, f"we are not in {name}; write there: /invite @Supercargo")
    if not outside:
        yield Finding("channels", True, "we are in all of the agreement's")


def _people(client: WebClient, agreement: Agreement) -> Iterator[Finding]:
    found = [people.member_of(account, agreement) for account in roster.accounts(client) if not account.get("deleted")]
    strangers = [member for member in agreement.members if member not in found]
    for member in strangers:
        said = f"no Slack account has the e-mail address of {member.id} ({member.email or 'there is none'})"
        yield Finding("people", False, said)
    if not strangers:
        yield Finding("people", True, "everybody in the agreement has a Slack account")


def _wanted_scopes() -> set[str]:
    manifest: dict[str, Any] = YAML(typ="safe").load(MANIFEST)
    return set(manifest["oauth_config"]["scopes"]["bot"])


def _fonts() -> Finding:
    """Chinese in pictures needs a font that has it; Slack itself draws its own text."""
    lister = shutil.which("fc-list")
    found = lister is not None and subprocess.run([lister, ":lang=zh"], capture_output=True, check=False).stdout  # noqa: S603
    return Finding(
        "fonts",
        bool(found),
        "a Chinese font is here"
        if found
        else "no Chinese font; install one, such as fonts-noto-cjk, for pictures of Chinese text",
    )
