"""Many notices for one person at once, as one message."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views import blockkit as kit
from bot.views.blockkit import Payload
from bot.views.wording import Words

LINES_IN_A_SECTION = 10


def digest(lines: Sequence[str], words: Words) -> Payload:
    """The digest: a heading that counts, and a line for each notice."""
    sections = [
        kit.section("\n".join(f"• {kit.cut(line, 250)}" for line in lines[start : start + LINES_IN_A_SECTION]))
        for start in range(0, len(lines), LINES_IN_A_SECTION)
    ]
    heading = kit.header(words.n("{n} thing needs you", "{n} things need you", len(lines)))
    return kit.message(heading, *sections)
