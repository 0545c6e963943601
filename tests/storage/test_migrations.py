"""A database goes up and down, what is in it survives, and the migrations make exactly the tables of the schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

import storage
from storage.store import Store, Unavailable, head, revision, upgrade

MIGRATIONS = Path(storage.__file__).parent / "migrations"


def config(url: str) -> Config:
    """Alembic's view of a database."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["url"] = url
    return made


def tables(url: str) -> set[str]:
    """The names of all tables."""
    engine = create_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names - {"alembic_version"}


def execute(url: str, statement: str) -> list[Any]:
    """One statement, committed."""
    engine = create_engine(url)
    with engine.begin() as connection:
        result = connection.execute(text(statement))
        rows = list(result) if result.returns_rows else []
    engine.dispose()
    return rows


def test_the_newest_revision_in_the_code_is_the_newest_file() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [head()]


def test_an_empty_database_has_no_revision_and_gets_the_newest(empty_database_url: str) -> None:
    assert revision(empty_database_url) is None
    upgrade(empty_database_url)
    assert revision(empty_database_url) == head()
    assert tables(empty_database_url) == {table.name for table in storage_tables()}


def test_the_migrations_make_exactly_the_tables_of_the_schema(database_url: str) -> None:
    command.check(config(database_url))


def test_what_is_stored_survives_another_upgrade(database_url: str) -> None:
    execute(database_url, "INSERT INTO counters VALUES ('T1', 'complaint', 41)")
    upgrade(database_url)
    assert execute(database_url, "SELECT last FROM counters") == [(41,)]


def test_all_the_way_down_and_up_again(database_url: str) -> None:
    command.downgrade(config(database_url), "base")
    assert tables(database_url) == set()
    upgrade(database_url)
    assert revision(database_url) == head()
    command.check(config(database_url))


def test_a_migration_that_fails_leaves_nothing_behind(empty_database_url: str) -> None:
    execute(empty_database_url, "CREATE TABLE workspaces (id INTEGER)")  # the last table of the first revision
    with pytest.raises(Exception, match="already exists"):
        upgrade(empty_database_url)
    assert tables(empty_database_url) == {"workspaces"}
    execute(empty_database_url, "DROP TABLE workspaces")
    upgrade(empty_database_url)
    assert revision(empty_database_url) == head()


def test_a_database_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path}/no/such/folder.db", "postgresql+psycopg://nobody@/none?host=/nowhere"):
        with pytest.raises(Unavailable):
            revision(url)
        store = Store(url)
        with pytest.raises(Unavailable), store.reading():
            pass
        store.dispose()


def storage_tables() -> list[Any]:
    """Every table of the schema."""
    from storage.schema import metadata

    return metadata.sorted_tables
