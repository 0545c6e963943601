"""How fast is the local Slack's page? Until it is usable, from a click to its answer on the screen, and scrolling in a
channel with many messages; in Chromium, side by side with an empty channel.

    uv run python -m benchmarks.page [--messages 5000]
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import time
from collections.abc import Callable

from playwright.sync_api import Page, sync_playwright

from bot.demo import demonstration

ROUNDS = 7


def main() -> None:
    """Fill a channel and print medians in milliseconds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=5000)
    arguments = parser.parse_args()
    with demonstration(empty=True) as slack, sync_playwright() as playwright:
        slack.on_advance = None
        wu = slack.person("wu.mengjie")
        for n in range(arguments.messages):
            wu.post("#export-orders", f"Message {n}: the cartons of HC26-{n:04} were *counted* again, :+1: by two")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        print(f"{'milliseconds, medians':<34}{'usable':>9}{'click':>9}{'arrives':>9}{'scroll':>9}")
        for name in ("#export-praise", "#export-orders"):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            address = f"{slack.url}/?as={wu.id}&in={slack.workspace.channel(name).id}"
            usable = median(lambda page=page, address=address: opened(page, address))  # type: ignore[misc]
            click = median(lambda page=page: menu_opened(page))  # type: ignore[misc]
            arrives = median(lambda page=page, name=name: arrived(page, lambda text: wu.post(name, text)))  # type: ignore[misc]
            scroll = median(lambda page=page: scrolled(page))  # type: ignore[misc]
            print(f"{name:<34}{usable:>9.0f}{click:>9.0f}{arrives:>9.0f}{scroll:>9.0f}")
            page.close()
        browser.close()


def median(once: Callable[[], float]) -> float:
    """The median of some rounds, in milliseconds."""
    return statistics.median(once() for _ in range(ROUNDS)) * 1000


def opened(page: Page, address: str) -> float:
    """From asking for the page until somebody can write in it."""
    begun = time.perf_counter()
    page.goto(address)
    page.locator("main").get_by_role("textbox").first.wait_for()
    return time.perf_counter() - begun


def menu_opened(page: Page) -> float:
    """From a click on “Act as” until its menu is on the screen."""
    begun = time.perf_counter()
    page.get_by_role("button", name="Acting as").first.click()
    page.get_by_role("menu").first.wait_for()
    taken = time.perf_counter() - begun
    page.keyboard.press("Escape")
    return taken


def arrived(page: Page, say: Callable[[str], object]) -> float:
    """From somebody else's message until it stands in this window."""
    text = f"now {time.perf_counter_ns()}"
    begun = time.perf_counter()
    say(text)
    page.get_by_text(text).first.wait_for()
    return time.perf_counter() - begun


def scrolled(page: Page) -> float:
    """To the oldest message that is shown, the button for earlier ones included, drawn."""
    begun = time.perf_counter()
    page.evaluate("document.querySelector('.log').scrollTop = 0")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    taken = time.perf_counter() - begun
    page.evaluate("document.querySelector('.log').scrollTop = 1e9")
    return taken


if __name__ == "__main__":
    main()
