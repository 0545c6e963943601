"""Whatever is in a record, what is shown of it stays inside Slack's limits, complete in its text, and pings nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.views import awards as award_views
from bot.views import blockkit as kit
from bot.views import digest
from bot.views import people as front
from bot.views.complaints import card, forms, listing, story
from bot.views.orders import card as order_card
from bot.views.repetition import repetition
from bot.views.tasks.forms import REPETITIONS
from bot.views.wording import Words
from department import orders
from department.agreement import Agreement, Label
from department.awards import Nomination, Round
from department.compensation import Decision, Proposal
from department.complaints import Complaint, Evidence, Promise, State, Stretch
from department.escalation import step_key
from department.people import Office
from department.records import CLOCK, Event, Notice, Refused
from department.recurrence import Repeat
from playground import blockkit as slack
from tests.department.test_complaints import AGREEMENT, PEOPLE, filed
from tests.department.test_orders import order

NOW = datetime(2026, 10, 12, 2, tzinfo=UTC)
OFFICE = Office(AGREEMENT, NOW)
LANGUAGES: list[tuple[str, ...]] = [("en",), ("zh",), ("zh", "en")]

NASTY = [
    "<!channel>",
    "<@U123>",
    "&lt;!here&gt;",
    "<http://evil|bank>",
    "*_~`",
    "\u202egnirts",
    "\u200b",
    "😀" * 90,
    "字" * 3000,
    "a\nb",
]
TEXT = st.one_of(st.sampled_from(NASTY), st.text(st.characters(codec="utf-8"), min_size=1, max_size=80))
LONG = st.builds(lambda text, times: (text * times)[:30_000] or "x", TEXT, st.integers(1, 400))
MOMENTS = st.integers(0, 100).map(lambda hours: NOW - timedelta(hours=hours))
DECISIONS: st.SearchStrategy[Decision] = st.sampled_from(["approved", "declined", "withdrawn"])
AMOUNTS = st.one_of(st.none(), st.decimals(Decimal("0.01"), Decimal("99999999"), places=2))


@st.composite
def cases(draw: st.DrawFn) -> Complaint:
    """Any complaint, likely or not."""
    state: State = draw(st.sampled_from(["new", "open", "waiting", "resolved", "closed"]))
    amount = draw(AMOUNTS)
    category = draw(st.sampled_from(list(AGREEMENT.complaints.categories)))
    return Complaint(
        workspace="T1",
        number=draw(st.integers(1, 10**6)),
        state=state,
        customer=draw(TEXT),
        order=draw(TEXT),
        category=category,
        severity=draw(st.sampled_from(list(AGREEMENT.complaints.severities))),
        what_happened=draw(LONG),
        quantity=draw(TEXT),
        amount=amount,
        currency="USD" if amount is not None else "",
        noticed_on=date(2026, 10, 9),
        evidence=tuple(Evidence("F1", "https://files.example/1", draw(TEXT)) for _ in range(draw(st.integers(0, 12)))),
        source="https://example.slack.com/archives/C1/p1",
        transport=draw(st.sampled_from(["sea", "air", "road"])) if category == "transit_damage" else None,
        filed_by=draw(PEOPLE),
        filed_at=draw(MOMENTS),
        owner=draw(PEOPLE),
        handler="somebody.who.left",
        acknowledged_at=None if state == "new" else NOW,
        waits=(Stretch(NOW - timedelta(hours=3), None if state == "waiting" else NOW),),
        promises=tuple(
            Promise(number, draw(LONG), NOW + timedelta(days=1), "chen.yuqing")
            for number in range(draw(st.integers(0, 5)))
        ),
        proposals=(
            Proposal(1, Decimal("700.00"), "EUR", draw(LONG), "he.rui", "lin.zhiyuan", draw(DECISIONS)),
            Proposal(
                2, Decimal("99.00"), "USD", draw(LONG), "he.rui", "lin.zhiyuan", draw(st.sampled_from(["", "declined"]))
            ),
        ),
        cause=draw(LONG),
        remedy=draw(LONG),
        repeat_of=draw(st.one_of(st.none(), st.integers(1, 99))),
        corrective_action=draw(LONG),
    )


def events(case: Complaint, text: str) -> Iterator[Event]:
    """One event of every kind there is words for."""
    for began_with in ("", f"he.rui somebody.who.left {NOW.isoformat()}"):
        yield Event(what="filed", actor="he.rui", at=NOW, old=began_with, new="S2")
    plain = (
        "acknowledged",
        "waiting",
        "resumed",
        "noted",
        "promise_kept",
        "closed",
        "reopened",
    )
    for what in (*plain, "carrier_notice_sent", "resolved"):
        yield Event(what=what, actor="he.rui", at=NOW, old=text, new=text, note=text)
    yield Event(what="promise_due", actor=CLOCK, at=NOW, old="he.rui", new="1", note=text)
    yield Event(what="carrier_notice_due", actor=CLOCK, at=NOW, new="2026-10-14")
    yield Event(what="repeat_found", actor=CLOCK, at=NOW, new="7")
    yield Event(what="promised", actor="he.rui", at=NOW, new=NOW.isoformat(), note=text)
    for what in ("owner_changed", "handler_changed"):
        yield Event(what=what, actor="he.rui", at=NOW, old="he.rui", new="zhou.hang", note=text)
    yield Event(what="severity_changed", actor="he.rui", at=NOW, old="S3", new="S1", note=text)
    for what in ("proposed", "moved", "approved", "declined", "withdrawn"):
        yield Event(what=f"compensation_{what}", actor="he.rui", at=NOW, old="lin.zhiyuan", new="USD 800.50", note=text)
    for step in AGREEMENT.complaints.escalation:
        key = step_key(step)
        yield Event(what="escalated", actor=CLOCK, at=NOW, old=key, new="zhou.hang")
        yield Event(what="escalation_skipped", actor=CLOCK, at=NOW, old=key, new="zhou.hang")
        yield Event(what="escalation_skipped", actor=CLOCK, at=NOW, old=key)


def assert_fit_for_slack(payload: kit.Payload) -> None:
    assert slack.problems(list(payload.blocks), "message") == []
    assert 0 < len(payload.text) <= kit.FALLBACK
    assert_pings_nobody(payload.as_json())


def assert_pings_nobody(sent: Any) -> None:
    """Only text objects of mrkdwn and a message's `text` are read for control sequences; ours are dates."""
    if isinstance(sent, dict):
        if sent.get("type") == "mrkdwn" or "blocks" in sent:
            assert "<" not in str(sent["text"]).replace("<!date^", ""), sent["text"][:300]
        for value in sent.values():
            assert_pings_nobody(value)
    elif isinstance(sent, list | tuple):
        for value in sent:
            assert_pings_nobody(value)


