"""Orders, as the department lives them: opened, handed over, acknowledged, sent back, escalated; dates that move."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from bot.jobs.agreement import left_behind
from department.agreement import Agreement
from department.orders import Order
from playground import Persona
from playground.workspace import Message
from storage import customers, store
from tests.journeys.conftest import SHANGHAI, Department

ORDERS = "#export-orders"
TERMS = {
    "customer": "Küchenwerk Handels GmbH",
    "product": "Spatulas, stainless",
    "quantity": "12,000 pcs",
    "amount": "48600",
    "currency": "EUR",
    "rule": "FOB",
    "place": "Ningbo",
    "payment": "tt_30_70",
}


def card(department: Department) -> Message:
    """The newest order's card."""
    return [
        message for message in department.slack.channel(ORDERS).messages if message.from_app and not message.is_reply
    ][-1]


def thread(department: Department) -> str:
    """What is said in its thread."""
    head = card(department)
    replies = [message for message in department.slack.channel(ORDERS).messages if message.thread_ts == head.ts]
    return "\n".join(message.all_text() for message in replies if message.ts != head.ts)


def start(department: Department, by: str = "chen.yuqing", **terms: str) -> Persona:
    """Open an inquiry through the form."""
    person = department.person(by)
    person.command("/order new", channel="#export-dept")
    person.fill(**{**TERMS, **terms})
    assert person.submit() == {}
    return person


def tick(department: Department, by: str, *lines: str) -> None:
    """Tick lines of the checklist."""
    person = department.person(by)
    person.click(card(department), "order.checklist")
    person.fill(lines=list(lines))
    assert person.submit() == {}


def hand_over(department: Department, by: str, **filled: str) -> None:
    """Hand the order to the next stage through the form."""
    person = department.person(by)
    person.click(card(department), "order.offer")
    person.fill(**filled)
    assert person.submit() == {}


def to_confirmation(department: Department) -> None:
    """An order of Chen Yuqing's that is confirmed, its checklist still open."""
    start(department)
    hand_over(department, "chen.yuqing", reason="answered on the phone")
    hand_over(department, "chen.yuqing", reason="repeat order, old price")


def offered(department: Department) -> None:
    """The same, offered to the merchandiser for production."""
    to_confirmation(department)
    tick(department, "chen.yuqing", "pi_signed", "specs")
    tick(department, "zheng.lili", "contract_review")
    tick(department, "qian.hui", "money_gate")
    hand_over(department, "chen.yuqing", **{"receiver:merchandiser": "zheng.lili"})


def test_an_answer_written_to_us_is_about_the_record_that_it_names(department: Department) -> None:
    offered(department)
    department.file(by="he.rui", category="late_delivery", customer="Prairie Table Inc.")
    complaint, zheng = department.card(), department.person("zheng.lili")
    zheng.dm("收到 SO-2610-01")
    assert "生产中" in card(department).all_text() or "郑丽丽" in card(department).all_text().split("状态")[0]
    assert department.card().buttons() == complaint.buttons()
    zheng.dm("收到 c-1")
    assert department.card().buttons() != complaint.buttons()


@pytest.mark.on_both
def test_an_order_goes_from_the_inquiry_into_production_and_is_acknowledged(department: Department) -> None:
    offered(department)
    assert "SO-2610-01 · Küchenwerk Handels GmbH" in card(department).all_text()
    assert "陈雨晴" in card(department).all_text().split("状态")[0]  # still hers
    asked = department.person("zheng.lili").dms()[-1]
    assert asked.buttons()[:2] == ["收到，我来接手", "退回"]
    department.person("zheng.lili").click(asked, "order.acknowledge")
    assert "4/6" in card(department).all_text()
    assert "郑丽丽" in card(department).all_text().split("状态")[0]
    assert "SO-2610-01" in department.told("chen.yuqing")[-1]


def test_a_reply_in_words_acknowledges_and_one_that_asks_or_refuses_does_not(department: Department) -> None:
    offered(department)
    zheng = department.person("zheng.lili")
    for words in ("收到了吗？", "got it?", "not mine", "I can't take it"):
        zheng.reply(card(department), words)
        assert "3/6" in card(department).all_text()
    zheng.reply(card(department), "收到")
    assert "4/6" in card(department).all_text()


