"""The month before the demonstration opens, lived by the sample department's people in the local Slack.

Orders come in as `supercargo orders FILE` takes them over, each on the day it was confirmed; everything else people do
themselves, with commands, buttons, forms and words, and the real bot answers. That takes minutes, so what came of it is
shipped, as `keep` writes it.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot import orders
from bot.app import Supercargo
from department import orders as rules
from department.agreement import Line
from department.orders import Order
from department.people import Office
from playground import LocalSlack, Message, NotPossible, keeping
from playground.inputs import elements
from playground.persona import Persona
from storage import orders as shelf

SAMPLE: Final = Path(__file__).parent / "sample"
SHIPPED: Final = SAMPLE / "october.zip"
WORKSPACE: Final = "slack.json"
DATABASE: Final = "supercargo.db"
ORDERS: Final = "#export-orders"
ZONE: Final = ZoneInfo("Asia/Shanghai")
BEGINS: Final = datetime(2026, 9, 28, 8, 30, tzinfo=ZONE).astimezone(UTC)
OPENING: Final = datetime(2026, 11, 2, 9, 10, tzinfo=ZONE).astimezone(UTC)
"""The demonstration opens on the Monday after the month that the sample's records tell of."""

WEEKEND: Final = datetime(2026, 10, 30, 16, 0, tzinfo=ZONE)
MORNING: Final = time(8, 50, tzinfo=ZONE)
"""When new orders are taken over."""
EVENING: Final = time(16, 45, tzinfo=ZONE)
"""When people look through their checklists."""

TROUBLE: Final = frozenset({"at_risk", "blocked"})
"""Statuses of the records under which an order does not get on."""

DATES: Final = {"cy_closing_at": "cy_closing", "si_cutoff_at": "si_cutoff", "vgm_cutoff_at": "vgm_cutoff", "etd": "etd"}
TO_HIMSELF: Final = "deputy is the sender himself"
"""The records let the logistics coordinator hand an order to himself; here it simply stays his."""

_REASON: Final = {"zh": "客户催得紧，其余资料本周补齐。", "en": "The buyer is waiting; the rest follows this week."}
"""Why people hand over although something is open: the records do not tell."""

_A_MOMENT: Final = timedelta(minutes=1)

T = TypeVar("T")
Record = dict[str, str]
Happening = tuple[datetime, Callable[[], object]]


def live(slack: LocalSlack, supercargo: Supercargo, said: Callable[[datetime], None]) -> None:
    """Live October, from the orders' taking over to the Monday morning on which the demonstration opens. `said` hears
    of each thing that is going to happen."""
    take_over(supercargo, confirmed_by=BEGINS.date())
    slack.advance(slack.clock.now() + 40 * _A_MOMENT)  # the orders' cards, a second apart
    happenings = [*of_new_orders(supercargo), *of_orders(slack, supercargo), *of_people(slack)]
    happenings += of_checklists(slack, supercargo)
    for moment, happens in sorted(happenings, key=lambda each: each[0]):
        said(moment)
        slack.advance(max(moment, slack.clock.now()))
        happens()
        slack.advance(slack.clock.now() + _A_MOMENT)
    slack.advance(OPENING)


def take_over(supercargo: Supercargo, *, confirmed_by: date, after: date = date.min) -> None:
    """Take over the sample department's orders that were confirmed until a day, and later than `after`, as they stood
    before what that month changed."""
    desk, workspace = supercargo.desk, str(supercargo.client.auth_test()["team_id"])
    by = next(member for member in desk.agreement.members if member.admin)
    file = _before(lambda day: after < day <= confirmed_by)
    with desk.store.reading() as session:
        found = orders.read(file.encode(), "orders.csv", desk.agreement, orders.books(session, workspace))
    if found.problems:
        raise ValueError(f"the sample's orders cannot be read: {found.problems}")

    def adopt(session: Session, office: Office, number: Callable[[], int]) -> Any:
        return orders.adopt(session, office, by, number, found.rows, workspace)

    desk.take_over(workspace, rules.SUBJECT, adopt)


