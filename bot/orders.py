"""Orders in spreadsheets: read all of a file or every problem in it by row and column, take it over whole, write it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from sqlalchemy.orm import Session

from bot import spreadsheets
from department import orders as rules
from department.agreement import Agreement, Member
from department.incoterms import RULES
from department.key_dates import KEY_DATES
from department.orders import Order, Terms
from department.people import Office
from department.records import Event
from storage import customers
from storage import orders as shelf
from storage.customers import Customer, folded

COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "order_no": "order_no",
        "订单号": "order_no",
        "customer": "customer",
        "customer_id": "customer",
        "客户": "customer",
        "customer_po": "customer_po",
        "客户po": "customer_po",
        "sales_owner": "sales",
        "业务员": "sales",
        "merchandiser": "merchandiser",
        "跟单员": "merchandiser",
        "currency": "currency",
        "币种": "currency",
        "amount": "amount",
        "金额": "amount",
        "incoterm": "rule",
        "incoterms": "rule",
        "贸易术语": "rule",
        "named_place": "place",
        "地点": "place",
        "payment_term": "payment",
        "付款方式": "payment",
        "product": "product",
        "产品": "product",
        "quantity": "quantity",
        "qty_ordered": "quantity",
        "数量": "quantity",
        "stage": "stage",
        "环节": "stage",
        "status": "state",
        "state": "state",
        "状态": "state",
        "done": "done",
        "已完成": "done",
        "owner": "owner",
        "负责人": "owner",
        "lc_presentation_days": "presentation_days",
        "promised_ship_current": "promised_shipment",
        "交货期": "promised_shipment",
        "cargo_ready_planned": "cargo_ready",
        "货好日期": "cargo_ready",
        "cy_closing_at": "cy_closing",
        "截港": "cy_closing",
        **{code: code for code in KEY_DATES},
    }
)
"""The columns that are read; others may be there. People are member ids, e-mail addresses or names; `done` are lines of
the checklists, separated by semicolons."""


STATES: Final[Mapping[str, rules.State]] = MappingProxyType(
    {
        "on_hold": "on_hold",
        "on hold": "on_hold",
        "搁置": "on_hold",
        "cancelled": "cancelled",
        "canceled": "cancelled",
        "已取消": "cancelled",
        "closed": "closed",
        "已结单": "closed",
    }
)
"""How files write that an order is not open; anything else is open."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file: its row and column, counted from one, the column's heading, a reason that the views
    have words for, and the facts the words need."""

    row: int
    column: int
    heading: str
    reason: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An order as a file has it. What the file says nothing of is empty: `people` by role, `dates` by code."""

    order_no: str
    terms: Terms
    stage: str = ""
    state: rules.State = "open"
    owner: str = ""
    done: tuple[str, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)


def read(
    raw: bytes, name: str, agreement: Agreement, known: Callable[[str], Customer | None], names: Sequence[str]
) -> list[Row] | list[Problem]:
    """The orders in a CSV or XLSX file, or everything wrong in it by row and column. `known` finds a customer by name
    or code, `names` are all there are."""
    try:
        table = spreadsheets.read(raw, name)
    except spreadsheets.Unreadable as problem:
        return [Problem(1, 1, "", "unreadable", {"what": str(problem)})]
    head = [COLUMNS.get(spreadsheets.plain(cell).casefold(), "") for cell in (table[0] if table else [])]
    if "order_no" not in head or "customer" not in head:
        return [Problem(1, 1, "", "no_columns")]
    reader = _Reader(table[0], head, agreement, known, names)
    for line, cells in enumerate(table[1:], start=2):
        if any(cell.strip() for cell in cells) and not spreadsheets.is_total(cells):
            reader.take(line, cells)
    return sorted(reader.problems, key=lambda problem: (problem.row, problem.column)) or reader.rows


