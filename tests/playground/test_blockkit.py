"""Block Kit is refused where Slack refuses it, in Slack's words.

Evidence of a row: DOC a page of Slack's or slack_sdk says so, Q somebody quotes the answer from live Slack,
ASSUMED nobody does. Only the leaf messages are compared: the lines about the schemas around them differ
between quotes of different years.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import slack_sdk.models.blocks as sdk
from slack_sdk.models.blocks import block_elements, blocks

from playground import blockkit
from playground.blockkit import (
    Problem,
    Surface,
    as_error,
    plain_text_of,
    problems,
    readable,
    suggestion_problems,
)

Json = Any
Build = Callable[[Json], Json]

DOC, Q, ASSUMED = "DOC", "Q", "ASSUMED"
PARCEL = "📦"  # One code point, two UTF-16 units, four bytes.


def plain(text: str = "Text") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "Text") -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**more: Json) -> Json:
    return {"type": "section", "text": mrkdwn(), **more}


def button(**more: Json) -> Json:
    return {"type": "button", "text": plain("Acknowledge"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def entry(element: Json, **more: Json) -> Json:
    return {"type": "input", "label": plain("Label"), "element": element, **more}


def option(value: str = "a", text: str = "Text", **more: Json) -> Json:
    return {"text": plain(text), "value": value, **more}


def modal(*content: Json, **more: Json) -> Json:
    return {
        "type": "modal",
        "title": plain("Complaint"),
        "submit": plain("Send"),
        "blocks": list(content),
    } | more


def home(*content: Json, **more: Json) -> Json:
    return {"type": "home", "blocks": list(content)} | more


def picture(**more: Json) -> Json:
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A carton", **more}


def rich(*paragraphs: Json) -> Json:
    return {"type": "rich_text", "elements": list(paragraphs)}


def line(*parts: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(parts)}


def table(*rows: Json, **more: Json) -> Json:
    return {"type": "table", "rows": list(rows), **more}


def cell(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def said(payload: Json, surface: Surface) -> list[str]:
    return [f"{problem.message} [{problem.pointer}]" for problem in problems(payload, surface)]


# Payloads that have everything the bot uses.

CONFIRM = {"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain(), "style": "danger"}
ANYWHERE = [
    {"type": "header", "text": plain("Complaint 17")},
    section(
        block_id="s",
        fields=[mrkdwn(), plain()],
        accessory=button(action_id="a", confirm=CONFIRM),
        expand=True,
    ),
    section(accessory=picture()),
    {"type": "context", "elements": [mrkdwn(), plain(), picture()]},
    {"type": "divider"},
    actions(
        button(action_id="1", url="https://example.com/x?a=1", value="17", style="primary"),
        {"type": "overflow", "action_id": "2", "options": [option(url="https://example.com")]},
        {"type": "static_select", "action_id": "3", "options": [option()], "initial_option": option()},
        {"type": "users_select", "action_id": "4", "initial_user": "U1"},
        {"type": "datepicker", "action_id": "5", "initial_date": "2026-10-01"},
        {"type": "timepicker", "action_id": "6", "initial_time": "09:30", "timezone": "Asia/Shanghai"},
        {"type": "datetimepicker", "action_id": "7", "initial_date_time": 1790000000},
    ),
    picture(title=plain()),
    {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "A carton"},
    rich(
        line(
            {"type": "text", "text": "a", "style": {"bold": True}},
            {"type": "link", "url": "https://example.com"},
            {"type": "user", "user_id": "U1"},
            {"type": "date", "timestamp": 1790000000, "format": "{date}", "fallback": "21 Sep"},
        ),
        {
            "type": "rich_text_list",
            "style": "ordered",
            "elements": [line()],
            "indent": 1,
            "offset": 2,
            "border": 0,
        },
        {"type": "rich_text_quote", "elements": [{"type": "emoji", "name": "eyes"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a"}], "border": 1},
    ),
    entry(
        {"type": "plain_text_input", "multiline": True, "max_length": 3000, "initial_value": "a"},
        hint=plain(),
    ),
    entry({"type": "number_input", "is_decimal_allowed": True, "min_value": "0", "initial_value": "1.5"}),
    entry({"type": "url_text_input"}, optional=True),
    entry({"type": "email_text_input", "placeholder": plain(), "focus_on_load": True}),
    entry({"type": "external_select", "min_query_length": 0, "initial_option": option()}, dispatch_action=True),
    entry({"type": "radio_buttons", "options": [{"text": mrkdwn(), "value": "a", "description": mrkdwn()}]}),
    entry({"type": "checkboxes", "options": [option("a"), option("b")], "initial_options": [option("b")]}),
    entry(
        {
            "type": "multi_static_select",
            "option_groups": [{"label": plain(), "options": [option()]}],
            "initial_options": [option()],
            "max_selected_items": 1,
        }
    ),
    entry({"type": "multi_users_select", "initial_users": ["U1"], "confirm": CONFIRM}),
    entry({"type": "conversations_select", "filter": {"include": ["public"], "exclude_bot_users": True}}),
]
TABLE = table(
    [cell("Order"), cell("Value")],
    [rich(line({"type": "text", "text": "PO-1"})), {"type": "raw_number", "value": 12.5, "text": "12.50"}],
    column_settings=[{"align": "right", "is_wrapped": True}, None],
)


def test_everything_the_bot_sends_passes_on_its_surface() -> None:
    alert = {"type": "alert", "text": mrkdwn(), "level": "warning"}
    files = entry({"type": "file_input", "filetypes": ["pdf"], "max_files": 10})
    assert said([*ANYWHERE, TABLE], "message") == []
    assert said(modal(*ANYWHERE, alert, files, close=plain(), notify_on_close=True), "modal") == []
    assert said(home(*ANYWHERE, private_metadata="m", callback_id="c"), "home") == []
    assert said([], "message") == []


GOLDEN: list[tuple[str, str, Surface, Json, list[str]]] = [
    # Quoted from live Slack or printed on its pages.
    (
        Q,
        "input without submit",
        "modal",
        {
            "type": "modal",
            "title": plain(),
            "blocks": [section(), section(), entry({"type": "plain_text_input"})],
        },
        ["must define `submit` to use an `input` block in modals [/blocks/2/input]"],
    ),
    (
        Q,
        "action_id twice in a block",
        "message",
        [section(), actions(button(action_id="x"), button(action_id="x"))],
        ['`action_id` "x" already exists [/1/elements/1/action_id]'],
    ),
    (
        Q,
        "section of nothing",
        "message",
        [{"type": "section"}],
        ["must define either `text` or `fields` [/0/type]"],
    ),
    (
        Q,
        "section too long",
        "message",
        [{"type": "section", "text": mrkdwn("x" * 3001)}],
        ["must be less than 3001 characters [/0/text/text]"],
    ),
    (
        Q,
        "empty text",
        "message",
        [section(), {"type": "section", "text": mrkdwn("")}],
        ["must be more than 0 characters [/1/text/text]"],
    ),
    (Q, "51 blocks", "message", [section()] * 51, ["no more than 50 items allowed [/]"]),
    (
        Q,
        "text in a divider",
        "message",
        [{"type": "divider", "text": "x"}],
        ["invalid additional property: text [/0]"],
    ),
    (
        Q,
        "unknown view property",
        "modal",
        modal(section(), submit_disabled=True),
        ["invalid additional property: submit_disabled [/]"],
    ),
    (
        Q,
        "empty view",
        "modal",
        {},
        [f"missing required field: {name} [/]" for name in ("title", "blocks", "type")],
    ),
    (
        Q,
        "long title",
        "modal",
        modal(section(), title=plain("x" * 25)),
        ["must be less than 25 characters [/title/text]"],
    ),
    (
        Q,
        "no options",
        "modal",
        modal(section(accessory={"type": "static_select", "options": []})),
        ["must provide at least 1 items [/blocks/0/accessory/options]"],
    ),
    (
        Q,
        "eleven checkboxes",
        "modal",
        modal(actions({"type": "checkboxes", "options": [option(str(n)) for n in range(11)]})),
        ["no more than 10 items allowed [/blocks/0/elements/0/options]"],
    ),
    (
        Q,
        "long option",
        "modal",
        modal(entry({"type": "static_select", "options": [option(text="x" * 76)]})),
        ["must be less than 76 characters [/blocks/0/element/options/0/text/text]"],
    ),
    (
        Q,
        "null instead of nothing",
        "modal",
        modal(entry({"type": "static_select", "options": [option()], "initial_option": None})),
        ["must provide an object [/blocks/0/element/initial_option]"],
    ),
    (
        Q,
        "style on a nested list item",
        "message",
        [
            rich(
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [line(), line() | {"style": "bullet"}],
                }
            )
        ],
        ["invalid additional property: style [/0/elements/0/elements/1]"],
    ),
    (
        DOC,
        "unknown text type",
        "message",
        [{"type": "section", "text": {"type": "invalid", "text": "x"}}],
        ["unsupported type: invalid [/0/text/type]"],
    ),
    (
        DOC,
        "url that is none",
        "message",
        [actions(button(url="example"))],
        ["invalid url [/0/elements/0/url]"],
    ),
    # Required, and what may stand where.
    (DOC, "header without text", "message", [{"type": "header"}], ["missing required field: text [/0]"]),
    (
        DOC,
        "input without all",
        "message",
        [{"type": "input"}],
        [f"missing required field: {n} [/0]" for n in ("label", "element")],
    ),
    (DOC, "block without type", "message", [{"text": plain()}], ["missing required field: type [/0]"]),
    (
        DOC,
        "image without alt_text",
        "message",
        [{"type": "image", "image_url": "https://e.com/a"}],
        ["missing required field: alt_text [/0]"],
    ),
    (
        DOC,
        "confirm without all",
        "message",
        [actions(button(confirm={}))],
        [f"missing required field: {n} [/0/elements/0/confirm]" for n in ("title", "text", "confirm", "deny")],
    ),
    (
        DOC,
        "number without decimals said",
        "message",
        [entry({"type": "number_input"})],
        ["missing required field: is_decimal_allowed [/0/element]"],
    ),
    (
        DOC,
        "list without style",
        "message",
        [rich({"type": "rich_text_list", "elements": []})],
        ["missing required field: style [/0/elements/0]"],
    ),
    (DOC, "button in an input", "message", [entry(button())], ["unsupported type: button [/0/element/type]"]),
    (
        DOC,
        "datetimepicker as accessory",
        "message",
        [section(accessory={"type": "datetimepicker"})],
        ["unsupported type: datetimepicker [/0/accessory/type]"],
    ),
    (
        DOC,
        "text field in actions",
        "message",
        [actions({"type": "plain_text_input"})],
        ["unsupported type: plain_text_input [/0/elements/0/type]"],
    ),
    (
        DOC,
        "button in a context",
        "message",
        [{"type": "context", "elements": [button()]}],
        ["unsupported type: button [/0/elements/0/type]"],
    ),
    (
        DOC,
        "alert in a message",
        "message",
        [{"type": "alert", "text": plain()}],
        ["unsupported type: alert [/0/type]"],
    ),
    (
        DOC,
        "alert in a home",
        "home",
        home({"type": "alert", "text": plain()}),
        ["unsupported type: alert [/blocks/0/type]"],
    ),
    (ASSUMED, "table in a modal", "modal", modal(TABLE), ["unsupported type: table [/blocks/0/type]"]),
    (ASSUMED, "table in a home", "home", home(TABLE), ["unsupported type: table [/blocks/0/type]"]),
    (
        DOC,
        "file input in a message",
        "message",
        [entry({"type": "file_input"})],
        ["unsupported type: file_input [/0/element/type]"],
    ),
    (DOC, "unknown block", "message", [{"type": "sectoin"}], ["unsupported type: sectoin [/0/type]"]),
    (
        DOC,
        "link in a preformatted",
        "message",
        [rich({"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]})],
        ["unsupported type: user [/0/elements/0/elements/0/type]"],
    ),
    (
        DOC,
        "home with a title",
        "home",
        home(section(), title=plain()),
        ["invalid additional property: title [/]"],
    ),
    (
        DOC,
        "home as a modal",
        "modal",
        modal(section()) | {"type": "home"},
        ["must be a valid enum value [/type]"],
    ),
    (DOC, "view without blocks", "home", home(), ["must provide at least 1 items [/blocks]"]),
    (
        DOC,
        "option url outside overflow",
        "message",
        [section(accessory={"type": "static_select", "options": [option(url="https://e.com")]})],
        ["invalid additional property: url [/0/accessory/options/0]"],
    ),
    # Types.
    (DOC, "blocks as an object", "message", {}, ["must provide an array [/]"]),
    (DOC, "view as a list", "modal", [], ["must provide an object [/]"]),
    (DOC, "block as text", "message", ["x"], ["must provide an object [/0]"]),
    (DOC, "type as a number", "message", [{"type": 1}], ["must provide a string [/0/type]"]),
    (
        DOC,
        "text as a string",
        "message",
        [{"type": "section", "text": "x"}],
        ["must provide an object [/0/text]"],
    ),
    (
        DOC,
        "text of a number",
        "message",
        [{"type": "section", "text": mrkdwn() | {"text": 3}}],
        ["must provide a string [/0/text/text]"],
    ),
    (
        DOC,
        "flag as text",
        "message",
        [entry({"type": "plain_text_input"}, optional="yes")],
        ["must be a boolean [/0/optional]"],
    ),
    (
        DOC,
        "count as a flag",
        "message",
        [entry({"type": "plain_text_input", "max_length": True})],
        ["must provide an integer [/0/element/max_length]"],
    ),
    (
        DOC,
        "value as text",
        "message",
        [table([{"type": "raw_number", "value": "1", "text": "1"}])],
        ["must provide a number [/0/rows/0/0/value]"],
    ),
    # plain_text where it is required. The wording of the refusal is ASSUMED.
    *[
        (
            ASSUMED,
            f"mrkdwn as {where.replace('/', ' ')}",
            "message",
            [block],
            [f"must be a valid enum value [/0/{where}/type]"],
        )
        for where, block in [
            ("text", {"type": "header", "text": mrkdwn()}),
            ("label", entry({"type": "plain_text_input"}) | {"label": mrkdwn()}),
            ("hint", entry({"type": "plain_text_input"}, hint=mrkdwn())),
            ("title", picture(title=mrkdwn())),
            ("elements/0/text", actions({"type": "button", "text": mrkdwn()})),
            ("elements/0/confirm/title", actions(button(confirm=CONFIRM | {"title": mrkdwn()}))),
            ("elements/0/confirm/deny", actions(button(confirm=CONFIRM | {"deny": mrkdwn()}))),
            ("element/placeholder", entry({"type": "plain_text_input", "placeholder": mrkdwn()})),
            (
                "element/options/0/text",
                entry({"type": "static_select", "options": [option() | {"text": mrkdwn()}]}),
            ),
        ]
    ],
    *[
        (
            ASSUMED,
            f"mrkdwn as {name}",
            "modal",
            modal(section()) | {name: mrkdwn()},
            [f"must be a valid enum value [/{name}/type]"],
        )
        for name in ("title", "submit", "close")
    ],
    # Choices and forms.
    (
        DOC,
        "style",
        "message",
        [actions(button(style="green"))],
        ["must be a valid enum value [/0/elements/0/style]"],
    ),
    (
        DOC,
        "level",
        "modal",
        modal({"type": "alert", "text": plain(), "level": "loud"}),
        ["must be a valid enum value [/blocks/0/level]"],
    ),
    (
        DOC,
        "filter",
        "message",
        [section(accessory={"type": "conversations_select", "filter": {"include": []}})],
        ["must provide at least 1 items [/0/accessory/filter/include]"],
    ),
    (
        DOC,
        "dispatch",
        "message",
        [entry({"type": "plain_text_input", "dispatch_action_config": {"trigger_actions_on": ["x"]}})],
        ["must be a valid enum value [/0/element/dispatch_action_config/trigger_actions_on/0]"],
    ),
    (
        ASSUMED,
        "30 February",
        "message",
        [section(accessory={"type": "datepicker", "initial_date": "2026-02-30"})],
        ["input must be a valid: date [/0/accessory/initial_date]"],
    ),
    (
        ASSUMED,
        "short date",
        "message",
        [section(accessory={"type": "datepicker", "initial_date": "20261001"})],
        ["input must be a valid: date [/0/accessory/initial_date]"],
    ),
    (
        ASSUMED,
        "short time",
        "message",
        [section(accessory={"type": "timepicker", "initial_time": "9:30"})],
        ["input must be a valid: time [/0/accessory/initial_time]"],
    ),
    (
        ASSUMED,
        "time with seconds",
        "message",
        [section(accessory={"type": "timepicker", "initial_time": "09:30:00"})],
        ["input must be a valid: time [/0/accessory/initial_time]"],
    ),
    (
        ASSUMED,
        "not a number",
        "message",
        [entry({"type": "number_input", "is_decimal_allowed": True, "min_value": "one"})],
        ["input must be a valid: number [/0/element/min_value]"],
    ),
    (
        ASSUMED,
        "decimals refused",
        "message",
        [entry({"type": "number_input", "is_decimal_allowed": False, "initial_value": "1.5"})],
        ["must not be a decimal unless `is_decimal_allowed` is true [/0/element/initial_value]"],
    ),
    (
        DOC,
        "min above max",
        "message",
        [entry({"type": "number_input", "is_decimal_allowed": False, "min_value": "2", "max_value": "1"})],
        ["`min_value` must not be greater than `max_value` [/0/element/min_value]"],
    ),
    (
        ASSUMED,
        "initial outside",
        "message",
        [entry({"type": "number_input", "is_decimal_allowed": False, "initial_value": "2", "max_value": "1"})],
        ["must be between `min_value` and `max_value` [/0/element/initial_value]"],
    ),
    (
        ASSUMED,
        "lengths crossed",
        "message",
        [entry({"type": "plain_text_input", "min_length": 3, "max_length": 2})],
        ["`min_length` must not be greater than `max_length` [/0/element/min_length]"],
    ),
    (
        ASSUMED,
        "initial too long",
        "message",
        [entry({"type": "plain_text_input", "max_length": 2, "initial_value": "abc"})],
        ["must be less than 3 characters [/0/element/initial_value]"],
    ),
    # Initial values are among the options.
    (
        ASSUMED,
        "initial option",
        "message",
        [
            section(
                accessory={
                    "type": "static_select",
                    "options": [option()],
                    "initial_option": option(text="Other"),
                }
            )
        ],
        ["must match one of the options [/0/accessory/initial_option]"],
    ),
    (
        ASSUMED,
        "initial in groups",
        "message",
        [
            section(
                accessory={
                    "type": "static_select",
                    "option_groups": [{"label": plain(), "options": [option()]}],
                    "initial_option": option("b"),
                }
            )
        ],
        ["must match one of the options [/0/accessory/initial_option]"],
    ),
    (
        ASSUMED,
        "initial radio",
        "message",
        [section(accessory={"type": "radio_buttons", "options": [option()], "initial_option": option("b")})],
        ["must match one of the options [/0/accessory/initial_option]"],
    ),
    (
        ASSUMED,
        "initial checkboxes",
        "message",
        [
            section(
                accessory={
                    "type": "checkboxes",
                    "options": [option()],
                    "initial_options": [option(), option("b")],
                }
            )
        ],
        ["must match one of the options [/0/accessory/initial_options/1]"],
    ),
    (
        ASSUMED,
        "initial multi",
        "message",
        [
            section(
                accessory={
                    "type": "multi_static_select",
                    "options": [option()],
                    "initial_options": [option("b")],
                }
            )
        ],
        ["must match one of the options [/0/accessory/initial_options/0]"],
    ),
    (
        ASSUMED,
        "more chosen than allowed",
        "message",
        [
            section(
                accessory={
                    "type": "multi_users_select",
                    "initial_users": ["U1", "U2"],
                    "max_selected_items": 1,
                }
            )
        ],
        ["no more than 1 items allowed [/0/accessory/initial_users]"],
    ),
    # One or the other.
    (
        ASSUMED,
        "neither options nor groups",
        "message",
        [section(accessory={"type": "static_select"})],
        ["must define either `options` or `option_groups` [/0/accessory]"],
    ),
    (
        ASSUMED,
        "options and groups",
        "message",
        [
            section(
                accessory={
                    "type": "static_select",
                    "options": [option()],
                    "option_groups": [{"label": plain(), "options": [option()]}],
                }
            )
        ],
        ["must define only one of `options` and `option_groups` [/0/accessory]"],
    ),
    (
        ASSUMED,
        "image from nowhere",
        "message",
        [{"type": "image", "alt_text": "x"}],
        ["must define either `image_url` or `slack_file` [/0]"],
    ),
    (
        ASSUMED,
        "image from two places",
        "message",
        [picture(slack_file={"id": "F1"})],
        ["must define only one of `image_url` and `slack_file` [/0]"],
    ),
    (
        ASSUMED,
        "file by nothing",
        "message",
        [{"type": "image", "alt_text": "x", "slack_file": {}}],
        ["must define either `id` or `url` [/0/slack_file]"],
    ),
    (
        ASSUMED,
        "picture from nowhere",
        "message",
        [section(accessory={"type": "image", "alt_text": "x"})],
        ["must define either `image_url` or `slack_file` [/0/accessory]"],
    ),
    (
        ASSUMED,
        "no options to pick several",
        "message",
        [section(accessory={"type": "multi_static_select"})],
        ["must define either `options` or `option_groups` [/0/accessory]"],
    ),
    (
        ASSUMED,
        "more initial options than allowed",
        "message",
        [
            section(
                accessory={
                    "type": "multi_static_select",
                    "options": [option("a"), option("b")],
                    "initial_options": [option("a"), option("b")],
                    "max_selected_items": 1,
                }
            )
        ],
        ["no more than 1 items allowed [/0/accessory/initial_options]"],
    ),
    # Across blocks.
    (
        ASSUMED,
        "block_id twice",
        "message",
        [section(block_id="x"), section(block_id="x")],
        ['`block_id` "x" already exists [/1/block_id]'],
    ),
    (
        ASSUMED,
        "block_id twice in a view",
        "home",
        home(section(block_id="x"), section(block_id="x")),
        ['`block_id` "x" already exists [/blocks/1/block_id]'],
    ),
    (
        ASSUMED,
        "two focused",
        "modal",
        modal(
            entry({"type": "plain_text_input", "focus_on_load": True}),
            section(accessory={"type": "datepicker", "focus_on_load": True}),
        ),
        ["only one element can set `focus_on_load` [/blocks/1/accessory/focus_on_load]"],
    ),
    (Q, "two tables", "message", [TABLE, TABLE], ["only_one_table_allowed [/]"]),
]


@pytest.mark.parametrize(
    ("surface", "payload", "expected"), [pytest.param(*row[2:], id=f"{row[0]}: {row[1]}") for row in GOLDEN]
)
def test_what_slack_refuses_is_refused_in_its_words(surface: Surface, payload: Json, expected: list[str]) -> None:
    assert [text.replace("[]", "[/]") for text in said(payload, surface)] == expected


def _chars(evidence: str, limit: int, where: str, build: Build) -> Any:
    return evidence, limit, where, lambda n: build(PARCEL * n), f"must be less than {limit + 1} characters"


def _items(evidence: str, limit: int, where: str, build: Build, item: Json) -> Any:
    return evidence, limit, where, lambda n: build([item] * n), f"no more than {limit} items allowed"


def _number(evidence: str, limit: int, where: str, build: Build) -> Any:
    return evidence, limit, where, build, f"must be less than {limit}"


def _choice(options: Json) -> Json:
    return [section(accessory={"type": "static_select", "options": options})]


def _url(text: str) -> str:
    return "https://e.com/" + text[len("https://e.com/") :]


WITH_PLACEHOLDER: list[Json] = [
    {"type": "plain_text_input"},
    {"type": "email_text_input"},
    {"type": "url_text_input"},
    {"type": "number_input", "is_decimal_allowed": True},
    {"type": "static_select", "options": [option()]},
    {"type": "multi_static_select", "options": [option()]},
    {"type": "external_select"},
    {"type": "users_select"},
    {"type": "multi_users_select"},
    {"type": "conversations_select"},
    {"type": "datepicker"},
    {"type": "timepicker"},
]


def _day(timestamp: int) -> Json:
    return {"type": "date", "timestamp": timestamp, "format": "{date}"}


def _wave(tone: int) -> Json:
    return {"type": "emoji", "name": "wave", "skin_tone": tone}


def _numbered(**more: Json) -> Json:
    return {"type": "rich_text_list", "style": "ordered", "elements": [], **more}


def _with_placeholder(element: Json) -> Build:
    return lambda text: [entry(element | {"placeholder": plain(text)})]


MESSAGE_LIMITS: list[Any] = [
    _items(DOC, 50, "", lambda many: many, section()),
    _chars(DOC, 255, "/0/block_id", lambda t: [section(block_id=t)]),
    _chars(DOC, 3000, "/0/text/text", lambda t: [{"type": "section", "text": mrkdwn(t)}]),
    _chars(DOC, 3000, "/0/text/text", lambda t: [{"type": "section", "text": plain(t)}]),
    _items(DOC, 10, "/0/fields", lambda many: [{"type": "section", "fields": many}], plain()),
    _chars(DOC, 2000, "/0/fields/0/text", lambda t: [{"type": "section", "fields": [mrkdwn(t)]}]),
    _chars(DOC, 150, "/0/text/text", lambda t: [{"type": "header", "text": plain(t)}]),
    _items(DOC, 10, "/0/elements", lambda many: [{"type": "context", "elements": many}], mrkdwn()),
    _chars(ASSUMED, 3000, "/0/elements/0/text", lambda t: [{"type": "context", "elements": [mrkdwn(t)]}]),
    _items(DOC, 25, "/0/elements", lambda many: [actions(*many)], button()),
    _chars(DOC, 3000, "/0/image_url", lambda t: [picture(image_url=_url(t))]),
    _chars(DOC, 2000, "/0/alt_text", lambda t: [picture(alt_text=t)]),
    _chars(DOC, 2000, "/0/title/text", lambda t: [picture(title=plain(t))]),
    _chars(DOC, 3000, "/0/accessory/image_url", lambda t: [section(accessory=picture(image_url=_url(t)))]),
    _chars(DOC, 2000, "/0/accessory/alt_text", lambda t: [section(accessory=picture(alt_text=t))]),
    _chars(DOC, 2000, "/0/label/text", lambda t: [entry({"type": "plain_text_input"}) | {"label": plain(t)}]),
    _chars(DOC, 2000, "/0/hint/text", lambda t: [entry({"type": "plain_text_input"}, hint=plain(t))]),
    _items(DOC, 100, "/0/rows", lambda many: [table(*many)], [cell("x")]),
    _items(DOC, 20, "/0/rows/0", lambda many: [table(many)], cell("x")),
    _items(DOC, 20, "/0/column_settings", lambda many: [table([cell("x")], column_settings=many)], None),
    _chars(ASSUMED, 10_000, "/0/rows", lambda t: [table([cell(t[:-5]), cell(t[-5:])])]),
    # Elements.
    _chars(DOC, 255, "/0/elements/0/action_id", lambda t: [actions(button(action_id=t))]),
    _chars(DOC, 75, "/0/elements/0/text/text", lambda t: [actions(button(text=plain(t)))]),
    _chars(DOC, 2000, "/0/elements/0/value", lambda t: [actions(button(value=t))]),
    _chars(DOC, 3000, "/0/elements/0/url", lambda t: [actions(button(url=_url(t)))]),
    _chars(DOC, 75, "/0/elements/0/accessibility_label", lambda t: [actions(button(accessibility_label=t))]),
    _chars(
        DOC,
        100,
        "/0/elements/0/confirm/title/text",
        lambda t: [actions(button(confirm=CONFIRM | {"title": plain(t)}))],
    ),
    _chars(
        DOC,
        300,
        "/0/elements/0/confirm/text/text",
        lambda t: [actions(button(confirm=CONFIRM | {"text": mrkdwn(t)}))],
    ),
    _chars(
        DOC,
        30,
        "/0/elements/0/confirm/confirm/text",
        lambda t: [actions(button(confirm=CONFIRM | {"confirm": plain(t)}))],
    ),
    _chars(
        DOC,
        30,
        "/0/elements/0/confirm/deny/text",
        lambda t: [actions(button(confirm=CONFIRM | {"deny": plain(t)}))],
    ),
    _items(
        DOC,
        5,
        "/0/accessory/options",
        lambda many: [section(accessory={"type": "overflow", "options": many})],
        option(),
    ),
    _chars(
        DOC,
        3000,
        "/0/accessory/options/0/url",
        lambda t: [section(accessory={"type": "overflow", "options": [option(url=_url(t))]})],
    ),
    _items(
        DOC,
        10,
        "/0/accessory/options",
        lambda many: [section(accessory={"type": "checkboxes", "options": many})],
        option(),
    ),
    _items(
        DOC,
        10,
        "/0/accessory/options",
        lambda many: [section(accessory={"type": "radio_buttons", "options": many})],
        option(),
    ),
    _items(DOC, 100, "/0/accessory/options", _choice, option()),
    _chars(DOC, 75, "/0/accessory/options/0/text/text", lambda t: _choice([option(text=t)])),
    _chars(DOC, 150, "/0/accessory/options/0/value", lambda t: _choice([option(t)])),
    _chars(DOC, 75, "/0/accessory/options/0/description/text", lambda t: _choice([option(description=plain(t))])),
    _items(
        DOC,
        100,
        "/0/accessory/option_groups",
        lambda many: [section(accessory={"type": "multi_static_select", "option_groups": many})],
        {"label": plain(), "options": [option()]},
    ),
    _items(
        DOC,
        100,
        "/0/accessory/option_groups/0/options",
        lambda many: [
            section(accessory={"type": "static_select", "option_groups": [{"label": plain(), "options": many}]})
        ],
        option(),
    ),
    _chars(
        DOC,
        75,
        "/0/accessory/option_groups/0/label/text",
        lambda t: [
            section(
                accessory={
                    "type": "static_select",
                    "option_groups": [{"label": plain(t), "options": [option()]}],
                }
            )
        ],
    ),
    _items(
        DOC,
        100,
        "/0/accessory/options",
        lambda many: [section(accessory={"type": "multi_static_select", "options": many})],
        option(),
    ),
    *[_chars(DOC, 150, "/0/element/placeholder/text", _with_placeholder(element)) for element in WITH_PLACEHOLDER],
    _chars(
        ASSUMED,
        3000,
        "/0/element/initial_value",
        lambda t: [entry({"type": "plain_text_input", "initial_value": t})],
    ),
    _number(DOC, 3000, "/0/element/max_length", lambda n: [entry({"type": "plain_text_input", "max_length": n})]),
    _number(DOC, 3000, "/0/element/min_length", lambda n: [entry({"type": "plain_text_input", "min_length": n})]),
    _number(
        DOC,
        9_999_999_999,
        "/0/elements/0/initial_date_time",
        lambda n: [actions({"type": "datetimepicker", "initial_date_time": n})],
    ),
    _number(
        ASSUMED,
        8,
        "/0/elements/0/indent",
        lambda n: [rich({"type": "rich_text_list", "style": "bullet", "elements": [], "indent": n})],
    ),
]
MESSAGE_LIMITS += [
    _chars(
        DOC,
        75,
        "/0/element/options/0/text/text",
        lambda t: [entry({"type": "radio_buttons", "options": [option() | {"text": mrkdwn(t)}]})],
    ),
    _chars(
        DOC,
        75,
        "/0/element/options/0/description/text",
        lambda t: [entry({"type": "checkboxes", "options": [option(description=mrkdwn(t))]})],
    ),
    _number(ASSUMED, 9_999_999_999, "/0/elements/0/elements/0/timestamp", lambda n: [rich(line(_day(n)))]),
    _number(ASSUMED, 6, "/0/elements/0/elements/0/skin_tone", lambda n: [rich(line(_wave(n)))]),
    _number(DOC, 1, "/0/elements/0/border", lambda n: [rich(_numbered(border=n))]),
]
VIEW_LIMITS: list[Any] = [
    _items(DOC, 100, "/blocks", lambda many: modal(*many), section()),
    _chars(DOC, 24, "/title/text", lambda t: modal(section(), title=plain(t))),
    _chars(DOC, 24, "/submit/text", lambda t: modal(section(), submit=plain(t))),
    _chars(DOC, 24, "/close/text", lambda t: modal(section(), close=plain(t))),
    _chars(DOC, 3000, "/private_metadata", lambda t: modal(section(), private_metadata=t)),
    _chars(DOC, 255, "/callback_id", lambda t: modal(section(), callback_id=t)),
    _chars(DOC, 255, "/external_id", lambda t: modal(section(), external_id=t)),
    _chars(DOC, 200, "/blocks/0/text/text", lambda t: modal({"type": "alert", "text": mrkdwn(t)})),
    _number(DOC, 10, "/blocks/0/element/max_files", lambda n: modal(entry({"type": "file_input", "max_files": n}))),
]
HOME_LIMITS: list[Any] = [
    _items(DOC, 100, "/blocks", lambda many: home(*many), section()),
    _chars(DOC, 3000, "/private_metadata", lambda t: home(section(), private_metadata=t)),
]
LIMITS: list[Any] = [
    *[("message", *row) for row in MESSAGE_LIMITS],
    *[("modal", *row) for row in VIEW_LIMITS],
    *[("home", *row) for row in HOME_LIMITS],
]


@pytest.mark.parametrize(
    ("surface", "limit", "where", "build", "message"),
    [pytest.param(row[0], *row[2:], id=f"{row[1]}: {row[0]} {row[3]} {row[2]}") for row in LIMITS],
)
def test_a_limit_may_be_reached_and_not_passed(
    surface: Surface, limit: int, where: str, build: Build, message: str
) -> None:
    assert said(build(limit), surface) == []
    assert said(build(limit + 1), surface) == [f"{message} [{where}]"]


SMALLEST: list[tuple[str, int, str, Build]] = [
    (DOC, 1, "/0/element/max_files", lambda n: entry({"type": "file_input", "max_files": n})),
    (
        DOC,
        1,
        "/0/element/max_selected_items",
        lambda n: entry({"type": "multi_users_select", "max_selected_items": n}),
    ),
    (ASSUMED, 1, "/0/element/max_length", lambda n: entry({"type": "plain_text_input", "max_length": n})),
    (ASSUMED, 0, "/0/element/min_length", lambda n: entry({"type": "plain_text_input", "min_length": n})),
    (
        ASSUMED,
        0,
        "/0/element/min_query_length",
        lambda n: entry({"type": "external_select", "min_query_length": n}),
    ),
    (
        DOC,
        1_000_000_000,
        "/0/element/initial_date_time",
        lambda n: entry({"type": "datetimepicker", "initial_date_time": n}),
    ),
    (ASSUMED, 0, "/0/elements/0/elements/0/timestamp", lambda n: rich(line(_day(n)))),
    (ASSUMED, 1, "/0/elements/0/elements/0/skin_tone", lambda n: rich(line(_wave(n)))),
    (ASSUMED, 0, "/0/elements/0/indent", lambda n: rich(_numbered(indent=n))),
    (ASSUMED, 0, "/0/elements/0/offset", lambda n: rich(_numbered(offset=n))),
    (DOC, 0, "/0/elements/0/border", lambda n: rich(_numbered(border=n))),
]


@pytest.mark.parametrize(
    ("least", "where", "build"), [pytest.param(*row[1:], id=f"{row[0]}: {row[2]}") for row in SMALLEST]
)
def test_a_number_may_be_the_least_and_not_less(least: int, where: str, build: Build) -> None:
    assert said(modal(build(least)), "modal") == []
    assert said(modal(build(least - 1)), "modal") == [f"must be greater than {least} [/blocks{where}]"]


def test_a_view_of_250_kb_is_accepted_and_one_byte_more_is_too_large() -> None:
    def view_of(size: int) -> Json:
        long = [{"type": "section", "fields": [mrkdwn("x" * 2000)] * 10}] * 12
        view = modal(*long, section(text=mrkdwn("x" * 3000)), section(text=mrkdwn("货" * 500)))
        view["private_metadata"] = ""
        return view | {"private_metadata": "x" * (size - len(_compact(view)))}

    assert problems(view_of(250_000), "modal") == []
    assert problems(view_of(250_001), "modal") == [Problem("", "view_too_large", "view is larger than 250 KB")]


def test_length_counts_code_points_and_reports_what_it_got() -> None:
    [problem] = problems([{"type": "header", "text": plain(PARCEL * 151)}], "message")
    assert problem.code == "failed_constraint"
    assert problem.constraint == {"type": "max_length", "expected": 150, "got": 151}


def test_missing_fields_stop_the_look_at_the_other_properties() -> None:
    assert said([{"type": "input", "hint": mrkdwn(), "extra": 1}], "message") == [
        "missing required field: label [/0]",
        "missing required field: element [/0]",
    ]


def test_properties_are_looked_at_in_the_order_sent_and_additional_ones_last() -> None:
    block = {"extra": 1, "expand": "x", "type": "section", "block_id": 3, "text": mrkdwn("")}
    assert said([block], "message") == [
        "must be a boolean [/0/expand]",
        "must provide a string [/0/block_id]",
        "must be more than 0 characters [/0/text/text]",
        "invalid additional property: extra [/0]",
    ]


def test_problems_of_several_blocks_come_together() -> None:
    assert said([{"type": "x"}, section(), {"type": "y"}], "message") == [
        "unsupported type: x [/0/type]",
        "unsupported type: y [/2/type]",
    ]


def test_same_action_id_in_two_blocks_is_allowed() -> None:
    assert said([actions(button(action_id="x")), actions(button(action_id="x"))], "message") == []


def test_codes_tell_a_missing_field_a_wrong_type_and_a_broken_rule_apart() -> None:
    [missing] = problems([{"type": "header"}], "message")
    assert (missing.code, missing.field) == ("missing_field", "text")
    [wrong] = problems([{"type": "header", "text": 1}], "message")
    assert wrong.code == "invalid_type"
    [unknown] = problems([section(accessory={"type": "x"})], "message")
    assert unknown.code == "failed_constraint"
    assert unknown.constraint is not None
    assert unknown.constraint["type"] == "enum"
    assert unknown.constraint["got"] == "x"


# Answers.


def test_chat_calls_answer_invalid_blocks_with_errors_and_messages() -> None:
    assert as_error(problems([{"type": "section", "text": mrkdwn("x" * 3001)}], "message"), "chat") == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": ["must be less than 3001 characters [json-pointer:/blocks/0/text/text]"],
        "response_metadata": {
            "messages": ["[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"]
        },
    }


def test_chat_calls_name_the_blocks_when_there_are_too_many() -> None:
    answer = as_error(problems([section()] * 51, "message"), "chat")
    assert answer["errors"] == ["no more than 50 items allowed [json-pointer:/blocks]"]


def test_view_calls_answer_invalid_arguments_with_messages_only() -> None:
    assert as_error(problems(modal(section(), title=plain("x" * 25)), "modal"), "views") == {
        "ok": False,
        "error": "invalid_arguments",
        "response_metadata": {"messages": ["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"]},
    }


def test_a_view_too_large_is_the_error_of_the_call() -> None:
    assert as_error([Problem("", "view_too_large", "x")], "views")["error"] == "view_too_large"


def test_a_second_table_is_the_error_of_the_call() -> None:
    answer = as_error(problems([TABLE, TABLE], "message"), "chat")
    assert answer["error"] == "invalid_attachments"
    assert answer["errors"] == ["only_one_table_allowed [json-pointer:/blocks]"]


def test_blocks_validate_answers_with_pointer_code_message_and_constraint() -> None:
    answer = as_error(problems([{"type": "section", "text": {"type": "invalid", "text": "x"}}], "message"), "blocks")
    assert answer == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": [
            {
                "pointer": "/0/text/type",
                "code": "failed_constraint",
                "message": "unsupported type: invalid",
                "constraint": {"type": "enum", "expected": ["plain_text", "mrkdwn"], "got": "invalid"},
            }
        ],
    }


def test_blocks_validate_of_a_message_or_a_view_says_which() -> None:
    of_message = as_error(problems([{"type": "header"}], "message"), "message")
    assert of_message["error"] == "invalid_message"
    assert of_message["errors"] == [
        {
            "pointer": "/blocks/0",
            "code": "missing_field",
            "message": "missing required field: text",
            "field": "text",
        }
    ]
    of_view = as_error(problems(home({"type": "header"}), "home"), "view")
    assert of_view["error"] == "invalid_view"
    assert of_view["errors"][0]["pointer"] == "/blocks/0"


def test_suggested_options_are_checked_and_may_be_none() -> None:
    assert suggestion_problems({"options": []}) == []
    assert suggestion_problems({"options": [option()] * 100}) == []
    group = {"label": plain(), "options": [option()]}
    assert suggestion_problems({"option_groups": []}) == []
    assert suggestion_problems({"option_groups": [group] * 100}) == []
    [wide] = suggestion_problems({"option_groups": [group] * 101})
    assert (wide.pointer, wide.message) == ("/option_groups", "no more than 100 items allowed")
    [many] = suggestion_problems({"options": [option()] * 101})
    assert (many.pointer, many.message) == ("/options", "no more than 100 items allowed")
    [long] = suggestion_problems({"options": [option(text="x" * 76)]})
    assert long.pointer == "/options/0/text/text"
    assert suggestion_problems({}) != []


# What a newer Slack or slack_sdk has must not go unnoticed.

NOT_IN_THE_SDK = {"data_table", "data_visualization"}
DRAWN_BLOCKS = frozenset().union(*blockkit.BLOCKS.values())


@pytest.mark.parametrize("kind", sorted(blockkit.UNDRAWN_BLOCKS))
def test_a_block_not_drawn_here_is_refused_loudly(kind: str) -> None:
    [problem] = problems([{"type": kind}], "message")
    assert problem.message == f"unsupported type: {kind} (Slack knows it, but this local Slack does not draw it)"


@pytest.mark.parametrize("kind", sorted(blockkit.UNDRAWN_ELEMENTS))
def test_an_element_not_drawn_here_is_refused_loudly(kind: str) -> None:
    for block in (section(accessory={"type": kind}), actions({"type": kind}), entry({"type": kind})):
        [problem] = problems([block], "message")
        assert problem.message == f"unsupported type: {kind} (Slack knows it, but this local Slack does not draw it)"


@pytest.mark.parametrize("name", ["agent_prompt", "agent_prompt_display", "visible_to_user_ids"])
def test_a_property_not_acted_on_here_is_refused_loudly(name: str) -> None:
    [problem] = problems([actions(button() | {name: "x"})], "message")
    assert (
        problem.message
        == f"invalid additional property: {name} (Slack knows it, but this local Slack does not draw it)"
    )


def test_every_block_of_the_sdk_is_drawn_or_refused_by_name() -> None:
    assert set(_types_below(blocks.Block)) | NOT_IN_THE_SDK == DRAWN_BLOCKS | blockkit.UNDRAWN_BLOCKS
    assert not DRAWN_BLOCKS & blockkit.UNDRAWN_BLOCKS


def test_every_element_of_the_sdk_is_drawn_or_refused_by_name() -> None:
    drawn = {*blockkit.ELEMENTS, *blockkit.RICH_TEXT_ELEMENTS, *blockkit.RICH_TEXT_PARTS}
    assert set(_types_below(block_elements.BlockElement)) == drawn | blockkit.UNDRAWN_ELEMENTS
    assert not drawn & blockkit.UNDRAWN_ELEMENTS


def test_every_property_the_sdk_sends_is_known() -> None:
    # What slack_sdk's base classes offer to every element and Slack's pages do not.
    too_many = {
        "button": {"alt_text"},
        "overflow": {"alt_text"},
        "checkboxes": {"placeholder"},
        "radio_buttons": {"placeholder"},
        "datetimepicker": {"placeholder"},
        "plain_text_input": {"confirm"},
        "number_input": {"confirm"},
        "email_text_input": {"confirm"},
        "url_text_input": {"confirm"},
        "file_input": {"placeholder", "confirm", "focus_on_load"},
        "feedback_buttons": {"alt_text", "confirm"},
        "icon_button": {"alt_text"},
        "rich_text_input": {"confirm"},
    }
    classes = _types_below(block_elements.BlockElement)
    tables = {**blockkit.ELEMENTS, **blockkit.RICH_TEXT_ELEMENTS, **blockkit.RICH_TEXT_PARTS}
    for kind, table_row in tables.items():
        known = {*table_row.properties, *table_row.undrawn, *too_many.get(kind, ())}
        assert _attributes(classes[kind]) <= known, kind
    classes = _types_below(blocks.Block)
    for surface in blockkit.BLOCKS.values():
        for kind, table_row in surface.items():
            if kind in NOT_IN_THE_SDK:
                continue
            assert _attributes(classes[kind]) <= {*table_row.properties}, kind


def test_the_limits_of_the_sdk_are_ours() -> None:
    assert sdk.SectionBlock.fields_max_length == 10
    assert sdk.ActionsBlock.elements_max_length == 25
    assert sdk.ContextBlock.elements_max_length == 10
    assert sdk.HeaderBlock.text_max_length == 150
    assert sdk.ButtonElement.text_max_length == 75
    assert sdk.StaticSelectElement.options_max_length == blockkit.OPTIONS_MAX
    assert sdk.Option.value_max_length == 150


# What a person reads.

NAMES = {"U1": "Chen Yuqing", "C1": "export-complaints", "S1": "quality"}


def test_mrkdwn_is_read_without_its_control_sequences() -> None:
    def read(text: str) -> str:
        return readable(text, NAMES.__getitem__)

    assert read("<@U1> and <@U1|chen>") == "@Chen Yuqing and @Chen Yuqing"
    assert read("<#C1> <#C1|old-name> <#C1|>") == "#export-complaints #export-complaints #export-complaints"
    assert read("<!subteam^S1> <!subteam^S1|@qa>") == "@quality @qa"
    assert read("<!here> <!channel> <!everyone>") == "@here @channel @everyone"
    assert read("by <!date^1790000000^{date} {time}|21 Sep 14:13 UTC>!") == "by 21 Sep 14:13 UTC!"
    assert read("<https://e.com/a?b&amp;c|the &lt;file&gt;>") == "the <file>"
    assert read("<https://e.com/a?b&amp;c>") == "https://e.com/a?b&c"
    assert read("<mailto:a@e.com> <mailto:a@e.com|Ada>") == "a@e.com Ada"
    assert read("5 &lt; 6 &amp;&amp; *bold* &amp;lt;") == "5 < 6 && *bold* &lt;"
    assert read("a < b, c > d, <so>") == "a < b, c > d, <so>"


def test_a_name_is_not_decoded_again() -> None:
    assert readable("<@U1>", lambda _: "&lt;x&gt;") == "@&lt;x&gt;"


def test_names_stay_ids_when_nobody_knows_them() -> None:
    assert readable("<@U1>") == "@U1"


def test_everything_in_blocks_is_read_from_top_to_bottom() -> None:
    content = [
        {"type": "header", "text": plain("Complaint 17")},
        section(
            text=mrkdwn("by <@U1> &amp; co"),
            fields=[mrkdwn("*State*"), plain("open &amp; new")],
            accessory=button(text=plain("Open"), confirm=CONFIRM),
        ),
        {"type": "divider"},
        picture(title=plain("Photo")),
        actions(
            button(text=plain("Close")),
            {"type": "overflow", "options": [option(text="Hand over", description=plain("to a deputy"))]},
            {
                "type": "static_select",
                "placeholder": plain("Pick"),
                "option_groups": [{"label": plain("Causes"), "options": [option(text="Transport")]}],
                "initial_option": option(text="Transport"),
            },
            {"type": "users_select", "initial_user": "U1"},
            {"type": "multi_users_select", "initial_users": ["U1"]},
            {"type": "conversations_select", "initial_conversation": "C1"},
            {"type": "datepicker", "initial_date": "2026-10-01"},
            {"type": "datetimepicker", "initial_date_time": 1790000000},
            {"type": "external_select", "initial_option": option(text="Küchenwerk")},
        ),
        entry({"type": "plain_text_input", "initial_value": "crushed"}, hint=plain("In your words")),
        {"type": "context", "elements": [mrkdwn("<!date^1^{ago}|yesterday>"), picture(alt_text="Logo")]},
        table(
            [cell("Order"), {"type": "raw_number", "value": 2, "text": "2.00"}],
            [rich(line(_word("PO-1"))), cell("-")],
        ),
        {"type": "alert", "text": mrkdwn("&gt; 10 days")},
    ]
    assert plain_text_of(content, NAMES.__getitem__).splitlines() == [
        "Complaint 17",
        "by @Chen Yuqing & co",
        "*State*",
        "open &amp; new",
        "Open",
        "Photo",
        "A carton",
        "Close",
        "Hand over",
        "to a deputy",
        "Pick",
        "Causes",
        "Transport",
        "@Chen Yuqing",
        "@Chen Yuqing",
        "#export-complaints",
        "2026-10-01",
        "2026-09-21 14:13 UTC",
        "Küchenwerk",
        "Label",
        "crushed",
        "In your words",
        "yesterday",
        "Logo",
        "Order | 2.00",
        "PO-1 | -",
        "> 10 days",
    ]


def test_rich_text_is_read_flat() -> None:
    block = rich(
        line(
            _word("Hi "),
            {"type": "user", "user_id": "U1"},
            _word(" in "),
            {"type": "channel", "channel_id": "C1"},
            _word(" "),
            {"type": "usergroup", "usergroup_id": "S1"},
            _word(" &lt; "),
            {"type": "broadcast", "range": "here"},
        ),
        {
            "type": "rich_text_list",
            "style": "ordered",
            "offset": 1,
            "elements": [line({"type": "link", "url": "https://e.com"}), line(_word("two"))],
        },
        {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [line(_word("deep"))]},
        {"type": "rich_text_quote", "elements": [{"type": "link", "url": "https://e.com", "text": "file"}]},
        {"type": "rich_text_preformatted", "elements": [_word("a  b")]},
        line(
            {"type": "emoji", "name": "eyes"},
            {"type": "date", "timestamp": 1790000000, "format": "{date}", "fallback": "21 Sep"},
            {"type": "date", "timestamp": 1790000000, "format": "{date}"},
            {"type": "color", "value": "#ff0000"},
            {"type": "team", "team_id": "T1"},
        ),
    )
    assert problems([block], "message") == []
    assert plain_text_of([block], NAMES.__getitem__).splitlines() == [
        "Hi @Chen Yuqing in #export-complaints @quality &lt; @here",
        "2. https://e.com",
        "3. two",
        "  • deep",
        "file",
        "a  b",
        ":eyes:21 Sep2026-09-21 14:13 UTC#ff0000T1",
    ]


def test_everything_that_passes_can_be_read() -> None:
    assert "Complaint 17" in plain_text_of([*ANYWHERE, TABLE])


def _word(text: str) -> Json:
    return {"type": "text", "text": text}


def _compact(payload: Json) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def _types_below(base: Any) -> dict[str, Any]:
    return {kind: cls for cls in _below(base) if isinstance(kind := getattr(cls, "type", None), str)}


def _below(base: Any) -> Iterator[Any]:
    for cls in base.__subclasses__():
        yield cls
        yield from _below(cls)


def _attributes(cls: Any) -> set[str]:
    attributes: set[str] = object.__new__(cls).attributes
    return attributes - {"subtype"}


# The page that shows them all.

GALLERY = json.loads((Path(blockkit.__file__).parent / "static" / "gallery.json").read_text(encoding="utf-8"))


def test_the_gallery_shows_every_block_and_element_as_slack_takes_it() -> None:
    shown: set[str] = set()
    for sheet in GALLERY:
        if sheet["surface"] == "modal":
            form = {"type": "modal", "title": plain("All"), "submit": plain("Send"), "blocks": sheet["blocks"]}
            assert problems(form, "modal") == []
        elif sheet["surface"] == "home":
            assert problems({"type": "home", "blocks": sheet["blocks"]}, "home") == []
        elif sheet["surface"]:
            assert problems(sheet["blocks"], "message") == []
        shown |= set(_kinds(sheet["blocks"]))
    assert shown >= DRAWN_BLOCKS | set(blockkit.ELEMENTS) | set(blockkit.RICH_TEXT_ELEMENTS) | set(blockkit.CHARTS)
    assert shown >= set(blockkit.RICH_TEXT_PARTS)


def _kinds(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _kinds(each)
    elif isinstance(node, dict):
        if isinstance(node.get("type"), str):
            yield node["type"]
        for each in node.values():
            yield from _kinds(each)
