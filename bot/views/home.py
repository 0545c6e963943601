"""Somebody's Home: what today asks of them, with the buttons to answer, and what a manager sees besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bot.agenda import Agenda, Group, Item, Overview
from bot.views import FACES
from bot.views import blockkit as kit
from bot.views import leave as leave_views
from bot.views import praise as praise_views
from bot.views.blockkit import Block
from bot.views.complaints import card as complaint_card
from bot.views.emergencies import titled as emergency_titled
from bot.views.meetings import card as meeting_card
from bot.views.refusals import name
from bot.views.tasks import card as task_card
from bot.views.wording import Phrase, Several, Words, phrase
from department.agreement import Member
from department.people import Office
from department.tasks import Task
from storage.people import Person

NOW: Final = 10
DUE: Final = 7
"""Items of a group, two blocks each: a Home holds 100 blocks, and nobody reads more."""

SUBJECTS: Final[Mapping[str, Phrase]] = {
    "order": phrase("Orders"),
    "task": phrase("Tasks"),
    "complaint": phrase("Complaints"),
    "emergency": phrase("Emergencies"),
    "meeting": phrase("Meetings"),
    "award": phrase("Awards"),
    "praise": phrase("Praise"),
    "activity": phrase("Team activities"),
}
"""What a Home can be narrowed down to, and what somebody can have in their digest only."""

MINE: Final[Mapping[str, Phrase]] = {
    "order": phrase("My orders"),
    "task": phrase("My tasks"),
    "complaint": phrase("My complaints"),
}


def home(agenda: Agenda, member: Member, office: Office, words: Words, *, subject: str) -> Block:
    """The Home of one member; `subject` is the one it was narrowed down to, if any."""
    blocks = [
        kit.header(words("{who} · {day}", who=member.name, day=office.now.astimezone(words.timezone).date())),
        _bar(words),
        kit.context(_covers(agenda, words)) if agenda.covers else None,
        *_group(words("Somebody waits for you"), agenda.now, NOW, member, office, words),
        *_group(words("Late"), agenda.late, DUE, member, office, words),
        *_group(due_today(agenda, words), agenda.today, DUE, member, office, words),
    ]
    if agenda.is_empty:
        blocks.append(kit.section(_nothing(agenda, words, subject)))
    blocks += [
        *_group(words("In the next seven days"), agenda.week, 4, member, office, words),
        *_group(words("Later, or without a date"), agenda.further, 2, member, office, words),
        *_slipped(agenda, office, words),
        *_mine(agenda, words, subject),
        *_meetings(agenda, office, words),
        *_away(agenda, office, words),
        *_thanks(agenda, office, words),
        *(_manager(agenda.overview, office, words) if agenda.overview else []),
        kit.divider(),
        kit.context(words("Times are those of {zone}. `/supercargo` tells what I can do.", zone=words.timezone.key)),
    ]
    return {"type": "home", "blocks": [block for block in blocks if block is not None][:100]}


def due_today(agenda: Agenda, words: Words) -> str:
    """The heading of what is due today; before days off, of what is due on them, too."""
    return words("Due by {day}", day=agenda.until) if agenda.until else words("Due today")


def _nothing(agenda: Agenda, words: Words, subject: str) -> str:
    elsewhere = sum(agenda.counts.values()) - agenda.counts.get(subject, 0)
    if not subject or not elsewhere:
        return words("Nothing waits for you, nothing is late, nothing is due today. ☕")
    none = words("{what}: nothing waits for you, is late or due today.", what=SUBJECTS[subject])
    others = words.n("{n} other thing is with you.", "{n} other things are with you.", elsewhere)
    return f"{none} {others}"


def _covers(agenda: Agenda, words: Words) -> str:
    return words("You stand in for {who} at present.", who=Several(tuple(each.name for each in agenda.covers)))


def lines(items: Iterable[Item], member: Member, office: Office, words: Words) -> list[str]:
    """Items in a line each, as they stand in a digest."""
    said = []
    for item in items:
        text, _ = FACES[item.subject].asked(item.ask, item.record, office, words)
        said.append(" · ".join([text.replace("\n", " "), *_remarks(item, member, office, words)]))
    return said


def slipped_lines(agenda: Agenda, office: Office, words: Words) -> list[str]:
    """What somebody gave to others and is late, in a line each."""
    return [f"{task_card.titled(task)} · {task_card.brief(task, office, words)}" for task in agenda.slipped]


def item_blocks(item: Item, member: Member, office: Office, words: Words) -> list[Block | None]:
    """One item with the button that does it; a task with everything that can be done about it."""
    text, button = FACES[item.subject].asked(item.ask, item.record, office, words)
    said = "\n".join([text, " · ".join(_remarks(item, member, office, words))]).strip()
    if isinstance(item.record, Task):
        row = kit.about(task_card.titled(item.record), *task_card.offered(item.record, item.ask.to, office, words))
        return [kit.section(said), kit.actions(f"task:{item.record.number}:{item.ask.what}:{item.ask.item}", *row)]
    return [kit.section(said, *kit.about(text, button))]


def _remarks(item: Item, member: Member, office: Office, words: Words) -> list[str]:
    said = []
    if item.ask.due_at is not None:
        late = "⚠ " if item.ask.due_at < office.now else ""
        said.append(f"{late}{words.near_moment(item.ask.due_at)}")
    if item.ask.to != member.id:
        said.append(words("for {who}", who=name(item.ask.to, office)))
    return said


def _bar(words: Words) -> Block | None:
    return kit.actions(
        "home:bar",
        kit.button("task.new", words("New task"), "new", style="primary"),
        kit.button("complaint.new", words("File a complaint"), "new"),
        kit.button("order.new", words("Start an inquiry"), "new"),
        kit.button("leave.new", words("Enter leave"), "new"),
        kit.button("people.settings", words("Settings"), "settings"),
    )


def _group(title: str, group: Group, most: int, member: Member, office: Office, words: Words) -> list[Block | None]:
    if not group.items:
        return []
    left = group.count - most
    return [
        kit.header(f"{title} ({group.count})"),
        *(block for item in group.items[:most] for block in item_blocks(item, member, office, words)),
        kit.context(words.n("and {n} more", "and {n} more", left)) if left > 0 else None,
    ]


def _slipped(agenda: Agenda, office: Office, words: Words) -> list[Block | None]:
    if not agenda.slipped:
        return []
    return [
        kit.header(f"{words('You gave it, and it is late')} ({agenda.slipped_count})"),
        *(
            kit.section(
                f"{task_card.titled(task)}\n{task_card.brief(task, office, words)}",
                kit.button("task.show", words("Show {code}", code=task_card.code(task.number)), str(task.number)),
            )
            for task in agenda.slipped[:5]
        ),
    ]


def _mine(agenda: Agenda, words: Words, subject: str) -> list[Block | None]:
    counts = [
        words("{what}: {count}", what=said, count=str(agenda.counts.get(key, 0)))
        for key, said in SUBJECTS.items()
        if agenda.counts.get(key)
    ]
    choices = [kit.option(words("Everything"), "all")]
    choices += [
        kit.option(words.say(said), key) for key, said in SUBJECTS.items() if key != "praise"
    ]  # it asks nothing
    return [
        kit.divider(),
        kit.context(" · ".join([words("With you in all"), *counts]) if counts else words("Nothing is with you.")),
        kit.actions(
            "home:filter",
            *mine_buttons(words),
            kit.menu("home.filter", words("Show only"), choices, subject or "all"),
        ),
    ]


def mine_buttons(words: Words) -> list[Block]:
    """The buttons to the lists of somebody's own records."""
    return [kit.button(f"home.mine.{key}", words.say(said), key) for key, said in MINE.items()]


