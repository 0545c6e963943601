"""Meetings that prepare themselves: lines, agenda, decisions, actions, minutes; moved, skipped, called, private."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from icalendar import Calendar
from sqlalchemy import delete, select

from bot import clock, demo
from bot.cli import main
from bot.handlers.meetings import to_keep
from bot.planning import Planner
from bot.views.meetings.files import invitation
from bot.views.wording import Words
from department.agreement import Agreement, Channel, Label
from department.awards import Round
from department.meetings import Meeting
from playground import Persona
from playground.workspace import BOT_USER_ID, Message
from storage import meetings, outbox, people, schema, store
from storage.store import upgrade
from tests.journeys.conftest import SHANGHAI, WHOLE, Department, opened

MAIN = "#export-dept"


ALONE = {"meetings": {"weekly": WHOLE.meetings["weekly"]}, "awards": {}}
WEEKLY = Agreement.model_construct(**{**dict(WHOLE), **ALONE})
"""Nothing else comes round, so that a test takes no longer than it has to."""

FRIDAY_AFTERNOON = datetime(2026, 10, 16, 14, 0, tzinfo=SHANGHAI).astimezone(UTC)
MONDAY_MORNING = datetime(2026, 10, 19, 8, 58, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.fixture
def rhythm(database_url: str) -> Iterator[Department]:
    """The department an hour before everybody is asked for a line for the weekly meeting."""
    with opened(database_url, WEEKLY, FRIDAY_AFTERNOON) as house:
        house.bot.planner.look()
        yield house


@pytest.fixture
def monday(database_url: str) -> Iterator[Department]:
    """The department put to work two minutes before the weekly meeting."""
    with opened(database_url, WEEKLY, MONDAY_MORNING) as house:
        house.bot.planner.look()
        yield house


def cards(department: Department) -> list[Message]:
    """What stands in the department's channel."""
    return [message for message in department.slack.channel(MAIN).messages if not message.is_reply]


def thread(department: Department, card: Message) -> list[str]:
    """What is said in a card's thread."""
    return [each.all_text() for each in department.slack.channel(MAIN).messages if each.thread_ts == card.ts]


def meeting(department: Department, number: int) -> Meeting:
    """The stored meeting."""
    with department.bot.store.reading() as session:
        found = store.read(session, Meeting, workspace(department), number)
        assert found is not None
        return found


def shanghai(local: str) -> int:
    """A moment in Shanghai as a form's picker gives it."""
    return int(datetime.fromisoformat(local).replace(tzinfo=SHANGHAI).timestamp())


def home_of(person: Persona) -> str:
    """What somebody's Home shows."""
    shown = person.opens_home()
    assert shown is not None
    return str(shown.blocks)


def weekly(department: Department) -> Meeting:
    """The next weekly meeting."""
    return meetings_of(department, "weekly")[0]


def meetings_of(department: Department, series: str) -> list[Meeting]:
    """The meetings of a series that are to come."""
    now = department.clock.now()
    with department.bot.store.reading() as session:
        found = meetings.between(session, workspace(department), now, now + timedelta(days=60), 100)
    return [each for each in found if each.series == series]


def workspace(department: Department) -> str:
    """The workspace's id."""
    with department.bot.store.reading() as session:
        return people.workspaces_known(session)[0]


def rounds_of(department: Department) -> list[tuple[str, date, datetime]]:
    """The rounds of awards that are to open: the award, its rule's own day, and when it opens."""
    with department.bot.store.reading() as session:
        found = session.scalars(select(Round).where(schema.awards.c.state == "planned"))
        return sorted((each.award, each.planned_on, each.opens_at) for each in found)


def agree(department: Department, **changes: object) -> None:
    """Another agreement comes into force."""
    department.bot.desk.agreement = Agreement.model_construct(**{**dict(WEEKLY), **changes})
    department.bot.desk.review()
    department.bot.planner.look()


def write_line(department: Department, who: str, **parts: str) -> None:
    """Write a line from the message that asked for it."""
    person = department.person(who)
    person.click(department.asked(who, "meeting.line")[-1], "meeting.line")
    person.fill(**parts)
    assert person.submit() == {}


def ask_now(department: Department, number: int) -> None:
    """Let the chair ask for the lines of a meeting before their time."""
    lin = department.person("lin.zhiyuan")
    lin.command(f"/meeting show M-{number}", channel=MAIN)
    lin.click(lin.view, "meeting.ask")
    lin.cancel()


