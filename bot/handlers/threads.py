"""A reply or a reaction under a record's card: in words or with a sign, it acknowledges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from bot import preparation
from bot.desk import Action, Outcome, Reply, Scene
from bot.handlers import meetings, praise, talk
from bot.handlers.orders import mentioned
from bot.request import Request, aloud
from bot.views import blockkit as kit
from department import complaints, orders, tasks
from department.acknowledgements import code_in, is_acknowledgement, is_acknowledging_reaction
from department.meetings import SUBJECT as MEETING
from department.records import Refused
from storage import outbox

ACKNOWLEDGE: Final[Mapping[str, Action]] = MappingProxyType(
    {
        complaints.SUBJECT: complaints.acknowledge,
        orders.SUBJECT: orders.acknowledge,
        tasks.SUBJECT: tasks.accept,
    }
)
"""How a record of each subject is acknowledged."""

BY_REACTION: Final[Mapping[str, Action]] = MappingProxyType(
    {**ACKNOWLEDGE, complaints.SUBJECT: complaints.acknowledge_by_reaction}
)
"""The same by a reaction."""


WRITTEN: Final = (None, "file_share", "thread_broadcast")
"""Kinds of message in which somebody has just written something (https://docs.slack.dev/reference/events/message)."""


def message(request: Request) -> dict[str, Any]:
    """A message in a conversation: under a card "收到" or "on it" acknowledges; whoever names an order sees it."""
    told = request.body["event"]
    if told.get("bot_id") or told.get("subtype") not in WRITTEN:
        return {}
    if told.get("channel_type") == "im" and not told.get("thread_ts"):
        taken = _taken(request, told)
        return talk.said(request) if taken is None else taken
    if told.get("thread_ts") and (answer := _noted(request, told)) is not None:
        return answer
    if told.get("thread_ts") and is_acknowledgement(kit.unescape(told.get("text", ""))):
        return _acknowledge(request, told["thread_ts"], ACKNOWLEDGE, _unless_done)
    return mentioned(request, kit.unescape(told.get("text", "")))


def _taken(request: Request, told: dict[str, Any]) -> dict[str, Any] | None:
    """A "收到" said to us directly is about the record it names, else about what we wrote there last."""
    text, workspace = kit.unescape(told.get("text", "")), request.delivery.workspace
    if not is_acknowledgement(text):
        return None
    with request.desk.store.reading() as session:
        if code := code_in(text):
            named = preparation.called(session, workspace, code)
            found = (named[0], named[1].number) if named else None
        else:
            found = outbox.record_of_newest(session, workspace, request.delivery.channel)
    return _acknowledge_record(request, found, ACKNOWLEDGE, _unless_done)


def _noted(request: Request, told: dict[str, Any]) -> dict[str, Any] | None:
    """A decision or an action written in the thread of a meeting."""
    text = str(told.get("text", ""))
    if not text.lstrip().startswith(("!", "！")):
        return None
    with request.desk.store.reading() as session:
        found = outbox.record_at(session, request.delivery.workspace, request.delivery.channel, told["thread_ts"])
    return meetings.noted(request, found[1], text) if found and found[0] == MEETING else None


def reaction_added(request: Request) -> dict[str, Any]:
    """A reaction: a tick, a thumb or eyes on a message of ours acknowledge; the agreement's own one thanks."""
    told = request.body["event"]
    if told["item"]["type"] == "message" and is_acknowledging_reaction(told["reaction"]):
        return _acknowledge(request, told["item"]["ts"], BY_REACTION, _unless_looking_on)
    return praise.reacted(request)


def reaction_removed(request: Request) -> dict[str, Any]:
    """A reaction was taken away: what was acknowledged stays so, thanks are taken back."""
    return praise.unreacted(request)


def _acknowledge(
    request: Request, ts: str, how: Mapping[str, Action], reply: Callable[[Outcome, Scene], Reply]
) -> dict[str, Any]:
    delivery = request.delivery
    with request.desk.store.reading() as session:
        found = outbox.record_at(session, delivery.workspace, delivery.channel, ts)
    return _acknowledge_record(request, found, how, reply) or {}


def _acknowledge_record(
    request: Request,
    found: tuple[str, int] | None,
    how: Mapping[str, Action],
    reply: Callable[[Outcome, Scene], Reply],
) -> dict[str, Any] | None:
    if found is None or found[0] not in how:
        return None
    return request.desk.act(request.delivery, found[0], found[1], how[found[0]], reply)


def _unless_done(outcome: Outcome, scene: Scene) -> Reply:
    """People say "ok" in threads long after; only somebody who wanted to take it and could not is told so."""
    if isinstance(outcome, Refused) and outcome.reason in (
        "already_acknowledged",
        "nothing_offered",
        "task_not_offered",
    ):
        return Reply()
    return aloud(outcome, scene)


def _unless_looking_on(outcome: Outcome, scene: Scene) -> Reply:
    """A sign on a card is as often only a sign: who is not asked for an answer is told nothing."""
    if isinstance(outcome, Refused) and outcome.reason == "not_offered_to_you":
        return Reply()
    return _unless_done(outcome, scene)
