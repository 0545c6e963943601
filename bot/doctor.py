"""Everything a running Supercargo needs, looked at one by one; each finding says OK or what to do."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import DatabaseError

from bot.jobs import people as roster
from bot.settings import Settings, read, read_agreement
from bot.views import settings as setting_views
from bot.views.agreement import problem
from bot.views.wording import Several, Value, Words, phrase
from department.agreement import Agreement
from department.agreement_file import weaknesses
from storage import outbox, people
from storage.store import Store, Unavailable, head, is_newer, revision

MANIFEST = Path(__file__).parents[1] / "app.yaml"

CLOCK_MAY_BE_OFF = 60
"""Seconds. Slack's signatures are refused beyond five minutes; a minute leaves time to mend it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and what is said of it."""

    what: str
    good: bool
    said: str


def examine(words: Words) -> Iterator[Finding]:
    """Look at the settings, the agreement, the database, Slack, the clock and the fonts, in that order."""
    settings = read()
    if isinstance(settings, list):
        for wrong in settings:
            yield Finding("settings", False, setting_views.problem(wrong, words))
        return
    yield _ways_of_serving(settings, words)
    agreement = yield from _agreement(settings, words)
    yield from _database(settings, words)
    yield from _slack(settings, agreement, words)
    yield _fonts(words)


def line(finding: Finding, words: Words) -> str:
    """`OK   clock: agrees with Slack's`."""
    verdict = words("OK  ") if finding.good else words("TODO")
    return words("{verdict} {what}: {said}", verdict=verdict, what=LOOKED_AT[finding.what], said=finding.said)


LOOKED_AT: Final[dict[str, Value]] = {
    "settings": phrase("settings"),
    "agreement": phrase("agreement"),
    "migrations": phrase("migrations"),
    "database": phrase("database"),
    "outbox": phrase("outbox"),
    "slack": phrase("slack"),
    "clock": phrase("clock"),
    "socket": phrase("socket"),
    "scopes": phrase("scopes"),
    "channels": phrase("channels"),
    "people": phrase("people"),
    "fonts": phrase("fonts"),
}
"""Everything that is looked at."""


def _ways_of_serving(settings: Settings, words: Words) -> Finding:
    ways = {"serve --socket": settings.app_token, "serve --http": settings.signing_secret}
    possible = [way for way, secret in ways.items() if secret.get_secret_value()]
    if possible:
        return Finding("settings", True, words("complete for {ways}", ways=Several(tuple(possible))))
    said = words("set SLACK_APP_TOKEN for serve --socket, or SLACK_SIGNING_SECRET for serve --http")
    return Finding("settings", False, said)


def _agreement(settings: Settings, words: Words) -> Generator[Finding, None, Agreement | None]:
    loaded = read_agreement(settings.agreement)
    weak = loaded if isinstance(loaded, list) else weaknesses(loaded, datetime.now(UTC).date())
    for weakness in weak:
        yield Finding("agreement", False, problem(weakness, words))
    if not weak:
        yield Finding("agreement", True, words("loads, and can work"))
    return None if isinstance(loaded, list) else loaded


def _database(settings: Settings, words: Words) -> Iterator[Finding]:
    store = Store(settings.database)
    try:
        at = revision(settings.database)
        if is_newer(at):
            yield Finding("migrations", False, words("made by a newer Supercargo; run that one"))
            return
        if at != head():
            yield Finding("migrations", False, words("not up to date; run: supercargo db upgrade"))
            return
        with store.reading() as session:
            letters = outbox.dead(session, 5)
    except (Unavailable, DatabaseError):
        yield Finding("database", False, words("does not answer; look at SUPERCARGO_DATABASE"))
        return
    finally:
        store.dispose()
    yield Finding("database", True, words("answers, at revision {at}", at=at))
    for letter in letters:
        said = words(
            "a message for {address} could not be delivered: {reason}; see: supercargo outbox list",
            address=letter.address,
            reason=letter.reason,
        )
        yield Finding("outbox", False, said)
    if not letters:
        yield Finding("outbox", True, words("nothing is undeliverable"))


