"""Somebody goes on leave: who stands in, what moves and what never does, where nobody is left, and the way back."""

from __future__ import annotations

from playground.workspace import Message
from tests.journeys.conftest import Department
from tests.journeys.test_home import home
from tests.journeys.test_orders import offered
from tests.journeys.test_tasks import give

MAIN = "#export-dept"


def cards(department: Department) -> list[Message]:
    """The leave cards."""
    return [message for message in department.slack.channel(MAIN).messages if message.from_app]


def enter(department: Department, who: str, line: str, kind: str = "annual", **filled: str | list[str]) -> None:
    """Enter leave through the form."""
    person = department.person(who)
    person.command(f"/away {line}", channel=MAIN)
    person.fill(kind=kind, **filled)
    assert person.submit() == {}


def test_leave_shows_until_when_and_who_covers_and_why_only_to_those_who_may_know(department: Department) -> None:
    enter(department, "ye.xiaoyan", "明天到周五", kind="sick")
    department.later(seconds=5)
    shown = cards(department)[-1].all_text()
    assert "叶晓燕将不在（2026年10月13日 周二至2026年10月16日 周五）；替岗：蒋波" in shown
    everything = "".join(message.all_text() for message in department.slack.channel(MAIN).messages)
    assert "病假" not in everything + "".join(department.told("jiang.bo"))
    assert "由你替岗" in department.told("jiang.bo")[-1]
    for who, may_know in {"ye.xiaoyan": True, "lin.zhiyuan": True, "jiang.bo": False, "he.rui": False}.items():
        asks = department.person(who)
        asks.command("/away list", channel=MAIN)
        listed = asks.whispers()[-1].all_text()
        assert "叶晓燕" in listed
        assert ("病假" in listed) is may_know, who
    department.until("2026-10-13 09:00")
    assert "不在，到2026年10月16日" in cards(department)[-1].all_text()
    department.until("2026-10-17 00:01")
    assert "回来了" in cards(department)[-1].all_text()


def test_the_cover_sees_and_does_what_is_asked_and_the_way_back_is_a_short_list(department: Department) -> None:
    give(department, "@ye.xiaoyan check the invoice by Thursday 3pm")
    enter(department, "ye.xiaoyan", "from tomorrow to Wednesday")
    department.until("2026-10-13 08:45")
    morning = department.told("jiang.bo")[-1]
    assert "你正在替叶晓燕的岗" in morning
    assert "check the invoice" in morning
    assert "替叶晓燕" in morning
    told = len(department.told("ye.xiaoyan"))
    jiang = department.person("jiang.bo")
    jiang.command("/task show T-1", channel=MAIN)
    jiang.click(jiang.whispers()[-1], "task.accept")
    jiang.command("/task show T-1", channel=MAIN)
    jiang.click(jiang.whispers()[-1], "task.finish")
    department.until("2026-10-14 18:00")
    assert len(department.told("ye.xiaoyan")) == told  # nobody writes to her meanwhile
    department.until("2026-10-15 08:45")
    back = department.told("ye.xiaoyan")[-1]
    assert "你不在的时候" in back
    assert "蒋波来做" in back
    assert "蒋波说已完成" in back


def test_a_deputy_who_is_away_as_well_is_a_hole_that_the_manager_hears_of_before(department: Department) -> None:
    enter(department, "jiang.bo", "from Thursday to Friday")
    assert not any("无人替岗" in said for said in department.told("lin.zhiyuan"))
    enter(department, "ye.xiaoyan", "from Wednesday to Friday")
    assert "无人替岗" in department.told("lin.zhiyuan")[-1]
    assert "蒋波" in department.told("lin.zhiyuan")[-1]
    lin = department.person("lin.zhiyuan")
    lin.click(lin.dms()[-1], "leave.change")
    lin.fill(deputy="qian.hui")
    assert lin.submit() == {}
    assert "由你替岗" in department.told("qian.hui")[-1]
    lin.command("/away list", channel=MAIN)
    assert "代理人" not in lin.whispers()[-1].all_text()


def test_a_late_sick_note_is_entered_by_the_lead_and_moves_at_once_in_one_message(department: Department) -> None:
    give(department, "@huang.tao chase the factory by today 5pm")
    give(department, "@huang.tao write the yearly report by 2026-11-30")
    huang = department.person("huang.tao")
    for asked in department.asked("huang.tao", "task.accept"):
        huang.click(asked, "task.accept")
    zheng, fang, ye = (department.person(who) for who in ("zheng.lili", "fang.min", "ye.xiaoyan"))
    fang.opens_home()
    ye.command("/away today", channel=MAIN)
    ye.fill(member="huang.tao", kind="sick")
    assert "黄涛" in ye.submit()["member"]
    ye.cancel()
    told = len(department.told("fang.min"))
    zheng.command("/away today", channel=MAIN)
    zheng.fill(member="huang.tao", kind="sick")
    assert zheng.submit() == {}
    assert "登记了黄涛的请假" in department.told("huang.tao")[-1]
    assert "不在，到2026年10月12日" in cards(department)[-1].all_text()
    department.later(seconds=5)
    [handed_over] = department.told("fang.min")[told:]
    assert "chase the factory" in handed_over
    assert "yearly report" not in handed_over  # there is time for it afterwards
    assert "chase the factory" in home(department, "fang.min")
    assert "yearly report" not in home(department, "fang.min")
    give(department, "@huang.tao another thing by tomorrow")
    assert "another thing" in department.told("fang.min")[-1]