def of_new_orders(supercargo: Supercargo) -> Iterator[Happening]:
    """The orders that were confirmed during the month, on the morning of the day."""
    days = sorted({_confirmed(row) for row in table("orders") if _confirmed(row) > BEGINS.date()})
    for before, day in zip([BEGINS.date(), *days], days, strict=False):
        yield (
            datetime.combine(day, MORNING),
            partial(take_over, supercargo, confirmed_by=day, after=before),
        )


def of_orders(slack: LocalSlack, supercargo: Supercargo) -> Iterator[Happening]:
    """Every handoff, its answer, and every date of the sample's records, done by the person in Slack."""
    for row in table("key_dates"):
        yield datetime.fromisoformat(row["set_at"]), partial(_date, slack, row)
    for row in handoffs():
        yield datetime.fromisoformat(row["offered_at"]), partial(_offer, slack, supercargo, row)
        if row["decided_at"]:
            yield datetime.fromisoformat(row["decided_at"]), partial(_answer, slack, supercargo, row)


def of_checklists(slack: LocalSlack, supercargo: Supercargo) -> Iterator[Happening]:
    """Each working day's evening, when people tick off what is due until the next one; on the last of them, until
    then."""
    calendar, day = supercargo.desk.agreement.work_calendar(), BEGINS.date()
    days = [day + timedelta(days=n) for n in range((OPENING.date() - day).days)]
    evenings = [datetime.combine(day, EVENING) for day in days if calendar.is_working_day(day)]
    for evening, until in zip(evenings, [*evenings[1:], evenings[-1]], strict=True):
        yield evening, partial(_evening, slack, supercargo, until + timedelta(hours=1))


