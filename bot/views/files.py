"""Files that people send: the form that takes one, what is wrong in it row by row, and that nothing has happened yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot import spreadsheets
from bot.spreadsheets import Problem
from bot.views import blockkit as kit
from bot.views.blockkit import Block, Payload
from bot.views.refusals import refusal
from bot.views.wording import Several, Words
from department.people import Office
from department.records import Refused

SHOWN: Final = 40
"""Problems, and changes, that are listed."""

NAMED: Final = 1500
"""Characters of lists of names and numbers."""


def ask(callback: str, title: str, words: Words) -> Block:
    """The form that takes the file."""
    return kit.modal(
        callback,
        title,
        words("Look at it"),
        words("Cancel"),
        kit.entry(
            "file",
            words("Spreadsheet"),
            {"type": "file_input", "action_id": "file", "filetypes": ["csv", "xlsx"], "max_files": 1},
            hint=words("CSV or XLSX. Nothing is changed before you have seen what it would change."),
        ),
    )


def problems(title: str, found: Sequence[Problem], office: Office, words: Words) -> Block:
    """Everything that is wrong, and that nothing has happened."""
    left_out = max(len(found) - SHOWN, 0)
    more = words.n("and {n} more problem", "and {n} more problems", left_out) if left_out else ""
    return kit.modal(
        "file.read",
        title,
        "",
        words("Close"),
        kit.section(words("Nothing was taken over. Mend these and send the file again:")),
        *(kit.section(problem(item, office, words)) for item in found[:SHOWN]),
        kit.context(more),
    )


def page(title: str, said: str, words: Words) -> Block:
    """One sentence about a file."""
    return kit.modal("file.read", title, "", words("Close"), kit.section(said))


def how_far(done: int, total: int, words: Words) -> str:
    """What is shown of a file while it takes long: `done` of `total` rows, which is 0 as long as they are not known."""
    if not total:
        return words("Reading the file…")
    return words("Taking over… {done} of {total}", done=str(done), total=str(total))


def on_its_way(words: Words) -> Payload:
    """That a file somebody asked for is being written."""
    return kit.message(kit.section(words("I am writing the file. It comes into our direct conversation in a moment.")))


def not_taken(words: Words) -> Payload:
    """That Slack did not take a file."""
    return kit.message(
        kit.section(words("Slack does not take the file from me at present. Whoever runs me finds why in my log."))
    )


def problem(found: Problem, office: Office, words: Words) -> str:
    """Where something is wrong, what, and what to write instead."""
    said = _said(found, office, words)
    if found.row == 0:
        return said
    row, column = str(found.row), found.heading or (str(found.column) if found.column else "")
    if column:
        return words("Row {row}, column {column}: {said}", row=row, column=column, said=said)
    return words("Row {row}: {said}", row=row, said=said)


def _said(found: Problem, office: Office, words: Words) -> str:
    facts = found.facts
    match found.reason:
        case "too_large":
            return words(
                "{name} is too large: {most} MB are the most, unpacked five times as much. Send it in parts.",
                name=facts["name"],
                most=str(spreadsheets.LARGEST // 1024 // 1024),
            )
        case "too_many_rows":
            return words(
                "{name} has more than {most} rows. Send it in parts.",
                name=facts["name"],
                most=str(spreadsheets.MOST_ROWS),
            )
        case "too_many_columns":
            return words(
                "{name} has more than {most} columns. Leave out those that are not needed.",
                name=facts["name"],
                most=str(spreadsheets.MOST_COLUMNS),
            )
        case "not_csv" | "not_xlsx":
            return words(
                "{name} cannot be read, it is damaged or of another kind. Save the sheet as CSV or XLSX and send it again.",
                name=facts["name"],
            )
        case "no_columns":
            return words("There is no column for the order number. Call it 订单号 or order_no.")
        case "no_name_column":
            return words("There is no column for the customer's name. Call it 客户名称 or name.")
        case "two_columns":
            return words("This and the column “{other}” are for the same. Keep one of the two.", other=facts["other"])
        case "too_long":
            return words("This is too long. Keep it to {most} characters.", most=facts["most"])
        case "no_order_number":
            return words("There is no order number. Write the order's number.")
        case "twice":
            return words(
                "{order} stands in row {row} already. Keep one of the two rows.", order=facts["order"], row=facts["row"]
            )
        case "no_amount":
            return words("“{said}” is no amount. Write a number such as 12450.00.", said=facts["said"])
        case "no_amount_yet":
            return words("There is no amount. Write it; what is not agreed yet begins as an inquiry, with /order new.")
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
        case "customer_twice":
            return words(
                "The customer “{said}” stands in row {row} already. Keep one of the two rows.",
                said=facts["said"],
                row=facts["row"],
            )
        case "no_timezone":
            return words("“{said}” is not a time zone. Write one such as Europe/Berlin.", said=facts["said"])
        case "customer_meant":
            return words(
                "The customer “{said}” is not known. Did you mean “{meant}”?", said=facts["said"], meant=facts["meant"]
            )
        case "no_country":
            return words("“{said}” is not a country. Write its two letters, such as DE.", said=facts["said"])
        case "no_inquiry":
            return words(
                "There is no inquiry {said} here. Leave the row out, or write the order's number.", said=facts["said"]
            )
        case "no_days":
            return words("“{said}” is no number of days. Write one from 1 to 99.", said=facts["said"])
        case "no_state":
            return words("“{said}” is not a state. Write open, on hold, lost, cancelled or closed.", said=facts["said"])
        case "no_rule":
            return words("“{said}” is not a rule of Incoterms 2020. Write one, such as FOB Ningbo.", said=facts["said"])
        case "no_place":
            return words("{rule} has no place. Write where, such as {rule} Ningbo.", rule=facts["rule"])
        case "no_payment":
            terms = Several(tuple(term.label for term in office.agreement.orders.payment_terms.values()))
            return words(
                "“{said}” is not a payment term of the agreement. Write one of: {terms}.",
                said=facts["said"],
                terms=terms,
            )
        case "nobody":
            return words(
                "“{said}” is nobody of the agreement. Write a member's id, e-mail address or name.", said=facts["said"]
            )
        case "no_stage":
            return words("“{said}” is not a stage. Write one of the six stages of the agreement.", said=facts["said"])
        case "no_line":
            return words("“{said}” is not a line of a checklist of the agreement.", said=facts["said"])
        case "no_moment":
            return words("“{said}” is no day with its time. Write it like 2026-12-18 17:00.", said=facts["said"])
        case "no_day":
            return words(
                "“{said}” is no day with its year, or could be two days. Write it like 2026-12-18.", said=facts["said"]
            )
        case reason:
            return refusal(Refused(reason, facts), office, words)
