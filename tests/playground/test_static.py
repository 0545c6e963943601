"""What the page says: everything in both languages."""

from __future__ import annotations

import re

import pytest

from playground.page import STATIC


@pytest.fixture
def tables() -> dict[str, list[str]]:
    """The keys of the page's two tables of words."""
    english, _, chinese = (STATIC / "words.js").read_text(encoding="utf-8").partition("const CHINESE = {")
    return {"English": re.findall(r"^  (\w+):", english, re.M), "Chinese": re.findall(r"^  (\w+):", chinese, re.M)}


def test_whoever_reads_chinese_has_every_word_of_the_page_and_no_word_stands_twice(
    tables: dict[str, list[str]],
) -> None:
    for language, keys in tables.items():
        assert len(keys) > 100, language
        assert {key for key in keys if keys.count(key) > 1} == set(), language
    assert set(tables["English"]) == set(tables["Chinese"])
