"""What the page says: everything in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

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
    code = {file.name: file.read_text(encoding="utf-8") for file in STATIC.parent.glob("*.py")}
    refused = {name for text in code.values() for name in refusals(text)}
    assert len(refused) > 10
    for name in ("acts.py", "page.py", "inspector.py"):  # what the page does ends there, and nothing of it is unnamed
        assert len(re.findall(r"\bNotPossible\(", code[name])) == len(list(named(code[name]))), name
    assert {name: said.count(name) for name in refused} == dict.fromkeys(refused, 2)


def refusals(code: str) -> set[str]:
    """The names under which a module refuses something."""
    both = [[name.body, name.orelse] if isinstance(name, ast.IfExp) else [name] for name in named(code)]
    return {str(ast.literal_eval(part)) for parts in both for part in parts}


def named(code: str) -> Iterator[ast.expr]:
    """The second argument of each NotPossible: under which name the page says it."""
    for call in ast.walk(ast.parse(code)):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "NotPossible" and len(call.args) > 1:
            yield call.args[1]


def test_whatever_is_vendored_is_listed_with_its_licence_and_the_licences_text_is_there() -> None:
    vendor = STATIC / "vendor"
    listed = (vendor / "LICENSES.md").read_text(encoding="utf-8")
    files = {file.name for file in vendor.iterdir()} - {"LICENSES.md"}
    assert {name for name in files if f"`{name}`" in listed or f"({name})" in listed} == files
    texts = set(re.findall(r"\((LICENSE[^)]*)\)", listed))
    assert texts <= files
    rows = [line for line in listed.splitlines() if line.startswith("| ") and "Licence" not in line]
    assert [row for row in rows if "(LICENSE" not in row] == []
    for name, words in (("Apache-2.0", "END OF TERMS AND CONDITIONS"), ("Unicode-3.0", "UNICODE LICENSE V3")):
        assert words in (vendor / f"LICENSE-{name}.txt").read_text(encoding="utf-8")
    assert all(year in (vendor / "LICENSE-MIT.txt").read_text(encoding="utf-8") for year in ("2015", "2017", "2013"))
