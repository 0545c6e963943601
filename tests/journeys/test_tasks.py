"""A task is given, taken, worked on, done and accepted; it slips, comes again, is declined and taken back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from department.tasks import SUBJECT, Task
from playground.workspace import Message, User
from tests.journeys.conftest import Department
from tests.journeys.test_permissions import OUTSIDERS

TASKS = "#export-tasks"


def card(department: Department) -> Message:
    """The newest task's card."""
    return [message for message in department.slack.channel(TASKS).messages if not message.is_reply][-1]


def give(
    department: Department, line: str = "@jiang.bo send PI to ACME by Friday 5pm !high", by: str = "wu.mengjie"
) -> None:
    """Give a task in a line."""
    department.person(by).command(f"/task {line}", channel="#export-dept")


def test_a_task_in_a_line_is_said_back_with_weekday_and_zone_and_lives_to_its_end(department: Department) -> None:
    give(department)
    wu, jiang = department.person("wu.mengjie"), department.person("jiang.bo")
    echo = wu.whispers()[-1].all_text()
    assert "send PI to ACME" in echo
    assert "Fri 16 Oct 2026 17:00 (Asia/Shanghai)" in echo
    assert "high" in echo
    assert "吴梦洁把这个任务交给蒋波" in department.told("jiang.bo")[-1]
    jiang.click(jiang.dms()[-1], "task.accept")
    assert "进行中 / in progress" in card(department).all_text()
    jiang.click(card(department), "task.report")
    jiang.fill(progress="50", line="waiting for the bank data")
    assert jiang.submit() == {}
    assert "50%" in card(department).all_text()
    assert "waiting for the bank data" in card(department).all_text()
    jiang.click(card(department), "task.finish")
    assert "says that it is done" in department.told("wu.mengjie")[-1]
    wu.click(wu.dms()[-1], "task.send_back")
    wu.fill(text="the bank's address is missing")
    assert wu.submit() == {}
    assert "the bank's address is missing" in department.told("jiang.bo")[-1]
    jiang.click(card(department), "task.finish")
    wu.click(card(department), "task.approve")
    assert "已完成 / done" in card(department).all_text()
    assert department.bot.desk.next_due() is None


def test_chinese_words_mean_the_same(department: Department) -> None:
    give(department, "@jiang.bo 周五下午5点前 给ACME发PI !高", by="chen.yuqing")
    echo = department.person("chen.yuqing").whispers()[-1].all_text()
    assert "给ACME发PI" in echo
    assert "2026年10月16日" in echo
    assert "17:00 (Asia/Shanghai)" in echo
    assert "优先级 高" in echo


def test_who_does_it_stands_at_the_beginning_and_whoever_else_is_named_stays_in_the_sentence(
    department: Department,
) -> None:
    wu = department.person("wu.mengjie")
    for line, title, by, informed in (
        ("@jiang.bo ask @he.rui for photos by Fri", "ask @He Rui for photos", "Jiang Bo", "He Rui"),
        ("ask @jiang.bo to send PI by Fri, cc @he.rui", "send PI", "Jiang Bo", "He Rui"),
        ("请@jiang.bo周五前发PI！高", "发PI", "Jiang Bo", "high"),
    ):
        give(department, line)
        echo = wu.whispers()[-1].all_text()
        assert f"for {by}: {title}\n" in echo, echo
        assert informed in echo
    said = len(wu.whispers())
    for line, owner, title in (
        ("send the B/L to @he.rui by Friday", "he.rui", "send the B/L to @He Rui"),
        ("蒋波 周五前发PI", "jiang.bo", "发PI"),
        ("蒋波的单据周五前核对", "wu.mengjie", "蒋波的单据 核对"),
    ):
        give(department, line)
        assert wu.view is not None, line
        fields = str(wu.view.blocks)
        assert department.person(owner).user.id in fields, line
        assert f"'initial_value': '{title}'" in fields, fields
        wu.cancel()
    give(department, "完成T-1")
    assert "ask @He Rui" in wu.whispers()[said].all_text()  # the task, with its buttons


