"""Spreadsheets of orders: every problem by row and column, days and amounts as people write them, no formulas."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

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
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
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
        ("12/20", None),
        ("Dec 20", None),
        ("20-Dec", None),
        ("12", None),
        ("2026-12", None),
        ("monday", None),
        ("10:30", None),
        ("1/2/3", None),
    ],
)
def test_days_as_people_write_them(cell: str, meant: date | None) -> None:
    assert spreadsheets.day(cell) == meant


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("2026-12-18 17:00", "2026-12-18T17:00:00"),
        ("2026/12/18 9:05", "2026-12-18T09:05:00"),
        ("2026年12月18日17时", "2026-12-18T17:00:00"),
        ("２０２６-12-18 17：00", "2026-12-18T17:00:00"),
        ("12/18/2026 5:00 PM", "2026-12-18T17:00:00"),
        ("12/18/2026 12:30 am", "2026-12-18T00:30:00"),
        ("18-Dec-26 17:00:00", "2026-12-18T17:00:00"),
        ("46374.708333", "2026-12-18T17:00:00"),
        ("2026-12-18T17:00:00+08:00", "2026-12-18T17:00:00+08:00"),
        ("2026-12-18", None),
        ("46374", None),
        ("17:00", None),
        ("12/18 17:00", None),
        ("2026-12-18 25:00", None),
    ],
)
def test_moments_as_people_and_spreadsheets_write_them(cell: str, meant: str | None) -> None:
    found = spreadsheets.moment(cell)
    assert (found.isoformat() if found else None) == meant


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
        ("USD12", (Decimal(12), "USD")),
        ("(100)", (None, "")),
        ("1e99", (None, "")),
        ("9" * 40, (None, "")),
        ("NaN", (None, "NAN")),
    ],
)
def test_amounts_as_people_write_them(cell: str, meant: tuple[Decimal | None, str]) -> None:
    assert spreadsheets.money(cell) == meant


@pytest.mark.parametrize("first", ["合计", "合 计", "本页合计：", "Total", "Grand total:", "Total amount", "TOTAL USD"])
def test_rows_that_add_up_the_others_are_known_as_such(first: str) -> None:
    assert spreadsheets.is_total(["", first, "22,430.00"])
    assert not spreadsheets.is_total(["HC26-0901", first])


def test_a_customer_whose_name_begins_with_total_is_one() -> None:
    assert not spreadsheets.is_total(["Total Energies", "FR"])


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


def sheet_of(*cells: str) -> bytes:
    """An XLSX file whose sheet has these cells, as its XML writes them."""
    raw = io.BytesIO()
    Workbook().save(raw)
    made = io.BytesIO()
    with ZipFile(raw) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            inside = f"<worksheet {NAMESPACE}><sheetData>{''.join(cells)}</sheetData></worksheet>".encode()
            new.writestr(name, inside if name.endswith("sheet1.xml") else old.read(name))
    return made.getvalue()


def text(place: str, said: str) -> str:
    """A row with one cell of text."""
    row = place.lstrip("ACDFWX")
    return f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>{said}</t></is></c></row>'


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (sheet_of(text("CW1", "order_no")), "too_many_columns"),
        (sheet_of(text("A1", "order_no"), text("A20001", "1")), "too_many_rows"),
        (sheet_of(text("A1", "order_no" * 7_000_000)), "too_large"),
        (sheet_of('<row r="1"><c'), "not_xlsx"),
    ],
    ids=["a wide head", "a cell far below", "much in little", "half a sheet"],
)
def test_a_file_that_would_hold_everybody_up_is_refused_at_once(raw: bytes, reason: str) -> None:
    with pytest.raises(spreadsheets.Unreadable) as refused:
        spreadsheets.read(raw, "orders.xlsx")
    assert refused.value.reason == reason


def test_a_stray_cell_a_character_no_database_keeps_and_three_decimals_do_no_harm() -> None:
    assert spreadsheets.read(b"order_no,product\nA-1,Pa\0ns\n", "a.csv")[1] == ["A-1", "Pans"]
    [[first], *_] = spreadsheets.read(sheet_of(text("A1", "order_no"), text("XFD20000", "1")), "a.xlsx")
    assert first == "order_no"
    [[cell]] = spreadsheets.read(sheet_of('<row r="1"><c r="A1"><v>1234.567</v></c></row>'), "a.xlsx")
    assert spreadsheets.money(cell) == (Decimal("1234.567"), "")


def test_what_is_written_out_opens_in_a_spreadsheet_without_formulas(tmp_path: Path) -> None:
    for name in ("out.csv", "out.xlsx"):
        spreadsheets.write([["order_no", "product"], ["HC26-0901", '=HYPERLINK("http://x")']], tmp_path / name)
    assert "'=HYPERLINK" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    cell = load_workbook(tmp_path / "out.xlsx").worksheets[0]["B2"]
    assert (cell.data_type, cell.value) == ("s", '\'=HYPERLINK("http://x")')
