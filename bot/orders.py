"""Orders in spreadsheets: read all of a file or every problem in it by row and column, foresee what it would change,
take it over whole, write it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import partial
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale
from sqlalchemy.orm import Session

from bot import spreadsheets
from bot.spreadsheets import Problem
from department import orders as rules
from department.agreement import Agreement, Member
from department.incoterms import RULES
from department.key_dates import KEY_DATES
from department.orders import Order, Terms
from department.people import Office
from department.records import Event, Refused
from storage import customers, store
from storage import orders as shelf
from storage.customers import Customer, folded

COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "order_no": "order_no",
        "订单号": "order_no",
        "customer": "customer",
        "customer_id": "customer",
        "客户": "customer",
        "country": "country",
        "国家": "country",
        "customer_po": "customer_po",
        "buyer_po": "customer_po",
        "客户po": "customer_po",
        "currency": "currency",
        "币种": "currency",
        "amount": "amount",
        "金额": "amount",
        "incoterm": "rule",
        "incoterms": "rule",
        "贸易术语": "rule",
        "named_place": "place",
        "place": "place",
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
        "交单期": "presentation_days",
        "promised_ship_current": "promised_shipment",
        "promised_ship": "promised_shipment",
        "交货期": "promised_shipment",
        "cargo_ready_planned": "cargo_ready",
        "货好日期": "cargo_ready",
        "截单": "si_cutoff",
        "cy_closing_at": "cy_closing",
        "截港": "cy_closing",
        "船期": "etd",
        "预计离港": "etd",
        "预计到港": "eta",
        **{code: code for code in KEY_DATES},
    }
)
"""The columns that are read, besides those for people (`people_columns`). People are member ids, e-mail addresses or
names; `done` are lines of the checklists, separated by semicolons."""

NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {"rule": "incoterm", "place": "named_place", "payment": "payment_term", "presentation_days": "lc_presentation_days"}
)
"""What `table` calls a column that is not called by its field's name."""

STATES: Final[Mapping[str, rules.State]] = MappingProxyType(
    {
        "": "open",
        "open": "open",
        "进行中": "open",
        "at_risk": "open",
        "at risk": "open",
        "有风险": "open",
        "blocked": "open",
        "受阻": "open",
        "on_hold": "on_hold",
        "on hold": "on_hold",
        "搁置": "on_hold",
        "已搁置": "on_hold",
        "lost": "lost",
        "未成交": "lost",
        "cancelled": "cancelled",
        "canceled": "cancelled",
        "已取消": "cancelled",
        "closed": "closed",
        "已结单": "closed",
    }
)
"""How files write an order's state; what is at risk or blocked follows from its dates and gates."""

LONGEST: Final[Mapping[str, int]] = MappingProxyType(
    {"order_no": 40, "customer": 75, "product": rules.LONGEST, "quantity": 200, "customer_po": 200, "place": 200}
)
"""Characters of a cell; what the forms take."""

AS_TYPED: Final = ("customer", "product", "quantity", "customer_po", "place")
"""What is kept as it was typed; of everything else full-width characters count as half-width ones."""

HEAD_WITHIN: Final = 10
"""Rows at the top of a sheet, titles and the like, among which the row with the headings is looked for."""

