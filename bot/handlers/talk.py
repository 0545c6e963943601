"""What people say to Supercargo in plain words: a small, honest grammar. Questions are answered; an action is never
guessed, only proposed, and done when somebody confirms it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from difflib import get_close_matches
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from bot import agenda, preparation
from bot.desk import Reply
from bot.handlers import tasks
from bot.handlers.leave import who_is_away
from bot.handlers.records import Answer, look, value_of
from bot.request import Request, permalink, typed
from bot.views import blockkit as kit
from bot.views import talk as views
from bot.views.refusals import refusal
from bot.views.tasks.card import PRIORITIES
from bot.views.wording import Words
from department import SUBJECTS
from department.agreement import Member
from department.complaints import Complaint
from department.dates import Asker
from department.orders import Order
from department.people import Office
from department.records import Refused
from department.stretches import Stretch, understand_days
from storage import complaints as complaints_kept
from storage import orders as orders_kept
from storage import people

Answering = Callable[[Session, Office, Member, Words], kit.Payload]

LISTED: Final = 10
"""Records that an answer names."""

CODE: Final = r"(?P<code>[a-z]{1,6}[0-9]{0,4}-[0-9]{1,6}(?:-[0-9]{1,6})?)"
KIND: Final = "(order|complaint|task|订单|投诉|任务)"
TODAY: Final = re.compile(
    r"(what('?s| is| do i have)( due)?( for me)?( to do)?|what (do|should) i do|my day|to[ -]?do|(my )?tasks?)"
    r" ?(today)?|today"
    r"|(what('?s| is)|am i) (late|overdue)|(我)?(有)?(什么|啥|哪些)?(事|任务)?(逾期|超期)(了)?(吗|的)?"
    r"|(我)?今[天日](我)?(要|该|有)?(做|干|处理)?(什么|啥|哪些)?(事|任务|工作|到期)?(要做)?|我的(任务|待办|工作)|(今[天日])?待办(事项)?"
)
WEEK: Final = re.compile(
    r"(what('?s| is| do i have)( due)?( for me)?( to do)? |my )?(this )?week"
    r"|(我)?(这|本)周(我)?(要|该|有)?(做|干)?(什么|啥|哪些)?(事|任务|工作|到期)?"
)
STATUS: Final = re.compile(
    rf"(status|state|show|where is|how is|how far is|who has|who owns|what about)( of)?( the)?( {KIND})? {CODE}"
    r"( going| doing)?"
    rf"|(状态|进度|(帮我)?查(看|一下|查)?|看看|谁负责) ?({KIND})? ?{CODE.replace('<code>', '<code2>')}"
    r" ?(的?(状态|进度))?"
    rf"|({KIND} ?)?{CODE.replace('<code>', '<code3>')} ?"
    r"(status|的?(状态|进度)|现在?(什么|啥)情况|(现在)?到哪里?了|(处理得)?怎么样了?|如何|谁(负责|在跟)|在谁(手上|那里))?"
)
TOMORROW: Final = re.compile(
    r"(what('?s| is| do i have)( due)?( for me)?( to do)?|what (do|should) i do|my tasks) tomorrow|tomorrow"
    r"|(我)?明天(我)?(要|该|有)?(做|干|处理)?(什么|啥|哪些)?(事|任务|工作|到期)?"
)
MINE: Final = {
    **dict.fromkeys(("my orders", "我的订单"), "order"),
    **dict.fromkeys(("my complaints", "我的投诉"), "complaint"),
}
COVERING: Final = re.compile(
    r"(whom?|who) (do|am) i (cover|covering|stand in|standing in)( for)?|我(在|要)?(替|代|顶)谁(的?班|的?岗)?"
)
COVER: Final = re.compile(
    r"who (will )?(covers?|stands? in|is covering|is standing in|is the deputy|deputises)( for| of)? (?P<who>.+)"
    r"|谁是(?P<who4>.+?)的(代理人|替岗人?)|(?P<who5>.+?)的(工作|事|活|班)由?谁(接|做|管|负责|处理|替|代)"
    r"|(?P<when>[^谁]{2,12})?谁(?P<when2>[^谁替代顶接]{2,12}?)?(在|会|来)?(替|代|顶替|接替|代理|顶)(?P<who2>[^班]+?)(的?班|的?工作)?"
    r"|(?P<who3>.+?)(的代理人|的替岗|不在找谁|请假找谁)(是谁)?"
)
AWAY: Final = re.compile(
    r"who('?s| is) (away|off|out|on leave|absent)( today| tomorrow| this week| next week)?"
    r"|((今|明|后)天|(这|本|下)周)?(谁|有人|有谁)(在)?((今|明)天|(这|本|下)周)?(不在|请假|休假|没来)了?吗?"
)
HELP: Final = re.compile(r"help|help me|hi|hello|hey|帮助|你好|怎么用|你能做什么|what can you do")
TASK: Final = re.compile(
    r"(?:(?:new )?task\b|remind(?: me)?(?: to)?\b|任务|提醒我?|新任务|待办)[:：]?\s*(?P<rest>.+)",
    re.IGNORECASE | re.DOTALL,
)
SENTENCES: Final = (
    "what is due today",
    "what is due tomorrow",
    "what is due this week",
    "status {code}",
    "who covers for {who}",
    "whom do i cover",
    "who is away",
    "my orders",
    "my complaints",
    "help",
    "我今天要做什么",
    "我明天要做什么",
    "我本周要做什么",
    "{code} 到哪了",
    "谁替{who}",
    "我在替谁",
    "谁不在",
    "我的订单",
    "我的投诉",
    "帮助",
)
"""What is understood, for those who nearly said it."""

NEARLY: Final = 0.6
"""How alike two sentences are at the least, of 1, to be taken for nearly the same."""


def said(request: Request) -> Answer:
    """Something was said to Supercargo, in a direct message or with a mention."""
    told = request.body["event"]
    if told.get("bot_id") or told.get("subtype"):
        return {}
    raw = _without_us(str(told.get("text", "")), request)

    def attempt(session: Session, office: Office, by: Member | None, words: Words) -> Reply:
        shown: kit.Payload
        if by is None:
            shown = kit.message(kit.section(refusal(Refused("not_a_member"), office, words)))
            return Reply(whisper=shown)
        shown = answer(request, raw)(session, office, by, words)
        return Reply(said=shown) if told.get("channel_type") == "im" else Reply(whisper=shown)

    return request.desk.once(request.delivery, attempt)


def answer(request: Request, raw: str) -> Answering:
    """How a sentence is answered."""
    text = re.sub(r"[\s?？!！.。,，]+$", "", unicodedata.normalize("NFKC", typed(raw)).strip())
    plain = re.sub(r"\s+", " ", text.casefold()).removeprefix("please ").removeprefix("请")
    workspace = request.delivery.workspace
    if TODAY.fullmatch(plain) or WEEK.fullmatch(plain):
        return partial(_agenda, workspace, week=WEEK.fullmatch(plain) is not None)
    if HELP.fullmatch(plain) or not plain:
        return lambda session, office, by, words: views.help_text(words)
    if TOMORROW.fullmatch(plain):
        return partial(_tomorrow, workspace)
    if plain in MINE:
        return partial(_mine, workspace, MINE[plain])
    if COVERING.fullmatch(plain):
        return lambda session, office, by, words: views.covering(office.covered_by(by), words)
    if AWAY.fullmatch(plain):
        return partial(who_is_away, workspace)
    if found := STATUS.fullmatch(plain):
        return partial(_status, workspace, found["code"] or found["code2"] or found["code3"])
    if mentioned := re.search(r"<@([A-Z0-9]+)(?:\|[^>]*)?>", raw):
        if COVER.fullmatch(plain):
            return partial(_cover_of_user, workspace, mentioned[1])
    elif found := COVER.fullmatch(plain):
        who = next(said for name, said in found.groupdict().items() if name.startswith("who") and said)
        return partial(_cover, who.strip(), found["when"] or found["when2"] or "", text)
    task = TASK.fullmatch(raw.strip())
    if task or mentioned:
        return partial(_task, workspace, task["rest"] if task else raw, request, text)
    return lambda session, office, by, words: views.not_understood(text, nearest(plain, office), words)


def nearest(plain: str, office: Office) -> list[str]:
    """What somebody nearly said: of the sentences that are understood those most alike, with their code and name."""
    filled: dict[str, str] = {}
    if code := re.search(CODE, plain):
        filled["code"] = code[0].upper()
        plain = plain.replace(code[0], "{code}")
    names = (str(said) for member in office.agreement.members for said in (member.name.en, member.name.zh, member.id))
    if named := next((each for each in names if each.casefold() in plain), None):
        filled["who"] = named
        plain = plain.replace(named.casefold(), "{who}")
    told = [
        sentence
        for sentence in SENTENCES
        if sentence.isascii() == plain.isascii() and all(f"{{{part}}}" in sentence for part in filled)
    ]
    near = get_close_matches(plain, told, n=2, cutoff=NEARLY) or (told[:1] if filled else [])
    return [each.format(**filled) for each in near if "{" not in each or filled]


def ask(request: Request) -> Answer:
    """A sentence that somebody nearly said was chosen."""
    sentence = value_of(request)

    def attempt(session: Session, office: Office, by: Member | None, words: Words) -> Reply:
        if by is None:
            return Reply(whisper=kit.message(kit.section(refusal(Refused("not_a_member"), office, words))))
        return Reply(whisper=answer(request, sentence)(session, office, by, words))

    return request.desk.once(request.delivery, attempt)


def give(request: Request) -> Answer:
    """“Give it” under a proposed task. However often it is clicked, the proposal is given once."""
    spoken = _kept(value_of(request))
    proposal = request.body.get("container", {}).get("message_ts", "")
    once = replace(request.delivery, key=f"G:{request.delivery.user}:{request.delivery.channel}:{proposal}")
    if spoken is None:
        return {}
    spoken = replace(spoken, source=permalink(request, spoken.message))
    return tasks.give_spoken(replace(request, delivery=once), spoken)


def change(request: Request) -> Answer:
    """“Change” under a proposed task: the form, filled in."""
    spoken = _kept(value_of(request))
    return tasks.open_spoken(request, spoken) if spoken is not None else {}


def _agenda(workspace: str, session: Session, office: Office, by: Member, words: Words, *, week: bool) -> kit.Payload:
    return views.agenda(agenda.gather(session, workspace, by, office), by, office, words, week=week)


def _tomorrow(workspace: str, session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
    found = agenda.gather(session, workspace, by, office)
    day = office.today + timedelta(days=1)
    return views.on_day(found, day, by, office, words)


def _mine(workspace: str, kind: str, session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
    found: Sequence[Order | Complaint]
    if kind == "order":
        found = orders_kept.of_person(session, workspace, by.id, LISTED)
    else:
        found = complaints_kept.open_cases(session, workspace, members=office.with_covered(by), offset=0, limit=LISTED)
    return views.listed(found, office, words)


def _status(workspace: str, code: str, session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
    code = code.upper()
    found = find(session, workspace, code, office, by)
    if found is None:
        return views.nothing_known(code, words)
    subject, record = found
    return views.status(subject, record, office, words)


def find(session: Session, workspace: str, code: str, office: Office, by: Member) -> tuple[str, Any] | None:
    """The record that people call by a code, such as C-12 or SO-2610-03, and its subject; None where there is none that
    they may know of."""
    found = preparation.called(session, workspace, code)
    if found is None or SUBJECTS[found[0]].may_see(found[1], office, by):
        return None
    return found


def _cover(said: str, when: str, text: str, session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
    """Who stands in for somebody: now, or in days that were named before or after them."""
    names: dict[str, list[Member]] = {}
    for member in office.agreement.members:
        for known in {member.id, member.name.zh, member.name.en, *member.name.en.split()}:
            names.setdefault(known.casefold(), []).append(member)
    for me in ("me", "我"):
        names[me] = [by]
    asker = Asker(office.now, words.timezone, office.calendar)
    if not when and said.casefold() not in names:
        for cut in [found.start() for found in re.finditer(" ", said)]:
            if said[:cut].casefold() in names and isinstance(understand_days(said[cut:], asker), Stretch):
                said, when = said[:cut], said[cut:]
                break
    days = understand_days(when, asker) if when else None
    if isinstance(days, Refused):
        return views.not_understood(text, nearest(text.casefold(), office), words)
    meant = names.get(said.casefold(), [])
    if len(meant) == 1 and days is not None:
        return views.cover_on(meant[0], days.first, days.last or days.first, office, words)
    if len(meant) == 1:
        return views.cover(meant[0], office, words)
    near = [said.casefold()] if meant else get_close_matches(said.casefold(), names, n=3, cutoff=0.6)
    return views.nobody_known(said, list({each.id: each for known in near for each in names[known]}.values()), words)


def _cover_of_user(
    workspace: str, user: str, session: Session, office: Office, by: Member, words: Words
) -> kit.Payload:
    person = people.by_slack_user(session, workspace, user)
    member = office.agreement.member(person.member) if person else None
    return views.cover(member, office, words) if member else views.nobody_known(f"@{user}", [], words)


def _task(
    workspace: str, raw: str, request: Request, text: str, session: Session, office: Office, by: Member, words: Words
) -> kit.Payload:
    """A task is proposed when whom, what and by when are understood; where only the moment is not, it is asked for."""
    spoken = tasks.spoken(session, workspace, raw, office, words)
    users = spoken.users or (request.delivery.user,)
    told = request.body.get("event", {})
    owner = people.by_slack_user(session, workspace, users[0])
    if owner is None or not spoken.title:
        return views.not_understood(text, [], words)
    kept: dict[str, Any] = {
        "title": spoken.title[:800],
        "users": users[:10],
        "due_at": spoken.due_at.isoformat() if spoken.due_at else "",
        "priority": spoken.priority,
        "about": spoken.about,
        "repeats": spoken.repeats,
        "message": {"channel": told["channel"], "ts": told["ts"]} if told.get("type") == "app_mention" else {},
    }
    if spoken.due_at is None:
        why = refusal(spoken.doubt or Refused("due_missing"), office, words)
        return views.ask_when(kept["title"], why, json.dumps(kept, ensure_ascii=False), words)
    return views.confirm_task(
        title=spoken.title[:800],
        people=[person.member for user in users if (person := people.by_slack_user(session, workspace, user))],
        about=spoken.about,
        due=words.full_moment(spoken.due_at),
        priority=PRIORITIES[spoken.priority],
        repeats=spoken.repeats,
        value=json.dumps(kept, ensure_ascii=False),
        office=office,
        words=words,
    )


def _kept(value: str) -> tasks.Spoken | None:
    """The proposal that a button stands for; None for a value that is none of ours."""
    try:
        return tasks.Spoken.from_json(json.loads(value))
    except (ValueError, KeyError, TypeError, StopIteration):
        return None


def _without_us(text: str, request: Request) -> str:
    """The sentence without the mention of the bot itself."""
    own = look(request, lambda session, office, by, words: people.own_user(session, request.delivery.workspace))
    return re.sub(rf"<@{re.escape(own)}(\|[^>]*)?>", " ", text).strip() if own else text


ACTIONS: Final = {"talk.give": give, "talk.change": change, "talk.ask.0": ask, "talk.ask.1": ask}