@pytest.mark.on_both
def test_a_weekly_meeting_from_the_question_to_the_minutes(rhythm: Department) -> None:
    rhythm.until("2026-10-16 14:59")
    assert rhythm.asked("wu.mengjie", "meeting.line") == []
    rhythm.until("2026-10-16 15:00")
    for who in ("wu.mengjie", "lin.zhiyuan", "he.rui"):
        assert len(rhythm.asked(who, "meeting.line")) == 1, who
    write_line(rhythm, "wu.mengjie", done="Prices sent to ACME", stuck="No samples from P-03")
    rhythm.until("2026-10-19 08:30")
    again = [said for said in rhythm.told("he.rui") if "还缺你的会议发言" in said]
    assert len(again) == 1
    assert not any("line for the meeting is still missing" in said for said in rhythm.told("wu.mengjie"))
    assert cards(rhythm) == []
    rhythm.until("2026-10-19 09:00")
    [card] = cards(rhythm)
    assert "部门周会" in card.all_text()
    assert "Department weekly" in card.all_text()
    assert "No samples from P-03" in card.all_text()
    he, wu = rhythm.person("he.rui"), rhythm.person("wu.mengjie")
    he.click(card, "meeting.attend")
    wu.reply(card, "!decision We pay for the samples ourselves")
    wu.reply(card, "!action @he.rui order new samples by Friday 5pm")
    [card] = cards(rhythm)
    assert "何睿" in card.all_text()
    assert "We pay for the samples ourselves" in card.all_text()
    assert any("布置了行动项" in said and "order new samples" in said for said in thread(rhythm, card))
    assert "order new samples" in "".join(rhythm.told("he.rui"))
    rhythm.until("2026-10-19 09:36")
    assert not any("我无法在" in said for said in rhythm.told("lin.zhiyuan"))
    [card] = cards(rhythm)
    minutes = [said for said in thread(rhythm, card) if "会议纪要" in said]
    assert len(minutes) == 1
    assert "We pay for the samples ourselves" in minutes[0]
    assert "order new samples" in minutes[0]
    # the next agenda asks what became of it
    ask_now(rhythm, weekly(rhythm).number)
    asked = rhythm.asked("he.rui", "meeting.line")[-1]
    assert "order new samples" in asked.all_text()


def test_several_decisions_and_actions_in_one_message_are_each_kept_in_the_channels_language(
    monday: Department,
) -> None:
    monday.until("2026-10-19 09:00")
    [card] = cards(monday)
    wu = monday.person("wu.mengjie")
    wu.reply(
        card,
        "!decision We pay, as @he.rui says\nfor all of it\n"
        "!action @he.rui order samples by Friday 5pm\n"
        "!决定：样品月底前到",
    )
    found = meeting(monday, number_of(card))
    assert [each.text for each in found.decisions] == ["We pay, as @He Rui says\nfor all of it", "样品月底前到"]
    [action] = [said for said in thread(monday, card) if "布置了行动项" in said]
    assert "何睿负责" in action
    assert "with He Rui" in action
    assert "order samples" in "".join(monday.told("he.rui"))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("！行动项：<@U1> 周五前 下单", [("action", "<@U1> 周五前 下单")]),
        ("!待办事项 <@U1> 明天前 报价", [("action", "<@U1> 明天前 报价")]),
        (
            "! decision: we pay\n!todo <@U1> call by Friday",
            [("decision", "we pay"), ("action", "<@U1> call by Friday")],
        ),
        ("!!!", []),
        ("!actionable items next week", []),
    ],
)
def test_only_what_is_marked_as_a_decision_or_an_action_is_kept(text: str, kept: list[tuple[str, str]]) -> None:
    assert to_keep(text) == kept


def test_the_agenda_fills_itself_with_links_and_without_what_is_somebodys_own(rhythm: Department) -> None:
    rhythm.file(by="chen.yuqing", severity="S2", what_happened="Spatulas rust after one wash")
    wu = rhythm.person("wu.mengjie")
    wu.command("/task @wu.mengjie learn for the exam by tomorrow", channel=MAIN)
    rhythm.until("2026-10-19 09:00")
    [card] = cards(rhythm)
    complaint = rhythm.card()
    assert "C-1" in card.all_text()
    assert f"/p{complaint.ts.replace('.', '')}" in str(card.blocks)
    assert "learn for the exam" not in card.all_text()
    assert "learn for the exam" in "".join(rhythm.told("wu.mengjie"))  # it is late, and in her own digest


