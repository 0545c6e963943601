"""Takes the outbox to Slack: every message once, in order for each channel, urgent ones first, at Slack's pace.

Slack knows no idempotency key, so each message carries the opaque key of its row in its metadata. When nobody can
tell whether a request was carried out, the message is looked up by that key before it is posted again.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any, Final
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.views.blockkit import Payload
from storage import outbox, people
from storage.outbox import Letter
from storage.store import Store, Unavailable

log = logging.getLogger(__name__)

METADATA: Final = "supercargo_message"

A_SECOND: Final = timedelta(seconds=1)
"""Slack takes one message a second for each channel (https://docs.slack.dev/apis/web-api/rate-limits)."""

AT_ONCE: Final = 8
ATTEMPTS: Final = 8
LONGEST_PAUSE: Final = timedelta(minutes=10)
NOT_TOLD_HOW_LONG: Final = 30
"""Seconds to wait after a 429 whose Retry-After is missing or no number."""

NOBODY_THERE: Final = timedelta(hours=24)
"""How long a message waits for its receiver to appear in Slack."""

LOOKED_UP: Final = 100
"""Messages read in one look-up; the window is narrow, so this is more than a channel takes in it."""

MAYBE_DONE: Final = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
"""Errors after which Slack may have carried out the request all the same ("some aspect of the operation succeeded")."""

DELETED: Final = {"message_not_found", "cant_update_message", "edit_window_closed"}

NOT_SENT: Final = (ConnectionRefusedError, socket.gaierror)
"""Failures before the first byte of the request was written."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a letter goes: a channel id, and for an ephemeral message the user."""

    channel: str
    user: str = ""


class Undeliverable(Exception):
    """The letter has no place to go at present."""


class Courier:
    """Delivers. `render_card` gives the card of a record as it stands now; `at` is told each step, for crash tests."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        client: WebClient,
        render_card: Callable[[Session, str, str, int], Payload | None],
        at: Callable[[str], None] = lambda step: None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.client = client
        self.render_card = render_card
        self.at = at
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{id(self):x}"
        self._closed: dict[str, datetime] = {}
        self._repeats: list[tuple[str, str]] = []
        self._work = threading.Event()
        self._delivering = threading.Lock()

    def run(self, stop: threading.Event) -> None:
        """Deliver until `stop` is set: at once when something was committed, and every second anyway."""
        while not stop.is_set():
            try:
                self.deliver()
            except Unavailable:
                log.warning("the database cannot be read; messages wait")
            except Exception:
                log.exception("delivery failed and goes on")
            self._work.wait(timeout=1)
            self._work.clear()

    def wake(self) -> None:
        """Something was committed."""
        self._work.set()

    def deliver(self) -> int:
        """Deliver everything that may go out now; returns how many letters were tried. Raises `Unavailable`."""
        tried = 0
        with self._delivering:
            self._delete_repeats()
            while letters := self._claim():
                self.at("claimed")
                for letter in letters:
                    self._deliver(letter)
                tried += len(letters)
        return tried

    def next_due(self) -> datetime | None:
        """The next moment (UTC) at which something may go out."""
        with self.store.reading() as session:
            return outbox.next_due(session, self.clock.now(), self._closed)

    def heard(self, workspace: str, event: dict[str, Any]) -> None:
        """One of our own messages came in as an event: it is there, and a second copy of it is deleted."""
        metadata = event.get("metadata") or {}
        if metadata.get("event_type") != METADATA:
            return
        key = metadata["event_payload"]["k"]
        with self.store.transaction() as session:
            if event.get("bot_id") != people.own_bot_id(session, workspace):
                return
            if outbox.heard(session, workspace, key, event["channel"], event["ts"], self.clock.now()):
                self._repeats.append((event["channel"], event["ts"]))
        self.wake()

    def _claim(self) -> list[Letter]:
        now = self.clock.now()
        self._closed = {address: until for address, until in self._closed.items() if until > now}
        with self.store.transaction() as session:
            return outbox.claim(session, self.owner, now, AT_ONCE, self._closed)

    def _deliver(self, letter: Letter) -> None:
        if self.clock.now() + outbox.REQUEST + A_SECOND > letter.lease_until:
            return  # too late to be sure that nobody else takes it meanwhile; its lease will end
        try:
            place = self._place(letter)
            if letter.in_doubt and self._found(letter, place):
                return
            self._send(letter, place)
        except Undeliverable as error:
            self._nobody_there(letter, str(error))
        except SlackApiError as error:
            self._refused(letter, error)
        except (OSError, HTTPException) as error:
            reason = error.reason if isinstance(error, URLError) else error
            if isinstance(reason, NOT_SENT) or isinstance(error, NOT_SENT):
                self._try_again(letter, f"Slack cannot be reached: {type(reason).__name__}")
            else:
                self._in_doubt(letter, f"no answer: {type(reason).__name__}")

    def _send(self, letter: Letter, place: Place) -> None:
        payload = self._payload(letter)
        if payload is None:
            self._settle(lambda session: outbox.die(session, letter, self.owner, "its record does not exist"))
            return
        self.at("before_post")
        if letter.kind == "ephemeral":
            self.client.chat_postEphemeral(
                channel=place.channel, user=place.user, thread_ts=letter.thread_ts, **payload
            )
            channel, ts = place.channel, ""
        elif letter.ts is not None and letter.channel is not None:
            self.client.chat_update(channel=letter.channel, ts=letter.ts, **payload)
            channel, ts = letter.channel, letter.ts
        else:
            answer = self.client.chat_postMessage(
                channel=place.channel,
                thread_ts=letter.thread_ts,
                metadata={"event_type": METADATA, "event_payload": {"k": letter.key}},
                unfurl_links=False,
                unfurl_media=False,
                **payload,
            )
            channel, ts = str(answer["channel"]), str(answer["ts"])
        self.at("after_post")
        now = self.clock.now()
        self._closed[letter.address] = now + A_SECOND
        self._settle(lambda session: outbox.sent(session, letter, self.owner, channel, ts, now))

    def _payload(self, letter: Letter) -> dict[str, Any] | None:
        """What to send: frozen when it was decided, or, for a card, as its record stands at this moment."""
        if letter.kind != "card":
            return letter.payload
        with self.store.reading() as session:
            payload = self.render_card(session, letter.workspace, letter.subject, letter.number)
        return None if payload is None else payload.as_json()

    def _place(self, letter: Letter) -> Place:
        if letter.kind == "ephemeral":
            channel, _, user = letter.address.partition(":")
            return Place(channel, user)
        if letter.thread_channel is not None:
            return Place(letter.thread_channel)
        if letter.address.startswith("@"):
            return Place(self._direct_conversation(letter.workspace, letter.address.removeprefix("@")))
        with self.store.reading() as session:
            channel_id = people.channel_id(session, letter.workspace, letter.address)
        if channel_id is None:
            raise Undeliverable(f"there is no channel {letter.address} that the bot can see; invite the bot to it")
        return Place(channel_id)

    def _direct_conversation(self, workspace: str, member: str) -> str:
        with self.store.reading() as session:
            person = people.by_member(session, workspace, member)
        if person is None or not person.active:
            raise Undeliverable(f"{member} has no Slack account with the agreement's e-mail address")
        if person.dm_channel:
            return person.dm_channel
        channel = str(self.client.conversations_open(users=person.slack_user)["channel"]["id"])
        self._settle(lambda session: people.keep_dm_channel(session, workspace, person.slack_user, channel))
        return channel

    def _found(self, letter: Letter, place: Place) -> bool:
        """Look the message up by its key. True when it was there and needs no posting."""
        if letter.ts is not None or letter.kind == "ephemeral":
            return False
        oldest = str((letter.first_intent_at - A_SECOND * 60).timestamp())
        if letter.thread_ts is not None:
            read = self.client.conversations_replies(
                channel=place.channel, ts=letter.thread_ts, oldest=oldest, limit=LOOKED_UP, include_all_metadata=True
            )
        else:
            read = self.client.conversations_history(
                channel=place.channel, oldest=oldest, limit=LOOKED_UP, include_all_metadata=True
            )
        copies = sorted(
            message["ts"]
            for message in read["messages"]
            if (message.get("metadata") or {}).get("event_payload", {}).get("k") == letter.key
        )
        if not copies:
            return False
        now = self.clock.now()
        self._settle(lambda session: outbox.sent(session, letter, self.owner, place.channel, copies[0], now))
        self._repeats += [(place.channel, ts) for ts in copies[1:]]
        return True

    def _refused(self, letter: Letter, error: SlackApiError) -> None:
        name = str(error.response.get("error", "")) if hasattr(error.response, "get") else ""
        status = getattr(error.response, "status_code", 200)
        now = self.clock.now()
        if status == 429 or name in ("ratelimited", "rate_limited"):
            until = now + timedelta(seconds=_retry_after(error))
            self._closed[letter.address] = until
            self._settle(lambda session: outbox.hold(session, letter, self.owner, until))
        elif name in DELETED and letter.ts is not None:
            self._settle(lambda session: outbox.gone(session, letter, self.owner))
        elif status >= 500 or not name.isidentifier() or name in MAYBE_DONE:
            self._in_doubt(letter, f"Slack answered {name or status}"[:200])
        else:
            self._settle(lambda session: outbox.die(session, letter, self.owner, f"Slack refused: {name}"))
            log.error("a message for %s was refused by Slack: %s", letter.address, name)

    def _in_doubt(self, letter: Letter, reason: str) -> None:
        """It may be there. Updating a card twice does no harm; an ephemeral message cannot be looked up."""
        now = self.clock.now()
        if letter.kind == "ephemeral":
            self._settle(lambda session: outbox.sent(session, letter, self.owner, "", "", now))
        elif letter.ts is not None:
            self._try_again(letter, reason)
        elif letter.attempt >= ATTEMPTS:
            self._settle(lambda session: outbox.die(session, letter, self.owner, reason))
            log.error("nobody can tell whether a message for %s was posted: %s", letter.address, reason)
        else:
            until = now + outbox.SETTLE + _pause(letter.attempt - 1)
            self._settle(lambda session: outbox.unknown(session, letter, self.owner, until, reason))

    def _try_again(self, letter: Letter, reason: str) -> None:
        if letter.attempt >= ATTEMPTS:
            self._settle(lambda session: outbox.die(session, letter, self.owner, reason))
            log.error("a message for %s could not be delivered: %s", letter.address, reason)
        else:
            until = self.clock.now() + _pause(letter.attempt)
            self._settle(lambda session: outbox.again(session, letter, self.owner, until, reason))

    def _nobody_there(self, letter: Letter, reason: str) -> None:
        now = self.clock.now()
        if now - letter.created_at > NOBODY_THERE:
            self._settle(lambda session: outbox.die(session, letter, self.owner, reason))
            log.error("%s", reason)
        else:
            until = now + _pause(letter.attempt)
            self._settle(lambda session: outbox.again(session, letter, self.owner, until, reason))

    def _delete_repeats(self) -> None:
        while self._repeats:
            channel, ts = self._repeats.pop()
            try:
                self.client.chat_delete(channel=channel, ts=ts)
            except (SlackApiError, OSError) as error:
                log.warning("a second copy of a message could not be deleted: %s", type(error).__name__)

    def _settle(self, write: Callable[[Session], None]) -> None:
        self.at("before_mark")
        with self.store.transaction() as session:
            write(session)


def _pause(attempt: int) -> timedelta:
    """Twice as long after each attempt, up to ten minutes."""
    return min(timedelta(seconds=2 ** max(attempt, 0)), LONGEST_PAUSE)


def _retry_after(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", {}) or {}
    said = str(headers.get("Retry-After") or headers.get("retry-after") or "")
    return float(said) if said.isascii() and said.isdigit() else NOT_TOLD_HOW_LONG
