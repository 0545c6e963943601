"""The list of customers, as a spreadsheet saves it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import demo, spreadsheets
from bot.customers import Row, keep, read, table
from storage import customers
from storage.store import Store
from tests.department.test_complaints import AGREEMENT


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "customers.csv"
    file.write_bytes(text.encode(encoding))
    return file


def test_the_samples_customers_are_all_read() -> None:
    rows = read(demo.CUSTOMERS, AGREEMENT)
    assert all(isinstance(row, Row) for row in rows)
    assert len(rows) == len(demo.CUSTOMERS.read_text(encoding="utf-8").splitlines()) - 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_chinese_spreadsheet_is_read_in_the_encodings_excel_writes(tmp_path: Path, encoding: str) -> None:
    file = written(tmp_path, "客户名称,国家,业务员,备注\r\n青岛海厨,DE,陈雨晴,老客户\r\n\r\n", encoding)
    assert read(file, AGREEMENT) == [Row(name="青岛海厨", country="DE", owner="chen.yuqing")]


def test_every_problem_is_told_with_its_line_and_column(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "name,country,sales_owner,default_currency\n,DE,,\nA,Germany,,\nB,DE,nobody,\nC,,,EUX\na ,NL,,\n"
        + "x" * 76
        + ",,,\n",
    )
    assert [str(problem) for problem in read(file, AGREEMENT)] == [
        "customers.csv:2:1: the name is empty; write the customer's name",
        "customers.csv:3:2: 'Germany' is not a country; write its two letters, such as DE",
        "customers.csv:4:3: 'nobody' is nobody of the agreement; write a member's id, e-mail or name",
        "customers.csv:5:4: 'EUX' is not a currency; write its three letters, such as USD",
        "customers.csv:7:1: name is too long; keep it to 75 characters",
    ]
    twice = written(tmp_path, "name\nACME Ltd\nＡＣＭＥ  ltd\n")
    assert str(read(twice, AGREEMENT)[0]).startswith("customers.csv:3:1: the customer 'ＡＣＭＥ  ltd' stands on line 2")
    assert str(read(written(tmp_path, "kunde\nX\n"), AGREEMENT)[0]).startswith("customers.csv:1:1: there is no column")


def test_reading_a_list_again_brings_what_changed_and_keeps_what_it_leaves_empty(store: Store) -> None:
    with store.transaction() as session:
        keep(session, "T1", [Row(name="ACME", country="DE", owner="chen.yuqing")])
        keep(session, "T1", [Row(name="Acme", owner="zhou.hang")])
        found = customers.by_name(session, "T1", "ACME")
    assert found is not None
    assert (found.name, found.country, found.owner) == ("Acme", "DE", "zhou.hang")


def test_what_is_written_out_is_read_again_the_same_in_both_kinds_of_file(store: Store, tmp_path: Path) -> None:
    rows = [
        Row(name="=ACME Ltd", country="DE", owner="chen.yuqing", code="C-01", tier="A", currency="EUR"),
        Row(name="B"),
    ]
    with store.transaction() as session:
        keep(session, "T1", rows)
    for name in ("customers.csv", "customers.xlsx"):
        with store.reading() as session:
            spreadsheets.write(table(session, "T1"), tmp_path / name)
        again = read(tmp_path / name, AGREEMENT)
        assert [(row.name.lstrip("'"), row.owner, row.tier) for row in again if isinstance(row, Row)] == [
            ("=ACME Ltd", "chen.yuqing", "A"),
            ("B", "", ""),
        ]
