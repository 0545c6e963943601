"""Home tells each person what today asks of them, does it in place, and follows while they look."""

from __future__ import annotations

import json

from tests.journeys.conftest import Department
from tests.journeys.test_orders import offered
from tests.journeys.test_tasks import give

MAIN = "#export-dept"


def home(department: Department, who: str) -> str:
    """What somebody's Home says now."""
    view = department.person(who).home
    return "" if view is None else json.dumps(view.blocks, ensure_ascii=False)


def test_what_somebody_waits_for_is_first_and_is_done_in_place(department: Department) -> None:
    jiang = department.person("jiang.bo")
    give(department)
    assert home(department, "jiang.bo") == ""  # nobody publishes to those who do not look
    jiang.opens_home()
    assert "有人在等你 (1)" in home(department, "jiang.bo")
    assert "send PI to ACME" in home(department, "jiang.bo")
    jiang.click(jiang.home, "task.accept")
    department.later(seconds=2)
    assert "有人在等你" not in home(department, "jiang.bo")
    assert "未来七天 (1)" in home(department, "jiang.bo")
    jiang.click(jiang.home, "task.finish")
    department.later(seconds=2)
    assert "send PI to ACME" not in home(department, "jiang.bo")


def test_home_follows_while_somebody_looks_and_rests_when_they_do_not(department: Department) -> None:
    jiang = department.person("jiang.bo")
    jiang.opens_home()
    give(department)
    department.later(seconds=2)
    assert "send PI to ACME" in home(department, "jiang.bo")
    department.later(hours=2)
    give(department, "@jiang.bo another thing by tomorrow")
    department.later(seconds=5)
    assert "another thing" not in home(department, "jiang.bo")
    jiang.opens_home()
    assert "another thing" in home(department, "jiang.bo")


def test_a_refusal_on_the_home_reaches_the_person_although_there_is_no_channel(department: Department) -> None:
    jiang, wu = department.person("jiang.bo"), department.person("wu.mengjie")
    give(department)
    jiang.opens_home()
    department.slack.after_each = None  # the Home is not yet shown anew
    wu.command("/task show T-1", channel=MAIN)
    wu.choose(wu.whispers()[-1], "task.more", "cancel:1")
    wu.fill(text="not needed")
    wu.submit()
    jiang.click(jiang.home, "task.accept")
    department.later(seconds=2)
    assert "不在等待答复" in "".join(department.told("jiang.bo"))


def test_orders_complaints_and_tasks_stand_side_by_side_and_can_be_narrowed_down(department: Department) -> None:
    offered(department)
    department.file(by="chen.yuqing")
    give(department, "@chen.yuqing call the bank by tomorrow")
    chen = department.person("chen.yuqing")
    chen.opens_home()
    shown = home(department, "chen.yuqing")
    for part in ("C-1", "T-1", "SO-2610-01", "首次回复", "call the bank"):
        assert part in shown, part
    chen.choose(chen.home, "home.filter", "task")
    department.later(seconds=2)
    assert "call the bank" in home(department, "chen.yuqing")
    assert "首次回复" not in home(department, "chen.yuqing")


def test_whoever_handles_a_complaint_that_nobody_has_taken_takes_it_from_their_home(department: Department) -> None:
    department.file(by="chen.yuqing")
    handler = department.person("he.rui")
    handler.opens_home()
    handler.click(handler.home, "complaint.acknowledge")
    handler.click(handler.home, "complaint.resolve")
    assert handler.view is not None


def test_many_offers_hide_nothing_that_is_due_and_all_of_them_are_counted(department: Department) -> None:
    department.slack.after_each = None
    for n in range(13):
        give(department, f"@jiang.bo offer {n} by Thursday 5pm")
    give(department, "@wu.mengjie own thing by today 5pm", by="wu.mengjie")
    for n in range(13):
        give(department, f"@wu.mengjie small {n} by Thursday 5pm", by="jiang.bo")
    department.later(minutes=2)
    jiang, wu = department.person("jiang.bo"), department.person("wu.mengjie")
    jiang.opens_home()
    department.later(seconds=5)
    assert "有人在等你 (13)" in home(department, "jiang.bo")
    wu.opens_home()
    department.later(seconds=5)
    assert "Somebody waits for you (13)" in home(department, "wu.mengjie")
    assert "own thing" in home(department, "wu.mengjie")


