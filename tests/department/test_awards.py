"""The count of an award: quorum, the agreement's tie-breaks in order, nobody twice running."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo import sample_agreement
from department import awards
from department.agreement import Agreement
from department.awards import Counted, Nomination, Round
from department.people import Office
from department.records import Refused

AGREEMENT = sample_agreement()
SHANGHAI = ZoneInfo("Asia/Shanghai")

BALLOTS = {  # the sample department's ballot of October 2026; everybody is invented
    "lin.zhiyuan": "fang.min",
    "chen.yuqing": "fang.min",
    "zhou.hang": "jiang.bo",
    "wu.mengjie": "jiang.bo",
    "shen.kaiwen": "fang.min",
    "xu.jiayi": "he.rui",
    "zheng.lili": "fang.min",
    "huang.tao": "fang.min",
    "fang.min": "jiang.bo",
    "ye.xiaoyan": "jiang.bo",
    "jiang.bo": "jiang.bo",
    "tang.wei": "he.rui",
    "qian.hui": "jiang.bo",
    "he.rui": "he.rui",
}
HANDOFFS = {"fang.min": (6, 7), "jiang.bo": (5, 5)}


def at(local: str, agreement: Agreement = AGREEMENT) -> Office:
    """The office at a moment in Shanghai."""
    return Office(agreement, datetime.fromisoformat(local).replace(tzinfo=SHANGHAI).astimezone(UTC))


def voting(*nominees: str, agreement: Agreement = AGREEMENT) -> Round:
    """The round of November, with its ballot open."""
    [make] = [
        made
        for made in awards.plan(at("2026-10-20 09:00", agreement), [])
        if made("T1", 1)[0].award == "monthly" and made("T1", 1)[0].planned_on == date(2026, 11, 1)
    ]
    round_, _ = make("T1", 1)
    awards.fall_due(round_, at("2026-11-02 09:30", agreement), "open")
    now = at("2026-11-02 10:00", agreement)
    round_.nominations = tuple(Nomination(each, "lin.zhiyuan", "a fact", "", now.now) for each in nominees)
    awards.fall_due(round_, at("2026-11-05 09:30", agreement), "vote")
    return round_


def counted(round_: Round, ballots: dict[str, str], **known: object) -> list[str]:
    """Count the ballots that are accepted; returns what happened."""
    office = at("2026-11-06 12:00")
    accepted = [
        nominee
        for voter, nominee in ballots.items()
        if (by := AGREEMENT.member(voter)) and awards.vote(round_, office, by, nominee=nominee) == []
    ]
    closing = at("2026-11-06 17:30")
    awards.take_count(round_, closing, Counted(dict(Counter(accepted)), len(accepted), **known))  # type: ignore[arg-type]
    return [event.what for event in awards.fall_due(round_, closing, "close")]


def test_the_times_of_a_round_follow_working_days() -> None:
    round_ = voting("fang.min")
    local = [each.astimezone(SHANGHAI) for each in (round_.opens_at, round_.votes_from, round_.closes_at)]
    assert [f"{each:%m-%d %H:%M}" for each in local] == ["11-02 09:30", "11-05 09:30", "11-06 17:30"]
    assert f"{round_.announces_at.astimezone(SHANGHAI):%m-%d %H:%M}" == "11-09 09:30"


def test_the_samples_round_rejects_votes_for_oneself_and_breaks_the_tie_by_handoffs() -> None:
    round_ = voting("fang.min", "jiang.bo", "he.rui")
    jiang = AGREEMENT.member("jiang.bo")
    assert jiang is not None
    assert awards.vote(round_, at("2026-11-06 12:00"), jiang, nominee="jiang.bo") == Refused(
        "votes_for_oneself", field="nominee"
    )
    assert counted(round_, BALLOTS, in_time=HANDOFFS) == ["closed", "counted"]
    assert round_.votes == {"fang.min": 5, "jiang.bo": 5, "he.rui": 2}
    assert round_.cast == 12
    assert round_.winners == ("jiang.bo",)
    assert round_.broken_by == "handoffs_on_time"


@pytest.mark.parametrize("few", [{"fang.min": (0, 7), "jiang.bo": (4, 4)}, {"fang.min": (7, 7)}])
def test_a_share_of_few_handoffs_neither_wins_nor_loses(few: dict[str, tuple[int, int]]) -> None:
    round_ = voting("fang.min", "jiang.bo", "he.rui")
    assert counted(round_, BALLOTS, in_time=few) == ["closed", "tied"]


def test_few_handoffs_say_nothing_and_whoever_did_not_win_lately_wins() -> None:
    round_ = voting("fang.min", "jiang.bo", "he.rui")
    known = {"in_time": {"fang.min": (1, 4), "jiang.bo": (4, 4)}, "winners_before": [("he.rui",), ("jiang.bo",)]}
    assert counted(round_, BALLOTS, **known) == ["closed", "counted"]
    assert round_.winners == ("fang.min",)
    assert round_.broken_by == "not_a_winner_lately"


def test_what_nothing_breaks_the_manager_decides_with_a_reason() -> None:
    round_ = voting("fang.min", "jiang.bo", "he.rui")
    assert counted(round_, BALLOTS) == ["closed", "tied"]
    assert set(round_.tied) == {"fang.min", "jiang.bo"}
    office, lin, wu = at("2026-11-06 18:30"), AGREEMENT.member("lin.zhiyuan"), AGREEMENT.member("wu.mengjie")
    assert lin is not None
    assert wu is not None
    assert isinstance(awards.settle(round_, office, wu, winners=["fang.min"], reason="x"), Refused)
    assert awards.settle(round_, office, lin, winners=["he.rui"], reason="x") == [Refused("not_tied", field="winners")]
    assert awards.settle(round_, office, lin, winners=["fang.min"], reason=" ") == [
        Refused("reason_missing", field="reason")
    ]
    awards.settle(round_, office, lin, winners=["fang.min", "jiang.bo"], reason="both carried the fair")
    assert (round_.state, set(round_.winners)) == ("counted", {"fang.min", "jiang.bo"})


def test_a_tie_that_is_decided_late_leaves_the_agreed_day_to_object() -> None:
    round_ = voting("fang.min", "jiang.bo", "he.rui")
    counted(round_, BALLOTS)
    lin = AGREEMENT.member("lin.zhiyuan")
    assert lin is not None
    awards.settle(round_, at("2026-11-11 10:00"), lin, winners=["fang.min"], reason="She found the crack")
    assert round_.state == "counted"
    assert round_.announces_at == at("2026-11-12 09:30").now


def test_a_round_that_opens_days_late_has_all_its_days_and_says_so() -> None:
    round_ = voting("fang.min")
    round_.state, round_.fired, round_.nominations = "planned", (), ()
    awards.fall_due(round_, at("2026-11-05 10:00"), "open")
    assert round_.late
    opening = {each.kind: each.due_at for each in awards.deadlines(round_, at("2026-11-05 10:00"))}
    assert opening["vote"] == at("2026-11-10 09:30").now
    round_.nominations = (Nomination("fang.min", "wu.mengjie", "a fact", "", round_.opens_at),)
    awards.fall_due(round_, at("2026-11-14 12:00"), "vote")  # a Saturday
    closing = {each.kind: each.due_at for each in awards.deadlines(round_, at("2026-11-14 12:00"))}["close"]
    assert closing == at("2026-11-17 17:30").now
    assert round_.announces_at == at("2026-11-18 09:30").now


def test_an_hour_late_on_the_same_day_moves_nothing() -> None:
    round_ = voting("fang.min")
    before = (round_.votes_from, round_.closes_at, round_.announces_at)
    round_.state, round_.fired = "planned", ()
    awards.fall_due(round_, at("2026-11-02 10:30"), "open")
    assert (round_.votes_from, round_.closes_at, round_.announces_at, round_.late) == (*before, False)


def test_a_round_is_for_the_whole_month_or_quarter_before_its_own_day() -> None:
    round_ = voting("fang.min")
    assert awards.period(round_, AGREEMENT) == (date(2026, 10, 1), date(2026, 10, 31))
    round_.award, round_.planned_on = "quarterly", date(2026, 10, 5)
    assert awards.period(round_, AGREEMENT) == (date(2026, 7, 1), date(2026, 9, 30))
    round_.planned_on = date(2027, 1, 4)
    assert awards.period(round_, AGREEMENT) == (date(2026, 10, 1), date(2026, 12, 31))


def test_without_a_quorum_the_round_is_void_and_no_count_is_kept() -> None:
    round_ = voting("fang.min", "jiang.bo")
    assert counted(round_, dict(list(BALLOTS.items())[:5])) == ["closed", "void"]
    assert (round_.reason, round_.votes, round_.winners) == ("no_quorum", {}, ())


def test_votes_for_nobody_but_whoever_may_not_win_make_the_round_void() -> None:
    round_, closing = voting("fang.min"), at("2026-11-06 17:30")
    round_.barred = ("fang.min",)  # won in the meantime, by a tie that was decided late
    awards.take_count(round_, closing, Counted({"fang.min": 12}, 12))
    assert [event.what for event in awards.fall_due(round_, closing, "close")] == ["closed", "void"]
    assert round_.reason == "nobody_can_win"


def test_whoever_left_or_won_while_the_ballot_was_open_is_not_on_it_any_more() -> None:
    round_, wu = voting("fang.min", "jiang.bo", "he.rui", "tang.wei"), AGREEMENT.member("wu.mengjie")
    assert wu is not None
    members = tuple(each for each in AGREEMENT.members if each.id != "he.rui")
    there = at("2026-11-05 10:00", Agreement.model_construct(**{**dict(AGREEMENT), "members": members}))
    there = replace(there, closed=frozenset({"tang.wei"}))
    awards.take_history(round_, there, [("fang.min",)])
    assert awards.on_the_ballot(round_, there) == ["jiang.bo"]
    for nominee in ("fang.min", "he.rui", "tang.wei"):
        assert awards.vote(round_, there, wu, nominee=nominee) == Refused("not_nominated", field="nominee")
    assert awards.vote(round_, there, wu, nominee="jiang.bo") == []


def test_whoever_won_the_round_before_is_not_nominated_again_nor_the_manager() -> None:
    round_ = voting("fang.min")
    round_.state = "nominating"
    awards.take_history(round_, at("2026-11-02 09:30"), [("jiang.bo",), ("he.rui",)])
    office, wu = at("2026-11-03 09:00"), AGREEMENT.member("wu.mengjie")
    assert wu is not None
    for nominee, why in (
        ("jiang.bo", "cannot_win"),
        ("lin.zhiyuan", "cannot_win"),
        ("wu.mengjie", "nominates_oneself"),
    ):
        [refused] = awards.nominate(round_, office, wu, nominee=nominee, fact="f", about={})  # type: ignore[misc]
        assert isinstance(refused, Refused)
        assert refused.reason == why
    assert not isinstance(awards.nominate(round_, office, wu, nominee="he.rui", fact="f", about={}), Refused)


def test_where_it_is_agreed_only_who_was_in_the_team_for_the_whole_month_is_nominated() -> None:
    terms = AGREEMENT.awards["monthly"].model_copy(update={"whole_period": True})
    since = {"jiang.bo": date(2026, 10, 2), "he.rui": date(2026, 10, 1)}
    members = tuple(each.model_copy(update={"since": since.get(each.id)}) for each in AGREEMENT.members)
    changed = {"members": members, "awards": {"monthly": terms}}
    agreement = Agreement.model_construct(**{**dict(AGREEMENT), **changed})
    round_, wu = voting("fang.min", agreement=agreement), agreement.member("wu.mengjie")
    round_.state = "nominating"
    assert wu is not None
    refused = awards.nominate(round_, at("2026-11-03 09:00", agreement), wu, nominee="jiang.bo", fact="f", about={})
    assert refused == [Refused("cannot_win", {"who": "jiang.bo"}, field="nominee")]
    nominated = awards.nominate(round_, at("2026-11-03 09:00", agreement), wu, nominee="he.rui", fact="f", about={})
    assert not isinstance(nominated, Refused)
    assert nominated[0].new == "he.rui"  # type: ignore[union-attr]


@pytest.mark.parametrize(("moment", "counts"), [("2026-11-06 17:29:59", True), ("2026-11-06 17:30:00", False)])
def test_a_vote_counts_up_to_the_closing_second(moment: str, counts: bool) -> None:
    round_, wu = voting("fang.min"), AGREEMENT.member("wu.mengjie")
    assert wu is not None
    outcome = awards.vote(round_, at(moment), wu, nominee="fang.min")
    assert (outcome == []) is counts


@given(
    st.dictionaries(st.sampled_from(["a", "b", "c", "d", "e"]), st.integers(0, 4), min_size=1),
    st.integers(1, 4),
)
def test_the_best_take_the_seats_and_only_equals_are_left_undecided(worth: dict[str, int], seats: int) -> None:
    chosen, tied = awards._best(list(worth), seats, lambda each: worth[each])  # type: ignore[arg-type,return-value]
    assert len(chosen) <= seats
    assert len({worth[each] for each in tied}) <= 1
    others = set(worth) - set(chosen) - set(tied)
    assert all(worth[best] >= worth[each] for best in (*chosen, *tied) for each in others)
    if tied:
        assert len(chosen) < seats < len(chosen) + len(tied)
    else:
        assert len(chosen) == min(seats, len(worth))
