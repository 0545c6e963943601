"""What people see of an award: nominations, the ballot, the result, the card worth looking at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby, zip_longest
from typing import Final

from bot.views import blockkit as kit
from bot.views import schedule
from bot.views.blockkit import Block, Payload
from bot.views.refusals import NAMED, name, names, unposted
from bot.views.repetition import repetition
from bot.views.wording import Phrase, Value, Words, phrase
from department import awards
from department.awards import Nomination, Round
from department.people import Office
from department.records import CLOCK, Ask, Event, Notice

FACTS: Final = 20
"""Nominations that a card shows."""

WHY_VOID: Final[Mapping[str, Phrase]] = {
    "nobody_nominated": phrase("Nobody was nominated."),
    "nobody_voted": phrase("Nobody voted."),
    "nobody_can_win": phrase("Nobody who can win got a vote."),
    "dropped": phrase("The award is not in the agreement any more."),
    "left_out": phrase("It was left out this time."),
}
IF_SENT: Final[Mapping[str, Phrase]] = {
    "vote": phrase("After that nobody can be nominated any more."),
    "close": phrase("After that nobody can vote any more."),
    "announce": phrase("After that nobody can object any more."),
}
IF_LEFT_OUT: Final[Mapping[str, Phrase]] = dict.fromkeys(awards.STEPS, phrase("The round ends without a winner."))
BROKEN_BY: Final[Mapping[str, Phrase]] = {
    "handoffs_on_time": phrase("The tie was broken by the share of handoffs answered in time."),
    "not_a_winner_lately": phrase("The tie was broken for whoever has not won lately."),
    "manager": phrase("The tie was decided by the manager:"),
}


def code(number: int) -> str:
    """How people name a round: A-3."""
    return f"A-{number}"


def title(round_: Round, office: Office, words: Words) -> str:
    """The award and the time it is for."""
    award = office.agreement.awards.get(round_.award)
    first, last = awards.period(round_, office.agreement)
    time = f"{last:%Y-%m}" if first.month == last.month else f"{last.year} Q{(last.month + 2) // 3}"
    label: Value = award.label if award else round_.award
    return words("{award}, {time}", award=label, time=time)


def card(round_: Round, office: Office, words: Words) -> Payload:
    """The living card of a round."""
    number = str(round_.number)
    said: list[Block | None]
    match round_.state:
        case "nominating":
            until = words.full_moment(round_.votes_from)
            said = [
                kit.section(
                    words("Who did something worth naming? Nominate somebody, with a fact, until {until}.", until=until)
                ),
                *_facts(round_, office, words),
            ]
            buttons = [kit.button("award.nominate", words("Nominate"), number, style="primary")]
        case "voting":
            until = words.full_moment(round_.closes_at)
            said = [
                *_facts(round_, office, words),
                kit.context(words("The ballot is secret and open until {until}. Each vote counts once.", until=until)),
            ]
            buttons = [kit.button("award.vote", words("Vote"), number, style="primary")]
        case "tied":
            said = [kit.section(words("There is a tie. It is being decided.")), *_facts(round_, office, words)]
            buttons = [kit.button("award.settle", words("Decide the tie"), number)]
        case "counted":
            said = [
                kit.section(state(round_, office, words)),
                *_count(round_, office, words),
            ]
            buttons = [kit.button("award.object", words("Object"), number)]
        case "announced":
            who = names(round_.winners, office)
            said = [kit.section(words("{who} won. The announcement stands below in this channel.", who=who))]
            buttons = []
        case _:
            said = [kit.section(words("This round is void. {why}", why=_why(round_)))]
            buttons = []
    void = kit.button("award.void", words("Declare void"), number) if round_.state in ("tied", "counted") else None
    return kit.message(
        kit.header(f"🏆 {title(round_, office, words)}"),
        *said,
        kit.context(words("I stood still when it was to begin, so it began late, and its times moved with it."))
        if round_.late
        else None,
        kit.actions(f"award:{number}:{round_.state}", *buttons, void),
    )


def announcement(round_: Round, office: Office, words: Words) -> Payload:
    """Who won, for what, and with what: a picture and the facts of each winner, with links to the records."""
    blocks: list[Block | None] = [
        kit.header(f"🏆 {title(round_, office, words)}"),
        kit.header(words("{who}: congratulations! 🎉", who=names(round_.winners, office))),
    ]
    for winner in round_.winners:
        blocks += _winner(winner, round_, office, words)
    return kit.message(*blocks, kit.context(_turnout(round_, words), _broken(round_, words)))


def _winner(winner: str, round_: Round, office: Office, words: Words) -> list[Block | None]:
    award, giver = office.agreement.awards.get(round_.award), awards.given_by(round_, office)
    who = words.say(name(winner, office))
    said = [(words("Winner"), who), (words("Votes"), str(round_.votes.get(winner, 0)))]
    if award is not None and award.prize is not None:
        said.append((words("Prize"), words.money(award.prize.amount, award.prize.currency)))
    if giver is not None:
        said.append((words("Handed over by"), words.say(giver.name)))
    portrait = round_.portraits.get(winner)
    named = [each for each in round_.nominations if each.nominee == winner]
    return [
        kit.facts(said, kit.picture(portrait, who) if portrait else None),
        *(kit.quote(each.fact, 1000) for each in named),
        kit.links([(link, code_) for each in named for code_, link in _records(each) if link]),
    ]


def _records(nomination: Nomination) -> list[tuple[str, str]]:
    codes = [each for each in nomination.about.split(", ") if each]
    return list(zip_longest(codes, nomination.links[: len(codes)], fillvalue=""))


def _facts(round_: Round, office: Office, words: Words) -> list[Block | None]:
    shown = sorted(round_.nominations[:FACTS], key=lambda each: round_.nominees.index(each.nominee))
    left = len(round_.nominations) - len(shown)
    return [
        *(
            kit.listed(
                words("{name}", name=name(nominee, office)),
                [item for each in named for item in [(each.fact, ""), *_records(each)]],
            )
            for nominee, named in groupby(shown, key=lambda each: each.nominee)
        ),
        kit.context(words.n("and {n} more nomination", "and {n} more nominations", left)) if left else None,
    ]


def _count(round_: Round, office: Office, words: Words) -> list[Block | None]:
    ranked = sorted(round_.votes.items(), key=lambda each: -each[1])
    said = " · ".join(f"{words.say(name(nominee, office))} {votes}" for nominee, votes in ranked[:NAMED])
    if len(ranked) > NAMED:
        said += f" · +{len(ranked) - NAMED}"
    return [kit.context(_turnout(round_, words), said, _broken(round_, words))]


def _turnout(round_: Round, words: Words) -> str:
    return words("{cast} of {all} voted.", cast=str(round_.cast), all=str(len(round_.voters)))


def _broken(round_: Round, words: Words) -> str:
    broken = words.say(BROKEN_BY[round_.broken_by]) if round_.broken_by else ""
    return f"{broken} {round_.reason}".strip()


def _why(round_: Round) -> Value:
    if round_.reason == "no_quorum":
        return phrase(
            "Only {cast} of {all} voted, fewer than agreed, so the votes are not counted.",
            cast=str(round_.cast),
            all=str(len(round_.voters)),
        )
    return WHY_VOID.get(round_.reason, round_.reason)


def notice(told: Notice, event: Event, round_: Round, office: Office, words: Words) -> Payload:
    """What is said in the channel, in the card's thread, and to those who are asked."""
    number = str(round_.number)
    head = kit.header(f"🏆 {title(round_, office, words)}") if told.to else None
    match told.wording:
        case "announced":
            return announcement(round_, office, words)
        case "ballot":
            return kit.message(
                head,
                *_facts(round_, office, words),
                kit.context(
                    words(
                        "The ballot is secret and open until {until}. Each vote counts once.",
                        until=words.full_moment(round_.closes_at),
                    )
                ),
                kit.actions(f"award:{number}:ballot", kit.button("award.vote", words("Vote"), number, style="primary")),
            )
        case "unposted":
            return kit.message(head, *unposted(office.agreement.channels.praise.name, words))
        case "tied":
            return kit.message(
                head,
                kit.section(sentence(event, round_, office, words)),
                *_count(round_, office, words),
                kit.actions(
                    f"award:{number}:tied", kit.button("award.settle", words("Decide the tie"), number, style="primary")
                ),
            )
        case "objected":
            return kit.message(
                head,
                kit.section(sentence(event, round_, office, words)),
                kit.quote(event.note),
                kit.actions(f"award:{number}:objected", kit.button("award.void", words("Declare void"), number)),
            )
        case "won":
            return kit.message(
                head,
                kit.section(words("You won it. 🎉 This is what was said of you:")),
                *(kit.quote(each.fact, 1000) for each in round_.nominations if each.nominee == told.to),
            )
        case _:
            return kit.message(kit.section(sentence(event, round_, office, words)))


