"""The database: one transaction at a time is all or nothing, and what it committed survives a power cut.

SQLite serves one process, one writer after the other, and those that follow each other at once may share a commit;
PostgreSQL serves any number of processes. Whatever the database does when it is locked, full or gone, callers see one
exception, `Unavailable`, and nothing has happened.
"""

from __future__ import annotations

import fcntl
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
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
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Mapper, Session, make_transient_to_detached, sessionmaker
from sqlalchemy.orm.attributes import set_committed_value

from department.records import Event
from storage.prepared import Prepared, connection_of, insert_into
from storage.schema import as_json, counters, deliveries, events

R = TypeVar("R")

HEAD: Final = "0026"
"""The newest migration; a test compares it with the files."""

DEADLOCK: Final = "40P01"
"""PostgreSQL's SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""

BUSY_MS: Final = 2000
"""How long anything waits for the database: whoever clicked is told to try again before Slack gives up on us."""


class Unavailable(Exception):
    """The database is locked, full or gone; nothing was changed."""


class Deadlock(Unavailable):
    """PostgreSQL chose this transaction to give way to another one: done again, it can go through."""


class InUse(Exception):
    """Another process works on the same SQLite file, which is named."""


class AlreadyAnswered(Exception):
    """The same delivery was answered by somebody else a moment ago."""


class Store:
    """A database and its transactions; `at` is told each commit of a writer, for crash tests."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._sessions = sessionmaker(self.engine, autoflush=False, expire_on_commit=False)
        self.at: Callable[[str], None] = lambda step: None
        self._turns = _Turns()
        self._writer: Connection | None = None
        self._commit: _Commit | None = None
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
        if not self.is_sqlite:
            with self._writing() as session:
                yield session
            return
        self._turns.take(_Turn(shares=False))
        try:
            with self._writing() as session:
                yield session
        finally:
            self._turns.pass_on()

    @contextmanager
    def short_transaction(self) -> Iterator[Session]:
        """The same for something short. On SQLite those that wait for each other share one commit, which costs more
        than what they write: each is all or nothing, and each returns after that commit."""
        if not self.is_sqlite:
            with self._writing() as session:
                yield session
            return
        self._turns.take(_Turn(shares=True))
        commit = None
        try:
            with _unavailable():
                commit = self._commit or _Commit(self._writer_connection(), self.at)
                with commit.savepoint(), self._sessions(bind=commit.connection) as session:
                    yield session
                    session.flush()
        finally:
            following = self._turns.next_sharing() if commit is not None and commit.is_open else None
            self._commit = commit if following is not None else None
            if following is not None:
                following.come.set()
            else:
                if commit is not None:
                    commit.finish()
                self._turns.pass_on()
        commit.wait()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only looks. Raises `Unavailable`."""
        with self._session("DEFERRED") as session:
            yield session

    @property
    def waiting(self) -> int:
        """How many writers of this process wait for their turn."""
        return self._turns.waiting

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
            raise InUse(str(path)) from error
        self._claim = lock

    def dispose(self) -> None:
        """Close every connection."""
        if self._writer is not None:
            self._writer.close()
        self.engine.dispose()
        if self._claim is not None:
            self._claim.close()

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with self._session("IMMEDIATE") as session:
            yield session
            if not _is_open(connection_of(session)):
                raise Unavailable("the database ended the transaction")
            self.at("before_commit")
        self.at("after_commit")

    @contextmanager
    def _session(self, mode: str) -> Iterator[Session]:
        with (
            _unavailable(),
            self._connection(mode) as connection,
            connection.begin(),
            self._sessions(bind=connection) as session,
        ):
            yield session
            if mode == "IMMEDIATE":
                session.flush()

    @contextmanager
    def _connection(self, mode: str) -> Iterator[Connection]:
        if mode != "IMMEDIATE" or not self.is_sqlite:
            with self.engine.connect().execution_options(begin_mode=mode) as connection:
                yield connection
            return
        writer = self._writer_connection()
        try:
            yield writer
        except DBAPIError:
            _give_up(writer)
            raise

    def _writer_connection(self) -> Connection:
        """The connection of SQLite's writers, whose turn it has to be: as long as nobody else writes, it knows every
        page that it has seen."""
        if self._writer is None or self._writer.closed:
            self._writer = self.engine.connect().execution_options(begin_mode="IMMEDIATE")
        return self._writer


def _is_open(connection: Connection) -> bool:
    """Whether the database still holds the transaction; PostgreSQL says so itself at the next statement."""
    return bool(getattr(connection.connection.dbapi_connection, "in_transaction", True))


def _give_up(connection: Connection) -> None:
    """Nobody is to come upon what is left of a connection."""
    connection.invalidate()
    connection.close()


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise (Deadlock if _is_deadlock(error) else Unavailable)(type(error).__name__) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable(type(error).__name__) from error
        raise


class _Turn:
    """A writer that waits; `come` is set when it may write."""

    def __init__(self, *, shares: bool) -> None:
        self.shares = shares
        self.come = threading.Event()


class _Turns:
    """One writer at a time, in the order in which they came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_taken = False
        self._waiting: deque[_Turn] = deque()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def take(self, turn: _Turn) -> None:
        """Wait for one's turn. Raises `Unavailable` when it takes too long."""
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return
            self._waiting.append(turn)
        if turn.come.wait(BUSY_MS / 1000):
            return
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
                raise Unavailable("somebody else has been writing for too long")
        turn.come.wait()  # it was chosen a moment ago

    def next_sharing(self) -> _Turn | None:
        """Choose whoever waits next, if that one shares a commit."""
        with self._lock:
            return self._waiting.popleft() if self._waiting and self._waiting[0].shares else None

    def pass_on(self) -> None:
        """Let the next one write."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().come.set()
            else:
                self._is_taken = False


class _Commit:
    """A transaction of SQLite's in which each writer has a savepoint of its own."""

    def __init__(self, connection: Connection, at: Callable[[str], None]) -> None:
        self._at = at
        self.connection = connection
        self._done = threading.Event()
        self._error: Exception | None = None
        try:
            self.connection.begin()
        except BaseException:
            self.connection.close()
            raise
        self._sqlite: Any = self.connection.connection.dbapi_connection

    @property
    def is_open(self) -> bool:
        """Whether it holds: a full disk ends it in the middle, with all that was in it."""
        return _is_open(self.connection)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What one writer writes; undone by any exception."""
        self._sqlite.execute("SAVEPOINT writer")
        try:
            yield
        except BaseException:
            if self.is_open:
                self._sqlite.execute("ROLLBACK TO writer")
            raise
        finally:
            if self.is_open:
                self._sqlite.execute("RELEASE writer")

    def finish(self) -> None:
        """Commit, and let everybody who wrote go on."""
        try:
            if not self.is_open:
                raise Unavailable("the database ended the transaction")
            self._at("before_commit")
            self.connection.commit()
            self._at("after_commit")
        except Exception as error:
            self._error = error
            _give_up(self.connection)
        finally:
            self._done.set()

    def wait(self) -> None:
        """Return when everything is committed. Raises `Unavailable` when it could not be."""
        self._done.wait()
        if self._error is not None:
            raise Unavailable(type(self._error).__name__) from self._error


def upgrade(url: str) -> None:
    """Bring the database to the newest revision; creates it when it is empty."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    command.upgrade(config, "head")