def test_the_agenda_names_the_risks_to_review(monday: Department) -> None:
    chen = monday.person("chen.yuqing")
    chen.command("/order new", channel=MAIN)
    chen.fill(customer="Küchenwerk Handels GmbH", product="Spatulas", rule="FOB", place="Ningbo", payment="tt_30_70")
    assert chen.submit() == {}
    [order] = [each for each in monday.slack.channel("#export-orders").messages if not each.is_reply]
    chen.click(order, "order.dates")
    chen.fill(promised_shipment="2026-12-05", cargo_ready="2026-12-04")
    assert chen.submit() == {}
    chen.command("/emergency", channel=MAIN)
    chen.fill(playbook="cargo_damage", what_happened="Container opened, 40 cartons wet")
    assert chen.submit() == {}
    monday.until("2026-10-19 09:00")
    [card] = cards(monday)
    assert "E-1 · Cargo damage, led by Jiang Bo" in card.all_text()
    assert "with Chen Yuqing: The cargo is ready on Fri 4 Dec 2026, too late" in card.all_text()
    assert f"/p{order.ts.replace('.', '')}" in str(card.blocks)


def test_who_takes_notes_goes_round_and_leaves_out_who_is_away(rhythm: Department) -> None:
    first, *others = (each.number for each in meetings_of(rhythm, "weekly")[:3])
    rhythm.until("2026-10-16 15:00")
    due = meeting(rhythm, first).note_taker
    away = rhythm.person(due)
    away.command("/away 2026-10-19", channel=MAIN)
    away.fill(kind="annual")
    assert away.submit() == {}
    rhythm.until("2026-10-19 09:01")
    for number in others:
        ask_now(rhythm, number)
    takers = [meeting(rhythm, number).note_taker for number in (first, *others)]
    assert len(set(takers)) == 3
    assert due != takers[0]
    assert meeting(rhythm, first).chair not in takers


def test_with_nothing_red_the_chair_is_asked_whether_to_skip_and_may_take_that_back(rhythm: Department) -> None:
    rhythm.until("2026-10-16 15:00")
    lin = rhythm.person("lin.zhiyuan")
    [offer] = rhythm.asked("lin.zhiyuan", "meeting.skip")
    lin.click(offer, "meeting.skip")
    lin.fill(text="All is calm")
    assert lin.submit() == {}
    assert any("跳过本次会议" in said for said in rhythm.told("he.rui"))
    [card] = cards(rhythm)
    assert "All is calm" in card.all_text()
    lin.command("/meeting", channel=MAIN)
    off = lin.whispers()[-1].all_text()
    assert "部门周会，2026年10月19日" in off.partition("已跳过的会议")[2]
    lin.command("/meeting show M-1", channel=MAIN)
    lin.click(lin.view, "meeting.resume")
    assert any("会议照常举行" in said for said in rhythm.told("he.rui"))
    rhythm.until("2026-10-19 09:00")
    card, begins = cards(rhythm)
    assert "meeting.attend" in str(card.blocks)
    assert "会议开始" in begins.all_text()


def test_only_who_leads_a_meeting_moves_it_and_the_new_hour_counts(rhythm: Department) -> None:
    next_one = weekly(rhythm).number
    wu, lin = rhythm.person("wu.mengjie"), rhythm.person("lin.zhiyuan")
    wu.command(f"/meeting show M-{next_one}", channel=MAIN)
    assert wu.view is not None
    assert "meeting.move" not in str(wu.view.blocks)
    lin.command(f"/meeting show M-{next_one}", channel=MAIN)
    lin.click(lin.view, "meeting.move")
    lin.fill(to=int(datetime(2026, 10, 20, 14, 0, tzinfo=SHANGHAI).timestamp()))
    lin.submit()
    assert any("10月20日" in said for said in rhythm.told("he.rui"))
    rhythm.until("2026-10-19 09:30")
    assert cards(rhythm) == []
    rhythm.until("2026-10-20 14:00")
    assert len(cards(rhythm)) == 1


@pytest.mark.parametrize(("back_at", "said"), [("09:40", "发晚了"), ("12:00", "太晚")])
def test_late_after_a_standstill_it_says_so_and_much_later_it_is_not_opened(
    monday: Department, back_at: str, said: str
) -> None:
    monday.later(seconds=30)
    monday.slack.on_advance = None
    monday.until(f"2026-10-19 {back_at}")
    monday.slack.on_advance = monday.bot
    monday.later(minutes=1)
    [card] = cards(monday)
    assert said in card.all_text()


