"""What stands in for many messages: the digest of one morning, and many notices at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.agenda import Agenda
from bot.views import blockkit as kit
from bot.views import home
from bot.views.blockkit import Block, Payload
from bot.views.wording import Several, Words
from department.agreement import Member
from department.people import Office

LINES_IN_A_SECTION: Final = 10
SHOWN: Final = 8
"""Items of a group that stand in the digest; all of them are on the Home."""


def digest(lines: Sequence[str], words: Words) -> Payload:
    """The digest of many notices: a heading that counts, and a line for each."""
    heading = kit.header(words.n("{n} thing needs you", "{n} things need you", len(lines)))
    return kit.message(heading, *_listed(lines))


def morning(
    agenda: Agenda,
    member: Member,
    office: Office,
    words: Words,
    *,
    kept: Sequence[str],
    meanwhile: Sequence[str],
    overview: Sequence[str],
    thanks: Sequence[str],
) -> Payload:
    """One person's morning: what waits for them, what is late and due, what slipped of what they gave, for whom they
    stand in; `kept` did not go out yesterday, `meanwhile` happened while they were away, `overview` is the manager's, `thanks` are the
    last month's."""

    def group(title: str, lines: Sequence[str]) -> list[Block | None]:
        if not lines:
            return []
        more = [words.n("and {n} more", "and {n} more", len(lines) - SHOWN)] if len(lines) > SHOWN else []
        return [kit.header(f"{title} ({len(lines)})"), *_listed([*lines[:SHOWN], *more])]

    covers = Several(tuple(each.name for each in agenda.covers))
    return kit.message(
        kit.header(words("Your day · {day}", day=office.now.astimezone(words.timezone).date())),
        kit.context(words("You stand in for {who} at present.", who=covers)) if agenda.covers else None,
        *group(words("Somebody waits for you"), home.lines(agenda.now, member, office, words)),
        *group(words("Late"), home.lines(agenda.late, member, office, words)),
        *group(words("Due today"), home.lines(agenda.today, member, office, words)),
        *group(words("You gave it, and it is late"), home.slipped_lines(agenda, office, words)),
        *group(words("While you were away"), meanwhile),
        *group(words("Since yesterday"), kept),
        *group(words("The week: late in the department"), overview),
        *group(words("Last month you were thanked"), thanks),
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
