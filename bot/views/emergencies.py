"""What people see of an emergency: the form, its one living card, what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bot.views import blockkit as kit
from bot.views import schedule
from bot.views.blockkit import Block, Payload
from bot.views.orders.card import line_name
from bot.views.refusals import name
from bot.views.wording import Phrase, Several, Value, Words, phrase
from department import emergencies as rules
from department.compensation import currencies
from department.emergencies import DECISION, Emergency
from department.people import Office
from department.records import CLOCK, Ask, Event, Notice


def code(number: int) -> str:
    """How people name an emergency: E-3."""
    return f"E-{number}"


def card(emergency: Emergency, office: Office, words: Words) -> Payload:
    """The one living message of an emergency: who leads, what is done, what is next, who decides."""
    plan = rules.playbook_of(emergency, office)
    return kit.message(
        kit.header(
            f"🚨 {titled(emergency, office, words)}"
            if emergency.state == "declared"
            else titled(emergency, office, words)
        ),
        kit.facts(_facts(emergency, office, words)),
        kit.quote(emergency.what_happened, 600),
        kit.section("\n".join(_steps(emergency, office, words))),
        kit.context(
            words("Over when: {what}", what=plan.over) if emergency.state == "declared" else "",
            ": ".join((words("Decision"), emergency.decision)) if emergency.decision else "",
            ": ".join((words("Lesson"), emergency.lesson)) if emergency.state == "stood_down" else "",
            ": ".join((words("Why"), emergency.lesson)) if emergency.state == "called_off" else "",
            words("Declared by {who}", who=name(emergency.declared_by, office)),
        ),
        kit.actions(f"emergency:{emergency.number}:{emergency.state}", *_buttons(emergency, office, words)),
    )


def titled(emergency: Emergency, office: Office, words: Words) -> str:
    """Its code, its kind and what it is about."""
    kind = words.say(rules.playbook_of(emergency, office).label)
    return " · ".join(filter(None, (code(emergency.number), kind, emergency.concerns)))


def _facts(emergency: Emergency, office: Office, words: Words) -> list[tuple[str, str]]:
    plan = rules.playbook_of(emergency, office)
    states = {"declared": phrase("going on"), "stood_down": phrase("stood down"), "called_off": phrase("called off")}
    state = words.say(states[emergency.state])
    facts = [(words("State"), state), (words("Leads"), words("{name}", name=name(emergency.lead, office)))]
    if emergency.costs:
        sums = [words.money(amount, currency) for amount, currency in rules.cost_so_far(emergency, office)]
        facts.append((words("Cost so far"), " + ".join(sums)))
    if plan.holds and emergency.order and emergency.state == "declared":
        held = Several(tuple(line_name(line, office) for line in plan.holds))
        facts.append((words("Held back for this customer"), words.say(held)))
    if not emergency.decision and emergency.state == "declared":
        decider = rules.person_of(plan.decision.role, emergency, office)
        facts.append((words("To be decided"), words.say(plan.decision.text)))
        facts.append((words("Decides"), words("{name}", name=name(decider.id if decider else emergency.lead, office))))
        facts.append((words("Decide by"), words.full_moment(rules.decision_due(emergency, office))))
    return facts


def _steps(emergency: Emergency, office: Office, words: Words) -> list[str]:
    done = {item.step: item for item in emergency.done}
    lines = []
    for step in rules.playbook_of(emergency, office).steps:
        text = words.say(step.text).replace("\n", " / ")
        if step.id in done:
            lines.append(f"☑ {text} · {words.say(name(done[step.id].by, office))}")
            continue
        person, due = rules.person_of(step.role, emergency, office), rules.step_due(emergency, step, office)
        late = "⚠ " if due < office.now else ""
        who = words.say(name(person.id, office)) if person else ""
        lines.append(f"☐ {text} · {who} · {late}{words.full_moment(due)}")
    return lines


def _buttons(emergency: Emergency, office: Office, words: Words) -> list[Block | None]:
    number = str(emergency.number)
    note = kit.button("emergency.note", words("Add a note"), number)
    cost = kit.button("emergency.cost", words("Add a cost"), number)
    if emergency.state != "declared":
        return [note, cost]
    steps = [
        kit.option(words.say(step.text).replace("\n", " / "), f"{step.id}:{emergency.number}")
        for step in rules.open_steps(emergency, office)
    ]
    return [
        kit.menu("emergency.step", words("Step done"), steps) if steps else None,
        None if emergency.decision else kit.button("emergency.decide", words("Decide"), number, style="primary"),
        note,
        cost,
        kit.button("emergency.lead", words("Give the lead"), number),
        kit.button("emergency.stand_down", words("Stand down"), number),
        kit.button("emergency.call_off", words("No emergency"), number),
    ]


def notice(told: Notice, event: Event, emergency: Emergency, office: Office, words: Words) -> Payload:
    """What is said of an event: in the card's thread, or to a person who has to act."""
    said = kit.section(sentence(event, emergency, office, words))
    noted = [kit.quote(event.note)] if event.note else []
    if not told.to:
        return kit.message(said, *noted)
    mine = [
        step
        for step in rules.open_steps(emergency, office)
        if emergency.state == "declared" and emergency.team.get(step.role) == told.to
    ]
    yours = "\n".join(
        f"☐ {words.say(step.text)} · {words.full_moment(rules.step_due(emergency, step, office))}" for step in mine
    )
    return kit.message(
        kit.header(f"🚨 {titled(emergency, office, words)}"),
        said,
        *noted,
        kit.quote(emergency.what_happened, 600) if event.what == "declared" else None,
        kit.section("\n".join((words("Your steps:"), yours))) if yours else None,
        kit.actions(f"emergency:{emergency.number}:notice", *_buttons(emergency, office, words)),
    )


