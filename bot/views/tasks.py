"""What people see of a task: the forms, its one living card, what is said of it, the lists and the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.views import blockkit as kit
from bot.views.blockkit import Block, Payload
from bot.views.refusals import name
from bot.views.wording import Phrase, Several, Value, Words, n_phrase, phrase
from department import tasks as rules
from department.agreement import Priority
from department.people import Office
from department.records import CLOCK, Ask, Event, Notice
from department.recurrence import DAYS
from department.tasks import Task

PAGE: Final = 25
"""Tasks on one page: a table holds 100 rows, and 10,000 characters."""

CELL: Final = 60
"""Characters of a cell."""

LATEST: Final = 25
"""Events shown in a history."""

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
SHARES: Final = (0, 10, 25, 50, 75, 90, 100)


def code(number: int) -> str:
    """How people name a task: T-12."""
    return f"T-{number}"


def titled(task: Task) -> str:
    """Its code and title."""
    return f"{code(task.number)} · {kit.cut(task.title, 120)}"


def state(task: Task, office: Office) -> Phrase:
    """The state in words."""
    return phrase("late") if rules.is_late(task, office.now) else STATES[task.state]


def due(task: Task, office: Office, words: Words) -> str:
    """By when, with weekday and zone, and a warning when that is over."""
    return ("⚠ " if rules.is_late(task, office.now) else "") + words.full_moment(task.due_at)


def card(task: Task, office: Office, words: Words) -> Payload:
    """The one living message of a task."""
    return kit.message(
        kit.header(titled(task)),
        kit.facts(_facts(task, office, words)),
        kit.quote(task.description, 1000) if task.description else None,
        kit.section("\n".join(_items(task))) if task.items else None,
        *_remarks(task, office, words),
        kit.actions(f"task:{task.number}:{task.state}", *buttons(task, words)),
    )


def summary(task: Task, office: Office, words: Words) -> str:
    """The task in one line: with whom, how far, by when."""
    return words(
        "with {owner} · {state} · due {due}",
        owner=name(task.owner, office),
        state=state(task, office),
        due=due(task, office, words),
    )


def buttons(task: Task, words: Words) -> list[Block | None]:
    """What can be done now, by whoever may."""
    number = str(task.number)
    match task.state:
        case "accepted" if task.wish is not None:
            first = [*wish_buttons(task, words), *_work(task, words)[:1]]
        case "done":
            first = [
                kit.button("task.approve", words("Accept the result"), number, style="primary"),
                kit.button("task.send_back", words("Send back"), number),
            ]
        case "declined":
            first = [kit.button("task.give_to", words("Give to somebody"), number, style="primary")]
        case _:
            first = _work(task, words)
    return [*first, _more(task, words)]


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
    offered = [("history", words("Show history")), ("note", words("Add a note"))]
    if task.state == "accepted":
        offered += [("block", words("It is blocked")), ("snooze", words("Remind me tomorrow"))]
    if task.state in ("accepted", "blocked") and any(item.done_at is None for item in task.items):
        offered.append(("tick", words("Tick the checklist")))
    if task.state in ("offered", "accepted", "blocked"):
        offered.append(("give_to", words("Give to somebody")))
    if task.state in rules.OPEN:
        offered += [("change", words("Change the task")), ("cancel", words("Cancel the task"))]
    return kit.menu("task.more", words("More"), [kit.option(said, f"{which}:{task.number}") for which, said in offered])


def _facts(task: Task, office: Office, words: Words) -> list[tuple[str, str]]:
    said = [
        (words("With"), words("{name}", name=name(task.owner, office))),
        (words("State"), words.say(state(task, office))),
        (words("Due"), due(task, office, words)),
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


def _items(task: Task) -> list[str]:
    return [f"{'☐' if item.done_at is None else '☑'} {kit.cut(item.text, 200)}" for item in task.items[:30]]


def _remarks(task: Task, office: Office, words: Words) -> list[Block | None]:
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


def repetition(written: str, words: Words) -> str:
    """How often it comes again, in words."""
    if written == "every working day":
        return words("every working day")
    if written == "monthly on the last working day":
        return words("on the last working day of each month")
    how, _, day = written.rpartition(" ")
    if how == "monthly on day":
        return words("each month on day {day}", day=day)
    if how == "quarterly on day":
        return words("each quarter on day {day}", day=day)
    weekday = WEEKDAYS[day]
    if how == "every":
        return words("every week on {weekday}", weekday=weekday)
    if how.startswith("every "):
        return words("every {weeks} weeks on {weekday}", weeks=how.split()[1], weekday=weekday)
    if how.startswith("quarterly"):
        return words("each quarter on the {nth} {weekday}", nth=NTHS[how.rpartition(" ")[2]], weekday=weekday)
    return words("each month on the {nth} {weekday}", nth=NTHS[how.rpartition(" ")[2]], weekday=weekday)


WEEKDAYS: Final[Mapping[str, Phrase]] = dict(
    zip(
        DAYS,
        (
            phrase("Monday"),
            phrase("Tuesday"),
            phrase("Wednesday"),
            phrase("Thursday"),
            phrase("Friday"),
            phrase("Saturday"),
            phrase("Sunday"),
        ),
        strict=True,
    )
)
NTHS: Final[Mapping[str, Phrase]] = {
    "first": phrase("first"),
    "second": phrase("second"),
    "third": phrase("third"),
    "fourth": phrase("fourth"),
    "last": phrase("last"),
}


def echo(task: Task, office: Office, words: Words, *, owner_zone: str) -> Payload:
    """What was understood, said back: whom, what, by when with weekday and zone, and how to mend it."""
    moment = words.full_moment(task.due_at)
    if owner_zone and ZoneInfo(owner_zone) != words.timezone:
        moment = f"{moment} / {words.in_zone(owner_zone).full_moment(task.due_at)}"
    number = str(task.number)
    return kit.message(
        kit.section(
            words(
                "{code} for {who}: {title}",
                code=code(task.number),
                who=name(task.owner, office),
                title=kit.cut(task.title, 500),
            )
        ),
        kit.context(
            words("due {moment}", moment=moment),
            words("priority {priority}", priority=PRIORITIES[task.priority]),
            task.about,
            words("kept informed: {who}", who=Several(tuple(name(each, office) for each in task.watchers)))
            if task.watchers
            else "",
        ),
        kit.context(*_doubts(task, office, words)),
        kit.actions(
            f"task:{task.number}:echo",
            kit.button("task.change", words("Change"), number),
            kit.button("task.cancel", words("Cancel"), number),
        ),
    )


def _doubts(task: Task, office: Office, words: Words) -> list[str]:
    """What the giver may not have thought of: a day off, somebody who is away."""
    said = []
    if not office.calendar.is_working_day(task.due_at.astimezone(ZoneInfo(office.agreement.timezone)).date()):
        said.append(words("That is a day off."))
    leave, owner = office.leave_of(task.owner), office.agreement.member(task.owner)
    if leave is not None and owner is not None:
        cover = office.stand_in(owner)
        stands_in: Value = cover.name if cover.id != owner.id else phrase("nobody")
        said.append(
            words("{who} is away until {until}. Cover: {cover}.", who=owner.name, until=leave.to, cover=stands_in)
        )
    return said


def reminded(task: Task, words: Words) -> Payload:
    """When a task will be called to mind again."""
    moment = words.full_moment(task.quiet_until) if task.quiet_until else ""
    return kit.message(
        kit.section(words("You will be reminded of {task} on {moment}.", task=titled(task), moment=moment))
    )


def taken_back(task: Task, words: Words) -> Payload:
    """What can be undone for some seconds."""
    said = words("{task} is declined.", task=titled(task))
    if task.state == "cancelled":
        said = words("{task} is cancelled.", task=titled(task))
    undo = kit.button("task.undo", words("Undo"), str(task.number))
    within = words.n("For {n} second", "For {n} seconds", int(rules.UNDO_WITHIN.total_seconds()))
    return kit.message(kit.section(said, undo), kit.context(within))


def notice(told: Notice, event: Event, task: Task, office: Office, words: Words) -> Payload:
    """What is said of an event: in the card's thread, or to a person who has to act, then with the buttons for it."""
    said = kit.section(sentence(event, task, office, words))
    noted = [kit.quote(event.note)] if event.note else []
    if not told.to:
        return kit.message(said, *noted)
    shown = [kit.quote(task.description, 600)] if task.description and event.what in ("given", "given_to") else []
    return kit.message(
        kit.header(titled(task)),
        said,
        *noted,
        *shown,
        kit.context(summary(task, office, words), task.about),
        kit.actions(f"task:{task.number}:notice", *offered(task, told.to, office, words)),
    )