def of_people(slack: LocalSlack) -> Iterator[Happening]:
    """What people say and do besides: talk, tasks, leave, complaints, meetings, praise, an emergency."""
    for entry in json.loads((SAMPLE / "october.json").read_text(encoding="utf-8")):
        moment = datetime.strptime(f"{OPENING.year}-{entry['at']}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
        person = slack.person(entry["who"])
        if "says" not in entry:
            yield moment, partial(_act, slack, person, entry)
            continue
        written: list[Message] = []
        yield moment, partial(_say, slack, person, entry, written)
        for minutes, who, text in entry.get("thread", ()):
            yield moment + minutes * _A_MOMENT, partial(_reply, slack.person(who), written, text)
        for name, people in entry.get("reactions", {}).items():
            for after, who in enumerate(people, start=2):
                yield moment + after * _A_MOMENT, partial(_react, slack.person(who), written, name)


def table(name: str) -> list[Record]:
    """A file of the sample's records."""
    with (SAMPLE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def handoffs() -> list[Record]:
    """The handoffs of the sample's records that are handed to somebody else."""
    return [row for row in table("handoffs") if row["note"] != TO_HIMSELF]


def keep(slack: LocalSlack, database: Path, file: Path) -> None:
    """Write the workspace and the bot's database into one file. Everybody has read what came before the weekend; what
    was shown to one person alone is left out, as Slack forgets it, too."""
    workspace = slack.workspace
    workspace.whispers.clear()
    for channel in workspace.channels.values():
        read = [each.ts for each in workspace.messages[channel.id] if float(each.ts) < WEEKEND.timestamp()]
        workspace.read_up_to |= {(person, channel.id): read[-1] for person in channel.members if read}
    with TemporaryDirectory() as folder:
        copy = Path(folder) / DATABASE
        with closing(sqlite3.connect(database)) as lived:
            lived.execute("VACUUM INTO ?", (str(copy),))
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as kept:
            kept.writestr(WORKSPACE, keeping.snapshot(workspace, OPENING))
            kept.write(copy, DATABASE)


def unpack(folder: Path) -> None:
    """Put the shipped past into the folder, for a demonstration to go on from."""
    with zipfile.ZipFile(SHIPPED) as shipped:
        shipped.extractall(folder)


def _before(chosen: Callable[[date], bool]) -> str:
    """The file of the orders confirmed on the days chosen: each in the stage of the month's first handoff, without what
    that month changed or got done."""
    first: dict[str, Record] = {}
    for row in sorted(table("handoffs"), key=lambda row: row["offered_at"]):
        first.setdefault(row["order_no"], row)
    rows = [row for row in table("orders") if chosen(_confirmed(row))]
    for row in rows:
        row["cy_closing_at"] = row["etd"] = row["status"] = ""
        del row["done"]
        if began := first.get(row["order_no"]):
            row["stage"], row["owner"] = began["from_stage"], began["from_user"]
    head = list(dict.fromkeys([*rows[0], "owner"]))
    lines = [head, *([row.get(name, "") for name in head] for row in rows)]
    return "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines)


def _confirmed(row: Record) -> date:
    return date.fromisoformat(row["confirmed_on"])


def _card(slack: LocalSlack, order_no: str) -> Message:
    return slack.channel(ORDERS).first(f"{order_no} · ")


def _date(slack: LocalSlack, row: Record) -> None:
    value = row["value"]
    given = value if len(value) == len("2026-10-01") else datetime.fromisoformat(value)
    filled = {DATES[row["field"]]: given, "source": row["source"]}
    _press(slack.person(row["set_by"]), _card(slack, row["order_no"]), "order.dates", filled)


def _offer(slack: LocalSlack, supercargo: Supercargo, row: Record) -> None:
    """Hand over. Where it goes on to the next stage and will be taken, people first tick off what the stage asked for:
    those who do it, then those who look it over."""
    if row["to_stage"] != row["from_stage"] and row["outcome"] == "accepted":
        for _ in range(2):
            _tick(slack, row["order_no"], _open(slack, supercargo, row["order_no"], _to_do))
    sender = slack.person(row["from_user"])
    missing = _look(slack, supercargo, row["order_no"], rules.missing_lines)
    reason = _REASON[sender.user.locale[:2]] if missing else ""
    sender.click(_card(slack, row["order_no"]), "order.offer")
    form = sender.view
    [field] = [name for name in form.values() if name.startswith("receiver:")] if form else [""]
    _fill(sender, {"to_stage": row["to_stage"], field: row["to_user"], "reason": reason})


def _answer(slack: LocalSlack, supercargo: Supercargo, row: Record) -> None:
    card = _card(slack, row["order_no"])
    if row["outcome"] == "accepted":
        _tick(slack, row["order_no"], _open(slack, supercargo, row["order_no"], _gates))
        slack.person(row["to_user"]).click(card, "order.acknowledge")
        return
    receiver = row["to_user"] if row["bounce_reason"] != "person_away" else "lin.zhiyuan"
    _press(slack.person(receiver), card, "order.bounce", {"reason": row["bounce_reason"], "text": row["note"]})


def _evening(slack: LocalSlack, supercargo: Supercargo, until: datetime) -> None:
    """Everybody ticks off what is due until a moment, and no more than the records allow."""
    for row in table("orders"):
        if _confirmed(row) <= slack.clock.now().astimezone(ZONE).date():
            _tick(slack, row["order_no"], _open(slack, supercargo, row["order_no"], partial(_due, row, until)))


def _to_do(order: Order, office: Office) -> list[Line]:
    return [line for line in rules.missing_lines(order, office) if not line.gate]


def _gates(order: Order, office: Office) -> list[Line]:
    return [line for line in rules.missing_lines(order, office) if line.gate]


def _due(row: Record, until: datetime, order: Order, office: Office) -> list[Line]:
    """The lines due until a moment. A gate opens when the money is there; what ends with the stage of an order in
    trouble stays open."""
    asked = {ask.item for ask in rules.asks(order, office) if ask.what == "line" and ask.due_at and ask.due_at <= until}
    ends, stuck = office.agreement.stage(order.stage).limit, row["status"] in TROUBLE

    def can_be_ticked(line: Line) -> bool:
        if not line.gate:
            return line.id in asked and not (stuck and line.due == ends)
        money = "deposit" if rules.condition_of(line, order, office) else "balance"
        if not row[f"{money}_due"]:
            return line.id in asked and not stuck
        received = row[f"{money}_received"]
        return bool(received) and received <= office.today.isoformat()

    return [line for line in rules.open_lines(order, office) if can_be_ticked(line)]


def _open(
    slack: LocalSlack, supercargo: Supercargo, order_no: str, wanted: Callable[[Order, Office], list[Line]]
) -> dict[str, list[str]]:
    """Which of the lines wanted each person can tick now: whoever is there, and where nothing else comes first."""

    def see(order: Order, office: Office) -> dict[str, list[str]]:
        ready: dict[str, list[str]] = {}
        left = {line.id for line in rules.open_lines(order, office)}
        for line in wanted(order, office):
            person = rules.person_of(line, order, office)
            if order.state == "open" and person and office.is_there(person.id) and left.isdisjoint(line.needs):
                ready.setdefault(person.id, []).append(line.id)
        return ready

    return _look(slack, supercargo, order_no, see)


def _look(slack: LocalSlack, supercargo: Supercargo, order_no: str, see: Callable[[Order, Office], T]) -> T:
    with supercargo.desk.store.reading() as session:
        order = shelf.by_order_no(session, slack.workspace.team_id, order_no)
        if order is None:
            raise NotPossible(f"there is no order {order_no}")
        return see(order, supercargo.desk.office(session))


def _tick(slack: LocalSlack, order_no: str, lines: Mapping[str, Sequence[str]]) -> None:
    for who, ticked in lines.items():
        person = slack.person(who)
        person.click(_card(slack, order_no), "order.checklist")
        boxes = elements(person.view.blocks) if person.view else ()
        offered = {block["block_id"]: [each["value"] for each in box.get("options", ())] for block, box in boxes}
        found = {block: [line for line in ticked if line in values] for block, values in offered.items()}
        _fill(person, {block: values for block, values in found.items() if values})


def _act(slack: LocalSlack, person: Persona, entry: dict[str, Any]) -> None:
    if "presses" in entry:
        _press(person, _found(slack, person, entry), entry["presses"], entry.get("fill"))
        return
    if "chooses" in entry:
        _choose(person, _found(slack, person, entry), entry["chooses"])
        _fill(person, entry["fill"])
        return
    person.command(entry["runs"], f"#{entry['in']}")
    if "fill" in entry:
        _fill(person, entry["fill"])


def _say(slack: LocalSlack, person: Persona, entry: dict[str, Any], written: list[Message]) -> None:
    if "on" in entry:
        written.append(person.reply(_found(slack, person, entry), entry["says"]))
    else:
        written.append(
            person.post(f"#{entry['in']}" if "in" in entry else _direct(slack, person, entry), entry["says"])
        )


def _direct(slack: LocalSlack, person: Persona, entry: dict[str, Any]) -> str:
    """The id of the direct conversation of two people, begun when there is none."""
    return slack.workspace.dm_between(person.id, slack.person(entry["to"]).id).id


def _reply(person: Persona, written: Sequence[Message], text: str) -> None:
    person.reply(written[0], text)


def _react(person: Persona, written: Sequence[Message], name: str) -> None:
    person.react(written[0], name)


def _found(slack: LocalSlack, person: Persona, entry: dict[str, Any]) -> Message:
    """The newest message of the app's there that has the words and, if it is to be pressed, the button."""
    seen = person.dms() if entry["in"] == "@app" else slack.channel(entry["in"]).messages
    for message in reversed(seen):
        asked = entry.get("presses")
        if (
            message.from_app
            and entry["on"] in message.all_text()
            and (not asked or f"'{asked}'" in str(message.blocks))
        ):
            return message
    raise NotPossible(f"{person.handle} finds no {entry['on']!r}")


def _choose(person: Persona, on: Message, wanted: str) -> None:
    """What is chosen from the menu of an order's card carries the order's number."""
    for _, element in elements(on.blocks):
        values = [option["value"] for option in element.get("options", ())]
        if chosen := next((value for value in values if value.partition(":")[0] == wanted), ""):
            person.choose(on, element["action_id"], chosen)
            return
    raise NotPossible(f"{person.handle} finds no choice {wanted!r}")


def _press(person: Persona, on: Message, button: str, filled: dict[str, Any] | None) -> None:
    person.click(on, button)
    if filled is not None:
        _fill(person, filled)


def _fill(person: Persona, filled: dict[str, Any]) -> None:
    person.fill(**filled)
    if errors := person.submit():
        raise NotPossible(f"{person.handle}: {errors}")
    if person.view is not None:  # a word of thanks
        person.cancel()
