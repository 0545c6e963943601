"""A transaction is all or nothing; what was answered is answered again; what a record holds comes back as it was."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from department.compensation import Proposal
from department.complaints import OPEN, Complaint, Evidence, Promise, Stretch
from department.records import Event
from storage import complaints
from storage import store as shelf
from storage.store import AlreadyAnswered, Deadlock, InUse, Store, Unavailable, codes_in_use, numbers

T = "T1"
NOW = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)


def complaint(number: int = 1, workspace: str = T, **more: object) -> Complaint:
    """A complaint with all its fields filled."""
    filled: dict[str, object] = {
        "workspace": workspace,
        "number": number,
        "customer": "Küchenwerk Handels GmbH",
        "category": "quality",
        "severity": "S2",
        "what_happened": "生锈 🧂",
        "amount": Decimal("12345678901234567.89"),
        "currency": "EUR",
        "noticed_on": date(2026, 10, 10),
        "evidence": (Evidence("F1", "https://files.example/F1", "外箱.jpg"),),
        "filed_by": "chen.yuqing",
        "filed_at": NOW,
        "owner": "chen.yuqing",
        "handler": "he.rui",
        "waits": (Stretch(NOW, NOW + timedelta(hours=2)), Stretch(NOW + timedelta(hours=3))),
        "promises": (Promise(1, "a new delivery", NOW + timedelta(days=3), "chen.yuqing"),),
        "proposals": (Proposal(1, Decimal("400.10"), "EUR", "credit note", "he.rui", "guo.min"),),
        "told": ("chen.yuqing", "he.rui"),
    }
    return Complaint(**(filled | more))  # type: ignore[arg-type]


def keep(kept: Store, *records: Complaint) -> None:
    """Store records."""
    with kept.transaction() as session:
        for record in records:
            shelf.add(session, record)


def test_a_record_comes_back_as_it_was(store: Store) -> None:
    keep(store, complaint())
    with store.reading() as session:
        found = read(session)
    assert found is not None
    before = {name: value for name, value in vars(complaint()).items() if not name.startswith("_")}
    del before["tasks"]  # what belongs to it is looked up, not kept
    assert {name: vars(found)[name] for name in before} == before
    assert found.filed_at.utcoffset() == timedelta()


def read(session: Session, number: int = 1, workspace: str = T) -> Complaint | None:
    """Look at a complaint."""
    return shelf.read(session, Complaint, workspace, number)


def test_a_change_to_a_record_is_kept(store: Store) -> None:
    keep(store, complaint())
    with store.transaction() as session:
        case = store_load(session)
        case.state, case.waits = "open", (*case.waits, Stretch(NOW))
    with store.reading() as session:
        found = read(session)
        assert found is not None
        assert (found.state, len(found.waits), found.version) == ("open", 3, 2)


def store_load(session: Session) -> Complaint:
    """Load the complaint to change it."""
    found = shelf.load(session, Complaint, T, 1)
    assert found is not None
    return found


def test_an_error_undoes_everything(store: Store) -> None:
    def fail() -> None:
        with store.transaction() as session:
            session.add(complaint())
            session.flush()
            raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        fail()
    with store.reading() as session:
        assert read(session) is None


def test_a_record_of_another_workspace_is_not_found(store: Store) -> None:
    keep(store, complaint(1, "T1", customer="ours"), complaint(1, "T2", customer="theirs"))
    with store.reading() as session:
        found = read(session, 1, "T2")
        assert found is not None
        assert found.customer == "theirs"
        assert read(session, 1, "T3") is None


def test_a_moment_without_its_time_zone_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="time zone"):
        keep(store, complaint(filed_at=NOW.replace(tzinfo=None)))


ODD = "a\0b\ud800c\udfff 生锈 🧂 \\u0000 \u2028\x1b"
CLEANED = "abc 生锈 🧂 \\u0000 \u2028\x1b"


def test_text_that_no_database_can_keep_is_cleaned_wherever_it_comes_in(store: Store) -> None:
    keep(store, complaint(what_happened=ODD, promises=(Promise(1, ODD, NOW, "ann"),)))
    with store.transaction() as session:
        case = store_load(session)
        case.cause = ODD
        append(session, Event(what="noted", actor="ann", at=NOW, note=ODD, old=ODD))
        remember(session, ODD, {"errors": {ODD: [ODD, 1, None]}})
        remember(session, "NUL alone", {"a\0": "b\0"})
    with store.reading() as session:
        found = read(session)
        assert found is not None
        assert {found.what_happened, found.cause, found.promises[0].text} == {CLEANED}
        (event,) = history(session)
        assert (event.note, event.old) == (CLEANED, CLEANED)
        assert answered(session, ODD) == {"errors": {CLEANED: [CLEANED, 1, None]}}
        assert answered(session, "NUL alone") == {"a": "b"}


def append(session: Session, *events: Event) -> None:
    """Add to the complaint's history."""
    shelf.append(session, T, "complaint", 1, events)