def test_a_day_from_the_home_without_a_command(department: Department) -> None:
    give(department)
    give(department, "@jiang.bo book space by tomorrow 3pm")
    jiang, wu = department.person("jiang.bo"), department.person("wu.mengjie")
    jiang.opens_home()
    jiang.click(jiang.home, "task.decline")  # the one that is due first
    jiang.fill(text="no space before Friday")
    assert jiang.submit() == {}
    department.later(seconds=15)
    assert "no space before Friday" in department.told("wu.mengjie")[-1]
    jiang.click(jiang.home, "task.accept")
    department.later(seconds=3)
    jiang.choose(jiang.home, "task.more", "snooze:2")
    department.later(seconds=3)
    assert "提醒" in department.told("jiang.bo")[-1]
    jiang.click(jiang.home, "task.time")
    jiang.fill(when="下周一下午3点", reason="银行")
    assert jiang.submit() == {}
    department.later(seconds=3)
    wu.opens_home()
    assert "Agree to more time" in home(department, "wu.mengjie")
    wu.click(wu.home, "task.refuse")
    department.later(seconds=3)
    jiang.click(jiang.home, "home.mine.task")
    assert jiang.view is not None
    assert "book space" in json.dumps(jiang.view.blocks, ensure_ascii=False)
    jiang.click(jiang.view, "task.show")
    jiang.click(jiang.view, "task.finish")  # what a Home has no room for is done on its page, which follows
    assert "已完成，待验收" in json.dumps(jiang.view.blocks, ensure_ascii=False)
    jiang.choose(jiang.view, "task.more", "note:2")
    jiang.fill(text="booked by phone")
    assert jiang.submit() == {}
    assert jiang.view is None


def test_orders_somebody_has_a_part_in_open_from_the_home(department: Department) -> None:
    offered(department)
    chen = department.person("chen.yuqing")
    chen.opens_home()
    chen.click(chen.home, "home.mine.order")
    assert chen.view is not None
    assert chen.view.payload["title"]["text"] == "我的订单"
    assert "SO-2610-01" in json.dumps(chen.view.blocks, ensure_ascii=False)
    chen.click(chen.view, "order.show")
    assert "archives" in json.dumps(chen.view.blocks, ensure_ascii=False)  # the way to its card


def test_a_narrowed_home_says_what_else_there_is_and_is_whole_again_later(department: Department) -> None:
    give(department, "@jiang.bo book space by tomorrow 3pm")
    jiang = department.person("jiang.bo")
    jiang.opens_home()
    jiang.choose(jiang.home, "home.filter", "complaint")
    department.later(seconds=2)
    assert "你手上还有1件其他事项" in home(department, "jiang.bo")
    department.later(hours=2)
    jiang.opens_home()
    department.later(seconds=2)
    assert "book space" in home(department, "jiang.bo")


def test_the_manager_sees_the_weeks_risks_in_one_screen_and_others_do_not(department: Department) -> None:
    department.file(severity="S2")
    department.later(hours=30)
    lin, zhou = department.person("lin.zhiyuan"), department.person("zhou.hang")
    lin.opens_home()
    shown = home(department, "lin.zhiyuan")
    assert "全部门" in shown
    assert "C-1" in shown
    assert "突发事件与最严重的投诉" in shown
    assert "C-1 · Küchenwerk Handels GmbH · S2" in shown
    lin.click(lin.home, "home.cutoffs")
    assert lin.view is not None
    assert lin.view.payload["title"]["text"] == "临近的截止时间"
    lin.cancel()
    assert "每人未完成" in shown or "Open with each" in shown
    zhou.opens_home()
    assert "全部门" not in home(department, "zhou.hang")


