"""A complaint from the form to its closing, as each person concerned lives it."""

from __future__ import annotations

from tests.journeys.conftest import COMPLAINTS, Department


def test_a_complaint_is_filed_routed_and_told_to_those_who_act(department: Department) -> None:
    alice = department.person("chen.yuqing")
    alice.command("/complaint Prairie Table Inc.: rust on the spatulas", channel="#export-orders")
    assert alice.view is not None
    alice.fill(category="quality", severity="S2")
    assert alice.submit() == {}

    card = department.card()
    assert "C-1 · Prairie Table Inc." in card.all_text()
    assert "rust on the spatulas" in card.all_text()
    assert "周航" in card.all_text()  # the customer's own salesperson speaks
    assert "何睿" in card.all_text()  # after-sales looks for the cause
    assert any("C-1" in message for message in department.told("zhou.hang"))
    assert any("C-1" in message for message in department.told("he.rui"))
    assert any("C-1" in message for message in department.told("chen.yuqing"))
    assert department.told("lin.zhiyuan") == []
    department.slack.assert_quiet()


def test_a_reply_in_words_acknowledges_and_stops_the_first_response_clock(department: Department) -> None:
    card = department.file()
    department.person("chen.yuqing").reply(card, "收到")
    assert "Acknowledge" not in " ".join(department.card().buttons())
    department.until("2026-10-12 19:00")
    assert not any("未按时响应" in said for said in department.thread())


def test_nobody_answers_and_the_ladder_is_climbed_step_by_step(department: Department) -> None:
    department.file()
    department.until("2026-10-13 08:59")
    assert not any("未按时响应" in said for said in department.thread())
    department.until("2026-10-13 09:01")  # eight working hours after Monday 09:00
    assert any("未按时响应" in said and "周航" in said for said in department.thread())
    assert sum("C-1" in said for said in department.told("zhou.hang")) == 1


def test_the_whole_life_of_a_complaint(department: Department) -> None:
    department.file(severity="S2", amount="4000", currency="USD")
    owner, handler, manager = (department.person(name) for name in ("chen.yuqing", "he.rui", "lin.zhiyuan"))
    owner.click(department.card(), "complaint.acknowledge")

    handler.choose(department.card(), "complaint.more", "提议赔付 / Propose compensation")
    handler.fill(amount="800", currency="USD", text="Credit note")
    assert handler.submit() == {}
    manager.click(manager.dms()[-1], "complaint.approve")
    assert "已批准" in department.card().all_text()

    handler.click(department.card(), "complaint.resolve")
    handler.fill(cause="Coating too thin", remedy="Credit note of 800 USD")
    assert handler.submit() == {}

    owner.click(department.card(), "complaint.close")
    errors = owner.submit()
    assert "corrective_action" in errors
    owner.fill(corrective_action="Coating is measured on every batch")
    assert owner.submit() == {}
    assert "已关闭" in department.card().all_text()

    seen = owner.command("/complaint show C-1", channel=COMPLAINTS)
    assert seen is not None
    for words in ("接手", "提议赔付", "批准", "已解决", "关闭"):
        assert words in seen.all_text()
    department.slack.assert_quiet()


def test_somebody_who_has_no_part_in_it_is_told_who_can(department: Department) -> None:
    card = department.file()
    bystander = department.person("ye.xiaoyan")
    bystander.click(card, "complaint.acknowledge")
    assert "陈雨晴" in bystander.whispers()[-1].all_text()
    assert department.card().button("收到，我来处理 / Acknowledge")


def test_the_story_keeps_with_whom_and_with_which_limit_it_began(department: Department) -> None:
    department.file()
    chen, zhou = department.person("chen.yuqing"), department.person("zhou.hang")
    chen.click(department.card(), "complaint.reassign")
    chen.fill(part="owner", to="zhou.hang", reason="his customer")
    assert chen.submit() == {}
    zhou.choose(department.card(), "complaint.more", "severity:1")
    zhou.fill(severity="S1", reason="worse than it looked")
    assert zhou.submit() == {}
    chen.command("/complaint show C-1", channel=COMPLAINTS)
    [filed] = [line for line in chen.whispers()[-1].all_text().splitlines() if "登记了这起投诉" in line]
    assert "陈雨晴负责联系客户" in filed
    assert "2026年10月13日 周二 09:00" in filed


def test_whoever_takes_over_hears_what_and_by_when_and_whoever_is_relieved_that_they_are(
    department: Department,
) -> None:
    department.until("2026-10-12 21:00")
    department.file(category="transit_damage", transport="sea", delivered_on="2026-10-12")
    chen = department.person("chen.yuqing")
    for part, to in (("handler", "zheng.lili"), ("owner", "zhou.hang")):
        chen.click(department.card(), "complaint.reassign")
        chen.fill(part=part, to=to, reason="")
        assert chen.submit() == {}
    department.until("2026-10-13 09:00")
    [relieved] = department.told("jiang.bo")
    assert "改为郑丽丽" in relieved
    assert "请你查找原因" not in relieved
    assert "收到，我来处理" not in department.person("jiang.bo").dms()[-1].buttons()
    taken = department.told("zhou.hang")[0]
    assert "请你联系客户" in taken
    assert "首次响应时限" in taken
    assert "2026年10月15日" in taken  # the carrier's notice


def test_a_sign_of_somebody_who_looks_on_does_not_take_the_case(department: Department) -> None:
    card = department.file()
    manager = department.person("gu.mingde")
    manager.react(card, "eyes")
    assert "收到，我来处理 / Acknowledge" in department.card().buttons()
    assert manager.whispers() == []
    department.person("he.rui").react(card, "eyes")
    assert "收到，我来处理 / Acknowledge" not in department.card().buttons()


def test_whoever_stands_in_finds_the_case_among_theirs(department: Department) -> None:
    department.file()
    chen, zhou = department.person("chen.yuqing"), department.person("zhou.hang")
    zhou.command("/complaint mine", channel=COMPLAINTS)
    assert "C-1" not in zhou.whispers()[-1].all_text()
    chen.command("/away 今天到周五", channel="#export-dept")
    chen.fill(kind="annual")
    assert chen.submit() == {}
    zhou.command("/complaint mine", channel=COMPLAINTS)
    assert "C-1" in zhou.whispers()[-1].all_text()


def test_a_time_before_the_colon_is_no_customer(department: Department) -> None:
    chen = department.person("chen.yuqing")
    chen.command("/complaint 收货 10:30 发现破损", channel=COMPLAINTS)
    assert chen.view is not None
    assert "收货 10:30 发现破损" in str(chen.view.blocks)
    chen.cancel()
    chen.command("/complaint Prairie Table Inc. 2026: rust", channel=COMPLAINTS)
    chen.fill(customer="Prairie Table Inc.", category="quality", severity="S3", order="ｈｃ26-0891")
    assert chen.submit() == {}
    assert "HC26-0891" in department.card().all_text()