def _meetings(agenda: Agenda, office: Office, words: Words) -> list[Block | None]:
    if not agenda.meetings:
        return []
    return [
        kit.header(words("Your meetings this week")),
        *(
            kit.section(
                words(
                    "{title}, {when}",
                    title=meeting_card.title(meeting, office),
                    when=words.near_moment(meeting.begins_at),
                ),
                kit.button(
                    "meeting.show", words("Show {code}", code=meeting_card.code(meeting.number)), str(meeting.number)
                ),
            )
            for meeting in agenda.meetings[:5]
        ),
    ]


def _away(agenda: Agenda, office: Office, words: Words) -> list[Block | None]:
    show = kit.button("leave.show", words("Who is away"), "show")
    if not agenda.away:
        return [kit.section(words("Nobody is away today."), show)]
    said = []
    for leave in agenda.away:
        member = office.agreement.member(leave.member)
        cover = office.stand_in(member) if member else None
        stands_in = cover.name if cover and member and cover.id != member.id else phrase("nobody")
        said.append(
            words(
                "{who} is away until {until}. Cover: {cover}.",
                who=name(leave.member, office),
                until=leave.to,
                cover=stands_in,
            )
        )
    return [kit.section("\n".join(said[:10]), show)]


def _thanks(agenda: Agenda, office: Office, words: Words) -> list[Block | None]:
    say = kit.button("praise.new", words("Praise somebody"), "new")
    if not agenda.thanks:
        return [kit.section(words("Did somebody do something well?"), say)]
    lines = [praise_views.summary(item, office, words) for item in agenda.thanks[:3]]
    return [kit.section("\n".join(lines), say)]


