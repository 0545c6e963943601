"""Tables as people keep them: CSV and XLSX files, and what people mean by the days and amounts in their cells."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, Literal
from zipfile import ZipFile

from dateutil import parser

from department.agreement import Agreement, Member
from department.records import clean

LARGEST: Final = 10 * 1024 * 1024
LARGEST_UNPACKED: Final = 50 * 1024 * 1024
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 100

NOTHING: Final = frozenset({"", "-", "–", "—", "/", "n/a", "na", "tbd", "tba", "待定", "无", "未定"})
"""What stands in a cell that is empty."""

CURRENCIES: Final = {
    "¥": "",  # yen and yuan both
    "$": "",  # many
    "€": "EUR",
    "£": "GBP",
    "美金": "USD",
    "美元": "USD",
    "欧元": "EUR",
    "英镑": "GBP",
    "日元": "JPY",
    "人民币": "CNY",
    "RMB": "CNY",
    "US$": "USD",
}
"""How people write a currency besides its ISO code; empty where the sign says too little."""

_TOTAL: Final = re.compile(
    r"(?:本页|本表|本月)?\s*(?:合\s*计|总\s*计|小\s*计)\s*:?"
    r"|(?:sum|(?:sub-?|grand )?total)(?: amount| value| quantity| (?-i:[A-Z]{3}))?\s*:?",
    re.IGNORECASE,
)
_EXCEL_EPOCH: Final = date(1899, 12, 30)
"""Day 0 of Excel's 1900 date system, its leap-year slip of 1900 included, right for days from March 1900."""


_DECIMALS: Final = range(-6, 15)
"""Where the first digit of an amount somebody could mean stands, counted from the unit's."""

_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n]")

Reason = Literal["too_large", "too_many_rows", "too_many_columns", "not_csv", "not_xlsx"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file: its row and column, counted from one, the column's heading, a reason that the views
    have words for, and the facts the words need. Column 0 is one that the file does not have; without a heading it is
    the row as a whole, and row 0 is the file as a whole."""

    row: int
    column: int
    heading: str
    reason: str
    facts: Mapping[str, str] = field(default_factory=dict)


class Unreadable(Exception):
    """The file is not a table this program can read, and the reason why."""

    def __init__(self, reason: Reason, name: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.problem = Problem(0, 0, "", reason, {"name": name})


def read(raw: bytes, name: str) -> list[list[str]]:
    """The rows of the first sheet as text, days in ISO form, without the empty cells at their ends. CSV in UTF-8 or, as
    Excel saves it in China, GB 18030, with commas, semicolons or tabs. Raises Unreadable."""
    if len(raw) > LARGEST:
        raise Unreadable("too_large", name)
    rows = _sheet(raw, name) if Path(name).suffix.lower() in (".xlsx", ".xlsm") else _csv(raw, name)
    while rows and not rows[-1]:
        rows.pop()
    if len(rows) > MOST_ROWS:
        raise Unreadable("too_many_rows", name)
    if any(len(row) > MOST_COLUMNS for row in rows):
        raise Unreadable("too_many_columns", name)
    return [[_as_written(clean(cell)) for cell in row] for row in rows]


def write(rows: Iterable[Sequence[str]], path: Path) -> None:
    """Save rows as CSV or XLSX by the name's ending. What looks like a formula is kept from being one."""
    safe = ([harmless(cell) for cell in row] for row in rows)
    if path.suffix.lower() == ".xlsx":
        from openpyxl import Workbook  # takes a quarter of a second, which no start should wait for

        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in safe:
            sheet.append(row)
        book.save(path)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(safe)


def member(said: str, agreement: Agreement) -> Member | None:
    """The member a cell means: by id, with a space for the dot as well, e-mail address or name."""
    wanted = said.casefold()
    for each in agreement.members:
        names = (each.id, each.id.replace(".", " "), each.email, each.name.zh, each.name.en)
        if wanted in {name.casefold() for name in names}:
            return each
    return None


def harmless(cell: str) -> str:
    """Text that no spreadsheet runs as a formula: an apostrophe goes before = + - @ and control characters, unless it
    is a plain number; `read` takes it away again. Source: OWASP, CSV Injection."""
    if not _FORMULA.match(cell):
        return cell
    try:
        Decimal(cell)
    except InvalidOperation:
        return f"'{cell}"
    return cell


def is_nothing(cell: str) -> bool:
    """Whether a cell says that there is nothing, or nothing yet."""
    return plain(cell).casefold() in NOTHING


def is_total(row: Sequence[str]) -> bool:
    """Whether a row only adds up the others."""
    first = next((cell for cell in row if cell.strip()), "")
    return bool(_TOTAL.fullmatch(plain(first)))


def plain(cell: str) -> str:
    """A cell with full-width characters made half-width and its spaces tidied."""
    return " ".join(unicodedata.normalize("NFKC", cell).split())


def day(cell: str) -> date | None:
    """The day somebody means by 2026-12-20, 2026/11/2, 20261222, 2-Nov-26, 2026年11月5日, 2026.11.04 or Excel's 46329;
    None for what could be two days, such as 03/04/2026, for a day without its year, and for anything else."""
    said = plain(cell)
    if re.fullmatch(r"[34567]\d{4}(\.\d+)?", said):
        return _EXCEL_EPOCH + timedelta(days=int(float(said)))
    if said.isdigit() and len(said) != len("20261222"):
        return None
    if found := re.fullmatch(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})日?", said):
        said = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    if found := re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{1,4})", said):
        first, second = int(found[1]), int(found[2])
        if (first <= 12 and second <= 12 and first != second) or len(found[3]) == 1:
            return None
    yearfirst = bool(re.match(r"\d{4}", said))
    try:
        one, other = (parser.parse(said, yearfirst=yearfirst, default=missing).date() for missing in _MISSING)
    except (ValueError, OverflowError):
        return None
    return one if one == other else None


