"""Reads the agreement's file: either a checked Agreement, or every problem at once, each with its place and what to
write instead. Also finds agreements that are well-formed and still could not work.

YAML 1.2, so that `NO` is Norway, `12:30` a time and `off` a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent

from department.agreement import Agreement, Limit, Member, counted_from
from department.calendar import CalendarExhausted, WorkCalendar, add_working_days, add_working_time
from department.escalation import whom
from department.key_dates import FORECAST_LATE, KEY_DATES, LAST_PRESENTATION, OD_DUE
from department.people import Office

LARGEST: Final = 256 * 1024
DEEPEST: Final = 16
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in the file, where, and what to write instead. Lines and columns count from one."""

    source: str
    line: int
    column: int
    what: str
    instead: str

    def __str__(self) -> str:
        """`agreement.yaml:12:5: what is wrong; what to write instead`."""
        return f"{self.source}:{self.line}:{self.column}: {self.what}; {self.instead}"


def load(text: str, source: str) -> Agreement | list[Problem]:
    """The agreement in `text`, or everything that is wrong with it in the order of the lines."""
    raw = _parsed(text, source)
    if isinstance(raw, list):
        return raw
    places = _Places(source, raw)
    problems = list(_dangling(raw, places))
    try:
        agreement = Agreement.model_validate(raw)
    except ValidationError as error:
        problems += [_translated(item, places) for item in error.errors(include_url=False)]
        return sorted(set(problems))
    if problems:
        return sorted(set(problems))
    agreement._places = places
    return agreement


def weaknesses(agreement: Agreement, today: date) -> list[Problem]:
    """Why an agreement that loads could still not work: roles with nobody, people who cover only each other,
    escalation that goes nowhere, a calendar that ends too early. `today` is the department's day."""
    places: _Places = agreement._places
    found = [
        *_empty_roles(agreement),
        *_cover_holes(agreement),
        *_gates_without_a_second_pair_of_eyes(agreement),
        *_idle_steps(agreement, today),
        *_short_calendar(agreement, today),
    ]
    return sorted({places.problem(path, what, instead) for path, what, instead in found})


class _Places:
    """Where each value stands in the file."""

    def __init__(self, source: str, raw: CommentedMap) -> None:
        self.source = source
        self.raw = raw

    def problem(self, path: Path, what: str, instead: str) -> Problem:
        line, column = self._of(path)
        return Problem(self.source, line + 1, column + 1, what, instead)

    def value(self, path: Path) -> Any:
        node: Any = self.raw
        for step in path:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                return None
        return node

    def _of(self, path: Path) -> tuple[int, int]:
        node: Any = self.raw
        place = (0, 0)
        for step in path:
            if isinstance(node, CommentedMap) and step in node:
                place = (
                    node.lc.key(step) if isinstance(node[step], CommentedMap | CommentedSeq) else node.lc.value(step)
                )
            elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
                place = node.lc.item(step)
            else:
                return place
            node = node[step]
        return place

    def of_key(self, path: Path) -> tuple[int, int]:
        holder = self.value(path[:-1])
        return holder.lc.key(path[-1]) if isinstance(holder, CommentedMap) else self._of(path)


Weakness = tuple[Path, str, str]


def _parsed(text: str, source: str) -> CommentedMap | list[Problem]:
    if len(text) > LARGEST:
        return [Problem(source, 1, 1, "the file is too large", f"keep it under {LARGEST // 1024} KB")]
    reader = YAML(typ="rt", pure=True)
    reader.Composer = _PlainComposer
    try:
        raw = reader.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(str(error.problem or error.context or "").split("\n", 1)[0].split())
        place: tuple[int, int] = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return [Problem(source, *place, f"this cannot be read ({said})", "look for a missing quote, colon or indent")]
    except (YAMLError, ValueError, TypeError, RecursionError) as error:
        said = str(error).split("\n", 1)[0]
        return [Problem(source, 1, 1, f"this cannot be read ({said})", "look for characters that do not belong there")]
    if not isinstance(raw, CommentedMap):
        return [Problem(source, 1, 1, "this is not an agreement", "begin with version: 1")]
    return raw