@pytest.fixture
def new_year(database_url: str) -> Iterator[Department]:
    """The day before the talks of the first quarter; the weekly overview comes on Wednesdays here."""
    talks = {"quarterly_review": WHOLE.meetings["quarterly_review"].model_copy(update={"attend": ("sales",)})}
    on_wednesdays = WHOLE.digest.model_copy(update={"overview_on": "wed"})
    terms = {"meetings": talks, "awards": {}, "digest": on_wednesdays}
    agreement = Agreement.model_construct(**{**dict(WHOLE), **terms})
    with opened(database_url, agreement, datetime(2027, 1, 4, 9, 30, tzinfo=SHANGHAI).astimezone(UTC)) as house:
        house.bot.planner.look()
        house.later(seconds=30)
        yield house


def test_a_talk_of_two_is_seen_by_these_two_alone(new_year: Department) -> None:
    rhythm = new_year
    wu, he, lin = (rhythm.person(who) for who in ("wu.mengjie", "he.rui", "lin.zhiyuan"))
    [asked] = [each for each in rhythm.asked("wu.mengjie", "meeting.line") if "Quarterly review" in each.all_text()]
    wu.click(asked, "meeting.line")
    wu.fill(done="Two new accounts", help="Time for training")
    assert wu.submit() == {}
    number = next(each.number for each in meetings_of(rhythm, "quarterly_review") if each.person == "wu.mengjie")
    he.command(f"/meeting show M-{number}", channel=MAIN)
    assert (
        f"There is no M-{number}" in he.whispers()[-1].all_text() or f"没有 M-{number}" in he.whispers()[-1].all_text()
    )
    lin.command(f"/meeting show M-{number}", channel=MAIN)
    assert lin.view is not None
    assert "Two new accounts" in str(lin.view.blocks)
    he.command("/supercargo schedule", channel=MAIN)
    assert f"M-{number} " not in he.whispers()[-1].all_text()
    begins = meeting(rhythm, number).begins_at
    rhythm.slack.advance(begins)
    assert "Time for training" in rhythm.told("lin.zhiyuan")[-1]
    assert all("Two new accounts" not in message.all_text() for message in cards(rhythm))


def test_what_two_agree_on_alone_and_what_is_somebodys_own_nobody_else_sees(new_year: Department) -> None:
    wu, he, lin = (new_year.person(who) for who in ("wu.mengjie", "he.rui", "lin.zhiyuan"))
    wu.command("/task @wu.mengjie prepare my resignation letter by tomorrow 9:30am", channel=MAIN)
    talk = next(each for each in meetings_of(new_year, "quarterly_review") if each.person == "wu.mengjie")
    new_year.slack.advance(talk.begins_at)
    lin.click(new_year.asked("lin.zhiyuan", "meeting.action")[-1], "meeting.action")
    lin.fill(owner="wu.mengjie", title="come in time to customers", due=shanghai("2027-01-06 08:35"))
    assert lin.submit() == {}
    assert all("come in time" not in each.all_text() for each in new_year.slack.channel("#export-tasks").messages)
    listed = he.command("/task team", channel=MAIN)
    assert listed is not None
    assert "come in time" not in listed.all_text()
    he.dm("status T-2")
    assert "come in time" not in new_year.told("he.rui")[-1]
    wu.click(new_year.asked("wu.mengjie", "task.accept")[-1], "task.accept")
    wu.command("/task list", channel=MAIN)
    assert "come in time" in wu.whispers()[-1].all_text()
    # both are late by now, and the manager is shown what is late, once a week all of it
    new_year.until("2027-01-06 09:00")
    gu = new_year.person("gu.mingde")
    assert "come in time" not in home_of(gu)
    assert "resignation" not in "".join(new_year.told("lin.zhiyuan"))
    assert "resignation" not in home_of(lin)
    assert "resignation" in home_of(wu)
    assert "come in time" in "".join(new_year.told("wu.mengjie"))


def test_the_record_of_a_talk_is_agreed_or_seen_otherwise_by_the_two_alone(new_year: Department) -> None:
    wu, he, lin = (new_year.person(who) for who in ("wu.mengjie", "he.rui", "lin.zhiyuan"))
    talk = next(each for each in meetings_of(new_year, "quarterly_review") if each.person == "wu.mengjie")
    new_year.slack.advance(talk.ends_at + timedelta(minutes=5))
    lin.click(new_year.asked("lin.zhiyuan", "meeting.review")[-1], "meeting.review")
    lin.fill(keep="Answers within the hour", change="Hand over before leave", support="A day of training")
    lin.fill(next_on=date(2027, 4, 6))
    assert lin.submit() == {}
    [asked] = new_year.asked("wu.mengjie", "meeting.agree")
    assert "A day of training" in asked.all_text()
    assert "your answer to its record" in home_of(wu)
    wu.click(asked, "meeting.dissent")
    wu.fill(text="Nobody could take them over")
    assert wu.submit() == {}
    assert "Nobody could take them over" in new_year.told("lin.zhiyuan")[-1]
    lin.command(f"/meeting show M-{talk.number}", channel=MAIN)
    assert lin.view is not None
    assert "Nobody could take them over" in str(lin.view.blocks)
    assert "meeting.review" not in str(lin.view.blocks)
    he.command(f"/meeting show M-{talk.number}", channel=MAIN)
    assert he.view is None
    everywhere = [each for said in new_year.slack.workspace.messages.values() for each in said]
    heard = {each.channel for each in everywhere if "Hand over before leave" in each.all_text()}
    assert heard == {asked.channel}


