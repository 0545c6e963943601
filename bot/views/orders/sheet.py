"""A file of orders on its way in: what is wrong with it, row by row, or what will be taken over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.orders import Problem
from bot.views import blockkit as kit
from bot.views.blockkit import Block
from bot.views.wording import Words

ROWS: Final = 200
"""Orders that one file may bring through Slack, which waits three seconds for an answer; the command takes more."""

SHOWN: Final = 40
"""Problems that are listed."""


def problem(found: Problem, words: Words) -> str:
    """Where something is wrong, what, and what to write instead."""
    where = words("Row {row}, column {column}", row=str(found.row), column=found.heading or str(found.column))
    return f"{where}: {_said(found, words)}"


def _said(found: Problem, words: Words) -> str:
    facts = found.facts
    match found.reason:
        case "unreadable":
            return words("{what}. Save the sheet as CSV or XLSX and send it again.", what=facts["what"])
        case "no_columns":
            return words(
                "There is no column for the order number or the customer. Call them 订单号 and 客户, or order_no and customer."
            )
        case "no_order_number":
            return words("There is no order number. Write the order's number.")
        case "twice":
            return words(
                "{order} stands in row {row} already. Keep one of the two rows.", order=facts["order"], row=facts["row"]
            )
        case "no_amount":
            return words("“{said}” is no amount. Write a number such as 12450.00.", said=facts["said"])
        case "no_currency":
            return words("“{said}” is not a currency. Write its three letters, such as USD.", said=facts["said"])
        case "two_currencies":
            return words(
                "The amount is in {one}, the column says {other}. Make them the same.",
                one=facts["one"],
                other=facts["other"],
            )
        case "no_customer":
            return words("There is no customer. Write the customer's name.")
        case "customer_meant":
            return words(
                "The customer “{said}” is not known. Did you mean “{meant}”?", said=facts["said"], meant=facts["meant"]
            )
        case "no_rule":
            return words("“{said}” is not a rule of Incoterms 2020. Write one, such as FOB Ningbo.", said=facts["said"])
        case "no_place":
            return words("{rule} has no place. Write where, such as {rule} Ningbo.", rule=facts["rule"])
        case "no_payment":
            return words("“{said}” is not a payment term of the agreement. Write one of them.", said=facts["said"])
        case "nobody":
            return words(
                "“{said}” is nobody of the agreement. Write a member's id, e-mail address or name.", said=facts["said"]
            )
        case "no_stage":
            return words("“{said}” is not a stage. Write one of the six stages of the agreement.", said=facts["said"])
        case "no_line":
            return words("“{said}” is not a line of a checklist of the agreement.", said=facts["said"])
        case "no_moment":
            return words("“{said}” is no moment. Write it like 2026-12-18 17:00.", said=facts["said"])
        case "no_day":
            return words("“{said}” is no day, or could be two. Write it like 2026-12-18.", said=facts["said"])
        case reason:
            raise ValueError(f"no words for the problem {reason!r}")


def ask(words: Words) -> Block:
    """The form that takes the file."""
    return kit.modal(
        "order.import",
        words("Import orders"),
        words("Look at it"),
        words("Cancel"),
        kit.entry(
            "file",
            words("File"),
            {"type": "file_input", "action_id": "file", "filetypes": ["csv", "xlsx"], "max_files": 1},
            hint=words("CSV or XLSX. Nothing is changed before you have seen what it would change."),
        ),
    )


def problems(found: Sequence[Problem], words: Words) -> Block:
    """Everything that is wrong, and that nothing has happened."""
    left_out = max(len(found) - SHOWN, 0)
    more = words.n("and {n} more problem", "and {n} more problems", left_out) if left_out else ""
    return kit.modal(
        "order.import",
        words("Import orders"),
        "",
        words("Close"),
        kit.section(words("Nothing was taken over. Mend these and send the file again:")),
        *(kit.section(problem(item, words)) for item in found[:SHOWN]),
        kit.context(more),
    )


def preview(new: Sequence[str], known: Sequence[str], file: str, words: Words) -> Block:
    """What will be taken over."""
    return kit.modal(
        "order.import.apply",
        words("Import orders"),
        words("Take over"),
        words("Cancel"),
        kit.section(words.n("{n} new order", "{n} new orders", len(new))),
        kit.context(kit.cut(", ".join(new), 1500)),
        kit.section(
            words.n("{n} known order is brought up to date", "{n} known orders are brought up to date", len(known))
        ),
        kit.context(kit.cut(", ".join(known), 1500)),
        private_metadata=file,
    )


def done(count: int, words: Words) -> Block:
    """That it is taken over."""
    said = words.n("{n} order is taken over.", "{n} orders are taken over.", count)
    return kit.modal("order.read", words("Import orders"), "", words("Close"), kit.section(said))


def too_many(count: int, words: Words) -> Block:
    """That the file is for the command."""
    said = words(
        "The file has {count} orders; through Slack {most} go at a time. Send it in parts, or let whoever runs me use `supercargo orders FILE`.",
        count=str(count),
        most=str(ROWS),
    )
    return kit.modal("order.read", words("Import orders"), "", words("Close"), kit.section(said))