class _PlainComposer(Composer):
    """Refuses aliases and deep nesting: they can make a small file explode, and an agreement needs neither."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """One node of the file."""
        event = self.parser.peek_event()
        if isinstance(event, AliasEvent):
            raise ComposerError(None, None, "a name with * is not read here, write the value out", event.start_mark)
        if self.depth > DEEPEST:
            raise ComposerError(None, None, "this is nested too deeply", event.start_mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _dangling(raw: CommentedMap, places: _Places) -> Iterator[Problem]:
    """Names that nobody or nothing has."""
    for path, name, known, kind in _references(raw):
        if isinstance(name, str) and name not in known:
            yield places.problem(
                path, f"there is no {kind} {name!r}", _instead(name, known, f"a {kind} of this agreement")
            )
    yield from _twice(raw, places)
    members = _maps(raw.get("members"))
    for field, kind in (("id", "id"), ("email", "e-mail address")):
        seen: dict[str, int] = {}
        for index, member in members:
            value = str(member.get(field) or "").casefold()
            if value and value in seen:
                first = places.problem(("members", seen[value], field), "", "").line
                what = f"the {kind} {member[field]!r} stands on line {first} already"
                yield places.problem(("members", index, field), what, "give each member one of their own")
            seen.setdefault(value, index)


def _twice(raw: CommentedMap, places: _Places) -> Iterator[Problem]:
    """Stages and lines whose ids are taken already."""
    stages = _maps(raw.get("stages"))
    lines = [(("stages", n, "lines", m), line) for n, stage in stages for m, line in _maps(stage.get("lines"))]
    for kind, items in (("stage", [(("stages", n), stage) for n, stage in stages]), ("line", lines)):
        seen: set[str] = set()
        for path, item in items:
            if (code := str(item.get("id"))) in seen:
                yield places.problem((*path, "id"), f"there is a {kind} {code!r} already", "give each one of their own")
            seen.add(code)


Reference = tuple[Path, Any, Sequence[str], str]
"""A place where the file names something that stands elsewhere in it: what it names, what there is, and its kind."""


def _references(raw: CommentedMap) -> Iterator[Reference]:
    members = _maps(raw.get("members"))
    ids = [str(member.get("id")) for _, member in members]
    roles = [role for role, _ in _items(raw.get("roles"))]
    for index, member in members:
        here: Path = ("members", index)
        yield (*here, "role"), member.get("role"), roles, "role"
        for n, role in enumerate(_list(member.get("also"))):
            yield (*here, "also", n), role, roles, "role"
        for key in ("deputy", "mentor"):
            yield (*here, key), member.get(key), ids, "member"
    for index, leave in _maps(raw.get("leave")):
        for key in ("member", "deputy"):
            yield ("leave", index, key), leave.get(key), ids, "member"
    for index, duty in _maps(raw.get("duty_rota")):
        for n, person in enumerate(_list(duty.get("members"))):
            yield ("duty_rota", index, "members", n), person, ids, "member"
    yield from _of_orders(raw, roles)
    yield from _of_emergencies(raw, roles)
    yield from _of_rhythm(raw, ids, roles)
    digest = raw.get("digest")
    for index, role in enumerate(_list(digest.get("overview_to")) if isinstance(digest, CommentedMap) else ()):
        yield ("digest", "overview_to", index), role, roles, "role"
    terms = raw.get("complaints")
    if not isinstance(terms, CommentedMap):
        return
    yield ("complaints", "first_contact"), terms.get("first_contact"), roles, "role"
    severities = [code for code, _ in _items(terms.get("severities"))]
    for code, category in _items(terms.get("categories")):
        if isinstance(category, CommentedMap):
            yield ("complaints", "categories", code, "handler"), category.get("handler"), roles, "role"
            yield (
                ("complaints", "categories", code, "min_severity"),
                category.get("min_severity"),
                severities,
                "severity",
            )
    for index, step in _maps(terms.get("escalation")):
        yield ("complaints", "escalation", index, "tell"), step.get("tell"), ["deputy", "lead", *roles], "role"
    compensation = terms.get("compensation")
    if isinstance(compensation, CommentedMap):
        for index, band in _maps(compensation.get("bands")):
            yield ("complaints", "compensation", "bands", index, "decides"), band.get("decides"), roles, "role"


def _of_orders(raw: CommentedMap, roles: list[str]) -> Iterator[Reference]:
    terms = raw.get("orders")
    known_terms = list(_items(terms.get("payment_terms"))) if isinstance(terms, CommentedMap) else []
    payments = [code for code, _ in known_terms]
    stages = _maps(raw.get("stages"))
    lines = _lines(raw)
    counted = ["", *KEY_DATES, LAST_PRESENTATION, FORECAST_LATE, *lines]
    for code, term in known_terms:
        if isinstance(term, CommentedMap):
            begins = [each for each in counted if each != OD_DUE]
            yield (
                ("orders", "payment_terms", code, "falls_due"),
                counted_from(term.get("falls_due")),
                begins,
                "date or line",
            )
    for index, stage in stages:
        here: Path = ("stages", index)
        yield (*here, "owner_role"), stage.get("owner_role"), roles, "role"
        yield (*here, "limit"), counted_from(stage.get("limit")), counted, "date or line"
        for key in ("also_to", "tell"):
            for n, role in enumerate(_list(stage.get(key))):
                yield (*here, key, n), role, roles, "role"
        for n, line in _maps(stage.get("lines")):
            for key in ("role", "check", "override"):
                yield (*here, "lines", n, key), line.get(key), roles, "role"
            for m, payment in enumerate(_list(line.get("payments"))):
                yield (*here, "lines", n, "payments", m), payment, payments, "payment term"
            for key in ("due", "latest"):
                yield (*here, "lines", n, key), counted_from(line.get(key)), counted, "date or line"
            for m, said in enumerate(_list(line.get("again"))):
                yield (*here, "lines", n, "again", m), counted_from(said), counted, "date or line"
            for m, role in enumerate(_list(line.get("tell"))):
                yield (*here, "lines", n, "tell", m), role, roles, "role"
            for m, line_id in enumerate(_list(line.get("needs"))):
                yield (*here, "lines", n, "needs", m), line_id, lines, "line"
    if not isinstance(terms, CommentedMap):
        return
    if isinstance(handoffs := terms.get("handoffs"), CommentedMap):
        yield ("orders", "handoffs", "manager"), handoffs.get("manager"), roles, "role"
        for n, step in _maps(handoffs.get("escalation")):
            yield ("orders", "handoffs", "escalation", n, "tell"), step.get("tell"), ["deputy", "lead", *roles], "role"
    if isinstance(risk := terms.get("ship_at_risk"), CommentedMap):
        for n, role in enumerate(_list(risk.get("tell"))):
            yield ("orders", "ship_at_risk", "tell", n), role, roles, "role"


def _lines(raw: CommentedMap) -> list[str]:
    return [str(line.get("id")) for _, stage in _maps(raw.get("stages")) for _, line in _maps(stage.get("lines"))]


def _of_emergencies(raw: CommentedMap, roles: list[str]) -> Iterator[Reference]:
    for code, playbook in _items(raw.get("emergencies")):
        if not isinstance(playbook, CommentedMap):
            continue
        here: Path = ("emergencies", code)
        yield (*here, "lead"), playbook.get("lead"), roles, "role"
        for n, role in enumerate(_list(playbook.get("team"))):
            yield (*here, "team", n), role, roles, "role"
        for n, line in enumerate(_list(playbook.get("holds"))):
            yield (*here, "holds", n), line, _lines(raw), "line"
        for n, step in _maps(playbook.get("steps")):
            yield (*here, "steps", n, "role"), step.get("role"), roles, "role"
        if isinstance(decision := playbook.get("decision"), CommentedMap):
            yield (*here, "decision", "role"), decision.get("role"), roles, "role"


def _of_rhythm(raw: CommentedMap, ids: list[str], roles: list[str]) -> Iterator[Reference]:
    for code, meeting in _items(raw.get("meetings")):
        if isinstance(meeting, CommentedMap):
            yield ("meetings", code, "chair"), meeting.get("chair"), ids, "member"
            for n, role in enumerate(_list(meeting.get("attend"))):
                yield ("meetings", code, "attend", n), role, roles, "role"
            for n, role in enumerate(_list(meeting.get("open_to"))):
                yield ("meetings", code, "open_to", n), role, roles, "role"
    for code, award in _items(raw.get("awards")):
        if isinstance(award, CommentedMap):
            yield ("awards", code, "decides"), award.get("decides"), roles, "role"
            for n, role in enumerate(_list(award.get("not_for"))):
                yield ("awards", code, "not_for", n), role, roles, "role"


def _translated(error: ErrorDetails, places: _Places) -> Problem:
    """A problem in words for somebody who writes agreements, not programs."""
    path: Path = tuple(step for step in error["loc"] if step != "[key]")
    name, given = str(path[-1]) if path else "", error.get("input")
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return places.problem(path[:-1], f"{name!r} is missing", f"add {name}: …")
        case "extra_forbidden":
            known = _fields(path[:-1])
            line, column = places.of_key(path)
            instead = _instead(name, known, f"one of {', '.join(known)}")
            return Problem(places.source, line + 1, column + 1, f"unknown key {name!r}", instead)
        case "literal_error" | "enum":
            allowed = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
            return places.problem(
                path, f"{given!r} is not known here", _instead(str(given), allowed, "one of " + ", ".join(allowed))
            )
        case "value_error":
            what, _, instead = error["msg"].removeprefix("Value error, ").partition("; ")
            return places.problem(path, f"{given!r} {what}" if what.startswith("is not") else what, instead)
        case "string_pattern_mismatch":
            instead = (
                "begin with # and leave out spaces" if name == "name" else "small letters, digits, dots and dashes"
            )
            return places.problem(path, f"{given!r} cannot be used as {name}", instead)
        case "too_short" | "string_too_short":
            return places.problem(path, f"{name!r} is empty", "write at least one")
        case "too_long":
            what = f"{name!r} has more than {context.get('max_length')} entries"
            return places.problem(path, what, "leave out what is over")
        case "greater_than":
            return places.problem(path, f"{given!r} is too small", f"write a number above {context.get('gt', 0)}")
        case kind:
            return places.problem(path, f"{_shown(given)} is not {_expected(kind)}", f"write {_expected(kind)}")


def _expected(kind: str) -> str:
    words = {
        "string": "a text",
        "int": "a whole number",
        "decimal": "a number",
        "bool": "true or false",
        "date": "a date like 2026-09-01",
        "tuple": "a list like [a, b]",
        "model": "a group of keys",
        "mapping": "a group of keys",
        "dict": "a group of keys",
        "is": "a stretch of time like 08:30-12:00",
        "dataclass": "a stretch of time like 08:30-12:00",
    }
    return words.get(kind.split("_")[0], "what belongs here")


def _shown(given: object) -> str:
    said = repr(given) if isinstance(given, str | int | float | bool | date) else "this"
    return said if len(said) <= 60 else said[:59] + "…"


def _instead(name: str, known: Sequence[str], otherwise: str) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else f"write {otherwise}"


def _fields(path: Path) -> list[str]:
    """The keys a group of the agreement may have."""
    kind: Any = Agreement
    for step in path:
        kind = _inner(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            by_key = {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
            kind = by_key.get(str(step))
        else:
            kind = get_args(kind)[-1 if get_origin(kind) is not tuple else 0] if get_args(kind) else None
    kind = _inner(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [field.alias or name for name, field in kind.model_fields.items()]
    return []


def _inner(kind: Any) -> Any:
    while get_origin(kind) in (Annotated, Union, UnionType, Literal) and get_args(kind):
        kind = get_args(kind)[0]
    return kind


def _empty_roles(agreement: Agreement) -> Iterator[Weakness]:
    for path, role, _, kind in _references(agreement._places.raw):
        nobody = kind == "role" and role in agreement.roles and not agreement.with_role(role)
        if nobody and "not_for" not in path:
            yield (
                path,
                f"nobody has the role {role!r}, which is needed here",
                "give it to a member, or choose another role",
            )
    for n, band in enumerate(agreement.complaints.compensation.bands):
        if band.lead and agreement.lead_of(band.decides) is None:
            path = ("complaints", "compensation", "bands", n, "lead")
            yield path, f"the role {band.decides!r} has no lead", "mark one of its members lead: true"


def _cover_holes(agreement: Agreement) -> Iterator[Weakness]:
    for n, member in enumerate(agreement.members):
        path = ("members", n, "deputy")
        deputy = agreement.member(member.deputy) if member.deputy else None
        if deputy is None:
            yield ("members", n), f"{member.id} has no deputy", "name one, so that somebody covers their leave"
        elif deputy.id == member.id:
            yield path, f"{member.id} is their own deputy", "name somebody else"
        elif deputy.deputy == member.id and not _covered_otherwise(agreement, member, deputy) and member.id < deputy.id:
            what = f"{member.id} and {deputy.id} only cover each other"
            yield path, what, "give one of them another deputy, or their role a lead"
        if not member.email:
            yield ("members", n), f"{member.id} has no e-mail address", "add it, so that Slack's account is found"


def _gates_without_a_second_pair_of_eyes(agreement: Agreement) -> Iterator[Weakness]:
    """Deputies who would open a gate that they wait for themselves."""
    lines = [line for stage in agreement.stages for line in stage.lines]
    for n, member in enumerate(agreement.members):
        deputy = agreement.member(member.deputy) if member.deputy else None
        for gate in lines if deputy else ():
            waiting = [line for line in lines if gate.id in line.needs and deputy in agreement.with_role(line.role)]
            if gate.gate and member in agreement.with_role(gate.role) and waiting:
                where = f"at the gate {gate.id!r}, for which their own line {waiting[0].id!r} waits"
                what = f"{member.deputy} stands in for {member.id} {where}"
                yield ("members", n, "deputy"), what, "name somebody whose own lines do not need it"


def _covered_otherwise(agreement: Agreement, one: Member, other: Member) -> bool:
    """Whether the lead of either role is a third person: they step in when both are away."""
    leads = (agreement.lead_of(one.role), agreement.lead_of(other.role))
    return any(lead is not None and lead.id not in (one.id, other.id) for lead in leads)


def _idle_steps(agreement: Agreement, today: date) -> Iterator[Weakness]:
    """Steps of the ladder that, in a category and whoever speaks to the customer, end with somebody who has the case
    already: its handler, or who was told by the step before."""
    office = Office(agreement.model_copy(update={"leave": ()}), _noon(agreement, today))
    terms = agreement.complaints
    idle: dict[tuple[int, str, str], list[str]] = {}
    for code, category in terms.categories.items():
        people = agreement.with_role(category.handler)
        handler = (agreement.lead_of(category.handler) or people[0]).id if people else ""
        ladders = [_ladder(owner.id, handler, office) for owner in agreement.with_role(terms.first_contact)]
        for n, ends in enumerate(zip(*ladders, strict=True)):
            if all(has_it for _, has_it in ends):
                for name, has_it in dict.fromkeys(ends):
                    idle.setdefault((n, name, has_it), []).append(code)
    for (n, name, has_it), codes in idle.items():
        what = f"this step tells {name}, who {has_it} (in {', '.join(codes)})"
        yield ("complaints", "escalation", n, "tell"), what, "choose another role, handler or deputy"


def _ladder(owner: str, handler: str, office: Office) -> list[tuple[str, str]]:
    """Whom each step tells, and why that person has the case already; "" where nobody can say so."""
    ends: list[tuple[str, str]] = []
    before = ""
    for step in office.agreement.complaints.escalation:
        person = whom(step, office, owner=owner, handler=handler)
        name = person.id if person else ""
        has_it = {handler: "handles the case", before: "was told by the step before"}.get(name, "") if name else ""
        ends.append((name, has_it))
        before = name or before
    return ends


def _short_calendar(agreement: Agreement, today: date) -> Iterator[Weakness]:
    calendar = agreement.work_calendar()
    start = _noon(agreement, today)
    try:
        last = max(_after(calendar, start, limit) for limit in _limits(agreement))
        later = [step.after for step in agreement.complaints.escalation if step.after]
        longest = max([last, *(_after(calendar, last, limit) for limit in later)]).date()
    except CalendarExhausted:
        longest = date.max
    if longest > calendar.official_until:
        known = calendar.official_until
        what = f"the official days off are known until {known} only, and the longest limit reaches {longest}"
        yield ("calendar",), what, "add days_off, makeup_workdays and their source for the next year"


def _limits(agreement: Agreement) -> Iterator[Limit]:
    for severity in agreement.complaints.severities.values():
        yield from (severity.first_response, severity.resolve)
    yield from (category.resolve for category in agreement.complaints.categories.values() if category.resolve)
    stages = agreement.stages
    limits = [limit for stage in stages for limit in (stage.limit, *(line.due for line in stage.lines))]
    yield from (limit for limit in limits if isinstance(limit, Limit))


def _after(calendar: WorkCalendar, start: datetime, limit: Limit) -> datetime:
    if limit.unit == "working_days":
        return add_working_days(calendar, start, int(limit.value))
    return add_working_time(calendar, start, timedelta(hours=limit.value))


def _noon(agreement: Agreement, today: date) -> datetime:
    return datetime.combine(today, time(12), ZoneInfo(agreement.timezone))


def _maps(value: Any) -> list[tuple[int, CommentedMap]]:
    return [(n, item) for n, item in enumerate(_list(value)) if isinstance(item, CommentedMap)]


def _list(value: Any) -> Iterable[Any]:
    return value if isinstance(value, CommentedSeq) else ()


def _items(value: Any) -> list[tuple[str, Any]]:
    return [(str(key), item) for key, item in value.items()] if isinstance(value, Mapping) else []
