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

from bot.settings import Settings, read
from department import agreement_file
from department.agreement import Agreement
from storage import outbox, people
from storage.store import Store, Unavailable, head, revision

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
    yield Finding("settings", True, "complete")
    agreement = yield from _agreement(settings)
    yield from _database(settings, agreement)
    yield from _slack(settings)
    yield _fonts()


def _agreement(settings: Settings) -> Generator[Finding, None, Agreement | None]:
    if not settings.agreement.exists():
        yield Finding("agreement", False, f"{settings.agreement} is not there; set SUPERCARGO_AGREEMENT")
        return None
    loaded = agreement_file.load(settings.agreement.read_text(encoding="utf-8"), str(settings.agreement))
    weak = loaded if isinstance(loaded, list) else agreement_file.weaknesses(loaded, datetime.now(UTC).date())
    for problem in weak:
        yield Finding("agreement", False, str(problem))
    if not weak:
        yield Finding("agreement", True, "loads, and can work")
    return None if isinstance(loaded, list) else loaded


def _database(settings: Settings, agreement: Agreement | None) -> Iterator[Finding]:
    try:
        at = revision(settings.database)
    except Unavailable:
        yield Finding("database", False, "does not answer; look at SUPERCARGO_DATABASE")
        return
    if at != head():
        yield Finding("migrations", False, "not up to date; run: supercargo db upgrade")
        return
    yield Finding("database", True, f"answers, at revision {at}")
    store = Store(settings.database)
    with store.reading() as session:
        letters = outbox.dead(session, 5)
        unmatched = people.without_account(session, agreement) if agreement else []
    store.dispose()
    for letter in letters:
        yield Finding("outbox", False, f"a message for {letter.address} could not be delivered: {letter.reason}")
    if not letters:
        yield Finding("outbox", True, "nothing is undeliverable")
    for member in unmatched:
        yield Finding("people", False, f"{member} has no Slack account with the agreement's e-mail address")


def _slack(settings: Settings) -> Iterator[Finding]:
    client = WebClient(token=settings.bot_token.get_secret_value(), base_url=settings.api_url, timeout=10)
    try:
        me = client.auth_test()
    except SlackApiError as error:
        yield Finding(
            "slack",
            False,
            f"refuses the token ({error.response['error']}); copy it again from the app's page",
        )
        return
    except OSError as error:
        yield Finding("slack", False, f"cannot be reached ({type(error).__name__}); look at the network")
        return
    yield Finding("slack", True, f"is the workspace {me['team']}, and we are {me['user']}")
    manifest: dict[str, Any] = YAML(typ="safe").load(MANIFEST)
    wanted = set(manifest["oauth_config"]["scopes"]["bot"])
    granted = set(str(me.headers.get("x-oauth-scopes", "")).replace(" ", "").split(","))
    missing = sorted(wanted - granted)
    yield Finding(
        "scopes",
        not missing,
        f"missing {', '.join(missing)}; update the app from app.yaml and install it again"
        if missing
        else "all granted",
    )
    said = me.headers.get("Date")
    if said:
        off = abs((parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
        fine = off < CLOCK_MAY_BE_OFF
        yield Finding(
            "clock",
            fine,
            "agrees with Slack's" if fine else f"is {off:.0f} s off; switch time synchronisation on",
        )


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
