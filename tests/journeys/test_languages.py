"""Each person reads their own language: the Slack profile's, the agreement's word for them, their own choice."""

from __future__ import annotations

from tests.journeys.conftest import Department


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
