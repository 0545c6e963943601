"""Spreadsheets of orders: every problem by row and column, days and amounts as people write them, no formulas."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy.orm import Session

from bot import customers, demo, orders, past, spreadsheets
from bot.orders import Books, Found
from bot.views.files import problem
from bot.views.wording import Words
from department import orders as rules
from department.agreement import Member
from department.orders import Terms
from department.people import Office
from storage import orders as shelf
from storage.customers import Customer, folded
from storage.store import Store

AGREEMENT = demo.sample_agreement()
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
KNOWN = customers.read(demo.CUSTOMERS.read_bytes(), demo.CUSTOMERS.name, AGREEMENT).rows
BY_NAME = {folded(row.name): Customer(row.name, row.code, row.country or "", row.owner) for row in KNOWN}
BY_CODE = {row.code: BY_NAME[folded(row.name)] for row in KNOWN}


OFFICE = Office(AGREEMENT, datetime(2026, 10, 12, 1, tzinfo=UTC))
WORDS = Words(("en",), "Asia/Shanghai")


def found(raw: bytes, name: str = "orders.csv") -> Found:
    """What is in a file, with the sample department's customers known, and no order."""
    known = Books(
        lambda said: BY_NAME.get(folded(said)) or BY_CODE.get(said), [row.name for row in KNOWN], lambda code: None
    )
    return orders.read(raw, name, AGREEMENT, known)


def read(raw: bytes, name: str = "orders.csv") -> list[orders.Row] | list[str]:
    """The rows of a file, or its problems in words."""
    there = found(raw, name)
    return [problem(item, OFFICE, WORDS) for item in there.problems] or list(there.rows)


def test_every_problem_of_a_messy_file_is_listed_with_row_and_column() -> None:
    raw = (Path(__file__).parent / "orders_messy.csv").read_bytes()
    assert read(raw) == [
        "Row 2, column 客户: The customer “Nordkok AB” is not known. Did you mean “Nordkök AB”?",
        "Row 4, column 客户: The customer “Prairie Table” is not known. Did you mean “Prairie Table Inc.”?",
        "Row 4, column 贸易术语: FOB has no place. Write where, such as FOB Ningbo.",
        "Row 5, column 订单号: HC26-0893 stands in row 4 already. Keep one of the two rows.",
        "Row 6, column 订单号: There is no order number. Write the order's number.",
        "Row 6, column 客户: The customer “Gulf Pantry” is not known. Did you mean “Gulf Pantry General Trading LLC”?",
        "Row 7, column 客户: The customer “日向キッチン” is not known."
        " Did you mean “日向キッチン株式会社 (Hinata Kitchen K.K.)”?",
        "Row 8, column 客户: The customer “Andes Hogar” is not known. Did you mean “Andes Hogar SpA”?",
        "Row 8, column 金额: There is no amount."
        " Write it; what is not agreed yet begins as an inquiry, with /order new.",
    ]


def test_the_mended_file_is_read_whole_without_its_total_row() -> None:
    text = (Path(__file__).parent / "orders_messy.csv").read_text(encoding="utf-8")
    lines = text.replace("Nordkok AB", "Nordkök AB").replace(",FOB,OA60天", ",FOB Ningbo,OA60天").splitlines()
    kept = [line for line in lines if not line.startswith((",", "HC26-0895")) and "duplicate" not in line]
    mended = "\n".join(kept).replace("Prairie Table,", "Prairie Table Inc.,")
    mended = mended.replace("日向キッチン,", "日向キッチン株式会社 (Hinata Kitchen K.K.),")
    rows = read(mended.encode())
    assert all(isinstance(row, orders.Row) for row in rows), rows
    by_number = {row.order_no: row for row in rows if isinstance(row, orders.Row)}
    assert list(by_number) == ["HC26-0891", "HC26-0892", "HC26-0893", "HC26-0894"]
    amounts = {no: (row.terms["amount"], row.terms["currency"]) for no, row in by_number.items()}
    assert amounts == {
        "HC26-0891": (Decimal("12450.00"), "EUR"),
        "HC26-0892": (Decimal("9980.00"), "EUR"),
        "HC26-0893": (Decimal("45000"), "USD"),
        "HC26-0894": (Decimal("2300000"), "JPY"),
    }
    assert {row.dates["promised_shipment"] for row in by_number.values()} == {"2026-12-20", "2026-12-22", "2026-12-18"}
    assert by_number["HC26-0893"].terms["payment"] == "oa_60"
    assert by_number["HC26-0892"].people == {"sales": "chen.yuqing"}


def test_the_samples_orders_are_all_read() -> None:
    there = found((past.SAMPLE / "orders.csv").read_bytes())
    assert there.problems == ()
    assert len(there.rows) == 30


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
    assert (row.terms["amount"], row.dates) == (Decimal("12450.5"), {"promised_shipment": "2026-12-20"})
    [broken] = read(b"PK\x03\x04 not really", "orders.xlsx")
    assert "orders.xlsx cannot be read" in str(broken)
    assert read(b"a,b\n1,2\n") == ["There is no column for the order number. Call it 订单号 or order_no."]


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
    ("cells", "reason"),
    [
        (lambda: [text("CW1", "order_no")], "too_many_columns"),
        (lambda: [text("A1", "order_no"), text("A20001", "1")], "too_many_rows"),
        (lambda: [text("A1", "order_no" * 7_000_000)], "too_large"),
        (lambda: ['<row r="1"><c'], "not_xlsx"),
    ],
    ids=["a wide head", "a cell far below", "much in little", "half a sheet"],
)
def test_a_file_that_would_hold_everybody_up_is_refused_at_once(cells: Callable[[], list[str]], reason: str) -> None:
    with pytest.raises(spreadsheets.Unreadable) as refused:
        spreadsheets.read(sheet_of(*cells()), "orders.xlsx")
    assert refused.value.problem.reason == reason


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


