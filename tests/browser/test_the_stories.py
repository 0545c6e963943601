"""Every story of the tour is told to its end by its button, one after the other, every second one in Chinese;
`SUPERCARGO_BOTH=1` tells the others in Chinese as well."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.demo import demonstration

LANGUAGES = ("en", "zh")


def tell(page: Page, story: int, language: str) -> None:
    """Choose a story and a language and press what there is to press until its end. The tour refuses to go on where its
    sentence would not be true; each thing it points at has to be on the screen."""
    tour = page.locator(".tour")
    if tour.get_attribute("lang") != language:
        tour.get_by_role("button", name={"en": "English", "zh": "中文"}[language]).click()
    expect(tour).to_have_attribute("lang", language)
    choose = tour.get_by_role("combobox")
    choose.select_option(str(story))
    place = tour.locator(".tour-place")
    steps = int(place.inner_text().split("/")[1])
    for step in range(1, steps + 1):
        expect(place).to_have_text(f"{step} / {steps}", timeout=60_000)
        sentence = tour.locator(".tour-say").inner_text()
        assert page.locator("main .said.wrong, .strip.notes").count() == 0, sentence
        expect(tour).to_have_attribute("aria-busy", "false", timeout=60_000)
        if step > 1:
            expect(page.locator("[data-tour]"), sentence).to_be_in_viewport()
        if step < steps:
            form = page.locator(".modal-form .submit[data-tour]")
            (form if form.count() else tour.locator(".primary")).first.click()


@pytest.mark.parametrize("first", [0, 1] if os.environ.get("SUPERCARGO_BOTH") else [1])
def test_the_stories_are_true_told_one_after_the_other(browser: Browser, first: int) -> None:
    with demonstration() as slack:
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.set_default_timeout(20_000)
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(slack.url)
        for story in range(len(slack.stage.stories)):
            tell(page, story, LANGUAGES[(story + first) % 2])
        assert complaints == []
        slack.assert_quiet()
        page.close()
