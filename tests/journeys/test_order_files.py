"""Files of orders: what one would change is seen first, nobody says more than is theirs, and what is there goes out."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from openpyxl import load_workbook
from slack_sdk import WebClient

from bot import orders as sheet
from bot.handlers import files
from playground import Persona
from storage import customers
from tests.journeys.conftest import Department
from tests.journeys.test_database_down import AGAIN, gone, without_database
from tests.journeys.test_orders import ORDERS, card, thread, to_confirmation

GOOD = """订单号,客户,客户PO,业务员,币种,金额,贸易术语,付款方式,交货期,备注
HC26-0891,Nordkök AB,NK-9961,陈雨晴,EUR,"12,450.00",FOB宁波,TT 30/70,2026-12-20,
HC26-0892,Tafelhuis B.V.,TH-1,chen.yuqing,EUR,9980,FCA Ningbo CY,O/A 60,20261222,rush
合计,,,,,"22,430.00",,,,
"""


def send_file(department: Department, by: str, text: str) -> Persona:
    """Send a file through `/order import`; the page about it is open afterwards."""
    person = department.person(by)
    person.command("/order import", channel=ORDERS)
    person.fill(file=[("orders.csv", text.encode())])
    assert person.submit() == {}
    return person


def seen(person: Persona) -> str:
    """What the page in front of somebody says."""
    assert person.view is not None
    return person.view.all_text()


def take_over(department: Department, by: str, text: str) -> None:
    """Send a file, and take it over."""
    assert send_file(department, by, text).submit() == {}


def test_a_file_is_shown_before_it_is_taken_over_and_brings_known_orders_up_to_date(department: Department) -> None:
    lin = send_file(department, "lin.zhiyuan", GOOD)
    assert "HC26-0891, HC26-0892" in seen(lin)
    assert "备注" in seen(lin)  # a column that is not read
    assert [message for message in department.slack.channel(ORDERS).messages if message.from_app] == []
    assert lin.submit() == {}
    assert "HC26-0892 · Tafelhuis B.V." in card(department).all_text()
    lin = send_file(department, "lin.zhiyuan", GOOD.replace("9980", "10980"))
    assert "HC26-0892 · Tafelhuis B.V.: 林志远修改了“金额”：9980 → 10980" in seen(lin)
    assert "9980 → 10980" not in thread(department)
    assert lin.submit() == {}
    cards = [message for message in department.slack.channel(ORDERS).messages if not message.is_reply]
    assert len(cards) == 2
    assert "EUR 10,980.00" in card(department).all_text()
    assert "9980 → 10980" in thread(department)


def test_a_file_with_one_wrong_row_changes_nothing_and_says_where(department: Department) -> None:
    wu = send_file(department, "wu.mengjie", GOOD.replace("Nordkök AB", "Nordkok AB"))
    assert "Row 2, column 客户" in seen(wu)
    assert "Nordkök AB" in seen(wu)
    assert [message for message in department.slack.channel(ORDERS).messages if message.from_app] == []


def test_the_forwarders_sheet_of_dates_moves_them_and_leaves_everything_else_as_it_is(department: Department) -> None:
    take_over(department, "lin.zhiyuan", GOOD)
    jiang = send_file(department, "jiang.bo", "order_no,截单,预计离港\nHC26-0892,2026/12/18 17:00,2026-12-20\n")
    assert jiang.submit() == {}
    after = card(department).all_text()
    assert "2026-12-18 17:00" in after
    assert all(said in after for said in ("TH-1", "EUR 9,980.00", "FCA Ningbo CY", "O/A"))
    jiang.command("/order dates HC26-0892", channel=ORDERS)
    assert jiang.submit() == {}
    jiang = send_file(department, "jiang.bo", "order_no,截单\nHC26-0892,2026-12-18T17:00:00+08:00\n")
    assert "1 张已有订单无变化" in seen(jiang)


def test_nobody_changes_another_ones_order_or_opens_its_gates_by_sending_a_file(department: Department) -> None:
    take_over(department, "lin.zhiyuan", GOOD)
    xu = send_file(department, "xu.jiayi", "order_no,amount,currency,incoterm\nHC26-0892,10,USD,EXW Ningbo\n")
    assert "Row 2: This is with Chen Yuqing" in seen(xu)
    assert "9,980.00" in card(department).all_text()
    head = "order_no,customer,amount,currency,incoterm,payment_term,done,stage"
    new = f"{head}\nHC26-0900,Nordkök AB,1,EUR,FOB Ningbo,TT 30/70,"
    for done, stage in (("money_gate", ""), ("balance; release", ""), ("", "production")):
        xu = send_file(department, "xu.jiayi", f"{new}{done},{stage}\n")
        assert "Qian Hui" in seen(xu) or "Ye Xiaoyan" in seen(xu)
    assert "HC26-0900" not in card(department).all_text()
    take_over(department, "xu.jiayi", f"{new}contract_review,\n")
    assert "HC26-0900" in card(department).all_text()


@pytest.mark.on_both
def test_who_takes_a_file_over_while_the_database_is_gone_is_told_and_takes_it_over_a_minute_later(
    department: Department,
) -> None:
    lin = send_file(department, "lin.zhiyuan", GOOD)
    for _ in range(2):
        with without_database(department, gone):
            lin.submit()
        assert [seen(lin).count(words) for words in AGAIN] == [1, 1]
        assert "HC26-0891, HC26-0892" in seen(lin)
    assert lin.submit() == {}
    assert "HC26-0892" in card(department).all_text()


def test_a_file_of_customers_is_shown_before_it_is_taken_over_by_who_may(department: Department) -> None:
    names = "name,sales_owner,country\nNordkök AB,zhou.hang,\nNeukunde GmbH,chen.yuqing,DE\n"
    xu = department.person("xu.jiayi")
    xu.command("/order import customers", channel=ORDERS)
    xu.fill(file=[("customers.csv", names.encode())])
    assert xu.submit() == {}
    assert "Chen Yuqing" in seen(xu)
    lin = department.person("lin.zhiyuan")
    lin.command("/order 导入客户", channel=ORDERS)
    lin.fill(file=[("customers.csv", names.encode())])
    assert lin.submit() == {}
    assert "Neukunde GmbH" in seen(lin)
    assert "Nordkök AB：业务员：陈雨晴 → 周航" in seen(lin)
    assert lin.submit() == {}
    with department.bot.store.reading() as session:
        found = [
            customers.by_name(session, department.slack.workspace.team_id, name)
            for name in ("Nordkök AB", "Neukunde GmbH")
        ]
    assert [(each.owner, each.country) for each in found if each] == [("zhou.hang", "SE"), ("chen.yuqing", "DE")]


def test_who_brings_orders_past_their_gates_sees_what_that_means_before_and_on_the_card(department: Department) -> None:
    head = "order_no,customer,amount,currency,incoterm,payment_term,stage"
    lin = send_file(department, "lin.zhiyuan", f"{head}\nHC26-0900,Neukunde GmbH,1,EUR,FOB Ningbo,TT 30/70,logistics\n")
    assert "新客户：Neukunde GmbH" in seen(lin)
    assert "视为已落实：收款条件落实（HC26-0900）" in seen(lin)
    assert lin.submit() == {}
    assert "由林志远担保视为已落实：收款条件落实" in card(department).all_text()
    qian = department.person("qian.hui")
    qian.choose(card(department), "order.more", "untick:1")
    qian.fill(line="money_gate")
    assert qian.submit() == {}
    assert "担保" not in card(department).all_text()
    assert "🔒 收款条件落实" in card(department).all_text()


def test_an_order_number_that_a_file_brought_along_is_not_given_again(department: Department) -> None:
    take_over(department, "lin.zhiyuan", GOOD.replace("HC26-0891", "SO-2610-03"))
    to_confirmation(department)
    assert "SO-2610-03-2 · Küchenwerk" in card(department).all_text()


def sent_to(department: Department, handle: str) -> tuple[str, bytes]:
    """The file that came last into somebody's direct conversation, once nothing more is being written."""
    files.WRITER.submit(lambda: None).result(timeout=60)
    [file] = [department.slack.workspace.files[each] for each in department.person(handle).dms()[-1].files]
    return file.name, file.content


