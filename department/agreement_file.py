"""Reads the agreement's file: either a checked Agreement, or every problem at once, each with its place and what to
write instead. Also finds agreements that are well-formed and still could not work.

YAML 1.2, so that `NO` is Norway, `12:30` a time and `off` a word.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from itertools import pairwise
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, ScalarEvent
from ruamel.yaml.reader import ReaderError

from department.agreement import STAGES, Agreement, Limit, Line, Member, counted_from
from department.calendar import CalendarExhausted, Span, WorkCalendar, add_working_days, add_working_time
from department.escalation import whom
from department.key_dates import FORECAST_LATE, KEY_DATES, LAST_PRESENTATION, OD_DUE
from department.orders.handoffs import whom_it_tells
from department.people import Office

LARGEST: Final = 256 * 1024
DEEPEST: Final = 16
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in the file, and where: a reason that bot/views/agreement.py has words for, with the facts they
    need. Lines and columns count from one."""

    source: str
    line: int
    column: int
    reason: str
    facts: tuple[tuple[str, str], ...] = ()


def load(text: str, source: str) -> Agreement | list[Problem]:
    """The agreement in `text`, or everything that is wrong with it in the order of the lines."""
    raw, left_out, problems = _read(text, source)
    if raw is None:
        return sorted(problems)
    places = _Places(source, raw)
    problems += _dangling(raw, places)
    try:
        agreement = Agreement.model_validate(raw)
    except ValidationError as error:
        found = error.errors(include_url=False)
        problems += [_translated(item, places) for item in found if not _follows_from_another(item, left_out)]
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
        *_no_supervisor(agreement, today),
        *_cover_holes(agreement),
        *_who_never_counts(agreement),
        *_what_nobody_reads(agreement),
        *_gates_without_a_second_pair_of_eyes(agreement),
        *_never_done(agreement),
        *_idle_steps(agreement, today),
        *_idle_steps_of_handoffs(agreement, today),
        *_late_answers(agreement, today),
        *(_other_years(agreement, today) or _short_calendar(agreement, today)),
    ]
    return sorted({places.problem(path, reason, **facts) for path, reason, facts in found})


class _Places:
    """Where each value stands in the file."""

    def __init__(self, source: str, raw: CommentedMap) -> None:
        self.source = source
        self.raw = raw

    def problem(self, path: Path, reason: str, **facts: str) -> Problem:
        line, column = self._of(path)
        return self._problem(line, column, reason, facts)

    def problem_of_key(self, path: Path, reason: str, **facts: str) -> Problem:
        holder = self.value(path[:-1])
        has_it = isinstance(holder, CommentedMap) and path[-1] in holder
        line, column = holder.lc.key(path[-1]) if has_it else self._of(path)
        return self._problem(line, column, reason, facts)

    def line(self, path: Path) -> int:
        return self._of(path)[0] + 1

    def value(self, path: Path) -> Any:
        node: Any = self.raw
        for step in path:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                return None
        return node

    def _problem(self, line: int, column: int, reason: str, facts: Mapping[str, str]) -> Problem:
        return Problem(self.source, line + 1, column + 1, reason, tuple(sorted(facts.items())))

    def _of(self, path: Path) -> tuple[int, int]:
        node: Any = self.raw
        place = (0, 0)
        for step in path:
            if isinstance(node, CommentedMap) and step in node:
                has_a_place_of_its_own = not (node[step] is None or isinstance(node[step], CommentedMap | CommentedSeq))
                place = node.lc.value(step) if has_a_place_of_its_own else node.lc.key(step)
            elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
                place = node.lc.item(step)
            else:
                return place
            node = node[step]
        return place


Weakness = tuple[Path, str, Mapping[str, str]]