INQUIRY: Final = re.compile(r"IN-([0-9]{1,9})")
"""How an inquiry is written that has no order number yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An order as a line of a file has it. What the file says nothing of is not in `terms` (the values of Terms by
    name), `people` (by role) and `dates` (by code); `done` is None where it has no column for that."""

    line: int
    order_no: str
    terms: Mapping[str, Any] = field(default_factory=dict)
    stage: str = ""
    state: rules.State = "open"
    owner: str = ""
    done: tuple[str, ...] | None = None
    people: Mapping[str, str] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is in a file: its orders or, instead, everything wrong in it; the headings of what was not read, and the
    customers that are not known yet."""

    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    unread: tuple[str, ...] = ()
    new_customers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Books:
    """What is known already: a customer by name or number, the names of all, an order by its number or code."""

    customer: Callable[[str], Customer | None]
    names: Sequence[str]
    order: Callable[[str], Order | None]


def books(session: Session, workspace: str) -> Books:
    """What the store knows."""
    return Books(
        lambda said: customers.by_name(session, workspace, said) or customers.by_code(session, workspace, said),
        customers.names(session, workspace),
        partial(_order, session, workspace),
    )


def people_columns(agreement: Agreement) -> dict[str, str]:
    """The headings that name the person of a role, and the role."""
    sales, merchandiser = agreement.stages[0].owner_role, agreement.stage("production").owner_role
    usual = {
        "业务员": sales,
        "sales": sales,
        "merchandiser": merchandiser,
        "跟单员": merchandiser,
        "跟单": merchandiser,
    }
    named = {f"{role}_owner": role for role in agreement.roles}
    labels = {said.casefold(): role for role, label in agreement.roles.items() for said in (label.zh, label.en)}
    return {**labels, **usual, **named}


Cells = Sequence[str]


def read(
    raw: bytes,
    name: str,
    agreement: Agreement,
    known: Books,
    shown: Callable[[Sequence[Cells]], Iterable[Cells]] = iter,
) -> Found:
    """What is in a CSV or XLSX file. Of an order that is known already a file may say as little as it likes; a new one
    needs its customer, amount, rule, place and payment term. The rows go through `shown`, such as a progress bar."""
    try:
        table = spreadsheets.read(raw, name)
    except spreadsheets.Unreadable as error:
        return Found(problems=(error.problem,))
    place = next(
        (place for place, cells in enumerate(table[:HEAD_WITHIN]) if "order_no" in _head(cells, agreement)), -1
    )
    if place < 0:
        return Found(problems=(Problem(0, 0, "", "no_columns"),))
    headings, head = table[place], _head(table[place], agreement)
    reader = _Reader(headings, head, agreement, known)
    reader.look_at_head(place + 1)
    for line, cells in enumerate(shown(table[place + 1 :]), start=place + 2):
        if any(cell.strip() for cell in cells) and not spreadsheets.is_total(cells):
            reader.take(line, cells)
    unread = [said.strip() for said, column in zip(headings, head, strict=True) if said.strip() and not column]
    problems = sorted(reader.problems, key=lambda problem: (problem.row, problem.column))
    return Found(
        rows=() if problems else tuple(reader.rows),
        problems=tuple(problems),
        unread=tuple(unread),
        new_customers=tuple(reader.new_customers.values()),
    )


def table(orders: Iterable[Order], office: Office) -> Iterator[list[str]]:
    """A head and orders as rows of a spreadsheet, under the columns that `read` takes; money without separators, days
    and moments in ISO form, at the department's place. Inquiries stand under their code."""
    agreement, zone = office.agreement, ZoneInfo(office.agreement.timezone)
    fields = ("customer", "country", "customer_po", "product", "quantity", "amount", "currency", "rule", "place")
    people = [f"{role}_owner" for role in agreement.roles]
    rest = ("payment", "presentation_days", *people, "owner", "stage", "state", "done", *KEY_DATES)
    yield [NAMES.get(name, name) for name in ("order_no", *fields, *rest)]
    for order in orders:
        dates = order.current_dates
        payment = agreement.orders.payment_terms.get(order.payment)
        said = [order.order_no or f"IN-{order.number}", *(str(getattr(order, name) or "") for name in fields)]
        if order.amount is not None:
            said[1 + fields.index("amount")] = spreadsheets.number(order.amount)
        said += [payment.label.en if payment else order.payment, str(order.presentation_days or "")]
        those = [*(order.people.get(role, "") for role in agreement.roles), order.owner]
        said += [person if agreement.member(person) else "" for person in those]
        done = [line.id for stage in agreement.stages for line in stage.lines if rules.is_done(line, order)]
        said += [order.stage, order.state, "; ".join(done)]
        said += [_local(dates[code].value, zone) if code in dates else "" for code in KEY_DATES]
        yield said


def _head(headings: Iterable[str], agreement: Agreement) -> list[str]:
    """The field of each column, "person:" and the role for a person's, empty for what is not read."""
    people = {heading: f"person:{role}" for heading, role in people_columns(agreement).items()}
    fields = {**people, **COLUMNS}
    return [fields.get(spreadsheets.plain(cell).casefold(), "") for cell in headings]


