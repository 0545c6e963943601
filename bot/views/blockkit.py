"""Block Kit pieces that stay inside Slack's limits by construction, and in which nothing a person typed can ping or link.

Limits: https://docs.slack.dev/reference/block-kit/blocks and the pages of the single blocks and elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

Block = dict[str, Any]

THERE: Final = "↗"
"""What leads from an item of a list to its record."""

MESSAGE_BLOCKS: Final = 50
MODAL_BLOCKS: Final = 100
HEADER: Final = 150
SECTION: Final = 3000
FIELD: Final = 2000
FIELDS: Final = 10
BUTTON: Final = 75
OPTION: Final = 75
OPTION_VALUE: Final = 150
OPTIONS: Final = 100
VIEW_TITLE: Final = 24
LABEL: Final = 2000
PLACEHOLDER: Final = 150
INPUT_TEXT: Final = 3000
CONFIRM_TITLE: Final = 100
CONFIRM_TEXT: Final = 300
CONFIRM_BUTTON: Final = 30
FALLBACK: Final = 40_000
"""Slack drops what a message's `text` has beyond that. Whoever has the screen read aloud hears the `text`."""

UPDATED_FALLBACK: Final = 4000
"""`chat.update` refuses a longer `text` (msg_too_long)."""


class Safe(str):
    """mrkdwn that is already safe to send as it stands, such as a date token."""

    __slots__ = ()


CANVAS_LINK: Final = "{canvas}"
"""Stands in a message for the address of its canvas, which nobody knows before Slack has made it."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A message: blocks for the eye, and a `text` that says the same to notifications and screen readers. `canvas` is
    the title and the Markdown of a canvas that is made before it and that it leads to."""

    blocks: Sequence[Block]
    text: str = field(default="")
    canvas: tuple[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        """The message as Slack takes it, but for its canvas."""
        said: dict[str, Any] = {"text": self.text, "blocks": list(self.blocks)}
        if self.canvas is None:
            return said
        title, markdown = self.canvas
        return said | {"canvas": {"title": title, "markdown": markdown}}


def message(*blocks: Block | None) -> Payload:
    """A message of at most 50 blocks whose `text` is everything the blocks say."""
    kept = [block for block in blocks if block is not None][:MESSAGE_BLOCKS]
    return Payload(kept, cut_mrkdwn("\n".join(filter(None, map(_said, kept))), FALLBACK))


def escape(text: str) -> str:
    """Text a person typed, made harmless in mrkdwn: exactly `&`, `<` and `>` are replaced.

    Source: https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Text as Slack sends it (messages, command texts), as the person typed it."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def cut(text: str, limit: int) -> str:
    """The text, with an ellipsis where it is longer than `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def cut_mrkdwn(text: str, limit: int) -> str:
    """The same for mrkdwn: an escaped character or a date token that would be cut in two is left out."""
    return text if len(text) <= limit else _HALF.sub("", text[: limit - 1]) + "…"


_HALF = re.compile(r"(<[^>]*|&[a-z]*)$")


def mrkdwn(template: str, limit: int = SECTION, **values: str) -> dict[str, Any]:
    """A mrkdwn text object; every value that is not `Safe` is escaped."""
    safe = {name: value if isinstance(value, Safe) else escape(value) for name, value in values.items()}
    return {"type": "mrkdwn", "text": cut_mrkdwn(template.format(**safe), limit), "verbatim": True}


def plain(text: str, limit: int = SECTION) -> dict[str, Any]:
    """A plain_text object, never empty (Slack refuses empty ones). Slack draws no marks in it."""
    return {"type": "plain_text", "text": cut(without_marks(text), limit) or "–", "emoji": True}


def without_marks(text: str) -> str:
    """A text for a place that draws no mrkdwn: of a `Safe` one the words alone, of a date token what it falls back to."""
    if not isinstance(text, Safe):
        return text
    return unescape(_DATE.sub(r"\1", text).replace("`", ""))


_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain(without_marks(text).replace("\n", " "), HEADER)}


