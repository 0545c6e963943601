"""The front door: what Supercargo can do, and the reader's language."""

from __future__ import annotations

from bot.views import blockkit as kit
from bot.views.blockkit import Payload
from bot.views.refusals import refusal
from bot.views.wording import Words
from department.people import Office
from department.records import Refused


def front_door(chosen: str, office: Office, words: Words, *, is_member: bool) -> Payload:
    """What there is, and the choice of language; `chosen` is empty for the language of the Slack profile."""
    if not is_member:
        return kit.message(kit.section(refusal(Refused("not_a_member"), office, words)))
    choices = (("profile", words("As in Slack")), ("zh", "中文"), ("en", "English"))
    return kit.message(
        kit.header("Supercargo"),
        kit.section(
            words(
                "I keep what this department has agreed: who does what, by when, and who is told when it does not happen."
            )
        ),
        kit.section(
            words(
                "`/task` gives somebody something to do by a moment, and shows how far it is. `/task help` says more."
            )
        ),
        kit.section(words("`/complaint` files a customer's complaint and follows it. `/complaint help` says more.")),
        kit.section(
            words(
                "`/order` takes an order from the inquiry to after-sales, handed over and acknowledged. `/order help` says more."
            )
        ),
        kit.section(words("`/emergency` calls everybody in. `/emergency help` says more.")),
        kit.section(words("`/away` enters leave and shows who is away and who stands in. `/away help` says more.")),
        kit.section(words("`/meeting` shows the meetings, and calls one. `/meeting help` says more.")),
        kit.section(words("`/praise` thanks somebody aloud. `/praise help` says more.")),
        kit.section(words("`/award` shows the awards, to nominate and to vote. `/award help` says more.")),
        kit.section(words("`/activity` shows what the team does together. `/activity help` says more.")),
        kit.section(words("`/supercargo schedule` lists what I will post in the next fourteen days, and why.")),
        kit.section(
            words(
                "My first tab, Home, shows what today asks of you. You can also write to me in plain words: “what is due today”."
            )
        ),
        kit.section(words("My language for you:")),
        kit.actions(
            "people:language",
            *(
                kit.button(
                    f"people.language.{value}",
                    text,
                    value,
                    style="primary" if value == (chosen or "profile") else "",
                )
                for value, text in choices
            ),
        ),
    )
