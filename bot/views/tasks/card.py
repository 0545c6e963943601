"""What the one living message of a task shows, and what can be done on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.views import blockkit as kit
from bot.views.blockkit import Block, Payload
from bot.views.refusals import name
from bot.views.repetition import repetition
from bot.views.wording import Phrase, Words, phrase
from department import tasks as rules
from department.agreement import Priority
from department.people import Office
from department.tasks import Task

PRIORITIES: Final[Mapping[Priority, Phrase]] = {
    "urgent": phrase("urgent"),
    "high": phrase("high"),
    "normal": phrase("normal"),
    "low": phrase("low"),
}

STATES: Final[Mapping[str, Phrase]] = {
    "offered": phrase("waits for an answer"),
    "accepted": phrase("in progress"),
    "blocked": phrase("blocked"),
    "done": phrase("done, to be accepted"),
    "declined": phrase("declined"),
    "closed": phrase("done"),
    "cancelled": phrase("cancelled"),
}


def code(number: int) -> str:
    """How people name a task: T-12."""
    return f"T-{number}"


def card(task: Task, office: Office, words: Words) -> Payload:
    """The one living message of a task."""
    return kit.message(
        kit.header(titled(task)),
        kit.facts(facts(task, office, words)),
        kit.quote(task.description, 1000) if task.description else None,
        kit.section("\n".join(items(task))) if task.items else None,
        *remarks(task, office, words),
        kit.actions(f"task:{task.number}:{task.state}", *buttons(task, words)),
    )


def titled(task: Task) -> str:
    """Its code and title."""
    return f"{code(task.number)} · {kit.cut(task.title, 120)}"


def state(task: Task, office: Office) -> Phrase:
    """The state in words."""
    return phrase("late") if rules.is_late(task, office.now) else STATES[task.state]


def due(task: Task, office: Office, words: Words) -> str:
    """By when, with weekday and zone, and a warning when that is over."""
    return ("⚠ " if rules.is_late(task, office.now) else "") + words.full_moment(task.due_at)


def _limit(task: Task, office: Office, words: Words) -> str:
    """By when, as whoever looks at the card counts time."""
    return words.limit(task.due_at, office.now) if rules.is_late(task, office.now) else words.moment(task.due_at)


def summary(task: Task, office: Office, words: Words) -> str:
    """The task in one line: with whom, how far, by when."""
    return words(
        "with {owner} · {state} · due {due}",
        owner=name(task.owner, office),
        state=state(task, office),
        due=due(task, office, words),
    )


def brief(task: Task, office: Office, words: Words) -> str:
    """The same where the zone is said once for many."""
    return words(
        "with {owner} · {state} · due {due}",
        owner=name(task.owner, office),
        state=state(task, office),
        due=("⚠ " if rules.is_late(task, office.now) else "") + words.near_moment(task.due_at),
    )


def buttons(task: Task, words: Words) -> list[Block | None]:
    """What can be done now, by whoever may."""
    return [*_first(task, words), _more(task, words)]


def acts(task: Task, words: Words) -> list[Block | None]:
    """The same where its history is shown already."""
    return [*_first(task, words), _menu(task, words, _further(task, words))]


def _first(task: Task, words: Words) -> list[Block]:
    number = str(task.number)
    match task.state:
        case "accepted" if task.wish is not None:
            return [*wish_buttons(task, words), *_work(task, words)[:1]]
        case "done":
            return [
                kit.button("task.approve", words("Accept the result"), number, style="primary"),
                kit.button("task.send_back", words("Send back"), number),
            ]
        case "declined":
            return [kit.button("task.give_to", words("Give to somebody"), number, style="primary")]
        case _:
            return _work(task, words)


def _work(task: Task, words: Words) -> list[Block]:
    """What whoever does it can say."""
    number = str(task.number)
    match task.state:
        case "offered":
            return [
                kit.button("task.accept", words("I do it"), number, style="primary"),
                kit.button("task.decline", words("I cannot"), number),
            ]
        case "accepted":
            return [
                kit.button("task.finish", words("Done"), number, style="primary"),
                kit.button("task.report", words("Progress"), number),
                kit.button("task.time", words("More time"), number),
            ]
        case "blocked":
            return [
                kit.button("task.unblock", words("It can go on"), number, style="primary"),
                kit.button("task.finish", words("Done"), number),
            ]
        case _:
            return []


def offered(task: Task, reader: str, office: Office, words: Words) -> list[Block | None]:
    """What one reader can do now: who does it, who gave it, who can help, those who stand in for them, and who only
    watches are offered different things."""
    number, owner = str(task.number), office.acts_for(task.owner)
    works = reader == task.owner or (reader != task.giver and owner is not None and owner.id == reader)
    judge = office.instead_of(task.giver, task.owner)
    gave = reader == task.giver or (not works and judge is not None and judge.id == reader)
    if works and task.state in ("offered", "accepted", "blocked"):
        return [*_work(task, words), _more(task, words)]
    if gave and task.wish is not None and task.state in ("accepted", "blocked"):
        return [*wish_buttons(task, words), _more(task, words)]
    if gave and task.state in ("done", "declined"):
        return buttons(task, words)
    if reader == task.unblocker and task.state == "blocked":
        return [kit.button("task.unblock", words("It can go on"), number, style="primary"), _more(task, words)]
    if gave and task.state in rules.OPEN:
        return [
            kit.button("task.give_to", words("Give to somebody"), number),
            kit.button("task.change", words("Change"), number),
            kit.button("task.cancel", words("Cancel"), number),
        ]
    return [kit.button("task.show", words("Show {code}", code=code(task.number)), number)]


def wish_buttons(task: Task, words: Words) -> list[Block]:
    """The giver's answer to a wish for more time."""
    number = str(task.number)
    return [
        kit.button("task.grant", words("Agree to more time"), number, style="primary"),
        kit.button("task.refuse", words("Stay with the date"), number),
    ]


