"""Lists of tasks, a role's board, the chart, and the help of `/task`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot.views import blockkit as kit
from bot.views.blockkit import Block, Payload
from bot.views.refusals import name
from bot.views.tasks.card import PRIORITIES, code, due, state, summary, titled
from bot.views.wording import Words, phrase
from department.people import Office
from department.tasks import Attached, Task, is_late

PAGE: Final = 25
"""Tasks on one page: a table holds 100 rows, and 10,000 characters."""

CELL: Final = 60
"""Characters of a cell."""

BELONGING: Final = 5
"""Tasks that a record names besides its own."""

ROWS: Final = 15
"""Rows on one page of a board, whose cells hold more."""

BOARD_CELL: Final = 90
"""Characters of a cell of a board."""

COLUMNS: Final = (
    (phrase("to be taken"), ("offered", "declined")),
    (phrase("in progress"), ("accepted",)),
    (phrase("blocked"), ("blocked",)),
    (phrase("done, to be accepted"), ("done",)),
    (phrase("done"), ("closed",)),
)
"""The columns of a board, and the states of what stands in them."""


def page_of(
    found: Sequence[Task], office: Office, words: Words, *, title: str, page: int, more: bool, kind: str
) -> Payload:
    """A page of tasks as a table, with a menu that shows one of them."""
    if not found:
        nothing = (
            words("There is nothing here. `/task` gives somebody something to do.")
            if page == 0
            else words("There is nothing more.")
        )
        return kit.message(kit.section(nothing), *_filters(kind, office, words))
    head = [words("Task"), words("With"), words("Due"), words("Priority"), words("State"), words("Progress")]
    rows = [
        [
            titled(task),
            words("{name}", name=name(task.owner, office)),
            due(task, office, words),
            words.say(PRIORITIES[task.priority]),
            words.say(state(task, office)),
            f"{task.progress}%",
        ]
        for task in found
    ]
    shown = [kit.option(titled(task), f"history:{task.number}") for task in found]
    return kit.message(
        kit.header(title),
        kit.table(title, [head, *rows], CELL),
        kit.actions("task:show", kit.menu("task.more", words("Show one"), shown)),
        kit.actions(
            "task:list",
            kit.button("task.list.back", words("Back"), f"{kind}:{page - 1}") if page else None,
            kit.button("task.list.on", words("Further"), f"{kind}:{page + 1}") if more else None,
        ),
        *_filters(kind, office, words),
    )


def _filters(kind: str, office: Office, words: Words) -> list[Block | None]:
    options = [
        kit.option(words("Mine"), "mine"),
        kit.option(words("Given by me"), "given"),
        kit.option(words("Everybody's"), "team"),
        kit.option(words("Late"), "late"),
        kit.option(words("Blocked"), "blocked"),
        *(kit.option(words.say(label), f"role {role}") for role, label in office.agreement.roles.items()),
    ]
    return [kit.actions("task:filter", kit.menu("task.list.filter", words("Show others"), options, kind))]


@dataclass(frozen=True, slots=True)
class Week:
    """What a board shows: a role's week, `week` weeks from this one, and which page of it."""

    role: str
    week: int
    page: int = 0

    def __str__(self) -> str:
        """As a button carries it."""
        return f"{self.role}:{self.week}:{self.page}"


def belonging(attached: Sequence[Attached], office: Office, words: Words) -> Block | None:
    """The open tasks that belong to a record, each with its card's address; None where there are none."""
    if not attached:
        return None
    lines = [(f"{titled(each.task)} · {summary(each.task, office, words)}", each.link) for each in attached[:BELONGING]]
    left = len(attached) - BELONGING
    if left > 0:
        lines.append((words.n("and {n} more", "and {n} more", left), ""))
    return kit.listed(words.n("{n} open task", "{n} open tasks", len(attached)), lines)


