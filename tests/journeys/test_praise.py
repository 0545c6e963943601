"""Good work is named aloud, in the giver's words, and in nobody's ranking."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from department.agreement import Agreement
from tests.journeys.conftest import AGREEMENT, SHANGHAI, WHOLE, Department, opened

PRAISE = "#export-praise"
MAIN = "#export-dept"


def said(department: Department) -> list[str]:
    """What stands in the praise channel."""
    return [message.all_text() for message in department.slack.channel(PRAISE).messages if not message.is_reply]


def test_a_line_stands_in_the_channel_in_the_givers_words_and_reaches_who_is_praised(department: Department) -> None:
    wu = department.person("wu.mengjie")
    wu.command("/praise @he.rui @jiang.bo for staying until nine with the surveyor", channel=MAIN)
    assert "It is said" in wu.whispers()[-1].all_text()
    [card] = said(department)
    assert "吴梦洁感谢何睿、蒋波" in card
    assert "staying until nine with the surveyor" in card
    for who in ("he.rui", "jiang.bo"):
        assert "吴梦洁感谢你" in department.told(who)[-1]
    he = department.person("he.rui")
    he.command("/praise list", channel=MAIN)
    assert "staying until nine" in he.whispers()[-1].all_text()
    he.opens_home()
    assert he.home is not None
    assert "staying until nine" in str(he.home.blocks)


@pytest.mark.parametrize(
    ("typed", "heading", "quoted"),
    [
        ("@he.rui forwarding the B/L draft within the hour", "何睿", "forwarding the B/L draft within the hour"),
        ("@he.rui: formatting 40 packing lists", "何睿", "formatting 40 packing lists"),
        ("@he.rui for helping @tang.wei with the audit", "何睿", "helping @tang.wei with the audit"),
        ("@he.rui and @jiang.bo, because nobody asked", "何睿、蒋波", "nobody asked"),
        ("@he.rui 谢谢你陪验货到九点", "何睿", "谢谢你陪验货到九点"),
        ("@he.rui for the photos\nand the second look", "何睿", "the photos\nand the second look"),
        ("@he.rui for the call before the claim #honest", "何睿", "the call before the claim"),
        ("@he.rui for order #1234", "何睿", "order #1234"),
    ],
)
def test_the_words_of_the_giver_stay_as_they_are(department: Department, typed: str, heading: str, quoted: str) -> None:
    department.person("wu.mengjie").command(f"/praise {typed}", channel=MAIN)
    [card] = department.slack.channel(PRAISE).messages
    assert f"吴梦洁感谢{heading}\n" in card.all_text()
    assert f"'text': {quoted!r}" in str(card.blocks)
    assert ("有问题早说" in card.all_text()) is ("#honest" in typed)


def test_whoever_names_somebody_only_after_other_words_is_asked_whom_it_is_for(department: Department) -> None:
    wu = department.person("wu.mengjie")
    wu.command("/praise the photos of @he.rui saved the claim", channel=MAIN)
    assert said(department) == []
    assert wu.submit() == {}
    assert "the photos of @he.rui saved the claim" in said(department)[-1]


def test_nobody_praises_themselves_and_only_the_giver_or_the_manager_takes_it_back(department: Department) -> None:
    wu, he, ye = (department.person(who) for who in ("wu.mengjie", "he.rui", "ye.xiaoyan"))
    wu.command("/praise @wu.mengjie for everything", channel=MAIN)
    assert "Praise is for others" in wu.whispers()[-1].all_text()
    wu.command("/praise", channel=MAIN)
    wu.fill(people=["he.rui"], text="He wrote to the buyer before the buyer wrote to us", value="honest")
    assert wu.submit() == {}
    card = department.slack.channel(PRAISE).messages[-1]
    assert "有问题早说" in card.all_text()
    ye.click(card, "praise.withdraw")
    assert "吴梦洁" in ye.whispers()[-1].all_text()
    wu.click(card, "praise.withdraw")
    assert "已收回" in said(department)[-1]
    he.command("/praise list", channel=MAIN)
    assert "He wrote to the buyer" not in he.whispers()[-1].all_text()


def test_the_agreed_reaction_thanks_the_writer_once_and_never_oneself(department: Department) -> None:
    wu, he = department.person("wu.mengjie"), department.person("he.rui")
    message = he.post(MAIN, "I have called the carrier, the notice is in")
    he.react(message, "clap")
    assert said(department) == []
    wu.react(message, "clap")
    wu.unreact(message, "clap")
    assert ["已收回" in card for card in said(department)] == [True]
    wu.react(message, "clap")
    [card] = said(department)
    assert "吴梦洁感谢何睿" in card
    assert sum("吴梦洁感谢你" in told for told in department.told("he.rui")) == 1
    assert message.ts.replace(".", "") in str(department.slack.channel(PRAISE).messages[-1].blocks)
    wu.click(department.slack.channel(PRAISE).messages[-1], "praise.withdraw")
    department.person("tang.wei").react(message, "clap")
    assert ["唐伟感谢何睿" in card for card in said(department)] == [True]


def test_many_who_clap_for_one_message_share_one_card_and_its_writer_is_told_once(department: Department) -> None:
    he = department.person("he.rui")
    message = he.post(MAIN, "Container is on board")
    others = [member.id for member in AGREEMENT.members if member.id != "he.rui"]
    for who in others:
        department.person(who).react(message, "clap")
    [card] = department.slack.channel(PRAISE).messages
    assert all(member.name.zh in card.all_text() for member in AGREEMENT.members)
    assert len(department.told("he.rui")) == 1
    first = department.person(others[0])
    first.click(card, "praise.withdraw")
    assert AGREEMENT.members[0].name.zh not in said(department)[-1]
    for who in others[1:]:
        department.person(who).click(card, "praise.withdraw")
    assert "已收回" in said(department)[-1]


def test_on_the_first_working_day_of_a_month_each_reads_what_they_were_thanked_for(database_url: str) -> None:
    with opened(database_url, AGREEMENT, datetime(2026, 10, 30, 8, tzinfo=SHANGHAI).astimezone(UTC)) as department:
        wu = department.person("wu.mengjie")
        wu.command("/praise @he.rui for the photos", channel=MAIN)
        message = department.person("he.rui").post(MAIN, "I have called the carrier, the notice is in")
        wu.react(message, "clap")
        department.until("2026-10-30 09:00")
        assert not any("上个月你收到的感谢" in said for said in department.told("he.rui"))
        department.until("2026-11-02 08:45")  # the first of November is a Sunday
        [monthly] = [said for said in department.told("he.rui") if "上个月你收到的感谢" in said]
        assert "the photos" in monthly
        assert "一条消息 ↗" in monthly
        assert message.ts.replace(".", "") in str(department.person("he.rui").dms()[-1].blocks)
        department.until("2026-11-03 08:45")
        assert sum("上个月你收到的感谢" in said for said in department.told("he.rui")) == 1


def test_the_agenda_says_who_was_praised_and_nothing_that_was_taken_back(database_url: str) -> None:
    weekly = {"meetings": {"weekly": WHOLE.meetings["weekly"]}}
    agreement = Agreement.model_construct(**{**dict(AGREEMENT), **weekly})
    with opened(database_url, agreement, datetime(2026, 10, 19, 8, 58, tzinfo=SHANGHAI).astimezone(UTC)) as department:
        wu = department.person("wu.mengjie")
        wu.command("/praise @he.rui for something embarrassing", channel=MAIN)
        wu.click(department.slack.channel(PRAISE).messages[-1], "praise.withdraw")
        wu.command("/praise @jiang.bo for the photos", channel=MAIN)
        department.until("2026-10-19 09:00")
        card = next(each for each in department.slack.channel(MAIN).messages if "部门周会" in each.all_text())
        agenda = card.all_text()
        assert "吴梦洁感谢蒋波：the photos" in agenda
        assert "embarrassing" not in agenda
