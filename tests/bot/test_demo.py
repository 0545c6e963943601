"""The demonstration ends and goes on, empty or with its past, in either language."""

from __future__ import annotations

import json
import re
import socket
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import click
import pytest

from bot.demo import demonstration


def test_a_kept_demonstration_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with demonstration(keep=tmp_path, empty=True) as slack:
        wu = slack.person("wu.mengjie")
        wu.command("/complaint", channel="#export-orders")
        wu.fill(customer="Nordhaus", category="quality", severity="S2", what_happened="Lids do not fit.")
        wu.submit()
        slack.advance(slack.clock.now() + timedelta(minutes=1))
        card = slack.channel("#export-complaints").last()
        stopped = slack.clock.now()
    with demonstration(keep=tmp_path) as slack:
        with pytest.raises(click.ClickException, match="still running"), demonstration(keep=tmp_path):
            pass
        assert slack.clock.now() >= stopped
        found = slack.channel("#export-complaints").last()
        assert (found.ts, found.all_text()) == (card.ts, card.all_text())
        slack.person("he.rui").click(found, "complaint.acknowledge")
        slack.advance(slack.clock.now() + timedelta(minutes=1))
        assert "in work" in slack.channel("#export-complaints").last().all_text()
        assert [view.type for view in slack.workspace.all_views()] == []


def test_it_opens_as_somebody_who_reads_the_visitors_language(tmp_path: Path) -> None:
    with demonstration(empty=True, lang="zh") as slack:
        state = json.load(urlopen(f"{slack.url}/page/state"))  # noqa: S310 (our own)
        me = next(person for person in state["people"] if person["id"] == state["me"])
        assert (me["handle"], me["locale"], state["opens_in"], state["read_in"]) == (
            "zhou.hang",
            "zh-CN",
            "export-complaints",
            "zh",
        )
        assert state["stories"][0]["steps"]
        coming = urlopen(f"{slack.url}/page/coming").read().decode()  # noqa: S310 (our own)
        assert not re.search("[CT]-[0-9]|HC26-", coming)  # only what the agreement brings round
        assert not any(channel["begun"] for channel in state["channels"])


@pytest.mark.parametrize("holds", ["", "{", "[]", '{"now": "2026-10-01T08:00:00+00:00"}'])
def test_a_file_that_is_no_demonstration_is_left_alone(tmp_path: Path, holds: str) -> None:
    kept = tmp_path / "slack.json"
    kept.write_text(holds)
    with pytest.raises(click.ClickException, match="does not hold a workspace"), demonstration(keep=tmp_path):
        pass
    assert kept.read_text() == holds


def test_a_database_without_its_workspace_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "supercargo.db").touch()
    with pytest.raises(click.ClickException, match=r"no slack\.json"), demonstration(keep=tmp_path):
        pass


def test_a_taken_port_is_said_in_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(click.ClickException, match=f"port {port} is taken.*--port 0"), demonstration(port=port):
            pass


def test_it_opens_with_a_month_that_people_have_lived_and_read() -> None:
    with demonstration() as slack:
        for name in ("dept", "orders", "complaints", "emergency", "praise"):
            assert len(slack.channel(f"#export-{name}").messages) > 5
        talk = [message for message in slack.channel("#export-dept").messages if not message.from_app]
        assert len(talk) > 20
        assert any(message.reactions for message in talk)
        assert any(re.search("[\u4e00-\u9fff]", message.text) for message in talk)
        assert any(message.text.isascii() for message in talk)
        state = json.load(urlopen(f"{slack.url}/page/state"))  # noqa: S310 (our own)
        assert all(channel["unread"] < 30 for channel in state["channels"])
        directly = [channel for channel in state["channels"] if channel["kind"] == "im"]
        assert len(directly) > 1