def test_what_is_not_understood_is_asked_for_in_the_form_and_beside_the_field(department: Department) -> None:
    wu = department.person("wu.mengjie")
    give(department, "@jiang.bo send PI to ACME by 01/12")
    assert wu.view is not None
    assert "“01/12” could mean several days" in str(wu.view.blocks)
    wu.fill(when="01/12")
    assert "could mean several days" in wu.submit()["when"]
    wu.fill(when="Friyay")
    assert "do not understand" in wu.submit()["when"]
    wu.fill(when="this Monday 9am")
    assert "over" in wu.submit()["when"]
    wu.fill(when="")
    assert "by when" in wu.submit()["when"]
    wu.fill(when="12 Dec 3pm", items="draft\nsend", repeats="every monday", watchers=["he.rui"])
    assert wu.submit() == {}
    shown = card(department).all_text()
    for part in ("send PI to ACME by 01/12", "2026-12-12 15:00", "☐ draft", "every week on", "何睿"):
        assert part in shown, part
    assert "send PI" in department.told("he.rui")[-1]


def test_a_word_in_the_thread_or_a_tick_takes_it_and_a_question_does_not(department: Department) -> None:
    give(department)
    jiang, zhou = department.person("jiang.bo"), department.person("zhou.hang")
    jiang.reply(card(department), "收到？是发给哪家银行")
    assert "waits for an answer" in card(department).all_text()
    zhou.reply(card(department), "收到")
    assert "蒋波" in zhou.whispers()[-1].all_text()
    jiang.reply(card(department), "收到")
    assert "in progress" in card(department).all_text()
    give(department, "@jiang.bo book space tomorrow")
    jiang.react(card(department), "white_check_mark")
    assert "in progress" in card(department).all_text()


def test_what_is_declined_goes_back_and_can_be_taken_back_for_ten_seconds(department: Department) -> None:
    give(department)
    wu, jiang = department.person("wu.mengjie"), department.person("jiang.bo")
    department.slack.after_each = None  # ten seconds are looked at second by second
    jiang.click(jiang.dms()[-1], "task.decline")
    jiang.fill(text="I am at the port until Friday")
    assert jiang.submit() == {}
    told = len(department.told("wu.mengjie"))
    department.later(seconds=3)
    jiang.click(jiang.dms()[-1], "task.undo")
    department.later(minutes=1)
    assert len(department.told("wu.mengjie")) == told
    assert "waits for an answer" in card(department).all_text()
    jiang.click(card(department), "task.decline")
    jiang.fill(text="I am at the port until Friday")
    assert jiang.submit() == {}
    department.later(seconds=15)
    assert "I am at the port" in department.told("wu.mengjie")[-1]
    jiang.click(jiang.dms()[-1], "task.undo")
    department.later(seconds=2)
    assert "10" in department.told("jiang.bo")[-1]
    wu.click(wu.dms()[-1], "task.give_to")
    wu.fill(to="he.rui")
    assert wu.submit() == {}
    department.later(seconds=5)
    assert "何睿" in card(department).all_text()
    assert "send PI" in department.told("he.rui")[-1]


def test_more_time_is_wished_for_and_granted_and_a_block_calls_who_can_help(department: Department) -> None:
    give(department)
    wu, jiang, he = (department.person(who) for who in ("wu.mengjie", "jiang.bo", "he.rui"))
    jiang.click(card(department), "task.accept")
    jiang.click(card(department), "task.time")
    jiang.fill(when="下周二下午3点", reason="银行周一才答复")
    assert jiang.submit() == {}
    wu.click(wu.dms()[-1], "task.grant")
    assert "2026-10-20 15:00" in card(department).all_text()
    jiang.choose(card(department), "task.more", "block:1")
    jiang.fill(what="no access to the bank portal", unblocker="he.rui")
    assert jiang.submit() == {}
    assert "no access to the bank portal" in department.told("he.rui")[-1]
    he.click(he.dms()[-1], "task.unblock")
    assert "in progress" in card(department).all_text()


