"""A browser, and the demonstration for it to look at."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.demo import demonstration
from playground import LocalSlack

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
expect.set_options(timeout=20_000)  # a machine may be slow; what never comes fails all the same

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium; without one these tests are skipped loudly, and fail in CI."""
    if CHROMIUM is None:
        message = "there is no Chromium on this machine (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(f"LOUD SKIP: {message}")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def slack() -> Iterator[LocalSlack]:
    """The demonstration, as a newcomer starts it."""
    with demonstration() as running:
        yield running


def window(browser: Browser, slack: LocalSlack, person: str, channel: str) -> Page:
    """A browser window in which one person looks at one channel."""
    user = slack.workspace.user(person).id
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(10_000)
    page.goto(f"{slack.url}/?as={user}&in={slack.workspace.channel(channel).id}")
    expect(page.get_by_role("navigation").first).to_be_visible()
    return page


def say(page: Page, text: str) -> None:
    """Type into the channel's composer and send it as it stands."""
    composer = page.locator("main").get_by_role("textbox").first
    composer.fill(text)
    composer.press("Escape")
    composer.press("Enter")
