"""`supercargo serve` as a process of its own: it starts, does its work over either way in, and stops in order."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from socket import create_server, socket
from typing import NoReturn

import pytest
from sqlalchemy import update

from bot import demo, doctor
from bot.doctor import Finding, examine
from bot.serve import WORKS_WITHIN, Service
from bot.settings import read_agreement
from bot.views.wording import Words
from department.agreement import Agreement
from playground import LocalSlack, Persona, SharedClock
from storage import deadlines, outbox
from storage.outbox import Message
from storage.schema import outbox as letters
from storage.store import Store, Unavailable


class Running:
    """The process, and the lines it logs."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port

    def wait_for(self, words: str) -> None:
        """Read what is logged until `words` are in it; the process ending first is a failure."""
        assert self.process.stderr is not None
        said = ""
        for line in self.process.stderr:
            said += line
            if words in line:
                return
        raise AssertionError(said)

    def ready(self) -> tuple[int, str]:
        """What its health page says."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as client:
            client.request("GET", "/readyz")
            answer = client.getresponse()
            return answer.status, answer.read().decode()


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    agreement = read_agreement(demo.AGREEMENT)
    assert isinstance(agreement, Agreement)
    local = LocalSlack(demo.MANIFEST, demo.workspace_of(agreement), SharedClock())
    local.start()
    yield local
    local.stop()


@pytest.fixture
def environment(slack: LocalSlack, sqlite_template: Path, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "supercargo.db").write_bytes(sqlite_template.read_bytes())
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "SUPERCARGO_"))},
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "SUPERCARGO_DATABASE": f"sqlite:///{tmp_path / 'supercargo.db'}",
        "SUPERCARGO_AGREEMENT": str(demo.AGREEMENT),
    }


@contextmanager
def running(way: str, environment: dict[str, str]) -> Iterator[Running]:
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", "from bot.cli import main; main()", "serve", way],
        env={**environment, "SUPERCARGO_PORT": str(port)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Running(process, port)
    finally:
        process.kill()
        process.communicate()


def _free_port() -> int:
    with create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def told_to_stop_with_work_in_hand(
    supercargo: Running, slack: LocalSlack, database: str, *, posting: float, opening: float
) -> None:
    """SIGTERM comes while a form is being opened and a message is on its way: both are finished."""
    message_on_its_way(slack, seconds=posting)
    slack.fault("views.open", delay=opening)
    person = slack.person("chen.yuqing")
    asking = threading.Thread(target=lambda: person.command("/complaint", channel="#export-dept"))
    asking.start()
    until(lambda: bool(slack.calls("views.open")), "a form is being opened")
    supercargo.process.send_signal(signal.SIGTERM)
    assert supercargo.process.wait(timeout=20) == 0
    asking.join(timeout=10)
    assert next(sent for sent in reversed(slack.deliveries) if sent.kind == "slash_commands").status == 200
    store = Store(database)
    with store.reading() as session:
        assert "sending" not in outbox.counts(session)
    store.dispose()


def message_on_its_way(slack: LocalSlack, *, seconds: float) -> None:
    """A message is being posted, which takes Slack so long."""
    person = slack.person("chen.yuqing")
    until(lambda: "成员名单" not in said(person, "/complaint list"), "it knows who is who")
    slack.fault("chat.postMessage", delay=seconds)
    said(person, "/task @jiang.bo send the PI by Friday 5pm")
    until(lambda: bool(slack.calls("chat.postMessage")), "a message is on its way")


def said(person: Persona, command: str) -> str:
    seen = person.command(command, channel="#export-dept")
    return seen.all_text() if seen else ""


def is_listening(port: int) -> bool:
    with socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def until(done: Callable[[], bool], what: str) -> None:
    enough = time.monotonic() + 20
    while not done():
        assert time.monotonic() < enough, f"not yet: {what}"


def test_over_http_it_answers_people_and_stops_at_a_signal(slack: LocalSlack, environment: dict[str, str]) -> None:
    with running("--http", environment) as supercargo:
        supercargo.wait_for("listening on")
        assert supercargo.ready() == (200, "database: ok\ncourier: ok\nticks: ok")
        slack.deliver_to(f"http://127.0.0.1:{supercargo.port}/slack/events")
        slack.person("chen.yuqing").command("/supercargo", channel="#export-dept")
        assert slack.deliveries[-1].status == 200
        told_to_stop_with_work_in_hand(supercargo, slack, environment["SUPERCARGO_DATABASE"], posting=1.5, opening=0.5)


def test_a_second_signal_does_not_wait_for_the_work_in_hand(slack: LocalSlack, environment: dict[str, str]) -> None:
    with running("--http", environment) as supercargo:
        supercargo.wait_for("listening on")
        slack.deliver_to(f"http://127.0.0.1:{supercargo.port}/slack/events")
        message_on_its_way(slack, seconds=5)
        supercargo.process.send_signal(signal.SIGTERM)
        until(lambda: not is_listening(supercargo.port), "it stops")
        supercargo.process.send_signal(signal.SIGTERM)
        assert supercargo.process.wait(timeout=20) == -signal.SIGTERM


def test_over_a_socket_it_answers_people_and_its_health_port_takes_nothing(
    slack: LocalSlack, environment: dict[str, str]
) -> None:
    with running("--socket", environment) as supercargo:
        supercargo.wait_for("connecting to Slack")
        slack.sockets.wait_for(1)
        slack.person("chen.yuqing").command("/supercargo", channel="#export-dept")
        assert slack.deliveries[-1].status == 200
        assert supercargo.ready() == (200, "database: ok\ncourier: ok\nticks: ok\nsocket: ok")
        with closing(HTTPConnection("127.0.0.1", supercargo.port, timeout=10)) as client:
            client.request("POST", "/slack/events", "{}")
            assert client.getresponse().status == 404
        told_to_stop_with_work_in_hand(supercargo, slack, environment["SUPERCARGO_DATABASE"], posting=0.5, opening=1.5)


def test_told_to_stop_it_takes_no_more_over_the_socket_while_it_finishes_what_is_in_hand(
    slack: LocalSlack, environment: dict[str, str]
) -> None:
    with running("--socket", environment) as supercargo:
        supercargo.wait_for("connecting to Slack")
        slack.sockets.wait_for(1)
        message_on_its_way(slack, seconds=3)
        supercargo.process.send_signal(signal.SIGTERM)
        until(lambda: len(slack.sockets) == 0, "the socket is closed")
        assert supercargo.process.poll() is None
        assert supercargo.process.wait(timeout=20) == 0


def test_a_second_process_on_the_same_sqlite_file_is_turned_away(environment: dict[str, str]) -> None:
    with running("--http", environment) as first:
        first.wait_for("listening on")
        with running("--http", environment) as second:
            second.wait_for("is in use by another Supercargo")
            assert second.process.wait(timeout=10) == 1


def test_a_port_that_is_taken_is_told_in_one_line(environment: dict[str, str]) -> None:
    with running("--http", environment) as supercargo, create_server(("127.0.0.1", supercargo.port)):
        supercargo.wait_for("look at SUPERCARGO_HOST and SUPERCARGO_PORT")
        assert supercargo.process.wait(timeout=10) == 1


def examined(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, Finding]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return {finding.what: finding for finding in examine(Words(("en",), "UTC"))}


def test_the_doctor_finds_everything_well_in_a_workspace_that_is(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = examined(environment, monkeypatch)
    found.pop("fonts")  # whether a machine has them is not ours to say
    assert [finding for finding in found.values() if not finding.good] == []
    assert set(found) >= {
        "settings",
        "agreement",
        "database",
        "outbox",
        "slack",
        "clock",
        "socket",
        "scopes",
        "channels",
        "people",
    }


def test_the_doctor_tells_that_neither_way_of_serving_is_set_up(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    half = examined({**environment, "SLACK_APP_TOKEN": ""}, monkeypatch)["settings"]
    assert (half.good, half.said) == (True, "complete for serve --http")
    chinese = Words(("zh",), "UTC")
    assert next(doctor.line(finding, chinese) for finding in examine(chinese)) == "正常 设置：可以运行 serve --http"
    neither = examined({**environment, "SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": ""}, monkeypatch)["settings"]
    assert not neither.good


def test_the_doctor_names_who_and_what_is_missing_in_slack(
    slack: LocalSlack, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.user_change("he.rui", email="somebody@else.example")
    channel = slack.workspace.channel("#export-praise")
    channel.members.clear()
    found = examined(environment, monkeypatch)
    assert "/invite @Supercargo" in found["channels"].said
    assert "#export-praise" in found["channels"].said
    assert "he.rui (he@haichu.example)" in found["people"].said


def test_the_doctor_says_of_everything_else_that_is_wrong_what_to_do(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    agreement, manifest, database = tmp_path / "agreement.yaml", tmp_path / "app.yaml", tmp_path / "supercargo.db"
    agreement.write_text(
        demo.AGREEMENT.read_text(encoding="utf-8").replace("deputy: zhou.hang", "deputy: nobody"), "utf-8"
    )
    manifest.write_text(
        doctor.MANIFEST.read_text(encoding="utf-8").replace("chat:write ", "chat:write.public"), "utf-8"
    )
    store = Store(environment["SUPERCARGO_DATABASE"])
    with store.transaction() as session:
        letter = Message(workspace="T1", address="#export-dept", payload={}, urgency=2, subject="", number=0)
        outbox.post(session, [letter], datetime(2026, 10, 12, tzinfo=UTC))
        session.execute(update(letters).values(state="dead", reason="is_archived"))
    store.dispose()
    monkeypatch.setattr(doctor, "MANIFEST", manifest)
    monkeypatch.setattr(doctor, "CLOCK_MAY_BE_OFF", -1)
    found = examined({**environment, "SUPERCARGO_AGREEMENT": str(agreement)}, monkeypatch)
    told = {what: finding.said for what, finding in found.items() if not finding.good}
    assert "there is no member 'nobody'" in told["agreement"]
    assert told["scopes"] == "missing chat:write.public; update the app from app.yaml and install it again"
    assert "switch time synchronisation on" in told["clock"]
    assert "#export-dept could not be delivered: is_archived; see: supercargo outbox list" in told["outbox"]
    database.unlink()
    assert examined(environment, monkeypatch)["migrations"].said == "not up to date; run: supercargo db upgrade"


def test_the_doctor_tells_of_a_wrong_token_and_of_a_slack_that_is_away(
    slack: LocalSlack, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "invalid_auth" in examined({**environment, "SLACK_BOT_TOKEN": "xoxb-local-0"}, monkeypatch)["slack"].said
    socket = examined({**environment, "SLACK_APP_TOKEN": "xapp-local-0"}, monkeypatch)["socket"]
    assert (socket.good, "invalid_auth" in socket.said) == (False, True)
    away = {**environment, "SLACK_API_URL": f"http://127.0.0.1:{_free_port()}/api/"}
    assert "cannot be reached" in examined(away, monkeypatch)["slack"].said


@pytest.fixture
def service(slack: LocalSlack, sqlite_template: Path, tmp_path: Path) -> Service:
    shutil.copy(sqlite_template, tmp_path / "supercargo.db")
    agreement = read_agreement(demo.AGREEMENT)
    assert isinstance(agreement, Agreement)
    return Service(demo.settings_for(slack, f"sqlite:///{tmp_path}/supercargo.db"), agreement)


def test_it_is_not_ready_without_its_database_nor_once_it_has_stopped(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.start()
    try:
        with monkeypatch.context() as patch:
            patch.setattr(service.supercargo.store, "transaction", gone)
            assert service.ready()["database"] is False
    finally:
        service.stop()
    service.supercargo.desk.fired_at = service.supercargo.courier.worked_at = time.monotonic()
    assert service.ready() == {"database": True, "courier": False, "ticks": False}
    service.supercargo.store.dispose()


def gone() -> NoReturn:
    raise Unavailable("OperationalError")


def test_it_is_not_ready_while_what_is_due_cannot_be_done(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.start()
    try:
        assert service.ready() == {"database": True, "courier": True, "ticks": True}
        monkeypatch.setattr(deadlines, "due", lambda *about: 1 / 0)
        monkeypatch.setattr(outbox, "has_work", lambda *about: 1 / 0)
        for _ in range(100):  # a look that had begun before may still end well
            service.supercargo.desk.fired_at -= WORKS_WITHIN + 1
            service.supercargo.courier.worked_at -= WORKS_WITHIN + 1
            if service.ready() == {"database": True, "courier": False, "ticks": False}:
                break
        else:
            pytest.fail("it goes on saying that it is ready")
    finally:
        service.stop()