def test_on_a_day_off_only_what_is_urgent_is_called_to_mind(department: Department) -> None:
    give(department, "@jiang.bo high thing by 2026-10-17 17:00 !high")  # a Saturday
    give(department, "@jiang.bo pressing thing by 2026-10-17 17:00 !urgent")
    jiang = department.person("jiang.bo")
    for asked in department.asked("jiang.bo", "task.accept"):
        jiang.click(asked, "task.accept")
    department.until("2026-10-16 18:00")
    told = department.told("jiang.bo")
    assert "high thing" in told[-2] + told[-1]
    assert "快到期了" in told[-2] + told[-1]
    department.until("2026-10-18 23:59")
    said = department.told("jiang.bo")[len(told) :]
    assert ["快到期了" in said[0], "现在到期" in said[1], len(said)] == [True, True, 2], said
    assert all("pressing thing" in each for each in said)


def test_reminders_come_by_priority_and_what_slips_is_in_the_givers_morning(department: Department) -> None:
    give(department, "@jiang.bo urgent thing by tomorrow 3pm !urgent")
    give(department, "@jiang.bo small thing by tomorrow 3pm")
    jiang = department.person("jiang.bo")
    for message in list(department.slack.channel(TASKS).messages):
        if not message.is_reply:
            jiang.click(message, "task.accept")
    told = len(department.told("jiang.bo"))
    department.until("2026-10-13 08:45")
    [morning] = department.told("jiang.bo")[told:]
    assert "small thing" in morning
    assert "urgent thing" in morning
    department.until("2026-10-13 15:01")
    reminded = department.told("jiang.bo")[told + 1 :]
    assert len(reminded) == 2, reminded
    assert all("urgent thing" in each for each in reminded)
    department.until("2026-10-14 08:45")
    assert "You gave it, and it is late" in department.told("wu.mengjie")[-1]
    assert "small thing" in department.told("wu.mengjie")[-1]


def test_ones_own_task_is_nobody_elses_business_and_comes_again(department: Department) -> None:
    zhou, wu = department.person("zhou.hang"), department.person("wu.mengjie")
    zhou.command("/task", channel="#export-dept")
    zhou.fill(title="周报", when="周五下午5点", repeats="every friday")
    assert zhou.submit() == {}
    assert "2026年10月16日" in department.told("zhou.hang")[-1]  # what was understood, said back
    assert not department.slack.channel(TASKS).messages
    wu.command("/task team", channel="#export-dept")
    assert "周报" not in wu.whispers()[-1].all_text()
    wu.command("/task show T-1", channel="#export-dept")
    assert "no task T-1 that you may see" in wu.whispers()[-1].all_text()
    zhou.command("/task list", channel="#export-dept")
    assert "周报" in zhou.whispers()[-1].all_text()
    zhou.command("/task show T-1", channel="#export-dept")
    zhou.click(zhou.whispers()[-1], "task.finish")
    zhou.command("/task list", channel="#export-dept")
    assert "2026年10月23日" in zhou.whispers()[-1].all_text()


def test_nobody_but_giver_owner_and_manager_may_change_it(department: Department) -> None:
    give(department)
    ye, lin = department.person("ye.xiaoyan"), department.person("lin.zhiyuan")
    for button in ("task.accept", "task.decline"):
        ye.click(card(department), button)
        assert "蒋波" in ye.whispers()[-1].all_text()
    ye.choose(card(department), "task.more", "cancel:1")
    assert ye.view is None
    assert "吴梦洁" in ye.whispers()[-1].all_text()
    lin.choose(card(department), "task.more", "cancel:1")
    lin.fill(text="the customer has cancelled")
    assert lin.submit() == {}
    department.later(seconds=20)
    assert "the customer has cancelled" in department.told("jiang.bo")[-1]