def joined(between: str, parts: Iterable[str]) -> Safe:
    """One text of several, of which only the `Safe` ones may carry dates."""
    return Safe(between.join(part if isinstance(part, Safe) else escape(part) for part in parts))


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph, plain but for a `Safe` text, which may carry dates, with at most one element at its side."""
    said = mrkdwn("{text}", text=text) if isinstance(text, Safe) else plain(text)
    block: Block = {"type": "section", "text": said}
    return block if accessory is None else {**block, "accessory": accessory}


def facts(pairs: Iterable[tuple[str, str]], accessory: Block | None = None) -> Block:
    """Label and value pairs in two columns, with at most one element at their side."""
    fields = [mrkdwn("*{label}*\n{value}", FIELD, label=label, value=value or "–") for label, value in pairs]
    block: Block = {"type": "section", "fields": fields[:FIELDS]}
    return block if accessory is None else {**block, "accessory": accessory}


def picture(url: str, alt: str) -> Block:
    """A picture at the side of a section, and what it shows."""
    return {"type": "image", "image_url": url, "alt_text": cut(alt, 2000)}


def context(*lines: str) -> Block | None:
    """Small print, plain but for `Safe` lines, which may carry dates. None where there is nothing to say."""
    said = [mrkdwn("{line}", line=line) if isinstance(line, Safe) else plain(line) for line in lines if line][:10]
    return {"type": "context", "elements": said} if said else None


def quote(text: str, limit: int = SECTION) -> Block:
    """What a person wrote, as they wrote it: rich text, in which no control sequence is read."""
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": cut(text, limit) or "–"}]}],
    }


def links(items: Iterable[tuple[str, str]]) -> Block | None:
    """A list of (address, title) links; None where there are none."""
    rows = [
        {
            "type": "rich_text_section",
            "elements": [{"type": "link", "url": url, "text": cut(title, 200) or url}],
        }
        for url, title in items
    ]
    if not rows:
        return None
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_list", "style": "bullet", "elements": rows}],
    }


def listed(title: str, items: Iterable[tuple[str, str]]) -> Block:
    """A title and a list under it, each item with an arrow to the address it leads to, or none: rich text, in which no
    control sequence is read."""
    rows = [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": f"{cut(text, 500)} " if url else cut(text, 500)},
                *([{"type": "link", "url": url, "text": THERE}] if url else ()),
            ],
        }
        for text, url in items
    ]
    head = {
        "type": "rich_text_section",
        "elements": [{"type": "text", "text": title, "style": {"bold": True}}],
    }
    return {"type": "rich_text", "elements": [head, {"type": "rich_text_list", "style": "bullet", "elements": rows}]}


def divider() -> Block:
    """A line between what belongs together and what does not."""
    return {"type": "divider"}


def table(caption: str, rows: Sequence[Sequence[str]], longest: int) -> Block:
    """A table that Slack pages and sorts: the first row is its head; cells are cut at `longest` characters.

    Source: https://docs.slack.dev/reference/block-kit/blocks/data-table-block
    """
    cells = [[{"type": "raw_text", "text": cut(text, longest) or "–"} for text in row] for row in rows]
    return {"type": "data_table", "caption": caption, "page_size": min(max(len(rows) - 1, 1), 25), "rows": cells}


def actions(block_id: str, *elements: Block | None) -> Block | None:
    """Buttons and menus in a row; None where there are none."""
    kept = [element for element in elements if element is not None][:25]
    return {"type": "actions", "block_id": block_id, "elements": kept} if kept else None


def button(action_id: str, text: str, value: str, *, style: str = "", confirm: Block | None = None) -> Block:
    """A button; `style` is "primary", "danger" or empty."""
    element: Block = {"type": "button", "action_id": action_id, "text": plain(text, BUTTON), "value": value}
    if style:
        element["style"] = style
    if confirm is not None:
        element["confirm"] = confirm
    return element


def about(what: str, *elements: Block | None) -> list[Block | None]:
    """Buttons that stand in several rows, each labelled for a screen reader with what it is about: "Done: T-3 · …".

    Source: https://docs.slack.dev/reference/block-kit/block-elements/button-element
    """
    return [
        {**element, "accessibility_label": cut(f"{element['text']['text']}: {what}", BUTTON)}
        if element is not None and element["type"] == "button"
        else element
        for element in elements
    ]


def confirmation(title: str, text: str, yes: str, no: str) -> Block:
    """The question asked before something that hurts."""
    return {
        "title": plain(title, CONFIRM_TITLE),
        "text": plain(text, CONFIRM_TEXT),
        "confirm": plain(yes, CONFIRM_BUTTON),
        "deny": plain(no, CONFIRM_BUTTON),
    }


def option(text: str, value: str, description: str = "") -> Block:
    """A choice in a menu."""
    chosen: Block = {"text": plain(text, OPTION), "value": value[:OPTION_VALUE]}
    if description:
        chosen["description"] = plain(description, OPTION)
    return chosen


def menu(action_id: str, placeholder: str, options: Sequence[Block], initial: str = "") -> Block:
    """A static menu, with the option of value `initial` chosen."""
    element: Block = {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, PLACEHOLDER),
        **_offered(options),
    }
    return _with_initial(element, options, initial)


def several(action_id: str, placeholder: str, options: Sequence[Block]) -> Block:
    """A static menu from which several may be chosen."""
    return {
        "type": "multi_static_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, PLACEHOLDER),
        **_offered(options),
    }


def _offered(options: Sequence[Block]) -> dict[str, list[Block]]:
    """The options; more than 100 of them in numbered groups of 100, of which Slack takes 100."""
    if len(options) <= OPTIONS:
        return {"options": list(options)}
    parts = [list(options[start : start + OPTIONS]) for start in range(0, len(options), OPTIONS)][:OPTIONS]
    return {
        "option_groups": [
            {"label": plain(f"{n * OPTIONS + 1}–{n * OPTIONS + len(part)}", OPTION), "options": part}
            for n, part in enumerate(parts)
        ]
    }


def radios(action_id: str, options: Sequence[Block], initial: str = "") -> Block:
    """Radio buttons, at most 10."""
    return _with_initial(
        {"type": "radio_buttons", "action_id": action_id, "options": list(options)[:10]}, options, initial
    )


def type_ahead(action_id: str, placeholder: str, initial: Block | None = None) -> Block:
    """A menu whose options are looked up while the person types."""
    element: Block = {
        "type": "external_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, PLACEHOLDER),
        "min_query_length": 1,
    }
    return element if initial is None else {**element, "initial_option": initial}


def text_input(action_id: str, *, multiline: bool = False, initial: str = "", placeholder: str = "") -> Block:
    """A text field of at most 3,000 characters."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": action_id,
        "multiline": multiline,
        "max_length": INPUT_TEXT if multiline else 200,
    }
    if initial:
        element["initial_value"] = initial[: INPUT_TEXT if multiline else 200]
    if placeholder:
        element["placeholder"] = plain(placeholder, PLACEHOLDER)
    return element


