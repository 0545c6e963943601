"""Awards: a nomination with a fact, a secret ballot, the agreement's tie-breaks, and a word to everybody.

    planned -> nominating -> voting -> counted -> announced
                                    -> tied -> counted
    nominating | voting | tied | counted -> void,  planned <-> dropped

Who voted for whom is nowhere: there is a list of those who voted, and a count for each nominee.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Final, Literal
from zoneinfo import ZoneInfo

from department.agreement import Agreement, Award, Member
from department.ahead import pass_over
from department.people import Office
from department.records import CLOCK, Ask, Deadline, Event, Notice, Refused
from department.recurrence import Repeat

SUBJECT: Final = "award"
FOLLOWING: Final = ("planned", "nominating", "voting", "tied", "counted", "dropped")
"""The states in which a round follows the agreement: what was dropped comes back with its award, or with its day."""

State = Literal["planned", "nominating", "voting", "tied", "counted", "announced", "void", "dropped"]

PLANNED_AHEAD: Final = timedelta(days=60)
"""How far ahead rounds are entered."""

SHOWN_BY: Final = timedelta(minutes=5)
"""How long after it opened its card has to stand in the channel; else whoever decides ties is told that it does not."""

STEPS: Final = ("open", "vote", "close", "announce")
"""The steps of a round, of which none can be left out alone."""

LOOKED_BACK: Final = timedelta(days=14)
"""Longer than any holiday: a rule's day that is over may still be brought to a day that is to come."""


@dataclass(frozen=True, slots=True)
class Nomination:
    """Who is nominated, by whom, and the fact that speaks for them; `about` are the codes of the records it can be seen
    on, and `links` the addresses of their cards, in the same order."""

    nominee: str
    by: str
    fact: str
    about: str
    at: datetime
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Objection:
    """What somebody has against a result."""

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """What has to be known to count a round: the votes for each nominee, how many voted, each nominee's handoffs that
    were answered in time and all of them in the time the award is for, and who won the rounds before, the newest
    first."""

    votes: Mapping[str, int]
    cast: int
    in_time: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    winners_before: Sequence[tuple[str, ...]] = ()


@dataclass(kw_only=True, eq=False)
class Round:
    """One round of an award. `planned_on` is the day its rule alone has it on; it is `late` when it was opened, or its
    ballot was, on a later day than agreed; `barred` won too lately to win again; `voters` may vote. `votes` are the
    counts, known only once the ballot is closed, and `broken_by` says what decided a tie; `portraits` are the addresses
    of the winners' pictures; `unposted`, not kept, says that its channel does not take its card. Moments are aware
    UTC."""

    workspace: str
    number: int
    state: State = "planned"
    award: str
    planned_on: date
    opens_at: datetime
    votes_from: datetime
    closes_at: datetime
    announces_at: datetime
    nominations: tuple[Nomination, ...] = ()
    voters: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    votes: dict[str, int] = field(default_factory=dict)
    cast: int = 0
    winners: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    broken_by: str = ""
    reason: str = ""
    objections: tuple[Objection, ...] = ()
    late: bool = False
    portraits: dict[str, str] = field(default_factory=dict)
    fired: tuple[str, ...] = ()
    version: int = 1
    unposted: bool = False

    @property
    def nominees(self) -> list[str]:
        """Everybody who is nominated, once, in the order of the nominations."""
        return list(dict.fromkeys(each.nominee for each in self.nominations))


def plan(
    office: Office, known: Sequence[tuple[str, date]]
) -> Iterator[Callable[[str, int], tuple[Round, list[Event]]]]:
    """The rounds of the agreement that are not entered yet, up to sixty days ahead, each to be made with its workspace
    and number. `known` are those that are entered (award, the rule's day)."""
    for key, award in office.agreement.awards.items():
        since, until = office.today - LOOKED_BACK, office.today + PLANNED_AHEAD
        for plain, day in Repeat(award.repeats).between(since, until, office.calendar, award.on_day_off):
            if day is not None and (key, plain) not in known and _wall(day, award, office) > office.now:
                yield _planned(office, key, award, plain, day)