def sentence(event: Event, task: Task, office: Office, words: Words) -> str:
    """What happened, in one sentence."""
    who = phrase("The clock") if event.actor == CLOCK else name(event.actor, office)
    new, old = name(event.new, office), name(event.old, office)
    match event.what:
        case "given" if event.new == event.actor:
            return words("{who} took this on.", who=who)
        case "given":
            return words("{who} gives this task to {new}.", who=who, new=new)
        case "given_to":
            return words("{who} gives this task to {new}; before, it was with {old}.", who=who, new=new, old=old)
        case "accepted":
            return words("{who} does it.", who=who)
        case "declined":
            return words("{who} cannot do it:", who=who)
        case "reported":
            return words("{who} says how far it is: {progress}%.", who=who, progress=event.new)
        case "ticked":
            return words("{who} ticked “{line}”.", who=who, line=event.new)
        case "blocked":
            return words("{who} cannot go on. {new} can help.", who=who, new=new)
        case "unblocked":
            return words("{who} says that it can go on.", who=who)
        case "done":
            return words("{who} says that it is done.", who=who)
        case "closed":
            return words("{who} accepts the result.", who=who)
        case "begins_again":
            return words("It comes again, due {moment}.", moment=_moment(event.new, words))
        case "sent_back":
            return words("{who} wants something more:", who=who)
        case "cancelled":
            return words("{who} cancelled the task.", who=who)
        case "undone":
            return words("{who} took that back.", who=who)
        case "due_moved":
            return words(
                "{who} moved it from {old} to {new}.",
                who=who,
                old=_moment(event.old, words),
                new=_moment(event.new, words),
            )
        case "time_wished":
            return words("{who} wishes for time until {until}:", who=who, until=_moment(event.new, words))
        case "time_refused":
            return words("{who} stays with the date.", who=who)
        case "snoozed":
            return words("{who} will be reminded {moment}.", who=who, moment=_moment(event.new, words))
        case "noted":
            return words("{who} noted:", who=who)
        case "retitled":
            return words("{who} calls it “{new}” now, no longer “{old}”.", who=who, new=event.new, old=event.old)
        case "described":
            return words("{who} changed the description.", who=who)
        case "prioritised":
            return words(
                "{who} changed the priority from {old} to {new}.",
                who=who,
                old=_priority(event.old),
                new=_priority(event.new),
            )
        case "unanswered":
            return words("{new} has not answered yet.", new=new)
        case "due_soon":
            return words("This is due soon.")
        case "due":
            return words("This is due now.")
        case "overdue":
            return words("This should be done by now. It is with {new}.", new=new)
        case "deputy_is_giver":
            giver = name(task.giver, office)
            return words(
                "{old} is away, and {giver}, who gave the task, stands in for them: please keep an eye on it, {new}.",
                old=old,
                giver=giver,
                new=new,
            )
        case "giver_left":
            return words("{old} is gone. The task is {new}'s to accept now.", old=old, new=new)
        case "owner_left":
            return words("{old} is gone. Give the task to somebody else.", old=old)
        case what:
            raise ValueError(f"no words for the event {what!r}")