def test_a_tick_on_the_card_acknowledges_and_counts_once_when_slack_repeats_it(department: Department) -> None:
    offered(department)
    department.person("zheng.lili").react(card(department), "white_check_mark")
    assert "4/6" in card(department).all_text()
    [*_, reacted] = [item for item in department.slack.deliveries if item.kind == "reaction_added"]
    within = {"to_stage": "production", "receiver:logistics": "fang.min"}
    hand_over(department, "zheng.lili", **within)
    department.person("fang.min").reply(card(department), "收到")
    hand_over(department, "fang.min", **{**within, "receiver:logistics": "zheng.lili"})
    department.slack.deliver_again(reacted, times=3, concurrently=True)
    department.later(minutes=1)
    assert "方敏" in card(department).all_text().split("状态")[0]  # who waits for an answer to her own handoff


def test_a_handoff_not_acknowledged_is_reminded_then_goes_to_the_deputy_then_to_the_manager(
    department: Department,
) -> None:
    department.until("2026-10-13 08:30")
    offered(department)
    fang = department.person("fang.min")
    before = len(department.asked("zheng.lili", "order.acknowledge"))
    department.later(hours=2)
    assert len(department.asked("zheng.lili", "order.acknowledge")) == before + 1
    assert fang.dms() == []
    department.later(hours=3)  # 3.5 working hours, then four: the lunch break does not count
    assert len(department.asked("zheng.lili", "order.acknowledge")) == before + 2
    department.later(hours=1)
    assert "郑丽丽" in fang.dms()[-1].all_text()
    assert department.asked("lin.zhiyuan", "order.acknowledge") == []
    department.until("2026-10-14 08:45")
    assert "郑丽丽" in department.asked("lin.zhiyuan", "order.acknowledge")[-1].all_text()
    fang.click(department.asked("fang.min", "order.acknowledge")[-1], "order.acknowledge")
    assert "方敏" in card(department).all_text().split("状态")[0]


def test_nobody_takes_it_and_it_stays_with_the_sender(department: Department) -> None:
    offered(department)
    department.until("2026-10-15 17:45")
    assert "留在陈雨晴" in thread(department)
    assert "3/6" in card(department).all_text()
    assert "Hand over" in "".join(card(department).buttons())


def test_what_is_sent_back_needs_a_reason_and_goes_to_the_sender(department: Department) -> None:
    offered(department)
    zheng = department.person("zheng.lili")
    zheng.click(card(department), "order.bounce")
    zheng.fill(reason="missing_document", text="")
    assert zheng.submit() != {}
    zheng.fill(reason="missing_document", text="no carton mark")
    assert zheng.submit() == {}
    assert "no carton mark" in department.told("chen.yuqing")[-1]
    assert "3/6" in card(department).all_text()
    hand_over(department, "chen.yuqing", **{"receiver:merchandiser": "zheng.lili"})
    zheng.click(card(department), "order.bounce")
    zheng.fill(reason="wrong_data", text="the label has the old code")
    assert zheng.submit() == {}
    assert "2" in department.told("lin.zhiyuan")[-1]


def test_an_incomplete_order_is_handed_over_with_a_reason_only(department: Department) -> None:
    to_confirmation(department)
    chen = department.person("chen.yuqing")
    chen.click(card(department), "order.offer")
    refused = chen.submit()
    assert list(refused) == ["reason"]
    assert "收款条件" in refused["reason"]
    chen.fill(reason="deposit is announced for tomorrow")
    assert chen.submit() == {}
    assert "deposit is announced for tomorrow" in card(department).all_text()
    zheng = department.person("zheng.lili")
    zheng.reply(card(department), "收到")
    assert "3/6" in card(department).all_text()
    assert "钱慧" in zheng.whispers()[-1].all_text()
    assert "收款条件落实（定金到账）" in card(department).all_text()
    assert "deposit is announced for tomorrow" in department.told("qian.hui")[-1]
    tick(department, "qian.hui", "money_gate")
    zheng.reply(card(department), "收到")
    assert "4/6" in card(department).all_text()