def table(orders: Iterable[Order], agreement: Agreement) -> list[list[str]]:
    """Orders as rows of a spreadsheet, under the columns that `read` takes; money without separators, days and moments
    in ISO form, at the department's place."""
    zone = ZoneInfo(agreement.timezone)
    fields = ("order_no", "customer", "customer_po", "product", "quantity", "amount", "currency", "rule", "place")
    head = ["incoterm" if name == "rule" else "named_place" if name == "place" else name for name in fields]
    rows = [[*head, "payment_term", "sales_owner", "merchandiser", "owner", "stage", "state", "done", *KEY_DATES]]
    for order in orders:
        dates = order.current_dates
        payment = agreement.orders.payment_terms.get(order.payment)
        said = ["" if (value := getattr(order, name)) is None else str(value) for name in fields]
        said += [payment.label.en if payment else order.payment, order.people.get("sales", "")]
        said += [order.people.get("merchandiser", ""), order.owner, order.stage, order.state]
        said.append("; ".join(item.line for item in order.done))
        said += [_local(dates[code].value, zone) if code in dates else "" for code in KEY_DATES]
        rows.append(said)
    return rows


class _Reader:
    def __init__(
        self,
        headings: Sequence[str],
        head: list[str],
        agreement: Agreement,
        known: Callable[[str], Customer | None],
        names: Sequence[str],
    ) -> None:
        self.rows: list[Row] = []
        self.problems: list[Problem] = []
        self._headings = headings
        self._head = head
        self._agreement = agreement
        self._known = known
        self._names = {folded(each): each for each in names}
        self._seen: dict[str, int] = {}
        self._zone = ZoneInfo(agreement.timezone)

    def take(self, line: int, cells: Sequence[str]) -> None:
        before = len(self.problems)
        said = {column: cell for column, cell in zip(self._head, cells, strict=False) if column}
        values = {
            column: "" if spreadsheets.is_nothing(cell) else spreadsheets.plain(cell) for column, cell in said.items()
        }
        order_no = values.get("order_no", "").upper()
        if not order_no:
            self._wrong(line, "order_no", "no_order_number")
        elif (first := self._seen.setdefault(order_no, line)) != line:
            self._wrong(line, "order_no", "twice", order=order_no, row=str(first))
        terms = self._terms(line, values)
        people = {role: self._member(line, role, values.get(role, "")) for role in ("sales", "merchandiser")}
        owner = self._member(line, "owner", values.get("owner", ""))
        stage = self._stage(line, values.get("stage", ""))
        done = tuple(self._line(line, said) for said in re.split(r"[;；、]", values.get("done", "")) if said.strip())
        dates = {code: self._date(line, code, values[code]) for code in KEY_DATES if values.get(code)}
        if len(self.problems) == before and terms is not None:
            self.rows.append(
                Row(
                    order_no=order_no,
                    terms=terms,
                    stage=stage,
                    state=STATES.get(values.get("state", "").casefold(), "open"),
                    owner=owner.id if owner else "",
                    done=done,
                    people={role: member.id for role, member in people.items() if member},
                    dates=dates,
                )
            )

    def _terms(self, line: int, values: Mapping[str, str]) -> Terms | None:
        before = len(self.problems)
        customer = self._customer(line, values.get("customer", ""))
        amount, named = spreadsheets.money(values["amount"]) if values.get("amount") else (None, "")
        currency = spreadsheets.CURRENCIES.get(values.get("currency", ""), values.get("currency", "").upper()) or named
        if amount is None or amount <= 0:
            self._wrong(line, "amount", "no_amount", said=values.get("amount", ""))
        elif currency not in Locale("en").currencies:
            self._wrong(line, "currency", "no_currency", said=currency)
        elif named and named != currency:
            self._wrong(line, "amount", "two_currencies", one=named, other=currency)
        rule, place = self._rule(line, values.get("rule", ""), values.get("place", ""))
        payment = self._payment(line, values.get("payment", ""))
        days = values.get("presentation_days", "")
        if len(self.problems) != before or customer is None:
            return None
        return Terms(
            customer=customer.name,
            country=customer.country,
            product=values.get("product", "") or "–",
            customer_po=values.get("customer_po", ""),
            quantity=values.get("quantity", ""),
            amount=amount,
            currency=currency,
            rule=rule,
            place=place,
            payment=payment,
            presentation_days=int(days) if days.isascii() and days.isdigit() else None,
        )

    def _customer(self, line: int, said: str) -> Customer | None:
        if not said:
            self._wrong(line, "customer", "no_customer")
            return None
        if found := self._known(said):
            return found
        close = get_close_matches(folded(said), self._names, n=1, cutoff=0.7)
        begins = [name for name in self._names if name.startswith(folded(said))]
        if close or begins:
            meant = self._names[(close or begins)[0]]
            self._wrong(line, "customer", "customer_meant", said=said, meant=meant)
            return None
        return Customer(said)

    def _rule(self, line: int, said: str, place: str) -> tuple[str, str]:
        found = re.match(r"([A-Za-z]{3})\s*(.*)", said)
        rule = found[1].upper() if found else ""
        place = place or (found[2].strip() if found else "")
        if rule not in RULES:
            self._wrong(line, "rule", "no_rule", said=said)
        elif not place:
            self._wrong(line, "rule", "no_place", rule=rule)
        return rule, place

    def _payment(self, line: int, said: str) -> str:
        wanted = _compact(said)
        for code, term in self._agreement.orders.payment_terms.items():
            if wanted in {_compact(item) for item in (code, term.label.en, term.label.zh, *term.spelled)}:
                return code
        self._wrong(line, "payment", "no_payment", said=said)
        return ""

    def _member(self, line: int, column: str, said: str) -> Member | None:
        if not said:
            return None
        for member in self._agreement.members:
            names = (member.id, member.email, member.name.zh, member.name.en, member.id.replace(".", " "))
            if said.casefold() in {name.casefold() for name in names}:
                return member
        self._wrong(line, column, "nobody", said=said)
        return None

    def _stage(self, line: int, said: str) -> str:
        for stage in self._agreement.stages:
            if said.casefold() in (stage.id, stage.label.en.casefold(), stage.label.zh):
                return stage.id
        if said:
            self._wrong(line, "stage", "no_stage", said=said)
        return ""

    def _line(self, line: int, said: str) -> str:
        wanted = spreadsheets.plain(said).casefold()
        for item in (item for stage in self._agreement.stages for item in stage.lines):
            if wanted in (item.id, item.label.en.casefold(), item.label.zh):
                return item.id
        self._wrong(line, "done", "no_line", said=said.strip())
        return ""

    def _date(self, line: int, code: str, said: str) -> str:
        if KEY_DATES[code] == "moment":
            try:
                moment = datetime.fromisoformat(said)
            except ValueError:
                self._wrong(line, code, "no_moment", said=said)
                return ""
            return (moment if moment.tzinfo else moment.replace(tzinfo=self._zone)).isoformat()
        found = spreadsheets.day(said)
        if found is None:
            self._wrong(line, code, "no_day", said=said)
            return ""
        return found.isoformat()

    def _wrong(self, line: int, column: str, reason: str, **facts: str) -> None:
        place = self._head.index(column) if column in self._head else 0
        self.problems.append(Problem(line, place + 1, self._headings[place].strip(), reason, facts))


def _compact(said: str) -> str:
    return re.sub(r"[\s/.\-]", "", spreadsheets.plain(said)).casefold()


def _local(value: str, zone: ZoneInfo) -> str:
    return value if len(value) == 10 else datetime.fromisoformat(value).astimezone(zone).isoformat()


def adopt(
    session: Session, office: Office, by: Member, number: Callable[[], int], rows: Iterable[Row], workspace: str
) -> Iterator[tuple[Order, list[Event]]]:
    """Each order of a file, new or changed, with what is new about it. Raises ValueError for a row that `read` would
    not have let through."""
    for row in rows:
        known = customers.by_name(session, workspace, row.terms.customer)
        if known is None:
            customers.add(session, workspace, row.terms.customer)
        adopted = rules.adopt(
            row.terms,
            office,
            by,
            order=shelf.by_order_no(session, workspace, row.order_no),
            order_no=row.order_no,
            stage=row.stage,
            state=row.state,
            owner=row.owner,
            done=row.done,
            people=row.people,
            dates=row.dates,
            workspace=workspace,
            number=number,
            tier=known.tier if known else "",
        )
        if isinstance(adopted, list):
            raise ValueError(f"{row.order_no}: {adopted[0].reason}")
        yield adopted