@pytest.mark.on_both
def test_two_people_at_once_accept_and_withdraw_and_exactly_one_of_them_is_told(department: Department) -> None:
    give(department)
    before = card(department)
    department.slack.after_each = None  # the card is not yet shown anew
    wu, jiang = department.person("wu.mengjie"), department.person("jiang.bo")
    wu.choose(before, "task.more", "give_to:1")
    wu.fill(to="he.rui")
    whispers = len(jiang.whispers())
    with ThreadPoolExecutor(2) as both:
        withdrawn, taken = both.submit(wu.submit), both.submit(jiang.click, before, "task.accept")
        assert withdrawn.result() == {}
        taken.result()
    department.later(minutes=1)
    assert "何睿" in card(department).all_text().split("状态")[0]
    assert "waits for an answer" in card(department).all_text()
    accepted = "蒋波来做" in "".join(message.all_text() for message in department.slack.channel(TASKS).messages)
    assert accepted != (len(jiang.whispers()) > whispers)


def test_lists_the_board_and_the_chart_show_what_there_is(department: Department) -> None:
    wu = department.person("wu.mengjie")
    for n in range(3):
        give(department, f"@jiang.bo thing {n} by tomorrow 3pm !low")
    wu.command("/task given", channel="#export-dept")
    assert "thing 2" in wu.whispers()[-1].all_text()
    wu.choose(wu.whispers()[-1], "task.list.filter", "blocked")
    assert "nothing here" in wu.whispers()[-1].all_text()
    for which in ("given", "team", "全部"):
        wu.command(f"/task list {which}", channel="#export-dept")
        assert "thing 2" in wu.whispers()[-1].all_text()
    wu.command("/task list overdue", channel="#export-dept")
    assert "nothing here" in wu.whispers()[-1].all_text()
    wu.command("/task list @jiang.bo", channel="#export-dept")
    assert "thing 0" in wu.whispers()[-1].all_text()
    wu.command("/task board logistics", channel="#export-dept")
    assert "thing 1" in wu.whispers()[-1].all_text()
    wu.choose(wu.whispers()[-1], "task.more", "history:2")
    assert wu.view is not None
    assert "thing 1" in str(wu.view.blocks)
    wu.cancel()
    wu.click(wu.whispers()[-1], "task.board.on")
    assert "Nothing is due" in wu.whispers()[-1].all_text()
    wu.command("/task board 物流 下周", channel="#export-dept")
    assert "Nothing is due" in wu.whispers()[-1].all_text()
    wu.command("/task board fishing", channel="#export-dept")
    assert "no role “fishing”" in wu.whispers()[-1].all_text()
    wu.command("/task progress", channel="#export-dept")
    assert "Tasks: given and done" in wu.whispers()[-1].all_text()
    wu.command("/task help", channel="#export-dept")
    assert "!urgent" in wu.whispers()[-1].all_text()


def test_a_line_that_says_how_often_comes_again_and_is_said_back_so(department: Department) -> None:
    give(department, "@jiang.bo 每周五下午5点 发周报", by="chen.yuqing")
    echo = department.person("chen.yuqing").whispers()[-1].all_text()
    for part in ("发周报", "2026年10月16日", "17:00", "每周五"):
        assert part in echo, echo
    assert "每周五" in card(department).all_text()
    wu = department.person("wu.mengjie")
    give(department, "@jiang.bo every Friday send the list due on Monday")
    assert wu.view is not None  # which of them counts is asked
    assert "several moments" in str(wu.view.blocks)
    wu.cancel()
    give(department, "@jiang.bo every Friday at 5 send the list")
    assert "morning or afternoon" in str(wu.view.blocks if wu.view else "")