def _more(task: Task, words: Words) -> Block:
    return _menu(task, words, [("history", words("Show history")), *_further(task, words)])


def _menu(task: Task, words: Words, offered: Sequence[tuple[str, str]]) -> Block:
    return kit.menu("task.more", words("More"), [kit.option(said, f"{which}:{task.number}") for which, said in offered])


def _further(task: Task, words: Words) -> list[tuple[str, str]]:
    offered = [("note", words("Add a note"))]
    if task.state == "accepted":
        offered += [("block", words("It is blocked")), ("snooze", words("Remind me tomorrow"))]
    if task.state in ("accepted", "blocked") and any(item.done_at is None for item in task.items):
        offered.append(("tick", words("Tick the checklist")))
    if task.state in ("offered", "accepted", "blocked"):
        offered.append(("give_to", words("Give to somebody")))
    if task.state in rules.OPEN:
        offered += [("change", words("Change the task")), ("cancel", words("Cancel the task"))]
    return offered


def facts(task: Task, office: Office, words: Words) -> list[tuple[str, str]]:
    """Its people, its moment, how far it is."""
    said = [
        (words("With"), words("{name}", name=name(task.owner, office))),
        (words("State"), words.say(state(task, office))),
        (words("Due"), _limit(task, office, words)),
        (words("Priority"), words.say(PRIORITIES[task.priority])),
        (words("Given by"), words("{name}", name=name(task.giver, office))),
    ]
    if task.progress and task.state in ("accepted", "blocked"):
        said.append((words("Progress"), f"{bar(task.progress)} {kit.cut(task.progress_line, 200)}".strip()))
    if task.about:
        said.append((words("Belongs to"), kit.cut(task.about, 100)))
    if task.watchers:
        said.append((words("Watching"), ", ".join(words.say(name(person, office)) for person in task.watchers)))
    if task.repeats:
        said.append((words("Repeats"), repetition(task.repeats, words)))
    return said


def bar(progress: int) -> str:
    """A share as a bar that a screen reader can leave out: the number stands beside it."""
    full = round(progress / 10)
    return f"{'▰' * full}{'▱' * (10 - full)} {progress}%"


def items(task: Task) -> list[str]:
    """The lines of its checklist."""
    return [f"{'☐' if item.done_at is None else '☑'} {kit.cut(item.text, 200)}" for item in task.items[:30]]


def remarks(task: Task, office: Office, words: Words) -> list[Block | None]:
    """What is in the way, what is wished, how it ended, and where it came from."""
    said = []
    if task.state == "blocked":
        helper = words("Blocked. {who} can help:", who=name(task.unblocker, office))
        said.append(f"⛔ {helper} {kit.cut(task.blocked_by, 500)}")
    if task.wish is not None:
        until = words.full_moment(task.wish.until)
        wished = words("{who} wishes for time until {until}:", who=name(task.owner, office), until=until)
        said.append(f"⏳ {wished} {kit.cut(task.wish.reason, 500)}")
    if task.ending:
        said.append(f"{words('Why')}: {kit.cut(task.ending, 500)}")
    return [kit.context(*said), kit.links([(task.source, words("The message it came from"))] if task.source else [])]