def period(round_: Round, agreement: Agreement) -> tuple[date, date]:
    """The first and the last day of the month or quarter that a round is for: the one before its rule's own day."""
    award = agreement.awards.get(round_.award)
    months = 3 if award is not None and award.repeats.startswith("quarterly") else 1
    end = round_.planned_on.replace(day=1)
    if months == 3:
        end = end.replace(month=(end.month - 1) // 3 * 3 + 1)
    last = end - timedelta(days=1)
    return (last - timedelta(days=31 * (months - 1))).replace(day=1), last


def nominate(
    round_: Round, office: Office, by: Member, *, nominee: str, fact: str, about: Mapping[str, str | None]
) -> list[Event] | list[Refused] | Refused:
    """Nominate somebody else, once, with a fact; `about` are the codes of the records it can be seen on with the
    addresses of their cards, or None where there is no such record."""
    if round_.state != "nominating":
        return Refused("not_nominating")
    if any(each.by == by.id for each in round_.nominations):
        return Refused("nominated_already")
    problems = []
    if office.agreement.member(nominee) is None:
        problems.append(Refused("not_in_agreement", field="nominee"))
    elif nominee == by.id:
        problems.append(Refused("nominates_oneself", field="nominee"))
    elif not _may_win(round_, nominee, office.agreement):
        problems.append(Refused("cannot_win", {"who": nominee}, field="nominee"))
    if not fact.strip():
        problems.append(Refused("fact_missing", field="fact"))
    links = [link for link in about.values() if link is not None]
    if len(links) < len(about):
        unknown = next(code for code, link in about.items() if link is None)
        problems.append(Refused("no_such_record", {"code": unknown}, field="about"))
    if problems:
        return problems
    nomination = Nomination(nominee, by.id, fact.strip(), ", ".join(about), office.now, tuple(links))
    round_.nominations = (*round_.nominations, nomination)
    return [Event(what="nominated", actor=by.id, at=office.now, new=nominee, note=nomination.fact)]


def may_nominate(round_: Round, office: Office, by: Member) -> Refused | None:
    """Everybody once, as long as nominations are open."""
    if round_.state != "nominating":
        return Refused("not_nominating")
    return Refused("nominated_already") if any(each.by == by.id for each in round_.nominations) else None


def may_vote(round_: Round, office: Office, by: Member) -> Refused | None:
    """Everybody of the department, until the ballot closes, to the second."""
    if round_.state != "voting" or office.now >= round_.closes_at:
        return Refused("not_voting")
    return None if by.id in round_.voters else Refused("no_vote")


def vote(round_: Round, office: Office, by: Member, *, nominee: str) -> list[Event] | Refused:
    """Whether a vote counts. It leaves no event: not even its moment is kept."""
    if refusal := may_vote(round_, office, by):
        return refusal
    if nominee == by.id:
        return Refused("votes_for_oneself", field="nominee")
    return [] if nominee in on_the_ballot(round_, office) else Refused("not_nominated", field="nominee")


def on_the_ballot(round_: Round, office: Office) -> list[str]:
    """The nominees who can still win: some may have left, or have won a round that was decided late."""
    there = [each for each in round_.nominees if each not in office.closed]
    return [each for each in there if _may_win(round_, each, office.agreement)]


def settle(
    round_: Round, office: Office, by: Member, *, winners: Sequence[str], reason: str
) -> list[Event] | list[Refused] | Refused:
    """Whoever the agreement names decides a tie that nothing else breaks, with a reason; all of the tied may share."""
    if refusal := may_settle(round_, office, by):
        return refusal
    problems = []
    if not winners or any(each not in round_.tied for each in winners):
        problems.append(Refused("not_tied", field="winners"))
    if not reason.strip():
        problems.append(Refused("reason_missing", field="reason"))
    if problems:
        return problems
    round_.winners = (*round_.winners, *dict.fromkeys(winners))
    round_.tied, round_.broken_by, round_.reason = (), "manager", reason.strip()
    settled = Event(what="settled", actor=by.id, at=office.now, new=", ".join(round_.winners), note=round_.reason)
    return [settled, *_open_to_objections(round_, office, by.id)]


def may_settle(round_: Round, office: Office, by: Member) -> Refused | None:
    """Who decides ties, as long as there is one."""
    return _decides(round_, office, by) or (None if round_.state == "tied" else Refused("nothing_tied"))


def object_(round_: Round, office: Office, by: Member, *, reason: str) -> list[Event] | list[Refused] | Refused:
    """Say what speaks against the result, before it is final."""
    if refusal := may_object(round_, office, by):
        return refusal
    if not reason.strip():
        return [Refused("reason_missing", field="text")]
    round_.objections = (*round_.objections, Objection(by.id, reason.strip(), office.now))
    return [Event(what="objected", actor=by.id, at=office.now, note=reason.strip())]


def may_object(round_: Round, office: Office, by: Member) -> Refused | None:
    """Everybody, between the count and the announcement."""
    return None if round_.state == "counted" else Refused("not_open_to_objection")


def declare_void(round_: Round, office: Office, by: Member, *, reason: str) -> list[Event] | list[Refused] | Refused:
    """Whoever decides ties ends the round without a winner, and says why."""
    if refusal := may_declare_void(round_, office, by):
        return refusal
    if not reason.strip():
        return [Refused("reason_missing", field="text")]
    round_.reason = reason.strip()
    return _void(round_, office, by.id, "declared")


def may_declare_void(round_: Round, office: Office, by: Member) -> Refused | None:
    """Who decides ties, as long as it is not announced."""
    return _decides(round_, office, by) or (
        None if round_.state in ("nominating", "voting", "tied", "counted") else Refused("round_over")
    )


def bring_forward(round_: Round, office: Office, by: Member, *, kind: str) -> list[Event] | Refused:
    """Do the next step now. What comes after it stays where it is agreed; where nobody can object, the result is
    announced when it is there."""
    match kind:
        case "vote":
            round_.votes_from = office.now
        case "close":
            round_.announces_at = office.now if round_.announces_at == round_.closes_at else round_.announces_at
            round_.closes_at = office.now
        case "announce":
            round_.announces_at = office.now
    return fall_due(round_, office, kind)


def call_off(round_: Round, office: Office, by: Member) -> list[Event] | Refused:
    """A round of which a step is left out ends without a winner."""
    return _void(round_, office, by.id, "left_out")


def may_post(round_: Round, office: Office, by: Member, kind: str) -> Refused | None:
    """Who decides ties."""
    return _decides(round_, office, by)


def given_by(round_: Round, office: Office) -> Member | None:
    """Who hands the award over."""
    return next(iter(_deciders(round_, office)), None)


def deadlines(round_: Round, office: Office) -> list[Deadline]:
    """Opening, a look whether its card is there, the ballot, a reminder on its last day, the count, the result."""
    match round_.state:
        case "planned":
            return [Deadline("open", round_.opens_at)]
        case "nominating":
            look = [Deadline("shown", round_.opens_at + SHOWN_BY)] if "shown" not in round_.fired else []
            return [*look, Deadline("vote", round_.votes_from)]
        case "voting":
            remind = _last_morning(round_, office)
            soon = remind > round_.votes_from and "remind" not in round_.fired
            return [*([Deadline("remind", remind)] if soon else []), Deadline("close", round_.closes_at)]
        case "counted":
            return [Deadline("announce", round_.announces_at)]
        case _:
            return []


def foreseen(round_: Round, office: Office) -> list[Deadline]:
    """What comes after the limit that runs now, if there are nominations, votes and a result."""
    remind = _last_morning(round_, office)
    steps = [
        Deadline("open", round_.opens_at),
        Deadline("vote", round_.votes_from),
        *([Deadline("remind", remind)] if remind > round_.votes_from else []),
        Deadline("close", round_.closes_at),
        Deadline("announce", round_.announces_at),
    ]
    passed = {"planned": ("open",), "nominating": ("open", "vote"), "voting": ("open", "vote", "remind", "close")}
    return [each for each in steps if each.kind not in passed[round_.state]] if round_.state in passed else []


def fall_due(round_: Round, office: Office, kind: str) -> list[Event]:
    """What the clock does. What has to be known for the count was put on the record with `take_count` before."""
    pass_over(round_, office, kind)
    match kind:
        case "open":
            _start_anew(round_, office)
            round_.state = "nominating"
            return [Event(what="opened", actor=CLOCK, at=office.now)]
        case "vote":
            round_.voters = tuple(member.id for member in office.agreement.members if member.id not in office.closed)
            if not round_.nominations:
                return _void(round_, office, CLOCK, "nobody_nominated")
            _vote_anew(round_, office)
            round_.state = "voting"
            return [Event(what="ballot_opened", actor=CLOCK, at=office.now)]
        case "shown":
            return [Event(what="unposted", actor=CLOCK, at=office.now)] if round_.unposted else []
        case "remind":
            return [Event(what="reminded", actor=CLOCK, at=office.now)]
        case "close":
            return [Event(what="closed", actor=CLOCK, at=office.now, new=str(round_.cast)), *_result(round_, office)]
        case _:
            return _announced(round_, office, CLOCK)


def take_count(round_: Round, office: Office, counted: Counted) -> None:
    """Put the count on the record, and who wins by it; `fall_due` says what follows. A count without a quorum is not
    kept at all."""
    award = office.agreement.awards.get(round_.award)
    round_.cast = counted.cast
    if award is None or counted.cast < award.quorum * len(round_.voters) or not counted.cast:
        return
    round_.votes = {nominee: counted.votes.get(nominee, 0) for nominee in round_.nominees}
    able = [each for each in on_the_ballot(round_, office) if round_.votes[each]]
    round_.winners, round_.tied, round_.broken_by = _winners(able, award, round_.votes, counted)


def take_history(round_: Round, office: Office, winners_before: Sequence[tuple[str, ...]]) -> None:
    """Put on the record who won too lately to win again; `winners_before` has the newest round first."""
    award = office.agreement.awards.get(round_.award)
    recent = winners_before[: award.not_again_for] if award else ()
    round_.barred = tuple(dict.fromkeys(winner for winners in recent for winner in winners))


def asks(round_: Round, office: Office) -> list[Ask]:
    """A decision about a tie. (Nobody is pressed to vote: who has not is nobody's business.)"""
    if round_.state != "tied":
        return []
    return [Ask(to=member.id, what="settle", waited_for=True, stays=True) for member in _deciders(round_, office)[:1]]


def review(round_: Round, office: Office) -> list[Event]:
    """The agreement changed: a round that has not opened follows its award."""
    award = office.agreement.awards.get(round_.award)
    if round_.state not in ("planned", "dropped"):
        return [] if award else _void(round_, office, CLOCK, "dropped")
    day = _falls_on(award, round_.planned_on, office) if award else None
    was_dropped = round_.state == "dropped"
    if award is None or day is None:
        round_.state = "dropped"
        return [] if was_dropped else [Event(what="dropped", actor=CLOCK, at=office.now)]
    if was_dropped and _wall(day, award, office) <= office.now:
        return []
    round_.state = "planned"
    _set_times(round_, award, day, office)
    opens_at = round_.opens_at.isoformat()
    return [Event(what="restored", actor=CLOCK, at=office.now, new=opens_at)] if was_dropped else []


def notices(event: Event, round_: Round, office: Office) -> list[Notice]:
    """Everybody hears of it in the channel; who is away or busy gets the ballot by a direct message."""
    match event.what:
        case "opened" | "reminded":
            return [Notice(wording=event.what)]
        case "ballot_opened":
            return [Notice(wording=event.what), *_direct("ballot", round_.voters, office)]
        case "counted":
            return [Notice(wording=event.what)]
        case "unposted":
            return _direct("unposted", [member.id for member in _deciders(round_, office)[:1]], office)
        case "tied":
            return _direct("tied", [member.id for member in _deciders(round_, office)[:1]], office)
        case "objected":
            return _direct("objected", [member.id for member in _deciders(round_, office)[:1]], office)
        case "announced":
            return [Notice(wording="announced", aloud=True), *_direct("won", round_.winners, office)]
        case "void" if event.new != "dropped":
            return [Notice(wording="void")]
        case _:
            return []


def has_card(round_: Round) -> bool:
    """It stands in the channel once it has opened."""
    return round_.state != "planned" and bool(round_.fired)


def _planned(
    office: Office, key: str, award: Award, plain: date, day: date
) -> Callable[[str, int], tuple[Round, list[Event]]]:
    def make(workspace: str, number: int) -> tuple[Round, list[Event]]:
        nothing = office.now
        round_ = Round(
            workspace=workspace,
            number=number,
            award=key,
            planned_on=plain,
            opens_at=nothing,
            votes_from=nothing,
            closes_at=nothing,
            announces_at=nothing,
        )
        _set_times(round_, award, day, office)
        return round_, [Event(what="planned", actor=CLOCK, at=office.now, new=round_.opens_at.isoformat())]

    return make


def _falls_on(award: Award, plain: date, office: Office) -> date | None:
    eve = plain - timedelta(days=1)
    return dict(Repeat(award.repeats).between(eve, plain, office.calendar, award.on_day_off)).get(plain)


def _set_times(round_: Round, award: Award, day: date, office: Office) -> None:
    round_.opens_at = _wall(day, award, office)
    votes_from = _working_day(day, award.nominate_days, office)
    round_.votes_from = _wall(votes_from, award, office)
    _set_ballot(round_, award, votes_from, office)


def _set_ballot(round_: Round, award: Award, first: date, office: Office) -> None:
    last = _working_day(first, award.vote_days - 1, office)
    round_.closes_at = _closing(last, office)
    announced_on = _working_day(last, award.objection_days, office)
    round_.announces_at = _wall(announced_on, award, office) if award.objection_days else round_.closes_at


def _start_anew(round_: Round, office: Office) -> None:
    """A round that opens days late has all of its days from now on."""
    award = office.agreement.awards.get(round_.award)
    if award is not None and _is_days_late(round_.opens_at, office):
        _set_times(round_, award, _first_day(office), office)
        round_.opens_at, round_.late = office.now, True


def _vote_anew(round_: Round, office: Office) -> None:
    """So has a ballot that opens days late."""
    award = office.agreement.awards.get(round_.award)
    if award is not None and _is_days_late(round_.votes_from, office):
        _set_ballot(round_, award, _first_day(office), office)
        round_.votes_from, round_.late = office.now, True


def _is_days_late(moment: datetime, office: Office) -> bool:
    return moment.astimezone(ZoneInfo(office.agreement.timezone)).date() < office.today


def _first_day(office: Office) -> date:
    """Today, or the next working day when work is over for today."""
    today = office.today
    over = not office.calendar.is_working_day(today) or _closing(today, office) <= office.now
    return _working_day(today, 1, office) if over else today


def _closing(day: date, office: Office) -> datetime:
    closing = office.agreement.working_hours.spans[-1].end
    return datetime.combine(day, closing, ZoneInfo(office.agreement.timezone)).astimezone(UTC)


def _working_day(day: date, later: int, office: Office) -> date:
    """The working day that comes so many working days after `day`."""
    while later:
        day += timedelta(days=1)
        later -= office.calendar.is_working_day(day)
    return day


def _wall(day: date, award: Award, office: Office) -> datetime:
    return datetime.combine(day, award.at, ZoneInfo(office.agreement.timezone)).astimezone(UTC)


def _last_morning(round_: Round, office: Office) -> datetime:
    zone = ZoneInfo(office.agreement.timezone)
    closes, opens = round_.closes_at.astimezone(zone), round_.opens_at.astimezone(zone)
    return datetime.combine(closes.date(), opens.time(), zone).astimezone(UTC)


def _may_win(round_: Round, nominee: str, agreement: Agreement) -> bool:
    award, member = agreement.awards.get(round_.award), agreement.member(nominee)
    if award is None or member is None or nominee in round_.barred:
        return False
    if award.whole_period and member.since is not None and member.since > period(round_, agreement)[0]:
        return False
    return not any(role in award.not_for for role in (member.role, *member.also))


def _winners(
    able: list[str], award: Award, votes: Mapping[str, int], counted: Counted
) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Who has won, who is still tied, and what broke a tie, if one was broken."""
    chosen, tied = _best(able, award.winners, lambda each: Fraction(votes[each]))
    broken_by = ""
    lately = {winner for winners in counted.winners_before[: award.lately] for winner in winners}
    for rule in award.ties:
        if not tied or rule == "manager":
            break
        if rule == "handoffs_on_time" and not _says_something(tied, award, counted):
            continue
        test = _share(counted) if rule == "handoffs_on_time" else lambda each: Fraction(each not in lately)
        more, left = _best(tied, award.winners - len(chosen), test)
        if more:
            broken_by = rule
        chosen, tied = [*chosen, *more], left
    return tuple(chosen), tuple(tied), broken_by


def _best(candidates: Sequence[str], seats: int, worth: Callable[[str], Fraction]) -> tuple[list[str], list[str]]:
    """The best of the candidates for the seats there are, and those who are equal on the last of them."""
    chosen: list[str] = []
    for value in sorted({worth(each) for each in candidates}, reverse=True):
        equal = [each for each in candidates if worth(each) == value]
        if len(equal) > seats - len(chosen):
            return chosen, equal if seats > len(chosen) else []
        chosen += equal
    return chosen, []


def _says_something(tied: Sequence[str], award: Award, counted: Counted) -> bool:
    """Shares are compared only where each of the tied has enough handoffs: two of three say nothing."""
    return all(counted.in_time.get(each, (0, 0))[1] >= award.least_handoffs for each in tied)


def _share(counted: Counted) -> Callable[[str], Fraction]:
    return lambda nominee: Fraction(*counted.in_time[nominee])


def _result(round_: Round, office: Office) -> list[Event]:
    if not round_.votes:
        return _void(round_, office, CLOCK, "no_quorum" if round_.cast else "nobody_voted")
    if round_.tied:
        round_.state = "tied"
        return [Event(what="tied", actor=CLOCK, at=office.now, new=", ".join(round_.tied))]
    if not round_.winners:
        return _void(round_, office, CLOCK, "nobody_can_win")
    counted = Event(what="counted", actor=CLOCK, at=office.now, new=", ".join(round_.winners))
    return [counted, *_open_to_objections(round_, office, CLOCK)]


def _open_to_objections(round_: Round, office: Office, actor: str) -> list[Event]:
    """There is a result: however late it came, there is the agreed time to object; without one it is announced."""
    round_.state = "counted"
    award = office.agreement.awards.get(round_.award)
    if award is not None and award.objection_days:
        last = _working_day(office.today, award.objection_days, office)
        round_.announces_at = max(round_.announces_at, _wall(last, award, office))
    return _announced(round_, office, actor) if round_.announces_at <= office.now else []


def _announced(round_: Round, office: Office, actor: str) -> list[Event]:
    round_.state = "announced"
    return [Event(what="announced", actor=actor, at=office.now, new=", ".join(round_.winners))]


def _void(round_: Round, office: Office, actor: str, why: str) -> list[Event]:
    round_.state, round_.winners, round_.tied, round_.broken_by = "void", (), (), ""
    round_.reason = round_.reason if why == "declared" else why
    return [Event(what="void", actor=actor, at=office.now, new=why, note=round_.reason if why == "declared" else "")]


def _deciders(round_: Round, office: Office) -> list[Member]:
    award = office.agreement.awards.get(round_.award)
    named = office.agreement.with_role(award.decides) if award else ()
    return [office.stand_in(member) for member in named] or [office.stand_in(boss) for boss in office.supervisors()]


def _decides(round_: Round, office: Office, by: Member) -> Refused | None:
    deciders = _deciders(round_, office)
    if by.id in [member.id for member in deciders]:
        return None
    return Refused("not_the_decider", {"who": deciders[0].id if deciders else ""})


def _direct(wording: str, people: Sequence[str], office: Office) -> list[Notice]:
    members = [member for person in people if (member := office.agreement.member(person))]
    return [Notice(wording=wording, to=member.id, not_before=office.quiet_until(member)) for member in members]