def has_ended(session: Session, error: Exception) -> bool:
    """Whether the database gave up the whole transaction over an error of one part of it: a deadlock, a full disk, a
    lost connection. Then all of it is to be done again."""
    is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return is_lost or _is_deadlock(error) or not _is_open(connection_of(session))


def _is_deadlock(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == DEADLOCK


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
    except (DatabaseError, InterfaceError) as error:  # a file that is no database, too
        raise Unavailable(type(error).__name__) from error
    finally:
        engine.dispose()


def is_newer(at: str | None) -> bool:
    """Whether a revision is one that this Supercargo does not know yet."""
    return at is not None and at > HEAD


def answered(session: Session, workspace: str, key: str) -> dict[str, Any] | None:
    """The answer a delivery got before; None when it is new."""
    answer: dict[str, Any] | None = _ANSWER.scalar(session, {"in_workspace": workspace, "of_key": key})
    return answer


def remember(session: Session, workspace: str, key: str, answer: dict[str, Any], at: datetime) -> None:
    """Keep the answer to a delivery. Raises `AlreadyAnswered` when somebody else answered it meanwhile."""
    try:
        _REMEMBER.run(session, {"workspace": workspace, "key": key, "answer": answer, "at": at})
    except IntegrityError as error:
        raise AlreadyAnswered(key) from error


def forget_answers(session: Session, before: datetime) -> None:
    """Drop the answers to deliveries made before a moment."""
    session.execute(delete(deliveries).where(deliveries.c.at < before))


def next_number(session: Session, workspace: str, subject: str) -> int:
    """The next number of a subject's records in a workspace, without gaps."""
    last: int = _COUNT.scalar(session, {"workspace": workspace, "subject": subject, "last": 1})
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
    return list(session.scalars(_several(inspect(record)), {"in_workspace": workspace, "numbers": list(numbers)}))


def happened_since(session: Session, workspace: str, since: datetime, limit: int) -> list[tuple[str, int, Event]]:
    """The newest events after a moment, newest first, each with its subject and its record's number."""
    return _newest_events(session, limit, events.c.workspace == workspace, events.c.at >= since)


def happened_of(
    session: Session, workspace: str, kinds: Collection[tuple[str, str]], since: datetime, limit: int
) -> list[tuple[str, int, Event]]:
    """The same of some kinds alone: the subject and what happened."""
    wanted = tuple_(events.c.subject, events.c.what).in_(list(kinds))
    return _newest_events(session, limit, events.c.workspace == workspace, events.c.at >= since, wanted)


def acted_since(session: Session, workspace: str, members: Collection[str], since: datetime) -> set[str]:
    """Those of the members who did something since a moment."""
    found = select(events.c.actor).where(
        events.c.workspace == workspace, events.c.at >= since, events.c.actor.in_(members)
    )
    return set(session.scalars(found.distinct()))


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
    """Store a new record, which can be changed like a loaded one from then on. One statement instead of a flush: it is
    what filing something mostly waits for."""
    mapper = inspect(type(record))
    attributes = vars(record)
    values = {column: attributes[name] for name, column in _columns(mapper)}
    _insert_into(mapper.local_table).run(session, values | {mapper.version_id_col.name: 1})
    set_committed_value(record, mapper.version_id_col.key, 1)
    make_transient_to_detached(record)
    session.add(record)


def append(session: Session, workspace: str, subject: str, number: int, happened: Sequence[Event]) -> None:
    """Write events into a record's history, where they stay."""
    record = {"workspace": workspace, "subject": subject, "number": number}
    _APPEND.run(
        session,
        *(
            {
                **record,
                "what": item.what,
                "actor": item.actor,
                "at": item.at,
                "old": item.old,
                "new": item.new,
                "note": item.note,
            }
            for item in happened
        ),
    )


def history(session: Session, workspace: str, subject: str, number: int) -> list[Event]:
    """Everything that ever happened to a record, in order."""
    found = (
        select(events.c.what, events.c.actor, events.c.at, events.c.old, events.c.new, events.c.note)
        .where(events.c.workspace == workspace, events.c.subject == subject, events.c.number == number)
        .order_by(events.c.id)
    )
    return [Event(**row._mapping) for row in session.execute(found)]


_ANSWER = Prepared(
    select(deliveries.c.answer).where(
        deliveries.c.workspace == bindparam("in_workspace"), deliveries.c.key == bindparam("of_key")
    )
)
_REMEMBER = Prepared(insert(deliveries))
_APPEND = Prepared(insert(events))


@cache
def _columns(mapper: Mapper[Any]) -> list[tuple[str, str]]:
    """The attributes of a record, and the columns they are kept in."""
    return [(name, column.name) for name, column in mapper.columns.items()]


@cache
def _insert_into(table: Any) -> Prepared:
    return Prepared(insert(table))


@cache
def _several(record: Mapper[Any]) -> Any:
    key = record.primary_key
    numbered = key[1].in_(bindparam("numbers", expanding=True))
    return select(record).where(key[0] == bindparam("in_workspace"), numbered)


def _count(dialect: str) -> Any:
    row = insert_into(counters, dialect)
    counted = row.on_conflict_do_update(
        index_elements=[counters.c.workspace, counters.c.subject], set_={"last": counters.c.last + 1}
    )
    return counted.returning(counters.c.last)


_COUNT = Prepared(_count)


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            url,
            json_serializer=as_json,
            hide_parameters=True,  # errors are logged, and what people wrote is not
            pool_use_lifo=True,  # each connection has a cache of its own, which another one's commit makes worthless
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
            "options": "-c statement_timeout=2500ms -c lock_timeout=2s -c idle_in_transaction_session_timeout=10s"
            " -c jit=off",  # compiling a statement takes longer than any of ours
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
    cursor.execute("PRAGMA temp_store=MEMORY")  # what a savepoint could undo would go through a file
    if cursor.execute("PRAGMA synchronous").fetchone()[0] != 2:
        raise OSError("this SQLite does not keep commits through a power cut")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    statement = f"BEGIN {connection.get_execution_options().get('begin_mode', 'DEFERRED')}"
    sqlite: Any = connection.connection.dbapi_connection  # a look begins, too, and SQLAlchemy's way takes half of it
    try:
        sqlite.execute(statement)
    except connection.dialect.loaded_dbapi.Error as error:
        raise OperationalError(statement, None, error) from error
