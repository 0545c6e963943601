"""Spreadsheets of orders: every problem by row and column, days and amounts as people write them, no formulas."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from bot import customers, demo, orders, spreadsheets
from bot.orders import Problem
from bot.views.orders.sheet import problem
from bot.views.wording import Words
from storage.customers import Customer, folded

AGREEMENT = demo.sample_agreement()
KNOWN = [row for row in customers.read(demo.CUSTOMERS, AGREEMENT) if isinstance(row, customers.Row)]
BY_NAME = {folded(row.name): Customer(row.name, row.code, row.country or "", row.owner) for row in KNOWN}
BY_CODE = {row.code: BY_NAME[folded(row.name)] for row in KNOWN}


def read(raw: bytes, name: str = "orders.csv") -> list[orders.Row] | list[Problem]:
    """A file, with the sample department's customers known."""
    return orders.read(
        raw,
        name,
        AGREEMENT,
        lambda said: BY_NAME.get(folded(said)) or BY_CODE.get(said),
        [row.name for row in KNOWN],
    )


def test_every_problem_of_a_messy_file_is_listed_with_row_and_column() -> None:
    raw = (Path(__file__).parent / "orders_messy.csv").read_bytes()
    words = Words(("en",), "Asia/Shanghai")
    assert [problem(item, words) for item in read(raw) if isinstance(item, Problem)] == [
        "Row 2, column 客户: The customer “Nordkok AB” is not known. Did you mean “Nordkök AB”?",
        "Row 4, column 客户: The customer “Prairie Table” is not known. Did you mean “Prairie Table Inc.”?",
        "Row 4, column 贸易术语: FOB has no place. Write where, such as FOB Ningbo.",
        "Row 5, column 订单号: HC26-0893 stands in row 4 already. Keep one of the two rows.",
        "Row 6, column 订单号: There is no order number. Write the order's number.",
        "Row 6, column 客户: The customer “Gulf Pantry” is not known. Did you mean “Gulf Pantry General Trading LLC”?",
        "Row 7, column 客户: The customer “日向キッチン” is not known."
        " Did you mean “日向キッチン株式会社 (Hinata Kitchen K.K.)”?",
        "Row 8, column 客户: The customer “Andes Hogar” is not known. Did you mean “Andes Hogar SpA”?",
        "Row 8, column 金额: “” is no amount. Write a number such as 12450.00.",
    ]


def test_the_mended_file_is_read_whole_without_its_total_row() -> None:
    text = (Path(__file__).parent / "orders_messy.csv").read_text(encoding="utf-8")
    lines = text.replace("Nordkok AB", "Nordkök AB").replace(",FOB,OA60天", ",FOB Ningbo,OA60天").splitlines()
    kept = [line for line in lines if not line.startswith((",", "HC26-0895")) and "duplicate" not in line]
    mended = "\n".join(kept).replace("Prairie Table,", "Prairie Table Inc.,")
    mended = mended.replace("日向キッチン,", "日向キッチン株式会社 (Hinata Kitchen K.K.),")
    rows = read(mended.encode())
    assert all(isinstance(row, orders.Row) for row in rows), rows
    found = {row.order_no: row for row in rows if isinstance(row, orders.Row)}
    assert list(found) == ["HC26-0891", "HC26-0892", "HC26-0893", "HC26-0894"]
    amounts = {no: (row.terms.amount, row.terms.currency) for no, row in found.items()}
    assert amounts == {
        "HC26-0891": (Decimal("12450.00"), "EUR"),
        "HC26-0892": (Decimal("9980.00"), "EUR"),
        "HC26-0893": (Decimal("45000"), "USD"),
        "HC26-0894": (Decimal("2300000"), "JPY"),
    }
    assert {row.dates["promised_shipment"] for row in found.values()} == {"2026-12-20", "2026-12-22", "2026-12-18"}
    assert found["HC26-0893"].terms.payment == "oa"
    assert found["HC26-0892"].people == {"sales": "chen.yuqing"}


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("2026-12-20", date(2026, 12, 20)),
        ("2026/11/2", date(2026, 11, 2)),
        ("2026.11.04", date(2026, 11, 4)),
        ("20261222", date(2026, 12, 22)),
        ("2-Nov-26", date(2026, 11, 2)),
        ("Dec 20, 2026", date(2026, 12, 20)),
        ("2026年11月5日", date(2026, 11, 5)),
        ("２０２６年１２月１８日", date(2026, 12, 18)),
        ("46376", date(2026, 12, 20)),
        ("20/12/2026", date(2026, 12, 20)),
        ("03/04/2026", None),
        ("soon", None),
        ("2026-02-30", None),
    ],
)
def test_days_as_people_write_them(cell: str, meant: date | None) -> None:
    assert spreadsheets.day(cell) == meant


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("12,450.00", (Decimal("12450.00"), "")),
        ("€9.980,00", (Decimal("9980.00"), "EUR")),
        ("USD 45,000", (Decimal(45000), "USD")),
        ("45.5", (Decimal("45.5"), "")),
        ("1.234.567", (Decimal(1234567), "")),
        ("¥２,３００,０００", (Decimal(2300000), "")),
        ("1 250,5 EUR", (Decimal("1250.5"), "EUR")),
        ("-", (None, "")),
        ("1e99", (Decimal("1e99"), "")),
        ("NaN", (None, "NAN")),
    ],
)
def test_amounts_as_people_write_them(cell: str, meant: tuple[Decimal | None, str]) -> None:
    assert spreadsheets.money(cell) == meant


@given(st.text(max_size=40))
def test_no_cell_becomes_a_formula(cell: str) -> None:
    kept = spreadsheets.harmless(cell)
    assert kept.removeprefix("'") == cell.removeprefix("'") or kept == f"'{cell}"
    if kept[:1] in ("=", "+", "-", "@"):
        Decimal(kept)  # a plain number is the only thing that may begin so


def test_an_xlsx_file_is_read_like_a_csv_one_and_a_broken_one_is_refused() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["订单号", "客户", "金额", "币种", "贸易术语", "付款方式", "交货期"])
    sheet.append(["HC26-0901", "Nordkök AB", 12450.5, "EUR", "FOB Ningbo", "T/T 30/70", datetime(2026, 12, 20)])  # noqa: DTZ001
    raw = io.BytesIO()
    book.save(raw)
    [row] = read(raw.getvalue(), "orders.xlsx")
    assert isinstance(row, orders.Row)
    assert (row.terms.amount, row.dates) == (Decimal("12450.5"), {"promised_shipment": "2026-12-20"})
    [broken] = read(b"PK\x03\x04 not really", "orders.xlsx")
    assert isinstance(broken, Problem)
    assert "is not an XLSX file" in broken.facts["what"]
    [headless] = read(b"a,b\n1,2\n")
    assert isinstance(headless, Problem)
    assert headless.reason == "no_columns"


def test_what_is_written_out_opens_in_a_spreadsheet_without_formulas(tmp_path: Path) -> None:
    for name in ("out.csv", "out.xlsx"):
        spreadsheets.write([["order_no", "product"], ["HC26-0901", '=HYPERLINK("http://x")']], tmp_path / name)
    assert "'=HYPERLINK" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    cell = load_workbook(tmp_path / "out.xlsx").worksheets[0]["B2"]
    assert (cell.data_type, cell.value) == ("s", '\'=HYPERLINK("http://x")')