def test_orders_and_customers_go_out_in_spreadsheets_to_those_who_may_have_them(department: Department) -> None:
    with_cut_offs = GOOD.replace("客户PO", "cy_closing").replace("TH-1", "2026-12-15 10:00")
    take_over(department, "lin.zhiyuan", with_cut_offs.replace("NK-9961", "2026-10-15 10:00"))
    xu = department.person("xu.jiayi")
    xu.command("/order export csv", channel=ORDERS)
    name, content = sent_to(department, "xu.jiayi")
    assert name == "orders-2026-10-12.csv"
    by_number = {row["order_no"]: row for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))}
    assert by_number["HC26-0892"]["payment_term"] == "O/A 60 days"
    assert by_number["HC26-0891"]["cy_closing"] == "2026-10-15T10:00:00+08:00"
    xu.command("/order cutoffs", channel=ORDERS)
    xu.click(xu.whispers()[-1], "order.list.export")
    rows = list(load_workbook(io.BytesIO(sent_to(department, "xu.jiayi")[1])).worksheets[0].values)
    assert [row[0] for row in rows] == ["order_no", "HC26-0891"]
    xu.command("/order export customers", channel=ORDERS)
    assert "Chen Yuqing" in xu.whispers()[-1].all_text()
    assert sent_to(department, "xu.jiayi")[0] == "orders-2026-10-12.xlsx"
    department.person("lin.zhiyuan").command("/order 导出客户", channel=ORDERS)
    name, content = sent_to(department, "lin.zhiyuan")
    assert name == "customers-2026-10-12.xlsx"
    assert "Tafelhuis B.V." in [row[1] for row in load_workbook(io.BytesIO(content)).worksheets[0].values]


def test_who_takes_over_what_takes_long_sees_how_far_it_is(
    department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin = send_file(department, "lin.zhiyuan", GOOD)
    adopt, update, shown, told = sheet.adopt, WebClient.views_update, [], threading.Event()

    def one_by_one(*arguments: Any) -> Iterator[Any]:
        for adopted in adopt(*arguments):
            yield adopted
            told.clear()
            assert told.wait(timeout=30)  # the form was updated once more

    def noted(self: WebClient, **given: Any) -> Any:
        answer = update(self, **given)
        shown.append(given["view"]["blocks"][0]["text"]["text"])
        told.set()
        return answer

    monkeypatch.setattr(files, "EVERY", 0.01)
    monkeypatch.setattr(sheet, "adopt", one_by_one)
    monkeypatch.setattr(WebClient, "views_update", noted)
    assert lin.submit() == {}
    assert "正在导入…已完成 1/2" in shown
    assert "已导入 2 张订单" in seen(lin)
