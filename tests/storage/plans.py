"""How the database goes about what it is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session


def plans(session: Session, monkeypatch: pytest.MonkeyPatch, ask: Callable[[], object]) -> list[str]:
    """The steps of every statement that `ask` sends, in the database's own words."""
    asked: list[tuple[str, Any]] = []
    connection = session.connection()
    driver = type(connection.connection)
    cursor = driver.cursor
    with monkeypatch.context() as patched:
        patched.setattr(driver, "cursor", lambda connection, *how: _Noted(cursor(connection, *how), asked))
        ask()
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    return [
        str(step)
        for statement, parameters in asked
        if "FROM" in statement
        for step in connection.exec_driver_sql(f"{explain} {statement}", parameters)
    ]


class _Noted:
    """A driver's cursor that notes what is asked of it."""

    def __init__(self, cursor: Any, asked: list[tuple[str, Any]]) -> None:
        self._cursor, self._asked = cursor, asked

    def execute(self, statement: str, parameters: Any = ()) -> Any:
        """Note it and do it."""
        self._asked.append((statement, parameters if isinstance(parameters, dict) else tuple(parameters)))
        return self._cursor.execute(statement, parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)