def entry(
    block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False, live: bool = False
) -> Block:
    """An input with its label; `live` sends each choice at once, so that the form can follow it."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, LABEL),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, LABEL)
    if live:
        block["dispatch_action"] = True
    return block


def modal(
    callback_id: str, title: str, submit: str, close: str, *blocks: Block | None, private_metadata: str = ""
) -> Block:
    """A form; without `submit` a page to read."""
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, VIEW_TITLE),
        "close": plain(close, VIEW_TITLE),
        "blocks": [block for block in blocks if block is not None][:MODAL_BLOCKS],
        "private_metadata": private_metadata,
    }
    return {**view, "submit": plain(submit, VIEW_TITLE)} if submit else view


def with_links(page: Block, items: Sequence[tuple[str, str]]) -> Block:
    """A page with (address, title) links below its first line."""
    first, *rest = page["blocks"]
    return {**page, "blocks": [block for block in (first, links(items), *rest) if block is not None][:MODAL_BLOCKS]}


def _with_initial(element: Block, options: Sequence[Block], initial: str) -> Block:
    chosen = next((option for option in options if option["value"] == initial), None) if initial else None
    return element if chosen is None else {**element, "initial_option": chosen}


def _said(block: Block) -> str:
    """What a block says, as mrkdwn for the message's `text`."""
    match block["type"]:
        case "header":
            return _text(block["text"])
        case "section":
            texts = [block["text"]] if "text" in block else block["fields"]
            return "\n".join(_text(text).replace("*\n", "* ") for text in texts)
        case "context":
            return "\n".join(map(_text, block["elements"]))
        case "rich_text":
            return _rich(block)
        case "data_table":
            return "\n".join(" · ".join(escape(cell["text"]) for cell in row) for row in block["rows"])
        case _:
            return ""


def _text(text: Mapping[str, str]) -> str:
    return text["text"] if text["type"] == "mrkdwn" else escape(text["text"])


def _rich(element: Mapping[str, Any]) -> str:
    if "elements" in element:
        joint = "\n" if element["type"] in ("rich_text", "rich_text_list") else ""
        return joint.join(map(_rich, element["elements"]))
    if element["type"] == "link":
        url = escape(element["url"])
        return f"({url})" if element["text"] == THERE else f"{escape(element['text'])} ({url})"
    return escape(element["text"])
