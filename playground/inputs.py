"""What a person can enter in each Block Kit element, and the state object Slack makes of it.

Tests and the page enter values through the same functions, so neither can send the bot a state that Slack would
not send. States are shaped as in `view.state.values[block_id][action_id]` of Slack's interaction payloads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias

from playground import blockkit

Json: TypeAlias = dict[str, Any]

REQUIRED: Final = "Please complete this required field."

_KEYS: Final[Mapping[str, tuple[str, str]]] = {
    # element type: (key of its state, key of its initial value)
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", "initial_files"),
}
STATELESS: Final = frozenset({"button", "feedback_buttons", "icon_button", "overflow"})
"""Elements that only act: they hold nothing that `state.values` tells."""


class NotPossible(Exception):
    """What a person was asked to do cannot be done in Slack; the message says why. What somebody can meet at the page
    has a name, by which the page says it in their language, and what it is about."""

    def __init__(self, message: str, why: str = "", **about: str) -> None:
        super().__init__(message)
        self.why = why
        self.about = about


def elements(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Every interactive element on a surface with its block, in order: (block, element)."""
    for block in blocks:
        if block["type"] == "container":
            yield from elements(block["child_blocks"])
            continue
        if block["type"] == "carousel":
            yield from elements(block["elements"])
            continue
        inside: list[Json] = []
        if block["type"] == "input":
            inside = [block["element"]]
        elif block["type"] == "section" and "accessory" in block:
            inside = [block["accessory"]]
        elif block["type"] in {"actions", "context_actions"}:
            inside = block["elements"]
        elif block["type"] == "card":
            inside = block.get("actions", [])
        for element in inside:
            if element["type"] in _KEYS or element["type"] in STATELESS:
                yield block, element


def with_ids(blocks: Sequence[Json], new_id: Any) -> list[Json]:
    """A copy of the blocks in which each has a block_id and each interactive element an action_id, as Slack adds
    them. `new_id()` gives a fresh id."""
    completed: list[Json] = []
    for block in blocks:
        copy = {**block}
        if "element" in copy:
            copy["element"] = _with_action_id(copy["element"], new_id)
        if "accessory" in copy:
            copy["accessory"] = _with_action_id(copy["accessory"], new_id)
        if copy["type"] in {"actions", "context_actions"}:
            copy["elements"] = [_with_action_id(element, new_id) for element in copy["elements"]]
        if "actions" in copy:
            copy["actions"] = [_with_action_id(element, new_id) for element in copy["actions"]]
        for inside in ("child_blocks", "elements" if copy["type"] == "carousel" else ""):
            if inside in copy:
                copy[inside] = with_ids(copy[inside], new_id)
        copy.setdefault("block_id", new_id())
        completed.append(copy)
    return completed


def _with_action_id(element: Json, new_id: Any) -> Json:
    if element["type"] in _KEYS or element["type"] in STATELESS:
        return {**element, "action_id": element.get("action_id") or new_id()}
    return element


def states(blocks: Sequence[Json], entered: Mapping[str, Mapping[str, Json]]) -> dict[str, dict[str, Json]]:
    """`state.values` of a surface: what was entered where block_id and action_id still match, else what each
    element starts with."""
    values: dict[str, dict[str, Json]] = {}
    for block, element in elements(blocks):
        if element["type"] in STATELESS:
            continue
        block_id, action_id = block["block_id"], element["action_id"]
        kept = entered.get(block_id, {}).get(action_id)
        if kept is None or kept["type"] != element["type"]:
            kept = initial(element)
        values.setdefault(block_id, {})[action_id] = kept
    return values


def initial(element: Json) -> Json:
    """The state of an element nobody has touched."""
    key, start = _KEYS[element["type"]]
    empty: Any = [] if key.endswith("s") else None
    return {"type": element["type"], key: element.get(start, empty)}


def value_of(state: Json) -> Any:
    """The raw value inside a state object: a string, an option, a list of them, or None."""
    return state.get(_KEYS[state["type"]][0])


def readable(state: Json) -> Any:
    """A state as the person reads it: option texts instead of options, names instead of files, rich text flat."""
    value = value_of(state)
    if state["type"] == "rich_text_input" and value is not None:
        return blockkit.plain_text_of([value])
    if isinstance(value, list):
        return [_name_of(item) for item in value]
    return _name_of(value)


def _name_of(value: Any) -> Any:
    if isinstance(value, dict):
        return value["text"]["text"] if "text" in value else value.get("name", value)
    return value


def is_empty(state: Json) -> bool:
    """Whether nothing is entered."""
    value = value_of(state)
    if state["type"] == "rich_text_input" and value is not None:
        return not blockkit.plain_text_of([value]).strip()
    return value in (None, "", [])