def _priority(said: str) -> Value:
    return next((each for key, each in PRIORITIES.items() if key == said), said)


def _moment(said: str, words: Words) -> str:
    return words.full_moment(datetime.fromisoformat(said))


def line(event: Event, task: Task, office: Office, words: Words) -> str:
    """An event in one line of a digest."""
    return f"{titled(task)}: {sentence(event, task, office, words)} {event.note}".strip().replace("\n", " ")


def coming(kind: str, task: Task, office: Office, words: Words) -> str:
    """What happens when a deadline of this kind falls due, in one line."""
    match kind:
        case "unanswered":
            said = phrase("nobody has answered until then.")
        case "due_soon":
            said = phrase("a reminder before it is due.")
        case "due":
            said = phrase("it is due.")
        case _:
            said = phrase("it counts as slipped.")
    return f"{titled(task)}: {words.say(said)}"


def asked(ask: Ask, task: Task, office: Office, words: Words) -> tuple[str, Block | None]:
    """What a task asks of somebody in one line, and the button that does it."""
    number = str(task.number)
    what: dict[str, tuple[Phrase, Block]] = {
        "accept": (phrase("Take it or say why not"), kit.button("task.accept", words("I do it"), number)),
        "do": (phrase("To be done"), kit.button("task.finish", words("Done"), number)),
        "unblock": (phrase("Help, so that it can go on"), kit.button("task.unblock", words("It can go on"), number)),
        "approve": (
            phrase("Accept the result or send it back"),
            kit.button("task.approve", words("Accept the result"), number),
        ),
        "give_again": (
            phrase("It was declined: give it to somebody"),
            kit.button("task.give_to", words("Give to somebody"), number),
        ),
        "answer_wish": (
            phrase("Answer the wish for more time"),
            kit.button("task.grant", words("Agree to more time"), number),
        ),
    }
    said, button = what[ask.what]
    return words("{task}: {what}", task=titled(task), what=said), button


