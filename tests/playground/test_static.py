"""What the page says: everything in both languages."""

from __future__ import annotations

import ast
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


def test_whatever_the_server_refuses_at_the_page_is_said_in_both_languages() -> None:
    words = (STATIC / "words.js").read_text(encoding="utf-8")
    said = re.findall(r"^    (\w+): \(", words, re.M)
    refused = {name for file in STATIC.parent.glob("*.py") for name in refusals(file.read_text(encoding="utf-8"))}
    assert len(refused) > 10
    assert {name: said.count(name) for name in refused} == dict.fromkeys(refused, 2)


def refusals(code: str) -> set[str]:
    """The names under which a module refuses something: NotPossible's second argument."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    named = [call.args[1] for call in calls if ast.unparse(call.func) == "NotPossible" and len(call.args) > 1]
    parts = [each for name in named for each in ([name.body, name.orelse] if isinstance(name, ast.IfExp) else [name])]
    return {str(ast.literal_eval(part)) for part in parts}