def wrong_with(element: Json, state: Json) -> str:
    """Why Slack's client would not accept this state for this element, as a sentence; empty when it would."""
    kind = element["type"]
    if state.get("type") != kind:
        return f"a {kind} does not have a state of type {state.get('type')!r}"
    if _KEYS[kind][0] not in state:
        return f"the state of a {kind} has the key {_KEYS[kind][0]!r}"
    value = value_of(state)
    if value in (None, "", []):
        return ""
    if kind in {"plain_text_input", "email_text_input", "url_text_input", "number_input"}:
        return _wrong_with_text(element, value)
    if kind in {"datepicker", "timepicker", "datetimepicker"}:
        return _wrong_with_moment(kind, value)
    if kind == "rich_text_input":
        found = blockkit.problems([value], "message")
        return f"this is not a rich_text block: {found[0].message} {found[0].pointer}" if found else ""
    chosen = value if isinstance(value, list) else [value]
    most = element.get("max_selected_items") or element.get("max_files")
    if most is not None and len(chosen) > most:
        return f"No more than {most} can be chosen."
    if kind == "file_input" and "filetypes" in element:
        endings = {ending.lower().removeprefix(".") for ending in element["filetypes"]}
        for file in chosen:
            if file["name"].rpartition(".")[2].lower() not in endings:
                return f"{file['name']} is not one of these: {', '.join(sorted(endings))}"
    if "options" in element or "option_groups" in element:
        offered = [option["value"] for option in options_of(element)]
        for option in chosen:
            if option.get("value") not in offered:
                return f"{_name_of(option)!r} is not among the options"
    return ""


def _wrong_with_text(element: Json, value: Any) -> str:
    kind = element["type"]
    if not isinstance(value, str):
        return "a text input holds text"
    if len(value) < element.get("min_length", 0):
        return f"Enter at least {element['min_length']} characters."
    if len(value) > element.get("max_length", 3000):
        return f"Enter no more than {element.get('max_length', 3000)} characters."
    if kind == "plain_text_input" and "\n" in value and not element.get("multiline"):
        return "this field has one line"
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not re.fullmatch(r"https?://\S+", value):
        return "Please enter a valid URL."
    return _wrong_with_number(element, value) if kind == "number_input" else ""


def _wrong_with_number(element: Json, value: str) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "Please enter a number."
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Please enter a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Enter a number that is at least {element['min_value']}."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Enter a number that is at most {element['max_value']}."
    return ""


def _wrong_with_moment(kind: str, value: Any) -> str:
    try:
        if kind == "datepicker":
            date.fromisoformat(value)
        elif kind == "timepicker":
            time.fromisoformat(value)
        elif not isinstance(value, int):
            return "a date and time is in Unix seconds"
    except (TypeError, ValueError):
        return f"{value!r} is not a value of a {kind}"
    return ""


def options_of(element: Json) -> list[Json]:
    """The options an element itself lists, groups flattened."""
    groups = element.get("option_groups")
    if groups is not None:
        return [option for group in groups for option in group["options"]]
    return list(element.get("options", []))


def option_named(options: Sequence[Json], wanted: str) -> Json:
    """The option with this text or this value. Raises NotPossible, naming what there is."""
    for option in options:
        if wanted in (option["text"]["text"], option["value"]):
            return option
    listed = ", ".join(repr(option["text"]["text"]) for option in options)
    raise NotPossible(f"there is no option {wanted!r}; there are {listed or 'none'}")


def entered(element: Json, value: Any) -> Json:
    """The state after a person entered `value` in a field that needs no one else to look the value up: text,
    numbers, dates ("2026-10-01" or date), times ("09:30"), Unix seconds or an aware datetime, rich text as text or
    as a rich_text block, and options by their text or value. None empties the field. Raises NotPossible for what
    the field does not take."""
    kind = element["type"]
    key = _KEYS[kind][0]
    if value is None:
        return {"type": kind, key: [] if key.endswith("s") else None}
    taken: Any = value
    if key == "value":
        taken = str(value)
    elif kind == "rich_text_input" and isinstance(value, str):
        taken = _typed_as_rich_text(value)
    elif key == "selected_option":
        taken = option_named(options_of(element), value)
    elif key == "selected_options":
        taken = [option_named(options_of(element), item) for item in value]
    elif kind == "datetimepicker" and isinstance(value, datetime):
        taken = int(value.timestamp())
    elif kind in {"datepicker", "timepicker"} and not isinstance(value, str):
        taken = value.isoformat() if kind == "datepicker" else value.strftime("%H:%M")
    state = {"type": kind, key: taken}
    if problem := wrong_with(element, state):
        raise NotPossible(f"{element['action_id']}: {problem}")
    return state


def _typed_as_rich_text(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}] if text else []}
    return {"type": "rich_text", "elements": [section]}
