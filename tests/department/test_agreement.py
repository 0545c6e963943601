"""The agreement's file: read whole, refused whole, each problem told with its place and what to write instead."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.views.agreement import problem as words_for
from bot.views.wording import Words
from department.agreement import Agreement, Limit, json_schema
from department.agreement_file import Problem, load, weaknesses
from department.people import Office

ROOT = Path(__file__).parents[2]
SHIPPED = (ROOT / "agreement.yaml").read_text(encoding="utf-8")
SEPTEMBER = date(2026, 9, 1)
SALES = {"chen": "zhou.hang", "zhou": "wu.mengjie", "wu": "chen.yuqing", "shen": "xu.jiayi", "xu": "chen.yuqing"}
ENGLISH, CHINESE = Words(("en",), "UTC"), Words(("zh",), "UTC")
ELEVEN = "".join(
    f"    T{n}: {{label: {{zh: 其他, en: X}}, meaning: {{zh: 其他, en: X}}, first_response: 1 working hour, "
    "resolve: 1 working day}\n"
    for n in range(7)
)


def changed(*changes: tuple[str, str]) -> str:
    text = SHIPPED
    for before, after in changes:
        assert before in text, f"the shipped agreement no longer has {before!r}"
        text = text.replace(before, after, 1)
    return text


def problems(*changes: tuple[str, str], words: Words = ENGLISH) -> list[str]:
    loaded = load(changed(*changes), "agreement.yaml")
    assert isinstance(loaded, list), "it loaded"
    return said(loaded, words)


def said(found: list[Problem], words: Words = ENGLISH) -> list[str]:
    return [re.sub(r"^agreement\.yaml:\d+:\d+: ", "", words_for(problem, words)) for problem in found]


def weak(*changes: tuple[str, str], today: date = SEPTEMBER) -> list[str]:
    loaded = load(changed(*changes), "agreement.yaml")
    assert isinstance(loaded, Agreement), loaded
    return said(weaknesses(loaded, today))


def test_the_shipped_agreement_loads_and_can_work() -> None:
    loaded = load(SHIPPED, "agreement.yaml")
    assert isinstance(loaded, Agreement)
    assert weaknesses(loaded, SEPTEMBER) == []
    assert loaded.complaints.severities["S2"].first_response == Limit(value=4, unit="working_hours")


def test_a_limit_that_counts_from_nothing_is_refused() -> None:
    assert problems(("due: 10 days before cargo_ready, from", "due: 10 days before cargo_redy, from")) == [
        "there is no date or line 'cargo_redy'; did you mean 'cargo_ready'?"
    ]


def test_who_waits_for_a_gate_does_not_stand_in_for_who_opens_it() -> None:
    [what] = weak(("qian@haichu.example, deputy: gu.mingde", "qian@haichu.example, deputy: ye.xiaoyan"))[:1]
    assert "ye.xiaoyan stands in for qian.hui at the gate" in what


def test_norway_a_quarter_past_twelve_off_and_yes_are_what_they_look_like() -> None:
    text = changed(("08:30-12:00, 13:00-17:30", "08:30-12:30, 13:00-17:30"), ("en: Gu Mingde", "en: off"))
    loaded = load(text.replace("en: Lin Zhiyuan", "en: yes"), "agreement.yaml")
    assert isinstance(loaded, Agreement)
    chen = loaded.member("chen.yuqing")
    assert chen is not None
    assert "NO" in chen.markets
    assert f"{loaded.working_hours.spans[0].end:%H:%M}" == "12:30"
    assert (loaded.members[0].name.en, loaded.members[1].name.en) == ("off", "yes")


def test_every_problem_is_told_at_once_with_its_line_and_column() -> None:
    text = changed(
        ("timezone: Asia/Shanghai", "timezone: Asia/Shangai"),
        ("handler: logistics", "handler: logistix"),
        ("deputy: zhou.hang", "deputy: zhou.hagn"),
    )
    loaded = load(text, "agreement.yaml")
    assert isinstance(loaded, list)
    assert [words_for(problem, ENGLISH) for problem in loaded] == [
        f"agreement.yaml:{line_of(text, 'Asia/Shangai')}: 'Asia/Shangai' is not a time zone; "
        "write one like Asia/Shanghai",
        f"agreement.yaml:{line_of(text, 'zhou.hagn')}: there is no member 'zhou.hagn'; did you mean 'zhou.hang'?",
        f"agreement.yaml:{line_of(text, 'logistix')}: there is no role 'logistix'; did you mean 'logistics'?",
    ]


def line_of(text: str, word: str) -> str:
    before = text[: text.index(word)]
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


MISTAKES = [
    [
        ("quiet_hours: 20:00", "quiet_hour: 20:00", "unknown key 'quiet_hour'; did you mean 'quiet_hours'?"),
        ("holds: [documents_sent, release]", "holds: [documents_sent, relase]",
         "there is no line 'relase'; did you mean 'release'?"),
        ("falls_due: 60 days after bl_date", "falls_due: 60 days",
         "'60 days' is not a length of credit; write it like \"60 days after bl_date\""),
        ("first_response: 2 working hours", "first_response: soon",
         "'soon' is not a time limit; write it like \"4 working hours\" or \"3 working days\""),
        ("when: half_of_resolution", "when: half_resolution",
         "'half_resolution' is not known here; did you mean 'half_of_resolution'?"),
        ("country: CN", "country: China", "'China' is not a country; write its two letters, such as DE"),
        ("currency: USD", "currency: Dollar", "'Dollar' is not a currency; write its three letters, such as USD"),
        ('name: "#export-dept"', "name: export-dept",
         "'export-dept' cannot be the name of a channel; begin with #, in small letters and without spaces"),
        ('name: "#export-tasks"', 'name: "#Export-tasks"',
         "'#Export-tasks' cannot be the name of a channel; begin with #, in small letters and without spaces"),
        ("min_severity: S1", "min_severity: S9", "there is no severity 'S9'; write a severity of this agreement"),
        ("tell: manager", "tell: boss", "there is no role 'boss'; write a role of this agreement"),
        ("members: [zhou.hang, jiang.bo]", "members: [zhou.hang, nobody]",
         "there is no member 'nobody'; write a member of this agreement"),
        ("{from: 2026-10-01, to: 2026-10-07,", "{from: 2026-10-07, to: 2026-10-01,",
         "2026-10-07..2026-10-01 ends before it begins; turn the two days round"),
        ("leave: []", "leave: [{member: he.rui, from: 2026-10-01, to: 2026-10-02, deputy: he.rui}]",
         "he.rui is their own deputy; name somebody else"),
        ("recurrence_months: 12", "recurrence_months: many", "'many' does not fit here; write a whole number"),
        ("effective_from: 2026-09-01", "effective_from: next month",
         "'next month' does not fit here; write a date like 2026-09-01"),
        ("version: 3\n", "", "'version' is missing; add version: …"),
        ("[2027-02-04..2027-02-14]", "[2027-02-30]",
         "'2027-02-30' is not a day; write it like 2027-02-04 or \"2027-02-04..2027-02-14\""),
        ('at: "08:40"', "at: 840", "'840' is not a time of day; write it like \"08:40\""),
        ("quorum: 0.5", "quorum: 2", "2 is too large; write 1 or less"),
        ("company: {zh: 宁波海厨进出口有限公司, en: \"Ningbo Haichu Import & Export Co., Ltd.\"}", "company: Haichu",
         "'Haichu' is one value, and a group belongs here; write {zh: …, en: …}"),
        ("languages: [zh, en]", "languages: [zh, zh]",
         "this stands here for the second time; leave one of the two out, or give it another name"),
    ],
    [
        ("falls_due: 60 days after bl_date", "falls_due: 60 days after od_due",
         "there is no date or line 'od_due'; write a date or line of this agreement"),
        ("quiet_hours: 20:00-08:00", "quiet_hours: 20:00-20:00",
         "'20:00-20:00' is not a stretch of time; write it like \"08:30-12:00\""),
        ("08:30-12:00", "08:30", "'08:30' is not a stretch of time; write it like \"08:30-12:00\""),
        ("country: CN", "country: EU", "'EU' is not a country; write its two letters, such as DE"),
        ("2027-02-04..2027-02-14", "2027-02-04..2037-02-14",
         "2027-02-04..2037-02-14 is longer than a year; look at its years"),
        ("recurrence_months: 12", "recurrence_months: 0", "0 is too small; write a number above 0"),
        ("effective_from: 2026-09-01", "effective_from: 2026-09-31",
         "'2026-09-31' does not fit here; write a date like 2026-09-01"),
        ("first_response: 2 working hours", "first_response: 2",
         "'2' is not a time limit; write it like \"4 working hours\" or \"3 working days\""),
        ("up_to: 500,", "up_to: .inf,", "'inf' does not fit here; write a number"),
    ],
    [
        ("08:30-12:00", "12:00-08:30", "a span ends before it begins; write the earlier time first"),
        ("days off and make-up", "x\n  days_off: [2027-01-01] #",
         "official days need their source; add for example source: State Council notice of 2026-11-05"),
        ("effective_from: 2026-09-01", "effective_from: 9999-01-01",
         "'9999-01-01' is too far away; write a year from 2000 to 2099"),
        ("resolve: 3 working days", "resolve: 9000 working days",
         "this limit is too long; write at most 480 working hours or 60 working days"),
        ("up_to: 500,", "up_to: 5000,",
         "the amounts must rise from band to band; give every band but the last an up_to"),
        ("recurrence_months: 12", "recurrence_months: 1000000000", "1000000000 is too large; write 120 or less"),
    ],
    [
        ("08:30-12:00", "08:30-14:00", "two spans overlap; end the first one before the second one begins"),
        ("2027-02-04..2027-02-14", "2027-02-14..2027-02-04",
         "2027-02-14..2027-02-04 ends before it begins; turn the two days round"),
        ("effective_from: 2026-09-01", "effective_from:",
         "nothing is written after 'effective_from'; write what belongs there, or leave the line out"),
        ("rates: {EUR: 1.16", "rates: {USD: 1, EUR: 1.16",
         "the bands are in this currency themselves; leave its rate out"),
        ("  escalation:                # when nobody acts", f"{ELEVEN}  escalation:                # when nobody acts",
         "'severities' has more than 10 entries; leave out what is over"),
    ],
]  # fmt: skip


@pytest.mark.parametrize("mistakes", MISTAKES)
def test_mistakes_are_told_all_at_once_in_words_that_help(mistakes: list[tuple[str, str, str]]) -> None:
    told = problems(*((before, after) for before, after, _ in mistakes))
    assert [said for _, _, said in mistakes if said not in told] == []


def test_a_list_of_nothing_that_is_known_is_not_called_empty_too() -> None:
    assert problems(("languages: [zh, en] ", "languages: [de] ")) == ["'de' is not known here; write one of zh, en"]


def test_what_is_wrong_between_two_values_is_told_at_the_second_one() -> None:
    changes = (("up_to: 500,", "up_to: 5000,"), ("13:00-17:30", "11:00-17:30"))
    text = changed(*changes)
    loaded = load(text, "agreement.yaml")
    assert isinstance(loaded, list)
    bands = text.index("{up_to: 5000, decides: manager}")
    assert [(problem.line, problem.column) for problem in loaded] == [
        tuple(map(int, line_of(text, "11:00-17:30").split(":"))),
        (text.count("\n", 0, bands) + 1, bands - text.rfind("\n", 0, bands)),
    ]


def test_problems_are_told_in_chinese_to_whoever_reads_chinese() -> None:
    told = problems(("timezone: Asia/Shanghai", "timezone: Asia/Shangai"), ("handler: logistics", "handler: logistix"),
                    words=CHINESE)  # fmt: skip
    assert told == [
        "“Asia/Shangai”不是时区；请写成 Asia/Shanghai 这样",
        "没有“logistix”这个岗位；是不是想写“logistics”？",
    ]


def test_two_members_with_one_id_or_one_address_are_told_apart() -> None:
    said = problems(("{id: lin.zhiyuan, ", "{id: gu.mingde, "), ("lin@haichu.example", "Gu@haichu.example"))
    assert any(re.fullmatch(r"the id 'gu.mingde' stands on line \d+ already; give each .*", line) for line in said)
    assert any("e-mail address 'Gu@haichu.example' stands on line" in line for line in said)


def test_what_yaml_cannot_read_hides_nothing_that_is_wrong_elsewhere() -> None:
    text = changed(
        ("version: 3\n", "version: 3\nversion: 4\n"),
        ('Export Co., Ltd."}', "Export Co., Ltd.}"),
        ("{zh: 外贸部,", "{zh: \x07外贸部,"),
        ("timezone: Asia/Shanghai", "timezone Asia/Shanghai"),
        ("  quiet_hours:", "\tquiet_hours:"),
        ("markets: [US, CA]}", "markets: [US, CA}"),
        ("  - id: inquiry", "  - id inquiry"),
        ("falls_due: 60 days after bl_date", "falls_due: 60 days after documents_sent"),
        ("handler: logistics", "handler: logistix"),
    )
    loaded = load(text, "agreement.yaml")
    assert isinstance(loaded, list)
    lines = text.split("\n")
    assert [(problem.reason, lines[problem.line - 1][problem.column - 1 :][:11]) for problem in loaded] == [
        ("key_twice", "version: 4"),
        ("unreadable", '"Ningbo Hai'),
        ("strange_characters", "\x07外贸部, en: E"),
        ("no_colon", "timezone As"),
        ("tab", "\tquiet_hour"),
        ("unreadable", "}"),
        ("unreadable", ": {zh: 客户询盘"),
        ("unknown_name", "logistix, c"),
    ]


def test_a_key_written_twice_a_broken_line_and_an_empty_file_say_where() -> None:
    for text, line in ((SHIPPED + "\nversion: 4\n", SHIPPED.count("\n") + 2), ("a: [1", 1), ("", 1), ("- a", 1)):
        loaded = load(text, "agreement.yaml")
        assert isinstance(loaded, list)
        assert len(loaded) == 1
        assert loaded[0].line == line, loaded


def test_a_small_file_that_would_explode_is_refused() -> None:
    bomb = "a: &a [x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)},*{chr(97 + n)}]\n" for n in range(20)
    )
    for text in (bomb, "[" * 500, "a: " + "x" * 300_000, "<<: {a: b}"):
        loaded = load(text, "agreement.yaml")
        assert isinstance(loaded, list)
        assert {problem.reason for problem in loaded} & {"alias", "too_deep", "too_large"}


def test_a_key_that_is_no_word_is_told_and_where_there_are_no_roles_only_that() -> None:
    told = problems(("roles:\n", "12: x\nroles: []\nfoo:\n"))
    assert [line.split(";")[0] for line in told] == [
        "unknown key '12'",
        "'[]' does not fit here",
        "unknown key 'foo'",
    ]


WEAKNESSES = [
    {
        ("decides: sales, lead: true", "decides: finance, lead: true"): "the role 'finance' has no lead",
        ("role: after_sales, email: he@haichu.example, deputy: zheng.lili",
         "role: after_sales, email: he@haichu.example, deputy: he.rui"): "he.rui is their own deputy",
        ("email: tang@haichu.example, deputy: zheng.lili", "email: tang@haichu.example, deputy: jiang.bo"):
            "jiang.bo and tang.wei only cover each other",
        ("email: qian@haichu.example, deputy: gu.mingde", "email: qian@haichu.example"): "qian.hui has no deputy",
        ("email: ye@haichu.example, ", ""): "ye.xiaoyan has no e-mail address",
        ("email: lin@haichu.example", "email: lin"): "'lin' is no e-mail address",
        ("markets: [US, CA]}", "lead: true}"): "chen.yuqing is the lead of 'sales' already",
        ("quiet_hours: 20:00-08:00", "quiet_hours: 20:00-09:00"): "the quiet hours reach into the working hours",
        ('"#export-orders", languages: [zh, en]', '"#export-dept", languages: [en]'):
            "#export-dept stands above with other languages",
        ("first_response: 2 working hours", "first_response: 9 working days"):
            "the first response would be due after the resolution",
        ("after: 8 working hours, tell: manager", "after: 8 working hours, tell: deputy"):
            "this step tells chen.yuqing, fang.min, he.rui, huang.tao, tang.wei",
        ("tell: general_manager", "tell: manager"): "this step tells lin.zhiyuan, who was told by the step before",
        ("payment_dispute: {label: {zh: 付款争议, en: Payment dispute}, handler: finance",
         "payment_dispute: {label: {zh: 付款争议, en: Payment dispute}, handler: manager"):
            "this step tells lin.zhiyuan, who handles the case (in payment_dispute)",
    },
    {
        (f" {who}@haichu.example, deputy: {deputy}", f" {who}@haichu.example, deputy: he.rui"):
            "this step tells he.rui, who handles the case (in quality, quantity_shortage, safety_compliance)"
        for who, deputy in SALES.items()
    },
]  # fmt: skip


@pytest.mark.parametrize("changes", WEAKNESSES)
def test_an_agreement_that_could_not_work_says_why(changes: dict[tuple[str, str], str]) -> None:
    told = weak(*changes)
    assert [what for what in changes.values() if not any(said.startswith(what) for said in told)] == []


def test_a_role_that_nobody_has_is_told_wherever_somebody_of_it_is_needed() -> None:
    needed = (
        ("owner_role: logistics", "owner_role: spare"),
        ("tell: [sales, finance]", "tell: [sales, spare]"),
        ("check: logistics", "check: spare"),
        ("override: manager", "override: spare"),
        ("bounces_before_manager: 2\n    manager: manager", "bounces_before_manager: 2\n    manager: spare"),
        ("tell: [sales, logistics, manager]", "tell: [sales, logistics, spare]"),
        ("overview_to: [manager]", "overview_to: [spare]"),
        ("not_again_for: 1           # rounds\n    decides: manager", "decides: spare"),
        ("handler: documents", "handler: spare"),
        ("tell: general_manager", "tell: spare"),
        ("up_to: 5000, decides: manager", "up_to: 5000, decides: spare"),
        ("team: [sales, after_sales, finance]", "team: [sales, after_sales, spare]"),
    )
    text = changed(("roles:\n", "roles:\n  spare: {zh: 备用, en: Spare}\n"), *needed)
    loaded = load(text, "agreement.yaml")
    assert isinstance(loaded, Agreement), loaded
    lines = [n for n, line in enumerate(text.splitlines(), 1) if re.search(r"\bspare\b(?!: \{)", line)]
    assert len(lines) == len(needed)
    told = [found.line for found in weaknesses(loaded, SEPTEMBER) if found.reason == "nobody_has_the_role"]
    assert told == lines


def test_a_ladder_that_tells_no_role_leaves_nobody_to_do_what_only_supervisors_may() -> None:
    told = weak(
        ("{when: resolution_missed, tell: manager}", "{when: resolution_missed, tell: lead}"),
        ("tell: general_manager}", "tell: deputy}"),
    )
    assert any("nobody is a supervisor" in each for each in told)


@pytest.mark.parametrize(
    ("needed", "qualified_needs"),
    [("replied", ""), ("qualified", ", needs: [replied]"), ("archive", ""), ("follow_up", "")],
    ids=["itself", "one that waits for it", "one of a later stage", "one that recurs"],
)
def test_a_line_that_waits_for_what_cannot_come_before_it_is_told(needed: str, qualified_needs: str) -> None:
    told = weak(
        ("role: sales, due: 4 working hours}", f"role: sales, due: 4 working hours, needs: [{needed}]}}"),
        ("role: sales, due: 2 working days}", f"role: sales, due: 2 working days{qualified_needs}}}"),
    )
    assert f"'replied' waits for '{needed}', which cannot be done before it; take that out of needs" in told


def test_a_line_that_waits_for_one_of_its_own_stage_that_recurs_is_told() -> None:
    told = weak(("role: sales, due: 16 working hours}", "role: sales, due: 16 working hours, needs: [follow_up]}"))
    assert told == ["'quote_sent' waits for 'follow_up', which cannot be done before it; take that out of needs"]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("from: 2026-10-12, to: 9999-12-31", "'9999-12-31' is too far away"),
        ('from: "2026-10-16", to: "2026-10-12"', "2026-10-16..2026-10-12 ends before it begins"),
        ("from: 2026-10-12, to: 2026-10-12, afternoon: true, until_noon: true", "leave nothing of the day"),
        ("from: 2026-10-12, to: 2026-10-12T18:00:00", ""),
    ],
)
def test_leave_that_cannot_be_is_told_where_it_stands(days: str, said: str) -> None:
    told = problems(("leave: [] ", f"leave:\n  - {{member: ye.xiaoyan, {days}}}"))
    assert len(told) == 1
    assert said in told[0]


@pytest.mark.parametrize(("begins", "today"), [("2010-09-01", 2026), ("2045-01-01", 2026), ("2026-09-01", 2039)])
def test_an_agreement_of_other_years_is_told_so_and_of_years_nearby_it_works(begins: str, today: int) -> None:
    changes = ("effective_from: 2026-09-01", f"effective_from: {begins}")
    [told] = [each for each in weak(changes, today=date(today, 9, 15)) if "working calendar reaches" in each]
    assert "write the day on which this version comes into force" in told
    near = load(changed(("effective_from: 2026-09-01", "effective_from: 2022-09-01")), "agreement.yaml")
    assert isinstance(near, Agreement)
    assert not Office(near, datetime(2026, 11, 25, 1, tzinfo=UTC)).is_too_far(date(2027, 3, 1))


@pytest.mark.parametrize(
    ("spans", "noon"),
    [
        ("[08:30-12:00, 13:00-17:30]", "12:00"),
        ("[09:00-17:30]", "12:00"),
        ("[08:00-10:00, 10:15-12:00, 13:00-17:30]", "12:00"),
        ("[13:00-18:00, 18:30-21:00]", "18:00"),
    ],
)
def test_half_a_day_ends_at_noon_whatever_the_breaks(spans: str, noon: str) -> None:
    given = next(line for line in SHIPPED.splitlines() if line.strip().startswith("spans:"))
    loaded = load(changed((given, re.sub(r"\[.*\]", spans, given))), "agreement.yaml")
    assert isinstance(loaded, Agreement), loaded
    assert f"{loaded.working_hours.noon:%H:%M}" == noon


def test_a_key_that_is_a_list_is_no_name() -> None:
    for group in ("meetings:", "awards:", "  categories:", "emergencies:"):
        indent = "    " if group.startswith(" ") else "  "
        line = next(line for line in SHIPPED.splitlines() if line.startswith(group))
        assert problems((f"{line}\n", f"{line}\n{indent}[a, b]: {{chair: x}}\n"))


def test_a_calendar_that_ends_before_the_longest_limit_is_told_in_time() -> None:
    assert weak(today=date(2026, 11, 1)) == []
    (told,) = weak(today=date(2026, 12, 22))
    assert told.startswith(
        "the official days off are known until 2026-12-31 only, and the longest limit reaches 2027-01-"
    )


def test_the_published_schema_is_up_to_date_and_takes_the_shipped_agreement() -> None:
    published = json.loads((ROOT / "docs" / "agreement.schema.json").read_text(encoding="utf-8"))
    assert published == json_schema(), "write it anew with department.agreement.json_schema()"
    validator = jsonschema.Draft202012Validator(published)
    validator.validate(_plain(YAML(typ="safe").load(SHIPPED)))
    assert not validator.is_valid(_plain(YAML(typ="safe").load(changed(("quiet_hours", "quiet_hour")))))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


LINES = SHIPPED.splitlines()
JUNK = st.sampled_from(
    [
        "",
        "x",
        "null",
        "[]",
        "{}",
        "- 1",
        "? a",
        "&a",
        "*a",
        "!!python/object:os.system x",
        "'",
        "\t",
        "2026-13-45",
        "\x00",
        "😀",
    ]
)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(LINES) - 1), st.integers(0, 60), JUNK), min_size=1, max_size=4))
def test_whatever_is_in_the_file_it_loads_or_says_what_is_wrong(edits: list[tuple[int, int, str]]) -> None:
    lines = list(LINES)
    for line, column, junk in edits:
        lines[line] = lines[line][:column] + junk + lines[line][column + 3 :]
    loaded = load("\n".join(lines), "agreement.yaml")
    if isinstance(loaded, list):
        assert loaded
        assert all(problem.line >= 1 and words_for(problem, CHINESE) for problem in loaded)
    else:
        assert all(words_for(problem, CHINESE) for problem in weaknesses(loaded, SEPTEMBER))