def sentence(event: Event, emergency: Emergency, office: Office, words: Words) -> str:
    """What happened, in one sentence."""
    who = phrase("The clock") if event.actor == CLOCK else name(event.actor, office)
    plan = rules.playbook_of(emergency, office)
    steps = {step.id: step.text for step in plan.steps}
    match event.what:
        case "declared":
            return words("{who} declared an emergency. {new} leads.", who=who, new=name(event.new, office))
        case "step_done":
            return words("{who} has done: {step}.", who=who, step=steps.get(event.new, event.new))
        case "step_late":
            return words(
                "This should be done by now: {step}. It is with {new}.",
                step=steps.get(event.old, event.old),
                new=name(event.new, office),
            )
        case "decision_late":
            return words(
                "This should be decided by now: {what}. {new} decides.",
                what=plan.decision.text,
                new=name(event.new, office),
            )
        case "decided":
            return words("{who} decided:", who=who)
        case "noted":
            return words("{who} noted:", who=who)
        case "lead_changed":
            return words("{new} leads now instead of {old}.", new=name(event.new, office), old=name(event.old, office))
        case "cost_added":
            return words("{who} added a cost of {amount}:", who=who, amount=words.money(Decimal(event.new), event.old))
        case "called_off":
            return words("{who} called the emergency off; it is none:", who=who)
        case "stood_down":
            return words("{who} stood the emergency down. What was learned:", who=who)
        case "prompted":
            return schedule.reminding(event, _coming(event.old, emergency, office), office, words)
        case "left_out" | "put_back":
            return schedule.left_out(event, office, words)
        case what:
            raise ValueError(f"no words for the event {what!r}")


def line(event: Event, emergency: Emergency, office: Office, words: Words) -> str:
    """An event in one line of a digest."""
    said = f"{titled(emergency, office, words)}: {sentence(event, emergency, office, words)} {event.note}"
    return said.strip().replace("\n", " ")


def coming(kind: str, emergency: Emergency, office: Office, words: Words) -> str:
    """What happens when a deadline of this kind falls due, in one line."""
    return f"{titled(emergency, office, words)}: {words.say(_coming(kind, emergency, office))}"


def _coming(kind: str, emergency: Emergency, office: Office) -> Phrase:
    if kind == DECISION:
        return phrase("the decision falls due.")
    steps = {f"step {step.id}": step.text for step in rules.playbook_of(emergency, office).steps}
    return phrase("a step falls due: {step}.", step=steps.get(kind, kind))


