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
from collections.abc import Callable

from playwright.sync_api import Page, sync_playwright

from bot.demo import demonstration
from playground import LocalSlack
from playground.workspace import Message

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
        card = complained(slack)
        heads = ("usable", "click", "form", "key", "arrives", "back", "far back")
        print(f"{'milliseconds, medians':<34}" + "".join(f"{head:>9}" for head in heads))
        for name in ("#export-praise", "#export-orders"):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            address = f"{slack.url}/?as={wu.id}&in={slack.workspace.channel(name).id}"
            usable = median(lambda page=page, address=address: opened(page, address))  # type: ignore[misc]
            key = median(lambda page=page: typed(page))  # type: ignore[misc]
            arrives = median(lambda page=page, name=name: arrived(page, lambda text: wu.post(name, text)))  # type: ignore[misc]
            back = median(lambda page=page: scrolled(page))  # type: ignore[misc]
            far = median(lambda page=page: typed(page))  # type: ignore[misc]
            page.goto(f"{slack.url}/?as={wu.id}&in={card.channel}")
            click = median(lambda page=page: form_opened(page, "article [aria-busy=true], dialog"))  # type: ignore[misc]
            form = median(lambda page=page: form_opened(page, "dialog"))  # type: ignore[misc]
            figures = (usable, click, form, key, arrives, back, far)
            print(f"{name:<34}" + "".join(f"{figure:>9.0f}" for figure in figures))
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


def complained(slack: LocalSlack) -> Message:
    """The card of a complaint that somebody works on."""
    wu = slack.person("wu.mengjie")
    wu.command("/complaint", channel="#export-orders")
    wu.fill(customer="Brightwell Homewares Ltd", category="quality", severity="S3", what_happened="12 cartons crushed")
    wu.submit()
    while not slack.channel("#export-complaints").messages:
        time.sleep(0.1)  # the courier posts it
    card = slack.channel("#export-complaints").last()
    wu.click(card, "complaint.acknowledge")
    return card


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
