"""What the card of an order shows first, and what it says of the day on which credit ends."""

from __future__ import annotations

import json

from bot.views.orders import card, forms, story
from bot.views.wording import Words
from department import orders as rules
from tests.department.test_orders import OFFICE, happened, order, who

WORDS = Words(("en",), "Asia/Shanghai")


def test_gates_stand_above_the_other_lines_and_then_what_is_due_first() -> None:
    shipped = order(rule="CIF")
    values = {"bl_date": "2026-10-13", "etd": "2026-10-30", "balance_due": "2026-12-01"}
    happened(rules.set_dates(shipped, OFFICE, who("jiang.bo"), values=values, source=""))
    block = card.checklist(shipped, OFFICE, WORDS)
    assert block is not None
    head, *lines, more = block["text"]["text"].split("\n")
    assert head.startswith("Checklist: 0 of ")
    assert [line.split(" · ")[0] for line in lines[:4]] == [
        "🔒 Money gate (deposit received)",
        "🔒 Balance received",
        "☐ Shipping advice",
        "☐ Copies of the documents sent",
    ]
    assert len(lines) == card.LINES
    assert more == f"and {len(rules.open_lines(shipped, OFFICE)) - card.LINES} more lines"


def test_the_card_and_the_form_say_when_credit_ends_until_somebody_knows_better() -> None:
    shipped, jiang = order(payment="oa_60"), who("jiang.bo")
    happened(rules.set_dates(shipped, OFFICE, jiang, values={"bl_date": "2026-10-13"}, source=""))
    assert "credit due: Sat 12 Dec 2026" in card.remarks(shipped, OFFICE, WORDS)[0]
    assert "Empty: Sat 12 Dec 2026, as the term of payment says." in json.dumps(forms.dates(shipped, OFFICE, WORDS))
    happened(rules.set_dates(shipped, OFFICE, jiang, values={"od_due": "2026-12-20"}, source="the PI"))
    assert "credit due: Sun 20 Dec 2026" in card.remarks(shipped, OFFICE, WORDS)[0]


def test_the_schedule_tells_a_handoffs_reminder_from_the_step_that_calls_somebody_in() -> None:
    words = Words(("en",), "Asia/Shanghai")
    reminder, step = (
        story.coming(f"handoff 1: {each} 2 working hours", order(), OFFICE, words) for each in ("remind", "deputy")
    )
    assert reminder.endswith("they are reminded.")
    assert step.endswith("the next person hears of it.")
