"""How fast is the local Slack's page? Until it is usable, from a click on a card's button to the first sign of it and
to its form, from a key to its letter, until somebody else's message is there, and scrolling back in a channel with many
messages; in Chromium, side by side with an empty channel.

    uv run python -m benchmarks.page [--messages 5000]
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial

from playwright.sync_api import Browser, Page, sync_playwright

from bot.demo import demonstration
from playground import LocalSlack
from playground.workspace import Message

ROUNDS = 7
WHAT = "12 cartons crushed"
HEADS = ("usable", "click", "form", "key", "arrives", "back", "far back")


def main() -> None:
    """Fill a channel and print medians in milliseconds; then the same in the channels of the sample's October."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=5000)
    arguments = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        print(f"{'milliseconds, medians':<34}" + "".join(f"{head:>9}" for head in HEADS))
        with demonstration(empty=True) as slack:
            slack.on_advance = None
            wu = slack.person("wu.mengjie")
            for n in range(arguments.messages):
                wu.post("#export-orders", f"Message {n}: the cartons of HC26-{n:04} were *counted* again, :+1: by two")
            measure(browser, slack, ("#export-praise", "#export-orders"))
        with demonstration() as slack:
            slack.on_advance = None
            measure(browser, slack, ("#export-dept", "#export-orders"))
        browser.close()


def measure(browser: Browser, slack: LocalSlack, channels: Sequence[str]) -> None:
    """Print a row for each channel."""
    wu, card = slack.person("wu.mengjie"), complained(slack)
    for name in channels:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        address = f"{slack.url}/?as={wu.id}&in={slack.workspace.channel(name).id}"
        usable, key = median(partial(opened, page, address)), median(partial(typed, page))
        arrives = median(partial(arrived, page, partial(wu.post, name)))
        back, far = median(partial(scrolled, page)), median(partial(typed, page))
        page.goto(f"{slack.url}/?as={wu.id}&in={card.channel}")
        click = median(partial(form_opened, page, "article [aria-busy=true], dialog"))
        form = median(partial(form_opened, page, "dialog"))
        figures = (usable, click, form, key, arrives, back, far)
        print(f"{name:<34}" + "".join(f"{figure:>9.0f}" for figure in figures))
        page.close()


def median(once: Callable[[], float]) -> float:
    """The median of some rounds, in milliseconds."""
    return statistics.median(once() for _ in range(ROUNDS)) * 1000


def opened(page: Page, address: str) -> float:
    """From asking for the page until somebody can write in it."""
    begun = time.perf_counter()
    page.goto(address)
    page.locator("main").get_by_role("textbox").first.wait_for()
    return time.perf_counter() - begun


def complained(slack: LocalSlack) -> Message:
    """The card of a complaint that somebody works on."""
    wu = slack.person("wu.mengjie")
    wu.command("/complaint", channel="#export-orders")
    wu.fill(customer="Brightwell Homewares Ltd", category="quality", severity="S3", what_happened=WHAT)
    wu.submit()
    while not (cards := [each for each in slack.channel("#export-complaints").messages if WHAT in each.all_text()]):
        time.sleep(0.1)  # the courier posts it
    wu.click(cards[0], "complaint.acknowledge")
    return cards[0]


def form_opened(page: Page, seen: str) -> float:
    """From a click on a card's button, which the bot answers with a form, until what is asked for is seen."""
    resolve = page.locator("[data-action-id='complaint.resolve']").last
    resolve.wait_for()
    begun = time.perf_counter()
    resolve.click()
    page.locator(seen).first.wait_for()
    taken = time.perf_counter() - begun
    page.get_by_role("dialog").wait_for()
    page.locator("article [aria-busy=true]").first.wait_for(state="hidden")  # its answer has come, too
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    return taken


def typed(page: Page) -> float:
    """From a key until its letter is drawn."""
    page.locator("main").get_by_role("textbox").first.focus()
    begun = time.perf_counter()
    page.keyboard.press("a")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return time.perf_counter() - begun


def arrived(page: Page, say: Callable[[str], object]) -> float:
    """From somebody else's message until it stands in this window."""
    text = f"now {time.perf_counter_ns()}"
    begun = time.perf_counter()
    say(text)
    page.get_by_text(text).first.wait_for()
    return time.perf_counter() - begun


def scrolled(page: Page) -> float:
    """To the oldest message that is shown, until older ones are there, where there are any."""
    oldest = page.locator(".log article").first.get_attribute("data-ts")
    begun = time.perf_counter()
    page.evaluate("document.querySelector('.log').scrollTop = 0")
    if page.locator(".earlier").count():
        page.wait_for_function(
            "oldest => document.querySelector('.log article').dataset.ts !== oldest", arg=oldest, timeout=60_000
        )
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
