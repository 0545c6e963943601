"""The door: nothing is parsed that Slack did not sign just now, and what was refused leaves no trace of its content."""

from __future__ import annotations

import io
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from socket import create_connection
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier

from bot import demo, handlers
from bot.app import build
from bot.clock import SystemClock
from bot.door import LARGEST_BODY, Door, Health
from bot.http_server import HttpServer
from bot.settings import Settings, read_agreement
from department.agreement import Agreement

SECRET = "signing-secret"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
CANARY = b'{"type": "event_callback", "event": {"type": "message", "text": "canary"}}'
CHALLENGE = b'{"type": "url_verification", "challenge": "3eZbrw"}'

Answer = tuple[int, bytes]
Post = Callable[..., Answer]


@pytest.fixture(scope="module")
def door(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    database = tmp_path_factory.mktemp("door") / "supercargo.db"
    database.write_bytes(sqlite_template.read_bytes())
    agreement = read_agreement(demo.AGREEMENT)
    assert isinstance(agreement, Agreement)
    local = {"SLACK_BOT_TOKEN": "xoxb-local-1", "SLACK_API_URL": "http://127.0.0.1:9/api/"}
    found = Settings.model_validate({**local, "SUPERCARGO_DATABASE": f"sqlite:///{database}"})
    bot = build(found, agreement, SystemClock())
    yield Door(bot, SECRET, lambda: {"database": True})
    bot.store.dispose()


def now(seconds_ago: int = 0) -> str:
    return str(int(time.time()) - seconds_ago)


def signature(body: bytes, timestamp: str, secret: str = SECRET) -> str:
    signed = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    assert signed is not None
    return signed


def post(door: Door, body: bytes, headers: Mapping[str, str], content_type: str = JSON) -> Answer:
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/slack/events",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **headers,
    }
    return ask(door, environ)


def ask(application: Door | Health, environ: dict[str, Any]) -> Answer:
    statuses: list[str] = []
    said = b"".join(application(environ, lambda status, headers: statuses.append(status)))
    return int(statuses[-1][:3]), said


def signed(body: bytes, timestamp: str | None = None, secret: str = SECRET) -> dict[str, str]:
    timestamp = timestamp or now()
    return {
        "HTTP_X_SLACK_REQUEST_TIMESTAMP": timestamp,
        "HTTP_X_SLACK_SIGNATURE": signature(body, timestamp, secret),
    }


def get(application: Door | Health, path: str) -> Answer:
    return ask(application, {"REQUEST_METHOD": "GET", "PATH_INFO": path})