HEAD = "order_no,customer,amount,currency,incoterm,payment_term"
LINE = "A-1,Nordkök AB,10,EUR,FOB Ningbo,L/C"


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("lc_presentation_days", "500", "Row 2, column lc_presentation_days: “500” is no number of days"),
        ("status", "complete", "Row 2, column status: “complete” is not a state."),
        ("amount", "20", "Row 1, column amount: This and the column “amount” are for the same."),
        ("cy_closing", "2026-12-18", "Row 2, column cy_closing: “2026-12-18” is no day with its time."),
        ("country", "Sweden", "Row 2, column country: “Sweden” is not a country."),
        ("数量", "9" * 201, "Row 2, column 数量: This is too long."),
    ],
)
def test_a_cell_that_cannot_be_taken_as_it_is_is_told_and_never_left_out(column: str, cell: str, said: str) -> None:
    [problem] = read(f"{HEAD},{column}\n{LINE},{cell}\n".encode())
    assert str(problem).startswith(said)


def test_credit_without_its_days_is_asked_about_and_the_terms_are_named() -> None:
    [problem] = read(f"{HEAD}\n{LINE.replace('L/C', 'O/A')}\n".encode())
    assert str(problem).startswith("Row 2, column payment_term: “O/A” is not a payment term of the agreement.")
    assert "O/A 30 days" in str(problem)


def test_headings_of_the_trade_are_read_under_a_title_and_what_is_not_is_named() -> None:
    head = "订单号,客户,金额,币种,贸易术语,付款方式,预计离港,预计到港,截单,跟单,单证员,交单期,提单号"
    line = "A-1,Nordkök AB,10,EUR,FOB Ningbo,L/C,2026-12-19,2027-01-20,2026/12/18 17:00,郑丽丽,叶晓燕,15天,BL1"
    there = found(f"2026年外贸订单表\n{head}\n{line}\n".encode())
    [row] = there.rows
    assert row.dates == {"si_cutoff": "2026-12-18T09:00:00+00:00", "etd": "2026-12-19", "eta": "2027-01-20"}
    assert row.people == {"merchandiser": "zheng.lili", "documents": "ye.xiaoyan"}
    assert row.terms["presentation_days"] == 15
    assert (row.line, there.unread) == (3, ("提单号",))


def test_an_export_is_read_again_and_changes_nothing(store: Store, tmp_path: Path) -> None:
    lin = AGREEMENT.member("lin.zhiyuan")
    assert lin is not None
    full = (
        f"{HEAD},product,customer_po,country,lc_presentation_days,status,done,documents_owner,stage,cy_closing,etd\n"
        "A-1,Nordkök AB,45.5000,KWD,FOB Ningbo,L/C,不锈钢锅（大）,=1+1,DE,15,on hold,money_gate,jiang.bo,production,"
        "2026-12-18 17:00,2026-12-20\n"
        "A-2,ACME,1234,JPY,EXW Ningbo,T/T 100%,,,FR,,lost,,,inquiry,,\n"
    )
    with store.transaction() as session:
        keep(session, store, full.encode(), lin)
        inquiry = rules.open_inquiry(
            Terms(customer="ACME", product="Pans"), OFFICE, lin, workspace="T1", number=lambda: 9
        )
        assert not isinstance(inquiry, list)
        session.add(inquiry[0])
    for name in ("orders.csv", "orders.xlsx"):
        with store.reading() as session:
            spreadsheets.write(orders.table(shelf.every(session, "T1"), OFFICE), tmp_path / name)
            again = orders.read((tmp_path / name).read_bytes(), name, AGREEMENT, orders.books(session, "T1"))
            assert (again.problems, again.unread, len(again.rows)) == ((), (), 3)
            adopted, refused = orders.foresee(session, OFFICE, lin, again.rows, "T1")
            assert refused == []
            assert [events for _, events in adopted] == [[], [], []]
    moved = [replace(row, order_no=f"{row.order_no}-new") for row in again.rows if row.order_no != "IN-9"]
    with store.reading() as session:
        adopted, refused = orders.foresee(session, OFFICE, lin, moved, "T1")
        assert refused == []
        there = [shelf.by_order_no(session, "T1", no) for no in ("A-1", "A-2")]
        for old, (new, _) in zip(there, adopted, strict=True):
            assert old is not None
            assert new.terms == old.terms
            assert [(new.state, new.stage, new.people)] == [(old.state, old.stage, old.people)]
            assert {code: item.value for code, item in new.current_dates.items()} == {
                code: item.value for code, item in old.current_dates.items()
            }


def test_an_inquiry_that_is_not_there_is_not_made_into_an_order() -> None:
    assert read(f"{HEAD}\n{LINE.replace('A-1', 'in-9')}\n".encode()) == [
        "Row 2, column order_no: There is no inquiry IN-9 here. Leave the row out, or write the order's number."
    ]


def keep(session: Session, store: Store, raw: bytes, by: Member) -> None:
    """Take a file over, as the desk does."""
    there = orders.read(raw, "orders.csv", AGREEMENT, orders.books(session, "T1"))
    assert not there.problems
    numbers = iter(range(1, 9))
    for order, _ in orders.adopt(session, OFFICE, by, lambda: next(numbers), there.rows, "T1"):
        session.add(order)