def test_settings_change_the_language_the_digest_and_the_quiet_hours(department: Department) -> None:
    jiang = department.person("jiang.bo")
    jiang.opens_home()
    jiang.click(jiang.home, "people.settings")
    jiang.fill(language="en", digest_time="07:15", quiet_hours="half past")
    assert "20:00-08:00" in jiang.submit()["quiet_hours"]
    jiang.fill(quiet_hours="18:00-18:00")
    assert "20:00-08:00" in jiang.submit()["quiet_hours"]
    jiang.fill(quiet_hours="18:00-07:00")
    assert jiang.submit() == {}
    department.later(seconds=2)
    assert "Nothing waits for you" in home(department, "jiang.bo")
    department.until("2026-10-12 18:30")
    told = len(department.told("jiang.bo"))
    give(department, "@jiang.bo late idea by Thursday 3pm")
    department.later(minutes=5)
    assert len(department.told("jiang.bo")) == told
    department.until("2026-10-13 07:16")
    assert "Your day" in department.told("jiang.bo")[-1]
    assert "late idea" in "".join(department.told("jiang.bo")[told:])


def test_fifty_openings_in_a_second_end_with_the_home_as_it_is(department: Department) -> None:
    jiang = department.person("jiang.bo")
    department.slack.after_each = None
    for n in range(50):
        jiang.opens_home()
        if n == 25:
            give(department)
    department.later(seconds=10)
    assert "send PI to ACME" in home(department, "jiang.bo")
    with department.bot.store.engine.connect() as connection:
        published = list(connection.exec_driver_sql("select wanted, shown, state from outbox where kind = 'home'"))
    assert [(row[0] == row[1], row[2]) for row in published] == [(True, "sent")]


def test_a_home_that_another_process_published_meanwhile_follows_all_the_same(department: Department) -> None:
    jiang = department.person("jiang.bo")
    jiang.opens_home()
    department.later(seconds=2)
    department.bot.client.views_publish(user_id=jiang.user.id, view={"type": "home", "blocks": [{"type": "divider"}]})
    give(department)
    department.later(seconds=5)
    assert "send PI to ACME" in home(department, "jiang.bo")
    assert '"accessibility_label": "我来做: T-1 · send PI to ACME"' in home(department, "jiang.bo")


def test_no_more_than_the_agreed_number_of_messages_from_the_clock_in_a_day(department: Department) -> None:
    for n in range(8):
        give(department, f"@jiang.bo thing {n} by today {11 + n // 2}:{'15' if n % 2 else '45'} !urgent")
    jiang = department.person("jiang.bo")
    for message in [each for each in department.slack.channel("#export-tasks").messages if not each.is_reply]:
        jiang.click(message, "task.accept")
    department.until("2026-10-12 19:00")
    by_clock = [said for said in department.told("jiang.bo") if "到期" in said]
    assert by_clock, department.told("jiang.bo")
    assert len(by_clock) <= 5
    department.until("2026-10-13 08:45")
    assert "昨天未单独通知的" in department.told("jiang.bo")[-1]


def test_the_managers_week_begins_with_what_is_late_everywhere(department: Department) -> None:
    department.file()
    department.until("2026-10-19 08:45")  # a Monday
    assert "本周部门概况" in department.told("lin.zhiyuan")[-1]
    assert "C-1" in department.told("lin.zhiyuan")[-1]
    department.until("2026-10-20 08:45")
    assert sum("本周部门概况" in said for said in department.told("lin.zhiyuan")) == 1


def test_a_decision_waits_for_who_is_away_and_is_not_shown_to_their_cover(department: Department) -> None:
    card = department.file(severity="S2", amount="800", currency="USD")
    chen, lin = department.person("chen.yuqing"), department.person("lin.zhiyuan")
    chen.click(card, "complaint.acknowledge")
    chen.choose(department.card(), "complaint.more", "compensation:1")
    chen.fill(amount="800", currency="USD", text="Credit note")
    assert chen.submit() == {}
    lin.command("/away from tomorrow to Friday", channel=MAIN)
    lin.fill(kind="annual")
    assert lin.submit() == {}
    department.until("2026-10-13 09:00")
    chen.opens_home()
    assert "你正在替林志远的岗" in home(department, "chen.yuqing")
    assert "决定赔付" not in home(department, "chen.yuqing")
    lin.opens_home()
    assert "决定赔付" in home(department, "lin.zhiyuan")
