"""What the two of a talk see of its record: the form, what was written, and what each of them says to it."""

from __future__ import annotations

from bot.views import blockkit as kit
from bot.views.blockkit import Block
from bot.views.meetings.card import titled
from bot.views.refusals import name, names
from bot.views.wording import Words
from department import meetings as rules
from department import reviews
from department.agreement import Member
from department.meetings import Meeting
from department.people import Office


def written(meeting: Meeting, office: Office, words: Words) -> list[Block | None]:
    """The record, who agrees with it and what is seen otherwise; nothing where there is none."""
    said = meeting.review
    if said is None:
        return []
    parts = [
        (words("Numbers that mattered"), said.numbers),
        (words("One thing to keep"), said.keep),
        (words("One thing to change"), said.change),
        (words("Support promised"), said.support),
    ]
    waits = rules.still_to_answer(meeting)
    other = said.otherwise
    return [
        *(
            kit.listed(label, [(line, "") for line in text.splitlines() if line.strip()])
            for label, text in parts
            if text
        ),
        kit.context(words("The next talk: {day}", day=said.next_on)) if said.next_on else None,
        kit.context(
            words("Agreed: {who}", who=names(said.agreed, office)),
            words("Still to answer: {who}", who=names(waits, office)) if waits else "",
            words("{who} sees it otherwise:", who=name(other.member, office)) if other else "",
        ),
        kit.quote(other.reason) if other else None,
    ]


def buttons(meeting: Meeting, office: Office, by: Member, words: Words) -> list[Block]:
    """What somebody may do with the record now."""
    number = str(meeting.number)
    found = []
    if reviews.may_write(meeting, office, by) is None:
        found.append(kit.button("meeting.review", words("Write the record"), number))
    if reviews.may_answer(meeting, office, by) is None:
        found += answers(number, words)
    return found


def answers(number: str, words: Words) -> list[Block]:
    """The two answers to a record."""
    return [
        kit.button("meeting.agree", words("I agree"), number, style="primary"),
        kit.button("meeting.dissent", words("I see it otherwise"), number),
    ]


def form(meeting: Meeting, office: Office, words: Words) -> Block:
    """The record, or the one that was written before."""
    said = meeting.review
    texts = (
        ("numbers", words("Numbers that mattered"), said.numbers if said else "", True),
        ("keep", words("One thing to keep"), said.keep if said else "", False),
        ("change", words("One thing to change"), said.change if said else "", False),
        ("support", words("Support promised"), said.support if said else "", True),
    )
    picker: Block = {"type": "datepicker", "action_id": "next_on"}
    if said and said.next_on:
        picker["initial_date"] = said.next_on.isoformat()
    return kit.modal(
        "meeting.review",
        words("Record of the talk"),
        words("Save"),
        words("Cancel"),
        kit.context(titled(meeting, office, words)),
        *(
            kit.entry(key, label, kit.text_input(key, multiline=True, initial=text), optional=optional)
            for key, label, text, optional in texts
        ),
        kit.entry("next_on", words("The next talk"), picker, optional=True),
        kit.context(words("The other of you two agrees, or says what they see otherwise. Nobody else is told.")),
        private_metadata=str(meeting.number),
    )