def asked(ask: Ask, emergency: Emergency, office: Office, words: Words) -> tuple[str, Block | None]:
    """What an emergency asks of somebody in one line, and the button that does it."""
    number, title = str(emergency.number), f"🚨 {titled(emergency, office, words)}"
    if ask.what == "decide":
        what: Value = rules.playbook_of(emergency, office).decision.text
        return words("{record}: {what}", record=title, what=what), kit.button(
            "emergency.decide", words("Decide"), number
        )
    steps = {step.id: step for step in rules.playbook_of(emergency, office).steps}
    what = steps[ask.item].text if ask.item in steps else ask.item
    done = kit.button("emergency.step_done", words("Step done"), f"{number}:{ask.item}")
    return words("{record}: {what}", record=title, what=what), done


def declare(office: Office, words: Words, *, order: Block | None, what_happened: str) -> Block:
    """The form that declares an emergency."""
    kinds = [kit.option(words.say(plan.label), key) for key, plan in office.agreement.emergencies.items()]
    return kit.modal(
        "emergency.declare",
        words("Declare emergency"),
        words("Declare"),
        words("Cancel"),
        kit.section(words("Its people are called in at once, at any hour.")),
        kit.entry("playbook", words("What is it"), kit.radios("playbook", kinds)),
        kit.entry(
            "order", words("Order"), kit.type_ahead("order", words("Type a number or a customer"), order), optional=True
        ),
        kit.entry(
            "what_happened",
            words("What happened"),
            kit.text_input("what_happened", multiline=True, initial=what_happened),
        ),
    )


def written(callback: str, emergency: Emergency, office: Office, title: str, label: str, words: Words) -> Block:
    """A form that asks for one text."""
    return kit.modal(
        callback,
        title,
        words("Save"),
        words("Cancel"),
        kit.section(titled(emergency, office, words)),
        kit.entry("text", label, kit.text_input("text", multiline=True)),
        private_metadata=str(emergency.number),
    )


def cost(emergency: Emergency, office: Office, words: Words) -> Block:
    """What something costs, and what it was."""
    choices = [kit.option(item, item) for item in currencies(office)]
    return kit.modal(
        "emergency.cost",
        words("Add a cost"),
        words("Save"),
        words("Cancel"),
        kit.section(titled(emergency, office, words)),
        kit.entry(
            "amount",
            words("Amount"),
            {"type": "number_input", "action_id": "amount", "is_decimal_allowed": True, "min_value": "0"},
        ),
        kit.entry("currency", words("Currency"), kit.menu("currency", words("Choose"), choices, choices[0]["value"])),
        kit.entry("text", words("What was paid for"), kit.text_input("text")),
        private_metadata=str(emergency.number),
    )


def lead(emergency: Emergency, office: Office, words: Words) -> Block:
    """Who leads from now on."""
    person: Block = {"type": "users_select", "action_id": "to", "placeholder": kit.plain(words("Choose"))}
    return kit.modal(
        "emergency.lead",
        words("Give the lead"),
        words("Save"),
        words("Cancel"),
        kit.section(titled(emergency, office, words)),
        kit.entry("to", words("To whom"), person),
        private_metadata=str(emergency.number),
    )


def listing(found: Sequence[Emergency], office: Office, words: Words) -> Payload:
    """The emergencies that are going on."""
    if not found:
        return kit.message(kit.section(words("No emergency is going on. `/emergency` declares one.")))
    return kit.message(
        kit.header(words("Emergencies going on")),
        *(
            kit.section(words("{what} · leads {who}", what=titled(item, office, words), who=name(item.lead, office)))
            for item in found
        ),
    )


def help_text(words: Words) -> Payload:
    """What `/emergency` can do."""
    return kit.message(
        kit.header(words("Emergencies")),
        kit.section(
            words(
                "`/emergency SO-2610-03 container wet` declares one, `/emergency` alone opens the form: choose the playbook and, where there is one, the order. Its people are called in at once, each with their steps and limits."
            )
        ),
        kit.section(words("`/emergency list` shows those that are going on. Everything else is a button on the card.")),
    )
