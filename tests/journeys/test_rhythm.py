"""What comes round: wishes, activities, the schedule, and what somebody has muted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.planning import Planner
from bot.wishes import next_wish
from department.agreement import Agreement
from department.complaints import Complaint
from department.people import Office
from playground.workspace import Message
from storage import left_out, people
from storage.deadlines import Due
from storage.people import Person
from tests.journeys.conftest import AGREEMENT, SHANGHAI, WHOLE, Department, opened
from tests.journeys.picture import Json, changed, deliver, last

MAIN = "#export-dept"
PRAISE = "#export-praise"


@pytest.fixture
def friday(database_url: str) -> Iterator[Department]:
    """An hour before everybody is asked for a line for the weekly meeting, and nothing else comes round."""
    weekly = {"meetings": {"weekly": WHOLE.meetings["weekly"]}, "awards": {}}
    agreement = Agreement.model_construct(**{**dict(WHOLE), **weekly})
    with opened(database_url, agreement, datetime(2026, 10, 16, 14, tzinfo=SHANGHAI).astimezone(UTC)) as house:
        house.bot.planner.look()
        yield house


@pytest.fixture
def october(database_url: str) -> Iterator[Department]:
    """The last Tuesday of October, with everything that comes round."""
    with opened(database_url, WHOLE, datetime(2026, 10, 27, 10, tzinfo=SHANGHAI).astimezone(UTC)) as house:
        house.bot.planner.look()
        house.later(seconds=20)
        yield house


def settings(department: Department, who: str, **chosen: object) -> dict[str, str]:
    """Change somebody's settings."""
    person = department.person(who)
    person.opens_home()
    person.click(person.home, "people.settings")
    person.fill(**chosen)
    return person.submit()


def test_who_asked_for_it_is_congratulated_once_where_they_want_it(department: Department) -> None:
    assert settings(department, "wu.mengjie", birthday="10-13", wished_in="channel") == {}
    own = {"wished_in": "dm", "quiet_hours": "20:00-09:30"}
    assert settings(department, "he.rui", birthday="10月13日", joined="10-14", **own) == {}
    department.until("2026-10-13 09:00")
    assert not any("生日快乐" in said or "Happy birthday" in said for said in department.told("he.rui"))
    [in_channel] = [each.all_text() for each in department.slack.channel(PRAISE).messages]
    assert "吴梦洁，生日快乐" in in_channel
    department.until("2026-10-14 09:30")
    told = department.told("he.rui")
    assert sum("生日快乐" in said or "Happy birthday" in said for said in told) == 1
    assert sum("入职纪念日" in said or "joined us" in said for said in told) == 1
    assert len(department.slack.channel(PRAISE).messages) == 1


@pytest.mark.parametrize(
    ("day", "on_day_off", "today", "wished_on"),
    [
        ("02-29", "keep", "2026-02-20", "2026-02-28"),
        ("02-29", "keep", "2028-02-20", "2028-02-29"),
        ("02-29", "after", "2027-02-20", "2027-03-01"),  # its 28th is a Sunday
        ("10-03", "before", "2026-09-20", "2026-09-30"),
        ("10-03", "after", "2026-09-20", "2026-10-08"),
        ("10-03", "skip", "2026-09-20", None),
        ("01-01", "before", "2026-12-20", "2026-12-31"),  # the one before its year is older than the calendar
    ],
)
def test_the_day_somebody_is_congratulated_on(day: str, on_day_off: str, today: str, wished_on: str | None) -> None:
    wu, terms = WHOLE.member("wu.mengjie"), WHOLE.wishes
    assert wu is not None
    assert terms is not None
    office = Office(WHOLE, datetime.fromisoformat(f"{today}T10:00+08:00").astimezone(UTC))
    person = Person("U1", wu.id, "", "", "", "", active=True, birthday=day)
    moment = next_wish(person, wu, terms.model_copy(update={"on_day_off": on_day_off}), office, office.now)
    assert (moment and f"{moment.astimezone(SHANGHAI):%Y-%m-%d}") == wished_on


def test_a_day_that_is_none_is_refused_beside_its_field(department: Department) -> None:
    assert "05-17" in settings(department, "wu.mengjie", birthday="31 April", wished_in="dm")["birthday"]