def sentence(event: Event, round_: Round, office: Office, words: Words) -> str:
    """What happened, in one sentence."""
    who = phrase("The clock") if event.actor == CLOCK else name(event.actor, office)
    people = names([each for each in event.new.split(", ") if each], office)
    match event.what:
        case "planned":
            return words("A round is on the calendar.")
        case "opened":
            return words("Nominations are open until {until}.", until=words.full_moment(round_.votes_from))
        case "nominated":
            return words("Somebody nominated {who}.", who=people)
        case "ballot_opened":
            return words("The ballot is open until {until}.", until=words.full_moment(round_.closes_at))
        case "reminded":
            return words("The ballot closes today: {until}.", until=words.full_moment(round_.closes_at))
        case "closed":
            return words("The ballot is closed.")
        case "tied":
            return words("There is a tie between {who}. Decide it, with a reason; they may share it.", who=people)
        case "counted":
            return words(
                "The result is {who}. Until {until} anybody may object.",
                who=people,
                until=words.full_moment(round_.announces_at),
            )
        case "settled":
            return words("{by} decided the tie: {who}.", by=who, who=people)
        case "objected":
            return words("{by} objects:", by=who)
        case "announced":
            return words("{who} won.", who=people)
        case "void":
            return words("This round is void. {why}", why=_why(round_))
        case "unposted":
            return words("Its card could not be posted in its channel.")
        case "left_out" | "put_back":
            return schedule.left_out(event, office, words)
        case "dropped":
            return words("This round is not on the agreement's calendar any more.")
        case "restored":
            moment = words.full_moment(datetime.fromisoformat(event.new))
            return words("This round is on the agreement's calendar again, for {moment}.", moment=moment)
        case what:
            raise ValueError(f"no words for the event {what!r}")