def test_what_slack_signed_just_now_is_answered(door: Door) -> None:
    assert post(door, CHALLENGE, signed(CHALLENGE)) == (200, b'{"challenge": "3eZbrw"}')


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="none"),
        pytest.param({"HTTP_X_SLACK_REQUEST_TIMESTAMP": now()}, id="no signature"),
        pytest.param({"HTTP_X_SLACK_SIGNATURE": "v0=0"}, id="no timestamp"),
        pytest.param({**signed(CANARY), "HTTP_X_SLACK_SIGNATURE": ""}, id="empty signature"),
        pytest.param(signed(CANARY, secret="another"), id="another secret"),
        pytest.param(signed(CANARY + b" "), id="another body"),
        pytest.param(signed(CANARY, now(301)), id="stale"),
        pytest.param(signed(CANARY, now(-900)), id="from the future"),
        pytest.param(signed(CANARY, "abc"), id="timestamp in words"),
        pytest.param(signed(CANARY, "-1"), id="negative timestamp"),
        pytest.param(signed(CANARY, "1" * 5000), id="timestamp of 5,000 digits"),
        pytest.param(signed(CANARY, "١٧٩٠٠٠٠٠٠٠"), id="timestamp in other digits"),
        pytest.param({**signed(CANARY), "HTTP_X_SLACK_SIGNATURE": "v0=ü"}, id="signature outside ASCII"),
    ],
)
def test_anything_else_is_refused_and_nothing_of_it_is_logged(
    door: Door, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert post(door, CANARY, headers) == (401, b"")
    assert "canary" not in caplog.text
    assert "refused" in caplog.text


def test_bytes_that_are_no_text_are_refused_even_with_a_signature(door: Door) -> None:
    assert post(door, b"\xff\xfe", {**signed(b""), "HTTP_X_SLACK_REQUEST_TIMESTAMP": now()})[0] == 401


@pytest.mark.parametrize("length", [str(LARGEST_BODY + 1), "9" * 5000])
def test_a_body_beyond_a_megabyte_is_not_even_read(door: Door, length: str) -> None:
    assert post(door, CHALLENGE, {**signed(CHALLENGE), "CONTENT_LENGTH": length})[0] == 413


def test_a_length_that_is_no_number_is_refused(door: Door) -> None:
    assert post(door, CHALLENGE, {**signed(CHALLENGE), "CONTENT_LENGTH": "many"})[0] == 400


NAMES = [
    *("type", "event", "team_id", "user", "channel", "team", "actions", "view", "command", "callback_id", "action_id"),
    *("trigger_id", "user_id", "channel_id", "text", "response_url", "message", "payload", "state", "value", "item"),
    *("container", "block_id", "ssl_check", "event_id", "is_enterprise_install", "authorizations"),
]
WORDS = [
    *("event_callback", "block_actions", "view_submission", "view_closed", "block_suggestion", "shortcut"),
    *("message_action", "interactive_message", "dialog_submission", "app_rate_limited", "T1", ""),
    *handlers.COMMANDS,
    *handlers.SHORTCUTS,
    *handlers.ACTIONS,
    *handlers.VIEWS,
    *handlers.EVENTS,
]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(payload=ANYTHING, form=st.sampled_from(["json", "payload", "fields"]))
def test_signed_garbage_is_the_senders_fault_not_ours(door: Door, payload: Any, form: str) -> None:
    body = json.dumps(payload).encode()
    if form == "payload":
        body = urlencode({"payload": body}).encode()
    elif form == "fields":
        body = urlencode(payload if isinstance(payload, dict) else {"command": payload}).encode()
    status, _ = post(door, body, signed(body), JSON if form == "json" else FORM)
    assert status < 500


def test_a_closed_form_is_heard_and_a_payload_that_nobody_handles_is_refused(door: Door) -> None:
    for kind, status in (("view_closed", 200), ("dialog_cancellation", 404)):
        body = urlencode({"payload": json.dumps({"type": kind, "team": {"id": "T1"}, "user": {"id": "U1"}})}).encode()
        assert post(door, body, signed(body), FORM)[0] == status


def test_garbage_in_the_place_of_a_clicked_button_is_refused_without_a_word_of_it_in_the_log(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    body = urlencode(
        {"payload": json.dumps({"type": "block_actions", "actions": [{"action_id": ["canary"]}]})}
    ).encode()
    with caplog.at_level(logging.DEBUG):
        assert post(door, body, signed(body), FORM)[0] == 400
    assert "canary" not in caplog.text


def test_a_command_whose_answer_would_go_elsewhere_is_refused(door: Door) -> None:
    asked = {"command": "/complaint", "text": "list", "team_id": "T1", "trigger_id": "1.2", "user_id": "U1"}
    body = urlencode({**asked, "channel_id": "C1", "response_url": "https://intranet.example/x"}).encode()
    assert post(door, body, signed(body), FORM)[0] == 400


def test_the_health_pages_tell_what_is_not_ready() -> None:
    ready = {"database": True, "courier": True}
    health = Health(lambda: ready)
    assert get(health, "/livez") == (200, b"alive")
    assert get(health, "/readyz") == (200, b"database: ok\ncourier: ok")
    ready["courier"] = False
    assert get(health, "/livez")[0] == 200
    assert get(health, "/readyz") == (503, b"database: ok\ncourier: not ready")


def test_the_health_pages_alone_take_nothing_from_anybody() -> None:
    health = Health(dict)
    assert ask(health, {"REQUEST_METHOD": "POST", "PATH_INFO": "/slack/events"})[0] == 404


def test_slacks_door_has_the_health_pages_too_and_nothing_else(door: Door) -> None:
    assert get(door, "/readyz") == (200, b"database: ok")
    assert get(door, "/slack/events")[0] == 404
    assert get(door, "/")[0] == 404


def test_over_the_wire_a_body_beyond_a_megabyte_is_turned_away(door: Door) -> None:
    server = HttpServer(door, "127.0.0.1", 0, threads=1)
    serving = threading.Thread(target=server.run)
    serving.start()
    try:
        client = HTTPConnection("127.0.0.1", server.port, timeout=10)
        client.putrequest("POST", "/slack/events")
        client.putheader("Content-Length", str(2 * LARGEST_BODY))
        client.endheaders()
        answer = client.getresponse()
        assert answer.status == 413
        client.close()
    finally:
        server.stop()
        serving.join(timeout=10)
    assert not serving.is_alive()


def test_what_is_in_hand_is_answered_before_the_server_ends_and_nobody_new_is_let_in() -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        begun.set()
        may_end.wait(10)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"done"]

    server = HttpServer(slow, "127.0.0.1", 0, threads=1)
    serving = threading.Thread(target=server.run)
    serving.start()
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=10)) as client:
        client.request("GET", "/")
        assert begun.wait(10)
        server.stop()
        enough = time.monotonic() + 10
        while is_open(server.port):
            assert time.monotonic() < enough, "it still takes connections"
        serving.join(timeout=1.2)  # longer than it waits for threads that have nothing in hand
        assert serving.is_alive()
        may_end.set()
        assert client.getresponse().read() == b"done"
    serving.join(timeout=10)
    assert not serving.is_alive()


def is_open(port: int) -> bool:
    try:
        create_connection(("127.0.0.1", port), timeout=1).close()
    except (ConnectionRefusedError, ConnectionResetError):
        return False
    except TimeoutError:
        pass
    return True
