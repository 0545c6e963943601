"""The list of customers, from and into a CSV or XLSX file: all of it, or every problem with its row and column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from sqlalchemy.orm import Session

from bot import spreadsheets
from bot.spreadsheets import Problem
from department.agreement import Agreement, Country, Currency, Zone
from storage import customers

COLUMNS: Final = {
    "customer_id": "code",
    "客户编号": "code",
    "name": "name",
    "客户名称": "name",
    "country": "country",
    "国家": "country",
    "timezone": "timezone",
    "时区": "timezone",
    "tier": "tier",
    "客户等级": "tier",
    "default_currency": "currency",
    "币种": "currency",
    "sales_owner": "owner",
    "业务员": "owner",
}
"""The columns that are read; others may be there. `sales_owner` is a member's id, e-mail address or name."""


class Row(BaseModel):
    """A customer as the file has it; everything but the name may be empty."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=75)
    code: Annotated[str, StringConstraints(max_length=40)] = ""
    country: Country | None = None
    timezone: Zone | None = None
    tier: Annotated[str, StringConstraints(max_length=8)] = ""
    currency: Currency | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is in a file: its customers or, instead, everything wrong in it; and the headings of what was not read."""

    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What a file would change about a customer: by field, the value before and after. Of a new one nothing was
    before."""

    name: str
    is_new: bool
    fields: Mapping[str, tuple[str, str]]


def read(raw: bytes, name: str, agreement: Agreement) -> Found:
    """The customers in a CSV or XLSX file, or everything wrong in it."""
    try:
        rows = spreadsheets.read(raw, name)
    except spreadsheets.Unreadable as error:
        return Found(problems=(error.problem,))
    headings = [cell.strip() for cell in (rows[0] if rows else [])]
    names = [COLUMNS.get(heading.casefold(), "") for heading in headings]
    if "name" not in names:
        return Found(problems=(Problem(0, 0, "", "no_name_column"),))
    found: list[Row] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}

    def wrong(line: int, column: str, reason: str, **facts: str) -> None:
        place = names.index(column)
        problems.append(Problem(line, place + 1, headings[place], reason, facts))

    for line, cells in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in cells) or spreadsheets.is_total(cells):
            continue
        values = {column: cell.strip() for column, cell in zip(names, cells, strict=False) if column and cell.strip()}
        try:
            row = Row.model_validate({**values, "name": values.get("name", "")})
        except ValidationError as error:
            for column, reason, facts in _reasons(error, values):
                wrong(line, column, reason, **facts)
            continue
        owner = spreadsheets.member(row.owner, agreement) if row.owner else None
        first = seen.setdefault(customers.folded(row.name), line)
        if first != line:
            wrong(line, "name", "customer_twice", said=row.name, row=str(first))
        if row.owner and owner is None:
            wrong(line, "owner", "nobody", said=row.owner)
        found.append(row.model_copy(update={"owner": owner.id if owner else ""}))
    unread = tuple(heading for heading, column in zip(headings, names, strict=True) if heading and not column)
    return Found(rows=() if problems else tuple(found), problems=tuple(problems), unread=unread)


def foresee(session: Session, workspace: str, rows: Iterable[Row]) -> list[Change]:
    """What taking the rows over would change, those left out that stay as they are."""
    columns = ("code", "name", "country", "timezone", "tier", "currency", "owner")
    there = {
        customers.folded(known[1]): dict(zip(columns, known, strict=True))
        for known in customers.every(session, workspace)
    }
    changes = []
    for row in rows:
        known = there.get(customers.folded(row.name))
        before = known or {}
        fields = {
            name: (before.get(name, ""), value)
            for name, value in {"name": row.name, **_said(row)}.items()
            if value != before.get(name, "")
        }
        if fields:
            changes.append(Change(row.name, known is None, fields))
    return changes


def keep(session: Session, workspace: str, rows: Iterable[Row]) -> int:
    """Store them, and say how many; a customer who is known already gets what the file says, and keeps what it leaves
    empty."""
    count = 0
    for row in rows:
        customers.upsert(session, workspace, name=row.name, **_said(row))
        count += 1
    return count


def _said(row: Row) -> dict[str, str]:
    return {name: value for name, value in row.model_dump(exclude={"name"}).items() if value}


def table(session: Session, workspace: str) -> list[list[str]]:
    """Every customer as a row under its head, as `read` reads them again."""
    head = ["customer_id", "name", "country", "timezone", "tier", "default_currency", "sales_owner"]
    return [head, *customers.every(session, workspace)]


def _reasons(error: ValidationError, values: Mapping[str, str]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """What is wrong with a row: the field, a reason that the views have words for, and its facts."""
    for item in error.errors(include_url=False):
        column = str(item["loc"][0])
        match item["type"]:
            case "string_too_short":
                yield column, "no_customer", {}
            case "string_too_long":
                yield column, "too_long", {"most": str(item["ctx"]["max_length"])}
            case _:
                yield column, f"no_{column}", {"said": values[column]}
