"""The databases that tests run on: SQLite, and a PostgreSQL that the tests start and stop themselves.

Where there is no PostgreSQL its tests are skipped, loudly; in CI that is a failure.
"""

from __future__ import annotations

import os
import pwd
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from uuid import uuid4
from zlib import crc32

import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from storage import store as store_module
from storage.schema import metadata
from storage.store import HEAD, Store, upgrade

GIVEN = "SUPERCARGO_TEST_POSTGRESQL"
"""Environment variable with the address of a PostgreSQL to use instead, such as
postgresql+psycopg://user:password@localhost/postgres; the user must be allowed to create databases."""

TEMPLATE = f"template_{uuid4().hex}"
"""Each process of a parallel run has its own, for they may share a server."""


def pytest_configure(config: pytest.Config) -> None:
    """Keep the databases in memory where the machine has a place for that: a test kills processes, not the power. No
    property fails because the machine is busy. Where Python is told to write no byte code beside the sources, it goes
    where pytest keeps what it knows: dozens of processes would compile all of it, each for itself."""
    if config.pluginmanager.hasplugin("cacheprovider") and os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = str(config.cache.mkdir("bytecode"))
        sys.pycache_prefix, sys.dont_write_bytecode = os.environ["PYTHONPYCACHEPREFIX"], False
    settings.register_profile("any machine", deadline=None)
    settings.load_profile("any machine")
    if os.access("/dev/shm", os.W_OK):  # noqa: S108 (Linux's own)
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", "/dev/shm")  # noqa: S108


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: a journey often waits for another process."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest ones first, so that no process is left alone with them at the end. Of the journeys that are about
    what people see, every third lives on PostgreSQL and the rest on SQLite; `SUPERCARGO_BOTH=1` asks for both."""
    if not os.environ.get("SUPERCARGO_BOTH"):
        left_out = [item for item in items if _is_for_the_other_database(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def _is_for_the_other_database(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    database = callspec.params.get("database_url") if callspec else None
    if database is None or not item.nodeid.startswith(SEEN) or item.get_closest_marker("on_both"):
        return False
    either_way = item.nodeid.replace(database, "")
    return bool(database != ("sqlite", "sqlite", "postgresql")[crc32(either_way.encode()) % 3])


SEEN = tuple(
    f"tests/journeys/test_{subject}.py"
    for subject in (
        "agreement_changes",
        "awards",
        "command",
        "complaint_story",
        "emergencies",
        "home",
        "hostile_text",
        "languages",
        "leave",
        "meetings",
        "order_files",
        "orders",
        "permissions",
        "praise",
        "promises",
        "rhythm",
        "talk",
        "tasks",
    )
)
"""Journeys about what people see. What is stored, who may change it, and what becomes of it when something breaks, is
tested on both databases always."""


LONGEST = (
    "tests/journeys/test_sample_month.py",
    "tests/journeys/test_campaign.py",
    "tests/browser/",
    "tests/department/test_agreement.py",
)


@pytest.fixture(scope="session", autouse=True)
def _made_once() -> Iterator[None]:
    """What every house of a process would make alike: its compiled SQL, the certificates that no local Slack asks for,
    and the handlers that urllib puts together anew for each request."""
    new_engine, firsts, opener = store_module._engine, dict[str, Engine](), urllib.request.build_opener()

    def engine(url: str) -> Engine:
        new = new_engine(url)
        first = firsts.setdefault(new.dialect.name, new)
        new.dialect, new._compiled_cache = first.dialect, first._compiled_cache
        return new

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_module, "_engine", engine)
        patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        patch.setattr(urllib.request, "build_opener", lambda *handlers: opener)
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a running PostgreSQL, with a migrated database named TEMPLATE in it."""
    given = os.environ.get(GIVEN)
    if given:
        yield _with_template(given)
        _execute(given, f"DROP DATABASE {TEMPLATE} WITH (FORCE)")
        return
    binaries = _binaries()
    if binaries is None:
        message = "there is no PostgreSQL on this machine: install it (Debian: apt-get install postgresql)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(f"LOUD SKIP: {message}")
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = _start(binaries, Path(folder))
        try:
            yield _with_template(server)
        finally:
            _as_ordinary_user([binaries / "pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop"], folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "supercargo.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: str = request.getfixturevalue("postgresql_server")
    used: list[str] = request.getfixturevalue("used_databases")
    if used:
        name = used.pop()
    else:
        name = f"t{uuid4().hex}"
        _execute(server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield _database(server, name)
    if _emptied(_database(server, name)):
        used.append(name)
    else:
        _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def used_databases() -> list[str]:
    """Databases that are migrated and empty again: making one takes longer than most tests."""
    return []


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """The store on a migrated, empty database of each kind."""
    opened = Store(database_url)
    yield opened
    opened.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of each kind with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: str = request.getfixturevalue("postgresql_server")
    name = f"t{uuid4().hex}"
    _execute(server, f"CREATE DATABASE {name}")
    yield _database(server, name)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _with_template(server: str) -> str:
    _execute(server, f"CREATE DATABASE {TEMPLATE}")
    upgrade(_database(server, TEMPLATE))
    return server


def _emptied(url: str) -> bool:
    """Take everything out of a database, its connections first; False for one whose tables are not as they were."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            connection.execute(text(f"{others} WHERE datname = current_database() AND pid <> pg_backend_pid()"))
            if set(inspect(connection).get_table_names()) != {*metadata.tables, "alembic_version"}:
                return False
            connection.exec_driver_sql("; ".join(str(table.delete()) for table in metadata.sorted_tables))
            for name in ("events", "outbox"):
                connection.execute(text(f"ALTER SEQUENCE {name}_id_seq RESTART"))
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD
    except DBAPIError:
        return False
    finally:
        engine.dispose()


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def _start(binaries: Path, folder: Path) -> str:
    """Start a server that only its socket reaches; nothing it writes has to survive."""
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    data = folder / "data"
    settings = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "jit=off")
    fast = [word for setting in (*settings, "wal_level=minimal", "max_wal_senders=0") for word in ("-c", setting)]
    options = " ".join([*fast, "-c", "listen_addresses=''", "-c", f"unix_socket_directories={folder}"])
    _as_ordinary_user(
        [binaries / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"], folder
    )
    _as_ordinary_user([binaries / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start"], folder)
    return f"postgresql+psycopg://tests@/postgres?host={folder}"


def _as_ordinary_user(command: list[Path | str], folder: Path | str) -> None:
    """PostgreSQL refuses to run as root."""
    user = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **user,  # type: ignore[call-overload]
    )
    assert done.returncode == 0, done.stdout


def _execute(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _database(server: str, name: str) -> str:
    return (
        server.replace("/postgres", f"/{name}", 1) if "@/postgres" in server else server.rsplit("/", 1)[0] + f"/{name}"
    )
