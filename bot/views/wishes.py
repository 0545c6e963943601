"""Words of congratulation."""

from __future__ import annotations

from bot.views import blockkit as kit
from bot.views.blockkit import Block
from bot.views.wording import Words
from department.agreement import Member


def wish(what: str, member: Member, words: Words) -> list[Block]:
    """A birthday, or the day somebody joined. Nobody's age and nobody's years are told."""
    if what == "birthday":
        return [kit.section(words("🎂 Happy birthday, {who}!", who=member.name))]
    return [kit.section(words("🎉 Today is the day {who} joined us. Thank you for being here!", who=member.name))]