def test_what_is_muted_waits_for_the_morning(friday: Department) -> None:
    assert settings(friday, "he.rui", muted=["meeting"]) == {}
    friday.until("2026-10-16 15:00")
    assert friday.asked("he.rui", "meeting.line") == []
    assert len(friday.asked("wu.mengjie", "meeting.line")) == 1
    friday.until("2026-10-19 08:41")
    assert "Department weekly" in friday.told("he.rui")[-1] or "部门周会" in friday.told("he.rui")[-1]


def test_of_what_is_muted_an_answer_is_still_asked_for_at_once_and_the_rest_leads_to_its_card(
    department: Department,
) -> None:
    assert settings(department, "he.rui", muted=["task", "praise", "meeting"]) == {}
    wu, he, lin = (department.person(who) for who in ("wu.mengjie", "he.rui", "lin.zhiyuan"))
    wu.command("/task @he.rui send photos by in 5 working days", channel=MAIN)
    assert "send photos" in department.told("he.rui")[-1]
    he.click(department.asked("he.rui", "task.accept")[-1], "task.accept")
    told = len(department.told("he.rui"))
    wu.command("/praise @he.rui for the photos", channel=MAIN)
    praised = department.slack.channel(PRAISE).messages[-1]
    lin.command("/meeting", channel=MAIN)
    assert len(department.told("he.rui")) == told
    department.until("2026-10-13 08:41")
    morning = he.dms()[-1]
    assert "吴梦洁感谢何睿" in morning.all_text()
    assert praised.ts.replace(".", "") in str(morning.blocks)


def test_whoever_was_away_on_the_day_gets_the_overview_and_the_thanks_with_their_next_digest(
    database_url: str,
) -> None:
    agreement = Agreement.model_construct(
        **{**dict(AGREEMENT), "digest": WHOLE.digest.model_copy(update={"overview_to": ("manager", "merchandiser")})}
    )
    with opened(database_url, agreement, datetime(2026, 10, 30, 8, tzinfo=SHANGHAI).astimezone(UTC)) as department:
        wu = department.person("wu.mengjie")
        wu.command("/task @he.rui send photos by today 5pm", channel=MAIN)
        wu.command("/praise @he.rui for the photos", channel=MAIN)
        for who in ("lin.zhiyuan", "he.rui"):
            person = department.person(who)
            person.command("/away from 2026-11-02 to 2026-11-03", channel=MAIN)
            person.fill(kind="annual")
            assert person.submit() == {}
        department.until("2026-11-02 08:45")
        assert sum("本周部门概况" in said for said in department.told("zheng.lili")) == 1
        department.until("2026-11-04 08:45")
        [overview] = [said for said in department.told("lin.zhiyuan") if "本周部门概况" in said]
        assert "send photos" in overview
        [thanks] = [said for said in department.told("he.rui") if "上个月你收到的感谢" in said]
        assert "the photos" in thanks


def test_an_overview_that_was_left_out_does_not_come_and_another_workspaces_is_none_of_ours(friday: Department) -> None:
    friday.person("wu.mengjie").command("/task @he.rui send photos by today 5pm", channel=MAIN)
    with friday.bot.store.reading() as session:
        [here] = people.workspaces_known(session)
    for day, whose, comes in (("2026-10-19", "T0ELSEWHERE", 1), ("2026-10-26", here, 0)):
        morning = datetime.fromisoformat(f"{day}T08:40+08:00")
        told = len(friday.told("lin.zhiyuan"))
        with friday.bot.store.transaction() as session:
            left_out.enter(session, Due(whose, "overview", 0, "", morning), "zheng.lili")
        friday.until(f"{day} 08:45")
        assert sum("本周部门概况" in said for said in friday.told("lin.zhiyuan")[told:]) == comes


def test_whoever_is_back_reads_what_happened_and_neither_the_plan_nor_their_own_leave(friday: Department) -> None:
    lin = friday.person("lin.zhiyuan")
    lin.command("/away from 2026-10-17 to 2026-10-19", channel=MAIN)  # on the 19th, another meeting comes into sight
    lin.fill(kind="annual")
    assert lin.submit() == {}
    friday.until("2026-10-19 10:00")
    friday.person("wu.mengjie").command("/praise @lin.zhiyuan for the price", channel=MAIN)
    friday.until("2026-10-20 08:45")
    back = next(said for said in friday.told("lin.zhiyuan") if "你不在的时候" in said)
    assert "the price" in back
    assert "已列入日程" not in back
    assert "林志远回来了" not in back