def history(session: Session) -> list[Event]:
    """The complaint's history."""
    return shelf.history(session, T, "complaint", 1)


def remember(session: Session, key: str, answer: dict[str, object]) -> None:
    """Keep an answer."""
    shelf.remember(session, T, key, answer, NOW)


def answered(session: Session, key: str) -> dict[str, object] | None:
    """Look an answer up."""
    return shelf.answered(session, T, key)


def test_history_keeps_its_order_even_within_one_moment(store: Store) -> None:
    with store.transaction() as session:
        append(session, *[Event(what=f"step {n}", actor="ann", at=NOW) for n in range(20)])
        append(session)
    with store.reading() as session:
        assert [event.what for event in history(session)] == [f"step {n}" for n in range(20)]


def test_a_delivery_is_answered_once(store: Store) -> None:
    with store.transaction() as session:
        assert answered(session, "V1:h") is None
        remember(session, "V1:h", {"ok": "生"})
    with store.reading() as session:
        assert answered(session, "V1:h") == {"ok": "生"}
    with pytest.raises(AlreadyAnswered), store.transaction() as session:
        remember(session, "V1:h", {})


def test_numbers_have_no_gaps_and_no_doubles_for_several_at_once(store: Store) -> None:
    got: list[int] = []

    def take() -> None:
        for _ in range(10):
            with store.transaction() as session:
                got.append(next_number(session))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list(range(1, 41))
    with store.transaction() as session:
        assert store_next(session, "T2") == 1


def next_number(session: Session) -> int:
    """The next complaint's number."""
    return store_next(session, T)


def store_next(session: Session, workspace: str) -> int:
    """The next complaint's number in a workspace."""
    return shelf.next_number(session, workspace, "complaint")


def test_a_number_not_used_is_given_again(store: Store) -> None:
    def refused() -> None:
        with store.transaction() as session:
            next_number(session)
            raise RuntimeError("refused")

    with pytest.raises(RuntimeError):
        refused()
    with store.transaction() as session:
        assert next_number(session) == 1