class _Reader:
    def __init__(self, headings: Cells, head: list[str], agreement: Agreement, known: Books) -> None:
        self.rows: list[Row] = []
        self.problems: list[Problem] = []
        self.new_customers: dict[str, str] = {}
        self._headings = headings
        self._head = head
        self._agreement = agreement
        self._known = known
        self._names = {folded(each): each for each in known.names}
        self._seen: dict[str, int] = {}
        self._zone = ZoneInfo(agreement.timezone)

    def look_at_head(self, line: int) -> None:
        """Two columns for the same thing leave open which of them counts."""
        for place, column in enumerate(self._head):
            if column and (first := self._head.index(column)) != place:
                facts = {"other": self._headings[first].strip()}
                self.problems.append(Problem(line, place + 1, self._headings[place].strip(), "two_columns", facts))

    def take(self, line: int, cells: Cells) -> None:
        before = len(self.problems)
        said = {column: cell for column, cell in zip(self._head, cells, strict=False) if column}
        values = {
            column: ""
            if spreadsheets.is_nothing(cell)
            else cell.strip()
            if column in AS_TYPED
            else spreadsheets.plain(cell)
            for column, cell in said.items()
        }
        for column, most in LONGEST.items():
            if len(values.get(column, "")) > most:
                self._wrong(line, column, "too_long", most=str(most))
        order_no, order = self._order(line, values)
        terms = self._terms(line, values, order)
        people = {
            column.removeprefix("person:"): self._member(line, column, values[column])
            for column in self._head
            if column.startswith("person:") and values.get(column)
        }
        owner = self._member(line, "owner", values.get("owner", ""))
        stage = self._stage(line, values.get("stage", ""))
        state = STATES.get(values.get("state", "").casefold())
        if state is None:
            self._wrong(line, "state", "no_state", said=values["state"])
        named = re.split(r"[;；、]", values["done"]) if "done" in values else None
        done = None if named is None else tuple(self._line(line, said) for said in named if said.strip())
        dates = {code: self._date(line, code, values[code]) for code in KEY_DATES if values.get(code)}
        if len(self.problems) == before and state is not None:
            self.rows.append(
                Row(
                    line=line,
                    order_no=order_no,
                    terms=terms,
                    stage=stage,
                    state=state,
                    owner=owner.id if owner else "",
                    done=done,
                    people={role: member.id for role, member in people.items() if member},
                    dates=dates,
                )
            )

    def _order(self, line: int, values: Mapping[str, str]) -> tuple[str, Order | None]:
        order_no = values.get("order_no", "").upper()
        order = self._known.order(order_no) if order_no else None
        if not order_no:
            self._wrong(line, "order_no", "no_order_number")
        elif order is None and INQUIRY.fullmatch(order_no):
            self._wrong(line, "order_no", "no_inquiry", said=order_no)
        else:
            first = self._seen.setdefault(order.order_no or f"IN-{order.number}" if order else order_no, line)
            if first != line:
                self._wrong(line, "order_no", "twice", order=order_no, row=str(first))
        return order_no, order

    def _terms(self, line: int, values: Mapping[str, str], order: Order | None) -> dict[str, Any]:
        """What the row says of the terms; a new order has to have those that it cannot be confirmed without."""
        is_new = order is None
        said: dict[str, Any] = {
            name: values[name] for name in ("product", "quantity", "customer_po") if values.get(name)
        }
        if is_new or values.get("customer"):
            said["customer"] = self._customer(line, values.get("customer", ""))
        if country := values.get("country", "").upper():
            said["country"] = country
            if len(country) != 2 or country not in Locale("en").territories:
                self._wrong(line, "country", "no_country", said=values["country"])
        if is_new or values.get("amount") or values.get("currency"):
            said |= self._money(line, values, order)
        if is_new or values.get("rule") or values.get("place"):
            said |= self._rule(line, values, order)
        if is_new or values.get("payment"):
            said["payment"] = self._payment(line, values.get("payment", ""), order)
        if days := values.get("presentation_days"):
            found = re.fullmatch(r"([1-9][0-9]?)\s*(?:days?|d|天|日)?", days, re.IGNORECASE)
            said["presentation_days"] = int(found[1]) if found else None
            if found is None:
                self._wrong(line, "presentation_days", "no_days", said=days)
        return said

    def _money(self, line: int, values: Mapping[str, str], order: Order | None) -> dict[str, Any]:
        written = values.get("amount", "")
        amount, named = spreadsheets.money(written) if written else (order.amount if order else None, "")
        told = values.get("currency", "")
        currency = spreadsheets.CURRENCIES.get(told, told.upper()) or named or (order.currency if order else "")
        if not written and amount is None:
            self._wrong(line, "amount", "no_amount_yet")
        elif amount is None or amount <= 0:
            self._wrong(line, "amount", "no_amount", said=written)
        elif currency not in Locale("en").currencies:
            self._wrong(line, "currency", "no_currency", said=told)
        elif named and named != currency:
            self._wrong(line, "amount", "two_currencies", one=named, other=currency)
        return {"amount": amount, "currency": currency}

    def _customer(self, line: int, said: str) -> str:
        if not said:
            self._wrong(line, "customer", "no_customer")
        elif found := self._known.customer(said):
            return found.name
        close = get_close_matches(folded(said), self._names, n=1, cutoff=0.7)
        begins = [name for name in self._names if name.startswith(folded(said))]
        if close or begins:
            meant = self._names[(close or begins)[0]]
            self._wrong(line, "customer", "customer_meant", said=said, meant=meant)
        elif said:
            self.new_customers.setdefault(folded(said), said)
        return said

    def _rule(self, line: int, values: Mapping[str, str], order: Order | None) -> dict[str, Any]:
        said = values.get("rule") or (order.rule if order else "")
        found = re.match(r"([A-Za-z]{3})\s*(.*)", said)
        rule = found[1].upper() if found else ""
        place = values.get("place") or (found[2].strip() if found else "")
        if not place and order is not None and rule == order.rule:
            place = order.place
        if rule not in RULES:
            self._wrong(line, "rule", "no_rule", said=said)
        elif not place:
            self._wrong(line, "rule", "no_place", rule=rule)
        return {"rule": rule, "place": place}

    def _payment(self, line: int, said: str, order: Order | None) -> str:
        wanted = _compact(said)
        if order is not None and wanted == _compact(order.payment):
            return order.payment
        for code, term in self._agreement.orders.payment_terms.items():
            if wanted in {_compact(item) for item in (code, term.label.en, term.label.zh, *term.spelled)}:
                return code
        self._wrong(line, "payment", "no_payment", said=said)
        return ""

    def _member(self, line: int, column: str, said: str) -> Member | None:
        found = spreadsheets.member(said, self._agreement) if said else None
        if said and found is None:
            self._wrong(line, column, "nobody", said=said)
        return found

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
        """A day, or a moment in UTC, in ISO form; what names no zone is at the department's place."""
        if KEY_DATES[code] == "day":
            day = spreadsheets.day(said)
            if day is None:
                self._wrong(line, code, "no_day", said=said)
            return day.isoformat() if day else ""
        moment = spreadsheets.moment(said)
        if moment is None:
            self._wrong(line, code, "no_moment", said=said)
            return ""
        return (moment if moment.tzinfo else moment.replace(tzinfo=self._zone)).astimezone(UTC).isoformat()

    def _wrong(self, line: int, column: str, reason: str, **facts: str) -> None:
        place = self._head.index(column) + 1 if column in self._head else 0
        heading = self._headings[place - 1].strip() if place else NAMES.get(column, column)
        self.problems.append(Problem(line, place, heading, reason, facts))


