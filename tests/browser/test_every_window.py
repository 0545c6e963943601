"""The page in narrow and wide windows, by keyboard, in Chinese, and in a channel of many messages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, expect
from slack_sdk import WebClient

from bot.demo import demonstration
from playground import LocalSlack
from tests.browser.conftest import say, window

FOCUSED = "document.activeElement"


@pytest.fixture(scope="module")
def slack() -> Iterator[LocalSlack]:
    """A demonstration without its past."""
    with demonstration(empty=True) as running:
        yield running


def filed(slack: LocalSlack, what_happened: str) -> None:
    """A complaint of Wu Mengjie's, its card posted."""
    wu = slack.person("wu.mengjie")
    wu.command("/complaint", channel="#export-orders")
    wu.fill(customer="Brightwell Homewares Ltd", category="quality", severity="S3", what_happened=what_happened)
    wu.submit()


def test_scrolling_up_brings_the_oldest_message_and_what_is_read_stays_in_its_place(
    browser: Browser, slack: LocalSlack
) -> None:
    zhou = slack.person("zhou.hang")
    for n in range(230):
        zhou.post("#export-praise", f"carton {n} counted")
    page = window(browser, slack, "wu.mengjie", "#export-praise")
    log = page.get_by_role("log")
    expect(log.get_by_text("carton 229 counted")).to_be_visible()
    for _ in range(5):
        first = log.get_by_role("article").first
        oldest = first.inner_text()
        moved = page.evaluate(
            """async () => {
                const log = document.querySelector('.log');
                log.scrollTop = 300;
                const read = [...log.querySelectorAll('article')].find(one => one.getBoundingClientRect().top > 200);
                const before = read.getBoundingClientRect().top;
                const first = log.querySelector('article');
                for (let n = 0; n < 600 && log.querySelector('article') === first; n += 1)
                    await new Promise(requestAnimationFrame);
                return Math.abs(read.getBoundingClientRect().top - before);
            }"""
        )
        assert moved < 2
        expect(first).not_to_have_text(oldest)
    expect(log.get_by_text("carton 0 counted")).to_be_attached()
    expect(log.get_by_text("carton 229 counted")).not_to_be_attached()
    page.get_by_role("button", name="Newest messages").click()
    expect(log.get_by_text("carton 229 counted")).to_be_visible()
    page.close()


@pytest.mark.parametrize("width", [380, 1280])
def test_who_acts_is_seen_whole_and_the_bar_keeps_its_height_while_the_clock_moves(
    browser: Browser, slack: LocalSlack, width: int
) -> None:
    page = window(browser, slack, "wu.mengjie", "#export-orders")
    page.set_viewport_size({"width": width, "height": 800})
    page.get_by_role("button", name="Close the tour").click()  # a button more in the bar
    acting = page.get_by_role("button", name="Acting as Wu Mengjie")
    expect(acting).to_contain_text("Export sales")
    expect(acting).to_contain_text("English · Asia/Shanghai GMT+8")
    cut = "all => all.filter(part => part.scrollWidth > part.clientWidth + 1).length"
    assert acting.locator(".persona-words > *").evaluate_all(cut) == 0
    assert page.locator(".brand, .brand > span").evaluate_all(cut) == 0
    height = "document.querySelector('.top').offsetHeight"
    before = page.evaluate(height)
    if width == 380:
        page.get_by_role("button", name="Move", exact=True).click()
    page.evaluate(
        "window.heights = new Set(); new ResizeObserver(([bar]) => window.heights.add(bar.target.offsetHeight))"
        ".observe(document.querySelector('.top'))"
    )
    page.get_by_role("button", name="Move the clock forward 1 hour").click()
    clock = page.get_by_role("group", name="Workspace clock")
    expect(clock).not_to_have_attribute("aria-busy", "true")
    if width == 1280:
        assert page.evaluate("[...window.heights]") == [before]
        page.get_by_role("button", name="What comes next").click()
        listed = page.get_by_role("region", name="What comes next").bounding_box()
        assert listed is not None
        assert listed["x"] >= 0
        assert listed["x"] + listed["width"] <= width
    page.close()


