"""The list of complaints, a page at a time, and what `/complaint` can do."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views import blockkit as kit
from bot.views.blockkit import Block, Payload
from bot.views.complaints.card import code, state, summary
from bot.views.wording import Words
from department.complaints import Complaint
from department.people import Office

PAGE = 8
"""Complaints on one page of the list: each takes a paragraph and a line, and a message holds 50 blocks."""


def page_of(
    cases: Sequence[Complaint], office: Office, words: Words, *, title: str, page: int, more: bool, kind: str
) -> Payload:
    """A page of complaints, each with a button that shows it."""
    if not cases:
        return kit.message(
            kit.section(words("There is nothing here. `/complaint` files a complaint."))
            if page == 0
            else kit.section(words("There is nothing more."))
        )
    rows: list[Block | None] = [kit.header(title)]
    for case in cases:
        rows.append(
            kit.section(
                words(
                    "{code} · {customer} · {severity} · {state}",
                    code=code(case.number),
                    customer=case.customer,
                    severity=case.severity,
                    state=state(case),
                ),
                kit.button("complaint.show", words("Show {code}", code=code(case.number)), str(case.number)),
            )
        )
        rows.append(kit.context(summary(case, office, words), kit.cut(case.what_happened.replace("\n", " "), 120)))
    rows.append(
        kit.actions(
            "complaint:list",
            kit.button("complaint.list.back", words("Newer"), f"{kind}:{page - 1}") if page else None,
            kit.button("complaint.list.on", words("Older"), f"{kind}:{page + 1}") if more else None,
        )
    )
    return kit.message(*rows)


def help_text(words: Words) -> Payload:
    """What `/complaint` can do."""
    return kit.message(
        kit.header(words("Complaints")),
        kit.section(words("`/complaint` opens the form.")),
        kit.section(
            words(
                "`/complaint ACME: 12 cartons crushed` opens it filled in: the customer before the colon, what happened after it."
            )
        ),
        kit.section(
            words(
                "`/complaint list` shows the open complaints, `/complaint mine` those with you, `/complaint show C-12` one with its history."
            )
        ),
        kit.section(words("On any message: the menu “File a complaint · 投诉” takes the message into the form.")),
        kit.section(
            words(
                "In the complaint's thread: reply “ack”, “on it” or “收到”, or react with ✅, and it is yours. Everything else is a button on its card."
            )
        ),
    )