# Forms


def form(
    office: Office,
    words: Words,
    *,
    task: Task | None = None,
    title: str = "",
    owner: str = "",
    watchers: Sequence[str] = (),
    due_at: datetime | None = None,
    priority: Priority = "normal",
    about: str = "",
    doubt: str = "",
    metadata: str = "",
) -> Block:
    """A new task, or one to be changed; `owner` and `watchers` are Slack's users, `doubt` is what has to be asked back."""
    when: Block = {"type": "datetimepicker", "action_id": "due"}
    if moment := (task.due_at if task else due_at):
        when["initial_date_time"] = int(moment.timestamp())
    people: list[Block] = []
    if task is None:
        watching: Block = {"type": "multi_users_select", "action_id": "watchers", "placeholder": _choose(words)}
        if watchers:
            watching["initial_users"] = list(watchers)
        people = [
            kit.entry("owner", words("Who does it"), _person("owner", words, owner)),
            kit.entry("watchers", words("Who else is kept informed"), watching, optional=True),
        ]
    rest: list[Block] = []
    if task is None:
        often = [kit.option(repetition(each, words), each) for each in REPETITIONS]
        rest = [
            kit.entry(
                "about",
                words("Belongs to"),
                kit.text_input("about", initial=about, placeholder="SO-2610-03, C-12"),
                optional=True,
            ),
            kit.entry(
                "items",
                words("Checklist"),
                kit.text_input("items", multiline=True),
                hint=words("One line for each step."),
                optional=True,
            ),
            kit.entry("repeats", words("Repeats"), kit.menu("repeats", words("Never"), often), optional=True),
        ]
    priorities = [kit.option(words.say(said), key) for key, said in PRIORITIES.items()]
    return kit.modal(
        "task.give" if task is None else "task.change",
        words("New task") if task is None else words("Change the task"),
        words("Give") if task is None else words("Save"),
        words("Cancel"),
        kit.entry("title", words("What is to be done"), kit.text_input("title", initial=task.title if task else title)),
        *people,
        kit.section(doubt) if doubt else None,
        kit.entry("due", words("Due"), when, optional=True),
        kit.entry(
            "when",
            words("or in words"),
            kit.text_input("when", placeholder=words("next Friday 5pm")),
            hint=words("Counts before the field above. A day alone means the end of its working time."),
            optional=True,
        ),
        kit.entry(
            "priority",
            words("Priority"),
            kit.menu("priority", words("Choose"), priorities, task.priority if task else priority),
        ),
        kit.entry(
            "description",
            words("What has to be known for it"),
            kit.text_input("description", multiline=True, initial=task.description if task else ""),
            optional=True,
        ),
        *rest,
        private_metadata=str(task.number) if task else metadata,
    )


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
    return kit.modal(
        "task.report",
        words("Progress"),
        words("Save"),
        words("Cancel"),
        kit.section(titled(task)),
        kit.entry("progress", words("How far"), kit.menu("progress", words("Choose"), shares, str(nearest))),
        kit.entry("line", words("In a line"), kit.text_input("line", initial=task.progress_line), optional=True),
        private_metadata=str(task.number),
    )


def block(task: Task, words: Words, *, giver: str) -> Block:
    """Why it cannot go on."""
    return kit.modal(
        "task.block",
        words("It is blocked"),
        words("Save"),
        words("Cancel"),
        kit.section(titled(task)),
        kit.entry("what", words("What is in the way"), kit.text_input("what", multiline=True)),
        kit.entry("unblocker", words("Who can help"), _person("unblocker", words, giver), optional=True),
        private_metadata=str(task.number),
    )


