"""The list of customers, from and into a CSV or XLSX file: all of it, or every problem with its row and column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from sqlalchemy.orm import Session

from bot import spreadsheets
from department.agreement import Agreement, Country, Currency, Zone
from department.agreement_file import Problem
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


def read(path: Path, agreement: Agreement) -> list[Row] | list[Problem]:
    """The customers in a CSV or XLSX file, or everything wrong in it."""
    try:
        rows = spreadsheets.read(path.read_bytes(), path.name)
    except spreadsheets.Unreadable as error:
        return [Problem(path.name, 1, 1, str(error), "save it as CSV or XLSX")]
    names = [COLUMNS.get(name.strip().casefold(), "") for name in (rows[0] if rows else [])]
    if "name" not in names:
        return [Problem(path.name, 1, 1, "there is no column for the name", "call it name, or 客户名称")]
    found: list[Row] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for place, cells in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in cells) or spreadsheets.is_total(cells):
            continue
        values = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name and cell.strip()}
        try:
            row = Row.model_validate({**values, "name": values.get("name", "")})
        except ValidationError as error:
            problems += _problems(error, names, path.name, place)
            continue
        owner = _member(row.owner, agreement)
        first = seen.setdefault(customers.folded(row.name), place)
        if first != place:
            what = f"the customer {row.name!r} stands on line {first} already"
            problems.append(Problem(path.name, place, names.index("name") + 1, what, "keep one of the two lines"))
        if owner is None:
            what = f"{row.owner!r} is nobody of the agreement"
            problems.append(
                Problem(path.name, place, names.index("owner") + 1, what, "write a member's id, e-mail or name")
            )
        found.append(row.model_copy(update={"owner": owner}))
    return problems or found


def keep(session: Session, workspace: str, rows: Iterable[Row]) -> None:
    """Store them; a customer who is known already gets what the file says, and keeps what it leaves empty."""
    for row in rows:
        known = {name: value for name, value in row.model_dump(exclude={"name"}).items() if value}
        customers.upsert(session, workspace, name=row.name, **known)


def table(session: Session, workspace: str) -> list[list[str]]:
    """Every customer as a row under its head, as `read` reads them again."""
    head = ["customer_id", "name", "country", "timezone", "tier", "default_currency", "sales_owner"]
    return [head, *customers.every(session, workspace)]


def _member(said: str, agreement: Agreement) -> str | None:
    """The id of the member somebody means; empty for nobody, None for somebody who is not there."""
    if not said:
        return ""
    wanted = said.casefold()
    return next(
        (
            member.id
            for member in agreement.members
            if wanted in {name.casefold() for name in (member.id, member.email, member.name.zh, member.name.en)}
        ),
        None,
    )


def _problems(error: ValidationError, names: list[str], source: str, line: int) -> Iterator[Problem]:
    for item in error.errors(include_url=False):
        name = str(item["loc"][0])
        column = names.index(name) + 1 if name in names else 1
        match item["type"]:
            case "string_too_short":
                yield Problem(source, line, column, "the name is empty", "write the customer's name")
            case "string_too_long":
                most = item["ctx"]["max_length"]
                yield Problem(source, line, column, f"{name} is too long", f"keep it to {most} characters")
            case _:
                what, _, instead = item["msg"].removeprefix("Value error, ").partition("; ")
                yield Problem(source, line, column, what, instead)
