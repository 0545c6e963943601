"""What stands in for many messages: the digest of one morning, and many notices at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.agenda import RED, Agenda, Group
from bot.views import blockkit as kit
from bot.views import home
from bot.views.blockkit import Block, Payload
from bot.views.wording import Several, Words
from department.agreement import Member
from department.people import Office

LINES_IN_A_SECTION: Final = 10
MANY: Final = 30
"""Lines of a digest of notices: nobody reads more, and the rest is on the Home."""

SHOWN: Final = 8
"""Items of a group that stand in the digest; all of them are on the Home."""

KEPT: Final = 40
"""Lines that were kept for it: they stand nowhere else."""


def digest(lines: Sequence[str], words: Words) -> Payload:
    """The digest of many notices: a heading that counts, and a line for each."""
    heading = kit.header(words.n("{n} thing needs you", "{n} things need you", len(lines)))
    left = len(lines) - MANY
    more = words.n("and {n} more, on your Home", "and {n} more, on your Home", left) if left > 0 else ""
    return kit.message(heading, *_listed(lines[:MANY]), kit.context(more))


def morning(
    agenda: Agenda,
    member: Member,
    office: Office,
    words: Words,
    *,
    kept: Sequence[tuple[str, str]],
    meanwhile: Sequence[tuple[str, str]],
    overview: Sequence[str],
    thanks: Sequence[tuple[str, str]],
) -> Payload:
    """One person's morning: what waits for them, what is late and due, what slipped of what they gave, for whom they
    stand in; `kept` did not go out yesterday, each line with the address it leads to, `meanwhile` happened while they were
    away, `overview` is the manager's, `thanks` are the last month's, each with the message it is for."""

    def more(left: int) -> list[str]:
        return [words.n("and {n} more", "and {n} more", left)] if left > 0 else []

    def group(title: str, lines: Sequence[str], count: int = 0, most: int = SHOWN) -> list[Block | None]:
        if not lines:
            return []
        count = max(count, len(lines))
        return [kit.header(f"{title} ({count})"), *_listed([*lines[:most], *more(count - min(most, len(lines)))])]

    def asked(title: str, items: Group) -> list[Block | None]:
        return group(title, home.lines(items.items, member, office, words), items.count)

    counts = (agenda.now.count, agenda.late.count, agenda.today.count, agenda.slipped_count)
    is_cut = max(counts) > SHOWN
    covers, since = Several(tuple(each.name for each in agenda.covers)), words("Since yesterday")
    missed = words("While you were away")
    thanked = words("Last month you were thanked")
    named = [*thanks[:SHOWN], *((said, "") for said in more(len(thanks) - SHOWN))]
    return kit.message(
        kit.header(words("Your day · {day}", day=office.now.astimezone(words.timezone).date())),
        kit.context(words("You stand in for {who} at present.", who=covers)) if agenda.covers else None,
        *asked(words("Somebody waits for you"), agenda.now),
        *asked(words("Late"), agenda.late),
        *asked(home.due_today(agenda, words), agenda.today),
        *group(words("You gave it, and it is late"), home.slipped_lines(agenda, office, words), agenda.slipped_count),
        kit.listed(f"{missed} ({len(meanwhile)})", meanwhile) if meanwhile else None,
        kit.listed(f"{since} ({len(kept)})", kept[:KEPT]) if kept else None,
        *group(words("The week in the department"), overview, most=2 * RED),
        kit.listed(f"{thanked} ({len(thanks)})", named) if thanks else None,
        kit.actions("digest:mine", *home.mine_buttons(words)) if is_cut else None,
        kit.context(
            words(
                "Times are those of {zone}. Your Home, in this conversation, shows all of it with its buttons.",
                zone=words.timezone.key,
            )
        ),
    )


def _listed(lines: Sequence[str]) -> list[Block]:
    return [
        kit.section("\n".join(f"• {kit.cut(line, 250)}" for line in lines[start : start + LINES_IN_A_SECTION]))
        for start in range(0, len(lines), LINES_IN_A_SECTION)
    ]
