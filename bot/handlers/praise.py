"""What people do about praise in Slack: the command, the form, a reaction on somebody's message."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from bot.desk import Outcome, Reply, Scene, is_done
from bot.handlers import records
from bot.handlers.records import Answer, member_of, open_or_say, say
from bot.request import Request, beside_fields, filled_in, permalink, typed
from bot.views import blockkit as kit
from bot.views import praise as views
from bot.views.refusals import refusal
from bot.views.wording import Words
from department import praise as rules
from department.agreement import Member
from department.people import Office
from department.praise import SUBJECT, Praise
from department.records import Event, Refused
from storage import people
from storage import praise as shelf

act = partial(records.act, SUBJECT)

LATELY: Final = timedelta(days=90)
SHOWN: Final = 10
_MENTION: Final = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
_WHOM: Final = re.compile(
    rf"{_MENTION.pattern}(?:\s*(?:[,，、&＆和与]|and\b)?\s*{_MENTION.pattern})*\s*[,，:：]?\s*", re.IGNORECASE
)
_FOR: Final = re.compile(r"((for|because)\b|因为)\s*[:：]?\s*", re.IGNORECASE)


def command(request: Request) -> Answer:
    """`/praise`, with what comes after it: a word of its own, or whom and what for."""
    raw = str(request.body.get("text", "")).strip()
    match typed(raw).casefold():
        case "list" | "列表" | "mine" | "我的":
            return say(request, partial(_listing, request))
        case "help" | "帮助" | "?" | "？":
            return say(request, lambda session, office, by, words: views.help_text(office, words))
    addressed = _WHOM.match(raw)
    if addressed is None:
        return _open(request, _users(raw), typed(raw))
    rest = raw[addressed.end() :]
    said = typed(rest[reason.end() :] if (reason := _FOR.match(rest)) else rest)
    text, value = rules.tagged(said, request.desk.agreement.praise.values)
    if not text:
        return _open(request, _users(addressed[0]), text)
    whom = [member_of(request, user) for user in _users(addressed[0])]
    return _give(request, whom, text, value, "", _said)


def _users(said: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_MENTION.findall(said)))


def open_form(request: Request) -> Answer:
    """The button “Praise somebody”."""
    return _open(request, (), "")


def given(request: Request) -> Answer:
    """The form was submitted."""
    values = filled_in(request.body)
    source = permalink(request, json.loads(request.body["view"]["private_metadata"] or "{}"))
    whom = [member_of(request, user) for user in values["people"]]
    reply = partial(beside_fields, request.body)
    return _give(request, whom, values["text"], values.get("value", ""), source, reply)


def reacted(request: Request) -> Answer:
    """The agreement's reaction on somebody's message: praise for it, to which the next ones who thank are added."""
    told = request.body["event"]
    if not _thanks(request):
        return {}
    whom = member_of(request, str(told.get("item_user", "")))
    by = member_of(request, request.delivery.user)
    if not whom or not by or whom == by:
        return {}
    item = told["item"]
    source = permalink(request, {"channel": item["channel"], "ts": item["ts"]})
    if not source:
        return {}
    first = replace(request.delivery, key=f"P:{item['channel']}:{item['ts']}")
    if _of_message(request, source) is None:
        _give(replace(request, delivery=first), [whom], "", "", source, _silently)
    number = _of_message(request, source)
    return request.desk.act(request.delivery, SUBJECT, number, rules.thank_too, _silently) if number else {}


def unreacted(request: Request) -> Answer:
    """The agreement's reaction was taken away again, and with it these thanks."""
    if not _thanks(request):
        return {}
    item = request.body["event"]["item"]
    source = permalink(request, {"channel": item["channel"], "ts": item["ts"]})
    number = _of_message(request, source) if source else None
    return request.desk.act(request.delivery, SUBJECT, number, rules.take_back_thanks, _silently) if number else {}


def _thanks(request: Request) -> bool:
    told, wanted = request.body["event"], request.desk.agreement.praise.reaction
    return bool(wanted) and told["reaction"].split("::")[0] == wanted and told["item"]["type"] == "message"


def _of_message(request: Request, source: str) -> int | None:
    with request.desk.store.reading() as session:
        found = shelf.for_message(session, request.delivery.workspace, source)
        return found.number if found else None


def _silently(outcome: Outcome, scene: Scene) -> Reply:
    return Reply()


def _give(
    request: Request,
    whom: list[str],
    text: str,
    value: str,
    source: str,
    reply: Callable[[Outcome, Scene], Reply],
) -> Answer:
    def make(
        session: Session, office: Office, by: Member, number: Callable[[], int]
    ) -> tuple[Praise, list[Event]] | list[Refused]:
        return rules.give(
            office,
            by,
            people=whom,
            text=text,
            value=value,
            source=source,
            workspace=request.delivery.workspace,
            number=number,
        )

    return request.desk.create(request.delivery, SUBJECT, make, reply)


def _said(outcome: Outcome, scene: Scene) -> Reply:
    words = scene.words
    if is_done(outcome):
        return Reply({"response_type": "ephemeral", **kit.message(kit.section(words("It is said. 👏"))).as_json()})
    refused = [outcome] if isinstance(outcome, Refused) else [item for item in outcome if isinstance(item, Refused)]
    said = "\n".join(refusal(item, scene.office, words) for item in refused)
    return Reply({"response_type": "ephemeral", **kit.message(kit.section(said)).as_json()})


def _open(request: Request, users: tuple[str, ...], text: str) -> Answer:
    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Block:
        known = [user for user in users if people.by_slack_user(session, request.delivery.workspace, user)]
        return views.form(office, words, people=known, text=text, metadata="")

    return open_or_say(request, see)


def _listing(request: Request, session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
    workspace = request.delivery.workspace
    mine = shelf.received(session, workspace, by.id, office.now - LATELY)
    return views.listing(mine, shelf.newest(session, workspace, SHOWN), office, words)


ACTIONS: Final[dict[str, Any]] = {"praise.new": open_form, "praise.withdraw": act(rules.withdraw)}
VIEWS: Final[dict[str, Any]] = {"praise.give": given}
