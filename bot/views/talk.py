"""Answers to what people ask in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.agenda import Agenda
from bot.views import FACES, home
from bot.views import blockkit as kit
from bot.views.blockkit import Payload
from bot.views.complaints import card as complaint_card
from bot.views.emergencies import titled as emergency_titled
from bot.views.leave import days as leave_days
from bot.views.orders import listing as order_listing
from bot.views.orders.card import summary as order_summary
from bot.views.orders.card import titled as order_titled
from bot.views.refusals import name
from bot.views.repetition import repetition
from bot.views.tasks.card import code as task_code
from bot.views.tasks.card import summary as task_summary
from bot.views.tasks.card import titled as task_titled
from bot.views.wording import Several, Value, Words, phrase
from department.agreement import Member
from department.complaints import Complaint
from department.emergencies import Emergency
from department.orders import Order
from department.people import Office
from department.tasks import Task

SHOWN = 7
SHOWN_OF_A_WEEK = 5
"""Items of a group, two blocks each: a message holds 50."""


def agenda(found: Agenda, member: Member, office: Office, words: Words, *, week: bool) -> Payload:
    """What is due today, or in the next seven days."""
    groups = [
        (words("Somebody waits for you"), found.now),
        (words("Late"), found.late),
        (home.due_today(found, words), found.today),
        *([(words("In the next seven days"), found.week)] if week else []),
    ]
    blocks: list[kit.Block | None] = []
    for title, group in groups:
        if group.items:
            blocks.append(kit.header(f"{title} ({group.count})"))
            shown = group.items[: SHOWN if len(groups) == 3 else SHOWN_OF_A_WEEK]
            blocks += [block for item in shown for block in home.item_blocks(item, member, office, words)]
            left = group.count - len(shown)
            blocks.append(kit.context(words.n("and {n} more", "and {n} more", left)) if left else None)
    if not blocks:
        nothing = words("Nothing waits for you, and nothing is due.")
        return kit.message(kit.section(nothing))
    return kit.message(*blocks)


def status(subject: str, record: Any, office: Office, words: Words) -> Payload:
    """How far an order, a complaint, a task or an emergency is, in two lines."""
    match record:
        case Order():
            return order_listing.compact(record, office, words)
        case Task():
            show = kit.button("task.show", words("Show {code}", code=task_code(record.number)), str(record.number))
            return kit.message(kit.section(task_titled(record), show), kit.context(task_summary(record, office, words)))
        case Complaint():
            code = complaint_card.code(record.number)
            show = kit.button("complaint.show", words("Show {code}", code=code), str(record.number))
            title = words("{code} · {customer}", code=code, customer=record.customer)
            return kit.message(kit.section(title, show), kit.context(complaint_card.summary(record, office, words)))
        case Emergency():
            return kit.message(kit.section(emergency_titled(record, office, words)))
        case _:
            return FACES[subject].card(record, office, words)


def entry(record: Order | Task | Complaint, office: Office, words: Words) -> tuple[str, str]:
    """A record's title, and how far it is."""
    match record:
        case Order():
            return order_titled(record, words), order_summary(record, office, words)
        case Task():
            return task_titled(record), task_summary(record, office, words)
        case _:
            code = complaint_card.code(record.number)
            title = words("{code} · {customer}", code=code, customer=record.customer)
            return title, complaint_card.summary(record, office, words)


def show_button(record: Order | Task | Complaint, words: Words) -> kit.Block:
    """The button that shows a record."""
    match record:
        case Order():
            subject, code = "order", record.order_no or FACES["order"].code(record.number)
        case Task():
            subject, code = "task", task_code(record.number)
        case _:
            subject, code = "complaint", complaint_card.code(record.number)
    return kit.button(f"{subject}.show", words("Show {code}", code=code), str(record.number))


def cover(member: Member, office: Office, words: Words) -> Payload:
    """Who stands in for somebody, now or when they are away."""
    leave = office.leave_of(member.id)
    if leave is None:
        deputy = office.agreement.member(member.deputy or "")
        usual: Value = deputy.name if deputy else phrase("nobody")
        return kit.message(
            kit.section(words("{who} is here. When they are away, {cover} stands in.", who=member.name, cover=usual))
        )
    cover = office.stand_in(member)
    stands_in: Value = cover.name if cover.id != member.id else phrase("nobody")
    return kit.message(
        kit.section(
            words("{who} is away until {until}. Cover: {cover}.", who=member.name, until=leave.to, cover=stands_in)
        )
    )


def cover_on(member: Member, first: date, last: date, office: Office, words: Words) -> Payload:
    """Who stands in for somebody in some days to come."""
    then = [leave for leave in office.leave if leave.member == member.id and leave.from_ <= last and first <= leave.to]
    if not then:
        deputy = office.agreement.member(member.deputy or "")
        usual: Value = deputy.name if deputy else phrase("nobody")
        return kit.message(
            kit.section(
                words("{who} is here then. When they are away, {cover} stands in.", who=member.name, cover=usual)
            )
        )
    said = []
    for leave in then:
        begins = max(office.now, office.begins_at(leave))
        cover = replace(office, now=begins).stand_in(member)
        stands_in: Value = cover.name if cover.id != member.id else phrase("nobody")
        days = leave_days(leave, words)
        said.append(words("{who} will be away {days}. Cover: {cover}.", who=member.name, days=days, cover=stands_in))
    return kit.message(kit.section("\n".join(said)))