@pytest.mark.parametrize("languages", LANGUAGES)
@settings(max_examples=15, deadline=None)
@given(case=cases(), text=LONG)
def test_every_message_about_a_complaint_is_fit_for_slack(
    languages: tuple[str, ...], case: Complaint, text: str
) -> None:
    words = Words(languages, "Asia/Shanghai")
    assert_fit_for_slack(card.card(case, OFFICE, words))
    happened = list(events(case, text))
    assert_fit_for_slack(story.shown(case, happened * 3, OFFICE, words))
    assert_fit_for_slack(
        listing.page_of([case] * 8, OFFICE, words, title=words("Open complaints"), page=1, more=True, kind="open")
    )
    assert_fit_for_slack(digest.digest([story.line(event, case, OFFICE, words) for event in happened] * 20, words))
    for event in happened:
        for to in ("", case.owner):
            assert_fit_for_slack(story.notice(Notice(wording=event.what, to=to), event, case, OFFICE, words))
    receipt = Notice(wording="filed_by_you", to="he.rui")
    assert_fit_for_slack(story.notice(receipt, happened[0], case, OFFICE, words))


@pytest.mark.parametrize("language", ["en", "zh"])
@settings(max_examples=15, deadline=None)
@given(case=cases(), text=LONG)
def test_every_form_is_fit_for_slack(language: str, case: Complaint, text: str) -> None:
    words = Words((language,), "Asia/Shanghai")
    filled = [
        forms.new(
            OFFICE,
            words,
            customer=kit.option(text, text),
            what_happened=text,
            links=text,
            category=case.category,
            metadata="{}",
        ),
        forms.new(OFFICE, words, metadata="{}"),
        forms.reassign(case, words),
        forms.severity(case, OFFICE, words),
        forms.wait(case, words),
        forms.note(case, words),
        forms.promise(case, words),
        forms.compensation(case, OFFICE, words),
        forms.decline(case, 1, words),
        forms.resolve(case, words),
        forms.close(case, OFFICE, words),
        forms.reopen(case, words),
        story.history(case, list(events(case, text)) * 3, OFFICE, words),
    ]
    for form in filled:
        assert slack.problems(form, "modal") == [], form["callback_id"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_front_door_and_the_help_are_fit_for_slack(language: str) -> None:
    words = Words((language,), "Asia/Shanghai")
    assert_fit_for_slack(front.front_door("", OFFICE, words, is_member=True))
    assert_fit_for_slack(front.front_door("", OFFICE, words, is_member=False))
    assert_fit_for_slack(listing.help_text(words))


@pytest.mark.parametrize("languages", LANGUAGES)
def test_what_to_type_is_drawn_as_such_or_said_without_marks_and_nothing_put_into_it_pings(
    languages: tuple[str, ...],
) -> None:
    words = Words(languages, "Asia/Shanghai")
    said = words("Times are those of {zone}. `/supercargo` tells what I can do.", zone="<!channel> & Co")
    drawn = kit.section(said)["text"]
    assert drawn["type"] == "mrkdwn"
    assert "`/supercargo`" in drawn["text"]
    assert "&lt;!channel&gt; &amp; Co" in drawn["text"]
    alone = kit.header(said)["text"]["text"]
    assert "`" not in alone
    assert "<!channel> & Co" in alone
    assert kit.plain(kit.Safe("by <!date^1^{time}|9:00>"))["text"] == "by 9:00"


def test_the_text_of_a_message_says_what_its_blocks_say() -> None:
    payload = kit.message(
        kit.header("C-1 & Co"),
        kit.facts([("Owner", "<@U1>")]),
        kit.quote("it broke <!here>"),
        kit.context("small <print>"),
    )
    assert payload.text == "C-1 &amp; Co\n*Owner* &lt;@U1&gt;\nit broke &lt;!here&gt;\nsmall &lt;print&gt;"


def test_a_resolved_card_shows_cause_and_remedy_however_much_else_is_known() -> None:
    case = filed(OFFICE, earlier=7, category="transit_damage", transport="sea", order="SO-1", quantity="12 cartons")
    case.state, case.cause, case.remedy, case.corrective_action = (
        "resolved",
        "Thin cartons",
        "Twelve new",
        "Thicker ones",
    )
    case.proposals = (Proposal(1, Decimal("99.00"), "USD", "", "he.rui", "lin.zhiyuan", "approved"),)
    case.promises = tuple(Promise(n, f"Report {n}", NOW + timedelta(days=n), "chen.yuqing") for n in range(1, 7))
    shown = card.card(case, OFFICE, Words(("en",), "Asia/Shanghai")).text
    assert [part for part in ("Thin cartons", "Twelve new", "Thicker ones", "Report 6") if part not in shown] == []


def test_only_a_line_for_two_waits_for_the_second_and_what_comes_each_week_just_comes_again() -> None:
    there = order("production")
    by = AGREEMENT.member("huang.tao")
    assert by is not None
    assert not isinstance(orders.complete(there, OFFICE, by, lines=["progress"]), Refused)
    shown = order_card.card(there, OFFICE, Words(("en",), "Asia/Shanghai")).text
    assert "☐ Weekly progress" in shown
    assert "second check" not in shown


def test_a_channel_with_two_languages_says_everything_in_both() -> None:
    both = Words(("zh", "en"), "Asia/Shanghai")
    assert both("Customer") == "客户 / Customer"
    assert both.n("{n} thing needs you", "{n} things need you", 1) == "有1件事需要你处理 / 1 thing needs you"
    assert both.say(date(2026, 10, 12)) == "2026年10月12日 周一 / Mon 12 Oct 2026"


def test_money_shows_its_iso_code_and_the_currencys_own_decimals() -> None:
    words = Words(("en",), "Asia/Shanghai")
    assert words.money(Decimal("4824"), "USD") == "USD 4,824.00"
    assert words.money(Decimal("1200"), "JPY") == "JPY 1,200"


def test_escaping_replaces_exactly_three_characters_and_can_be_undone() -> None:
    assert kit.escape("<a> & \"b\" '*'") == "&lt;a&gt; &amp; \"b\" '*'"
    for text in NASTY:
        assert kit.unescape(kit.escape(text)) == text
    assert json.dumps(kit.mrkdwn("*{x}*", x="<!channel>")["text"]) == '"*&lt;!channel&gt;*"'


def test_every_repetition_that_is_offered_is_understood_and_said_in_words() -> None:
    words = Words(("en",), "Asia/Shanghai")
    said = {written: repetition(written, words) for written in REPETITIONS}
    assert all(Repeat.parse(written) for written in said)
    assert len(set(said.values())) == len(said)


CROWD = [f"guest.{n}" for n in range(200)]
FACT = "Answered every handoff within the hour, and found the mould crack before production. " * 5


def crowd() -> Office:
    """The department with two hundred more people."""
    model = AGREEMENT.members[-1]
    guests = [
        model.model_copy(update={"id": each, "name": Label(zh=f"客{n}", en=f"Guest {n}")})
        for n, each in enumerate(CROWD)
    ]
    return Office(Agreement.model_construct(**{**dict(AGREEMENT), "members": (*AGREEMENT.members, *guests)}), NOW)


def award_of(nominees: list[str]) -> Round:
    """A round in which each was nominated twice and got some votes."""
    return Round(
        workspace="T1",
        number=3,
        award="monthly",
        planned_on=date(2026, 10, 1),
        opens_at=NOW,
        votes_from=NOW,
        closes_at=NOW,
        announces_at=NOW,
        nominations=tuple(Nomination(each, by, FACT, "", NOW) for by in ("he.rui", "tang.wei") for each in nominees),
        voters=tuple(CROWD),
        votes=dict.fromkeys(nominees, 1),
        cast=len(CROWD),
        tied=tuple(nominees),
        winners=tuple(nominees[:3]),
    )


@pytest.mark.parametrize("state", ["nominating", "voting", "tied", "counted", "announced", "void"])
def test_an_award_with_two_hundred_nominees_is_fit_for_slack_and_counts_what_it_does_not_show(state: Any) -> None:
    office, words, round_ = crowd(), Words(("zh", "en"), "Asia/Shanghai"), award_of(CROWD)
    round_.state = state
    assert_fit_for_slack(award_views.card(round_, office, words))
    everybody = ", ".join(CROWD)
    for wording in ("ballot", "tied", "announced", "won"):
        event = Event(what="tied", actor=CLOCK, at=NOW, new=everybody)
        assert_fit_for_slack(award_views.notice(Notice(wording=wording, to=CROWD[0]), event, round_, office, words))
    said = str(award_views.card(round_, office, words).blocks)
    if state in ("nominating", "voting", "tied"):
        assert "380" in said
    if state == "counted":
        assert "+170" in said


def test_everybody_of_two_hundred_nominees_can_be_voted_for_and_chosen_in_a_tie() -> None:
    office, words, round_ = crowd(), Words(("en",), "Asia/Shanghai"), award_of(CROWD)
    for form in (
        award_views.vote_form(round_, "he.rui", office, words),
        award_views.settle_form(round_, office, words),
    ):
        assert slack.problems(form, "modal") == []
        assert all(f"'value': '{each}'" in str(form) for each in CROWD)


def test_the_award_of_a_quarter_names_it_and_its_prize_when_it_is_announced() -> None:
    round_ = award_of(["fang.min", "he.rui"])
    round_.award, round_.planned_on, round_.winners = "quarterly", date(2026, 10, 5), ("fang.min",)
    said = award_views.announcement(round_, OFFICE, Words(("en",), "Asia/Shanghai")).text
    assert "Employee of the quarter, 2026 Q3" in said
    assert "CNY 800.00" in said
    assert "Lin Zhiyuan" in said  # hands it over