def line(event: Event, round_: Round, office: Office, words: Words) -> str:
    """An event in one line of a digest."""
    return f"🏆 {title(round_, office, words)}: {sentence(event, round_, office, words)}".replace("\n", " ")


def coming(kind: str, round_: Round, office: Office, words: Words) -> str:
    """What happens when a deadline of this kind falls due, in one line."""
    said = {
        "open": phrase("nominations open."),
        "shown": phrase("a look whether the card could be posted."),
        "vote": phrase("the ballot opens."),
        "remind": phrase("a reminder that the ballot closes."),
        "close": phrase("the votes are counted."),
        "announce": phrase("the winner is announced."),
    }[kind]
    award = office.agreement.awards.get(round_.award)
    why = f" ({repetition(award.repeats, words)})" if award else ""
    return f"{code(round_.number)} · {title(round_, office, words)}{why}: {words.say(said)}"


def asked(ask: Ask, round_: Round, office: Office, words: Words) -> tuple[str, Block | None]:
    """What a round asks of whoever decides ties."""
    button = kit.button("award.settle", words("Decide the tie"), str(round_.number))
    return words("{title}: decide the tie", title=title(round_, office, words)), button


def listing(rounds: Sequence[Round], office: Office, words: Words) -> Payload:
    """The rounds there are and were."""
    if not rounds:
        return kit.message(kit.section(words("No award has opened yet. They come by themselves, as agreed.")))
    blocks: list[Block | None] = [kit.header(words("Awards"))]
    for round_ in rounds:
        number = str(round_.number)
        button = {
            "nominating": kit.button("award.nominate", words("Nominate"), number),
            "voting": kit.button("award.vote", words("Vote"), number),
            "counted": kit.button("award.object", words("Object"), number),
        }.get(round_.state)
        blocks.append(kit.section(f"{title(round_, office, words)}\n{state(round_, office, words)}", button))
    return kit.message(*blocks)


