"""Block Kit as strict as Slack: whatever Slack would refuse is refused here, in Slack's words.

What Slack knows but this local Slack does not draw is refused too, and says so, so that nothing passes
silently. The wording, the error codes and the order of the checks follow the open schema validator Slack's
answers come from (github.com/slackhq/hack-json-schema): the type first, then every missing field at once,
then the properties in the order they were sent, then properties that do not belong; lengths are counted in
code points. A rule that no page of Slack's states is marked ASSUMED where it stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from math import inf
from typing import Any, Final, Literal, Protocol
from urllib.parse import urlsplit

Surface = Literal["message", "modal", "home"]
Checked = Literal["chat", "views", "blocks", "message", "view"]

# Sizes that are not a property of one block. Characters are code points.

MESSAGE_BLOCKS_MAX: Final = 50
"""Blocks in a message. docs.slack.dev/reference/block-kit/blocks"""
VIEW_BLOCKS_MAX: Final = 100
"""Blocks in a modal or a Home tab. docs.slack.dev/reference/block-kit/blocks"""
VIEW_BYTES_MAX: Final = 250_000
"""Bytes of a view, then `view_too_large` ("greater than 250kb"). docs.slack.dev/reference/methods/views.open
ASSUMED: 1 kB is 1000 bytes, counted over compact JSON in UTF-8."""
MESSAGE_TEXT_KEPT: Final = 40_000
"""Characters of a message's `text` that are kept, the rest is cut off without an error.
docs.slack.dev/reference/methods/chat.postMessage"""
UPDATE_TEXT_MAX: Final = 4_000
"""Characters of chat.update's `text`, then `msg_too_long`. docs.slack.dev/reference/methods/chat.update"""
VIEW_STACK_MAX: Final = 3
"""Views in a modal's stack, above it `push_limit_reached`. docs.slack.dev/surfaces/modals"""
OPTIONS_MAX: Final = 100
"""Options, or groups of them, in a select or in an answer to block_suggestion.
docs.slack.dev/reference/block-kit/block-elements/select-menu-element"""
TABLE_CHARACTERS_MAX: Final = 10_000
"""Characters over all cells of a table or data_table. docs.slack.dev/reference/block-kit/blocks/data-table-block;
ASSUMED for `table`: third parties report it, the page does not state it."""
MARKDOWN_BLOCKS_MAX: Final = 12_000
"""Characters over all markdown blocks of a message. docs.slack.dev/reference/block-kit/blocks/markdown-block"""
CHARTS_MAX: Final = 2
"""data_visualization blocks in a message. ASSUMED: docs.rs/slack-morphism 2.30 states it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing Slack refuses.

    `pointer` is a JSON pointer inside the checked payload ("/0/text/text" in a list of blocks,
    "/title/text" in a view). `code` is "missing_field", "invalid_type" or "failed_constraint", or the error
    of the whole call: "view_too_large", "invalid_attachments". `field` names a missing field.
    """

    pointer: str
    code: str
    message: str
    constraint: Mapping[str, object] | None = None
    field: str | None = None


def problems(payload: object, surface: Surface) -> list[Problem]:
    """What Slack would refuse in a payload, in Slack's order; empty when it would accept it.

    For "message" the payload is the list of blocks, for "modal" and "home" the view as a dictionary. Rules
    across blocks (ids used twice, `submit`, one table) are only looked at once every block is right by
    itself (ASSUMED).
    """
    if surface == "message":
        found = list(_MESSAGE_BLOCKS.problems(payload, ""))
        return found or list(_across_blocks(payload, surface, ""))
    if len(json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()) > VIEW_BYTES_MAX:
        return [Problem("", "view_too_large", "view is larger than 250 KB")]
    found = list(_VIEWS[surface].problems(payload, ""))
    return found or list(_across_view(payload, surface))


def suggestion_problems(answer: object) -> list[Problem]:
    """What Slack would refuse in an app's answer to block_suggestion: up to 100 `options` or `option_groups`.

    No option at all is allowed: nothing was found.
    Source: docs.slack.dev/reference/interaction-payloads/block_suggestion-payload.
    """
    return list(_SUGGESTION.problems(answer, ""))


def as_error(found: Sequence[Problem], call: Checked) -> dict[str, Any]:
    """Slack's answer to a call whose payload has these problems (at least one).

    `call` is "chat" for chat.* and response_url posts (problems of the blocks), "views" for views.*, and
    "blocks", "message" or "view" for blocks.validate with that argument ("message": problems of its blocks).
    """
    if call in ("chat", "views"):
        root = "/blocks" if call == "chat" else "/view"
        lines = [f"{problem.message} [json-pointer:{root}{problem.pointer}]" for problem in found]
        answer: dict[str, Any] = {"ok": False, "error": "invalid_arguments"}
        if call == "chat":
            answer = {"ok": False, "error": "invalid_blocks", "errors": lines}
        of_the_call = [problem.code for problem in found if problem.code in _ERRORS_OF_THE_CALL]
        if of_the_call:
            answer["error"] = of_the_call[0]
        return answer | {"response_metadata": {"messages": [f"[ERROR] {line}" for line in lines]}}
    root = "/blocks" if call == "message" else ""
    return {
        "ok": False,
        "error": f"invalid_{call}",
        "errors": [
            {
                key: value
                for key, value in {
                    "pointer": root + problem.pointer,
                    "code": problem.code,
                    "message": problem.message,
                    "constraint": problem.constraint,
                    "field": problem.field,
                }.items()
                if value is not None
            }
            for problem in found
        ],
    }


def plain_text_of(blocks: Sequence[Mapping[str, Any]], name_of: Callable[[str], str] = str) -> str:
    """Everything a person reads in blocks that passed `problems`, one piece a line.

    `name_of` turns the id of a user, channel or user group into its name. Texts of mrkdwn are shown as
    `readable` shows them; plain_text stays as it is, so an escape that does not belong there is seen. Tables
    have a line for each row, cells separated by " | ". A confirmation is not read before a click: left out.
    """
    return "\n".join(line for block in blocks for line in _lines(block, name_of) if line)


def readable(mrkdwn: str, name_of: Callable[[str], str] = str) -> str:
    """A text of mrkdwn as a person reads it: mentions, links and dates resolved, `&lt; &gt; &amp;` decoded.

    A date shows its fallback. Marks for bold, italic, code and quotes stay.
    Source: docs.slack.dev/messaging/formatting-message-text.
    """
    pieces = re.split(r"<([^<>]+)>", mrkdwn)
    return "".join(
        _control_sequence(piece, name_of) if index % 2 else _unescaped(piece) for index, piece in enumerate(pieces)
    )