def more_time(task: Task, words: Words) -> Block:
    """Until when, and why."""
    when: Block = {
        "type": "datetimepicker",
        "action_id": "until",
        "initial_date_time": int(task.due_at.timestamp()),
    }
    return kit.modal(
        "task.time",
        words("More time"),
        words("Ask"),
        words("Cancel"),
        kit.section(titled(task)),
        kit.context(words("due {moment}", moment=words.full_moment(task.due_at))),
        kit.entry("until", words("Until"), when, optional=True),
        kit.entry(
            "when",
            words("or in words"),
            kit.text_input("when", placeholder=words("next Friday 5pm")),
            optional=True,
        ),
        kit.entry("reason", words("Why"), kit.text_input("reason", multiline=True), optional=True),
        private_metadata=str(task.number),
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
    return kit.modal(
        "task.tick",
        words("Checklist"),
        words("Save"),
        words("Cancel"),
        kit.section(titled(task)),
        *groups,
        private_metadata=str(task.number),
    )


def give_to(task: Task, words: Words) -> Block:
    """Who does it from now on."""
    return kit.modal(
        "task.give_to",
        words("Give to somebody"),
        words("Save"),
        words("Cancel"),
        kit.section(titled(task)),
        kit.entry("to", words("Who does it"), _person("to", words, "")),
        private_metadata=str(task.number),
    )


def _person(action_id: str, words: Words, initial: str) -> Block:
    element: Block = {"type": "users_select", "action_id": action_id, "placeholder": _choose(words)}
    return {**element, "initial_user": initial} if initial else element


def _choose(words: Words) -> Block:
    return kit.plain(words("Choose"))


# Lists


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


def board(found: Sequence[Task], office: Office, words: Words, *, role: str, monday: date, week: int) -> Payload:
    """A role's tasks of one week, day by day."""
    roles = [kit.option(words.say(label), f"{key}:{week}") for key, label in office.agreement.roles.items()]
    title = words("{role}: the week of {monday}", role=office.agreement.roles[role], monday=monday)
    head = [words("Day"), words("Task"), words("With"), words("State"), words("Progress")]
    zone = ZoneInfo(office.agreement.timezone)
    rows = [
        [
            words.say(task.due_at.astimezone(zone).date()),
            titled(task),
            words("{name}", name=name(task.owner, office)),
            words.say(state(task, office)),
            bar(task.progress),
        ]
        for task in found[: 4 * PAGE - 1]
    ]
    return kit.message(
        kit.header(title),
        kit.table(title, [head, *rows], CELL) if rows else kit.section(words("Nothing is due in this week.")),
        kit.actions(
            "task:board",
            kit.button("task.board.back", words("The week before"), f"{role}:{week - 1}"),
            kit.button("task.board.on", words("The week after"), f"{role}:{week + 1}"),
            kit.menu("task.board.role", words("Another role"), roles, f"{role}:{week}"),
        ),
    )


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


def history(task: Task, events: Sequence[Event], office: Office, words: Words) -> list[Block | None]:
    """A task with what happened to it."""
    left_out = max(len(events) - LATEST, 0)
    return [
        kit.header(titled(task)),
        kit.facts(_facts(task, office, words)),
        kit.quote(task.description, 1000) if task.description else None,
        kit.section("\n".join(_items(task))) if task.items else None,
        *_remarks(task, office, words),
        kit.divider(),
        kit.context(
            words.say(n_phrase("{n} earlier event is not shown.", "{n} earlier events are not shown.", left_out))
        )
        if left_out
        else None,
        *(
            kit.context(
                words.moment(event.at), kit.cut(f"{sentence(event, task, office, words)} {event.note}".strip(), 800)
            )
            for event in events[left_out:]
        ),
    ]


def help_text(words: Words) -> Payload:
    """What `/task` can do."""
    return kit.message(
        kit.header(words("Tasks")),
        kit.section(words("`/task @name send the PI to ACME by Friday 5pm !high` gives somebody a task.")),
        kit.section(
            words(
                "The moment may be said in words: tomorrow 3pm, next Friday, in 2 working days, 12 Dec. `!urgent`, `!high` and `!low` say how pressing it is; SO-2610-03 or C-12 what it belongs to; more names are kept informed. `/task` alone opens the form."
            )
        ),
        kit.section(
            words(
                "`/task list` shows yours, `/task given` those you gave, `/task team` everybody's, `/task late`, `/task blocked`, `/task list @name`, `/task list SO-2610-03`; `/task board` a role's week, `/task progress` the chart, `/task show T-12` one with its history."
            )
        ),
        kit.section(words("On any message: the menu “Make this a task · 任务” takes the message into the form.")),
        kit.section(
            words(
                "Whoever gets a task takes it with “I do it”, in its thread (“ack”, “收到”) or with ✅; whoever gave it accepts the result."
            )
        ),
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