def test_only_finance_opens_the_money_gate_and_the_manager_with_a_written_reason(department: Department) -> None:
    to_confirmation(department)
    chen = department.person("chen.yuqing")
    chen.click(card(department), "order.checklist")
    chen.fill(lines=["money_gate"])
    assert "钱慧" in chen.submit()["lines"]
    chen.cancel()
    chen.choose(card(department), "order.more", "override:1")
    chen.fill(line="money_gate", reason="we know them")
    assert "林志远" in next(iter(chen.submit().values()))
    chen.cancel()
    lin = department.person("lin.zhiyuan")
    lin.choose(card(department), "order.more", "override:1")
    lin.fill(line="money_gate", reason="twelve years without a late payment")
    assert lin.submit() == {}
    assert "twelve years" in card(department).all_text()


def test_a_moved_cut_off_replans_and_tells_whose_work_moved(department: Department) -> None:
    offered(department)
    department.person("zheng.lili").reply(card(department), "收到")
    jiang = department.person("jiang.bo")
    hand_over(department, "zheng.lili", reason="goods are packed", **{"receiver:logistics": "jiang.bo"})
    jiang.reply(card(department), "收到")
    assert "5/6" in card(department).all_text()
    moment = datetime(2026, 10, 20, 12, 0, tzinfo=SHANGHAI).astimezone(UTC)
    jiang.command("/order dates SO-2610-01", channel=ORDERS)
    jiang.fill(cargo_ready="2026-10-16", customs_cutoff=moment, etd="2026-10-22", source="forwarder")
    assert jiang.submit() == {}
    assert "2026-10-20 12:00" in card(department).all_text()
    assert "SO-2610-01" in department.told("ye.xiaoyan")[-1]
    told = len(department.told("ye.xiaoyan"))
    jiang.command("/order dates so-2610-01", channel=ORDERS)
    jiang.fill(customs_cutoff=datetime(2026, 10, 21, 12, 0, tzinfo=SHANGHAI), source="carrier's mail")
    assert jiang.submit() == {}
    assert len(department.told("ye.xiaoyan")) == told + 1
    assert "→ 2026-10-21 12:00" in thread(department)
    department.until("2026-10-20 22:00")
    told = len(department.told("ye.xiaoyan"))
    department.until("2026-10-21 04:00")  # eight hours before the cut-off, in the quiet hours
    assert len(department.told("ye.xiaoyan")) == told
    department.until("2026-10-21 08:00")
    assert len(department.told("ye.xiaoyan")) > told


def test_an_order_with_an_open_complaint_cannot_close_and_its_people_get_the_complaint(department: Department) -> None:
    offered(department)
    department.person("zheng.lili").reply(card(department), "收到")
    hand_over(department, "zheng.lili", reason="packed", **{"receiver:logistics": "jiang.bo"})
    department.person("jiang.bo").reply(card(department), "收到")
    qian = department.person("qian.hui")
    qian.click(card(department), "order.checklist")
    qian.fill(**{"lines:10": ["balance"]})  # ten boxes are one group
    assert qian.submit() == {}
    hand_over(department, "jiang.bo", reason="sailed", **{"receiver:after_sales": "he.rui"})
    department.person("he.rui").reply(card(department), "收到")
    department.file("xu.jiayi", order=" ｓo-2610-01", category="transit_damage", transport="sea")
    filed = department.card().all_text()
    assert "陈雨晴" in filed
    assert "蒋波" in filed
    he = department.person("he.rui")
    he.click(card(department), "order.close")
    assert "C-1" in he.whispers()[-1].all_text()


@pytest.mark.on_both
def test_two_people_answer_one_handoff_and_the_first_one_counts(department: Department) -> None:
    department.until("2026-10-13 08:30")
    offered(department)
    department.until("2026-10-13 14:00")  # the deputy has it too now
    zheng, fang = department.person("zheng.lili"), department.person("fang.min")
    shown, asked = card(department), fang.dms()[-1]
    department.slack.after_each = None
    with ThreadPoolExecutor(2) as both:
        for clicked in [
            both.submit(zheng.click, shown, "order.acknowledge"),
            both.submit(fang.click, asked, "order.acknowledge"),
        ]:
            clicked.result()
    department.later(minutes=2)
    owner = card(department).all_text().split("状态")[0]
    second, first = (fang, "郑丽丽") if "郑丽丽" in owner else (zheng, "方敏")
    assert "4/6" in owner
    assert first in owner
    assert first in second.whispers()[-1].all_text()
    assert thread(department).count("has it now, from Chen Yuqing, for Production") == 1


