"""An award from the nomination to the announcement: a fact, a secret ballot, an objection, a void round."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text

from bot import preparation
from department.agreement import Agreement
from department.awards import Round
from playground.workspace import BOT_USER_ID, Message
from storage import deadlines, schema
from tests.journeys.conftest import SHANGHAI, WHOLE, Department, opened

PRAISE = "#export-praise"
THE_MORNING = datetime(2026, 11, 2, 9, 0, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.fixture
def rhythm(database_url: str) -> Iterator[Department]:
    """The department with nothing but the award of the month, on the morning on which a round opens."""
    alone = Agreement.model_construct(**{**dict(WHOLE), "meetings": {}, "awards": {"monthly": WHOLE.awards["monthly"]}})
    with opened(database_url, alone, THE_MORNING) as house:
        house.bot.planner.look()
        yield house


def card(department: Department) -> Message:
    """The card of the round."""
    return next(
        message
        for message in department.slack.channel(PRAISE).messages
        if not message.is_reply and "月度优秀员工" in message.all_text()
    )


def channel(department: Department) -> list[str]:
    """What stands in the channel itself."""
    return [message.all_text() for message in department.slack.channel(PRAISE).messages if not message.is_reply]


def nominate(department: Department, by: str, nominee: str, fact: str) -> dict[str, str]:
    """Nominate somebody on the card."""
    person = department.person(by)
    person.click(card(department), "award.nominate")
    person.fill(nominee=nominee, fact=fact)
    return person.submit()


def vote(department: Department, by: str, nominee: str) -> dict[str, str]:
    """Vote from the ballot that everybody gets."""
    person = department.person(by)
    person.click(department.asked(by, "award.vote")[-1], "award.vote")
    person.fill(nominee=nominee)
    errors = person.submit()
    if not errors:
        person.cancel()  # the page that says that it is counted
    return errors


def test_a_round_from_the_nomination_to_the_announcement(rhythm: Department) -> None:
    rhythm.until("2026-11-02 09:29")
    assert channel(rhythm) == []
    rhythm.until("2026-11-02 09:30")
    assert nominate(rhythm, "wu.mengjie", "jiang.bo", "Answered nine of nine handoffs within the hour") == {}
    assert nominate(rhythm, "he.rui", "fang.min", "Found the mould crack before production") == {}
    assert "自己" in nominate(rhythm, "tang.wei", "tang.wei", "I work hard")["nominee"]
    rhythm.person("tang.wei").cancel()
    rhythm.until("2026-11-05 09:30")
    assert "Found the mould crack" in card(rhythm).all_text()
    assert "何睿" not in card(rhythm).all_text()  # who nominated stays unsaid
    for voter in ("wu.mengjie", "lin.zhiyuan", "chen.yuqing", "zhou.hang", "shen.kaiwen", "fang.min"):
        assert vote(rhythm, voter, "jiang.bo") == {}
    for voter in ("he.rui", "tang.wei"):
        assert vote(rhythm, voter, "fang.min") == {}
    assert "已经投过票" in vote(rhythm, "tang.wei", "jiang.bo")["nominee"]
    rhythm.person("tang.wei").cancel()
    assert "蒋波 6" not in card(rhythm).all_text()
    rhythm.until("2026-11-06 18:00")
    assert "蒋波 6" in card(rhythm).all_text()
    assert not any("恭喜" in said for said in channel(rhythm))
    he = rhythm.person("he.rui")
    he.command("/award", channel=PRAISE)
    assert "结果：蒋波" in he.whispers()[-1].all_text()
    assert "获奖" not in he.whispers()[-1].all_text()
    rhythm.until("2026-11-09 09:30")
    [announced] = [
        each for each in rhythm.slack.channel(PRAISE).messages if "恭喜蒋波" in each.all_text() and not each.is_reply
    ]
    assert "Answered nine of nine handoffs" in announced.all_text()
    assert f"/pictures/{rhythm.person('jiang.bo').id}.svg" in str(announced.blocks)
    assert "方敏" not in announced.all_text()  # who did not win is not ranked
    assert "蒋波" in card(rhythm).all_text()
    assert any("你获奖了" in said or "You won it" in said for said in rhythm.told("jiang.bo"))
    with rhythm.bot.store.reading() as session:
        next_one = session.scalars(select(Round).where(schema.awards.c.planned_on == date(2026, 12, 1))).one()
        preparation.before_firing(session, "award", next_one, rhythm.bot.desk.office(session), "open")
        assert next_one.barred == ("jiang.bo",)
        session.rollback()


def test_a_nomination_leads_to_the_records_it_names_and_to_none_that_is_not_there(rhythm: Department) -> None:
    complaint = rhythm.file()
    rhythm.until("2026-11-02 09:30")
    wu = rhythm.person("wu.mengjie")
    wu.click(card(rhythm), "award.nominate")
    wu.fill(nominee="jiang.bo", fact="Found the cause within the day", about="c-1, SO-9999-01")
    assert "SO-9999-01" in wu.submit()["about"]
    wu.fill(about="c-1")
    assert wu.submit() == {}
    assert complaint.ts.replace(".", "") in str(card(rhythm).blocks)


@pytest.mark.on_both
def test_nowhere_does_it_stand_who_voted_for_whom(rhythm: Department) -> None:
    rhythm.until("2026-11-02 09:30")
    nominate(rhythm, "wu.mengjie", "jiang.bo", "Nine of nine")
    nominate(rhythm, "he.rui", "fang.min", "The mould crack")
    rhythm.until("2026-11-05 09:30")
    before = rows(rhythm)
    assert vote(rhythm, "tang.wei", "jiang.bo") == {}
    assert vote(rhythm, "zhou.hang", "fang.min") == {}
    new = [row for row in rows(rhythm) if row not in before]
    tang = rhythm.slack.person("tang.wei").id
    assert any("'tang.wei'" in row for row in new)
    for row in new:
        is_voter = "'tang.wei'" in row or tang in row
        assert not (is_voter and ("jiang.bo" in row or "fang.min" in row)), row
        assert not re.search(r"'V:[^']*:", row), "the key of the delivery holds what was filled in"
    assert len(last_written(rhythm)) == 1
    rhythm.until("2026-11-06 18:00")
    assert not any(row.startswith("award_vote") for row in rows(rhythm))


def last_written(department: Department) -> set[str]:
    """By which transactions the counts were last written, as far as the database tells."""
    with department.bot.store.reading() as session:
        if session.get_bind().dialect.name == "sqlite":
            return {"untold"}
        return {str(row[0]) for row in session.execute(text("SELECT xmin FROM award_votes"))}


@pytest.mark.on_both
def test_a_ballot_that_is_broken_off_is_forgotten_as_well(rhythm: Department) -> None:
    rhythm.until("2026-11-02 09:30")
    nominate(rhythm, "wu.mengjie", "jiang.bo", "Nine of nine")
    rhythm.until("2026-11-05 09:30")
    assert vote(rhythm, "wu.mengjie", "jiang.bo") == {}
    assert any(row.startswith("award_vote") for row in rows(rhythm))
    rhythm.bot.desk.agreement = Agreement.model_construct(**{**dict(WHOLE), "meetings": {}, "awards": {}})
    rhythm.bot.desk.review()
    assert not any(row.startswith("award_vote") for row in rows(rhythm))


def rows(department: Department) -> list[str]:
    """Every row of every table, as text."""
    from storage.schema import metadata

    with department.bot.store.reading() as session:
        return [
            f"{table.name} {tuple(row)}"
            for table in metadata.sorted_tables
            for row in session.execute(text(f"SELECT * FROM {table.name}"))  # noqa: S608
        ]


def test_a_tie_goes_to_the_manager_and_an_objection_can_end_it_void(rhythm: Department) -> None:
    rhythm.until("2026-11-02 09:30")
    nominate(rhythm, "wu.mengjie", "jiang.bo", "Nine of nine")
    nominate(rhythm, "he.rui", "fang.min", "The mould crack")
    rhythm.until("2026-11-05 09:30")
    for voter in ("wu.mengjie", "lin.zhiyuan", "chen.yuqing", "zhou.hang"):
        vote(rhythm, voter, "jiang.bo")
    for voter in ("he.rui", "tang.wei", "shen.kaiwen", "xu.jiayi"):
        vote(rhythm, voter, "fang.min")
    rhythm.until("2026-11-06 18:00")
    lin, wu = rhythm.person("lin.zhiyuan"), rhythm.person("wu.mengjie")
    wu.click(card(rhythm), "award.settle")
    assert wu.view is None
    rhythm.until("2026-11-09 09:00")
    lin.click(rhythm.asked("lin.zhiyuan", "award.settle")[-1], "award.settle")
    lin.fill(winners=["fang.min"], reason="She saved the whole batch")
    assert lin.submit() == {}
    assert "She saved the whole batch" in card(rhythm).all_text()
    wu.click(card(rhythm), "award.object")
    wu.fill(text="The crack was found by the factory")
    assert wu.submit() == {}
    [objected] = [
        each for each in rhythm.asked("lin.zhiyuan", "award.void") if "found by the factory" in each.all_text()
    ]
    lin.click(objected, "award.void")
    lin.fill(text="The fact does not hold")
    assert lin.submit() == {}
    assert "The fact does not hold" in card(rhythm).all_text()
    with rhythm.bot.store.reading() as session:
        assert [each.number for each in deadlines.coming(session, 10) if each.kind == "announce"] == []


def test_where_the_card_cannot_be_posted_the_manager_is_told_and_nominations_open_when_it_can(
    rhythm: Department,
) -> None:
    praise = rhythm.slack.workspace.channel(PRAISE)
    praise.members.discard(BOT_USER_ID)
    rhythm.until("2026-11-02 09:36")
    assert channel(rhythm) == []
    [told] = [said for said in rhythm.told("lin.zhiyuan") if "我无法在 #export-praise 发布它的卡片" in said]
    assert "/invite @Supercargo" in told
    praise.members.add(BOT_USER_ID)
    rhythm.until("2026-11-02 09:50")
    assert nominate(rhythm, "wu.mengjie", "jiang.bo", "Nine of nine") == {}


def test_a_round_without_nominations_is_void_and_says_why(rhythm: Department) -> None:
    rhythm.until("2026-11-05 09:30")
    assert "没有人被提名" in card(rhythm).all_text()


def test_after_a_standstill_over_the_nominations_the_round_opens_late_with_all_its_days(rhythm: Department) -> None:
    stand_still(rhythm, "2026-11-05 10:00")
    assert "延后开始" in card(rhythm).all_text()
    assert nominate(rhythm, "wu.mengjie", "jiang.bo", "Nine of nine") == {}
    rhythm.until("2026-11-10 09:30")
    assert vote(rhythm, "wu.mengjie", "jiang.bo") == {}


def test_too_few_votes_make_a_round_void_and_it_says_how_few(rhythm: Department) -> None:
    rhythm.until("2026-11-02 09:30")
    nominate(rhythm, "wu.mengjie", "jiang.bo", "Nine of nine")
    rhythm.until("2026-11-05 09:30")
    for voter in ("wu.mengjie", "tang.wei", "he.rui"):
        assert vote(rhythm, voter, "jiang.bo") == {}
    rhythm.until("2026-11-06 17:30")
    assert "15人中只有3人投票" in card(rhythm).all_text()


def test_of_two_ballot_papers_handed_in_around_the_closing_second_one_counts(rhythm: Department) -> None:
    rhythm.until("2026-11-02 09:30")
    nominate(rhythm, "wu.mengjie", "jiang.bo", "Nine of nine")
    rhythm.until("2026-11-06 17:29:59")
    in_time, too_late = rhythm.person("he.rui"), rhythm.person("tang.wei")
    for person in (in_time, too_late):
        person.click(card(rhythm), "award.vote")
        person.fill(nominee="jiang.bo")
    assert in_time.submit() == {}
    rhythm.slack.on_advance = None  # the second is over before the clock's own count begins
    rhythm.until("2026-11-06 17:30")
    assert "award.vote" in str(card(rhythm).blocks)
    assert too_late.submit()
    rhythm.slack.on_advance = rhythm.bot
    rhythm.later(minutes=1)
    assert "15人中只有1人投票" in card(rhythm).all_text()


def test_the_manager_leaves_a_round_out_and_nobody_is_asked(rhythm: Department) -> None:
    lin, wu = rhythm.person("lin.zhiyuan"), rhythm.person("wu.mengjie")
    wu.command("/supercargo schedule", channel=PRAISE)
    assert "schedule.skip" not in str(wu.whispers()[-1].blocks)
    lin.command("/supercargo schedule", channel=PRAISE)
    lin.click(lin.whispers()[-1], "schedule.skip")
    rhythm.until("2026-11-02 10:00")
    assert channel(rhythm) == []


def stand_still(department: Department, until: str) -> None:
    """The bot stands still up to a moment in Shanghai."""
    department.slack.on_advance = None
    department.until(until)
    department.slack.on_advance = department.bot
    department.later(minutes=1)