def overview_lines(overview: Overview, office: Office, words: Words) -> list[str]:
    """The department in a line each: how much there is with each role, what is late and with whom, where nobody stands
    in."""
    roles, red = _by_role(overview, office, words), _red(overview, office, words)
    left = overview.late - len(red)
    return [
        *([" · ".join(roles)] if roles else []),
        *(red or [words("Nothing is late.")]),
        *([words.n("and {n} more", "and {n} more", left)] if left > 0 else []),
        *_grave(overview, office, words),
        *([_at_risk(overview, words)] if overview.at_risk else []),
        *(leave_views.hole_line(hole, office, words) for hole in overview.holes),
    ]


def _grave(overview: Overview, office: Office, words: Words) -> list[str]:
    """The emergencies that go on and the gravest complaints, in a line each."""
    emergencies = [f"🚨 {emergency_titled(each, office, words)}" for each in overview.emergencies]
    complaints = [
        f"{complaint_card.code(each.number)} · {each.customer} · {complaint_card.summary(each, office, words)}"
        for each in overview.grave
    ]
    return [*emergencies, *complaints]


def _at_risk(overview: Overview, words: Words) -> str:
    return words.n("{n} order at risk", "{n} orders at risk", overview.at_risk)


def _red(overview: Overview, office: Office, words: Words) -> list[str]:
    said = []
    for item in overview.red:
        text, _ = FACES[item.subject].asked(item.ask, item.record, office, words)
        said.append(f"{words.say(name(item.ask.to, office))} · {text}".replace("\n", " "))
    return said


def _by_role(overview: Overview, office: Office, words: Words) -> list[str]:
    roles: dict[str, list[int]] = {}
    for load in overview.loads:
        member = office.agreement.member(load.member)
        if member is not None:
            total = roles.setdefault(member.role, [0, 0])
            total[0] += load.open
            total[1] += load.late
    return [
        words("{role}: {open} open, {late} late", role=office.agreement.roles[role], open=str(open_), late=str(late))
        for role, (open_, late) in sorted(roles.items(), key=lambda each: list(office.agreement.roles).index(each[0]))
    ]


def _manager(overview: Overview, office: Office, words: Words) -> list[Block | None]:
    by_role = _by_role(overview, office, words)
    people = [
        f"{words.say(member.name)} {count.open}"
        for member in office.agreement.members
        if (count := next((load for load in overview.loads if load.member == member.id), None)) is not None
    ]
    red = _red(overview, office, words)[:10]
    left = overview.late - len(red)
    if red and left > 0:
        red.append(words.n("and {n} more", "and {n} more", left))
    grave = _grave(overview, office, words)
    return [
        kit.divider(),
        kit.header(words("The department")),
        kit.section("\n".join(by_role)) if by_role else None,
        kit.section("\n".join(f"⚠ {each}" for each in red)) if red else kit.section(words("Nothing is late.")),
        kit.actions(
            "home:department",
            kit.button("home.late", words("All that is late"), "late") if red else None,
            kit.button("home.risk", _at_risk(overview, words), "risk") if overview.at_risk else None,
            kit.button("home.cutoffs", words("Cut-offs in the next seven days"), "cutoffs"),
        ),
        kit.section("\n".join([words("Emergencies and the gravest complaints"), *grave])) if grave else None,
        kit.context(": ".join((words("Open with each"), " · ".join(people)))) if people else None,
        kit.section("\n".join(f"⚠ {leave_views.hole_line(hole, office, words)}" for hole in overview.holes[:8]))
        if overview.holes
        else kit.context(words("Somebody stands in for everybody in the next two weeks.")),
    ]


