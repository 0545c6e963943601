"""Tables as people keep them: CSV and XLSX files, and what people mean by the days and amounts in their cells."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

from dateutil import parser

LARGEST: Final = 10 * 1024 * 1024
MOST_ROWS: Final = 20_000

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

_TOTAL: Final = re.compile(r"(合计|总计|小计|sum|sub-?total|total|grand total)\s*[:：]?", re.IGNORECASE)
_EXCEL_EPOCH: Final = date(1899, 12, 30)
"""Day 0 of Excel's 1900 date system, its leap-year slip of 1900 included, right for days from March 1900."""


class Unreadable(Exception):
    """The file is not a table this program can read; the message says why, for whoever sent it."""


def read(raw: bytes, name: str) -> list[list[str]]:
    """The rows of the first sheet as text, days in ISO form. CSV in UTF-8 or, as Excel saves it in China, GB 18030,
    with commas, semicolons or tabs. Raises Unreadable."""
    if len(raw) > LARGEST:
        raise Unreadable(f"{name} is larger than {LARGEST // 1024 // 1024} MB")
    rows = _sheet(raw, name) if Path(name).suffix.lower() in (".xlsx", ".xlsm") else _csv(raw)
    if len(rows) > MOST_ROWS:
        raise Unreadable(f"{name} has more than {MOST_ROWS} rows")
    return rows


def write(rows: Iterable[Sequence[str]], path: Path) -> None:
    """Save rows as CSV or XLSX by the name's ending. What looks like a formula is kept from being one."""
    safe = [[harmless(cell) for cell in row] for row in rows]
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


def harmless(cell: str) -> str:
    """Text that no spreadsheet runs as a formula: an apostrophe goes before = + - @ and control characters, unless it
    is a plain number. Source: OWASP, CSV Injection."""
    if not cell or cell[0] not in "=+-@\t\r\n":
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
    None for what could be two days, such as 03/04/2026, and for anything else."""
    said = plain(cell)
    if re.fullmatch(r"[34567]\d{4}(\.0+)?", said):
        return _EXCEL_EPOCH + timedelta(days=int(float(said)))
    if found := re.fullmatch(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})日?", said):
        said = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    if found := re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{2,4})", said):
        first, second = int(found[1]), int(found[2])
        if first <= 12 and second <= 12 and first != second:
            return None
    try:
        return parser.parse(said, yearfirst=bool(re.match(r"\d{4}", said)), default=datetime(1, 1, 1)).date()  # noqa: DTZ001
    except (ValueError, OverflowError):
        return None


def money(cell: str) -> tuple[Decimal | None, str]:
    """An amount and, where the cell names it, its currency: 12,450.00, €9.980,00, USD 45,000, ¥２,３００,０００. The
    last separator is the decimal one unless just three digits follow it."""
    said = plain(cell).upper()
    currency = ""
    for sign in sorted(CURRENCIES, key=len, reverse=True):
        if sign in said:
            currency, said = CURRENCIES[sign], said.replace(sign, "")
            break
    if found := re.search(r"^([A-Z]{3})\b|\b([A-Z]{3})$", said.strip()):
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
    return (amount if amount.is_finite() else None), currency


def _csv(raw: bytes) -> list[list[str]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as problem:
        raise Unreadable(f"this is not a CSV file ({problem})") from problem


def _sheet(raw: bytes, name: str) -> list[list[str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = [[_text(value) for value in row] for row in sheet.iter_rows(max_row=MOST_ROWS + 1, values_only=True)]
        book.close()
    except (BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, OSError) as problem:
        raise Unreadable(f"{name} is not an XLSX file ({type(problem).__name__})") from problem
    return rows


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
        case _:
            return str(value)