# The kinds of schema. Each gives the problems of a value found at a pointer.


class _Schema(Protocol):
    def problems(self, value: object, at: str) -> Iterator[Problem]: ...


_Rule = Callable[[Mapping[str, Any], str], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class _Format:
    message: str
    fits: Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class _String:
    longest: int | None = None
    shortest: int = 0
    choices: tuple[str, ...] = ()
    format: _Format | None = None

    def problems(self, value: object, at: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem(at, "invalid_type", "must provide a string")
        elif self.longest is not None and len(value) > self.longest:
            message = f"must be less than {self.longest + 1} characters"
            yield _failed(at, message, "max_length", self.longest, len(value))
        elif len(value) < self.shortest:
            message = f"must be more than {self.shortest - 1} characters"
            yield _failed(at, message, "min_length", self.shortest, len(value))
        elif self.choices and value not in self.choices:
            yield _failed(at, "must be a valid enum value", "enum", list(self.choices), value)
        elif self.format and not self.format.fits(value):
            yield _failed(at, self.format.message, "format", None, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Integer:
    least: int | None = None
    most: int | None = None

    def problems(self, value: object, at: str) -> Iterator[Problem]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield Problem(at, "invalid_type", "must provide an integer")
        elif self.most is not None and value > self.most:
            yield _failed(at, f"must be less than {self.most}", "maximum", self.most, value)
        elif self.least is not None and value < self.least:
            yield _failed(at, f"must be greater than {self.least}", "minimum", self.least, value)


@dataclass(frozen=True, slots=True)
class _Number:
    above: float | None = None

    def problems(self, value: object, at: str) -> Iterator[Problem]:
        if not isinstance(value, int | float) or isinstance(value, bool):
            yield Problem(at, "invalid_type", "must provide a number")
        elif self.above is not None and value <= self.above:
            yield _failed(at, f"must be greater than {self.above:g}", "minimum", self.above, value)


@dataclass(frozen=True, slots=True)
class _Boolean:
    def problems(self, value: object, at: str) -> Iterator[Problem]:
        if not isinstance(value, bool):
            yield Problem(at, "invalid_type", "must be a boolean")


@dataclass(frozen=True, slots=True)
class _OrNull:
    schema: _Schema

    def problems(self, value: object, at: str) -> Iterator[Problem]:
        if value is not None:
            yield from self.schema.problems(value, at)


@dataclass(frozen=True, slots=True)
class _Array:
    item: _Schema
    shortest: int = 0
    longest: int | None = None

    def problems(self, value: object, at: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem(at, "invalid_type", "must provide an array")
        elif self.longest is not None and len(value) > self.longest:
            message = f"no more than {self.longest} items allowed"
            yield _failed(at, message, "max_items", self.longest, len(value))
        elif len(value) < self.shortest:
            message = f"must provide at least {self.shortest} items"
            yield _failed(at, message, "min_items", self.shortest, len(value))
        else:
            for index, item in enumerate(value):
                yield from self.item.problems(item, f"{at}/{index}")


@dataclass(frozen=True, slots=True)
class _Object:
    properties: Mapping[str, _Schema]
    required: tuple[str, ...] = ()
    rules: tuple[_Rule, ...] = ()
    undrawn: frozenset[str] = frozenset()

    def problems(self, value: object, at: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(at, "invalid_type", "must provide an object")
            return
        missing = [name for name in self.required if name not in value]
        for name in missing:
            yield Problem(at, "missing_field", f"missing required field: {name}", field=name)
        if missing:
            return
        sound = True
        for name, part in value.items():
            if name in self.properties:
                for problem in self.properties[name].problems(part, f"{at}/{name}"):
                    sound = False
                    yield problem
        for name in value:
            if name not in self.properties:
                sound = False
                note = _UNDRAWN_NOTE if name in self.undrawn else ""
                message = f"invalid additional property: {name}{note}"
                yield _failed(at, message, "additional_properties", None, name)
        if sound:
            for rule in self.rules:
                yield from rule(value, at)


@dataclass(frozen=True, slots=True)
class _OneOf:
    """An object whose `type` says which schema it has to fit."""

    by_type: Mapping[str, _Object]

    def problems(self, value: object, at: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(at, "invalid_type", "must provide an object")
        elif "type" not in value:
            yield Problem(at, "missing_field", "missing required field: type", field="type")
        elif not isinstance(kind := value["type"], str):
            yield Problem(f"{at}/type", "invalid_type", "must provide a string")
        elif kind not in self.by_type:
            note = _UNDRAWN_NOTE if kind in UNDRAWN_BLOCKS | UNDRAWN_ELEMENTS else ""
            yield _failed(f"{at}/type", f"unsupported type: {kind}{note}", "enum", list(self.by_type), kind)
        else:
            yield from self.by_type[kind].problems(value, at)


def _failed(at: str, message: str, kind: str, expected: object, got: object) -> Problem:
    constraint = {"type": kind, "expected": expected, "got": got}
    return Problem(
        at, "failed_constraint", message, {key: part for key, part in constraint.items() if part is not None}
    )


def _broken(at: str, message: str) -> Problem:
    return Problem(at, "failed_constraint", message)


_ERRORS_OF_THE_CALL: Final = frozenset({"view_too_large", "invalid_attachments"})
_UNDRAWN_NOTE: Final = " (Slack knows it, but this local Slack does not draw it)"


# Rules Slack has written by hand beside its schema.


def _text_or_fields(section: Mapping[str, Any], at: str) -> Iterator[Problem]:
    if "text" not in section and "fields" not in section:
        yield _broken(f"{at}/type", "must define either `text` or `fields`")


def _exactly_one(first: str, second: str) -> _Rule:
    # ASSUMED wording, after the one for `text` or `fields`.
    def rule(value: Mapping[str, Any], at: str) -> Iterator[Problem]:
        if (first in value) == (second in value):
            which = "only one of" if first in value else "either"
            joined = "and" if first in value else "or"
            yield _broken(at, f"must define {which} `{first}` {joined} `{second}`")

    return rule


def _initial_among_options(select: Mapping[str, Any], at: str) -> Iterator[Problem]:
    # docs.slack.dev: initial options "exactly match" an option. ASSUMED wording.
    offered = list(select.get("options", ()))
    offered += [option for group in select.get("option_groups", ()) for option in group["options"]]
    if "initial_option" in select and select["initial_option"] not in offered:
        yield _broken(f"{at}/initial_option", "must match one of the options")
    for index, option in enumerate(select.get("initial_options", ())):
        if option not in offered:
            yield _broken(f"{at}/initial_options/{index}", "must match one of the options")


def _initial_within_selectable(name: str) -> _Rule:
    # ASSUMED: no more initial values than max_selected_items.
    def rule(select: Mapping[str, Any], at: str) -> Iterator[Problem]:
        initial, most = select.get(name, ()), select.get("max_selected_items")
        if most is not None and len(initial) > most:
            message = f"no more than {most} items allowed"
            yield _failed(f"{at}/{name}", message, "max_items", most, len(initial))

    return rule


def _lengths_in_order(text_input: Mapping[str, Any], at: str) -> Iterator[Problem]:
    # ASSUMED wording. An initial value shorter than min_length is allowed: the person can go on typing.
    shortest, longest = text_input.get("min_length", 0), text_input.get("max_length")
    if longest is not None and shortest > longest:
        yield _broken(f"{at}/min_length", "`min_length` must not be greater than `max_length`")
    elif longest is not None and len(text_input.get("initial_value", "")) > longest:
        yield from _String(longest=longest).problems(text_input["initial_value"], f"{at}/initial_value")


def _values_in_order(number_input: Mapping[str, Any], at: str) -> Iterator[Problem]:
    # docs.slack.dev: min_value "cannot be greater than" max_value. ASSUMED wording, and the initial value.
    values = [name for name in ("initial_value", "min_value", "max_value") if name in number_input]
    for name in values:
        if not number_input["is_decimal_allowed"] and not re.fullmatch(r"[+-]?\d+", number_input[name]):
            yield _broken(f"{at}/{name}", "must not be a decimal unless `is_decimal_allowed` is true")
    numbers = {name: float(number_input[name]) for name in values}
    least, most = numbers.get("min_value", -inf), numbers.get("max_value", inf)
    initial = numbers.get("initial_value")
    if least > most:
        yield _broken(f"{at}/min_value", "`min_value` must not be greater than `max_value`")
    elif initial is not None and not least <= initial <= most:
        yield _broken(f"{at}/initial_value", "must be between `min_value` and `max_value`")


def _action_ids_differ(actions: Mapping[str, Any], at: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, element in enumerate(actions["elements"]):
        action_id = element.get("action_id")
        if action_id in seen:
            message = f'`action_id` "{action_id}" already exists'
            yield _broken(f"{at}/elements/{index}/action_id", message)
        elif action_id is not None:
            seen.add(action_id)


def _table_not_too_long(table: Mapping[str, Any], at: str) -> Iterator[Problem]:
    # ASSUMED wording and place.
    length = sum(len(_cell(cell, str)) for row in table["rows"] for cell in row)
    if length > TABLE_CHARACTERS_MAX:
        message = f"must be less than {TABLE_CHARACTERS_MAX + 1} characters"
        yield _failed(f"{at}/rows", message, "max_length", TABLE_CHARACTERS_MAX, length)


def _rows_alike(table: Mapping[str, Any], at: str) -> Iterator[Problem]:
    # docs.slack.dev: the header has no rich_text, all rows have the same number of values. ASSUMED wording.
    for column, cell in enumerate(table["rows"][0]):
        if cell["type"] == "rich_text":
            kinds = ["raw_text", "raw_number"]
            yield _failed(f"{at}/rows/0/{column}/type", "must be a valid enum value", "enum", kinds, "rich_text")
    width = len(table["rows"][0])
    for index, row in enumerate(table["rows"]):
        if len(row) > width:
            yield _failed(f"{at}/rows/{index}", f"no more than {width} items allowed", "max_items", width, len(row))
        elif len(row) < width:
            message = f"must provide at least {width} items"
            yield _failed(f"{at}/rows/{index}", message, "min_items", width, len(row))
    if table.get("row_header_column_index", 0) >= width:
        most = width - 1
        index = table["row_header_column_index"]
        yield _failed(f"{at}/row_header_column_index", f"must be less than {most}", "maximum", most, index)


def _points_on_categories(chart: Mapping[str, Any], at: str) -> Iterator[Problem]:
    # docs.slack.dev: names of series differ, labels are the categories of the axis. ASSUMED wording.
    categories = chart["axis_config"]["categories"]
    names = [series["name"] for series in chart["series"]]
    if len(set(names)) < len(names):
        yield _broken(f"{at}/series", "Input contains duplicate items")
    for index, series in enumerate(chart["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            yield _broken(f"{at}/series/{index}/data", "labels must match `axis_config.categories`")


def _card_shows_something(card: Mapping[str, Any], at: str) -> Iterator[Problem]:
    # slack_sdk: "At least one of hero_image, title, actions, or body is required". ASSUMED wording.
    if not {"hero_image", "title", "actions", "body"} & set(card):
        yield _broken(f"{at}/type", "must define at least one of `hero_image`, `title`, `actions` or `body`")


def _container_headed(container: Mapping[str, Any], at: str) -> Iterator[Problem]:
    # The rules are slack_sdk's, the wording is ASSUMED.
    if "title" not in container and "rich_text_title" not in container:
        yield _broken(f"{at}/type", "must define either `title` or `rich_text_title`")
    if container.get("is_collapsible") and container.get("has_header_divider"):
        yield _broken(f"{at}/has_header_divider", "must not be true when `is_collapsible` is true")
    if container.get("default_collapsed") and not container.get("is_collapsible"):
        yield _broken(f"{at}/default_collapsed", "must not be true unless `is_collapsible` is true")


def _lines_in_order(rich_text_input: Mapping[str, Any], at: str) -> Iterator[Problem]:
    # ASSUMED wording.
    if rich_text_input.get("min_lines", 1) > rich_text_input.get("max_lines", inf):
        yield _broken(f"{at}/min_lines", "`min_lines` must not be greater than `max_lines`")


def _across_view(view: Any, surface: Surface) -> Iterator[Problem]:
    inputs = [index for index, block in enumerate(view["blocks"]) if block["type"] == "input"]
    if surface == "modal" and inputs and "submit" not in view:
        message = "must define `submit` to use an `input` block in modals"
        yield _broken(f"/blocks/{inputs[0]}/input", message)
    yield from _across_blocks(view["blocks"], surface, "/blocks")


def _across_blocks(blocks: Any, surface: Surface, at: str) -> Iterator[Problem]:
    seen: set[str] = set()
    focused = False
    for place, block in _nested(blocks, at):
        block_id = block.get("block_id")
        if block_id in seen:
            # docs.slack.dev: a block_id "should be unique". ASSUMED: refused, worded as for action_id.
            yield _broken(f"{place}/block_id", f'`block_id` "{block_id}" already exists')
        elif block_id is not None:
            seen.add(block_id)
        for where, element in _elements(block):
            if element.get("focus_on_load"):
                if focused:
                    # docs.slack.dev: "Only one element can be set to true". ASSUMED wording.
                    yield _broken(f"{place}/{where}/focus_on_load", "only one element can set `focus_on_load`")
                focused = True
    if surface == "message":
        yield from _across_message(blocks, at)


def _across_message(blocks: Any, at: str) -> Iterator[Problem]:
    charts = [index for index, block in enumerate(blocks) if block["type"] == "data_visualization"]
    if len(charts) > CHARTS_MAX:  # ASSUMED: the form of the answer.
        message = f"no more than {CHARTS_MAX} items allowed"
        yield _failed(f"{at}/{charts[CHARTS_MAX]}", message, "max_items", CHARTS_MAX, len(charts))
    written = 0
    for index, block in enumerate(blocks):
        if block["type"] == "markdown":
            written += len(block["text"])
            if written > MARKDOWN_BLOCKS_MAX:  # ASSUMED: the form of the answer.
                message = f"must be less than {MARKDOWN_BLOCKS_MAX + 1} characters"
                yield _failed(f"{at}/{index}/text", message, "max_length", MARKDOWN_BLOCKS_MAX, written)
                break
    if sum(block["type"] in {"table", "data_table"} for block in blocks) > 1:
        # github.com/slackapi/slack-skills-plugin: one table in a message. ASSUMED: the form of the answer.
        yield Problem(at, "invalid_attachments", "only_one_table_allowed")


def _nested(blocks: Any, at: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every block with its pointer, those in a container and the cards of a carousel after what holds them."""
    for index, block in enumerate(blocks):
        yield f"{at}/{index}", block
        if block["type"] == "container":
            yield from _nested(block["child_blocks"], f"{at}/{index}/child_blocks")
        elif block["type"] == "carousel":
            yield from _nested(block["elements"], f"{at}/{index}/elements")


def _elements(block: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    match block["type"]:
        case "section" if "accessory" in block:
            yield "accessory", block["accessory"]
        case "input":
            yield "element", block["element"]
        case "actions":
            for index, element in enumerate(block["elements"]):
                yield f"elements/{index}", element


# The tables. Unless a line says otherwise the source is the page of the block, element or composition object
# under docs.slack.dev/reference/block-kit, as slack_sdk 3.47 quotes it.


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    try:
        return time.fromisoformat(text).strftime("%H:%M") == text
    except ValueError:
        return False


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path)) and not re.search(r"\s", text)


# The first three ASSUMED: the page gives the form, not the message. "invalid url" is quoted from Slack.
_DATE: Final = _Format("input must be a valid: date", _is_date)
_TIME: Final = _Format("input must be a valid: time", _is_time)
_NUMBER: Final = _Format(
    "input must be a valid: number", lambda text: bool(re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", text))
)
_URL: Final = _Format("invalid url", _is_url)

_BOOLEAN: Final = _Boolean()
_ANY_STRING: Final = _String()
_SOME_STRING: Final = _String(shortest=1)
_STRINGS: Final = _Array(_SOME_STRING)
_ID: Final = _String(shortest=1, longest=255)  # ASSUMED: an empty id is refused.


def _typed(
    kind: str,
    properties: Mapping[str, _Schema],
    required: tuple[str, ...] = (),
    rules: tuple[_Rule, ...] = (),
    undrawn: frozenset[str] = frozenset(),
) -> _Object:
    own: dict[str, _Schema] = {"type": _String(choices=(kind,))}
    return _Object(own | dict(properties), ("type", *required), rules, undrawn)


def _plain(longest: int) -> _Object:
    properties: dict[str, _Schema] = {"text": _String(shortest=1, longest=longest), "emoji": _BOOLEAN}
    return _typed("plain_text", properties, ("text",))


def _mrkdwn(longest: int) -> _Object:
    properties: dict[str, _Schema] = {"text": _String(shortest=1, longest=longest), "verbatim": _BOOLEAN}
    return _typed("mrkdwn", properties, ("text",))


def _text(longest: int) -> _OneOf:
    return _OneOf({"plain_text": _plain(longest), "mrkdwn": _mrkdwn(longest)})


_CONFIRM: Final = _Object(
    {
        "title": _plain(100),
        "text": _text(300),
        "confirm": _plain(30),
        "deny": _plain(30),
        "style": _String(choices=("primary", "danger")),
    },
    ("title", "text", "confirm", "deny"),
)
_DISPATCH: Final = _Object(
    {"trigger_actions_on": _Array(_String(choices=("on_enter_pressed", "on_character_entered")), shortest=1)}
)
_SLACK_FILE: Final = _Object({"id": _SOME_STRING, "url": _SOME_STRING}, rules=(_exactly_one("id", "url"),))

_OPTION_VALUE: Final = _String(shortest=1, longest=150)  # ASSUMED: an empty value is refused.
_OPTION: Final = _Object({"text": _plain(75), "value": _OPTION_VALUE, "description": _plain(75)}, ("text", "value"))
# Only checkboxes and radio buttons show mrkdwn in an option; only an overflow menu has links.
_MARKED_OPTION: Final = _Object(
    {"text": _text(75), "value": _OPTION_VALUE, "description": _text(75)}, ("text", "value")
)
_LINKED_OPTION: Final = _Object(
    dict(_OPTION.properties) | {"url": _String(longest=3000, format=_URL)}, ("text", "value")
)
_OPTION_GROUP: Final = _Object({"label": _plain(75), "options": _Array(_OPTION, 1, OPTIONS_MAX)}, ("label", "options"))
_OPTION_LISTS: Final[dict[str, _Schema]] = {
    "options": _Array(_OPTION, 1, OPTIONS_MAX),
    "option_groups": _Array(_OPTION_GROUP, 1, OPTIONS_MAX),
}
_SUGGESTION: Final = _Object(
    {
        "options": _Array(_OPTION, 0, OPTIONS_MAX),
        "option_groups": _Array(_OPTION_GROUP, 0, OPTIONS_MAX),
    },
    rules=(_exactly_one("options", "option_groups"),),
)

# What every interactive element has, what every input has besides, and what a text field has besides that.
_ACTION: Final[dict[str, _Schema]] = {"action_id": _ID}
_CONFIRMED: Final[dict[str, _Schema]] = _ACTION | {"confirm": _CONFIRM}
_CHOSEN: Final[dict[str, _Schema]] = _CONFIRMED | {"focus_on_load": _BOOLEAN}
_MENU: Final[dict[str, _Schema]] = _CHOSEN | {"placeholder": _plain(150)}
_MULTI_MENU: Final[dict[str, _Schema]] = _MENU | {"max_selected_items": _Integer(least=1)}
_FIELD: Final[dict[str, _Schema]] = _ACTION | {
    "placeholder": _plain(150),
    "focus_on_load": _BOOLEAN,
    "dispatch_action_config": _DISPATCH,
}
_PICTURE: Final[dict[str, _Schema]] = {
    "image_url": _String(shortest=1, longest=3000, format=_URL),
    "slack_file": _SLACK_FILE,
    "alt_text": _String(shortest=1, longest=2000),
}

_FACE: Final = ("bold", "italic", "strike", "code", "underline")
_STYLE: Final = _Object(dict.fromkeys(_FACE, _BOOLEAN))
_MENTION_STYLE: Final = _Object(dict.fromkeys((*_FACE, "highlight", "client_highlight", "unlink"), _BOOLEAN))
_STYLED: Final[dict[str, _Schema]] = {"style": _STYLE}
_MENTION: Final[dict[str, _Schema]] = {"style": _MENTION_STYLE}

RICH_TEXT_PARTS: Final[Mapping[str, _Object]] = {
    "broadcast": _typed("broadcast", _STYLED | {"range": _String(choices=("here", "channel", "everyone"))}, ("range",)),
    "channel": _typed("channel", _MENTION | {"channel_id": _SOME_STRING}, ("channel_id",)),
    "color": _typed("color", _STYLED | {"value": _SOME_STRING}, ("value",)),
    "date": _typed(
        "date",
        _STYLED
        | {
            "timestamp": _Integer(least=0, most=9_999_999_999),  # ASSUMED range.
            "format": _SOME_STRING,
            "url": _String(format=_URL),
            "fallback": _ANY_STRING,
        },
        ("timestamp", "format"),
    ),
    "emoji": _typed(
        "emoji",
        _STYLED | {"name": _SOME_STRING, "unicode": _ANY_STRING, "skin_tone": _Integer(least=1, most=6)},
        ("name",),
    ),
    "link": _typed(
        "link",
        _STYLED | {"url": _String(shortest=1, format=_URL), "text": _ANY_STRING, "unsafe": _BOOLEAN},
        ("url",),
    ),
    "team": _typed("team", _STYLED | {"team_id": _SOME_STRING}, ("team_id",)),
    "text": _typed("text", _STYLED | {"text": _SOME_STRING}, ("text",)),
    "user": _typed("user", _MENTION | {"user_id": _SOME_STRING}, ("user_id",)),
    "usergroup": _typed("usergroup", _MENTION | {"usergroup_id": _SOME_STRING}, ("usergroup_id",)),
}
"""What stands inside a line of rich text, by type."""

_INLINE: Final = _Array(_OneOf(RICH_TEXT_PARTS))
_BORDER: Final = _Integer(least=0, most=1)
_RICH_SECTION: Final = _typed("rich_text_section", {"elements": _INLINE}, ("elements",))

RICH_TEXT_ELEMENTS: Final[Mapping[str, _Object]] = {
    "rich_text_list": _typed(
        "rich_text_list",
        {
            "elements": _Array(_OneOf({"rich_text_section": _RICH_SECTION})),
            "style": _String(choices=("bullet", "ordered")),
            "indent": _Integer(least=0, most=8),  # ASSUMED: the deepest a person can indent.
            "offset": _Integer(least=0),
            "border": _BORDER,
        },
        ("elements", "style"),
    ),
    "rich_text_preformatted": _typed(
        "rich_text_preformatted",
        {
            "elements": _Array(_OneOf({kind: RICH_TEXT_PARTS[kind] for kind in ("text", "link")})),
            "border": _BORDER,
        },
        ("elements",),
    ),
    "rich_text_quote": _typed("rich_text_quote", {"elements": _INLINE, "border": _BORDER}, ("elements",)),
    "rich_text_section": _RICH_SECTION,
}
"""The paragraphs of a rich_text block, by type."""

_BLOCK: Final[dict[str, _Schema]] = {"block_id": _ID}
_RICH_TEXT: Final = _typed("rich_text", _BLOCK | {"elements": _Array(_OneOf(RICH_TEXT_ELEMENTS))}, ("elements",))

_FILTER: Final = _Object(
    {
        "include": _Array(_String(choices=("im", "mpim", "private", "public")), shortest=1),
        "exclude_bot_users": _BOOLEAN,
        "exclude_external_shared_channels": _BOOLEAN,
    }
)
_FEEDBACK: Final = _Object(
    {"text": _plain(75), "value": _String(longest=2000), "accessibility_label": _String(longest=75)},
    ("text", "value"),
)

ELEMENTS: Final[Mapping[str, _Object]] = {
    "button": _typed(
        "button",
        _CONFIRMED
        | {
            "text": _plain(75),
            "url": _String(longest=3000, format=_URL),
            "value": _String(longest=2000),
            "style": _String(choices=("primary", "danger")),
            "accessibility_label": _String(longest=75),
        },
        ("text",),
        undrawn=frozenset({"agent_prompt", "agent_prompt_display", "visible_to_user_ids"}),
    ),
    "checkboxes": _typed(
        "checkboxes",
        _CHOSEN
        | {
            "options": _Array(_MARKED_OPTION, 1, 10),
            "initial_options": _Array(_MARKED_OPTION, 1),  # ASSUMED: an empty list is refused.
        },
        ("options",),
        (_initial_among_options,),
    ),
    "channels_select": _typed(
        "channels_select",
        _MENU | {"initial_channel": _SOME_STRING, "response_url_enabled": _BOOLEAN},
    ),
    "conversations_select": _typed(
        "conversations_select",
        _MENU
        | {
            "initial_conversation": _SOME_STRING,
            "default_to_current_conversation": _BOOLEAN,
            "response_url_enabled": _BOOLEAN,
            "filter": _FILTER,
        },
    ),
    "datepicker": _typed("datepicker", _MENU | {"initial_date": _String(format=_DATE)}),
    "datetimepicker": _typed(
        "datetimepicker",
        # "in the format of 10 digits". ASSUMED: enforced, as a range.
        _CHOSEN | {"initial_date_time": _Integer(least=1_000_000_000, most=9_999_999_999)},
    ),
    "email_text_input": _typed("email_text_input", _FIELD | {"initial_value": _ANY_STRING}),
    "external_select": _typed(
        "external_select",
        _MENU | {"initial_option": _OPTION, "min_query_length": _Integer(least=0)},
    ),
    "file_input": _typed(
        "file_input",
        _ACTION
        | {
            "filetypes": _Array(_SOME_STRING, 1),  # ASSUMED: an empty list is refused.
            "max_files": _Integer(least=1, most=10),
        },
    ),
    "feedback_buttons": _typed(
        "feedback_buttons",
        _ACTION | {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK},
        ("positive_button", "negative_button"),
    ),
    "icon_button": _typed(
        "icon_button",
        _CONFIRMED
        | {
            "icon": _String(choices=("trash",)),  # The only icon the page names.
            "text": _plain(75),
            "value": _String(longest=2000),
            "accessibility_label": _String(longest=75),
        },
        ("icon", "text"),
        undrawn=frozenset({"visible_to_user_ids"}),
    ),
    "image": _typed("image", _PICTURE, ("alt_text",), (_exactly_one("image_url", "slack_file"),)),
    "multi_channels_select": _typed(
        "multi_channels_select",
        _MULTI_MENU | {"initial_channels": _STRINGS},
        rules=(_initial_within_selectable("initial_channels"),),
    ),
    "multi_conversations_select": _typed(
        "multi_conversations_select",
        _MULTI_MENU
        | {"initial_conversations": _STRINGS, "default_to_current_conversation": _BOOLEAN, "filter": _FILTER},
        rules=(_initial_within_selectable("initial_conversations"),),
    ),
    "multi_external_select": _typed(
        "multi_external_select",
        _MULTI_MENU | {"initial_options": _Array(_OPTION, 1), "min_query_length": _Integer(least=0)},
        rules=(_initial_within_selectable("initial_options"),),
    ),
    "multi_static_select": _typed(
        "multi_static_select",
        _MULTI_MENU | _OPTION_LISTS | {"initial_options": _Array(_OPTION, 1)},
        rules=(
            _exactly_one("options", "option_groups"),
            _initial_among_options,
            _initial_within_selectable("initial_options"),
        ),
    ),
    "multi_users_select": _typed(
        "multi_users_select",
        _MULTI_MENU | {"initial_users": _STRINGS},
        rules=(_initial_within_selectable("initial_users"),),
    ),
    "number_input": _typed(
        "number_input",
        _FIELD
        | {
            "is_decimal_allowed": _BOOLEAN,
            "initial_value": _String(format=_NUMBER),
            "min_value": _String(format=_NUMBER),
            "max_value": _String(format=_NUMBER),
        },
        ("is_decimal_allowed",),
        (_values_in_order,),
    ),
    "overflow": _typed("overflow", _CONFIRMED | {"options": _Array(_LINKED_OPTION, 1, 5)}, ("options",)),
    "plain_text_input": _typed(
        "plain_text_input",
        _FIELD
        | {
            "initial_value": _String(longest=3000),  # ASSUMED: what a person could type at most.
            "multiline": _BOOLEAN,
            "min_length": _Integer(least=0, most=3000),
            "max_length": _Integer(least=1, most=3000),
        },
        rules=(_lengths_in_order,),
    ),
    "radio_buttons": _typed(
        "radio_buttons",
        _CHOSEN | {"options": _Array(_MARKED_OPTION, 1, 10), "initial_option": _MARKED_OPTION},
        ("options",),
        (_initial_among_options,),
    ),
    "rich_text_input": _typed(
        "rich_text_input",
        _FIELD
        | {
            "initial_value": _RICH_TEXT,
            # ASSUMED: at least one line.
            "min_lines": _Integer(least=1),
            "max_lines": _Integer(least=1),
        },
        rules=(_lines_in_order,),
    ),
    "static_select": _typed(
        "static_select",
        _MENU | _OPTION_LISTS | {"initial_option": _OPTION},
        rules=(_exactly_one("options", "option_groups"), _initial_among_options),
    ),
    "timepicker": _typed("timepicker", _MENU | {"initial_time": _String(format=_TIME), "timezone": _SOME_STRING}),
    "url_text_input": _typed("url_text_input", _FIELD | {"initial_value": _ANY_STRING}),
    "users_select": _typed("users_select", _MENU | {"initial_user": _SOME_STRING}),
}
"""The elements this local Slack draws, by type."""

UNDRAWN_ELEMENTS: Final = frozenset(
    {
        "url",  # a source of a task_card
        "workflow_button",  # runs a workflow of somebody else's, the app hears nothing of it
    }
)
"""Elements Slack has and this local Slack refuses."""


def _some(*kinds: str) -> _OneOf:
    return _OneOf({kind: ELEMENTS[kind] for kind in kinds})


_SELECTS: Final = (
    "static_select",
    "multi_static_select",
    "external_select",
    "multi_external_select",
    "users_select",
    "multi_users_select",
    "conversations_select",
    "multi_conversations_select",
    "channels_select",
    "multi_channels_select",
)
_ACCESSORIES: Final = _some(
    "button", "checkboxes", "datepicker", "image", "overflow", "radio_buttons", "timepicker", *_SELECTS
)
_ACTIONS: Final = _some(
    "button",
    "checkboxes",
    "datepicker",
    "datetimepicker",
    "overflow",
    "radio_buttons",
    "timepicker",
    *_SELECTS,
)
_INPUTS: Final = (
    "checkboxes",
    "datepicker",
    "datetimepicker",
    "email_text_input",
    "number_input",
    "plain_text_input",
    "radio_buttons",
    "rich_text_input",
    "timepicker",
    "url_text_input",
    *_SELECTS,
)

_CELL: Final = _OneOf(
    {
        "raw_text": _typed("raw_text", {"text": _SOME_STRING}, ("text",)),
        "raw_number": _typed("raw_number", {"value": _Number(), "text": _SOME_STRING}, ("value", "text")),
        "rich_text": _RICH_TEXT,
    }
)
_COLUMN: Final = _Object(
    {"align": _String(choices=("left", "center", "right")), "is_wrapped": _BOOLEAN},
)


def _input_block(*kinds: str) -> _Object:
    return _typed(
        "input",
        _BLOCK
        | {
            "label": _plain(2000),
            "element": _some(*kinds),
            "hint": _plain(2000),
            "optional": _BOOLEAN,
            "dispatch_action": _BOOLEAN,
        },
        ("label", "element"),
    )


_ON_EVERY_SURFACE: Final[dict[str, _Object]] = {
    "actions": _typed(
        "actions",
        _BLOCK | {"elements": _Array(_ACTIONS, 1, 25)},
        ("elements",),
        (_action_ids_differ,),
    ),
    "context": _typed(
        "context",
        _BLOCK | {"elements": _Array(_OneOf({**_text(3000).by_type, "image": ELEMENTS["image"]}), 1, 10)},
        ("elements",),
    ),
    "divider": _typed("divider", _BLOCK),
    "header": _typed("header", _BLOCK | {"text": _plain(150)}, ("text",)),
    "image": _typed(
        "image",
        _BLOCK | _PICTURE | {"title": _plain(2000)},
        ("alt_text",),
        (_exactly_one("image_url", "slack_file"),),
    ),
    "input": _input_block(*_INPUTS),
    "rich_text": _RICH_TEXT,
    "section": _typed(
        "section",
        _BLOCK
        | {
            "text": _text(3000),
            "fields": _Array(_text(2000), 1, 10),
            "accessory": _ACCESSORIES,
            "expand": _BOOLEAN,
        },
        rules=(_text_or_fields,),
    ),
}
_TABLE: Final = _typed(
    "table",
    _BLOCK
    | {
        "rows": _Array(_Array(_CELL, 1, 20), 1, 100),
        "column_settings": _Array(_OrNull(_COLUMN), 0, 20),
    },
    ("rows",),
    (_table_not_too_long,),
)
_DATA_TABLE: Final = _typed(
    "data_table",
    _BLOCK
    | {
        "rows": _Array(_Array(_CELL, 1, 20), 2, 101),
        "caption": _SOME_STRING,
        "page_size": _Integer(least=1, most=100),
        "row_header_column_index": _Integer(least=0),
    },
    ("rows", "caption"),
    (_rows_alike, _table_not_too_long),
)
_CHART_LABEL: Final = _String(shortest=1, longest=20)
_SERIES: Final = _Object(
    {
        "name": _CHART_LABEL,
        "data": _Array(_Object({"label": _CHART_LABEL, "value": _Number()}, ("label", "value")), 1, 20),
    },
    ("name", "data"),
)
_AXES: Final = _Object(
    {
        "categories": _Array(_CHART_LABEL, 1, 20),
        "x_label": _String(longest=50),
        "y_label": _String(longest=50),
    },
    ("categories",),
)
CHARTS: Final[Mapping[str, _Object]] = {
    "pie": _typed(
        "pie",
        {
            "segments": _Array(
                _Object({"label": _CHART_LABEL, "value": _Number(above=0)}, ("label", "value")),
                1,
                6,
            )
        },
        ("segments",),
    ),
} | {
    kind: _typed(
        kind,
        {"series": _Array(_SERIES, 1, 6), "axis_config": _AXES},
        ("series", "axis_config"),
        (_points_on_categories,),
    )
    for kind in ("area", "bar", "line")
}
"""The charts of a data_visualization, by type."""
_DATA_VISUALIZATION: Final = _typed(
    "data_visualization",
    _BLOCK | {"title": _String(shortest=1, longest=50), "chart": _OneOf(CHARTS)},
    ("title", "chart"),
)
_MARKDOWN: Final = _typed("markdown", _BLOCK | {"text": _String(shortest=1, longest=MARKDOWN_BLOCKS_MAX)}, ("text",))
_CONTEXT_ACTIONS: Final = _typed(
    "context_actions",
    _BLOCK | {"elements": _Array(_some("feedback_buttons", "icon_button"), 1, 5)},
    ("elements",),
    (_action_ids_differ,),
)
_CARD: Final = _typed(
    "card",
    _BLOCK
    | {
        "hero_image": ELEMENTS["image"],
        "icon": ELEMENTS["image"],
        "title": _text(150),
        "subtitle": _text(150),
        "body": _text(200),
        "subtext": _text(200),
        "actions": _Array(_some("button"), 1, 3),
    },
    rules=(_card_shows_something,),
    undrawn=frozenset({"slack_icon"}),
)
_CAROUSEL: Final = _typed("carousel", _BLOCK | {"elements": _Array(_OneOf({"card": _CARD}), 1, 10)}, ("elements",))
_CONTAINER: Final = _typed(
    "container",
    _BLOCK
    | {
        "title": _plain(150),
        "rich_text_title": _RICH_TEXT,
        "subtitle": _text(150),
        # ASSUMED: the page does not list them; nothing that holds blocks itself, no field without a form.
        "child_blocks": _Array(
            _OneOf({kind: schema for kind, schema in _ON_EVERY_SURFACE.items() if kind != "input"}), 1, 10
        ),
        "width": _String(choices=("narrow", "standard", "wide", "full")),
        "icon": ELEMENTS["image"],
        "is_collapsible": _BOOLEAN,
        "default_collapsed": _BOOLEAN,
        "has_header_divider": _BOOLEAN,
    },
    ("child_blocks",),
    (_container_headed,),
)
_ALERT: Final = _typed(
    "alert",
    _BLOCK
    | {
        # 200: model documentation of github.com/slackapi/java-slack-sdk.
        "text": _text(200),
        "level": _String(choices=("default", "info", "warning", "error", "success")),
    },
    ("text",),
)

BLOCKS: Final[Mapping[Surface, Mapping[str, _Object]]] = {
    # ASSUMED, except for markdown: in messages only; Slack's pages do not speak of other surfaces.
    "message": _ON_EVERY_SURFACE
    | {
        "card": _CARD,
        "carousel": _CAROUSEL,
        "container": _CONTAINER,
        "context_actions": _CONTEXT_ACTIONS,
        "data_table": _DATA_TABLE,
        "data_visualization": _DATA_VISUALIZATION,
        "markdown": _MARKDOWN,
        "table": _TABLE,
    },
    # Alerts "are currently only supported in modals"; a file input works there only.
    "modal": _ON_EVERY_SURFACE | {"alert": _ALERT, "input": _input_block(*_INPUTS, "file_input")},
    "home": _ON_EVERY_SURFACE,
}
"""The blocks this local Slack draws, by surface and type."""

UNDRAWN_BLOCKS: Final = frozenset(
    {
        "auth_provider",
        "call",
        "file",
        "plan",
        "task_card",
        "video",
    }
)
"""Blocks Slack has and this local Slack refuses."""

_MESSAGE_BLOCKS: Final = _Array(_OneOf(BLOCKS["message"]), 0, MESSAGE_BLOCKS_MAX)


def _view(surface: Surface, properties: Mapping[str, _Schema], required: tuple[str, ...]) -> _Object:
    shared: dict[str, _Schema] = {
        "type": _String(choices=(surface,)),
        "blocks": _Array(_OneOf(BLOCKS[surface]), 1, VIEW_BLOCKS_MAX),
        "private_metadata": _String(longest=3000),
        "callback_id": _String(longest=255),
        "external_id": _String(longest=255),
    }
    return _Object(shared | dict(properties), required)


_VIEWS: Final[Mapping[Surface, _Object]] = {
    # The order of the required fields is the one a live answer names them in.
    "modal": _view(
        "modal",
        {
            "title": _plain(24),
            "submit": _plain(24),
            "close": _plain(24),
            "clear_on_close": _BOOLEAN,
            "notify_on_close": _BOOLEAN,
        },
        ("title", "blocks", "type"),
    ),
    "home": _view("home", {}, ("blocks", "type")),
}


# What a person reads.


def _lines(node: Mapping[str, Any], name_of: Callable[[str], str]) -> Iterator[str]:
    match node["type"]:
        case "mrkdwn":
            yield readable(node["text"], name_of)
        case "plain_text" | "raw_text" | "raw_number":
            yield node["text"]
        case "markdown":
            yield node["text"]
        case "data_visualization":
            yield node["title"]
            yield from _chart_lines(node["chart"])
        case "table" | "data_table":
            yield node.get("caption", "")
            for row in node["rows"]:
                yield " | ".join(_cell(cell, name_of) for cell in row)
        case "rich_text":
            for paragraph in node["elements"]:
                yield from _paragraph(paragraph, name_of)
        case _:
            yield from _parts(node, name_of)


def _chart_lines(chart: Mapping[str, Any]) -> Iterator[str]:
    if chart["type"] == "pie":
        yield from (f"{segment['label']}: {segment['value']}" for segment in chart["segments"])
        return
    for series in chart["series"]:
        points = ", ".join(f"{point['label']} {point['value']}" for point in series["data"])
        yield f"{series['name']}: {points}"


_READ_IN_ORDER: Final = (
    "hero_image",
    "icon",
    "title",
    "rich_text_title",
    "subtitle",
    "label",
    "body",
    "text",
    "subtext",
    "fields",
    "placeholder",
    "options",
    "option_groups",
    "description",
    "initial_option",
    "element",
    "elements",
    "child_blocks",
    "accessory",
    "actions",
    "positive_button",
    "negative_button",
    "hint",
)
_INITIAL_VALUES: Final = ("initial_value", "initial_date", "initial_time")


def _parts(node: Mapping[str, Any], name_of: Callable[[str], str]) -> Iterator[str]:
    """The texts of a block, an element, an option or a group of options, from top to bottom."""
    for name in _READ_IN_ORDER:
        if name == "initial_option" and node.get("type") != "external_select":
            continue  # It stands among the options.
        part = node.get(name, ())
        if isinstance(part, str):
            continue  # The name of an icon.
        for item in part if isinstance(part, list) else [part] if part else []:
            yield from _lines(item, name_of) if "type" in item else _parts(item, name_of)
    if "alt_text" in node:
        yield node["alt_text"]
    if node.get("type") == "rich_text_input" and "initial_value" in node:
        yield from _lines(node["initial_value"], name_of)
    else:
        yield from (node[name] for name in _INITIAL_VALUES if name in node)
    if "initial_date_time" in node:
        yield _moment(node["initial_date_time"])
    if node.get("type") == "multi_external_select":
        yield from (line for option in node.get("initial_options", ()) for line in _parts(option, name_of))
    yield from (f"@{name_of(user)}" for user in node.get("initial_users", ()))
    if "initial_user" in node:
        yield f"@{name_of(node['initial_user'])}"
    if "initial_conversation" in node:
        yield f"#{name_of(node['initial_conversation'])}"
    if "initial_channel" in node:
        yield f"#{name_of(node['initial_channel'])}"
    for several in ("initial_conversations", "initial_channels"):
        yield from (f"#{name_of(channel)}" for channel in node.get(several, ()))


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _cell(cell: Mapping[str, Any], name_of: Callable[[str], str]) -> str:
    return " ".join(line for line in _lines(cell, name_of) if line)


def _paragraph(paragraph: Mapping[str, Any], name_of: Callable[[str], str]) -> Iterator[str]:
    if paragraph["type"] != "rich_text_list":
        yield "".join(_inline(part, name_of) for part in paragraph["elements"])
        return
    for number, item in enumerate(paragraph["elements"], 1 + paragraph.get("offset", 0)):
        mark = f"{number}." if paragraph["style"] == "ordered" else "•"
        text = "".join(_inline(part, name_of) for part in item["elements"])
        yield f"{'  ' * paragraph.get('indent', 0)}{mark} {text}"


def _inline(part: Mapping[str, Any], name_of: Callable[[str], str]) -> str:
    match part["type"]:
        case "text":
            return str(part["text"])
        case "link":
            return str(part.get("text") or part["url"])
        case "user":
            return f"@{name_of(part['user_id'])}"
        case "usergroup":
            return f"@{name_of(part['usergroup_id'])}"
        case "channel":
            return f"#{name_of(part['channel_id'])}"
        case "broadcast":
            return f"@{part['range']}"
        case "emoji":
            return f":{part['name']}:"
        case "date":
            return str(part.get("fallback") or _moment(part["timestamp"]))
        case "color":
            return str(part["value"])
        case _:
            return str(part["team_id"])


def _control_sequence(inside: str, name_of: Callable[[str], str]) -> str:
    body, _, label = inside.partition("|")
    label = _unescaped(label)
    match body[:1], body[1:]:
        case "@", user:
            return f"@{name_of(user)}"
        case "#", channel:
            return f"#{name_of(channel)}"
        case "!", command if command.startswith("date^"):
            return label
        case "!", command if command.startswith("subteam^"):
            return label or f"@{name_of(command.removeprefix('subteam^'))}"
        case "!", command:
            return f"@{command}"
    if ":" in body:
        return label or _unescaped(body).removeprefix("mailto:")
    return f"<{_unescaped(inside)}>"


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
