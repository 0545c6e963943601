"""The tables, and the records mapped onto them. Every row carries its workspace, and so does every key.

The shell's own tables are used through Core; the records of a subject are the department's plain classes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError, to_json
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import registry

from department.activities import Activity
from department.awards import Nomination, Objection, Round
from department.compensation import Proposal
from department.complaints import Complaint, Evidence, Promise, Stretch
from department.emergencies import Cost, Emergency, StepDone
from department.key_dates import CUT_OFFS, KeyDate
from department.leave import Absence
from department.meetings import Decision, Line, Meeting, Review, Topic
from department.orders import Done, Handoff, Order
from department.praise import Praise
from department.records import clean
from department.tasks import Before, Item, Task, Wish

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

records = registry(metadata=MetaData(naming_convention=NAMES))
metadata = records.metadata


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Into the database: UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value if value.tzinfo is UTC else value.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """SQLite keeps the text that SQLAlchemy would make of it; forty are written at once, and this is faster."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)

        def as_text(value: datetime | None) -> str | None:
            moment = self.process_bind_param(value, dialect)
            return None if moment is None else moment.replace(tzinfo=None).isoformat(" ", "microseconds")

        return as_text

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Out of the database: aware."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Written(TypeDecorator[str]):
    """Text that people wrote, cleaned of what PostgreSQL cannot keep; JSON is cleaned by `as_json`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Into the database."""
        return None if value is None else clean(value)


def as_json(value: Any) -> str:
    """JSON that both databases can keep and Slack can read: no NUL and no lone surrogates in it."""
    with suppress(PydanticSerializationError):  # it does not write lone surrogates
        said = to_json(value).decode()
        if "\\u0000" not in said:
            return said
    return to_json(_cleaned(value)).decode()


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(name): _cleaned(item) for name, item in value.items()}
    return [_cleaned(item) for item in value] if isinstance(value, list | tuple) else value


class Money(TypeDecorator[Decimal]):
    """A Decimal kept as text: SQLite's NUMERIC loses digits."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Into the database."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Out of the database."""
        return None if value is None else Decimal(value)


class Values(TypeDecorator[Any]):
    """Frozen values of the department, kept as JSON."""

    impl = JSON
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """Made at first use: all of them together are a good part of a start."""
        return TypeAdapter(self.kind)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Into the database."""
        return None if value is None else self.adapter.dump_python(value, mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Out of the database."""
        return None if value is None else self.adapter.validate_python(value, strict=False)


def _only(rows: ColumnElement[bool]) -> dict[str, Any]:
    """An index of some rows."""
    return {"sqlite_where": rows, "postgresql_where": rows}


EMPTY = text("''")


def _workspace() -> Column[str]:
    return Column("workspace", String(32), primary_key=True)


workspaces = Table(
    "workspaces",
    metadata,
    _workspace(),
    Column("bot_user", String(32), nullable=False),
    Column("bot_id", String(32), nullable=False),
    Column("name", Written, nullable=False),
    Column("url", Written, nullable=False, server_default=EMPTY),
)

