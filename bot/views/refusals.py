"""Why something was not done, in words that say who can do it or what to do instead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.views import blockkit as kit
from bot.views.wording import Several, Value, Words, phrase
from department.people import Office
from department.records import Refused

NAMED: Final = 30
"""People named in a row; more are counted."""


def refusal(refused: Refused, office: Office, words: Words) -> str:
    """The refusal as a sentence for the person who asked."""
    facts = refused.facts
    who = people(facts.get("who", ""), office)
    match refused.reason:
        case "not_a_member":
            return words(
                "You are not in the department's agreement, so I cannot do this for you. The manager can add you to it."
            )
        case "not_found":
            return words("There is no {code}. Look at its number again.", code=facts["code"])
        case "not_yours":
            return words(
                "This is with {who}. They can do it, and so can whoever stands in for them while they are away, their leads and the manager.",
                who=who,
            )
        case "held_by_emergency":
            return words(
                "“{line}” is held back on every order of this customer while the emergency {code} is going on.",
                line=_lines(facts["line"], office),
                code=facts["code"],
            )
        case "customers_not_yours":
            return words("Whose the customers are is for {who} to say; only they take such a file over.", who=who)
        case "already_acknowledged":
            return words("{who} has already acknowledged this. There is nothing left to acknowledge.", who=who)
        case "acknowledge_first":
            return words("Nobody has acknowledged this complaint yet. Acknowledge it first.")
        case "reopen_first":
            return words("This complaint is resolved. Reopen it first.")
        case "not_in_agreement":
            return words("This person is not in the department's agreement. Choose somebody who is.")
        case "has_it_already":
            return words("{who} has this part already. Choose somebody else.", who=who)
        case "is_away":
            return words(
                "{who} is away. {cover} stands in; choose them or somebody else.",
                who=who,
                cover=name(facts["cover"], office),
            )
        case "nobody_else_decides":
            return words(
                "{who} has to decide the open compensation, and nobody else may. Wait for the decision, or choose somebody else.",
                who=who,
            )
        case "unknown_severity":
            return words("Choose one of the severities of the agreement.")
        case "unknown_category":
            return words("Choose one of the categories of the agreement.")
        case "same_severity":
            return words("The severity is {severity} already. Choose another one.", severity=facts["severity"])
        case "severity_too_mild":
            return words(
                "Complaints of this category are at least {severity}. Choose {severity} or graver.",
                severity=facts["severity"],
            )
        case "reason_missing":
            return words("Write the reason in a few words.")
        case "text_missing":
            return words("Write a few words here.")
        case "customer_missing":
            return words("Choose the customer, or type a new name.")
        case "transport_missing":
            return words("Say how the goods travelled: the carrier's time limit depends on it.")
        case "in_the_past":
            return words("This moment is over. Choose one that is still to come.")
        case "in_the_future":
            return words("This day is still to come. Choose today or an earlier one.")
        case "amount_not_positive":
            return words("Write an amount above zero.")
        case "unknown_currency":
            return words("Choose the amount's currency: {currencies}.", currencies=facts["currencies"])
        case "already_waiting":
            return words(
                "This complaint is waiting for the customer already. Press “Customer answered” when they have."
            )
        case "not_waiting":
            return words(
                "This complaint is not waiting for the customer: its time runs, and there is nothing to resume."
            )
        case "no_promise":
            return words(
                "There is no open promise to the customer. What was promised may be kept already: “Show history” tells."
            )
        case "promise_open":
            return words(
                "The customer still waits for something that was promised: {text}. Mark it as kept first.",
                text=kit.cut(facts["text"], 200),
            )
        case "too_many_promises":
            return words("There are five open promises already. Keep one of them first.")
        case "nobody_can_decide":
            return words(
                "Nobody in the agreement may decide this amount without deciding a case of their own. Ask the manager."
            )
        case "nothing_to_decide":
            return words(
                "This compensation is decided already, or was withdrawn. Propose another one if it is still needed."
            )
        case "own_case":
            return words("Nobody decides compensation on a case they work on. {who} decides.", who=who)
        case "not_the_decider":
            return words("{who} decides this.", who=who)
        case "undecided_compensation":
            return words("The proposed compensation is not decided yet. {who} decides.", who=who)
        case "already_closed":
            return words("This complaint is closed already. Reopen it if there is more to do.")
        case "resolve_first":
            return words("Resolve this complaint first: what caused it, and what was done?")
        case "corrective_action_missing":
            return words(
                "This complaint needs a corrective action before it can close. Write what was changed so that it does not happen again."
            )
        case "still_open":
            return words(
                "This complaint is still open, so there is nothing to reopen. Write what is new in its thread."
            )
        case "no_carrier_notice":
            return words("No carrier's notice is needed for this complaint.")
        case "notice_already_sent":
            return words("The notice to the carrier is marked as sent already. There is nothing left to do about it.")
        case "not_a_number":
            return words("Write a number, such as 1250.50.")
        case "too_fine":
            return words("Write at most {places} decimals.", places=facts["places"])
        case "no_places":
            return words("Write how many can come, such as 12, or leave it empty.")
        case "no_such_record":
            return words("There is no {code}. Name orders, complaints or tasks by their codes.", code=facts["code"])
        case "not_a_link":
            return words("Write one address a line, each beginning with https://.")
        case "unknown_playbook":
            return words("Choose one of the playbooks of the agreement.")
        case "step_done":
            return words("This step is done already.")
        case "emergency_over":
            return words("This emergency is stood down.")
        case "decided_already":
            return words("{who} has decided already.", who=who)
        case "decide_first":
            return words("It must be decided first. {who} decides.", who=who)
        case "no_order":
            return words("There is no order {code}. /order list shows what there is.", code=facts["code"])
        case "on_hold":
            return words("This order is on hold. Resume it first.")
        case "order_over":
            return words("This order is over. Reopen it first.")
        case "order_open":
            return words("This order is still open.")
        case "not_on_hold":
            return words("This order is not on hold.")
        case "handoff_pending":
            return words("It is offered to {who} already. Wait for the answer, or withdraw the handoff.", who=who)
        case "nothing_offered":
            return words("No handoff waits for an answer here.")
        case "not_offered_to_you":
            return words("This is offered to {who}. They can take it, or whoever stands in for them.", who=who)
        case "not_the_next_stage":
            return words("The order has moved on meanwhile. Open the form again.")
        case "terms_missing":
            wanted = Several(tuple(TERMS[name] for name in facts["fields"].split(", ")))
            return words("Before the order is confirmed it needs: {wanted}. Fill in “Change the terms”.", wanted=wanted)
        case "checklist_open":
            return words(
                "Still open: {lines}. Tick them, or write why it goes all the same.",
                lines=_lines(facts["lines"], office),
            )
        case "lines_open":
            return words("Still open: {lines}.", lines=_lines(facts["lines"], office))
        case "nobody_there":
            return words("{who} is away, and nobody stands in. Choose somebody else.", who=who)
        case "unknown_reason":
            return words("Choose one of the reasons of the agreement.")
        case "nothing_ticked":
            return words("There is nothing to do here. Choose a line that is open.")
        case "not_your_line":
            return words("This line is for {who}.", who=who)
        case "second_person":
            return words("A second person must look over this line: {who}.", who=who)
        case "gate_closed":
            return words("“{line}” is a gate. Only {who} can open it.", line=_lines(facts["line"], office), who=who)
        case "not_the_gatekeeper":
            return words("Only {who} can open this gate in the place of those who may.", who=who)
        case "needs_first":
            return words(
                "“{line}” must wait for: {lines}.",
                line=_lines(facts["line"], office),
                lines=_lines(facts["lines"], office),
            )
        case "unknown_role":
            return words("Choose one of the parts of this order.")
        case "no_such_role":
            roles = Several(tuple(office.agreement.roles.values()))
            return words("The agreement has no role “{said}”. It has: {roles}.", said=facts["said"], roles=roles)
        case "cancel_instead":
            return words("This order is confirmed. Cancel it instead.")
        case "not_the_last_stage":
            return words("Only an order in its last stage can be closed.")
        case "complaints_open":
            return words("This order has open complaints: {codes}. Close them first.", codes=facts["codes"])
        case "currency_missing":
            return words("Choose the currency of the amount.")
        case "unknown_rule":
            return words("Choose one of the eleven rules of Incoterms 2020.")
        case "place_missing":
            return words("Name the place, such as {rule} Ningbo: the rule alone says nothing.", rule=facts["rule"])
        case "unknown_payment":
            return words("Choose one of the payment terms of the agreement.")
        case "date_unclear":
            return words(
                "I do not understand “{said}”. Write it like “tomorrow 3pm”, “next Friday” or “12 Dec”.",
                said=facts.get("said", ""),
            )
        case "date_ambiguous":
            return words(
                "“{said}” could mean several days. Write the month as a word, name the day, or say morning or afternoon.",
                said=facts["said"],
            )
        case "days_unclear":
            return words(
                "I do not understand the days “{said}”. Choose them here, or write them like “tomorrow to Friday”, “Oct 20 to 23” or “tomorrow afternoon”.",
                said=facts["said"],
            )
        case "days_ambiguous":
            return words("“{said}” could mean several days. Choose them here.", said=facts["said"])
        case "several_moments":
            return words("I find several moments in it: {said}. Which one counts?", said=facts["said"])
        case "no_such_time":
            return words("The clocks skip {said} on that day. Choose another time.", said=facts["said"])
        case "too_far":
            return words("That is too far ahead. Choose an earlier day.")
        case "day_unlikely":
            return words(
                "{said} cannot be meant: write a day between {first} and {last}.",
                said=facts["said"],
                first=facts["first"],
                last=facts["last"],
            )
        case "due_missing":
            return words("Say by when: choose a moment, or write one like “Friday 5pm”.")
        case "unknown_priority":
            return words("Choose one of the priorities.")
        case "unknown_repetition":
            return words("Choose how often it comes again.")
        case "task_not_offered":
            return words("This task does not wait for an answer.")
        case "own_result":
            return words("You did this yourself: {who} decides about it.", who=name(facts["who"], office))
        case "task_not_done":
            return words("This task is not done yet.")
        case "task_over":
            return words("This task is over.")
        case "task_private":
            return words("This task is somebody's own.")
        case "accept_first":
            return words("Take the task first.")
        case "blocked_already":
            return words("This task is blocked already.")
        case "not_blocked":
            return words("This task is not blocked.")
        case "not_this_task":
            return words("This is for {who}, whoever stands in for them, or the manager.", who=who)
        case "items_open":
            return words("Still open on the checklist: {items}. Tick them first.", items=facts["items"])
        case "not_a_share":
            return words("Choose how far it is.")
        case "not_later":
            return words("That is not later than now agreed. Choose a later moment.")
        case "nothing_wished":
            return words("Nobody wishes for more time here.")
        case "nothing_to_undo":
            return words("There is nothing of yours to undo here.")
        case "too_late_to_undo":
            return words("That can only be undone for {seconds} seconds.", seconds=facts["seconds"])
        case "no_task":
            return words("There is no task {code} that you may see. /task list shows yours.", code=facts["code"])
        case "leave_over":
            return words("This leave is over.")
        case "not_your_leave":
            return words("Only {who}, the lead of their role and the manager can enter or change this leave.", who=who)
        case "day_missing":
            return words("Choose the day.")
        case "ends_before_it_begins":
            return words("This leave ends before it begins. Choose a later last day.")
        case "away_already":
            return words(
                "There is leave from {first} to {last} already. Change that one instead.",
                first=date.fromisoformat(facts["from"]),
                last=date.fromisoformat(facts["to"]),
            )
        case "own_deputy":
            return words("Nobody can stand in for themselves. Choose somebody else.")
        case "praises_oneself":
            return words("Praise is for others. Leave yourself out.")
        case "unknown_value":
            return words("Choose one of the values of the agreement.")
        case "praise_withdrawn":
            return words("This praise was taken back already.")
        case "not_your_praise":
            return words("Only {who} and the manager can take this praise back.", who=who)
        case "unknown_kind":
            return words("Choose why.")
        case "nothing_to_send":
            return words("This was sent already, or cannot be sent before its time.")
        case "own_limit":
            return words("This is about what you owe yourself. {who} can leave it out.", who=who)
        case "own_wish":
            return words("Only whoever is congratulated can change that.")
        case "for_supervisors":
            return words("Only {who} can do this.", who=who)
        case "not_so_long":
            return words("Choose a length of at most eight hours.")
        case "not_in_meeting":
            return words("This meeting is for those who were invited to it.")
        case "private":
            return words("This talk is for the two who have it.")
        case "not_your_meeting":
            return words("Whoever leads the meeting can do this: {who}, the note-taker, or the manager.", who=who)
        case "meeting_begun":
            return words("This meeting has begun, or does not take place any more.")
        case "meeting_over":
            return words("This meeting is over.")
        case "meeting_not_on":
            return words(
                "This meeting is not going on. Decisions and actions are kept while it does, and for a day after."
            )
        case "no_record_yet":
            return words("This talk has no record that could be written or answered now.")
        case "review_settled":
            return words("Both of you have answered this record, so it stays as it is.")
        case "answered_already":
            return words("You have answered this record already.")
        case "here_already":
            return words("You are on the list already.")
        case "excused_already":
            return words("It is known already that you cannot come.")
        case "who_missing":
            return words("Say who does it, such as @name.")
        case "not_nominating":
            return words("Nominations are not open now.")
        case "nominated_already":
            return words("You have nominated somebody already. Everybody nominates once.")
        case "nominates_oneself":
            return words("Nobody nominates themselves. Choose somebody else.")
        case "cannot_win":
            return words("{who} cannot win this time, by the agreement. Choose somebody else.", who=who)
        case "fact_missing":
            return words("Write the fact that speaks for them: what they did, and what came of it.")
        case "not_voting":
            return words("The ballot is not open now.")
        case "no_vote":
            return words("You joined after the ballot had opened, so you vote next time.")
        case "votes_for_oneself":
            return words("Nobody votes for themselves. Choose somebody else.")
        case "not_nominated":
            return words("Choose somebody who is nominated.")
        case "voted_already":
            return words("You have voted already. A vote is secret, so it cannot be changed.")
        case "not_tied":
            return words("Choose among those who are tied.")
        case "nothing_tied":
            return words("There is no tie to decide.")
        case "not_open_to_objection":
            return words("Objections are heard between the count and the announcement.")
        case "round_over":
            return words("This round is over.")
        case "signed_up_already":
            return words("You have signed up already.")
        case "not_signed_up":
            return words("You have not signed up.")
        case "activity_over":
            return words("It has begun, or does not take place.")
        case "not_your_activity":
            return words("{who} announced it, and can cancel it; so can the manager.", who=who)
        case reason:
            raise ValueError(f"no words for the refusal {reason!r}")


def people(ids: str, office: Office) -> Value:
    """Names for a list of member ids ("a, b")."""
    return Several(tuple(name(person, office) for person in ids.split(", ") if person))


def unposted(channel: str, words: Words) -> list[kit.Block]:
    """A card that Slack did not let me post in its channel, and what to do about it."""
    return [
        kit.section(words("I could not post its card in {channel}.", channel=channel)),
        kit.section(
            words(
                "If I was removed from there, write /invite @Supercargo in it, and the card comes by itself. "
                "If it is archived, unarchive it, or name another channel in the agreement."
            )
        ),
    ]


TERMS = {
    "customer": phrase("Customer"),
    "product": phrase("Product"),
    "country": phrase("Country"),
    "customer_po": phrase("Customer's PO"),
    "quantity": phrase("Quantity"),
    "amount": phrase("Amount"),
    "currency": phrase("Currency"),
    "rule": phrase("Incoterms 2020 rule"),
    "place": phrase("Named place"),
    "payment": phrase("Payment"),
    "presentation_days": phrase("L/C: days for presentation"),
}
"""The names of what is agreed with the customer about an order."""


def _lines(ids: str, office: Office) -> Value:
    lines = {line.id: line.label for stage in office.agreement.stages for line in stage.lines}
    return Several(tuple(lines.get(item, item) for item in ids.split(", ")))


def name(person: str, office: Office) -> Value:
    """A member's name in both languages, or the id of somebody who has left the agreement."""
    member = office.agreement.member(person)
    return member.name if member else person


def names(persons: Sequence[str], office: Office, most: int = NAMED) -> Several:
    """The names of the first ones; the others are counted."""
    named = tuple(name(person, office) for person in persons[:most])
    return Several((*named, f"+{len(persons) - most}") if len(persons) > most else named)
