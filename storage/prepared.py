"""Statements on the paths that people wait for: SQLAlchemy puts each together once, then the driver runs it.

A session looks at a statement anew every time, which costs many times what the database needs for it. Here its text,
and how values go in and rows come out, are kept. What goes in, what comes out and what the database refuses are the
same.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any, Final, cast

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Table, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

Statement = Select[Any] | Insert | Update | Delete
Values = Mapping[str, Any]
Convert = Callable[[Any], Any]

NO_VALUES: Final[Values] = {}


class Prepared:
    """A statement with a `bindparam` for everything that changes; where the databases do not say it alike, the function
    that makes it for a dialect's name."""

    def __init__(self, statement: Statement | Callable[[str], Statement]) -> None:
        self._statement = statement
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def run(self, session: Session, *rows: Values) -> None:
        """Run it once for each of the rows, which have the same names; for none of them not at all."""
        if rows:
            connection = connection_of(session)
            self._for(connection.dialect, rows[0]).run(connection, rows)

    def all(self, session: Session, values: Values = NO_VALUES) -> list[Any]:
        """Every row that it finds or returns, each a named tuple."""
        connection = connection_of(session)
        return self._for(connection.dialect, values).all(connection, values)

    def first(self, session: Session, values: Values = NO_VALUES) -> Any:
        """The first row; None where there is none."""
        return next(iter(self.all(session, values)), None)

    def scalar(self, session: Session, values: Values = NO_VALUES) -> Any:
        """What stands first in the first row; None where there is none."""
        row = self.first(session, values)
        return None if row is None else row[0]

    def _for(self, dialect: Dialect, values: Values) -> _Compiled:
        key = (dialect.name, *values)
        if key not in self._compiled:
            statement = self._statement(dialect.name) if callable(self._statement) else self._statement
            self._compiled[key] = _Compiled(statement, dialect, values)
        return self._compiled[key]


def connection_of(session: Session) -> Connection:
    """The connection that a store binds each of its sessions to: a session's own answer costs more."""
    return cast(Connection, session.bind)


def insert_into(table: Table, dialect: str) -> Any:
    """The INSERT of a database, by its dialect's name, which may say what to do on a conflict."""
    return import_module(f"sqlalchemy.dialects.{dialect}").insert(table)


class _Compiled:
    """A statement for one database and values of these names."""

    def __init__(self, statement: Statement, dialect: Dialect, values: Values) -> None:
        columns = list(statement.exported_columns)
        if isinstance(statement, Insert) and not columns:
            statement = statement.inline()  # else PostgreSQL is asked for the new row's id
        columns_of = list(values) if isinstance(statement, Insert) else None
        compiled = statement.compile(dialect=dialect, column_keys=columns_of)
        self._dialect = dialect
        self._refusal: type[Exception] = dialect.loaded_dbapi.Error
        self._text = compiled.string
        self._constants = {name: value for name, value in compiled.params.items() if name not in values}
        self._names = tuple(compiled.positiontup or compiled.params)
        self._is_positional = compiled.positional
        kinds = (compiled.binds[name].type.dialect_impl(dialect) for name in self._names)
        self._ins = _converters(kind.bind_processor(dialect) for kind in kinds)
        outs = (column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns)
        self._outs = _converters(outs)
        self._row: Any = namedtuple("Row", [str(column.key) for column in columns], rename=True)  # type: ignore[misc]

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        cursor: Any = connection.connection.cursor()
        try:
            if len(rows) == 1:
                cursor.execute(self._text, self._bound(rows[0]))
            else:
                cursor.executemany(self._text, [self._bound(row) for row in rows])
        except self._refusal as error:
            raise self._as_sqlalchemy(error, connection, cursor) from error

    def all(self, connection: Connection, values: Values) -> list[Any]:
        cursor: Any = connection.connection.cursor()
        try:
            cursor.execute(self._text, self._bound(values))
            found = cursor.fetchall()
        except self._refusal as error:
            raise self._as_sqlalchemy(error, connection, cursor) from error
        return [self._row._make(self._read(row) if self._outs else row) for row in found]

    def _bound(self, values: Values) -> Any:
        if self._constants:
            values = {**self._constants, **values}
        bound = [values[name] for name in self._names]
        for place, into in self._ins:
            bound[place] = into(bound[place])
        return bound if self._is_positional else dict(zip(self._names, bound, strict=True))

    def _read(self, row: Iterable[Any]) -> list[Any]:
        found = list(row)
        for place, out in self._outs:
            found[place] = out(found[place])
        return found

    def _as_sqlalchemy(self, error: Any, connection: Connection, cursor: Any) -> BaseException:
        is_gone = self._dialect.is_disconnect(error, connection.connection, cursor)
        if is_gone:
            connection.invalidate(error)
        refused: BaseException = DBAPIError.instance(
            self._text,
            None,
            error,
            self._refusal,
            hide_parameters=True,
            connection_invalidated=is_gone,
            dialect=self._dialect,
        )
        return refused


def _converters(conversions: Iterable[Convert | None]) -> list[tuple[int, Convert]]:
    return [(place, convert) for place, convert in enumerate(conversions) if convert is not None]