def test_places_run_out_and_whoever_waits_moves_up(department: Department) -> None:
    wu, he, tang = (department.person(who) for who in ("wu.mengjie", "he.rui", "tang.wei"))
    wu.command("/activity new Badminton", channel=MAIN)
    begins = int(datetime(2026, 10, 13, 18, 30, tzinfo=SHANGHAI).timestamp())
    wu.fill(begins_at=begins, place="Hall 3", seats="1")
    assert wu.submit() == {}
    card = department.slack.channel(MAIN).messages[-1]
    he.click(card, "activity.join")
    tang.click(card, "activity.join")
    assert "候补：唐伟" in wu.look(card).all_text() or "候补" in wu.look(card).all_text()
    he.click(card, "activity.join")
    assert "报名" in he.whispers()[-1].all_text() or "signed up" in he.whispers()[-1].all_text()
    he.click(card, "activity.leave")
    assert any("名额" in said or "a place for you" in said for said in department.told("tang.wei"))
    department.until("2026-10-12 15:00")
    assert any("即将开始" in said or "Soon" in said for said in department.told("tang.wei"))
    assert any("1人参加" in said or "1 person comes" in said for said in department.told("wu.mengjie"))
    department.until("2026-10-14 10:00")
    replies = [each.all_text() for each in department.slack.channel(MAIN).messages if each.thread_ts == card.ts]
    assert any("感谢大家" in said for said in replies)
    tang.click(card, "activity.leave") if "'activity.leave'" in str(tang.look(card).blocks) else None
    assert "'activity.leave'" not in str(tang.look(card).blocks)


def test_what_is_announced_for_this_evening_is_reminded_of_too_and_whoever_cancels_says_why(
    department: Department,
) -> None:
    wu, he = department.person("wu.mengjie"), department.person("he.rui")
    wu.command("/activity new Hotpot", channel=MAIN)
    begins = int(datetime(2026, 10, 12, 18, 30, tzinfo=SHANGHAI).timestamp())
    wu.fill(begins_at=begins, seats="0")
    assert "12" in wu.submit()["seats"]
    wu.fill(seats="１２")
    assert wu.submit() == {}
    card = department.slack.channel(MAIN).messages[-1]
    assert "0/12" in card.all_text()
    he.click(card, "activity.join")
    department.until("2026-10-12 16:31")
    assert "Hotpot" in department.told("he.rui")[-1]
    assert any("1 person comes" in said for said in department.told("wu.mengjie"))
    he.click(card, "activity.cancel")
    assert he.view is None
    wu.click(card, "activity.cancel")
    wu.fill(reason="The kitchen is flooded")
    assert wu.submit() == {}
    assert "The kitchen is flooded" in department.told("he.rui")[-1]
    assert "The kitchen is flooded" in wu.look(card).all_text()


def test_whoever_signed_up_hears_of_another_hour_or_place_and_is_reminded_of_the_new_one(
    department: Department,
) -> None:
    wu, he, tang = (department.person(who) for who in ("wu.mengjie", "he.rui", "tang.wei"))
    wu.command("/activity new Badminton", channel=MAIN)
    wu.fill(begins_at=int(datetime(2026, 10, 13, 18, 30, tzinfo=SHANGHAI).timestamp()), place="Hall 3")
    assert wu.submit() == {}
    card = department.slack.channel(MAIN).messages[-1]
    he.click(card, "activity.join")
    he.click(card, "activity.change")
    assert he.view is None
    department.until("2026-10-12 15:01")
    assert sum(said.startswith("即将开始") for said in department.told("he.rui")) == 1
    wu.click(card, "activity.change")
    wu.fill(begins_at=int(datetime(2026, 10, 14, 19, 0, tzinfo=SHANGHAI).timestamp()), place="Hall 5")
    assert wu.submit() == {}
    told = department.told("he.rui")[-1]
    assert "19:00" in told
    assert "Hall 5" in told
    assert not any("Hall 5" in said for said in department.told("tang.wei"))
    assert "Hall 5" in tang.look(card).all_text()
    department.until("2026-10-13 15:01")
    assert sum(said.startswith("即将开始") for said in department.told("he.rui")) == 2


