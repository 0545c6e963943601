"""Takes the pictures of the README from the demonstration.

uv run python docs/pictures.py docs/pictures
"""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, sync_playwright

from bot.demo import demonstration
from playground import LocalSlack

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def main(folder: Path) -> None:
    """Photograph a complaint, its form in Chinese, an order, a Home in both languages, and a meeting's agenda."""
    folder.mkdir(parents=True, exist_ok=True)
    with demonstration() as slack, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        card(browser, slack, folder / "complaint-card.png")
        form(browser, slack, folder / "complaint-form-zh.png")
        order(browser, slack, folder / "order-card.png")
        home(browser, slack, "wu.mengjie", folder / "home.png")
        home(browser, slack, "lin.zhiyuan", folder / "home-zh.png")
        meeting(browser, slack, folder / "meeting-zh.png")
        browser.close()


def card(browser: Browser, slack: LocalSlack, file: Path) -> None:
    """A card with its thread, as an English-reading salesperson sees it."""
    page = window(browser, slack, "wu.mengjie", "#export-orders")
    say(page, "/complaint Southern Cross Kitchen Pty Ltd: 62 of 480 cartons wet when the container was opened")
    dialog = page.get_by_role("dialog")
    choose(page, "Category", "Transit")
    dialog.get_by_text("How the goods travelled").wait_for()
    dialog.get_by_role("radio", name="S2").check()
    dialog.get_by_label("Order number").fill("HC26-0864")
    dialog.get_by_label("Amount claimed").fill("6120")
    dialog.get_by_role("button", name="File", exact=True).click()
    dialog.wait_for(state="hidden")
    page.close()
    page = window(browser, slack, "wu.mengjie", "#export-complaints")
    message = page.locator("article", has_text="62 of 480 cartons").first
    message.get_by_role("button", name="Acknowledge").click()
    message.get_by_text("in work").first.wait_for()
    message.get_by_role("button", name="replies").click()
    page.get_by_role("complementary").get_by_text("acknowledged").first.wait_for()
    message.scroll_into_view_if_needed()
    page.screenshot(path=file)
    page.close()


def home(browser: Browser, slack: LocalSlack, who: str, file: Path) -> None:
    """What today asks of somebody, in their own language."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    slack.person(who).opens_home()
    page.goto(f"{slack.url}/?as={slack.person(who).id}&in={slack.person(who).dms()[-1].channel}")
    page.get_by_role("tab", name="Home").or_(page.get_by_role("tab", name="主页")).first.click()
    page.get_by_role("main").get_by_role("button", name="New task").or_(
        page.get_by_role("main").get_by_role("button", name="新任务")
    ).first.wait_for()
    page.screenshot(path=file)
    page.close()


def meeting(browser: Browser, slack: LocalSlack, file: Path) -> None:
    """The question for a line before the weekly meeting, with what the records put on its agenda."""
    zone = ZoneInfo("Asia/Shanghai")
    slack.advance(datetime(2026, 11, 6, 15, 0, tzinfo=zone).astimezone(UTC))
    zhou = slack.person("zhou.hang")
    asked = [each for each in zhou.dms() if "'meeting.line'" in str(each.blocks)][-1]
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{slack.url}/?as={zhou.id}&in={asked.channel}")
    page.get_by_role("button", name="写我的发言").last.wait_for()
    page.screenshot(path=file)
    page.close()


def form(browser: Browser, slack: LocalSlack, file: Path) -> None:
    """The form, as a Chinese-reading colleague fills it in."""
    page = window(browser, slack, "zhou.hang", "#export-orders")
    say(page, "/complaint Prairie Table Inc.: 约3%的锅铲清洗后出现锈点")
    choose(page, "类别", "质量")
    page.get_by_role("dialog").get_by_role("radio", name="S2").check()
    page.screenshot(path=file)
    page.close()


def order(browser: Browser, slack: LocalSlack, file: Path) -> None:
    """The card of an order that was offered on Friday and that nobody has taken."""
    page = window(browser, slack, "chen.yuqing", "#export-orders")
    message = page.locator("article", has_text="HC26-0890").last
    message.wait_for()
    message.scroll_into_view_if_needed()
    page.screenshot(path=file)
    page.close()


def window(browser: Browser, slack: LocalSlack, person: str, channel: str) -> Page:
    """A window in which one person looks at one channel."""
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.add_init_script("sessionStorage.setItem('tour', JSON.stringify({open: false, story: 0, step: 0}))")
    page.goto(f"{slack.url}/?as={slack.workspace.user(person).id}&in={slack.workspace.channel(channel).id}")
    return page


def say(page: Page, text: str) -> None:
    """Send a line in the channel."""
    composer = page.locator("main").get_by_role("textbox").first
    composer.fill(text)
    composer.press("Escape")
    composer.press("Enter")
    page.get_by_role("dialog").wait_for()


def choose(page: Page, field: str, option: str) -> None:
    """Choose from a menu of the form by typing."""
    menu = page.get_by_role("dialog").get_by_role("combobox", name=field)
    menu.fill(option)
    menu.press("Enter")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
