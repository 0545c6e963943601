"""Each person reads their own language: the Slack profile's, the agreement's word for them, their own choice."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import Department
from tests.test_house import MANIFEST as APP

COMMANDS = [str(item["command"]) for item in APP["features"]["slash_commands"]]


def help_for(department: Department, handle: str) -> str:
    seen = department.person(handle).command("/complaint help", channel="#export-orders")
    assert seen is not None
    return seen.all_text()


def test_the_profile_decides_and_a_changed_profile_is_followed(department: Department) -> None:
    assert "投诉" in help_for(department, "zhou.hang")
    department.slack.user_change("zhou.hang", locale="en-GB")
    department.slack.settle()
    assert "opens the form" in help_for(department, "zhou.hang")


def test_the_agreement_names_a_language_and_a_persons_own_choice_stands_above_it(department: Department) -> None:
    wu = department.person("wu.mengjie")
    assert "opens the form" in help_for(department, "wu.mengjie")
    door = wu.command("/supercargo", channel="#export-orders")
    assert door is not None
    wu.click(wu.whispers()[-1], "people.language.zh")
    assert "打开登记表" in help_for(department, "wu.mengjie")
    assert "我用什么语言" in wu.whispers()[-2].all_text()
    wu.click(wu.whispers()[-2], "people.language.profile")
    assert "opens the form" in help_for(department, "wu.mengjie")


def test_a_form_a_refusal_and_a_direct_message_speak_the_readers_language(department: Department) -> None:
    wu = department.person("wu.mengjie")
    wu.command("/complaint", channel="#export-orders")
    view = wu.view
    assert view is not None
    assert view.title == "File a complaint"
    wu.cancel()
    department.file(
        by="chen.yuqing", customer="Southern Cross Kitchen Pty Ltd", category="transit_damage", transport="sea"
    )
    assert any("You speak to the customer" in said for said in department.told("wu.mengjie"))
    assert any("请你查找原因" in said for said in department.told("jiang.bo"))
    ye = department.person("ye.xiaoyan")
    ye.click(department.card(), "complaint.acknowledge")
    assert "请由其本人" in ye.whispers()[-1].all_text()


def examples(department: Department, who: str, line: str, command: str) -> list[str]:
    """The examples of a command in an answer."""
    seen = department.person(who).command(line, channel="#export-dept")
    assert seen is not None, line
    found = re.findall(rf"`({command}(?: [^`]+)?)`", seen.all_text())
    return list(dict.fromkeys(found))


def done(department: Department, who: str, example: str) -> str:
    """What an example does: the form that it opens, or an answer that only they see."""
    person = department.person(who)
    said = len(person.whispers())
    person.command(re.sub(r"@(name|某人|姓名)", "@jiang.bo", example), channel="#export-dept")
    opened = person.view.callback_id if person.view else ""
    if opened:
        person.cancel()
    assert opened or len(person.whispers()) > said or example.startswith("/praise @"), example
    return opened


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself_with_examples_that_do_the_same_in_either_language(
    department: Department, command: str
) -> None:
    english = examples(department, "wu.mengjie", f"{command} help", command)
    chinese = examples(department, "chen.yuqing", f"{command} 帮助", command)
    assert any(" " in example for example in english), english
    assert len(english) == len(chinese)
    for one, other in zip(english, chinese, strict=True):
        assert done(department, "wu.mengjie", one) == done(department, "chen.yuqing", other), (one, other)
        words = re.sub(r"@\S+|[A-Z]+-[\d-]+", "", other.removeprefix(command)).strip()
        assert not words or re.search(r"[\u4e00-\u9fff]", words), other
    department.slack.assert_quiet()


def test_the_front_door_names_every_command_in_either_language(department: Department) -> None:
    for who, word in (("wu.mengjie", "help"), ("chen.yuqing", "帮助")):
        door = department.person(who).command(f"/supercargo {word}", channel="#export-dept")
        assert door is not None
        assert [command for command in COMMANDS if f"`{command}" not in door.all_text()] == []