def test_somebody_calls_a_meeting_and_both_zones_are_told(rhythm: Department) -> None:
    wu = rhythm.person("wu.mengjie")
    wu.command("/meeting new Price review", channel=MAIN)
    wu.fill(begins_at=int(datetime(2026, 10, 16, 16, 30, tzinfo=SHANGHAI).timestamp()), minutes="45", people=["he.rui"])
    assert wu.submit() == {}
    assert any("Price review" in said for said in rhythm.told("he.rui"))
    assert not any("Price review" in said for said in rhythm.told("tang.wei"))
    rhythm.until("2026-10-16 16:30")
    tang = rhythm.person("tang.wei")
    [card] = cards(rhythm)
    tang.click(card, "meeting.attend")
    assert tang.whispers()
    assert "唐" not in card.all_text()


def test_an_invitation_is_what_calendars_take_in(rhythm: Department) -> None:
    number = weekly(rhythm).number
    with rhythm.bot.store.reading() as session:
        office = rhythm.bot.desk.office(session)
    found = meeting(rhythm, number)
    words = Words(("zh", "en"), "Asia/Shanghai")
    calendar = Calendar.from_ical(invitation(found, office, words))
    [entry] = calendar.events
    assert entry.start == datetime(2026, 10, 19, 1, 0, tzinfo=UTC)
    assert entry.end == datetime(2026, 10, 19, 1, 30, tzinfo=UTC)
    assert (entry["SEQUENCE"], entry["STATUS"]) == (0, "CONFIRMED")
    lin = rhythm.person("lin.zhiyuan")
    lin.command(f"/meeting show M-{number}", channel=MAIN)
    lin.click(lin.view, "meeting.skip")
    lin.submit()
    calendar = Calendar.from_ical(invitation(meeting(rhythm, number), office, words))
    [entry] = calendar.events
    assert (calendar["METHOD"], entry["STATUS"], entry["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)


def test_the_hour_stays_where_it_is_when_clocks_are_put_back(database_url: str) -> None:
    berlin = Agreement.model_construct(**{**dict(WHOLE), "timezone": "Europe/Berlin", "awards": {}})
    with opened(database_url, berlin, datetime(2026, 10, 20, 8, tzinfo=UTC)) as department:
        department.bot.planner.look()
        begins = [each.begins_at for each in meetings_of(department, "weekly")[:2]]
    assert begins == [datetime(2026, 10, 26, 8, tzinfo=UTC), datetime(2026, 11, 2, 8, tzinfo=UTC)]
    local = [each.astimezone(ZoneInfo("Europe/Berlin")) for each in begins]
    assert {f"{each:%a %H:%M}" for each in local} == {"Mon 09:00"}


def test_whose_chair_has_left_somebody_else_leads(rhythm: Department) -> None:
    number = weekly(rhythm).number
    others = tuple(member for member in WHOLE.members if member.id != "huang.tao")
    series = {"weekly": WHOLE.meetings["weekly"].model_copy(update={"chair": "wu.mengjie"})}
    changed = Agreement.model_construct(**{**dict(WEEKLY), "members": others, "meetings": series})
    rhythm.bot.desk.agreement = changed
    rhythm.bot.desk.review()
    moved = meeting(rhythm, number)
    assert moved.chair == "wu.mengjie"
    assert "huang.tao" not in moved.people
    rhythm.until("2026-10-19 09:00")
    [card] = cards(rhythm)
    assert "吴梦洁" in card.all_text()


def test_an_archived_channel_loses_nothing_but_the_card(monday: Department) -> None:
    monday.later(seconds=1)
    write_line(monday, "wu.mengjie", done="Prices sent")
    monday.slack.workspace.channel(MAIN).archived = True
    monday.until("2026-10-19 10:00")
    assert cards(monday) == []
    [told] = [said for said in monday.told("lin.zhiyuan") if "我无法在 #export-dept 发布它的卡片" in said]
    assert "取消归档" in told
    lin = monday.person("lin.zhiyuan")
    lin.command(f"/meeting show M-{number_of_first(monday)}", channel="#export-orders")
    assert lin.view is not None
    assert "Prices sent" in str(lin.view.blocks)


def test_removed_from_its_channel_the_bot_tells_the_chair_and_posts_when_it_is_back(monday: Department) -> None:
    channel = monday.slack.workspace.channel(MAIN)
    channel.members.discard(BOT_USER_ID)
    monday.until("2026-10-19 09:06")
    assert cards(monday) == []
    assert sum("/invite @Supercargo" in said for said in monday.told("lin.zhiyuan")) == 1
    assert not any("/invite @Supercargo" in said for said in monday.told("wu.mengjie"))
    channel.members.add(BOT_USER_ID)
    monday.until("2026-10-19 09:20")
    assert len(cards(monday)) == 1


def test_while_slack_cannot_be_reached_nobody_is_told_that_a_channel_is_gone(monday: Department) -> None:
    monday.until("2026-10-19 08:59")
    monday.slack.fault(r"chat\..*", times=400, status=503)
    monday.until("2026-10-19 09:06")
    monday.slack.clear_faults()
    monday.until("2026-10-19 09:20")
    assert len(cards(monday)) == 1
    assert not any("/invite @Supercargo" in said for said in monday.told("lin.zhiyuan"))


def number_of_first(department: Department) -> int:
    """The number of the newest meeting that is over."""
    with department.bot.store.reading() as session:
        return meetings.held(session, workspace(department), 1)[0].number


def test_two_hundred_take_part_and_everything_stays_within_slacks_limits(tmp_path: Path) -> None:
    model = WHOLE.members[-1]
    crowd = tuple(
        model.model_copy(
            update={
                "id": f"guest.{n}",
                "email": f"guest{n}@haichu.example",
                "name": Label(zh=f"客{n}", en=f"Guest {n}"),
            }
        )
        for n in range(200)
    )
    late = WHOLE.digest.model_copy(update={"at": time(18)})  # two hundred digests are another matter
    members = (*WHOLE.members, *crowd)
    agreement = Agreement.model_construct(**{**dict(WEEKLY), "members": members, "digest": late})
    database = f"sqlite:///{tmp_path}/crowd.db"  # the limits are Slack's, so one database is enough
    upgrade(database)
    with opened(database, agreement, MONDAY_MORNING) as department:
        department.later(seconds=30)
        for n in (0, 57, 199):
            write_line(department, f"guest.{n}", done=f"Line of guest {n}", stuck="x" * 200)
        department.until("2026-10-19 09:00")
        [card] = cards(department)
        for n in (0, 199):
            department.person(f"guest.{n}").click(card, "meeting.attend")
        [card] = cards(department)
        assert "Line of guest 199" in card.all_text()
        assert "2/215" in card.all_text()
        department.until("2026-10-19 09:36")
        assert any("会议纪要" in said for said in thread(department, card))


@pytest.mark.on_both
def test_two_processes_that_look_at_once_enter_each_meeting_once(rhythm: Department) -> None:
    with rhythm.bot.store.transaction() as session:
        session.execute(delete(schema.meetings))
        session.execute(delete(schema.deadlines).where(schema.deadlines.c.subject == "meeting"))
    planners = [Planner(rhythm.bot.desk) for _ in range(4)]
    begin = threading.Barrier(len(planners))

    def look(planner: Planner) -> None:
        begin.wait()
        planner.look()

    threads = [threading.Thread(target=look, args=(planner,)) for planner in planners]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    weeks = [each.planned_on for each in meetings_of(rhythm, "weekly")]
    assert len(weeks) == len(set(weeks)) == 9


def test_whoever_takes_part_gets_a_calendar_file(rhythm: Department) -> None:
    he = rhythm.person("he.rui")
    he.command(f"/meeting show M-{weekly(rhythm).number}", channel=MAIN)
    he.click(he.view, "meeting.calendar")
    [file] = [rhythm.slack.workspace.files[each] for each in he.dms()[-1].files]
    assert file.name.endswith(".ics")
    [entry] = Calendar.from_ical(file.content).events
    assert str(entry["SUMMARY"]) == "部门周会"
    channel = rhythm.slack.workspace.channel(MAIN).id
    assert str(entry["DESCRIPTION"]).endswith(f"/archives/{channel}")


def test_a_calendar_file_that_slack_does_not_take_is_told_of(rhythm: Department) -> None:
    he = rhythm.person("he.rui")
    he.command("/meeting show M-1", channel=MAIN)
    rhythm.slack.fault("files.getUploadURLExternal", error="missing_scope")
    he.click(he.view, "meeting.calendar")
    assert "Slack 目前不接收" in rhythm.told("he.rui")[-1]


def test_a_series_with_a_channel_of_its_own_is_held_there(database_url: str) -> None:
    own = Channel(name="#export-sales", languages=("en",))
    sales = {"weekly": WHOLE.meetings["weekly"].model_copy(update={"channel": own})}
    agreement = Agreement.model_construct(**{**dict(WHOLE), "meetings": sales, "awards": {}})
    with opened(database_url, agreement, MONDAY_MORNING) as department:
        department.until("2026-10-19 09:00")
        assert cards(department) == []
        [card] = department.slack.channel("#export-sales").messages
        assert "部门周会" not in card.all_text()
        department.person("wu.mengjie").reply(card, "!decision We pay")
        assert "We pay" in department.slack.channel("#export-sales").messages[-1].all_text()


def supercargo(department: Department, monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    """What the command says, at the department's moment."""
    monkeypatch.setattr(clock, "SystemClock", lambda: department.clock)
    settings = demo.settings_for(department.slack, department.database_url)
    environment = {
        "SLACK_BOT_TOKEN": settings.bot_token.get_secret_value(),
        "SLACK_API_URL": settings.api_url,
        "SUPERCARGO_DATABASE": department.database_url,
        "SUPERCARGO_AGREEMENT": str(demo.AGREEMENT),
        "LC_ALL": "zh_CN.UTF-8",
    }
    done = CliRunner().invoke(main, words, env=environment)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_writes_files_for_calendars_and_the_minutes(
    monday: Department, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_with_a_decision(monday)
    monday.until("2026-10-19 09:36")
    number = weekly(monday).number
    lin = monday.person("lin.zhiyuan")
    lin.command(f"/meeting show M-{number}", channel=MAIN)
    lin.click(lin.view, "meeting.skip")
    lin.submit()
    supercargo(monday, monkeypatch, "calendar", str(tmp_path / "ics"))
    skipped = Calendar.from_ical((tmp_path / "ics" / f"M-{number}.ics").read_bytes())
    assert skipped["METHOD"] == "CANCEL"
    next_one = Calendar.from_ical((tmp_path / "ics" / f"M-{weekly(monday).number}.ics").read_bytes())
    assert next_one["METHOD"] == "PUBLISH"
    supercargo(monday, monkeypatch, "minutes", str(tmp_path / "minutes"))
    assert "We pay for" in (tmp_path / "minutes" / "2026-10-19-M-1.md").read_text(encoding="utf-8")
    assert "2026年10月30日 周五 15:00" in supercargo(monday, monkeypatch, "schedule")


def number_of(card: Message) -> int:
    """The meeting a card is of."""
    return int(card.all_text().partition("M-")[2].partition(" ")[0])


def held_with_a_decision(department: Department) -> Message:
    """The weekly meeting with a decision, a minute before its minutes; its card."""
    department.until("2026-10-19 09:00")
    [card] = cards(department)
    department.person("wu.mengjie").reply(card, "!decision We pay for [all](https://example.com) samples")
    department.until("2026-10-19 09:34")
    return card


def test_the_minutes_are_kept_as_a_canvas_that_the_channel_may_read(monday: Department) -> None:
    card = held_with_a_decision(monday)
    monday.until("2026-10-19 09:36")
    [canvas] = monday.slack.workspace.files.values()
    assert canvas.name.startswith("M-1 · 部门周会 / Department weekly")
    assert "- We pay for [all] (https://example.com) samples" in canvas.content.decode()
    assert canvas.channels == {card.channel}
    [link] = [each for each in monday.slack.channel(MAIN).messages if canvas.url in str(each.blocks)]
    assert link.thread_ts == card.ts


def test_what_is_added_after_the_minutes_stands_in_them_a_day_later(monday: Department) -> None:
    card = held_with_a_decision(monday)
    monday.until("2026-10-19 09:36")
    wu = monday.person("wu.mengjie")
    [canvas] = monday.slack.workspace.files.values()
    wu.reply(card, "!decision The factory pays the freight")
    assert "The factory pays the freight" in canvas.content.decode()
    wu.reply(card, "!action @he.rui tell the factory by Friday 5pm")
    monday.slack.fault("canvases.edit", drop=True)
    monday.until("2026-10-20 09:37")
    first, added = (said for said in thread(monday, card) if "会议纪要" in said)
    assert "freight" not in first
    assert "会议纪要（有补充）" in added
    assert all(said in added for said in ("We pay for", "The factory pays the freight", "tell the factory"))
    assert list(monday.slack.workspace.files.values()) == [canvas]
    assert "tell the factory" in canvas.content.decode()
    assert sum(canvas.url in str(each.blocks) for each in monday.slack.channel(MAIN).messages) == 1


def test_minutes_whose_canvas_somebody_deleted_are_kept_in_a_new_one(monday: Department) -> None:
    card = held_with_a_decision(monday)
    monday.until("2026-10-19 09:36")
    monday.slack.workspace.files.clear()
    monday.person("wu.mengjie").reply(card, "!decision The factory pays the freight")
    monday.later(minutes=1)
    [canvas] = monday.slack.workspace.files.values()
    assert "The factory pays the freight" in canvas.content.decode()
    assert canvas.channels == {card.channel}


@pytest.mark.parametrize("method", ["canvases.create", "canvases.access.set"])
@pytest.mark.parametrize("done", [True, False])
def test_an_answer_lost_while_the_canvas_is_made_leads_to_one_canvas_once(
    monday: Department, method: str, done: bool
) -> None:
    card = held_with_a_decision(monday)
    monday.slack.fault(method, drop=True, apply=done)
    monday.until("2026-10-19 09:50")
    led_to = [each.url for each in monday.slack.workspace.files.values() if each.channels]
    assert len(led_to) == 1
    said = [str(each.blocks) for each in monday.slack.channel(MAIN).messages if each.thread_ts == card.ts]
    assert sum("/docs/" in each for each in said) == sum(led_to[0] in each for each in said) == 1


def test_where_there_are_no_canvases_the_minutes_stand_in_the_thread_alone(monday: Department) -> None:
    monday.slack.fault("canvases.create", error="canvas_disabled_user_team")
    card = held_with_a_decision(monday)
    monday.until("2026-10-19 09:50")
    assert sum("会议纪要" in said for said in thread(monday, card)) == 1
    assert not any("/docs/" in str(each.blocks) for each in monday.slack.channel(MAIN).messages)
    with monday.bot.store.reading() as session:
        assert set(outbox.counts(session)) <= {"sent", "gone", "waiting"}


def test_a_holiday_entered_afterwards_moves_what_was_planned(rhythm: Department) -> None:
    number = weekly(rhythm).number
    shut = WHOLE.calendar.model_copy(update={"closed": (*WHOLE.calendar.closed, date(2026, 10, 19))})
    rhythm.bot.desk.agreement = Agreement.model_construct(**{**dict(WEEKLY), "calendar": shut})
    rhythm.bot.desk.review()
    assert meeting(rhythm, number).begins_at.astimezone(SHANGHAI).isoformat() == "2026-10-20T09:00:00+08:00"
    rhythm.until("2026-10-19 12:00")
    assert cards(rhythm) == []
    rhythm.until("2026-10-20 09:00")
    assert len(cards(rhythm)) == 1


@pytest.mark.on_both
def test_what_is_taken_out_of_the_agreement_and_put_back_takes_place(rhythm: Department) -> None:
    awards = {"monthly": WHOLE.awards["monthly"]}
    agree(rhythm, awards=awards)
    weeks = [(each.number, each.begins_at) for each in meetings_of(rhythm, "weekly")]
    rounds = rounds_of(rhythm)
    assert rounds
    agree(rhythm, meetings={})
    assert not meetings_of(rhythm, "weekly")
    assert not rounds_of(rhythm)
    agree(rhythm, awards=awards)
    assert [(each.number, each.begins_at) for each in meetings_of(rhythm, "weekly")] == weeks
    assert rounds_of(rhythm) == rounds
    lin = rhythm.person("lin.zhiyuan")
    lin.command("/meeting show M-1", channel=MAIN)
    assert lin.view is not None
    assert "重新列入协议的日程" in str(lin.view.blocks)
    rhythm.until("2026-10-19 09:00")
    assert len(cards(rhythm)) == 1


def test_a_day_off_that_is_taken_back_brings_the_meeting_back(rhythm: Department) -> None:
    skipping = {"weekly": WHOLE.meetings["weekly"].model_copy(update={"on_day_off": "skip"})}
    shut = WHOLE.calendar.model_copy(update={"closed": (*WHOLE.calendar.closed, date(2026, 10, 19))})
    agree(rhythm, meetings=skipping, calendar=shut)
    assert weekly(rhythm).planned_on == date(2026, 10, 26)
    agree(rhythm, meetings=skipping)
    assert weekly(rhythm).planned_on == date(2026, 10, 19)