def test_who_is_back_at_noon_hears_after_the_break_what_happened(department: Department) -> None:
    give(department, "@ye.xiaoyan check the invoice by tomorrow 11am")
    enter(department, "ye.xiaoyan", "今天到明天中午")
    jiang = department.person("jiang.bo")
    jiang.command("/task show T-1", channel=MAIN)
    jiang.click(jiang.whispers()[-1], "task.accept")
    told = len(department.told("ye.xiaoyan"))
    department.until("2026-10-13 12:59")
    assert len(department.told("ye.xiaoyan")) == told
    department.until("2026-10-13 13:05")
    [back] = department.told("ye.xiaoyan")[told:]
    assert "你不在的时候" in back
    assert "蒋波来做" in back
    department.until("2026-10-14 08:45")
    assert "你不在的时候" not in department.told("ye.xiaoyan")[-1]


def test_who_comes_back_early_says_so_and_hears_at_once_what_happened(department: Department) -> None:
    enter(department, "ye.xiaoyan", "今天到周五")
    give(department, "@ye.xiaoyan check the invoice by Wednesday 3pm")
    department.until("2026-10-13 10:00")
    ye = department.person("ye.xiaoyan")
    told = len(department.told("ye.xiaoyan"))
    ye.command("/away list", channel=MAIN)
    ye.click(ye.whispers()[-1], "leave.cancel")
    department.later(seconds=5)
    assert "回来了" in cards(department)[-1].all_text()
    assert "回来了" in department.told("jiang.bo")[-1]
    [back] = department.told("ye.xiaoyan")[told:]
    assert "check the invoice" in back


def test_days_that_make_no_sense_are_refused_beside_their_field(department: Department) -> None:
    ye = department.person("ye.xiaoyan")
    ye.command("/away 从周五到10月32日", channel=MAIN)
    assert ye.view is not None
    assert "没看懂“从周五到10月32日”" in str(ye.view.blocks)
    ye.fill(first="2026-10-20", last="2026-10-19", kind="annual")
    assert "结束早于开始" in ye.submit()["last"]
    ye.fill(last="2026-10-20", deputy="ye.xiaoyan")
    assert "不能由本人" in ye.submit()["deputy"]
    ye.cancel()
    ye.command("/away 10月20日下午", channel=MAIN)
    ye.fill(deputy="he.rui", kind="annual")
    assert ye.submit() == {}
    assert "中午起" in cards(department)[-1].all_text()
    ye.command("/away 2026-10-20", channel=MAIN)
    ye.fill(kind="annual")
    assert "已有请假" in ye.submit()["first"]
    ye.cancel()
    ye.command("/away list", channel=MAIN)
    ye.click(ye.whispers()[-1], "leave.cancel")
    assert "不请假了" in cards(department)[-1].all_text()


def test_of_somebody_silent_all_morning_for_whom_a_handoff_waits_the_manager_is_asked_alone(
    department: Department,
) -> None:
    offered(department)
    zheng, lin = department.person("zheng.lili"), department.person("lin.zhiyuan")
    department.until("2026-10-13 09:30")
    zheng.opens_home()
    department.until("2026-10-13 12:05")
    assert not department.asked("lin.zhiyuan", "leave.for")  # she was there
    department.until("2026-10-14 12:05")
    [asked] = department.asked("lin.zhiyuan", "leave.for")
    assert "郑丽丽整个上午都没有动静" in asked.all_text()
    everywhere = [
        said.all_text() for name in ("#export-orders", MAIN) for said in department.slack.channel(name).messages
    ]
    assert not any("没有动静" in said for said in (*everywhere, *department.told("chen.yuqing")))
    chen = department.person("chen.yuqing")
    chen.command("/order SO-2610-01", channel="#export-orders")
    assert "没有动静" not in chen.whispers()[-1].all_text()
    lin.click(asked, "leave.for")
    lin.fill(kind="sick")
    assert lin.submit() == {}
    department.later(seconds=5)
    assert "郑丽丽不在" in department.told("fang.min")[-1]
    assert "SO-2610-01" in department.told("fang.min")[-1]
