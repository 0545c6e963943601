"""The database: one transaction at a time is all or nothing, and what it committed survives a power cut.

SQLite serves one process; PostgreSQL any number of them. Whatever the database does when it is locked, full or
gone, callers see one exception, `Unavailable`, and nothing has happened.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, TextIO, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    bindparam,
    create_engine,
    delete,
    event,
    insert,
    inspect,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker

from department.records import Event
from storage.schema import as_json, counters, deliveries, events

R = TypeVar("R")

HEAD: Final = "0016"
"""The newest migration; a test compares it with the files."""

BUSY_MS: Final = 2000
"""How long anything waits for the database: whoever clicked is told to try again before Slack gives up on us."""


class Unavailable(Exception):
    """The database is locked, full or gone; nothing was changed."""


class InUse(Exception):
    """Another process works on the same SQLite file."""


class AlreadyAnswered(Exception):
    """The same delivery was answered by somebody else a moment ago."""


class Store:
    """A database and its transactions."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._sessions = sessionmaker(self.engine, autoflush=False, expire_on_commit=False)
        self._writing = threading.Lock()
        self._claim: TextIO | None = None

    @property
    def is_sqlite(self) -> bool:
        """Whether only this process may use the database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that writes; committed on leaving, undone by any exception.

        SQLite takes its write lock at the beginning (a lock asked for later fails at once instead of waiting), and
        this process sends it one writer at a time. Raises `Unavailable`.
        """
        with self._one_writer(), self._session("IMMEDIATE") as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only looks. Raises `Unavailable`."""
        with self._session("DEFERRED") as session:
            yield session

    def claim(self) -> None:
        """Take a SQLite file for this process alone. Raises `InUse`; does nothing on PostgreSQL."""
        path = self.engine.url.database
        if not self.is_sqlite or not path or path == ":memory:":
            return
        lock = Path(f"{path}.lock").open("w", encoding="ascii")  # noqa: SIM115 (held until the process ends)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise InUse(f"{path} is in use by another Supercargo; one SQLite file serves one process") from error
        self._claim = lock

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()
        if self._claim is not None:
            self._claim.close()

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if not self._writing.acquire(timeout=BUSY_MS / 1000):
            raise Unavailable("somebody else has been writing for too long")
        try:
            yield
        finally:
            self._writing.release()

    @contextmanager
    def _session(self, mode: str) -> Iterator[Session]:
        try:
            with self._sessions() as session, session.begin():
                session.connection(execution_options={"begin_mode": mode})
                yield session
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            raise Unavailable(type(error).__name__) from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise Unavailable(type(error).__name__) from error
            raise


def upgrade(url: str) -> None:
    """Bring the database to the newest revision; creates it when it is empty."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    command.upgrade(config, "head")


def head() -> str:
    """The newest revision."""
    return HEAD


