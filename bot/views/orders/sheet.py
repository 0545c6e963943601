"""A file of orders on its way in: what it would change, and what it takes for granted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.orders import Adopted, Found
from bot.views import blockkit as kit
from bot.views import files
from bot.views.blockkit import Block
from bot.views.files import NAMED, SHOWN
from bot.views.orders.card import code_of, line_name
from bot.views.orders.story import line
from bot.views.wording import Several, Words
from department.people import Office

ROWS: Final = 100
"""Orders that one file may bring through Slack: as many as take about a second, of the three that Slack waits for an
answer. The command takes more, and shows how far it is."""


def preview(adopted: Sequence[Adopted], found: Found, file: str, office: Office, words: Words) -> Block:
    """What will be taken over: which orders are new, what changes on those that are known, what is taken for granted,
    what is not read."""
    new = [code_of(order) for order, events in adopted if any(event.what == "imported" for event in events)]
    known = [(order, events) for order, events in adopted if not any(event.what == "imported" for event in events)]
    changes = [line(event, order, office, words) for order, events in known for event in events if event.what != TOLD]
    changed = sum(bool(events) for _, events in known)
    same, left_out = len(known) - changed, max(len(changes) - SHOWN, 0)
    said = [
        words.n("{n} new order", "{n} new orders", len(new)) if new or not known else "",
        words.n("{n} known order is brought up to date", "{n} known orders are brought up to date", changed)
        if changed
        else "",
        words.n("{n} known order stays as it is", "{n} known orders stay as they are", same) if same else "",
    ]
    more = words.n("and {n} more change", "and {n} more changes", left_out) if left_out else ""
    return kit.modal(
        "order.import.apply" if new or changed else "order.read",
        words("Import orders"),
        words("Take over") if new or changed else "",
        words("Cancel"),
        kit.section("\n".join(filter(None, said))),
        kit.context(kit.cut(", ".join(new), NAMED)),
        kit.listed(words("Changes"), [(change, "") for change in changes[:SHOWN]]) if changes else None,
        kit.context(more),
        *(kit.context(kit.cut(said, NAMED)) for said in remarks(adopted, found, office, words)),
        private_metadata=file,
    )


def remarks(adopted: Sequence[Adopted], found: Found, office: Office, words: Words) -> list[str]:
    """What somebody should know before they take a file over: new customers, gates it says nothing of, columns that are
    not read."""
    said = []
    if found.new_customers:
        said.append(words("New customers: {names}.", names=Several(found.new_customers)))
    if past := {code_of(order): event.new for order, events in adopted for event in events if event.what == ASSUMED}:
        gates = dict.fromkeys(gate for named in past.values() for gate in named.split(", "))
        granted = words(
            "The file does not say that these gates are passed; on your word they count as passed: {gates}, of {orders}. Where one is not, add a column 已完成 (done) that lists what is done.",
            gates=Several(tuple(line_name(gate, office) for gate in gates)),
            orders=Several(tuple(past)),
        )
        said.append(f"⚠ {granted}")
    if found.unread:
        said.append(words("Not read: {columns}.", columns=Several(found.unread)))
    return said


ASSUMED: Final = "gates_assumed"
TOLD: Final = "work_moved"
"""Follows from the other changes."""


def done(count: int, words: Words) -> Block:
    """That it is taken over."""
    said = words.n("{n} order is taken over.", "{n} orders are taken over.", count)
    return files.page(words("Import orders"), said, words)


def too_many(count: int, words: Words) -> Block:
    """That the file is for the command."""
    said = words(
        "The file has {count} orders; through Slack {most} go at a time. Send it in parts, or let whoever runs me use `supercargo orders FILE`.",
        count=str(count),
        most=str(ROWS),
    )
    return files.page(words("Import orders"), said, words)