def test_the_schedule_says_what_comes_and_who_leads_sends_it_now_or_leaves_it_out(friday: Department) -> None:
    wu, lin = friday.person("wu.mengjie"), friday.person("lin.zhiyuan")
    wu.command("/supercargo schedule", channel=MAIN)
    shown = wu.whispers()[-1]
    assert "everybody is asked for a line" in shown.all_text() or "请每个人写一句话" in shown.all_text()
    assert "schedule.skip" not in str(shown.blocks)
    lin.command("/supercargo schedule", channel=MAIN)
    offered = lin.whispers()[-1]
    lin.click(offered, "schedule.now")
    assert len(friday.asked("wu.mengjie", "meeting.line")) == 1
    lin.command("/supercargo schedule", channel=MAIN)
    lin.click(lin.whispers()[-1], "schedule.skip")  # the reminder
    friday.until("2026-10-19 08:59")
    assert len(friday.asked("wu.mengjie", "meeting.line")) == 1


def schedule(department: Department, who: str, pages: int = 1) -> list[Message]:
    """So many pages of what comes, as somebody sees them."""
    person = department.person(who)
    person.command("/supercargo schedule", channel=MAIN)
    shown = [person.whispers()[-1]]
    while len(shown) < pages:
        person.click(shown[-1], "schedule.on")
        shown.append(person.look(shown[-1]))
    return shown


def test_the_schedule_foresees_every_digest_wish_ballot_and_reminder_and_says_why(october: Department) -> None:
    assert settings(october, "wu.mengjie", birthday="11-03", wished_in="channel") == {}
    october.later(minutes=2)
    listed = "\n".join(page.all_text() for page in schedule(october, "lin.zhiyuan", 3))
    assert listed.count("15人的早间摘要") == 10
    assert listed.count("部门概况") == 2
    assert "在表扬频道祝贺吴梦洁" in listed
    for step in ("开始投票", "提醒投票即将截止", "计票", "公布获奖者"):
        assert f"2026-10 (每月1日): {step}" in listed
    for step in ("请每个人写一句话", "提醒还没有写发言的人", "会议开始", "发送会议纪要"):
        assert f"部门周会 (每周一): {step}" in listed


def press(department: Department, who: str, action: str) -> str:
    """Press a button of the first entry that has it, and return what stands in the schedule then."""
    person = department.person(who)
    [shown] = schedule(department, who)
    person.click(shown, action)
    return person.look(shown).all_text()


def test_a_supervisor_sends_the_next_digests_and_wishes_now_or_leaves_out_any_and_puts_it_back(
    october: Department,
) -> None:
    assert settings(october, "wu.mengjie", birthday="10-28", wished_in="channel") == {}
    assert settings(october, "he.rui", birthday="10-28", wished_in="dm") == {}
    october.later(minutes=2)
    assert "schedule.skip" not in str(schedule(october, "tang.wei")[0].blocks)
    own = schedule(october, "he.rui")[0]
    assert str(own.blocks).count("'schedule.skip'") == 1
    october.person("he.rui").click(own, "schedule.skip")
    october.person("lin.zhiyuan").command("/task @he.rui 周五下午5点前 交月报", channel=MAIN)
    he = october.person("he.rui")
    he.click(october.asked("he.rui", "task.decline")[-1], "task.decline")
    he.fill(text="没有时间")
    assert he.submit() == {}
    assert "10月28日 周三 08:40" not in press(october, "lin.zhiyuan", "schedule.now")
    assert mornings(october, "lin.zhiyuan") == 1
    assert "在表扬频道祝贺吴梦洁。（林志远已略过）" in press(october, "lin.zhiyuan", "schedule.skip")
    october.until("2026-10-28 12:00")
    assert mornings(october, "lin.zhiyuan") == 1
    assert not october.slack.channel(PRAISE).messages
    assert not any("生日快乐" in said or "Happy birthday" in said for said in october.told("he.rui"))
    assert press(october, "lin.zhiyuan", "schedule.skip").count("已略过") == 1  # the next digests
    assert "已略过" not in press(october, "lin.zhiyuan", "schedule.put_back")
    press(october, "lin.zhiyuan", "schedule.skip")
    assert "15人的早间摘要。（林志远已略过）" in press(october, "lin.zhiyuan", "schedule.skip")
    october.until("2026-10-30 12:00")
    assert mornings(october, "lin.zhiyuan") == 1
    value = next(each["value"] for each in buttons(schedule(october, "lin.zhiyuan")[0]) if "digest" in each["value"])

    def by_somebody_else(payload: Json) -> None:
        payload["actions"][0]["value"] = value
        payload["user"]["id"] = october.person("wu.mengjie").id

    assert deliver(october, changed(last(october.slack, "block_actions"), by_somebody_else)).status == 200
    assert "Lin Zhiyuan" in october.person("wu.mengjie").whispers()[-1].all_text()
    october.until("2026-11-02 12:00")
    assert mornings(october, "lin.zhiyuan") == 2


