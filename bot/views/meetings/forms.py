"""The forms about a meeting: one's line, a decision, an action, another moment, a meeting that somebody calls."""

from __future__ import annotations

from bot.views import blockkit as kit
from bot.views.blockkit import Block
from bot.views.meetings.card import titled
from bot.views.wording import Words
from department.meetings import Meeting
from department.people import Office


def line_form(meeting: Meeting, member: str, office: Office, words: Words) -> Block:
    """One's own line, or the one that was written before."""
    before = next((line for line in meeting.lines if line.member == member), None)
    parts = (
        ("done", words("What is done"), before.done if before else ""),
        ("next", words("What comes next"), before.next if before else ""),
        ("stuck", words("Where you are stuck"), before.stuck if before else ""),
        ("help", words("What you need, and from whom"), before.help if before else ""),
    )
    return kit.modal(
        "meeting.line",
        words("My line"),
        words("Send"),
        words("Cancel"),
        kit.context(titled(meeting, office, words)),
        *(kit.entry(key, label, kit.text_input(key, initial=text), optional=True) for key, label, text in parts),
        private_metadata=str(meeting.number),
    )


def written(callback: str, meeting: Meeting, title_: str, label: str, words: Words, *, optional: bool = False) -> Block:
    """A form with one text."""
    return kit.modal(
        callback,
        title_,
        words("Save"),
        words("Cancel"),
        kit.entry("text", label, kit.text_input("text", multiline=True), optional=optional),
        private_metadata=str(meeting.number),
    )


def move_form(meeting: Meeting, words: Words) -> Block:
    """Another moment."""
    picker: Block = {
        "type": "datetimepicker",
        "action_id": "to",
        "initial_date_time": int(meeting.begins_at.timestamp()),
    }
    return kit.modal(
        "meeting.move",
        words("Move"),
        words("Move"),
        words("Cancel"),
        kit.entry("to", words("To when"), picker, hint=words("Your own time zone. Everybody who takes part is told.")),
        private_metadata=str(meeting.number),
    )


def action_form(meeting: Meeting, words: Words) -> Block:
    """An action: who, what, by when."""
    return kit.modal(
        "meeting.action",
        words("Action"),
        words("Give"),
        words("Cancel"),
        kit.entry(
            "owner",
            words("Who does it"),
            {"type": "users_select", "action_id": "owner", "placeholder": kit.plain(words("Choose"))},
        ),
        kit.entry("title", words("What is to be done"), kit.text_input("title")),
        kit.entry("due", words("By when"), {"type": "datetimepicker", "action_id": "due"}),
        private_metadata=str(meeting.number),
    )


def call_form(words: Words, *, title_: str) -> Block:
    """An extra meeting."""
    lengths = [kit.option(words("{minutes} min", minutes=str(n)), str(n)) for n in (15, 30, 45, 60, 90, 120)]
    return kit.modal(
        "meeting.call",
        words("Call a meeting"),
        words("Call it"),
        words("Cancel"),
        kit.entry("title", words("What it is about"), kit.text_input("title", initial=title_)),
        kit.entry("begins_at", words("When"), {"type": "datetimepicker", "action_id": "begins_at"}),
        kit.entry("minutes", words("Length"), kit.menu("minutes", words("Choose"), lengths, "30")),
        kit.entry(
            "people",
            words("Who takes part"),
            {"type": "multi_users_select", "action_id": "people", "placeholder": kit.plain(words("Everybody"))},
            optional=True,
        ),
        kit.entry("place", words("Room or link"), kit.text_input("place"), optional=True),
    )