def test_two_people_who_change_one_record_at_once_lose_nothing(store: Store) -> None:
    keep(store, complaint(told=()))
    start = threading.Barrier(4)

    def tell(who: str) -> None:
        start.wait(5)
        with store.transaction() as session:
            case = store_load(session)
            case.told = (*case.told, who)

    threads = [threading.Thread(target=tell, args=(who,)) for who in ("a", "b", "c", "d")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as session:
        found = read(session)
        assert found is not None
        assert sorted(found.told) == ["a", "b", "c", "d"]


def test_of_two_who_stand_in_each_others_way_one_is_told_to_give_way(store: Store) -> None:
    if store.is_sqlite:
        pytest.skip("SQLite has one writer")
    keep(store, complaint(1), complaint(2))
    both_have_one, outcomes = threading.Barrier(2), []

    def change(first: int, second: int) -> None:
        try:
            with store.transaction() as session:
                shelf.load(session, Complaint, T, first)
                both_have_one.wait(5)
                shelf.load(session, Complaint, T, second)
            outcomes.append("kept")
        except Deadlock:
            outcomes.append("gave way")

    threads = [threading.Thread(target=change, args=way) for way in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["gave way", "kept"]


def test_a_writer_whose_transaction_the_database_ended_hears_it(sqlite: Store) -> None:
    def file() -> None:
        with sqlite.transaction() as session:
            shelf.add(session, complaint(11))
            session.connection().exec_driver_sql("ROLLBACK")
            shelf.add(session, complaint(12))

    with pytest.raises(Unavailable):
        file()


def test_a_record_somebody_is_changing_is_left_to_them(store: Store) -> None:
    keep(store, complaint(1), complaint(2))
    with store.transaction() as session:
        assert shelf.take(session, Complaint, T, 1) is not None
        assert shelf.take(session, Complaint, T, 3) is None
        if not store.is_sqlite:
            store_load(session)
            with store.transaction() as other:
                assert shelf.take(other, Complaint, T, 1) is None
                assert shelf.take(other, Complaint, T, 2) is not None


def test_a_record_changed_behind_ones_back_is_noticed(store: Store) -> None:
    keep(store, complaint())
    with store.reading() as session:
        stale = read(session)
        assert stale is not None
        session.expunge(stale)
    with store.transaction() as session:
        store_load(session).cause = "first"
    stale.cause = "second"
    with pytest.raises(StaleDataError), store.transaction() as session:
        session.add(stale)


def test_a_locked_database_is_unavailable_and_nothing_has_happened(store: Store) -> None:
    with store.engine.connect() as other:
        if store.is_sqlite:
            with store.engine.connect() as impatient:
                impatient.exec_driver_sql("PRAGMA busy_timeout=1")
                other.exec_driver_sql("ROLLBACK")
                other.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            other.execute(text("LOCK TABLE complaints"))
        with pytest.raises(Unavailable):
            keep(store, complaint())
    with store.reading() as session:
        assert read(session) is None


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """A SQLite database."""
    shutil.copy(sqlite_template, tmp_path / "a.db")
    opened = Store(f"sqlite:///{tmp_path / 'a.db'}")
    yield opened
    opened.dispose()


def together(kept: Store, numbers: Sequence[int], outcomes: dict[int, object]) -> None:
    """File complaints while somebody is writing, so that all wait for each other; 13 meets a bug."""

    def file(number: int) -> None:
        try:
            with kept.short_transaction() as session:
                shelf.add(session, complaint(number))
                if number == 13:
                    raise RuntimeError("a bug")
            outcomes[number] = "kept"
        except Exception as error:
            outcomes[number] = type(error)

    threads = [threading.Thread(target=file, args=(number,)) for number in numbers]
    with kept.transaction():
        for thread in threads:
            thread.start()
        while kept.waiting < len(numbers):
            pass
    for thread in threads:
        thread.join()


def test_those_who_wait_for_each_other_share_one_commit_and_nobody_loses_by_anothers_bug(sqlite: Store) -> None:
    commits: list[str] = []
    sqlite.at = commits.append
    outcomes: dict[int, object] = {}
    together(sqlite, [11, 12, 13, 14], outcomes)
    assert commits == ["before_commit", "after_commit"] * 2  # of whoever was writing, and theirs
    assert outcomes == {11: "kept", 12: "kept", 13: RuntimeError, 14: "kept"}
    with sqlite.reading() as session:
        assert [number for number in range(20) if read(session, number)] == [11, 12, 14]
    keep(sqlite, complaint(15))


def test_whoever_waits_writes_before_the_one_who_comes_again(sqlite: Store) -> None:
    wrote: list[str] = []

    def click() -> None:
        with sqlite.short_transaction():
            wrote.append("a person")

    person = threading.Thread(target=click)
    for turn in range(2):
        with sqlite.transaction():
            wrote.append("the clock")
            if turn == 0:
                person.start()
                while not sqlite.waiting:
                    pass
    person.join()
    assert wrote == ["the clock", "a person", "the clock"]


def test_when_a_shared_commit_fails_everybody_hears_it_and_nothing_is_kept(sqlite: Store) -> None:
    commits: list[str] = []
    sqlite.at = commits.append

    def full_disk(connection: object) -> None:
        if commits.count("before_commit") == 2:  # the first one is of whoever was writing
            raise OperationalError("COMMIT", None, Exception("full"))

    outcomes: dict[int, object] = {}
    event.listen(sqlite.engine, "commit", full_disk)
    together(sqlite, [11, 12], outcomes)
    event.remove(sqlite.engine, "commit", full_disk)
    assert outcomes == {11: Unavailable, 12: Unavailable}
    with sqlite.reading() as session:
        assert [read(session, 11), read(session, 12)] == [None, None]
    keep(sqlite, complaint(15))


def test_when_the_database_ends_a_shared_transaction_nothing_of_it_is_kept(sqlite: Store) -> None:
    def file() -> None:
        with sqlite.short_transaction() as session:
            shelf.add(session, complaint(11))
            session.connection().exec_driver_sql("ROLLBACK")  # as SQLite does by itself on a full disk

    with pytest.raises(Unavailable):
        file()
    with sqlite.short_transaction() as session:
        assert read(session, 11) is None
        shelf.add(session, complaint(12))
    with sqlite.reading() as session:
        assert read(session, 12) is not None


def test_sqlite_keeps_commits_through_a_power_cut(tmp_path: Path) -> None:
    opened = Store(f"sqlite:///{tmp_path / 'a.db'}")
    with opened.reading() as session:
        pragmas = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    opened.dispose()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 2000}


CLAIM = """
import sys
from storage.store import Store
store = Store(sys.argv[1])
store.claim()
print("mine", flush=True)
sys.stdin.read()
"""


def test_one_sqlite_file_serves_one_process(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    with subprocess.Popen(
        [sys.executable, "-c", CLAIM, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "mine\n"
        second = Store(url)
        with pytest.raises(InUse):
            second.claim()
        first.kill()
        first.wait()
        second.claim()
        second.dispose()


def test_open_cases_are_listed_newest_first_and_only_ones_own(store: Store) -> None:
    keep(
        store,
        complaint(1, state="closed"),
        complaint(2, owner="ann", handler="bob"),
        complaint(3, owner="bob", handler="ann"),
        complaint(4),
        complaint(9, "T2"),
    )
    with store.reading() as session:
        every = complaints.open_cases(session, T, members=None, offset=0, limit=10)
        assert [case.number for case in every] == [4, 3, 2]
        assert [case.number for case in complaints.open_cases(session, T, members=None, offset=1, limit=1)] == [3]
        assert [case.number for case in complaints.open_cases(session, T, members=["ann"], offset=0, limit=9)] == [3, 2]
        assert numbers(session, Complaint, OPEN) == [(T, 2), (T, 3), (T, 4), ("T2", 9)]
        assert codes_in_use(session, Complaint, "severity") == {"S2"}


def test_the_last_complaint_of_the_same_kind_is_found(store: Store) -> None:
    keep(
        store,
        complaint(1, filed_at=NOW - timedelta(days=100)),
        complaint(2),
        complaint(3, category="delay"),
        complaint(4, "T2"),
    )
    with store.reading() as session:

        def like(customer: str, since: datetime) -> int | None:
            return complaints.latest_like(session, T, customer, "quality", since)

        assert like("Küchenwerk Handels GmbH", NOW - timedelta(days=90)) == 2
        assert like("Küchenwerk Handels GmbH", NOW + timedelta(days=1)) is None
        assert like("somebody else", NOW - timedelta(days=90)) is None