def test_the_keyboard_is_never_left_without_a_place(browser: Browser, slack: LocalSlack) -> None:
    filed(slack, "lids missing")
    page = window(browser, slack, "wu.mengjie", "#export-complaints")
    card = page.locator("article", has_text="lids missing").first
    card.get_by_role("button", name="Acknowledge").press("Enter")
    expect(card).to_contain_text("in work")
    expect(card).to_be_focused()
    replies = card.get_by_role("button", name=re.compile("repl"))
    replies.press("Enter")
    expect(page.get_by_role("complementary").get_by_role("textbox")).to_be_focused()
    page.keyboard.type("the lids are on their way")
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary").get_by_role("article").last).to_contain_text("the lids are on their way")
    page.keyboard.press("Escape")
    expect(replies).to_be_focused()
    page.get_by_role("log").focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("log").get_by_role("article").last).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUSED}.getAttribute('aria-label')") == "Add a reaction"
    page.set_viewport_size({"width": 380, "height": 760})
    menu = page.get_by_role("button", name="Channels and people")
    menu.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name=re.compile("export-orders"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    page.close()


def test_a_chinese_colleague_is_answered_in_chinese_and_mentions_somebody_without_a_space(
    browser: Browser, slack: LocalSlack
) -> None:
    page = window(browser, slack, "zhou.hang", "#export-dept")
    say(page, "/orders")
    expect(page.get_by_role("alert")).to_contain_text("这里没有 /orders 命令")
    composer = page.locator("main").get_by_role("textbox").first
    composer.fill("请看一下")
    composer.press("Home")
    composer.press("ArrowRight")
    composer.press_sequentially("@jiang")
    page.get_by_role("option", name="@jiang.bo").wait_for()
    composer.press("Enter")
    composer.press("Enter")
    expect(page.locator("article", has_text="看一下").last.locator(".mention")).to_have_text("@蒋波")
    expect(composer).to_have_value("")
    message = page.locator("article", has_text="看一下").last
    message.hover()
    message.get_by_role("button", name="添加表情回应").click()
    page.keyboard.type("握手")
    page.get_by_role("option", name=":handshake:", selected=True).wait_for()
    page.keyboard.press("Enter")
    expect(message.locator(".reaction")).to_contain_text("🤝")
    composer.fill(":flag-cn")
    page.get_by_role("option", name="🇨🇳 :flag-cn:").wait_for()
    composer.fill("")
    say(page, "/complaint help")
    told = page.locator("article.ephemeral").last
    told.get_by_role("button", name="关闭此消息").click()
    expect(told).to_be_hidden()
    page.close()


def test_what_cannot_be_drawn_is_a_red_box_and_the_rest_of_the_channel_stands(
    browser: Browser, slack: LocalSlack
) -> None:
    page = browser.new_page()
    broken = {"type": "data_table", "block_id": "b", "caption": "late", "rows": None}

    def breaks(route: Route) -> None:
        answer = route.fetch()
        state = answer.json()
        for messages in state["messages"].values():
            for message in messages[:1]:
                message["blocks"] = [broken]
        route.fulfill(response=answer, json=state)

    slack.person("zhou.hang").post("#export-tasks", "first")
    slack.person("zhou.hang").post("#export-tasks", "second")
    page.route("**/page/state*", breaks)
    page.goto(f"{slack.url}/?as={slack.person('zhou.hang').id}&in={slack.workspace.channel('#export-tasks').id}")
    expect(page.locator(".unknown")).to_contain_text("data_table 无法显示")
    expect(page.locator("article", has_text="second")).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")
    page.close()


def test_home_is_worked_through_and_shows_what_is_left(browser: Browser, slack: LocalSlack) -> None:
    filed(slack, "handles loose")
    page = window(browser, slack, "wu.mengjie", "#export-dept")
    page.get_by_role("navigation").get_by_role("button", name=re.compile("Supercargo")).click()
    page.get_by_role("tab", name="Messages").press("ArrowRight")
    home = page.get_by_role("tabpanel", name="Home")
    asked = home.locator("[data-action-id='complaint.acknowledge']")
    expect(asked.last).to_be_visible()
    before = asked.count()
    asked.last.click()
    expect(asked).to_have_count(before - 1)
    page.close()


def test_a_form_upon_a_form_goes_back_or_everything_is_put_aside_by_the_cross(
    browser: Browser, slack: LocalSlack
) -> None:
    page = window(browser, slack, "wu.mengjie", "#export-dept")
    bot = WebClient(token=slack.bot_token, base_url=f"{slack.url}/api/")
    note = {"type": "section", "text": {"type": "plain_text", "text": "HC26-0881 sails on Friday"}}
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "The order"},
        "close": {"type": "plain_text", "text": "Back"},
        "blocks": [note],
    }

    def lay_on_top() -> None:
        trigger = slack.backend.new_trigger(slack.person("wu.mengjie").id)
        bot.views_push(trigger_id=trigger, view=view)

    say(page, "/complaint")
    form = page.get_by_role("dialog", name="File a complaint")
    what = form.get_by_role("textbox", name="What happened")
    what.fill("two lids missing")
    lay_on_top()
    above = page.get_by_role("dialog", name="The order")
    expect(above.get_by_role("heading", level=2)).to_contain_text("File a complaint › The order")
    above.get_by_role("button", name="Back").click()
    expect(what).to_have_value("two lids missing")
    lay_on_top()
    above.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.close()