def listed(title: str, found: Sequence[tuple[str, str, Block]], words: Words, *, more: bool) -> Block:
    """Records under a title: each with what it is, how far, and the button that shows it."""
    rows: list[Block | None] = []
    for said, how_far, show in found:
        rows += [kit.section(said, show), kit.context(how_far)]
    if not rows:
        rows = [kit.section(words("There is nothing here."))]
    if more:
        rows.append(kit.context(words("These are the first {n}.", n=str(len(found)))))
    return kit.modal("home.read", title, "", words("Close"), *rows)


def late(overview: Overview, member: Member, office: Office, words: Words) -> Block:
    """What is late in the department, role by role, the latest first."""
    by_role: dict[str, list[Item]] = {}
    for item in overview.red:
        whose = office.agreement.member(item.ask.to)
        by_role.setdefault(whose.role if whose else "", []).append(item)
    rows: list[Block | None] = []
    for role, label in office.agreement.roles.items():
        if role in by_role:
            rows.append(kit.header(words.say(label)))
            rows += [_with_show(item, member, office, words) for item in by_role[role]]
    left = overview.late - len(overview.red)
    if left > 0:
        rows.append(kit.context(words.n("and {n} more", "and {n} more", left)))
    return kit.modal("home.read", words("Late"), "", words("Close"), *rows or [kit.section(words("Nothing is late."))])


def _with_show(item: Item, member: Member, office: Office, words: Words) -> Block:
    text, _ = FACES[item.subject].asked(item.ask, item.record, office, words)
    code = FACES[item.subject].code(item.record.number)
    show = kit.button(f"{item.subject}.show", words("Show {code}", code=code), str(item.record.number))
    said = "\n".join([text, " · ".join(_remarks(item, member, office, words))]).strip()
    return kit.section(said, show if item.subject in SHOWN else None)


SHOWN: Final = frozenset(("order", "task", "complaint", "meeting"))
"""The subjects whose records have a page of their own."""


def settings(person: Person, words: Words, *, agreed: tuple[str, str]) -> Block:
    """Somebody's own choices; empty fields mean what is agreed."""
    language, digest_time, quiet_hours = person.language, person.digest_time, person.quiet_hours
    subjects = [kit.option(words.say(said), key) for key, said in SUBJECTS.items()]
    muted: Block = {"type": "checkboxes", "action_id": "muted", "options": subjects}
    chosen = [option for option in subjects if option["value"] in person.muted.split(",")]
    if chosen:
        muted["initial_options"] = chosen
    wished = [
        kit.option(words("No wishes"), "no"),
        kit.option(words("By a direct message"), "dm"),
        kit.option(words("In the praise channel"), "channel"),
    ]
    languages = [
        kit.option(words("As in Slack"), "profile"),
        kit.option("中文", "zh"),
        kit.option("English", "en"),
    ]
    at: Block = {"type": "timepicker", "action_id": "digest_time"}
    if digest_time:
        at["initial_time"] = digest_time
    return kit.modal(
        "people.settings",
        words("Settings"),
        words("Save"),
        words("Cancel"),
        kit.entry("language", words("My language for you"), kit.radios("language", languages, language or "profile")),
        kit.entry(
            "digest_time",
            words("Your morning digest"),
            at,
            hint=words("Agreed is {time}.", time=agreed[0]),
            optional=True,
        ),
        kit.entry(
            "quiet_hours",
            words("Your quiet hours"),
            kit.text_input("quiet_hours", initial=quiet_hours, placeholder=agreed[1]),
            hint=words("Agreed is {time}. The gravest things come through all the same.", time=agreed[1]),
            optional=True,
        ),
        kit.entry(
            "muted",
            words("Only in the digest"),
            muted,
            hint=words("Of these I write to you once a morning; what is urgent, or waits for you, comes all the same."),
            optional=True,
        ),
        kit.entry(
            "wished_in",
            words("Wishes for my birthday and the day I joined"),
            kit.radios("wished_in", wished, person.wished_in or "no"),
        ),
        kit.entry(
            "birthday",
            words("My birthday"),
            kit.text_input("birthday", initial=person.birthday, placeholder="05-17"),
            hint=words("Month and day; the year is nobody's business."),
            optional=True,
        ),
        kit.entry(
            "joined",
            words("The day I joined"),
            kit.text_input("joined", initial=person.joined, placeholder="09-01"),
            optional=True,
        ),
    )