def test_what_a_task_belongs_to_is_checked_and_stands_on_its_card(department: Department) -> None:
    department.file()
    wu = department.person("wu.mengjie")
    give(department, "@jiang.bo ask the carrier about C-1 by Friday 5pm")
    give(department, "@jiang.bo buy A4-2 paper by Friday 5pm")
    assert "归属" not in card(department).all_text()
    assert "1个未完成任务" in department.card().all_text()
    assert "ask the carrier" in department.card().all_text()
    assert "archives" in str(department.card().blocks)  # a link to the task
    wu.command("/task", channel="#export-dept")
    wu.fill(title="call", when="Friday 5pm", about="SO-9999-99")
    assert "There is no SO-9999-99" in wu.submit()["about"]
    wu.fill(about="c-1")
    assert wu.submit() == {}
    wu.command("/complaint C-1", channel="#export-dept")
    assert "ask the carrier" in wu.whispers()[-1].all_text()
    assert "1 open task" in wu.whispers()[-1].all_text()  # the other one is her own
    wu.command("/task show T-1", channel="#export-dept")
    wu.choose(wu.whispers()[-1], "task.more", "cancel:1")
    wu.fill(text="done by phone")
    assert wu.submit() == {}
    department.later(seconds=15)
    assert "未完成任务" not in department.card().all_text()


def test_who_watches_and_what_it_belongs_to_can_be_changed_later(department: Department) -> None:
    department.file()
    give(department)
    wu, jiang = department.person("wu.mengjie"), department.person("jiang.bo")
    wu.command("/task show T-1", channel="#export-dept")
    wu.choose(wu.whispers()[-1], "task.more", "change:1")
    wu.fill(watchers=["he.rui"], items="draft\nsend", about="C-1", repeats="every friday")
    assert wu.submit() == {}
    department.later(seconds=5)
    assert "send PI" in department.told("he.rui")[-1]
    shown = card(department).all_text()
    for part in ("何睿", "☐ draft", "C-1", "每周五"):
        assert part in shown, shown
    assert "send PI" in department.card().all_text()
    jiang.click(card(department), "task.accept")
    jiang.choose(card(department), "task.more", "tick:1")
    jiang.fill(items=["0"])
    assert jiang.submit() == {}
    wu.command("/task show T-1", channel="#export-dept")
    wu.choose(wu.whispers()[-1], "task.more", "change:1")
    wu.fill(items="draft\nsign\nsend")
    assert wu.submit() == {}
    assert "☑ draft" in card(department).all_text()  # what is done stays done
    assert "☐ sign" in card(department).all_text()


def test_a_message_becomes_a_task_that_links_back_to_it(department: Department) -> None:
    he, wu = department.person("he.rui"), department.person("wu.mengjie")
    message = he.post("#export-dept", "ACME wants the test report by tomorrow 3pm")
    wu.shortcut("Make this a task · 任务", message)
    wu.fill(owner="he.rui")
    assert wu.submit() == {}
    shown = card(department)
    assert "ACME wants the test report" in shown.all_text()
    assert message.ts.replace(".", "") in str(shown.blocks)
    assert "2026-10-13 15:00" in shown.all_text()


def test_five_hundred_tasks_due_over_a_weekend_are_one_digest_for_each_that_counts_all_of_them(
    department: Department,
) -> None:
    department.until("2026-10-16 18:00")
    now, people = department.clock.now(), ("jiang.bo", "he.rui")

    def taken_on(n: int, number: int) -> Task:
        return Task(
            workspace=workspace,
            number=number,
            state="accepted",
            title=f"thing {n:03}",
            giver="wu.mengjie",
            owner=people[n % 2],
            given_at=now,
            offered_at=now,
            accepted_at=now,
            due_at=now + timedelta(hours=20, seconds=n),
            between_us=True,  # no cards, which are beside the point
        )

    workspace, desk = department.slack.workspace.team_id, department.bot.desk
    desk.take_over(workspace, SUBJECT, lambda _, office, number: ((taken_on(n, number()), []) for n in range(500)))
    told = {who: len(department.told(who)) for who in (*people, "wu.mengjie")}
    department.until("2026-10-19 08:45")
    for who, heading, first, second in (
        ("jiang.bo", "逾期 (250)", "thing 000", "thing 002"),
        ("he.rui", "逾期 (250)", "thing 001", "thing 003"),
        ("wu.mengjie", "You gave it, and it is late (500)", "thing 000", "thing 001"),
    ):
        [morning] = department.told(who)[told[who] :]
        assert heading in morning
        assert morning.index(first) < morning.index(second)
        assert "还有 242 项" in morning or "and 492 more" in morning
        assert department.asked(who, "home.mine.task"), who
    department.until("2026-10-19 18:00")
    assert all(len(department.told(who)) == told[who] + 1 for who in told)


