"""A file of customers on its way in: who is new, and what it would change about the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.customers import Change, Found
from bot.views import blockkit as kit
from bot.views import files
from bot.views.blockkit import Block
from bot.views.files import NAMED, SHOWN
from bot.views.refusals import name
from bot.views.wording import Several, Value, Words, phrase
from department.people import Office

FIELDS: Final = {
    "name": phrase("Name"),
    "code": phrase("Customer number"),
    "country": phrase("Country"),
    "timezone": phrase("Time zone"),
    "tier": phrase("Tier"),
    "currency": phrase("Currency"),
    "owner": phrase("Salesperson"),
}
"""What is known about a customer."""


def preview(changes: Sequence[Change], found: Found, file: str, office: Office, words: Words) -> Block:
    """What will be taken over: which customers are new, and what changes about those that are known."""
    new = [change.name for change in changes if change.is_new]
    known = [change for change in changes if not change.is_new]
    lines = [_line(change, office, words) for change in known]
    same, left_out = len(found.rows) - len(changes), max(len(lines) - SHOWN, 0)
    said = [
        words.n("{n} new customer", "{n} new customers", len(new)) if new else "",
        words.n("{n} known customer is brought up to date", "{n} known customers are brought up to date", len(known))
        if known
        else "",
        words.n("{n} known customer stays as it is", "{n} known customers stay as they are", same) if same else "",
        "" if found.rows else words("There is no customer in this file."),
    ]
    return kit.modal(
        "customer.import.apply" if changes else "file.read",
        words("Import customers"),
        words("Take over") if changes else "",
        words("Cancel"),
        kit.section("\n".join(filter(None, said))),
        kit.context(kit.cut(", ".join(new), NAMED)),
        kit.listed(words("Changes"), [(line, "") for line in lines[:SHOWN]]) if lines else None,
        kit.context(words.n("and {n} more change", "and {n} more changes", left_out) if left_out else ""),
        kit.context(kit.cut(words("Not read: {columns}.", columns=Several(found.unread)), NAMED))
        if found.unread
        else None,
        private_metadata=file,
    )


def done(count: int, words: Words) -> Block:
    """That it is taken over."""
    said = words.n("{n} customer is taken over.", "{n} customers are taken over.", count)
    return files.page(words("Import customers"), said, words)


def _line(change: Change, office: Office, words: Words) -> str:
    said = [
        words(
            "{what}: {old} → {new}",
            what=FIELDS[field],
            old=_value(field, old, office),
            new=_value(field, new, office),
        )
        for field, (old, new) in change.fields.items()
    ]
    return words("{record}: {what}", record=change.name, what=Several(tuple(said)))


def _value(field: str, value: str, office: Office) -> Value:
    return (name(value, office) if field == "owner" else value) if value else "–"