def test_what_cannot_be_undone_is_asked_about_first(browser: Browser, slack: LocalSlack) -> None:
    ye = slack.person("ye.xiaoyan")
    ye.command("/away 2026-11-13", channel="#export-dept")
    ye.fill(kind="personal")
    assert ye.submit() == {}
    page = window(browser, slack, "ye.xiaoyan", "#export-dept")
    take_back = page.locator("[data-action-id='leave.cancel']").last
    take_back.click()
    sure = page.get_by_role("dialog")
    page.keyboard.press("Escape")
    expect(sure).to_be_hidden()
    expect(take_back).to_be_visible()
    take_back.click()
    sure.locator(".danger, .primary").click()
    expect(page.locator("article", has_text="不请假了")).to_be_visible()
    page.close()


def test_a_colleague_is_written_to_directly_and_nothing_typed_meanwhile_is_lost(
    browser: Browser, slack: LocalSlack
) -> None:
    page = window(browser, slack, "wu.mengjie", "#export-dept")
    page.get_by_role("button", name="New message").click()
    page.keyboard.type("qian")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Qian Hui")
    held: list[Route] = []
    page.route("**/page/act", lambda route: held.append(route) if not held else route.continue_())
    composer = page.locator("main").get_by_role("textbox").first
    composer.fill("Has the deposit come?")
    composer.press("Enter")
    composer.fill("Nordhaus, I mean")
    composer.press("Enter")
    composer.fill("and one more th")
    held[0].continue_()
    expect(page.locator("main article")).to_contain_text(["Has the deposit come?", "Nordhaus, I mean"])
    expect(composer).to_have_value("and one more th")
    composer.fill("/nothing")
    composer.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("no command /nothing")
    expect(composer).to_have_value("/nothing")
    qian = window(browser, slack, "qian.hui", "#export-dept")
    qian.get_by_role("navigation").get_by_role("button", name="吴梦洁, 2 条未读").click()
    expect(qian.locator("main article").last).to_contain_text("Nordhaus")
    page.close()
    qian.close()


def test_a_colleague_abroad_chooses_a_moment_by_keyboard_in_her_own_zone(browser: Browser, slack: LocalSlack) -> None:
    xu = slack.workspace.user("xu.jiayi")
    xu.tz = "America/New_York"
    context = browser.new_context(timezone_id="Pacific/Auckland", locale="de-DE")
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{slack.url}/?as={xu.id}&in={slack.workspace.channel('#export-tasks').id}")
    say(page, "/task @he.rui count the cartons")
    form = page.get_by_role("dialog", name="New task")
    day, time = form.get_by_role("textbox", name="Due (optional)"), form.get_by_role("combobox", name="Due, time")
    day.press("ArrowDown")
    expect(form.get_by_role("gridcell", name="Sunday, November 1, 2026")).to_be_focused()  # in Ningbo it is Monday
    for key in ("PageDown", "ArrowRight", "ArrowRight", "Home"):
        page.keyboard.press(key)
    expect(form.get_by_role("gridcell", name="Monday, November 30, 2026")).to_be_focused()
    page.keyboard.press("Enter")
    expect(day).to_be_focused()
    expect(day).to_have_value("2026-11-30")
    form.get_by_role("button", name="Give").click()
    expect(form.locator(".field-error")).to_contain_text("a time such as 14:30")
    day.fill("11/12")
    day.press("Tab")
    expect(day).to_have_value("11/12")  # one of two days: asked about, not guessed
    day.fill("1 Dec")
    time.fill("845pm")
    time.press("Tab")
    expect(time).to_have_value("8:45 PM")
    expect(form.get_by_text("Tuesday, December 1, 2026 · America/New_York · GMT-5")).to_be_visible()
    form.get_by_role("button", name="Give").click()
    expect(form).to_be_hidden()
    xu.tz = "Asia/Shanghai"
    card = page.locator("article", has_text="count the cartons").first
    expect(card).to_contain_text("Dec 2, 2026 9:45 AM")
    context.close()
