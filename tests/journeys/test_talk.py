"""People ask in plain words and are answered; an action is proposed, never guessed."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Department
from tests.journeys.test_leave import enter
from tests.journeys.test_orders import offered
from tests.journeys.test_tasks import card, give

MAIN = "#export-dept"


def ask(department: Department, who: str, text: str) -> str:
    """What the bot answers in the direct conversation."""
    before = len(department.told(who))
    department.person(who).dm(text)
    department.later(seconds=2)
    answers = department.told(who)[before:]
    return "\n".join(answers)


@pytest.mark.parametrize(
    "question", ["what is due today", "What's due today?", "today", "我今天要做什么", "今天有什么任务？"]
)
def test_what_is_due_today_is_answered_in_either_language(department: Department, question: str) -> None:
    give(department, "@jiang.bo book space by today 5pm")
    assert "book space" in ask(department, "jiang.bo", question)


def test_received_said_directly_takes_what_was_told_last_and_nothing_else(department: Department) -> None:
    assert "不明白" in ask(department, "he.rui", "收到")
    department.file()
    assert "不明白" not in ask(department, "he.rui", "收到")
    assert "处理中" in department.card().all_text()


def test_status_cover_and_absence_are_answered(department: Department) -> None:
    offered(department)
    give(department)
    enter(department, "ye.xiaoyan", "today")
    assert "确认订单" in ask(department, "chen.yuqing", "status so-2610-01")
    assert "SO-2610-01" in ask(department, "chen.yuqing", "SO-2610-01 到哪了？")
    assert "send PI" in ask(department, "chen.yuqing", "status T-1")
    assert "C-9" in ask(department, "chen.yuqing", "status C-9")
    for asked in ("how is SO-2610-01 going", "帮我查订单SO-2610-01的进度"):
        assert "陈雨晴" in ask(department, "chen.yuqing", asked), asked
    assert "蒋波" in ask(department, "chen.yuqing", "谁替叶晓燕")
    assert "Jiang Bo" in ask(department, "wu.mengjie", "who covers for Ye Xiaoyan?")
    assert "Zhou Hang" in ask(department, "wu.mengjie", "who covers for chen.yuqing")
    assert "Do you mean" in ask(department, "wu.mengjie", "who covers for Chen Yuqin")
    assert "Jiang Bo" in ask(department, "wu.mengjie", "who covers for Ye?")
    assert "叶晓燕" in ask(department, "chen.yuqing", "谁不在")


def test_who_stands_in_is_answered_for_days_to_come_and_in_other_words(department: Department) -> None:
    enter(department, "ye.xiaoyan", "下周")
    for asked in ("who covers for Ye Xiaoyan next week", "下周谁替叶晓燕？", "谁下周替叶晓燕"):
        answer = ask(department, "wu.mengjie", asked)
        assert "Jiang Bo" in answer, asked
        assert "Mon 19 Oct 2026" in answer, asked
    assert "here then" in ask(department, "wu.mengjie", "who covers for Ye Xiaoyan tomorrow")
    for asked in ("谁在替叶晓燕", "谁是叶晓燕的代理人", "叶晓燕的工作谁接"):
        assert "蒋波" in ask(department, "chen.yuqing", asked), asked
    assert "nobody at present" in ask(department, "wu.mengjie", "whom do I cover")


def test_what_was_nearly_said_is_offered_and_answered_by_a_click(department: Department) -> None:
    give(department)
    wu = department.person("wu.mengjie")
    for nearly, meant in (
        ("statsu T-1", "status T-1"),
        ("what is due todya", "what is due today"),
        ("who coovers for Jiang Bo", "who covers for Jiang Bo"),
        ("我今天要做社么", "我今天要做什么"),
        ("T-1 done", "status T-1"),
        ("叶晓燕不在谁替她", "谁替叶晓燕"),
    ):
        assert f"Do you mean:\n{meant}" in ask(department, "wu.mengjie", nearly), nearly
    ask(department, "wu.mengjie", "statsu T-1")
    wu.click(wu.dms()[-1], "talk.ask.0")
    department.later(seconds=2)
    assert "send PI" in wu.whispers()[-1].all_text()


def test_what_is_due_tomorrow_and_ones_own_orders_are_answered(department: Department) -> None:
    offered(department)
    give(department, "@jiang.bo book space by tomorrow 3pm")
    assert "book space" in ask(department, "jiang.bo", "what is due tomorrow")
    assert "2026年10月13日你没有到期事项" in ask(department, "he.rui", "我明天要做什么").replace(" 周二", "")
    assert "查看 SO-2610-01" in ask(department, "chen.yuqing", "我的订单")
    assert "call the bank" in ask(department, "wu.mengjie", "remind me to call the bank tomorrow 3pm")
    assert "me to call" not in department.told("wu.mengjie")[-1]


def test_what_is_not_understood_is_said_so_with_examples_and_does_nothing(department: Department) -> None:
    for said in ("please cancel all my tasks", "blah", "给我涨工资"):
        answer = ask(department, "wu.mengjie", said)
        assert "I do not understand" in answer
        assert "what is due today" in answer
    assert not department.slack.channel("#export-tasks").messages


def test_a_task_in_plain_words_is_only_given_when_it_is_confirmed(department: Department) -> None:
    wu = department.person("wu.mengjie")
    answer = ask(department, "wu.mengjie", "task @jiang.bo @he.rui send the PI by Friday 5pm")
    assert "Shall I give Jiang Bo" in answer
    assert "kept informed: He Rui" in answer
    assert "Fri 16 Oct 2026 17:00 (Asia/Shanghai)" in answer
    assert not department.slack.channel("#export-tasks").messages
    proposed = wu.dms()[-1]
    wu.click(proposed, "talk.give")
    wu.click(proposed, "talk.give")
    assert "send the PI" in card(department).all_text()
    assert len([each for each in department.slack.channel("#export-tasks").messages if not each.is_reply]) == 1


def test_by_when_is_asked_for_where_it_was_not_said_or_not_understood(department: Department) -> None:
    wu = department.person("wu.mengjie")
    assert "Say by when" in ask(department, "wu.mengjie", "task @jiang.bo buy pens")
    assert "morning or afternoon" in ask(department, "wu.mengjie", "task @jiang.bo buy pens by Friday 5")
    wu.click(wu.dms()[-1], "talk.change")
    assert wu.view is not None
    wu.fill(when="Friday 5pm")
    assert wu.submit() == {}
    assert "蒋波" in card(department).all_text()


def test_a_mention_in_a_thread_is_answered_there_for_the_asker_alone(department: Department) -> None:
    offered(department)
    chen = department.person("chen.yuqing")
    message = department.slack.channel("#export-orders").messages[-1]
    chen.reply(message, "@Supercargo 谁不在")
    department.later(seconds=2)
    assert "没有人请假" in chen.whispers()[-1].all_text()


def test_a_task_mentioned_in_a_thread_is_proposed_there_and_given_by_a_click(department: Department) -> None:
    offered(department)
    chen = department.person("chen.yuqing")
    message = department.slack.channel("#export-orders").messages[-1]
    chen.reply(message, "@Supercargo @jiang.bo 明天下午3点前订舱 !高")
    department.later(seconds=2)
    proposed = chen.whispers()[-1]
    assert "要把这个任务交给蒋波吗：订舱" in proposed.all_text()
    chen.click(proposed, "talk.give")
    department.later(seconds=3)
    assert "订舱" in card(department).all_text()
    assert "2026-10-13 15:00" in card(department).all_text()
    assert "archives" in str(card(department).blocks)  # the message it came from