_MISSING: Final = (datetime(2000, 1, 1), datetime(2001, 5, 9))  # noqa: DTZ001 (two days without a place)
"""What a reader of days fills in where nothing is said; a day that depends on it was not said whole."""


def moment(cell: str) -> datetime | None:
    """The moment somebody means by 2026-12-18 17:00, 2026/12/18 17:00, 2026年12月18日17时, 12/18/2026 5:00 PM, Excel's
    46374.708333 or an ISO form, which alone may name its zone; None where the day or the time of day is missing."""
    said = plain(cell)
    if re.fullmatch(r"[34567]\d{4}\.\d+", said):
        minutes = round(float(said) % 1 * 24 * 60)
        return datetime.combine(_EXCEL_EPOCH + timedelta(days=int(float(said))), time()) + timedelta(minutes=minutes)
    found = _MOMENT.fullmatch(said)
    if found is None:
        return None
    try:
        return datetime.fromisoformat(said)
    except ValueError:
        on, hour, half = day(found["day"]), int(found["hour"]), (found["half"] or "").upper()
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "PM" else 0) if half else hour
    try:
        return datetime.combine(on, time(hour, int(found["minute"] or 0))) if on else None
    except ValueError:
        return None


_MOMENT: Final = re.compile(
    r"(?P<day>.+?)[T\s]*(?<!\d)(?P<hour>\d{1,2})[:时点](?P<minute>\d{2})?分?(?::\d{2}(?:\.\d+)?)?\s*"
    r"(?P<half>[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?"
)


def money(cell: str) -> tuple[Decimal | None, str]:
    """An amount and, where the cell names it, its currency: 12,450.00, €9.980,00, USD 45,000, ¥２,３００,０００. The
    last separator is the decimal one unless just three digits follow it."""
    said = plain(cell).upper()
    currency = ""
    for sign in sorted(CURRENCIES, key=len, reverse=True):
        if sign in said:
            currency, said = CURRENCIES[sign], said.replace(sign, "")
            break
    if found := re.search(r"^([A-Z]{3})(?![A-Z])|(?<![A-Z])([A-Z]{3})$", said.strip()):
        currency = found[1] or found[2]
        said = said.replace(currency, "")
    digits = said.replace(" ", "").replace("'", "")
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        separators = {mark for mark in digits if mark in ".,"}
        is_thousands = len(digits) - last - 1 == 3 and (len(separators) == 1)
        whole = re.sub(r"[.,]", "", digits if is_thousands else digits[:last])
        digits = whole if is_thousands else f"{whole}.{digits[last + 1 :]}"
    try:
        amount = Decimal(digits)
    except InvalidOperation:
        return None, currency
    return (amount if amount.is_finite() and amount.adjusted() in _DECIMALS else None), currency


def number(value: Decimal) -> str:
    """A number as `money` reads it again: three decimals could be thousands, so that there are four then."""
    said = f"{value:f}"
    return f"{said}0" if len(said.partition(".")[2]) == 3 else said


def _csv(raw: bytes, name: str) -> list[list[str]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    try:
        return [_trimmed(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    except csv.Error as problem:
        raise Unreadable("not_csv", name) from problem


def _sheet(raw: bytes, name: str) -> list[list[str]]:
    from openpyxl import load_workbook

    try:
        with ZipFile(io.BytesIO(raw)) as packed:
            unpacked = sum(item.file_size for item in packed.infolist())
        if unpacked > LARGEST_UNPACKED:
            raise Unreadable("too_large", name)
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        found = book.worksheets[0].iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS + 1, values_only=True)
        rows = [
            _trimmed([_text(value) for value in row]) if any(value is not None for value in row) else []
            for row in found
        ]
        book.close()
    except Unreadable:
        raise
    except Exception as problem:  # what openpyxl and its XML parser meet in a broken file is not one kind of error
        raise Unreadable("not_xlsx", name) from problem
    return rows


def _trimmed(row: list[str]) -> list[str]:
    while row and not row[-1].strip():
        row.pop()
    return row


def _as_written(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case float():
            return number(Decimal(repr(value)))
        case _:
            return str(value)
