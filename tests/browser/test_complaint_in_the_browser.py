"""The complaint story in the real page: two people, two windows, a clock that is moved, two languages."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from playground import LocalSlack
from tests.browser.conftest import say, window


def test_two_people_and_the_clock_live_through_a_complaint(browser: Browser, slack: LocalSlack) -> None:
    wu = window(browser, slack, "wu.mengjie", "#export-orders")
    say(wu, "/complaint Southern Cross Kitchen Pty Ltd: 62 wet cartons")
    form = wu.get_by_role("dialog", name="File a complaint")
    expect(form).to_be_visible()
    form.get_by_role("combobox", name="Category").fill("Transit")
    form.get_by_role("combobox", name="Category").press("Enter")
    expect(form.get_by_text("How the goods travelled")).to_be_visible()
    form.get_by_role("button", name="File", exact=True).click()
    expect(form.locator(".field-error").first).to_be_visible()
    form.get_by_role("radio", name="S3").check()
    form.get_by_role("button", name="File", exact=True).click()
    expect(form).to_be_hidden()

    jiang = window(browser, slack, "jiang.bo", "#export-complaints")
    card = jiang.locator("article", has_text="62 wet cartons").first
    expect(card).to_contain_text("尚无人接手")

    card.get_by_role("button", name="收到，我来处理").click()
    expect(jiang.locator("article", has_text="62 wet cartons").first).to_contain_text("处理中")

    complaints = window(browser, slack, "wu.mengjie", "#export-complaints")
    expect(complaints.locator("article", has_text="62 wet cartons").first).to_contain_text("in work")
    for page in (wu, jiang, complaints):
        page.close()


def test_nobody_answers_and_moving_the_clock_shows_the_escalation(browser: Browser, slack: LocalSlack) -> None:
    zhou = window(browser, slack, "zhou.hang", "#export-orders")
    say(zhou, "/complaint Prairie Table Inc.: 手柄松动")
    form = zhou.get_by_role("dialog", name="登记投诉")
    expect(form).to_be_visible()
    form.get_by_role("combobox", name="类别").fill("质量")
    form.get_by_role("combobox", name="类别").press("Enter")
    form.get_by_role("radio", name="S2").check()
    form.get_by_role("button", name="登记", exact=True).click()
    expect(form).to_be_hidden()
    zhou.close()

    manager = window(browser, slack, "lin.zhiyuan", "#export-complaints")
    card = manager.locator("article", has_text="手柄松动").first
    expect(card).to_contain_text("尚无人接手")
    clock = manager.get_by_role("group").filter(has=manager.get_by_test_id("now"))
    for _ in range(2):
        clock.get_by_role("button", name="时钟前进 4 小时").click()
        expect(clock).not_to_have_attribute("aria-busy", "true")
    escalated = card.get_by_role("button", name="条回复")
    expect(escalated).to_contain_text("新")
    escalated.click()
    thread = manager.get_by_role("complementary")
    expect(thread).to_contain_text("未按时响应")
    manager.close()
