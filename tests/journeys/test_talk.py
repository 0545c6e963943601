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
    assert "蒋波" in ask(department, "chen.yuqing", "谁替叶晓燕")
    assert "Jiang Bo" in ask(department, "wu.mengjie", "who covers for Ye Xiaoyan?")
    assert "Zhou Hang" in ask(department, "wu.mengjie", "who covers for chen.yuqing")
    assert "Do you mean" in ask(department, "wu.mengjie", "who covers for Chen Yuqin")
    assert "Jiang Bo" in ask(department, "wu.mengjie", "who covers for Ye?")
    assert "叶晓燕" in ask(department, "chen.yuqing", "谁不在")


def test_what_is_not_understood_is_said_so_with_examples_and_does_nothing(department: Department) -> None:
    for said in ("please cancel all my tasks", "blah", "给我涨工资"):
        answer = ask(department, "wu.mengjie", said)
        assert "I do not understand" in answer
        assert "what is due today" in answer
    assert not department.slack.channel("#export-tasks").messages


def test_a_task_in_plain_words_is_only_given_when_it_is_confirmed(department: Department) -> None:
    wu = department.person("wu.mengjie")
    answer = ask(department, "wu.mengjie", "task @jiang.bo send the PI by Friday 5pm")
    assert "Shall I give Jiang Bo" in answer
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