people = Table(
    "people",
    metadata,
    _workspace(),
    Column("slack_user", String(32), primary_key=True),
    Column("member", String(80), nullable=False),
    Column("locale", String(16), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("picture", Written, nullable=False, server_default=EMPTY),
    Column("language", String(8), nullable=False, server_default=EMPTY),
    Column("dm_channel", String(32), nullable=False, server_default=EMPTY),
    Column("active", Boolean, nullable=False),
    Column("digest_time", String(5), nullable=False, server_default=EMPTY),
    Column("quiet_hours", String(11), nullable=False, server_default=EMPTY),
    Column("digest_at", Moment, index=True),
    Column("digested_at", Moment),
    Column("looked_at", Moment),
    Column("muted", Written, nullable=False, server_default=EMPTY),
    Column("birthday", String(5), nullable=False, server_default=EMPTY),
    Column("joined", String(5), nullable=False, server_default=EMPTY),
    Column("wished_in", String(8), nullable=False, server_default=EMPTY),
    Column("wish_at", Moment, index=True),
    Index(None, "workspace", "member"),
)

channels = Table(
    "channels",
    metadata,
    _workspace(),
    Column("name", String(100), primary_key=True),
    Column("channel", String(32), nullable=False),
)

customers = Table(
    "customers",
    metadata,
    _workspace(),
    Column("folded", Written, primary_key=True),
    Column("name", Written, nullable=False),
    Column("code", String(40), nullable=False, server_default=EMPTY),
    Column("country", String(2), nullable=False, server_default=EMPTY),
    Column("timezone", String(64), nullable=False, server_default=EMPTY),
    Column("tier", String(8), nullable=False, server_default=EMPTY),
    Column("currency", String(3), nullable=False, server_default=EMPTY),
    Column("owner", String(80), nullable=False, server_default=EMPTY),
)

counters = Table(
    "counters",
    metadata,
    _workspace(),
    Column("subject", String(32), primary_key=True),
    Column("last", Integer, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    _workspace(),
    Column("key", Written, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("answer", JSON, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("workspace", String(32), nullable=False),
    Column("subject", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("what", String(64), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    Column("old", Written, nullable=False),
    Column("new", Written, nullable=False),
    Column("note", Written, nullable=False),
    Index(None, "workspace", "subject", "number", "id"),
    Index(None, "workspace", "at"),
)

deadlines = Table(
    "deadlines",
    metadata,
    _workspace(),
    Column("subject", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(80), primary_key=True),
    Column("due_at", Moment, nullable=False),
    Column("fires_at", Moment, nullable=False, index=True),
)

left_out = Table(
    "left_out",
    metadata,
    _workspace(),
    Column("subject", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(80), primary_key=True),
    Column("due_at", Moment, primary_key=True),
    Column("member", String(80), nullable=False),
)

asks = Table(
    "asks",
    metadata,
    _workspace(),
    Column("subject", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("what", String(40), primary_key=True),
    Column("item", String(80), primary_key=True),
    Column("member", String(80), nullable=False),
    Column("due_at", Moment),
    Column("waited_for", Boolean, nullable=False),
    Column("stays", Boolean, nullable=False),
    Index(None, "workspace", "member", "waited_for", "due_at"),
    Index(None, "workspace", "member", "subject"),
    Index(None, "workspace", "due_at"),
)

URGENT, CARD, USUAL, NUDGE, DIGEST = range(5)
"""The order in which the courier takes what is due: urgent notices, cards, what people did, what the clock has to say,
digests."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("workspace", String(32), nullable=False),
    Column("key", String(200), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("address", String(120), nullable=False),
    Column("in_thread", Boolean, nullable=False),
    Column("thread_ts", String(32)),
    Column("subject", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("payload", JSON),
    Column("wanted", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("lease_until", Moment),
    Column("owner", String(64)),
    Column("intent_at", Moment),
    Column("trying_since", Moment),
    Column("channel", String(32)),
    Column("ts", String(32)),
    Column("reason", Written),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("workspace", "key"),
)
_is_there = outbox.c.ts.is_not(None)
Index(None, *(outbox.c[name] for name in ("workspace", "channel", "ts")), **_only(_is_there))
_is_open = outbox.c.state.in_(("pending", "unknown", "sending"))
_by_address = ("workspace", "address", "urgency", "id", "not_before", "state")
Index("ix_outbox_open", *(outbox.c[name] for name in _by_address), **_only(_is_open))
_was_tried = _is_open & outbox.c.owner.is_not(None)
Index(
    "ix_outbox_tried",
    *(outbox.c[name] for name in ("owner", "workspace", "address", "state", "not_before")),
    **_only(_was_tried),
)
Index("ix_outbox_gathered", outbox.c.id, **_only(outbox.c.state == "gathered"))
_is_waiting = outbox.c.state == "waiting"
Index("ix_outbox_waiting", *(outbox.c[name] for name in ("workspace", "address", "id")), **_only(_is_waiting))
_is_nudge = outbox.c.urgency >= NUDGE
Index("ix_outbox_nudges", *(outbox.c[name] for name in ("workspace", "address", "created_at")), **_only(_is_nudge))
_is_card = outbox.c.kind == "card"
Index("uq_outbox_card", outbox.c.workspace, outbox.c.subject, outbox.c.number, unique=True, **_only(_is_card))

complaints = Table(
    "complaints",
    metadata,
    _workspace(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("customer", Written, nullable=False),
    Column("order", Written, nullable=False),
    Column("category", String(64), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("what_happened", Written, nullable=False),
    Column("quantity", Written, nullable=False),
    Column("amount", Money),
    Column("currency", String(3), nullable=False),
    Column("noticed_on", Date, nullable=False),
    Column("evidence", Values(tuple[Evidence, ...]), nullable=False),
    Column("source", Written, nullable=False),
    Column("transport", String(8)),
    Column("delivered_on", Date),
    Column("carrier_notice_reminded", Boolean, nullable=False),
    Column("carrier_notice_sent_at", Moment),
    Column("filed_by", String(80), nullable=False),
    Column("filed_at", Moment, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("handler", String(80), nullable=False),
    Column("acknowledged_by", String(80), nullable=False),
    Column("acknowledged_at", Moment),
    Column("waits", Values(tuple[Stretch, ...]), nullable=False),
    Column("rests", Values(tuple[Stretch, ...]), nullable=False),
    Column("promises", Values(tuple[Promise, ...]), nullable=False),
    Column("proposals", Values(tuple[Proposal, ...]), nullable=False),
    Column("cause", Written, nullable=False),
    Column("remedy", Written, nullable=False),
    Column("repeat_of", Integer),
    Column("corrective_action", Written, nullable=False),
    Column("resolved_at", Moment),
    Column("closed_at", Moment),
    Column("reopened_at", Moment),
    Column("escalated", Values(tuple[str, ...]), nullable=False),
    Column("told", Values(tuple[str, ...]), nullable=False),
    Column("worked", Values(tuple[str, ...]), nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "workspace", "customer", "category", "number"),
)
_is_not_closed = complaints.c.state != "closed"
Index("ix_complaints_open", complaints.c.workspace, complaints.c.number, **_only(_is_not_closed))

records.map_imperatively(Complaint, complaints, version_id_col=complaints.c.version)

orders = Table(
    "orders",
    metadata,
    _workspace(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("order_no", Written, nullable=False),
    Column("state", String(16), nullable=False),
    Column("stage", String(32), nullable=False),
    Column("since", Moment, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("customer", Written, nullable=False),
    Column("product", Written, nullable=False),
    Column("country", String(2), nullable=False),
    Column("customer_po", Written, nullable=False),
    Column("quantity", Written, nullable=False),
    Column("amount", Money),
    Column("currency", String(3), nullable=False),
    Column("rule", String(3), nullable=False),
    Column("place", Written, nullable=False),
    Column("payment", String(40), nullable=False),
    Column("presentation_days", Integer),
    Column("people", Values(dict[str, str]), nullable=False),
    Column("done", Values(tuple[Done, ...]), nullable=False),
    Column("handoffs", Values(tuple[Handoff, ...]), nullable=False),
    Column("dates", Values(tuple[KeyDate, ...]), nullable=False),
    Column("fired", Values(tuple[str, ...]), nullable=False),
    Column("source", Written, nullable=False),
    Column("limit_at", Moment),
    *(Column(f"{code}_at", Moment) for code in CUT_OFFS),
    Column("at_risk", Boolean, nullable=False, server_default=false()),
    Column("opened_by", String(80), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("held_at", Moment),
    Column("ended_at", Moment),
    Column("ending", Written, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "workspace", "state", "stage", "number"),
    Index(None, "workspace", "owner", "state", "number"),
    Index(None, "workspace", "limit_at", "number"),
    *(Index(None, "workspace", f"{code}_at", "number") for code in CUT_OFFS),
    Index(None, "workspace", "at_risk", "number"),
)
_has_number = orders.c.order_no != EMPTY
Index("uq_orders_order_no", orders.c.workspace, orders.c.order_no, unique=True, **_only(_has_number))

records.map_imperatively(Order, orders, version_id_col=orders.c.version)

emergencies = Table(
    "emergencies",
    metadata,
    _workspace(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("playbook", String(64), nullable=False),
    Column("order", Integer, nullable=False),
    Column("concerns", Written, nullable=False),
    Column("what_happened", Written, nullable=False),
    Column("declared_by", String(80), nullable=False),
    Column("declared_at", Moment, nullable=False),
    Column("lead", String(80), nullable=False),
    Column("team", Values(dict[str, str]), nullable=False),
    Column("done", Values(tuple[StepDone, ...]), nullable=False),
    Column("costs", Values(tuple[Cost, ...]), nullable=False),
    Column("decision", Written, nullable=False),
    Column("decided_by", String(80), nullable=False),
    Column("decided_at", Moment),
    Column("lesson", Written, nullable=False),
    Column("stood_down_at", Moment),
    Column("fired", Values(tuple[str, ...]), nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "workspace", "state"),
)

records.map_imperatively(Emergency, emergencies, version_id_col=emergencies.c.version)

tasks = Table(
    "tasks",
    metadata,
    _workspace(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("title", Written, nullable=False),
    Column("description", Written, nullable=False),
    Column("giver", String(80), nullable=False),
    Column("owner", String(80), nullable=False),
    Column("watchers", Values(tuple[str, ...]), nullable=False),
    Column("priority", String(8), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("about", Written, nullable=False),
    Column("items", Values(tuple[Item, ...]), nullable=False),
    Column("repeats", String(64), nullable=False),
    Column("source", Written, nullable=False),
    Column("between_us", Boolean, nullable=False, server_default=false()),
    Column("progress", Integer, nullable=False),
    Column("progress_line", Written, nullable=False),
    Column("blocked_by", Written, nullable=False),
    Column("unblocker", String(80), nullable=False),
    Column("wish", Values(Wish | None)),
    Column("quiet_until", Moment),
    Column("before", Values(Before | None)),
    Column("fired", Values(tuple[str, ...]), nullable=False),
    Column("given_at", Moment, nullable=False),
    Column("offered_at", Moment, nullable=False),
    Column("accepted_at", Moment),
    Column("done_at", Moment),
    Column("ended_at", Moment),
    Column("ending", Written, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "workspace", "state", "due_at"),
    Index(None, "workspace", "owner", "state", "due_at"),
    Index(None, "workspace", "giver", "state", "due_at"),
    Index(None, "workspace", "about"),
)

records.map_imperatively(Task, tasks, version_id_col=tasks.c.version)

absences = Table(
    "absences",
    metadata,
    _workspace(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("member", String(80), nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("afternoon", Boolean, nullable=False),
    Column("until_noon", Boolean, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("deputy", String(80), nullable=False),
    Column("filed_by", String(80), nullable=False),
    Column("filed_at", Moment, nullable=False),
    Column("fired", Values(tuple[str, ...]), nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "workspace", "state", "first"),
    Index(None, "workspace", "member", "last"),
    Index(None, "last"),
)

records.map_imperatively(Absence, absences, version_id_col=absences.c.version)

praises = Table(
    "praises",
    metadata,
    _workspace(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("givers", Values(tuple[str, ...]), nullable=False),
    Column("people", Values(tuple[str, ...]), nullable=False),
    Column("text", Written, nullable=False),
    Column("value", String(64), nullable=False),
    Column("source", Written, nullable=False),
    Column("given_at", Moment, nullable=False),
    Column("named", Written, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "workspace", "given_at"),
)

records.map_imperatively(Praise, praises, version_id_col=praises.c.version)

meetings = Table(
    "meetings",
    metadata,
    _workspace(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("series", String(64), nullable=False),
    Column("person", String(80), nullable=False),
    Column("planned_on", Date),
    Column("title", Written, nullable=False),
    Column("place", Written, nullable=False),
    Column("begins_at", Moment, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("chair", String(80), nullable=False),
    Column("note_taker", String(80), nullable=False),
    Column("people", Values(tuple[str, ...]), nullable=False),
    Column("lines", Values(tuple[Line, ...]), nullable=False),
    Column("topics", Values(tuple[Topic, ...]), nullable=False),
    Column("actions", Values(tuple[Topic, ...]), nullable=False),
    Column("decisions", Values(tuple[Decision, ...]), nullable=False),
    Column("review", Values(Review)),
    Column("here", Values(tuple[str, ...]), nullable=False),
    Column("cannot", Values(tuple[str, ...]), nullable=False),
    Column("moved", Boolean, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("reason", Written, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("called_by", String(80), nullable=False),
    Column("closed_at", Moment),
    Column("fired", Values(tuple[str, ...]), nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "workspace", "state", "begins_at"),
    UniqueConstraint("workspace", "series", "person", "planned_on"),
)

records.map_imperatively(Meeting, meetings, version_id_col=meetings.c.version)

awards = Table(
    "awards",
    metadata,
    _workspace(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("award", String(64), nullable=False),
    Column("planned_on", Date, nullable=False),
    Column("opens_at", Moment, nullable=False),
    Column("votes_from", Moment, nullable=False),
    Column("closes_at", Moment, nullable=False),
    Column("announces_at", Moment, nullable=False),
    Column("nominations", Values(tuple[Nomination, ...]), nullable=False),
    Column("voters", Values(tuple[str, ...]), nullable=False),
    Column("barred", Values(tuple[str, ...]), nullable=False),
    Column("votes", Values(dict[str, int]), nullable=False),
    Column("cast", Integer, nullable=False),
    Column("winners", Values(tuple[str, ...]), nullable=False),
    Column("tied", Values(tuple[str, ...]), nullable=False),
    Column("broken_by", String(32), nullable=False),
    Column("reason", Written, nullable=False),
    Column("objections", Values(tuple[Objection, ...]), nullable=False),
    Column("late", Boolean, nullable=False, server_default=false()),
    Column("portraits", Values(dict[str, str]), nullable=False),
    Column("fired", Values(tuple[str, ...]), nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("workspace", "award", "planned_on"),
)

records.map_imperatively(Round, awards, version_id_col=awards.c.version)

award_voters = Table(
    "award_voters",
    metadata,
    _workspace(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("member", String(80), primary_key=True),
)

award_votes = Table(
    "award_votes",
    metadata,
    _workspace(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("nominee", String(80), primary_key=True),
    Column("votes", Integer, nullable=False),
)

activities = Table(
    "activities",
    metadata,
    _workspace(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("title", Written, nullable=False),
    Column("text", Written, nullable=False),
    Column("place", Written, nullable=False),
    Column("begins_at", Moment, nullable=False),
    Column("seats", Integer, nullable=False),
    Column("organizer", String(80), nullable=False),
    Column("coming", Values(tuple[str, ...]), nullable=False),
    Column("waiting", Values(tuple[str, ...]), nullable=False),
    Column("reason", Written, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("fired", Values(tuple[str, ...]), nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "workspace", "state", "begins_at"),
)

records.map_imperatively(Activity, activities, version_id_col=activities.c.version)