def _slack(settings: Settings, agreement: Agreement | None, words: Words) -> Iterator[Finding]:
    client = WebClient(token=settings.bot_token.get_secret_value(), base_url=settings.api_url, timeout=10)
    try:
        me = client.auth_test()
        yield Finding(
            "slack", True, words("is the workspace {team}, and we are {user}", team=me["team"], user=me["user"])
        )
        headers = {name.lower(): said for name, said in me.headers.items()}
        yield _clock(headers.get("date", ""), words)
        yield from _socket(client, settings.app_token.get_secret_value(), words)
        missing = sorted(_wanted_scopes() - set(headers.get("x-oauth-scopes", "").replace(" ", "").split(",")))
        if missing:
            said = words(
                "missing {scopes}; update the app from app.yaml and install it again", scopes=Several(tuple(missing))
            )
            yield Finding("scopes", False, said)
            return
        yield Finding("scopes", True, words("all granted"))
        if agreement is not None:
            yield from _channels(client, agreement, words)
            yield from _people(client, agreement, words)
    except SlackApiError as error:
        said = words(
            "answers {error}; when that is about the token, copy it again from the app's page",
            error=str(error.response.get("error")),
        )
        yield Finding("slack", False, said)
    except OSError as error:
        said = words("cannot be reached ({error}); look at the network", error=type(error).__name__)
        yield Finding("slack", False, said)


def _socket(client: WebClient, app_token: str, words: Words) -> Iterator[Finding]:
    if not app_token:
        return
    try:
        client.apps_connections_open(app_token=app_token)
        yield Finding("socket", True, words("the app-level token opens a connection"))
    except SlackApiError as error:
        said = words(
            "SLACK_APP_TOKEN is refused ({error}); make one with the scope connections:write",
            error=str(error.response.get("error")),
        )
        yield Finding("socket", False, said)


def _clock(told: str, words: Words) -> Finding:
    try:
        off = abs((parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return Finding("clock", True, words("could not be compared: Slack did not tell the time"))
    if off < CLOCK_MAY_BE_OFF:
        return Finding("clock", True, words("agrees with Slack's"))
    said = words("is {seconds} s off; switch time synchronisation on", seconds=f"{off:.0f}")
    return Finding("clock", False, said)


def _channels(client: WebClient, agreement: Agreement, words: Words) -> Iterator[Finding]:
    ours = {f"#{channel['name']}" for channel in roster.channels(client) if channel.get("is_member")}
    wanted = [channel.name for channel in agreement.every_channel()]
    outside = [name for name in wanted if name not in ours]
    for name in outside:
        said = words("we are not in {channel}; write there: /invite @Supercargo", channel=name)
        yield Finding("channels", False, said)
    if not outside:
        yield Finding("channels", True, words("we are in all of the agreement's"))


def _people(client: WebClient, agreement: Agreement, words: Words) -> Iterator[Finding]:
    found = [people.member_of(account, agreement) for account in roster.accounts(client) if not account.get("deleted")]
    strangers = [member for member in agreement.members if member not in found]
    for member in strangers:
        said = words(
            "no Slack account has the e-mail address of {who} ({email})",
            who=member.id,
            email=member.email or phrase("there is none"),
        )
        yield Finding("people", False, said)
    if not strangers:
        yield Finding("people", True, words("everybody in the agreement has a Slack account"))


def _wanted_scopes() -> set[str]:
    manifest: dict[str, Any] = YAML(typ="safe").load(MANIFEST)
    return set(manifest["oauth_config"]["scopes"]["bot"])


def _fonts(words: Words) -> Finding:
    """Chinese in pictures needs a font that has it; Slack itself draws its own text."""
    lister = shutil.which("fc-list")
    found = lister is not None and subprocess.run([lister, ":lang=zh"], capture_output=True, check=False).stdout  # noqa: S603
    if found:
        return Finding("fonts", True, words("a Chinese font is here"))
    said = words("no Chinese font; install one, such as fonts-noto-cjk, for pictures of Chinese text")
    return Finding("fonts", False, said)
