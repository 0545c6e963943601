"""What is said when somebody reminds of what the clock would bring, leaves it out, or takes that back."""

from __future__ import annotations

from datetime import datetime

from bot.views.refusals import name
from bot.views.wording import Value, Words
from department.people import Office
from department.records import Event


def reminding(event: Event, what: Value, office: Office, words: Words) -> str:
    """Somebody reminds whoever owes something, of what comes if it is not done."""
    return words("{who} reminds {new}: {what}", who=name(event.actor, office), new=name(event.new, office), what=what)


def left_out(event: Event, office: Office, words: Words) -> str:
    """Somebody left something out, or put it back."""
    who = name(event.actor, office)
    if not event.old:  # an older version did not keep the moment
        return words("{who} left a message out.", who=who)
    moment = words.full_moment(datetime.fromisoformat(event.old))
    if event.what == "put_back":
        return words("{who} did not leave out after all what comes at {moment}.", who=who, moment=moment)
    return words("{who} left out what was to come at {moment}.", who=who, moment=moment)