def revision(url: str) -> str | None:
    """The revision a database is at; None for an empty one and for a SQLite file that is not there yet, which stays so.
    Raises `Unavailable`."""
    engine = _engine(url)
    file = Path(engine.url.database or "")
    if engine.dialect.name == "sqlite" and file.parent.is_dir() and not file.exists():
        return None
    try:
        with engine.connect() as connection:
            if not engine.dialect.has_table(connection, "alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except (OperationalError, InterfaceError) as error:
        raise Unavailable(type(error).__name__) from error
    finally:
        engine.dispose()


def answered(session: Session, workspace: str, key: str) -> dict[str, Any] | None:
    """The answer a delivery got before; None when it is new."""
    answer: dict[str, Any] | None = session.execute(_ANSWER, {"in_workspace": workspace, "of_key": key}).scalar()
    return answer


def remember(session: Session, workspace: str, key: str, answer: dict[str, Any], at: datetime) -> None:
    """Keep the answer to a delivery. Raises `AlreadyAnswered` when somebody else answered it meanwhile."""
    try:
        session.execute(_REMEMBER, {"workspace": workspace, "key": key, "answer": answer, "at": at})
    except IntegrityError as error:
        raise AlreadyAnswered(key) from error


def forget_answers(session: Session, before: datetime) -> None:
    """Drop the answers to deliveries made before a moment."""
    session.execute(delete(deliveries).where(deliveries.c.at < before))


def next_number(session: Session, workspace: str, subject: str) -> int:
    """The next number of a subject's records in a workspace, without gaps."""
    count = _count(session.get_bind().dialect.name)
    last: int = session.execute(count, {"workspace": workspace, "subject": subject, "last": 1}).scalar_one()
    return last


def load(session: Session, record: type[R], workspace: str, number: int) -> R | None:
    """A record to be changed; on PostgreSQL its row is locked until the transaction ends."""
    return session.get(record, (workspace, number), with_for_update=True)


def take(session: Session, record: type[R], workspace: str, number: int) -> R | None:
    """A record to be changed, like `load`, but None as well when somebody else is changing it at this moment."""
    key = inspect(record).primary_key
    found = select(record).where(key[0] == workspace, key[1] == number).with_for_update(skip_locked=True)
    return session.scalars(found.execution_options(populate_existing=True)).one_or_none()


def read(session: Session, record: type[R], workspace: str, number: int) -> R | None:
    """A record to be looked at."""
    return session.get(record, (workspace, number))


def read_several(session: Session, record: type[R], workspace: str, numbers: Collection[int]) -> list[R]:
    """Records to be looked at, those that are there."""
    key = inspect(record).primary_key
    return list(session.scalars(select(record).where(key[0] == workspace, key[1].in_(numbers))))


def happened_since(session: Session, workspace: str, since: datetime, limit: int) -> list[tuple[str, int, Event]]:
    """The newest events after a moment, newest first, each with its subject and its record's number."""
    return _newest_events(session, limit, events.c.workspace == workspace, events.c.at >= since)


def happened_of(
    session: Session, workspace: str, kinds: Collection[tuple[str, str]], since: datetime, limit: int
) -> list[tuple[str, int, Event]]:
    """The same of some kinds alone: the subject and what happened."""
    wanted = tuple_(events.c.subject, events.c.what).in_(list(kinds))
    return _newest_events(session, limit, events.c.workspace == workspace, events.c.at >= since, wanted)


def _newest_events(session: Session, limit: int, *which: ColumnElement[bool]) -> list[tuple[str, int, Event]]:
    found = (
        select(
            events.c.subject,
            events.c.number,
            events.c.what,
            events.c.actor,
            events.c.at,
            events.c.old,
            events.c.new,
            events.c.note,
        )
        .where(*which)
        .order_by(events.c.id.desc())
        .limit(limit)
    )
    return [
        (
            row.subject,
            row.number,
            Event(what=row.what, actor=row.actor, at=row.at, old=row.old, new=row.new, note=row.note),
        )
        for row in session.execute(found)
    ]


def numbers(session: Session, record: type[Any], states: Sequence[str]) -> list[tuple[str, int]]:
    """The workspace and number of every record in one of the states, in order."""
    found = select(record.workspace, record.number).where(record.state.in_(states))
    return [(row[0], row[1]) for row in session.execute(found.order_by(record.workspace, record.number))]


def codes_in_use(session: Session, record: type[Any], attribute: str) -> set[str]:
    """Every value that an attribute of the records has."""
    return set(session.scalars(select(getattr(record, attribute)).distinct()))


def add(session: Session, record: object) -> None:
    """Keep a new record."""
    session.add(record)


def append(session: Session, workspace: str, subject: str, number: int, happened: Sequence[Event]) -> None:
    """Write events into a record's history, where they stay."""
    if happened:
        session.execute(
            _APPEND,
            [
                {
                    "workspace": workspace,
                    "subject": subject,
                    "number": number,
                    "what": item.what,
                    "actor": item.actor,
                    "at": item.at,
                    "old": item.old,
                    "new": item.new,
                    "note": item.note,
                }
                for item in happened
            ],
        )


def history(session: Session, workspace: str, subject: str, number: int) -> list[Event]:
    """Everything that ever happened to a record, in order."""
    found = (
        select(events.c.what, events.c.actor, events.c.at, events.c.old, events.c.new, events.c.note)
        .where(events.c.workspace == workspace, events.c.subject == subject, events.c.number == number)
        .order_by(events.c.id)
    )
    return [Event(**row._mapping) for row in session.execute(found)]


_ANSWER = select(deliveries.c.answer).where(
    deliveries.c.workspace == bindparam("in_workspace"), deliveries.c.key == bindparam("of_key")
)
_REMEMBER = insert(deliveries)
_APPEND = insert(events)


@cache
def _count(dialect: str) -> Any:
    row = (postgresql if dialect == "postgresql" else sqlite).insert(counters)
    counted = row.on_conflict_do_update(
        index_elements=[counters.c.workspace, counters.c.subject], set_={"last": counters.c.last + 1}
    )
    return counted.returning(counters.c.last)


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            url,
            json_serializer=as_json,
            hide_parameters=True,  # errors are logged, and what people wrote is not
            connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url,
        json_serializer=as_json,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_use_lifo=True,  # the connection used last knows the statements best
        pool_timeout=BUSY_MS / 1000,
        pool_size=16,
        connect_args={
            "options": "-c statement_timeout=2500ms -c lock_timeout=2s -c idle_in_transaction_session_timeout=10s",
            "connect_timeout": 3,
        },
    )


def _prepare_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, and which kind
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    if cursor.execute("PRAGMA synchronous").fetchone()[0] != 2:
        raise OSError("this SQLite does not keep commits through a power cut")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin_mode", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