def test_whoever_names_an_order_sees_it_and_nobody_else(department: Department) -> None:
    offered(department)
    wu = department.person("wu.mengjie")
    asked = wu.post("#export-dept", "how far is SO-2610-01?")
    assert "Order confirmation" in wu.whispers()[-1].all_text()
    assert department.person("zhou.hang").whispers() == []
    seen = len(wu.whispers())
    wu.reply(asked, "I mean SO-2610-01, so-2610-01 of the Germans")
    assert len(wu.whispers()) == seen
    zhou = department.person("zhou.hang")
    zhou.reply(asked, "SO-2610-01 is with Chen")
    assert len(zhou.whispers()) == 1
    wu.post("#export-dept", "SO-2610-01 again")
    assert len(wu.whispers()) == seen + 1


def test_where_the_goods_go_is_chosen_by_name_and_remembered_of_a_new_customer(department: Department) -> None:
    wu = department.person("wu.mengjie")
    wu.command("/order new", channel="#export-dept")
    assert wu.type_ahead("country", "korea") == ["North Korea", "South Korea"]
    wu.fill(**{**TERMS, "customer": "Hanok Living", "country": "KR"})
    assert wu.submit() == {}
    with department.bot.store.reading() as session:
        workspace = department.slack.workspace.team_id
        order, customer = (
            store.read(session, Order, workspace, 1),
            customers.by_name(session, workspace, "Hanok Living"),
        )
    assert order is not None
    assert customer is not None
    assert order.country == customer.country == "KR"


def test_whose_account_is_closed_has_no_handoff_waiting(department: Department) -> None:
    offered(department)
    department.slack.user_change("zheng.lili", deleted=True)
    department.later(minutes=1)
    fang = department.person("fang.min")
    fang.click(department.asked("fang.min", "order.acknowledge")[-1], "order.acknowledge")
    assert "4/6" in card(department).all_text()


def test_a_sign_of_somebody_who_only_looks_on_is_answered_with_nothing(department: Department) -> None:
    offered(department)
    wu = department.person("wu.mengjie")
    wu.react(card(department), "eyes")
    assert wu.whispers() == []
    assert "3/6" in card(department).all_text()


def test_lists_show_what_is_open_mine_and_late(department: Department) -> None:
    offered(department)
    wu = department.person("wu.mengjie")
    wu.command("/order list", channel=ORDERS)
    assert "SO-2610-01" in wu.whispers()[-1].all_text()
    wu.command("/order mine", channel=ORDERS)
    assert "SO-2610-01" not in wu.whispers()[-1].all_text()
    wu.command("/order late", channel=ORDERS)
    assert "SO-2610-01" not in wu.whispers()[-1].all_text()
    for text in ("list order confirmation", "列表 确认订单"):
        wu.command(f"/order {text}", channel=ORDERS)
        assert "SO-2610-01" in wu.whispers()[-1].all_text(), text
    wu.command("/order list quotation", channel=ORDERS)
    assert "SO-2610-01" not in wu.whispers()[-1].all_text()
    department.until("2026-10-12 16:00")
    for text in ("late", "list late", "列表 逾期"):
        wu.command(f"/order {text}", channel=ORDERS)
        assert "SO-2610-01" in wu.whispers()[-1].all_text(), text
    for text in ("help", "cutoffs", "show SO-2610-01", "show SO-9999-99", "dates nothing"):
        wu.command(f"/order {text}", channel=ORDERS)
        assert wu.whispers()[-1].all_text()


def test_a_list_is_narrowed_down_by_stage_owner_and_lateness_together(department: Department) -> None:
    offered(department)
    start(department, "zhou.hang", customer="Prairie Table Inc.")
    department.until("2026-10-13 16:00")
    lin = department.person("lin.zhiyuan")

    def narrowed(menu: str, code: str) -> str:
        lin.choose(lin.whispers()[-1], f"order.list.{menu}", code)
        return lin.whispers()[-1].all_text()

    lin.command("/order list", channel=ORDERS)
    everything = lin.whispers()[-1].all_text()
    assert "SO-2610-01" in everything
    assert "IN-2" in everything
    late = narrowed("state", "late//")
    assert "SO-2610-01" in late
    assert "IN-2" in late
    assert "IN-2" not in narrowed("stage", "late/order_confirmation/")
    title = narrowed("owner", "late/order_confirmation/chen.yuqing")
    assert "逾期订单 · 确认订单 · 负责人：陈雨晴" in title
    assert "SO-2610-01" in title
    assert "SO-2610-01" not in narrowed("owner", "late/order_confirmation/zhou.hang")