def _compact(said: str) -> str:
    return re.sub(r"[\s/.\-]", "", spreadsheets.plain(said)).casefold()


def _local(value: str, zone: ZoneInfo) -> str:
    return value if len(value) == 10 else datetime.fromisoformat(value).astimezone(zone).isoformat()


def _order(session: Session, workspace: str, code: str) -> Order | None:
    """The order of this number, or the inquiry of this code."""
    inquiry = INQUIRY.fullmatch(code)
    return shelf.by_order_no(session, workspace, code) or (
        store.read(session, Order, workspace, int(inquiry[1])) if inquiry else None
    )


Adopted = tuple[Order, list[Event]]


def foresee(
    session: Session, office: Office, by: Member, rows: Iterable[Row], workspace: str
) -> tuple[list[Adopted], list[Problem]]:
    """What taking the rows over would bring, each order with what is new about it, and which rows `by` may not take
    over; changes nothing."""
    adopted: list[Adopted] = []
    problems: list[Problem] = []
    for row in rows:
        order = _order(session, workspace, row.order_no)
        outcome = _adopted(session, office, by, lambda: 0, row, replace(order) if order else None, workspace)
        if isinstance(outcome, list):
            problems += [Problem(row.line, 0, "", each.reason, each.facts) for each in outcome]
        else:
            adopted.append(outcome)
    return adopted, problems


def adopt(
    session: Session, office: Office, by: Member, number: Callable[[], int], rows: Iterable[Row], workspace: str
) -> Iterator[Adopted]:
    """Each order of a file that is new or has changed, with what is new about it. Raises ValueError for a row that
    `foresee` has a problem with."""
    for row in rows:
        order = _order(session, workspace, row.order_no)
        adopted = _adopted(session, office, by, number, row, order, workspace)
        if isinstance(adopted, list):
            raise ValueError(f"{row.order_no}: {adopted[0].reason}")
        customer = row.terms.get("customer", "")
        if customer and customers.by_name(session, workspace, customer) is None:
            customers.add(session, workspace, customer)
        if adopted[1]:
            yield adopted


def _adopted(
    session: Session,
    office: Office,
    by: Member,
    number: Callable[[], int],
    row: Row,
    order: Order | None,
    workspace: str,
) -> Adopted | list[Refused]:
    said = dict(row.terms)
    known = customers.by_name(session, workspace, said["customer"]) if "customer" in said else None
    if known is not None and (order is None or order.customer != known.name):
        said.setdefault("country", known.country)
    return rules.adopt(
        replace(order.terms, **said) if order else Terms(**{"product": "–", **said}),
        office,
        by,
        order=order,
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
