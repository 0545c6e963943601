"""What is said of a task, when it happens and afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.views import blockkit as kit
from bot.views import schedule
from bot.views.blockkit import Block, Payload
from bot.views.refusals import name
from bot.views.repetition import repetition
from bot.views.tasks.card import PRIORITIES, code, facts, items, offered, remarks, summary, titled
from bot.views.wording import Phrase, Several, Value, Words, n_phrase, phrase
from department import tasks as rules
from department.people import Office
from department.records import CLOCK, Ask, Event, Notice
from department.tasks import Task

LATEST: Final = 25
"""Events shown in a history."""


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
        case "belongs" if event.new:
            return words("{who} says that it belongs to {new}.", who=who, new=event.new)
        case "belongs":
            return words("{who} says that it does not belong to {old}.", who=who, old=event.old)
        case "listed":
            return words("{who} changed the checklist.", who=who)
        case "repeats" if event.new:
            return words(
                "{who} changed how often it comes again: {often}.", who=who, often=repetition(event.new, words)
            )
        case "repeats":
            return words("{who} says that it does not come again.", who=who)
        case "watching":
            return words("{who} keeps {new} informed of this task.", who=who, new=new)
        case "watched":
            return words("{who} does not keep {old} informed any more.", who=who, old=old)
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
        case "prompted":
            return schedule.reminding(event, _owed(event.old, words, task), office, words)
        case "left_out" | "put_back":
            return schedule.left_out(event, office, words)
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


def _owed(kind: str, words: Words, task: Task) -> Phrase:
    if kind == "unanswered":
        return phrase("it waits for an answer.")
    return phrase("it is to be done by {moment}.", moment=words.full_moment(task.due_at))


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
            repetition(task.repeats, words) if task.repeats else "",
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


def history(task: Task, events: Sequence[Event], office: Office, words: Words) -> list[Block | None]:
    """A task with what happened to it."""
    left_out = max(len(events) - LATEST, 0)
    return [
        kit.header(titled(task)),
        kit.facts(facts(task, office, words)),
        kit.quote(task.description, 1000) if task.description else None,
        kit.section("\n".join(items(task))) if task.items else None,
        *remarks(task, office, words),
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