def covering(covered: Sequence[Member], words: Words) -> Payload:
    """For whom somebody stands in now."""
    if not covered:
        return kit.message(kit.section(words("You stand in for nobody at present.")))
    who = Several(tuple(each.name for each in covered))
    return kit.message(kit.section(words("You stand in for {who} at present.", who=who)))


def on_day(found: Agenda, day: date, member: Member, office: Office, words: Words) -> Payload:
    """What is due on one day of the coming week."""
    zone = ZoneInfo(office.agreement.timezone)
    items = [
        item
        for group in (found.now, found.today, found.week)
        for item in group.items
        if (due_at := item.record.due_at if isinstance(item.record, Task) else item.ask.due_at)
        if due_at.astimezone(zone).date() == day
    ]
    if not items:
        return kit.message(kit.section(words("Nothing of yours is due on {day}.", day=day)))
    blocks = [block for item in items[:SHOWN] for block in home.item_blocks(item, member, office, words)]
    return kit.message(kit.header(words("Due on {day}", day=day)), *blocks)


def listed(found: Sequence[Order | Complaint], office: Office, words: Words) -> Payload:
    """Somebody's records, each with how far it is and the button that shows it."""
    if not found:
        return kit.message(kit.section(words("There is nothing here.")))
    rows: list[kit.Block | None] = []
    for record in found:
        title, how_far = entry(record, office, words)
        show = kit.about(title, show_button(record, words))
        rows += [kit.section(title, *show), kit.context(how_far)]
    return kit.message(*rows)


def nobody_known(said: str, near: Sequence[Member], words: Words) -> Payload:
    """Nobody of this name is in the agreement."""
    sentence = words("I know nobody called “{said}” in this department.", said=said)
    if near:
        names = ", ".join(words.say(member.name) for member in near)
        question = words("Do you mean {names}?", names=names)
        sentence = f"{sentence} {question}"
    return kit.message(kit.section(sentence))


def nothing_known(code: str, words: Words) -> Payload:
    """There is no such record."""
    return kit.message(kit.section(words("There is no {code} that you may see.", code=code)))


def confirm_task(
    *,
    title: str,
    people: Sequence[str],
    about: str,
    due: str,
    priority: Value,
    repeats: str,
    value: str,
    office: Office,
    words: Words,
) -> Payload:
    """A task that somebody seems to want, of the first of the people: nothing is done before they say so."""
    owner, *watchers = (name(person, office) for person in people)
    return kit.message(
        kit.section(words("Shall I give {who} this task: {title}?", who=owner, title=title)),
        kit.context(
            words("due {moment}", moment=due),
            words("priority {priority}", priority=priority),
            about,
            repetition(repeats, words) if repeats else "",
            words("kept informed: {who}", who=Several(tuple(watchers))) if watchers else "",
        ),
        kit.actions(
            "talk:task",
            kit.button("talk.give", words("Give it"), value, style="primary"),
            kit.button("talk.change", words("Change"), value),
        ),
    )


def ask_when(title: str, why: str, value: str, words: Words) -> Payload:
    """A task of which only the moment is not understood: what has to be said, and the form to choose it in."""
    return kit.message(
        kit.section(kit.cut(title, 500)),
        kit.section(why),
        kit.actions("talk:task", kit.button("talk.change", words("Choose"), value, style="primary")),
    )


def not_understood(said: str, near: Sequence[str], words: Words) -> Payload:
    """What was said is no question we know: what comes near to it, to be asked by a click, and what we do know."""
    if near:
        return kit.message(
            kit.section(words("I do not understand “{said}”. Do you mean:", said=kit.cut(said, 200))),
            kit.actions("talk:near", *(kit.button(f"talk.ask.{n}", each, each) for n, each in enumerate(near))),
            kit.context(words("`help` shows what else I understand.")),
        )
    return kit.message(
        kit.section(
            words("I do not understand “{said}”. I never guess; I understand, for example:", said=kit.cut(said, 200))
        ),
        examples(words),
    )


def help_text(words: Words) -> Payload:
    """What can be asked in plain words."""
    return kit.message(
        kit.header(words("Talk to me")),
        kit.section(words("Here, or with a mention of me in a channel, in English or Chinese:")),
        examples(words),
        kit.section(words("`/supercargo` shows everything else that I can do.")),
    )


def examples(words: Words) -> kit.Block:
    """Questions and orders that are understood."""
    return kit.section(
        "\n".join(
            f"• {said}"
            for said in (
                words("what is due today"),
                words("what is due this week"),
                words("status SO-2610-03"),
                words("who covers for Chen Yuqing next week"),
                words("who is away"),
                words("task @name send the PI by Friday 5pm"),
                words("help"),
            )
        )
    )
