"""The house's own rules: where time comes from, what the manifest asks for, what is translated, what is documented."""

from __future__ import annotations

import ast
import re
import string
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import slack_sdk
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from ruamel.yaml import YAML

from bot import command_help, handlers
from bot.cli import main
from bot.views.wording import LOCALES

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "department", "storage", "playground")
MODULES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
MANIFEST: dict[str, Any] = YAML(typ="safe").load(ROOT / "app.yaml")
README = (ROOT / "README.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a module, with its dotted name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


# Time

ASKING = re.compile(r"(\b(datetime|date)\.(now|today|utcnow)|\btime\.time|\bfunc\.(now|current_\w+)|(^|\.)sleep)$")

MAY_ASK_THE_MACHINE = {
    ("bot/clock.py", "datetime.now"),
    ("bot/cli.py", "date.today"),  # `check` looks at an agreement on the reader's own day
    ("bot/doctor.py", "datetime.now"),  # compares the machine's clock with Slack's
    ("playground/clock.py", "datetime.now"),
    ("playground/deliver.py", "time.time"),  # requests are signed as of now, whatever the movable clock says
    ("playground/server.py", "time.time"),
    ("playground/server.py", "asyncio.sleep"),
    ("playground/page.py", "asyncio.sleep"),
}
"""Everything else takes the time from the clock that is handed to it, and waits for events, not for time."""


def test_only_the_named_places_ask_the_machine_for_the_time_or_sleep() -> None:
    found = {(name_of(path), call) for path in MODULES for call, _ in calls(path) if ASKING.search(call)}
    assert found == MAY_ASK_THE_MACHINE


# Modules


@pytest.mark.parametrize("path", [path for path in MODULES if path.stat().st_size], ids=name_of)
def test_every_module_begins_with_what_it_promises(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


# The manifest

SCOPES_OF_METHODS: dict[str, set[str]] = {
    "canvases.access.set": {"canvases:write"},
    "canvases.create": {"canvases:write"},
    "canvases.edit": {"canvases:write"},
    "files.info": {"files:read"},
    "files.getUploadURLExternal": {"files:write"},
    "apps.connections.open": set(),  # the app-level token itself
    "auth.test": set(),
    "chat.delete": {"chat:write"},
    "chat.getPermalink": set(),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.list": {"channels:read", "groups:read"},
    "conversations.open": {"im:write"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "users.info": {"users:read", "users:read.email"},
    "users.list": {"users:read", "users:read.email"},
    "views.open": set(),
    "views.push": set(),
    "views.publish": set(),
    "views.update": set(),
}
"""Every method the bot calls, and the scopes it needs for the conversations and fields we use.
Source: https://docs.slack.dev/reference/methods, a page for each."""

SCOPES_OF_EVENTS: dict[str, str | None] = {
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "team_join": "users:read",
    "user_change": "users:read",
}
"""Source: https://docs.slack.dev/reference/events, a page for each."""


def methods_called() -> set[str]:
    """The Web API methods that bot/ calls, by the names of the SDK's functions."""
    documented = re.compile(r"\b(https://(?:api\.slack\.com|docs\.slack\.dev/reference)/methods/)([A-Za-z.]+)")
    found = set()
    for path in (ROOT / "bot").rglob("*.py"):
        for call, _ in calls(path):
            function = getattr(slack_sdk.WebClient, call.rpartition(".")[2], None)
            named = documented.search(getattr(function, "__doc__", "") or "")
            if named:
                found.add(named[2])
    return found


def test_the_manifest_names_the_commands_shortcuts_and_events_the_bot_has_routes_for() -> None:
    features, settings = MANIFEST["features"], MANIFEST["settings"]
    assert {item["command"] for item in features["slash_commands"]} == set(handlers.COMMANDS)
    assert {item["callback_id"] for item in features["shortcuts"]} == set(handlers.SHORTCUTS)
    events = settings["event_subscriptions"]["bot_events"]
    assert {event.partition(".")[0] for event in events} == set(handlers.EVENTS)
    assert settings["interactivity"]["is_enabled"] is True


def test_the_manifest_asks_for_the_scopes_that_are_used_and_no_other() -> None:
    assert methods_called() == set(SCOPES_OF_METHODS)
    needed = {"commands"} | {scope for scopes in SCOPES_OF_METHODS.values() for scope in scopes}
    events = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    needed |= {scope for event in events if (scope := SCOPES_OF_EVENTS[event]) is not None}
    if "file_input" in (ROOT / "bot/views/complaints/forms.py").read_text(encoding="utf-8"):
        needed.add("files:read")  # https://docs.slack.dev/reference/block-kit/block-elements/file-input-element
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed


def test_the_manifest_keeps_slacks_limits() -> None:
    """Lengths and counts from the app manifest's schema, major version 2 (https://github.com/slackapi/manifest-schema,
    explained in https://docs.slack.dev/reference/app-manifest)."""
    features = MANIFEST["features"]
    assert MANIFEST["_metadata"]["major_version"] == 2
    assert set(MANIFEST) <= {"_metadata", "display_information", "features", "oauth_config", "settings", "functions"}
    texts = [
        (MANIFEST["display_information"]["name"], 1, 35),
        (MANIFEST["display_information"]["description"], 1, 140),
        (features["bot_user"]["display_name"], 1, 80),
    ]
    for command in features["slash_commands"]:
        assert set(command) <= {"command", "url", "description", "usage_hint", "should_escape"}
        assert re.fullmatch(r"/[a-z0-9_-]+", command["command"])
        texts += [
            (command["command"], 2, 32),
            (command["description"], 1, 2000),
            (command.get("usage_hint", ""), 0, 1000),
        ]
    for shortcut in features["shortcuts"]:
        assert set(shortcut) == {"name", "type", "callback_id", "description"}
        assert shortcut["type"] in ("message", "global")
        texts += [(shortcut["name"], 1, 24), (shortcut["callback_id"], 1, 255), (shortcut["description"], 1, 150)]
    assert [text for text, least, most in texts if not least <= len(text) <= most] == []
    counts = [
        (features["slash_commands"], 50),
        (features["shortcuts"], 10),
        (MANIFEST["settings"]["event_subscriptions"]["bot_events"], 100),
        (MANIFEST["oauth_config"]["scopes"]["bot"], 255),
    ]
    assert all(1 <= len(items) <= most and len(items) == len({str(item) for item in items}) for items, most in counts)


# The catalogs

SAYING = {"words": None, "self": None, "phrase": None, "n": (1, 2), "n_phrase": (1, 2)}
"""The calls whose texts are translated, and where their texts stand; `self` within `Words`."""

CATALOGS = [language for language in LOCALES.values() if language != "en"]

Text = tuple[str, ...]
"""A text, or its singular and its plural."""


def said() -> dict[Text, str]:
    """Every text in the code, and where it is."""
    found = extract_from_dir(ROOT / "bot", [("**.py", "python")], keywords=SAYING)
    in_calls = {as_text(text): f"bot/{file}:{line}" for file, line, text, _, _ in found}
    return in_calls | {(text,): "bot/cli.py" for text in helps(main) if text}


def helps(command: click.Command) -> Iterator[str]:
    """What a command, its options and its own commands say of themselves: the docstrings and helps of bot/cli.py."""
    options = command.get_params(click.Context(command))
    yield from (command_help.in_one_line(getattr(item, "help", "")) for item in (command, *options))
    for each in getattr(command, "commands", {}).values():
        yield from helps(each)


def translations(language: str) -> dict[Text, Text]:
    path = ROOT / "bot" / "locale" / language / "LC_MESSAGES" / "supercargo.po"
    with path.open("rb") as source:
        read = read_po(source, locale=language, abort_invalid=True)
    assert not read.obsolete, "the catalog keeps texts that are no longer said; delete them"
    assert [item.id for item in read if item.id and item.fuzzy] == [], "nobody has looked at these"
    return {as_text(item.id): as_text(item.string or "") for item in read if item.id}


def as_text(text: str | list[str] | tuple[str, ...]) -> Text:
    return (text,) if isinstance(text, str) else tuple(text)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", CATALOGS)
def test_everything_that_is_said_is_translated_and_nothing_else(language: str) -> None:
    in_code, translated = said(), translations(language)
    assert {place: text for text, place in in_code.items() if text not in translated} == {}, "not in the catalog"
    assert [text for text in translated if text not in in_code] == [], "no longer in the code"
    assert [text for text, strings in translated.items() if not all(strings)] == [], "not translated"


def test_nothing_is_said_within_an_f_string_alone_where_the_extraction_does_not_look() -> None:
    known = {text[0] for text in said()}
    hidden = {
        (name_of(path), node.args[0].value)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
        if isinstance(node.func, ast.Name) and node.func.id in ("words", "phrase")
        if node.args[0].value not in known
    }
    assert hidden == set()


@pytest.mark.parametrize("language", CATALOGS)
def test_a_translation_has_the_places_of_its_text(language: str) -> None:
    for text, strings in translations(language).items():
        for translated in strings:
            assert places(translated) == places(text[-1]), text


def test_what_is_said_stands_in_the_code_as_it_is_so_that_it_can_be_found() -> None:
    written = [
        f"{name_of(path)}:{call.lineno}"
        for path in sorted((ROOT / "bot").rglob("*.py"))
        for name, call in calls(path)
        if name in ("words", "self", "phrase", "n_phrase", "words.n")
        and not all(
            isinstance(text, ast.Constant) for text in call.args[: 2 if name.endswith(("n", "n_phrase")) else 1]
        )
    ]
    assert written == []


# The repository


def test_the_readme_has_the_two_lines_and_ci_runs_the_one_that_tests() -> None:
    lines = README.splitlines()
    assert lines.count("pip install uv && uv run supercargo demo") == 1
    assert lines.count("pip install uv && uv run pytest") == 1
    assert "readme_test='pip install uv && uv run pytest'" in CI
    assert 'bash -c "$readme_test"' in CI


def hook(name: str) -> dict[str, Any]:
    hooks = YAML(typ="safe").load(ROOT / ".pre-commit-config.yaml")["repos"][0]["hooks"]
    return next(item for item in hooks if item["id"] == name)


def test_the_commit_hooks_check_what_ci_checks() -> None:
    hooks = YAML(typ="safe").load(ROOT / ".pre-commit-config.yaml")["repos"][0]["hooks"]
    checks = {item["entry"] for item in hooks if item["id"] not in ("secrets", "house")}
    assert checks == set(re.findall(r"^(uv (?:lock --check|run (?!pip-audit).+))$", CI, re.MULTILINE))


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb" + "-123456789012-1234567890123-" + "aBcD" * 6,
        "xoxp" + "-123456789012-123456789012-123456789012-" + "0f" * 16,
        "xoxe." + "xoxb-1-" + "Mi0xLTEy" * 4,
        "xapp" + "-1-A0123456789-1234567890123-" + "0f" * 32,
        "SLACK_SIGNING_SECRET" + "=" + "0f" * 16,
        "https://hooks.slack" + ".com/services/T0123456789/B0123456789/abc",
    ],
)
def test_the_commit_hook_finds_a_secret(secret: str) -> None:
    assert re.search(hook("secrets")["entry"], f"token = '{secret}'")


def test_no_file_of_the_repository_holds_a_secret() -> None:
    pattern = re.compile(hook("secrets")["entry"])
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [ROOT / name for name in listed.split("\0") if name]
    assert files
    found = [file.name for file in files if file.is_file() and pattern.search(file.read_text("utf-8", errors="ignore"))]
    assert found == []
