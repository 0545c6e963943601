"""The forms about a task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.views import blockkit as kit
from bot.views.blockkit import Block
from bot.views.repetition import NTHS, repetition
from bot.views.tasks.card import PRIORITIES, bar, titled
from bot.views.wording import Words
from department.agreement import Priority
from department.recurrence import DAYS
from department.tasks import Task

SHARES: Final = (0, 10, 25, 50, 75, 90, 100)

REPETITIONS: Final = (
    "every working day",
    *(f"every {day}" for day in DAYS[:5]),
    *(f"every {weeks} weeks on {day}" for weeks in (2, 3) for day in DAYS[:5]),
    *(f"monthly on day {day}" for day in (1, 5, 7, 10, 15, 20, 25, 28)),
    *(f"monthly on the {nth} {day}" for nth in NTHS for day in DAYS[:5]),
    "monthly on the last working day",
    *(f"quarterly on day {day}" for day in (1, 5, 10, 15)),
    *(f"quarterly on the first {day}" for day in DAYS[:5]),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What stands in the form already; `owner` and `watchers` are Slack's users."""

    title: str = ""
    owner: str = ""
    watchers: Sequence[str] = ()
    due_at: datetime | None = None
    priority: Priority = "normal"
    description: str = ""
    about: str = ""
    items: Sequence[str] = ()
    repeats: str = ""


def new(filled: Filled, words: Words, *, doubt: str = "", metadata: str = "") -> Block:
    """A new task; `doubt` is what has to be asked back."""
    owner = kit.entry("owner", words("Who does it"), _person("owner", words, filled.owner))
    return kit.modal(
        "task.give",
        words("New task"),
        words("Give"),
        words("Cancel"),
        *_entries(filled, words, owner, kit.section(doubt) if doubt else None),
        private_metadata=metadata,
    )


def change(task: Task, filled: Filled, words: Words) -> Block:
    """A task to be changed; who does it is changed elsewhere."""
    return kit.modal(
        "task.change",
        words("Change the task"),
        words("Save"),
        words("Cancel"),
        *_entries(filled, words),
        private_metadata=str(task.number),
    )


def _entries(filled: Filled, words: Words, *before_the_moment: Block | None) -> list[Block | None]:
    when: Block = {"type": "datetimepicker", "action_id": "due"}
    if filled.due_at:
        when["initial_date_time"] = int(filled.due_at.timestamp())
    watching: Block = {"type": "multi_users_select", "action_id": "watchers", "placeholder": _choose(words)}
    if filled.watchers:
        watching["initial_users"] = list(filled.watchers)
    often = list(dict.fromkeys([*REPETITIONS, *([filled.repeats] if filled.repeats else [])]))
    repeats = [kit.option(repetition(each, words), each) for each in often]
    priorities = [kit.option(words.say(said), key) for key, said in PRIORITIES.items()]
    return [
        kit.entry("title", words("What is to be done"), kit.text_input("title", initial=filled.title)),
        *before_the_moment,
        kit.entry("due", words("Due"), when, optional=True),
        kit.entry(
            "when",
            words("or in words"),
            kit.text_input("when", placeholder=words("next Friday 5pm")),
            hint=words("Counts before the field above. A day alone means the end of its working time."),
            optional=True,
        ),
        kit.entry("priority", words("Priority"), kit.menu("priority", words("Choose"), priorities, filled.priority)),
        kit.entry(
            "description",
            words("What has to be known for it"),
            kit.text_input("description", multiline=True, initial=filled.description),
            optional=True,
        ),
        kit.entry("watchers", words("Who else is kept informed"), watching, optional=True),
        kit.entry(
            "about",
            words("Belongs to"),
            kit.text_input("about", initial=filled.about, placeholder="SO-2610-03, C-12"),
            optional=True,
        ),
        kit.entry(
            "items",
            words("Checklist"),
            kit.text_input("items", multiline=True, initial="\n".join(filled.items)),
            hint=words("One line for each step."),
            optional=True,
        ),
        kit.entry(
            "repeats", words("Repeats"), kit.menu("repeats", words("Never"), repeats, filled.repeats), optional=True
        ),
    ]


def written(callback: str, task: Task, title: str, label: str, words: Words, *, optional: bool = False) -> Block:
    """A form that asks for one text."""
    return kit.modal(
        callback,
        title,
        words("Save"),
        words("Back"),
        kit.section(titled(task)),
        kit.entry("text", label, kit.text_input("text", multiline=True), optional=optional),
        private_metadata=str(task.number),
    )


def report(task: Task, words: Words) -> Block:
    """How far it is."""
    shares = [kit.option(bar(share), str(share)) for share in SHARES]
    nearest = min(SHARES, key=lambda share: abs(share - task.progress))
    return _of(
        task,
        "task.report",
        words("Progress"),
        words("Save"),
        words,
        kit.entry("progress", words("How far"), kit.menu("progress", words("Choose"), shares, str(nearest))),
        kit.entry("line", words("In a line"), kit.text_input("line", initial=task.progress_line), optional=True),
    )


def block(task: Task, words: Words, *, giver: str) -> Block:
    """Why it cannot go on."""
    return _of(
        task,
        "task.block",
        words("It is blocked"),
        words("Save"),
        words,
        kit.entry("what", words("What is in the way"), kit.text_input("what", multiline=True)),
        kit.entry("unblocker", words("Who can help"), _person("unblocker", words, giver), optional=True),
    )


def more_time(task: Task, words: Words) -> Block:
    """Until when, and why."""
    when: Block = {
        "type": "datetimepicker",
        "action_id": "until",
        "initial_date_time": int(task.due_at.timestamp()),
    }
    return _of(
        task,
        "task.time",
        words("More time"),
        words("Ask"),
        words,
        kit.context(words("due {moment}", moment=words.full_moment(task.due_at))),
        kit.entry("until", words("Until"), when, optional=True),
        kit.entry(
            "when",
            words("or in words"),
            kit.text_input("when", placeholder=words("next Friday 5pm")),
            optional=True,
        ),
        kit.entry("reason", words("Why"), kit.text_input("reason", multiline=True), optional=True),
    )


def tick(task: Task, words: Words) -> Block:
    """The lines that are done now."""
    options = [kit.option(item.text, str(n)) for n, item in enumerate(task.items) if item.done_at is None]
    groups = [
        kit.entry(
            f"items:{start}" if start else "items",
            words("Done now"),
            {"type": "checkboxes", "action_id": "items", "options": options[start : start + 10]},
            optional=True,
        )
        for start in range(0, len(options), 10)
    ]
    return _of(
        task,
        "task.tick",
        words("Checklist"),
        words("Save"),
        words,
        *groups,
    )


def give_to(task: Task, words: Words) -> Block:
    """Who does it from now on."""
    return _of(
        task,
        "task.give_to",
        words("Give to somebody"),
        words("Save"),
        words,
        kit.entry("to", words("Who does it"), _person("to", words, "")),
    )


def _of(task: Task, callback: str, title: str, submit: str, words: Words, *entries: Block | None) -> Block:
    """A form about a task, which names it first."""
    return kit.modal(
        callback, title, submit, words("Cancel"), kit.section(titled(task)), *entries, private_metadata=str(task.number)
    )


def _person(action_id: str, words: Words, initial: str) -> Block:
    element: Block = {"type": "users_select", "action_id": action_id, "placeholder": _choose(words)}
    return {**element, "initial_user": initial} if initial else element


def _choose(words: Words) -> Block:
    return kit.plain(words("Choose"))