def test_a_day_that_is_over_is_refused_and_a_day_off_is_said_back_as_one(department: Department) -> None:
    wu = department.person("wu.mengjie")
    wu.command("/task", channel="#export-dept")
    wu.fill(title="x", when="yesterday")
    assert "do not understand" in wu.submit()["when"]
    wu.fill(when="Sunday 10am")  # a day off is no working day, but a promise may end on one
    assert wu.submit() == {}
    assert "That is a day off" in department.told("wu.mengjie")[-1]


def test_what_is_due_on_a_day_off_stands_in_the_morning_of_the_working_day_before(department: Department) -> None:
    give(department, "@jiang.bo check the stuffing by 2026-10-17 17:00")  # a Saturday
    jiang = department.person("jiang.bo")
    jiang.click(jiang.dms()[-1], "task.accept")
    department.until("2026-10-16 08:45")
    assert "check the stuffing" in department.told("jiang.bo")[-1]
    assert "2026年10月19日" in department.told("jiang.bo")[-1]


@pytest.mark.parametrize("outsider", OUTSIDERS, ids=lambda user: user.handle)
def test_nobody_from_outside_gets_a_task_nor_watches_one(department: Department, outsider: User) -> None:
    wu = department.person("wu.mengjie")
    slack_user = department.slack.workspace.add_user(replace(outsider))
    department.slack.user_change(slack_user.id, tz="Asia/Shanghai")
    wu.command("/task", channel="#export-dept")
    wu.fill(title="send PI", when="Friday 5pm", owner=slack_user.id)
    assert "not in the department's agreement" in wu.submit()["owner"]
    wu.fill(owner="jiang.bo", watchers=[slack_user.id])
    assert "not in the department's agreement" in wu.submit()["watchers"]
    assert not department.slack.channel(TASKS).messages


def test_whoever_from_outside_asks_for_a_tasks_page_is_told_why_there_is_none(
    department: Department,
) -> None:
    give(department)
    department.slack.workspace.add_user(replace(OUTSIDERS[0]))
    visitor = department.slack.person(OUTSIDERS[0].handle)
    department.slack.add_to_channel(TASKS, visitor.id)
    told = visitor.choose(card(department), "task.more", "history:1")
    assert told is not None
    assert "成员名单" in told.all_text()
    assert "send PI" not in told.all_text()
    visitor.click(card(department), "task.accept")
    assert visitor.view is None


def test_whose_account_is_closed_gets_nothing_more_and_the_deputy_does(department: Department) -> None:
    give(department)
    department.slack.user_change("jiang.bo", deleted=True)
    department.later(seconds=5)
    give(department, "@jiang.bo another thing by tomorrow")
    wu, tang = department.person("wu.mengjie"), department.person("tang.wei")
    assert "部门约定里没有这个人" in str(wu.whispers()[-1].all_text()) or "not in the department" in str(
        wu.whispers()[-1].all_text()
    )
    department.until("2026-10-13 08:45")
    assert "send PI" in department.told("tang.wei")[-1]
    tang.click(card(department), "task.accept")
    assert "in progress" in card(department).all_text()
