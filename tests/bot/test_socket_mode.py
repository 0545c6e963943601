"""The socket: what is in hand is answered before it closes, and a silent one is replaced without leaving anything."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from slack_bolt import App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot import demo, socket_mode
from bot.settings import read_agreement
from bot.socket_mode import Socket
from department.agreement import Agreement
from playground import LocalSlack, SharedClock


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    agreement = read_agreement(demo.AGREEMENT)
    assert isinstance(agreement, Agreement)
    local = LocalSlack(demo.MANIFEST, demo.workspace_of(agreement), SharedClock())
    local.start()
    yield local
    local.stop()


def bolt(slack: LocalSlack, answer: Callable[[], None]) -> App:
    app = App(
        client=WebClient(base_url=slack.api_url, retry_handlers=[]),
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T1", bot_token=slack.bot_token),
        process_before_response=True,
        token_verification_enabled=False,
    )

    @app.command("/supercargo")
    def command() -> BoltResponse:
        answer()
        return BoltResponse(status=200)

    return app


def test_what_is_in_hand_is_answered_before_the_socket_closes(slack: LocalSlack) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def answer() -> None:
        begun.set()
        may_end.wait(10)

    socket = Socket(bolt(slack, answer), slack.app_token)
    socket.start()
    slack.sockets.wait_for(1)
    asking = threading.Thread(target=lambda: slack.person("he.rui").command("/supercargo", channel="#export-dept"))
    asking.start()
    assert begun.wait(10)
    stopping = threading.Thread(target=socket.stop)
    stopping.start()
    assert len(slack.sockets) == 1
    may_end.set()
    stopping.join(20)
    asking.join(20)
    assert slack.deliveries[-1].status == 200
    assert not socket.is_alive()


@contextmanager
def watched(socket: Socket, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Semaphore]:
    """The socket at work, looked after often; what is given counts how often it has tried to connect."""
    tried, connect = threading.Semaphore(0), socket._connect

    def counted() -> None:
        try:
            connect()
        finally:
            tried.release()

    monkeypatch.setattr(socket_mode, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(socket, "_connect", counted)
    socket.start()
    try:
        yield tried
    finally:
        socket.stop()


def test_a_silent_socket_is_not_alive_and_is_replaced(slack: LocalSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    socket = Socket(bolt(slack, lambda: None), slack.app_token)
    with watched(socket, monkeypatch) as tried:
        assert tried.acquire(timeout=10)
        first = socket._handler
        assert first is not None
        assert socket.is_alive()
        monkeypatch.setattr(first, "silence", lambda: 61.0)
        assert tried.acquire(timeout=10)
        assert socket._handler is not first
        slack.sockets.wait_for(1)
        assert socket.is_alive()


def test_a_clock_that_is_put_back_hides_no_silence(slack: LocalSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    socket = Socket(bolt(slack, lambda: None), slack.app_token)
    with watched(socket, monkeypatch) as tried:
        assert tried.acquire(timeout=10)
        first = socket._handler
        assert first is not None
        assert first.silence() < 60
        a_minute_later = first._heard_at + 60
        monkeypatch.setattr(socket_mode, "time", SimpleNamespace(monotonic=lambda: a_minute_later, time=lambda: 0.0))
        assert first.silence() == 60


def test_while_slack_is_away_trying_again_leaves_no_threads_behind(
    slack: LocalSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.fault("apps.connections.open", error="internal_error", times=1000)
    before = set(threading.enumerate())
    socket = Socket(bolt(slack, lambda: None), slack.app_token)
    with watched(socket, monkeypatch) as tried:
        for _ in range(3):
            assert tried.acquire(timeout=20)
        assert not socket.is_alive()
    assert set(threading.enumerate()) <= before