def board(found: Sequence[Task], office: Office, words: Words, *, shown: Week, monday: date) -> Payload:
    """A role's tasks of one week in columns, by how far they are, and a menu that opens one of them."""
    columns = [[task for task in found if task.state in states] for _, states in COLUMNS]
    longest = max(map(len, columns), default=0)
    rows = range(shown.page * ROWS, min((shown.page + 1) * ROWS, longest))
    on_page = [task for column in columns for task in column[rows.start : rows.stop]]
    title = words("{role}: the week of {monday}", role=office.agreement.roles[shown.role], monday=monday)
    head = [f"{words.say(said)} ({len(column)})" for (said, _), column in zip(COLUMNS, columns, strict=True)]
    cells = [[_cell(column[n], office, words) if n < len(column) else "" for column in columns] for n in rows]
    roles = [kit.option(words.say(label), str(Week(key, shown.week))) for key, label in office.agreement.roles.items()]
    to_open = {task.number: task for task in sorted(on_page, key=lambda task: task.due_at)}
    options = [kit.option(titled(task), f"history:{task.number}") for task in to_open.values()]
    before, after = (str(replace(shown, week=shown.week + n, page=0)) for n in (-1, 1))
    return kit.message(
        kit.header(title),
        kit.table(title, [head, *cells], BOARD_CELL) if cells else kit.section(words("Nothing is due in this week.")),
        kit.actions(
            "task:board:page",
            kit.menu("task.more", words("Show one"), options) if options else None,
            kit.button("task.board.page.back", words("Back"), str(replace(shown, page=shown.page - 1)))
            if shown.page
            else None,
            kit.button("task.board.page.on", words("Further"), str(replace(shown, page=shown.page + 1)))
            if rows.stop < longest
            else None,
        ),
        kit.actions(
            "task:board",
            kit.button("task.board.back", words("The week before"), before),
            kit.button("task.board.on", words("The week after"), after),
            kit.menu("task.board.role", words("Another role"), roles, str(Week(shown.role, shown.week))),
        ),
    )


def _cell(task: Task, office: Office, words: Words) -> str:
    day = words.near_moment(task.due_at)
    said = f"{code(task.number)} · {words.say(name(task.owner, office))} · {day} · {task.title}"
    return f"⚠ {said}" if task.state == "declined" or is_late(task, office.now) else said


def burn_up(counted: Sequence[tuple[date, int, int]], words: Words) -> Payload:
    """How many tasks there were and how many of them were done, as a chart and as a table."""
    title = words("Tasks: given and done")
    given, done = words("given"), words("done")

    def series(label: str, values: Sequence[int]) -> Block:
        points = [{"label": f"{day:%m-%d}", "value": value} for (day, _, _), value in zip(counted, values, strict=True)]
        return {"name": kit.cut(label, 20), "data": points}

    chart: Block = {
        "type": "data_visualization",
        "title": kit.cut(title, 50),
        "chart": {
            "type": "line",
            "series": [
                series(given, [each for _, each, _ in counted]),
                series(done, [each for _, _, each in counted]),
            ],
            "axis_config": {"categories": [f"{day:%m-%d}" for day, _, _ in counted]},
        },
    }
    head = [words("Day"), given, done, words("open")]
    rows = [[words.say(day), str(all_), str(ready), str(all_ - ready)] for day, all_, ready in counted]
    return kit.message(chart, kit.table(title, [head, *rows], CELL))


def help_text(words: Words) -> Payload:
    """What `/task` can do."""
    return kit.message(
        kit.header(words("Tasks")),
        kit.section(
            words(
                "`/task @name send the PI to ACME by Friday 5pm !high` gives somebody a task, `/task @name every Friday send the weekly report` one that comes again."
            )
        ),
        kit.section(
            words(
                "The moment may be said in words: tomorrow 3pm, next Friday, in 2 working days, 12 Dec. `!urgent`, `!high` and `!low` say how pressing it is; SO-2610-03 or C-12 what it belongs to; more names are kept informed. `/task` alone opens the form."
            )
        ),
        kit.section(
            words(
                "`/task list` shows yours, `/task given` those you gave, `/task team` everybody's, `/task late`, `/task blocked`, `/task list @name`, `/task list SO-2610-03`; `/task board logistics next week` a role's week, `/task progress` the chart, `/task show T-12` one with its history."
            )
        ),
        kit.section(words("On any message: the menu “Make this a task · 任务” takes the message into the form.")),
        kit.section(
            words(
                "Whoever gets a task takes it with “I do it”, in its thread (“ack”, “收到”) or with ✅; whoever gave it accepts the result."
            )
        ),
    )
