"""The list of customers, as a spreadsheet saves it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import demo, spreadsheets
from bot.customers import Found, Row, foresee, keep, read, table
from bot.views.files import problem
from bot.views.wording import Words
from department.people import Office
from storage import customers
from storage.store import Store
from tests.department.test_complaints import AGREEMENT

OFFICE = Office(AGREEMENT, datetime(2026, 10, 12, 1, tzinfo=UTC))
WORDS = Words(("en",), "Asia/Shanghai")


def found(text: str, encoding: str = "utf-8") -> Found:
    return read(text.encode(encoding), "customers.csv", AGREEMENT)


def problems(text: str) -> list[str]:
    """What is wrong in a file, in words."""
    return [problem(item, OFFICE, WORDS) for item in found(text).problems]


def test_the_samples_customers_are_all_read() -> None:
    raw = demo.CUSTOMERS.read_bytes()
    assert len(read(raw, "customers.csv", AGREEMENT).rows) == len(raw.decode().splitlines()) - 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_chinese_spreadsheet_is_read_in_the_encodings_excel_writes(encoding: str) -> None:
    there = found("客户名称,国家,业务员,备注\r\n青岛海厨,DE,陈雨晴,老客户\r\n\r\n", encoding)
    assert there.rows == (Row(name="青岛海厨", country="DE", owner="chen.yuqing"),)
    assert there.unread == ("备注",)


def test_every_problem_is_told_with_its_line_and_column() -> None:
    text = "name,country,sales_owner,default_currency,时区\n,DE,,\nA,Germany,,\nB,DE,nobody,\nC,,,EUX,Bonn\na ,NL,,\n"
    assert problems(text + "x" * 76 + ",,,\n") == [
        "Row 2, column name: There is no customer. Write the customer's name.",
        "Row 3, column country: “Germany” is not a country. Write its two letters, such as DE.",
        "Row 4, column sales_owner: “nobody” is nobody of the agreement. Write a member's id, e-mail address or name.",
        "Row 5, column 时区: “Bonn” is not a time zone. Write one such as Europe/Berlin.",
        "Row 5, column default_currency: “EUX” is not a currency. Write its three letters, such as USD.",
        "Row 7, column name: This is too long. Keep it to 75 characters.",
    ]
    assert problems("name\nACME Ltd\nＡＣＭＥ  ltd\n") == [
        "Row 3, column name: The customer “ＡＣＭＥ  ltd” stands in row 2 already. Keep one of the two rows."
    ]
    assert problems("kunde\nX\n") == ["There is no column for the customer's name. Call it 客户名称 or name."]


def test_a_file_is_foreseen_with_who_is_new_and_what_changes_about_the_others(store: Store) -> None:
    with store.transaction() as session:
        keep(session, "T1", [Row(name="ACME", country="DE", owner="chen.yuqing"), Row(name="Same", tier="A")])
        rows = [Row(name="ACME", country="NL"), Row(name="Same"), Row(name="Neu")]
        seen = {change.name: (change.is_new, change.fields) for change in foresee(session, "T1", rows)}
    assert seen == {"ACME": (False, {"country": ("DE", "NL")}), "Neu": (True, {"name": ("", "Neu")})}


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
        again = read((tmp_path / name).read_bytes(), name, AGREEMENT)
        assert [(row.name.lstrip("'"), row.owner, row.tier) for row in again.rows] == [
            ("=ACME Ltd", "chen.yuqing", "A"),
            ("B", "", ""),
        ]
