"""What is wrong in an agreement, and what to write instead, in the words of somebody who writes agreements, not
programs."""

from __future__ import annotations

from typing import Final

from bot.views.wording import Value, Words, phrase
from department.agreement_file import Problem


def problem(found: Problem, words: Words) -> str:
    """`agreement.yaml:12:5: what is wrong; what to write instead`."""
    return f"{found.source}:{found.line}:{found.column}: {_said(found, words)}"


def still_used(code: str, words: Words) -> str:
    """That a code cannot be taken away."""
    return words("records still use '{code}'; keep it in the agreement", code=code)


def _said(found: Problem, words: Words) -> str:
    facts: dict[str, str] = dict(found.facts)
    given, name, who = (facts.get(fact, "") for fact in ("given", "name", "who"))
    match found.reason:
        case "too_large":
            return words("the file is too large; keep it under {most} KB", most=facts["most"])
        case "no_file":
            return words(
                "cannot be read ({said}); set SUPERCARGO_AGREEMENT to the agreement's file", said=facts["said"]
            )
        case "not_utf8":
            return words("this is not UTF-8 text; save the file in the encoding UTF-8")
        case "no_agreement":
            return words("this is not an agreement; begin with version: 1")
        case "no_colon":
            return words("there is no colon here; write a key, a colon and what belongs to it")
        case "unreadable":
            return words("this cannot be read ({said}); look for a missing quote, colon or indent", said=facts["said"])
        case "strange_characters":
            said = facts["said"]
            return words("this cannot be read ({said}); look for characters that do not belong there", said=said)
        case "key_twice":
            return words("this key stands here for the second time; leave one of the two out")
        case "tab":
            return words("there is a tab here; indent with spaces")
        case "alias":
            return words("references with * or << are not read here; write the value out")
        case "too_deep":
            return words("this is nested too deeply; write it as in the sample agreement")
        case "unknown_name":
            kind = NAMED[facts["kind"]]
            if facts["near"]:
                return words(
                    "there is no {kind} '{name}'; did you mean '{near}'?", kind=kind, name=name, near=facts["near"]
                )
            return words("there is no {kind} '{name}'; write a {kind} of this agreement", kind=kind, name=name)
        case "id_taken":
            line = facts["line"]
            return words(
                "the id '{name}' stands on line {line} already; give each member one of their own", name=name, line=line
            )
        case "email_taken":
            line = facts["line"]
            return words(
                "the e-mail address '{name}' stands on line {line} already; give each member one of their own",
                name=name,
                line=line,
            )
        case "stands_twice":
            return words("this stands here for the second time; leave one of the two out, or give it another name")
        case "missing":
            return words("'{name}' is missing; add {name}: …", name=name)
        case "nothing_written":
            return words(
                "nothing is written after '{name}'; write what belongs there, or leave the line out", name=name
            )
        case "unknown_key":
            if facts["near"]:
                return words("unknown key '{name}'; did you mean '{near}'?", name=name, near=facts["near"])
            return words("unknown key '{name}'; write one of {known}", name=name, known=facts["known"])
        case "unknown_choice":
            if facts["near"]:
                return words("'{given}' is not known here; did you mean '{near}'?", given=given, near=facts["near"])
            return words("'{given}' is not known here; write one of {known}", given=given, known=facts["known"])
        case "empty":
            return words("'{name}' is empty; write at least one", name=name)
        case "too_many":
            return words("'{name}' has more than {most} entries; leave out what is over", name=name, most=facts["most"])
        case "greater_than":
            return words("{given} is too small; write a number above {bound}", given=given, bound=facts["bound"])
        case "greater_than_equal":
            return words("{given} is too small; write {bound} or more", given=given, bound=facts["bound"])
        case "less_than_equal":
            return words("{given} is too large; write {bound} or less", given=given, bound=facts["bound"])
        case "not_a_group":
            return words(
                "'{given}' is one value, and a group belongs here; write {keys}",
                given=given,
                keys=f"{{{facts['keys']}}}",
            )
        case "not_of_its_kind":
            return words("'{given}' does not fit here; write {kind}", given=given, kind=KINDS[facts["kind"]])
        case "not_a_name":
            return words(
                "'{given}' cannot be the name of a channel; begin with #, in small letters and without spaces",
                given=given,
            )
        case "not_a_reaction":
            return words(
                "'{given}' cannot be a reaction; write its short name without colons, such as clap", given=given
            )
        case "not_a_code":
            return words(
                "'{given}' cannot be used as {name}; write small letters, digits, dots and dashes",
                given=given,
                name=name,
            )
        case "half_day":
            return words("working days come whole; write the half in working hours")
        case "limit_too_long":
            hours, days = facts["working_hours"], facts["working_days"]
            return words(
                "this limit is too long; write at most {hours} working hours or {days} working days",
                hours=hours,
                days=days,
            )
        case "not_a_limit":
            return words(
                '\'{given}\' is not a time limit; write it like "4 working hours" or "3 working days"', given=given
            )
        case "not_a_due":
            return words(
                '\'{given}\' is not a time limit; write it like "4 working hours", "10 days before cargo_ready" or "on etd"',
                given=given,
            )
        case "not_a_credit":
            return words("'{given}' is not a length of credit; write it like \"60 days after bl_date\"", given=given)
        case "not_ahead":
            return words(
                '\'{given}\' is not a moment before it; write it like "1 working day before, 15:00" or "the same day, 08:30"',
                given=given,
            )
        case "not_a_repetition":
            return words(
                '\'{given}\' is not a repetition; write it like "every monday", "every 2 weeks on friday", '
                '"monthly on day 5", "quarterly on the first monday" or "monthly on the last working day"',
                given=given,
            )
        case "not_a_stretch":
            return words("'{given}' is not a stretch of time; write it like \"08:30-12:00\"", given=given)
        case "not_a_time":
            return words("'{given}' is not a time of day; write it like \"08:40\"", given=given)
        case "not_days":
            return words("'{given}' is not a day; write it like 2027-02-04 or \"2027-02-04..2027-02-14\"", given=given)
        case "days_backwards":
            return words("{given} ends before it begins; turn the two days round", given=given)
        case "days_too_many":
            return words("{given} is longer than a year; look at its years", given=given)
        case "no_time_off":
            return words("the two halves leave nothing of the day; leave one of them out")
        case "other_years":
            return words(
                "the working calendar reaches from {first} to {last} around this day; write the day on which this version comes into force",
                first=facts["first"],
                last=facts["last"],
            )
        case "year_odd":
            return words(
                "'{given}' is too far away; write a year from {first} to {last}",
                given=given,
                first=facts["first"],
                last=facts["last"],
            )
        case "not_a_zone":
            return words("'{given}' is not a time zone; write one like Asia/Shanghai", given=given)
        case "not_a_country":
            return words("'{given}' is not a country; write its two letters, such as DE", given=given)
        case "not_a_currency":
            return words("'{given}' is not a currency; write its three letters, such as USD", given=given)
        case "not_incoterms":
            return words(
                "'{given}' is not a rule of Incoterms 2020; write one of {known}", given=given, known=facts["known"]
            )
        case "span_backwards":
            return words("a span ends before it begins; write the earlier time first")
        case "spans_overlap":
            return words("two spans overlap; end the first one before the second one begins")
        case "source_missing":
            return words("official days need their source; add for example source: State Council notice of 2026-11-05")
        case "bands_must_rise":
            return words("the amounts must rise from band to band; give every band but the last an up_to")
        case "own_rate":
            return words("the bands are in this currency themselves; leave its rate out")
        case "only_for_talks":
            return words("record and open_to are for talks of two; add: each: true")
        case "six_stages":
            return words(
                "an order goes through six stages; write them all, in this order: {stages}", stages=facts["stages"]
            )
        case "own_deputy":
            return words("{who} is their own deputy; name somebody else", who=who)
        case "nobody_has_the_role":
            return words(
                "nobody has the role '{role}', which is needed here; give it to a member, or choose another role",
                role=facts["role"],
            )
        case "no_lead":
            return words("the role '{role}' has no lead; mark one of its members lead: true", role=facts["role"])
        case "second_lead":
            return words(
                "{who} is the lead of '{role}' already; leave one of the two leads out", who=who, role=facts["role"]
            )
        case "no_supervisor":
            return words(
                "no step tells a role that somebody has, so nobody is a supervisor; add one, such as: tell: manager"
            )
        case "no_deputy":
            return words("{who} has no deputy; name one, so that somebody covers their leave", who=who)
        case "cover_each_other":
            return words(
                "{who} and {other} only cover each other; give one of them another deputy, or their role a lead",
                who=who,
                other=facts["other"],
            )
        case "no_email":
            return words("{who} has no e-mail address; add it, so that Slack's account is found", who=who)
        case "not_an_email":
            return words("'{given}' is no e-mail address; write the one of the Slack account", given=given)
        case "quiet_at_work":
            return words("the quiet hours reach into the working hours; let them begin after and end before these")
        case "other_languages":
            return words("{channel} stands above with other languages; write the same ones", channel=facts["channel"])
        case "opens_their_own_gate":
            return words(
                "{deputy} stands in for {who} at the gate '{gate}', for which their own line '{line}' waits; "
                "name somebody whose own lines do not need it",
                deputy=facts["deputy"],
                who=who,
                gate=facts["gate"],
                line=facts["line"],
            )
        case "never_done":
            return words(
                "'{line}' waits for '{needed}', which cannot be done before it; take that out of needs",
                line=facts["line"],
                needed=facts["needed"],
            )
        case "step_tells_the_handler":
            return words(
                "this step tells {who}, who handles the case (in {categories}); choose another role, handler or deputy",
                who=who,
                categories=facts["categories"],
            )
        case "step_tells_again":
            return words(
                "this step tells {who}, who was told by the step before (in {categories}); choose another role, handler or deputy",
                who=who,
                categories=facts["categories"],
            )
        case "handoff_step_idle":
            return words(
                "this step tells {who}, who has the handoff or was told of it before; choose another role, lead or deputy",
                who=who,
            )
        case "answers_after_solving":
            return words("the first response would be due after the resolution; shorten it, or lengthen resolve")
        case "calendar_too_short":
            return words(
                "the official days off are known until {known} only, and the longest limit reaches {longest}; "
                "add days_off, makeup_workdays and their source for the next year",
                known=facts["known"],
                longest=facts["longest"],
            )
        case reason:
            raise ValueError(f"no words for the problem {reason!r}")


NAMED: Final[dict[str, Value]] = {
    "role": phrase("role"),
    "member": phrase("member"),
    "line": phrase("line"),
    "severity": phrase("severity"),
    "payment term": phrase("payment term"),
    "date or line": phrase("date or line"),
}
"""What names stand for."""

KINDS: Final[dict[str, Value]] = {
    "text": phrase("a text"),
    "whole_number": phrase("a whole number"),
    "number": phrase("a number"),
    "yes_or_no": phrase("true or false"),
    "date": phrase("a date like 2026-09-01"),
    "list": phrase("a list like [a, b]"),
    "group": phrase("a group of keys"),
    "": phrase("what belongs here"),
}
"""What values are."""
