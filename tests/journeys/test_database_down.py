"""The database is locked or gone: people are asked to try again in words they read, Slack is asked to deliver events
again, and nothing is half done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from storage import store as stores
from storage.store import Deadlock, Unavailable
from tests.journeys.conftest import Department, settle
from tests.journeys.picture import deliver, posted_once, stored

AGAIN = ("请一分钟后再试", "try again in a minute")
"""Who somebody is stands in the database, so they are told in every language of the department."""


Transaction = Callable[[], AbstractContextManager[Session]]


def gone(real: Transaction) -> Transaction:
    """No connection at all."""

    def transaction() -> AbstractContextManager[Session]:
        raise Unavailable("OperationalError")

    return transaction


def lost_before_the_commit(real: Transaction) -> Transaction:
    """The connection breaks after everything was written and before it was committed."""

    @contextmanager
    def transaction() -> Iterator[Session]:
        with real() as session:
            yield session
            raise Unavailable("OperationalError")

    return transaction


Outage = Callable[[Transaction], Transaction]


@contextmanager
def without_database(department: Department, outage: Outage) -> Iterator[None]:
    """For a while nothing can be written, and the courier and the clock can do nothing either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(department.slack, "after_each", None)
        store = department.bot.store
        for way_in in ("transaction", "short_transaction", *(["reading"] if outage is gone else [])):
            patch.setattr(store, way_in, outage(getattr(store, way_in)))
        yield


@pytest.mark.parametrize("outage", [gone, lost_before_the_commit])
def test_everybody_is_asked_to_try_again_and_then_it_works(department: Department, outage: Outage) -> None:
    chen, he, wu = (department.person(who) for who in ("chen.yuqing", "he.rui", "wu.mengjie"))
    card = department.file()
    chen.command("/complaint Nordic Home: lids do not close", channel="#export-orders")
    chen.fill(category="quality", severity="S3")
    wu.command("/supercargo", channel="#export-orders")
    before = stored(department)
    with without_database(department, outage):
        said = [*chen.submit().values()]
        for seen in (
            he.click(card, "complaint.acknowledge"),
            wu.click(wu.whispers()[-1], "people.language.zh"),
            *([wu.command("/complaint list", channel="#export-orders")] if outage is gone else []),
            *([wu.command("/complaint", channel="#export-orders")] if outage is gone else []),
        ):
            assert seen is not None
            said.append(seen.all_text())
    assert all(words in each for each in said for words in AGAIN)
    assert stored(department) == before
    settle(department)
    assert [card.all_text().split(" ")[0] for card in department.cards()] == ["C-1"]

    assert chen.submit() == {}
    he.click(card, "complaint.acknowledge")
    assert [card.all_text().split(" ")[0] for card in department.cards()] == ["C-1", "C-2"]
    assert "处理中" in department.cards()[0].all_text()
    assert posted_once(department)


@pytest.mark.parametrize("outage", [gone, lost_before_the_commit])
def test_what_happened_in_a_conversation_is_delivered_again_by_slack_and_then_counts(
    department: Department, outage: Outage
) -> None:
    card = department.file()
    before = stored(department)
    with without_database(department, outage):
        department.person("chen.yuqing").reply(card, "收到")
        department.person("he.rui").react(card, "eyes")
        department.slack.user_change("zhou.hang", locale="en-GB")
        attempts = [sent for sent in department.slack.deliveries if sent.retry_num == 1]
        assert [sent.kind for sent in attempts] == ["message", "reaction_added", "user_change"]
        assert {sent.status for sent in attempts} == {503}
        assert stored_after(department, outage, before)
    department.later(minutes=2)
    assert "处理中" in department.card().all_text()
    assert sum("已接手" in said for said in department.thread()) == 1
    assert "en-GB" in str(stored(department)["people"])


def stored_after(department: Department, outage: Outage, before: object) -> bool:
    """Whether nothing was kept, as far as anybody can look."""
    return outage is gone or stored(department) == before


def test_our_own_message_coming_in_while_the_database_is_gone_is_delivered_again(department: Department) -> None:
    department.file()
    ours = next(sent for sent in department.slack.deliveries if "metadata" in sent.payload.get("event", {}))
    with without_database(department, gone):
        assert deliver(department, ours).status == 503
    assert deliver(department, ours).status == 200


def test_somebody_else_holds_the_lock_for_too_long(
    department: Department, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = department.file()
    monkeypatch.setattr(stores, "BUSY_MS", 50)
    department.bot.store.engine.dispose()
    department.slack.ack_seconds = 10
    other = create_engine(database_url, isolation_level="AUTOCOMMIT")
    he = department.person("he.rui")
    after_each, department.slack.after_each = department.slack.after_each, None
    with other.connect() as lock:
        if other.dialect.name == "sqlite":
            lock.execute(text("BEGIN IMMEDIATE"))
        else:
            lock.execute(text("BEGIN"))
            lock.execute(text("SELECT * FROM complaints FOR UPDATE"))
        seen = he.click(card, "complaint.acknowledge")
        assert seen is not None
        assert all(words in seen.all_text() for words in AGAIN)
        lock.execute(text("ROLLBACK"))
    other.dispose()
    department.slack.after_each = after_each
    assert "尚无人接手" in department.card().all_text()
    he.click(card, "complaint.acknowledge")
    assert "处理中" in department.card().all_text()


def test_a_server_that_was_restarted_between_two_clicks_is_not_even_noticed(
    department: Department, database_url: str
) -> None:
    card = department.file()
    other = create_engine(database_url, isolation_level="AUTOCOMMIT")
    if other.dialect.name == "postgresql":
        with other.connect() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
    other.dispose()
    seen = department.person("ye.xiaoyan").command("/complaint list", channel="#export-orders")
    assert seen is not None
    assert "C-1" in seen.all_text()
    department.person("he.rui").click(card, "complaint.acknowledge")
    assert "处理中" in department.card().all_text()
    department.slack.assert_quiet()


def test_a_click_that_gave_way_to_another_transaction_is_done_again(
    department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = department.file()
    once, gave_way = department.bot.store.short_transaction, list[bool]()

    @contextmanager
    def gives_way() -> Iterator[Session]:
        with once() as session:
            yield session
            if not gave_way:
                gave_way.append(True)
                raise Deadlock("another one goes first")

    monkeypatch.setattr(department.bot.store, "short_transaction", gives_way)
    department.person("he.rui").click(card, "complaint.acknowledge")
    assert gave_way
    assert "处理中" in department.card().all_text()
    assert sum("何睿已接手" in said for said in department.thread()) == 1