def buttons(message: Message) -> list[Json]:
    """The elements of a message's rows of buttons."""
    return [element for block in message.blocks if block["type"] == "actions" for element in block["elements"]]


def test_who_owes_an_answer_is_reminded_and_what_comes_of_it_is_left_out_or_put_back(department: Department) -> None:
    department.file(severity="S2")
    with department.bot.store.reading() as session:
        [case] = session.scalars(select(Complaint)).all()
    owner = case.owner
    deputy = next(member.deputy or "" for member in WHOLE.members if member.id == owner)
    shown = buttons(schedule(department, owner)[0])
    assert not any(each["value"].endswith("first_response_missed: deputy") for each in shown)
    told = len(department.told(owner))
    press(department, "lin.zhiyuan", "现在提醒")
    assert len(department.told(owner)) == told + 1
    assert department.asked(owner, "complaint.acknowledge")[-1] == department.person(owner).dms()[-1]
    before = len(department.told(deputy))
    press(department, "lin.zhiyuan", "schedule.skip")
    assert "已略过" not in press(department, "lin.zhiyuan", "schedule.put_back")
    assert "现在提醒" not in press(department, "lin.zhiyuan", "schedule.skip").partition("取消略过")[0]
    assert any("Lin Zhiyuan left out what was to come at" in said for said in department.thread())
    department.until("2026-10-12 17:30")
    assert len(department.told(deputy)) == before
    department.file(severity="S2")
    department.until("2026-10-13 17:30")
    assert len(department.told(deputy)) == before + 1


def mornings(department: Department, who: str) -> int:
    """How many digests somebody got."""
    return sum(said.startswith("今日事项") for said in department.told(who))


def test_whoever_leaves_something_out_stays_on_their_page(october: Department) -> None:
    lin = october.person("lin.zhiyuan")
    page = schedule(october, "lin.zhiyuan", 2)[-1]
    before = page.all_text()
    lin.click(page, "schedule.skip")
    after = lin.look(page).all_text()
    assert "返回" in after
    assert after != before


def test_looking_again_and_again_enters_nothing_twice(friday: Department) -> None:
    before = friday.bot.desk.next_due()
    for _ in range(3):
        Planner(friday.bot.desk).look()
    assert friday.bot.desk.next_due() == before
    friday.until("2026-10-16 15:00")
    assert len(friday.asked("wu.mengjie", "meeting.line")) == 1


def test_all_subjects_together_do_not_exceed_what_the_clock_may_write_in_a_day(database_url: str) -> None:
    terms = WHOLE.digest.model_copy(update={"messages_a_day": 2})
    agreement = Agreement.model_construct(**{**dict(WHOLE), "digest": terms})
    with opened(database_url, agreement, datetime(2026, 10, 16, 8, tzinfo=SHANGHAI).astimezone(UTC)) as department:
        tang, wu = department.person("tang.wei"), department.person("wu.mengjie")
        tang.command("/task @tang.wei count the cartons by today 5pm", channel=MAIN)
        wu.command("/activity new Badminton", channel=MAIN)
        wu.fill(begins_at=int(datetime(2026, 10, 19, 18, 30, tzinfo=SHANGHAI).timestamp()))
        assert wu.submit() == {}
        tang.click(department.slack.channel(MAIN).messages[-1], "activity.join")
        wu.command("/activity new Hiking", channel=MAIN)
        wu.fill(begins_at=int(datetime(2026, 10, 17, 9, 30, tzinfo=SHANGHAI).timestamp()))
        assert wu.submit() == {}
        tang.click(department.slack.channel(MAIN).messages[-1], "activity.join")
        before = len(department.told("tang.wei"))
        department.until("2026-10-16 16:30")  # the digest in the morning, then a question and two reminders at three
        digest, *at_three = department.told("tang.wei")[before:]
        assert "count the cartons" in digest
        assert len(at_three) == 2
        assert any("即将开始：Hiking" in said for said in at_three)  # on Monday it would be over
        department.until("2026-10-19 08:45")
        assert "即将开始：Badminton" in department.told("tang.wei")[-1]  # it waited for the next digest
