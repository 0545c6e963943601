"""The page around the conversation: the tour, the clock, the inspector, every block, the keyboard, small windows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from slack_sdk import WebClient

from playground import LocalSlack
from tests.browser.conftest import say, window


def opened(browser: Browser, slack: LocalSlack, path: str = "/") -> tuple[Page, list[str]]:
    """The page as a visitor gets it, and everything its console complains of."""
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{slack.url}{path}")
    return page, complaints


def test_what_one_person_says_appears_in_the_other_window_at_once(browser: Browser, slack: LocalSlack) -> None:
    chen = window(browser, slack, "chen.yuqing", "#export-praise")
    tang = window(browser, slack, "tang.wei", "#export-orders")
    composer = chen.locator("main").get_by_role("textbox").first
    for begun, completed in (
        ("@tang", "@tang.wei"),
        (" 见 #export-ord", "#export-orders"),
        (" 不锈钢价格 :eyes", ":eyes:"),
    ):
        composer.press_sequentially(begun)
        chen.get_by_role("option", name=completed).first.wait_for()
        composer.press("Enter")
    composer.press("Enter")
    channel = tang.get_by_role("button", name=re.compile("export-praise"))
    expect(channel).to_have_accessible_name(re.compile("1"))
    channel.click()
    told = tang.locator("article", has_text="不锈钢价格").first
    expect(told).to_contain_text("👀")
    expect(told.locator(".mention.me")).to_contain_text("唐伟")
    expect(channel).not_to_have_accessible_name(re.compile("1"))
    for page in (chen, tang):
        page.close()


def test_a_complaint_can_be_filed_with_the_keyboard_alone(browser: Browser, slack: LocalSlack) -> None:
    page = window(browser, slack, "xu.jiayi", "#export-orders")
    page.locator("main").get_by_role("textbox").first.focus()
    keys = page.keyboard
    keys.type("/compl")
    keys.press("Enter")  # takes what is offered
    keys.type("Dhofar Trading LLC: lids missing")
    keys.press("Enter")
    form = page.get_by_role("dialog", name="File a complaint")
    expect(form).to_be_visible()
    expect(form.locator(":focus")).to_have_count(1)
    for _ in range(12):
        if form.get_by_role("combobox", name="Category").evaluate("field => field === document.activeElement"):
            break
        keys.press("Tab")
    keys.type("Quantity")
    with page.expect_response(re.compile("/page/act")):  # the form follows the category
        keys.press("Enter")
    keys.press("Tab")
    for _ in range(4):
        if form.get_by_role("radio").first.evaluate("radio => radio === document.activeElement"):
            break
        keys.press("Tab")
    keys.press("Space")
    for _ in range(3):
        keys.press("ArrowDown")
    expect(form.get_by_role("radio", name="S4")).to_be_checked()
    keys.press("Enter")
    expect(form).to_be_hidden()
    complaints = window(browser, slack, "xu.jiayi", "#export-complaints")
    expect(complaints.locator("article", has_text="Dhofar Trading LLC").first).to_be_visible()
    for each in (page, complaints):
        each.close()


def test_an_error_stands_under_its_field_in_the_persons_language(browser: Browser, slack: LocalSlack) -> None:
    page = window(browser, slack, "huang.tao", "#export-orders")
    say(page, "/complaint Nordhaus: 漆面划伤")
    form = page.get_by_role("dialog", name="登记投诉")
    form.get_by_role("combobox", name="类别").fill("质量")
    form.get_by_role("combobox", name="类别").press("Enter")
    form.get_by_role("radio", name="S3").check()
    form.get_by_label("索赔金额").fill("很多")
    form.get_by_role("button", name="登记", exact=True).click()
    field = form.locator(".block-input", has_text="索赔金额")
    expect(field.get_by_role("alert")).to_have_text(re.compile("[\u4e00-\u9fff]"))
    expect(form.get_by_label("索赔金额")).to_have_value("很多")
    expect(form.get_by_label("索赔金额")).to_be_focused()
    page.close()


def test_what_comes_next_is_listed_and_the_clock_goes_there(browser: Browser, slack: LocalSlack) -> None:
    page = window(browser, slack, "wu.mengjie", "#export-complaints")
    page.get_by_text("What comes next").click()
    listed = page.get_by_role("region", name="What comes next")
    first = listed.get_by_role("listitem").first
    expect(first).to_contain_text(re.compile("[ACMT]-|HC26-"))
    when = first.locator("time").inner_text()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("next due moment")).click()
    expect(page.get_by_test_id("now")).to_have_text(when, timeout=15_000)
    page.close()


def test_the_tour_is_put_away_and_found_again_where_it_was(browser: Browser, slack: LocalSlack) -> None:
    page, complaints = opened(browser, slack)
    tour = page.locator(".tour")
    tour.get_by_role("combobox").select_option("2")
    said = tour.locator(".tour-say").inner_text()
    tour.get_by_role("button", name="Close the tour").click()
    expect(tour).to_be_hidden()
    page.reload()
    expect(page.locator("main article").first).to_be_visible()
    expect(tour).to_be_hidden()
    page.get_by_role("button", name="Guided tour").click()
    expect(tour.locator(".tour-say")).to_have_text(said)
    assert complaints == []
    page.close()


def test_the_inspector_shows_what_was_sent_and_lets_an_answer_get_lost(browser: Browser, slack: LocalSlack) -> None:
    page, complaints = opened(browser, slack)
    page.get_by_role("button", name="Inspector").click()
    inspector = page.get_by_role("region", name="Inspector")
    commands = inspector.get_by_role("button", name=re.compile("slash_commands"))
    expect(inspector.get_by_role("listitem").first).to_be_visible()
    before = commands.count()
    say(page, "/complaint help")
    expect(commands).to_have_count(before + 1)
    commands.first.click()
    expect(inspector.get_by_label("Payload")).to_contain_text('"text": "help"')
    inspector.get_by_role("button", name="Deliver again").click()
    expect(inspector.get_by_role("button", name=re.compile("retry 1"))).to_be_visible()
    inspector.get_by_role("button", name="Lost answer").click()
    expect(inspector.get_by_role("status")).to_have_text("The next post loses its answer.")
    slack.clear_faults()
    assert complaints == []
    page.close()


@pytest.mark.parametrize(
    ("language", "home", "unknown"),
    [
        ("en", "Home", ["Unknown block: hologram", "Unknown element: lever"]),
        ("zh", "主页", ["未知的块：hologram", "未知的元素：lever"]),
    ],
)
def test_every_block_and_element_is_drawn_and_only_the_unknown_is_a_red_box(
    browser: Browser, slack: LocalSlack, language: str, home: str, unknown: list[str]
) -> None:
    page, complaints = opened(browser, slack, f"/gallery?lang={language}")
    exhibits = page.locator(".exhibit")
    expect(exhibits.first).to_be_visible()
    for height in exhibits.evaluate_all("all => all.map(one => one.lastElementChild.getBoundingClientRect().height)"):
        assert height > 0
    expect(page.locator(".unknown")).to_have_text(unknown)
    expect(page.get_by_role("heading", level=2)).to_contain_text([home])
    shown = page.locator("img.picture").first
    assert shown.evaluate("async picture => { await picture.decode(); return picture.naturalWidth }") == 320
    expect(page.locator(".picture-held")).to_have_count(1)  # on another machine: not loaded
    page.locator("[data-element=multi_external_select]").get_by_role("combobox").fill("Küchen")
    page.get_by_role("option", name="Küchenwerk Handels GmbH").click()
    expect(page.locator("[data-element=multi_external_select] .chip")).to_contain_text("Küchenwerk")
    page.locator("[data-action-id='buttons.bounce']").click()
    page.get_by_role("dialog").locator(".danger").click()
    expect(page.locator(".sent")).to_contain_text("buttons.bounce")
    assert complaints == []
    page.close()


def test_a_message_is_found_again_by_the_link_somebody_copied(browser: Browser, slack: LocalSlack) -> None:
    said = slack.person("wu.mengjie").post("#export-dept", "the vessel is MSC Anna")
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{slack.url}/?as={slack.person('wu.mengjie').id}&in={said.channel}")
    message = page.locator(f'[data-ts="{said.ts}"]')
    message.hover()
    message.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Copy link").click()
    expect(page.get_by_text("The message's link is copied.")).to_be_visible()
    expect(page.get_by_text("That did not work")).to_be_hidden()
    page.get_by_role("button", name=re.compile("export-praise")).click()
    composer = page.locator("main").get_by_role("textbox").first
    composer.press("Control+v")
    composer.press("Enter")
    page.locator(f"a[href*='{said.ts.replace('.', '')}']").click()
    expect(message).to_have_class(re.compile("pointed"))
    context.close()


def test_a_narrow_dark_window_holds_everything_and_nothing_runs_out_of_it(browser: Browser, slack: LocalSlack) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 780}, color_scheme="dark")
    page = context.new_page()
    page.set_default_timeout(10_000)
    channel = slack.workspace.channel("#export-complaints").id
    page.goto(f"{slack.url}/?as={slack.workspace.user('he.rui').id}&in={channel}")
    expect(page.locator("article").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    light = page.evaluate(
        "getComputedStyle(document.querySelector('main')).backgroundColor.match(/[0-9.]+/g).map(Number)"
    )
    assert sum(light[:3]) < 200
    page.get_by_role("button", name="频道与同事").click()
    expect(page.get_by_role("navigation").get_by_role("button", name=re.compile("export-orders"))).to_be_visible()
    page.close()
    context.close()


def test_a_canvas_is_read_and_a_file_is_saved_by_those_they_are_shared_with(
    browser: Browser, slack: LocalSlack
) -> None:
    bot = WebClient(token=slack.bot_token, base_url=f"{slack.url}/api/")
    channel = slack.workspace.channel("#export-tasks").id
    made = bot.canvases_create(
        title="Minutes", document_content={"type": "markdown", "markdown": "## Decisions\n\n- We pay"}
    )
    link = slack.workspace.files[made["canvas_id"]].url
    section = {"type": "section", "text": {"type": "mrkdwn", "text": f"<{link}|the minutes>"}}
    bot.chat_postMessage(channel=channel, text="the minutes", blocks=[section])
    page = window(browser, slack, "wu.mengjie", "#export-tasks")
    page.get_by_role("link", name="the minutes").click()
    expect(page.get_by_text("this file is not shared with you")).to_be_visible()
    bot.canvases_access_set(canvas_id=made["canvas_id"], access_level="read", channel_ids=[channel])
    page.get_by_role("link", name="the minutes").click()
    canvas = page.get_by_role("dialog", name="Minutes")
    expect(canvas.get_by_role("heading", name="Decisions")).to_be_visible()
    page.keyboard.press("Escape")
    expect(canvas).to_be_hidden()
    bot.files_upload_v2(channel=channel, filename="meeting.ics", content="BEGIN:VCALENDAR")
    with page.expect_download() as saved:
        page.get_by_role("button", name="meeting.ics").click()
    assert saved.value.path().read_text() == "BEGIN:VCALENDAR"
    page.close()