def state(round_: Round, office: Office, words: Words) -> str:
    """Where a round stands, in one sentence."""
    match round_.state:
        case "nominating":
            return words("Nominations are open until {until}.", until=words.full_moment(round_.votes_from))
        case "voting":
            return words("The ballot is open until {until}.", until=words.full_moment(round_.closes_at))
        case "tied":
            return words("There is a tie. It is being decided.")
        case "counted":
            return words(
                "The result: {who}. Whoever objects says so until {until}.",
                who=names(round_.winners, office),
                until=words.full_moment(round_.announces_at),
            )
        case "void":
            return words("This round is void. {why}", why=_why(round_))
        case _:
            return words("{who} won.", who=names(round_.winners, office))


def help_text(words: Words) -> Payload:
    """What `/award` can do."""
    return kit.message(
        kit.header(words("Awards")),
        kit.section(
            words(
                "`/award list`, or `/award` alone, shows the rounds there are; nominate and vote on their cards in the praise channel."
            )
        ),
        kit.section(words("A nomination needs a fact. Nobody nominates or votes for themselves.")),
        kit.section(words("The ballot is secret: who voted for whom is kept nowhere.")),
    )


# Forms


def nominate_form(round_: Round, office: Office, words: Words) -> Block:
    """Whom, and the fact that speaks for them."""
    return kit.modal(
        "award.nominate",
        words("Nominate"),
        words("Nominate"),
        words("Cancel"),
        kit.context(title(round_, office, words)),
        kit.entry(
            "nominee",
            words("Who is nominated"),
            {"type": "users_select", "action_id": "nominee", "placeholder": kit.plain(words("Choose"))},
        ),
        kit.entry(
            "fact",
            words("The fact"),
            kit.text_input("fact", multiline=True),
            hint=words("What they did, when, and what came of it. It stands on the card, without your name."),
        ),
        kit.entry(
            "about",
            words("Where it can be seen"),
            kit.text_input("about", placeholder="SO-2610-03, C-12"),
            hint=words("The codes of orders, complaints or tasks; the card links to them."),
            optional=True,
        ),
        private_metadata=str(round_.number),
    )


def vote_form(round_: Round, voter: str, office: Office, words: Words) -> Block:
    """The ballot paper; oneself is not on it."""
    others = [nominee for nominee in awards.on_the_ballot(round_, office) if nominee != voter]
    options = [kit.option(words.say(name(nominee, office)), nominee) for nominee in others]
    if not options:
        return kit.modal(
            "award.read",
            words("Vote"),
            "",
            words("Close"),
            kit.section(words("Nobody else is nominated who can win, so there is nobody you can vote for.")),
        )
    return kit.modal(
        "award.vote",
        words("Vote"),
        words("Cast my vote"),
        words("Cancel"),
        *_facts(round_, office, words),
        kit.entry(
            "nominee",
            words("My vote"),
            kit.menu("nominee", words("Choose"), options),
            hint=words("Nobody can see it, not even later, and so it cannot be changed."),
        ),
        private_metadata=str(round_.number),
    )


def voted(words: Words) -> Block:
    """What whoever has voted reads."""
    return kit.modal(
        "award.read", words("Vote"), "", words("Close"), kit.section(words("Your vote is counted. Thank you."))
    )


def settle_form(round_: Round, office: Office, words: Words) -> Block:
    """Who of the tied wins, and why."""
    options = [kit.option(words.say(name(each, office)), each) for each in round_.tied]
    return kit.modal(
        "award.settle",
        words("Decide the tie"),
        words("Decide"),
        words("Cancel"),
        *_facts(round_, office, words),
        kit.entry("winners", words("Who wins"), kit.several("winners", words("Choose"), options)),
        kit.entry("reason", words("Why"), kit.text_input("reason", multiline=True)),
        private_metadata=str(round_.number),
    )


def written(callback: str, round_: Round, heading: str, label: str, words: Words) -> Block:
    """A form with one text."""
    return kit.modal(
        callback,
        heading,
        words("Send"),
        words("Cancel"),
        kit.entry("text", label, kit.text_input("text", multiline=True)),
        private_metadata=str(round_.number),
    )