def _read(text: str, source: str) -> tuple[CommentedMap | None, set[str], list[Problem]]:
    """What can be read, the keys of the parts that cannot and are left out, and why."""
    if len(text) > LARGEST:
        return None, set(), [Problem(source, 1, 1, "too_large", (("most", str(LARGEST // 1024)),))]
    raw, problems = _parsed(text, source, 0)
    if raw is not None:
        return raw, set(), problems
    rest, left_out, broken = _without_broken_parts(text, source)
    if not broken:
        return None, set(), problems
    raw, problems = _parsed(rest, source, 0)
    return raw, left_out, broken if raw is None else [*broken, *problems]


def _without_broken_parts(text: str, source: str) -> tuple[str, set[str], list[Problem]]:
    """The text with every part blank that cannot be read by itself, the keys of these, and why. A part is a key at the
    beginning of a line with all that belongs to it: a quote that is missing there hides nothing of the others."""
    lines = text.split("\n")
    begins = [n for n, line in enumerate(lines) if _PART.match(line)]
    left_out: set[str] = set()
    broken: list[Problem] = []
    for first, after in pairwise([*begins, len(lines)]) if len(begins) <= PARTS else ():
        part, why = _parsed("\n".join(lines[first:after]), source, first)
        if part is None:
            no_key = why[0].reason == "no_agreement"
            broken += [Problem(source, first + 1, 1, "no_colon")] if no_key else why
            left_out |= {found[1] for found in (_PART.match(lines[first]),) if found}
            lines[first:after] = [""] * (after - first)
    return "\n".join(lines), left_out, broken


PARTS: Final = 100
"""More parts than this no agreement has, and nobody waits for them to be read one by one."""

_PART: Final = re.compile(r"[\"']?([^\s#\-\]}\"':][^\s\"':]*)")
"""The beginning of a part, and its key."""


def _parsed(text: str, source: str, before: int) -> tuple[CommentedMap | None, list[Problem]]:
    """A text of YAML with `before` lines before it, or None, and what is wrong with it: keys that stand twice do not
    keep it from being read."""
    reader = YAML(typ="rt", pure=True)
    reader.Composer = _PlainComposer
    reader.Constructor = _PlainConstructor
    try:
        raw = reader.load(text)
    except MarkedYAMLError as error:
        return None, [_unreadable(error, source, before)]
    except ReaderError as error:
        line = before + text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        return None, [Problem(source, line, column, "strange_characters", (("said", str(error).split("\n", 1)[0]),))]
    except (YAMLError, ValueError, TypeError, RecursionError) as error:
        said = str(error).split("\n", 1)[0]
        return None, [Problem(source, before + 1, 1, "strange_characters", (("said", said),))]
    if not isinstance(raw, CommentedMap):
        return None, [Problem(source, before + 1, 1, "no_agreement")]
    twice = [Problem(source, before + mark.line + 1, mark.column + 1, "key_twice") for mark in reader.constructor.twice]
    return raw, twice


def _unreadable(error: MarkedYAMLError, source: str, before: int) -> Problem:
    said = " ".join(str(error.problem or error.context or "").split("\n", 1)[0].split())
    endless = "end of stream" in said and error.context_mark
    mark = error.context_mark if endless else error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    reason = next((reason for part, reason in _BROKEN.items() if part in said), "unreadable")
    return Problem(source, before + line, column, reason, (("said", said),))


_BROKEN: Final = {
    "'\\t'": "tab",
    "is not read here": "alias",
    "nested": "too_deep",
}
"""Words in what the reader says, and the reason they stand for."""


class _PlainConstructor(RoundTripConstructor):
    """Reads a day that does not exist as a text and of a key that stands twice the first one, so that both are told in
    their places, with everything else; `twice` is where the second ones stand."""

    def __init__(self, *about: Any, **more: Any) -> None:
        super().__init__(*about, **more)
        self.twice: list[Any] = []

    def check_mapping_key(self, node: Any, key_node: Any, mapping: Any, key: Any, value: Any) -> bool:
        """Whether a key is new to its mapping."""
        if key in mapping:
            self.twice.append(key_node.start_mark)
        return key not in mapping

    def day(self, node: Any) -> Any:
        """A day, a moment, or the text that is neither."""
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            return self.construct_scalar(node)


_PlainConstructor.add_constructor("tag:yaml.org,2002:timestamp", _PlainConstructor.day)


class _PlainComposer(Composer):
    """Refuses aliases and deep nesting: they can make a small file explode, and an agreement needs neither."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """One node of the file."""
        event = self.parser.peek_event()
        if isinstance(event, AliasEvent):
            raise ComposerError(None, None, "* is not read here", event.start_mark)
        if isinstance(event, ScalarEvent) and event.value == "<<" and event.style is None:
            raise ComposerError(None, None, "<< is not read here", event.start_mark)
        if self.depth > DEEPEST:
            raise ComposerError(None, None, "this is nested too deeply", event.start_mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _dangling(raw: CommentedMap, places: _Places) -> Iterator[Problem]:
    """Names that nobody or nothing has; where nothing of their kind could be read, that alone is told."""
    for path, name, known, kind in _references(raw):
        if isinstance(name, str) and known and name not in known:
            yield places.problem(path, "unknown_name", name=name, kind=kind, near=_near(name, known))
    yield from _twice(raw, places)
    yield from _own_deputies(raw, places)
    members = _maps(raw.get("members"))
    for field in ("id", "email"):
        seen: dict[str, int] = {}
        for index, member in members:
            value = str(member.get(field) or "").casefold()
            if value and value in seen:
                line = str(places.line(("members", seen[value], field)))
                yield places.problem(("members", index, field), f"{field}_taken", name=str(member[field]), line=line)
            seen.setdefault(value, index)


def _twice(raw: CommentedMap, places: _Places) -> Iterator[Problem]:
    """Stages and lines whose ids are taken already."""
    stages = _maps(raw.get("stages"))
    lines = [(("stages", n, "lines", m), line) for n, stage in stages for m, line in _maps(stage.get("lines"))]
    for items in ([(("stages", n), stage) for n, stage in stages], lines):
        seen: set[str] = set()
        for path, item in items:
            if (code := str(item.get("id"))) in seen:
                yield places.problem((*path, "id"), "stands_twice", given=code)
            seen.add(code)


def _own_deputies(raw: CommentedMap, places: _Places) -> Iterator[Problem]:
    """Who stands in for themselves."""
    for n, item in _maps(raw.get("leave")):
        if item.get("deputy") and item.get("deputy") == item.get("member"):
            yield places.problem(("leave", n, "deputy"), "own_deputy", who=str(item["deputy"]))


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
        yield ("complaints", "escalation", index, "tell"), step.get("tell"), _tellable(roles), "role"
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
    counted = ["", *KEY_DATES, LAST_PRESENTATION, FORECAST_LATE, *lines] if stages else []
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
            yield ("orders", "handoffs", "escalation", n, "tell"), step.get("tell"), _tellable(roles), "role"
    if isinstance(risk := terms.get("ship_at_risk"), CommentedMap):
        for n, role in enumerate(_list(risk.get("tell"))):
            yield ("orders", "ship_at_risk", "tell", n), role, roles, "role"


def _tellable(roles: list[str]) -> list[str]:
    """Whom a step of a ladder may tell."""
    return ["deputy", "lead", *roles] if roles else []


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


def _follows_from_another(error: ErrorDetails, left_out: Collection[str]) -> bool:
    """Whether a list is called empty only because nothing in it could be read, which is told of each, or a part missing
    because it was left out."""
    if error["type"] == "missing":
        return len(error["loc"]) == 1 and error["loc"][0] in left_out
    return error["type"] == "too_short" and bool(error["input"])


def _translated(error: ErrorDetails, places: _Places) -> Problem:
    """A problem by the name that there are words for."""
    context = error.get("ctx", {})
    path: Path = (*(step for step in error["loc"] if step != "[key]"), *context.get("at", ()))
    name, given = str(path[-1]) if path else "", error.get("input")
    match error["type"]:
        case "missing":
            return places.problem(path[:-1], "missing", name=name)
        case "extra_forbidden" | "invalid_key":
            keys = list(_fields(path[:-1]))
            return places.problem_of_key(path, "unknown_key", name=name, near=_near(name, keys), known=", ".join(keys))
        case _ if given is None:
            return places.problem(path, "nothing_written", name=name)
        case "literal_error":
            known = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
            near = _near(str(given), known)
            return places.problem(path, "unknown_choice", given=str(given), near=near, known=", ".join(known))
        case "string_pattern_mismatch":
            reason = f"not_a_{name}" if name in ("name", "reaction") else "not_a_code"
            return places.problem(path, reason, given=str(given), name=name)
        case "too_short" | "string_too_short":
            return places.problem(path, "empty", name=name)
        case "too_long":
            return places.problem(path, "too_many", name=name, most=str(context["max_length"]))
        case "greater_than" | "greater_than_equal" | "less_than_equal" as kind:
            (bound,) = (str(context[each]) for each in ("gt", "ge", "le") if each in context)
            return places.problem(path, kind, given=_shown(given), bound=bound.removesuffix(".0"))
        case "model_type" | "model_attributes_type":
            return places.problem(path, "not_a_group", given=_shown(given), keys=_needed(path))
        case reason if "at" in context:
            shown = _shown(places.value(path) if context["at"] else given)
            facts = {"given": shown, **{fact: said for fact, said in context.items() if fact != "at"}}
            problem = places.problem_of_key if "[key]" in error["loc"] else places.problem
            return problem(path, reason, **facts)
        case kind:
            return places.problem(path, "not_of_its_kind", given=_shown(given), kind=_KINDS.get(kind.split("_")[0], ""))


_KINDS: Final = {
    "string": "text",
    "int": "whole_number",
    "decimal": "number",
    "finite": "number",
    "float": "number",
    "bool": "yes_or_no",
    "date": "date",
    "tuple": "list",
    "mapping": "group",
    "dict": "group",
}
"""What is expected, by the first word of what pydantic calls its absence."""


def _shown(given: object) -> str:
    said = str(given).lower() if isinstance(given, bool) else str(given)
    return said if len(said) <= 60 else said[:59] + "…"


def _near(name: str, known: Sequence[str]) -> str:
    """The known name that was meant, or ""."""
    return next(iter(get_close_matches(name, known, n=1, cutoff=0.6)), "")


def _needed(path: Path) -> str:
    """The keys without which a group of the agreement is not whole, as one writes them."""
    return ", ".join(f"{name}: …" for name, field in _fields(path).items() if field.is_required())


def _fields(path: Path) -> dict[str, FieldInfo]:
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
        return {field.alias or name: field for name, field in kind.model_fields.items()}
    return {}


def _inner(kind: Any) -> Any:
    while get_origin(kind) in (Annotated, Union, UnionType, Literal) and get_args(kind):
        kind = get_args(kind)[0]
    return kind


def _empty_roles(agreement: Agreement) -> Iterator[Weakness]:
    for path, role, _, kind in _references(agreement._places.raw):
        nobody = kind == "role" and role in agreement.roles and not agreement.with_role(role)
        if nobody and "not_for" not in path:
            yield path, "nobody_has_the_role", {"role": role}
    for n, band in enumerate(agreement.complaints.compensation.bands):
        if band.lead and agreement.lead_of(band.decides) is None:
            yield ("complaints", "compensation", "bands", n, "lead"), "no_lead", {"role": band.decides}


def _no_supervisor(agreement: Agreement, today: date) -> Iterator[Weakness]:
    """What only supervisors may do, nobody could."""
    if not Office(agreement, _noon(agreement, today)).supervisors():
        yield ("complaints", "escalation"), "no_supervisor", {}


def _cover_holes(agreement: Agreement) -> Iterator[Weakness]:
    for n, member in enumerate(agreement.members):
        path = ("members", n, "deputy")
        deputy = agreement.member(member.deputy) if member.deputy else None
        if deputy is None:
            yield ("members", n), "no_deputy", {"who": member.id}
        elif deputy.id == member.id:
            yield path, "own_deputy", {"who": member.id}
        elif deputy.deputy == member.id and not _covered_otherwise(agreement, member, deputy) and member.id < deputy.id:
            yield path, "cover_each_other", {"who": member.id, "other": deputy.id}


def _who_never_counts(agreement: Agreement) -> Iterator[Weakness]:
    """Members whom Slack does not know, and leads of a role that has one already."""
    for n, member in enumerate(agreement.members):
        if not member.email:
            yield ("members", n), "no_email", {"who": member.id}
        elif "@" not in member.email:
            yield ("members", n, "email"), "not_an_email", {"given": member.email}
        lead = agreement.lead_of(member.role)
        if member.lead and lead and lead.id != member.id:
            yield ("members", n, "lead"), "second_lead", {"who": lead.id, "role": member.role}


def _what_nobody_reads(agreement: Agreement) -> Iterator[Weakness]:
    """Quiet hours within the working hours, and a channel that is said to speak different languages."""
    hours = agreement.working_hours
    quiet = hours.quiet_hours
    if any(_overlap(quiet, span) for span in hours.spans):
        yield ("working_hours", "quiet_hours"), "quiet_at_work", {}
    spoken: dict[str, tuple[str, ...]] = {}
    for name, channel in agreement.channels:
        if spoken.setdefault(channel.name, channel.languages) != channel.languages:
            yield ("channels", name, "languages"), "other_languages", {"channel": channel.name}


def _overlap(quiet: Span, span: Span) -> bool:
    if quiet.passes_midnight:
        return span.start < quiet.end or span.end > quiet.start
    return span.start < quiet.end and span.end > quiet.start


def _gates_without_a_second_pair_of_eyes(agreement: Agreement) -> Iterator[Weakness]:
    """Deputies who would open a gate that they wait for themselves."""
    lines = [line for stage in agreement.stages for line in stage.lines]
    for n, member in enumerate(agreement.members):
        deputy = agreement.member(member.deputy) if member.deputy else None
        for gate in lines if deputy else ():
            waiting = [line for line in lines if gate.id in line.needs and deputy in agreement.with_role(line.role)]
            if gate.gate and member in agreement.with_role(gate.role) and waiting:
                facts = {"deputy": str(member.deputy), "who": member.id, "gate": gate.id, "line": waiting[0].id}
                yield ("members", n, "deputy"), "opens_their_own_gate", facts


def _never_done(agreement: Agreement) -> Iterator[Weakness]:
    """Lines that wait for one that cannot be done before them: of a later stage, asked for again and again, or waiting
    for them in turn."""
    stages = [(n, stage.lines) for n, stage in enumerate(agreement.stages)]
    known = {line.id: line for _, lines in stages for line in lines}
    begins = {line.id: STAGES.index(line.from_) if line.from_ else n for n, lines in stages for line in lines}
    for n, lines in stages:
        for m, line in enumerate(lines):
            for place, needed in enumerate(line.needs):
                if begins[needed] > n or known[needed].recurs or line.id in _needed_by(needed, known):
                    path = ("stages", n, "lines", m, "needs", place)
                    yield path, "never_done", {"line": line.id, "needed": needed}


def _needed_by(line: str, known: Mapping[str, Line]) -> set[str]:
    """A line, and all that comes before it."""
    found, ahead = set[str](), [line]
    while ahead:
        if (each := ahead.pop()) not in found:
            found.add(each)
            ahead += known[each].needs
    return found


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
    for (n, name, reason), codes in idle.items():
        yield ("complaints", "escalation", n, "tell"), reason, {"who": name, "categories": ", ".join(codes)}


def _ladder(owner: str, handler: str, office: Office) -> list[tuple[str, str]]:
    """Whom each step tells, and the reason why that person has the case already, if so."""
    ends: list[tuple[str, str]] = []
    before = ""
    for step in office.agreement.complaints.escalation:
        person = whom(step, office, owner=owner, handler=handler)
        name = person.id if person else ""
        has_it = {handler: "step_tells_the_handler", before: "step_tells_again"}.get(name, "") if name else ""
        ends.append((name, has_it))
        before = name or before
    return ends


def _idle_steps_of_handoffs(agreement: Agreement, today: date) -> Iterator[Weakness]:
    """Steps that, whoever an order is offered to, end with that person or with one who was told before."""
    office = Office(agreement.model_copy(update={"leave": ()}), _noon(agreement, today))
    roles = {stage.owner_role for stage in agreement.stages}
    offered = {(member.id, role) for role in roles for member in agreement.with_role(role)}
    told = {each: {each[0], ""} for each in sorted(offered)}
    for n, step in enumerate(agreement.orders.handoffs.escalation):
        found = {each: whom_it_tells(step.tell, *each, office) for each in told}
        names = {each: person.id if person else "" for each, person in found.items()}
        if names and all(name in told[each] for each, name in names.items()):
            who = ", ".join(sorted({name for name in names.values() if name}))
            yield ("orders", "handoffs", "escalation", n, "tell"), "handoff_step_idle", {"who": who}
        for each, name in names.items():
            told[each].add(name)


def _other_years(agreement: Agreement, today: date) -> list[Weakness]:
    """That the working calendar, which lies around the day on which the agreement begins, does not hold today."""
    calendar = agreement.work_calendar()
    if calendar.begins < today and not Office(agreement, _noon(agreement, today)).is_too_far(today):
        return []
    facts = {"first": calendar.begins.isoformat(), "last": calendar.ends.isoformat()}
    return [(("effective_from",), "other_years", facts)]


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
        facts = {"known": calendar.official_until.isoformat(), "longest": longest.isoformat()}
        yield ("calendar",), "calendar_too_short", facts


def _late_answers(agreement: Agreement, today: date) -> Iterator[Weakness]:
    """Severities whose first response is due after their resolution."""
    calendar, start = agreement.work_calendar(), _noon(agreement, today)
    for code, severity in agreement.complaints.severities.items():
        try:
            late = _after(calendar, start, severity.first_response) > _after(calendar, start, severity.resolve)
        except CalendarExhausted:
            continue
        if late:
            yield ("complaints", "severities", code, "first_response"), "answers_after_solving", {}


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
