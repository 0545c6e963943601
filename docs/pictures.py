"""Takes the pictures of the README from the demonstration, each in English and in Chinese.

uv run python docs/pictures.py docs/pictures
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from bot.demo import Language, demonstration
from playground import LocalSlack

QUIET: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TALL: Final = 2400
"""Pixels: whatever is photographed by itself fits in whole."""


def main(folder: Path) -> None:
    """Photograph each of PICTURES as `name-en.png` and `name-zh.png`, from a demonstration nobody has touched."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        languages: tuple[Language, ...] = ("en", "zh")
        for language in languages:
            with demonstration(lang=language) as slack:
                visitor = Visitor(browser, slack, language)
                for name, picture in PICTURES.items():
                    picture(visitor, folder / f"{name}-{language}.png")
        browser.close()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who looks at the demonstration in one language."""

    browser: Browser
    slack: LocalSlack
    language: Language

    def window(self, channel: str, height: int, who: str = "") -> Page:
        """A window on a channel, or on the conversation with the app, without the tour."""
        somebody = self.slack.person(who or ("wu.mengjie" if self.language == "en" else "zhou.hang"))
        place = somebody.dms()[-1].channel if channel == "@app" else self.slack.workspace.channel(channel).id
        page = self.browser.new_page(viewport={"width": 1280, "height": height})
        page.add_init_script("sessionStorage.setItem('tour', JSON.stringify({open: false, story: 0, step: 0}))")
        page.goto(f"{self.slack.url}/?as={somebody.id}&in={place}")
        page.locator("main article").first.wait_for()
        return page


def photograph(what: Locator | Page, page: Page, file: Path) -> None:
    """Take the picture, with the mouse and the marks of what is new out of it."""
    page.mouse.move(0, 0)
    what.screenshot(path=file)
    page.close()


def the_page(visitor: Visitor, file: Path) -> None:
    """The page as it opens, with its tour."""
    page = visitor.browser.new_page(viewport={"width": 1280, "height": 860})
    page.goto(visitor.slack.url)
    page.locator("main article").first.wait_for()
    photograph(page, page, file)


def complaint_form(visitor: Visitor, file: Path) -> None:
    """The form, filled in by one line."""
    page = visitor.window("#export-complaints", 1100)
    said = {
        "en": "/complaint Brightwell Homewares Ltd: 12 cartons crushed",
        "zh": "/complaint Prairie Table Inc.: 约3%的锅铲清洗后出现锈点",
    }[visitor.language]
    composer = page.locator("main").get_by_role("textbox").first
    composer.fill(said)
    composer.press("Escape")
    composer.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").nth(1).fill({"en": "Quality", "zh": "质量"}[visitor.language])
    dialog.get_by_role("combobox").nth(1).press("Enter")
    dialog.get_by_role("radio", name="S2").check()
    dialog.screenshot(path=file)
    dialog.locator(".cancel").click()
    dialog.wait_for(state="hidden")
    page.close()


def complaint(visitor: Visitor, file: Path) -> None:
    """A complaint's card, beside the thread in which its people work."""
    page = visitor.window("#export-complaints", 1000)
    card = page.locator("main article", has_text="62 of 480 cartons").first
    card.locator(".replies").click()
    page.locator(".thread article").last.wait_for()
    card.evaluate("card => card.scrollIntoView({block: 'start'})")
    photograph(page, page, file)


def order(visitor: Visitor, file: Path) -> None:
    """An order that was offered on Friday and that nobody has taken."""
    page = visitor.window("#export-orders", TALL)
    photograph(page.locator("main article", has_text="HC26-0890").first, page, file)


def home(visitor: Visitor, file: Path) -> None:
    """What today asks of somebody."""
    page = visitor.window("@app", 1000)
    page.get_by_role("tab").last.click()
    page.locator("main .home [data-action-id='task.new']").wait_for()
    photograph(page, page, file)


def meeting(visitor: Visitor, file: Path) -> None:
    """The agenda of the weekly meeting that is going on, filled from the records."""
    page = visitor.window("#export-dept", TALL)
    photograph(page.locator("main article", has=page.locator("[data-action-id='meeting.attend']")).last, page, file)


PICTURES: Final[dict[str, Callable[[Visitor, Path], None]]] = {
    "page": the_page,
    "complaint": complaint,
    "complaint-form": complaint_form,
    "order": order,
    "home": home,
    "meeting": meeting,
}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
