"""A file of orders on its way in: what is wrong with it, row by row, or what it would change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot import spreadsheets
from bot.orders import Adopted, Found, Problem
from bot.views import blockkit as kit
from bot.views.blockkit import Block
from bot.views.orders.card import code_of, line_name
from bot.views.orders.story import line
from bot.views.refusals import refusal
from bot.views.wording import Several, Words
from department.people import Office
from department.records import Refused

ROWS: Final = 100
"""Orders that one file may bring through Slack: as many as take about a second, of the three that Slack waits for an
answer. The command takes more, and shows how far it is."""

SHOWN: Final = 40
"""Problems, and changes, that are listed."""

NAMED: Final = 1500
"""Characters of the numbers of new orders."""


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
                "{name} is too large: {most} MB are the most, unpacked five times as much. Send the orders in parts.",
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
                "{name} has more than {most} columns. Leave out those that say nothing of orders.",
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
            return words(
                "There is no amount. Write it; what is not agreed yet begins as an inquiry, with `/order new`."
            )
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
            return words("“{said}” is no day with its time. Write it like 2026-12-18 17:00.", said=facts["said"])
        case "no_day":
            return words(
                "“{said}” is no day with its year, or could be two days. Write it like 2026-12-18.", said=facts["said"]
            )
        case reason:
            return refusal(Refused(reason, facts), office, words)


def ask(words: Words) -> Block:
    """The form that takes the file."""
    return kit.modal(
        "order.import",
        words("Import orders"),
        words("Look at it"),
        words("Cancel"),
        kit.entry(
            "file",
            words("Spreadsheet"),
            {"type": "file_input", "action_id": "file", "filetypes": ["csv", "xlsx"], "max_files": 1},
            hint=words("CSV or XLSX. Nothing is changed before you have seen what it would change."),
        ),
    )


def problems(found: Sequence[Problem], office: Office, words: Words) -> Block:
    """Everything that is wrong, and that nothing has happened."""
    left_out = max(len(found) - SHOWN, 0)
    more = words.n("and {n} more problem", "and {n} more problems", left_out) if left_out else ""
    return kit.modal(
        "order.import",
        words("Import orders"),
        "",
        words("Close"),
        kit.section(words("Nothing was taken over. Mend these and send the file again:")),
        *(kit.section(problem(item, office, words)) for item in found[:SHOWN]),
        kit.context(more),
    )


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
    return kit.modal("order.read", words("Import orders"), "", words("Close"), kit.section(said))


def not_yours(office: Office, words: Words) -> Block:
    """That only the department takes orders over."""
    said = refusal(Refused("not_a_member"), office, words)
    return kit.modal("order.read", words("Import orders"), "", words("Close"), kit.section(said))


def too_many(count: int, words: Words) -> Block:
    """That the file is for the command."""
    said = words(
        "The file has {count} orders; through Slack {most} go at a time. Send it in parts, or let whoever runs me use `supercargo orders FILE`.",
        count=str(count),
        most=str(ROWS),
    )
    return kit.modal("order.read", words("Import orders"), "", words("Close"), kit.section(said))