def test_the_board_of_cut_offs_has_pages_as_the_lists_have(department: Department) -> None:
    long = "Küchen- und Haushaltswaren Großhandelsgesellschaft mbH & Co. KG"
    head = "order_no,customer,amount,currency,incoterm,payment_term,si_cutoff,vgm_cutoff,cy_closing"
    rows = [
        f"HC26-{n:04},{long},1,EUR,FOB Ningbo,T/T 100%,2026-10-13 {n % 24:02}:00,2026-10-14 10:00,2026-10-15 10:00"
        for n in range(40)
    ]
    lin = department.person("lin.zhiyuan")
    lin.command("/order import", channel=ORDERS)
    lin.fill(file=[("orders.csv", "\n".join([head, *rows]).encode())])
    assert lin.submit() == {}
    assert lin.submit() == {}
    lin.command("/order cutoffs", channel=ORDERS)
    pages = 1
    while "order.list.on" in str(lin.whispers()[-1].blocks):
        lin.click(lin.whispers()[-1], "order.list.on")
        pages += 1
    assert pages == 5  # three cut-offs of each
    assert "10月15日 周四 10:00" in lin.whispers()[-1].all_text()


def test_an_order_whose_dates_cannot_all_be_kept_is_listed_as_at_risk_until_they_can(department: Department) -> None:
    offered(department)
    chen = department.person("chen.yuqing")

    def at_risk() -> str:
        chen.command("/order risk", channel=ORDERS)
        return chen.whispers()[-1].all_text()

    def set_dates(**dates: str) -> None:
        chen.click(card(department), "order.dates")
        chen.fill(**dates)
        assert chen.submit() == {}

    assert "SO-2610-01" not in at_risk()
    set_dates(promised_shipment="2026-12-05", cargo_ready="2026-12-04")
    assert "SO-2610-01" in at_risk()
    set_dates(promised_shipment="2026-12-15")
    assert "SO-2610-01" not in at_risk()
    set_dates(cargo_ready="2026-12-16")
    chen.choose(card(department), "order.more", "hold:1")
    chen.fill(text="the buyer asks for time")
    assert chen.submit() == {}
    assert "SO-2610-01" not in at_risk()


def test_a_lost_inquiry_and_a_held_order_run_no_limits(department: Department) -> None:
    start(department)
    chen = department.person("chen.yuqing")
    chen.choose(card(department), "order.more", "hold:1")
    chen.fill(text="buyer on leave until November")
    assert chen.submit() == {}
    told = len(department.told("chen.yuqing"))
    department.until("2026-10-16 14:00")
    assert len(department.told("chen.yuqing")) == told
    chen.click(card(department), "order.resume")
    department.later(minutes=30)
    assert len(department.told("chen.yuqing")) == told
    chen.choose(card(department), "order.more", "lose:1")
    chen.fill(text="price")
    assert chen.submit() == {}
    assert "price" in card(department).all_text()
    assert department.bot.desk.next_due() is None


def test_who_leaves_the_department_leaves_no_handoff_behind(department: Department) -> None:
    offered(department)
    agreement = department.bot.desk.agreement
    members = tuple(
        member.model_copy(update={"deputy": "huang.tao"}) if member.deputy == "zheng.lili" else member
        for member in agreement.members
        if member.id != "zheng.lili"
    )
    department.bot.desk.agreement = Agreement.model_construct(**{**dict(agreement), "members": members})
    department.bot.desk.review()
    department.later(minutes=1)
    assert "zheng.lili" not in card(department).all_text()
    receiver = next(person for person in ("huang.tao", "fang.min") if department.told(person))
    department.person(receiver).click(department.person(receiver).dms()[-1], "order.acknowledge")
    assert "4/6" in card(department).all_text()


def test_a_replayed_acknowledgement_and_one_that_comes_with_a_bounce_count_once(department: Department) -> None:
    offered(department)
    department.person("zheng.lili").click(card(department), "order.acknowledge")
    clicked = [item for item in department.slack.deliveries if item.kind == "block_actions"][-1]
    before = len(department.slack.channel(ORDERS).messages)
    department.slack.deliver_again(clicked, times=3, concurrently=True)
    department.later(minutes=1)
    assert len(department.slack.channel(ORDERS).messages) == before
    zheng = department.person("zheng.lili")
    zheng.click(zheng.dms()[-1], "order.bounce")
    assert "没有等待答复" in zheng.whispers()[-1].all_text()
    assert "4/6" in card(department).all_text()


