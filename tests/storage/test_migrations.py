"""A database goes up and down, what is in it survives, and the migrations make exactly the tables of the schema."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Column, Engine, MetaData, Table, create_engine, inspect, text

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


def test_what_any_earlier_revision_stored_is_there_in_the_newest_and_on_the_way_back(empty_database_url: str) -> None:
    first, *later = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]
    command.upgrade(config(empty_database_url), first)
    of_the_first = put_a_row_into_each_new_table(empty_database_url, {})
    stored = dict(of_the_first)
    for each in later:
        command.upgrade(config(empty_database_url), each)
        stored |= put_a_row_into_each_new_table(empty_database_url, stored)
    assert_kept(stored, empty_database_url)
    command.downgrade(config(empty_database_url), first)
    assert_kept(of_the_first, empty_database_url)


Rows = dict[str, dict[str, Any]]


def put_a_row_into_each_new_table(url: str, known: Rows) -> Rows:
    """The new rows by table, with something in each column, for the tables that are not known yet."""
    made: Rows = {}
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in reflected(engine):
            if table.name not in known:
                connection.execute(table.insert().values({column.name: something(column) for column in table.columns}))
                made[table.name] = dict(connection.execute(table.select()).one()._mapping)
    engine.dispose()
    return made


def assert_kept(stored: Rows, url: str) -> None:
    """Each table has its one row, unchanged in the columns that are still or already there."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = {table.name: connection.execute(table.select()).one()._mapping for table in reflected(engine)}
    engine.dispose()
    assert rows.keys() == stored.keys()
    for name, row in rows.items():
        there = {column: value for column, value in stored[name].items() if column in row}
        assert {column: row[column] for column in there} == there, name


def reflected(engine: Engine) -> list[Table]:
    found = MetaData()
    found.reflect(engine)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def something(column: Column[Any]) -> object:
    if isinstance(column.type, JSON):
        return {"in": "it"}
    return {str: "T1", int: 1, bool: True, datetime: datetime(2026, 10, 12, tzinfo=UTC), date: date(2026, 10, 12)}[
        column.type.python_type
    ]


def test_the_cut_offs_of_open_orders_have_their_columns_after_the_upgrade(empty_database_url: str) -> None:
    upgrade_to, back_to = "0019", "0018"
    command.upgrade(config(empty_database_url), back_to)
    moved = [("si_cutoff", "2026-10-13T04:00:00+00:00"), ("cy_closing", "2026-10-15T10:00:00+00:00")]
    moved += [("si_cutoff", "2026-10-14T04:00:00+00:00")]
    dates = [{"code": code, "value": value, "by": "x", "at": value, "source": ""} for code, value in moved]
    engine = create_engine(empty_database_url)
    with engine.begin() as connection:
        [table] = [each for each in reflected(engine) if each.name == "orders"]
        row = {column.name: something(column) for column in table.columns}
        connection.execute(table.insert().values({**row, "state": "open", "dates": dates}))
    engine.dispose()
    command.upgrade(config(empty_database_url), upgrade_to)
    [kept] = execute(empty_database_url, "SELECT si_cutoff_at, cy_closing_at, vgm_cutoff_at FROM orders")
    assert [str(each)[:16] for each in kept] == ["2026-10-14 04:00", "2026-10-15 10:00", "None"]
    command.downgrade(config(empty_database_url), back_to)
    [[first]] = execute(empty_database_url, "SELECT cut_off_at FROM orders")
    assert str(first)[:16] == "2026-10-14 04:00"


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