def test_a_date_moved_into_the_past_is_due_at_once_and_only_once(department: Department) -> None:
    offered(department)
    department.person("zheng.lili").click(card(department), "order.acknowledge")
    zheng = department.person("zheng.lili")
    zheng.click(card(department), "order.dates")
    zheng.fill(cargo_ready="2026-10-30")
    assert zheng.submit() == {}
    zheng.click(card(department), "order.dates")
    zheng.fill(cargo_ready="2026-10-08", source="factory")
    assert zheng.submit() == {}
    department.later(minutes=2)
    said = thread(department)
    assert said.count("Production should be done by now") == 1
    department.later(hours=1)
    assert thread(department).count("Production should be done by now") == 1


def test_while_a_changed_agreement_is_applied_lists_say_how_far_it_is(
    department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(department)
    start(department)
    desk, lin, seen = department.bot.desk, department.person("lin.zhiyuan"), []

    def meanwhile(subject: str, workspace: str, number: int) -> None:
        lin.command("/order list", channel=ORDERS)
        seen.append("正在逐条更新：2 条中已完成" in lin.whispers()[-1].all_text())

    monkeypatch.setattr(desk, "_review", meanwhile)
    desk.review()
    assert seen == [True, True]
    lin.command("/order list", channel=ORDERS)
    assert "正在逐条更新" not in lin.whispers()[-1].all_text()


def test_an_agreement_that_loses_a_payment_term_in_use_is_not_taken_over(department: Department) -> None:
    offered(department)
    agreement = department.bot.desk.agreement
    terms = {key: term for key, term in agreement.orders.payment_terms.items() if key != "tt_30_70"}
    changed = agreement.orders.model_copy(update={"payment_terms": terms})
    new = Agreement.model_construct(**{**dict(agreement), "orders": changed})
    assert left_behind(department.bot.store, new) == ["tt_30_70"]


def test_a_reply_edited_into_an_acknowledgement_or_deleted_afterwards_changes_nothing(department: Department) -> None:
    offered(department)
    zheng = department.person("zheng.lili")
    asked = zheng.reply(card(department), "which carton mark?")
    zheng.edit(asked, "收到")
    department.later(minutes=1)
    assert "3/6" in card(department).all_text()
    taken = zheng.reply(card(department), "收到")
    zheng.delete(taken)
    department.later(minutes=1)
    assert "4/6" in card(department).all_text()


def test_a_message_becomes_an_inquiry_that_links_back_to_it(department: Department) -> None:
    wu = department.person("wu.mengjie")
    said = wu.post("#export-dept", "Buyer from Perth asks for 5,000 ladles, CIF Fremantle")
    wu.shortcut("Start an inquiry · 询盘", said)
    assert wu.view is not None
    assert "5,000 ladles" in str(wu.view.values()["product"])
    wu.fill(customer="Southern Cross Kitchen Pty Ltd")
    assert wu.submit() == {}
    assert "Southern Cross Kitchen" in card(department).all_text()
    wu.command("/order list @zhou.hang", channel=ORDERS)
    assert "There is nothing here" in wu.whispers()[-1].all_text()
    wu.command("/order list @wu.mengjie", channel=ORDERS)
    assert "IN-1" in wu.whispers()[-1].all_text()


def test_a_second_person_and_a_needed_line_hold_in_the_form_too(department: Department) -> None:
    offered(department)
    department.person("zheng.lili").reply(card(department), "收到")
    hand_over(department, "zheng.lili", reason="packed", **{"receiver:logistics": "jiang.bo"})
    department.person("jiang.bo").reply(card(department), "收到")
    ye = department.person("ye.xiaoyan")
    ye.click(card(department), "order.checklist")
    ye.fill(**{"lines:10": ["release"]})
    assert "尾款到账" in ye.submit()["lines"]
    ye.cancel()
    tick(department, "ye.xiaoyan", "bl_draft")
    assert "待第二人复核" in card(department).all_text()
    tick(department, "jiang.bo", "bl_draft")
    assert "待第二人复核" not in card(department).all_text()


def test_one_takes_it_and_one_sends_it_back_at_the_same_moment_and_exactly_one_of_them_counts(
    department: Department,
) -> None:
    department.until("2026-10-13 08:30")
    offered(department)
    department.until("2026-10-13 14:00")  # the deputy has it too now
    zheng, fang = department.person("zheng.lili"), department.person("fang.min")
    shown = fang.dms()[-1]
    zheng.click(card(department), "order.bounce")
    zheng.fill(reason="wrong_data", text="old spec")
    department.slack.after_each = None
    with ThreadPoolExecutor(2) as both:
        taken = both.submit(fang.click, shown, "order.acknowledge")
        bounced = both.submit(zheng.submit)
        taken.result()
        refused = bounced.result()
    department.later(minutes=2)
    was_taken = "4/6" in card(department).all_text()
    assert was_taken == bool(refused)
    assert ("old spec" in thread(department)) != was_taken


def test_who_offered_an_order_takes_the_offer_back_or_offers_it_to_somebody_else(department: Department) -> None:
    offered(department)
    chen, zheng, huang = (department.person(each) for each in ("chen.yuqing", "zheng.lili", "huang.tao"))
    wu = department.person("wu.mengjie")
    wu.choose(card(department), "order.more", "withdraw:1")
    assert "Chen Yuqing" in wu.whispers()[-1].all_text()
    chen.choose(card(department), "order.more", "redirect:1")
    chen.fill(to="huang.tao", reason="Zheng Lili has her hands full")
    assert chen.submit() == {}
    zheng.click(department.asked("zheng.lili", "order.acknowledge")[-1], "order.acknowledge")
    assert "3/6" in card(department).all_text()
    asked = department.asked("huang.tao", "order.acknowledge")[-1]
    chen.choose(card(department), "order.more", "withdraw:1")
    huang.click(asked, "order.acknowledge")
    assert "没有等待答复" in huang.whispers()[-1].all_text()
    assert "3/6" in card(department).all_text()
    assert "Hand over" in "".join(card(department).buttons())


def test_a_role_that_the_agreement_drops_leaves_its_part_to_others(department: Department) -> None:
    offered(department)
    agreement = department.bot.desk.agreement
    roles = {role: label for role, label in agreement.roles.items() if role != "purchasing"}
    members = tuple(
        member.model_copy(update={"role": "merchandiser"}) if member.role == "purchasing" else member
        for member in agreement.members
    )
    stages = tuple(
        stage.model_copy(
            update={
                "tell": tuple(role for role in stage.tell if role != "purchasing"),
                "lines": tuple(
                    line.model_copy(update={"role": "merchandiser"}) if line.role == "purchasing" else line
                    for line in stage.lines
                ),
            }
        )
        for stage in agreement.stages
    )
    department.bot.desk.agreement = Agreement.model_construct(
        **{**dict(agreement), "roles": roles, "members": members, "stages": stages}
    )
    department.bot.desk.review()
    zheng = department.person("zheng.lili")
    zheng.click(card(department), "order.acknowledge")
    assert "4/6" in card(department).all_text()
    zheng.choose(card(department), "order.more", "history:1")
    assert zheng.view is not None
    zheng.cancel()
    zheng.choose(card(department), "order.more", "reassign:1")
    assert zheng.view is not None
    assert "采购" not in zheng.view.all_text()


def test_two_people_with_the_same_form_open_do_not_undo_each_other(department: Department) -> None:
    offered(department)
    chen, lin = department.person("chen.yuqing"), department.person("lin.zhiyuan")
    for person in (chen, lin):
        person.click(card(department), "order.dates")
    lin.fill(cargo_ready="2026-11-20", source="factory")
    assert lin.submit() == {}
    chen.fill(promised_shipment="2026-12-05")
    assert chen.submit() == {}
    assert "2026年11月20日" in card(department).all_text()
    assert "2026年12月5日" in card(department).all_text()
    for person in (chen, lin):
        person.choose(card(department), "order.more", "terms:1")
    lin.fill(quantity="15,000 pcs")
    assert lin.submit() == {}
    chen.fill(amount="50000")
    assert chen.submit() == {}
    assert "15,000 pcs" in card(department).all_text()
    assert "EUR 50,000.00" in card(department).all_text()
    chen.click(card(department), "order.dates")
    chen.fill(cargo_ready="")
    assert chen.submit() == {}
    assert "2026年11月20日" not in card(department).all_text()
