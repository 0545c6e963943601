"""What there is, in Slack and in the database, as one value: what is done once leaves the same picture when it comes
again. And the ways to let things come again, come at the same moment, or come from somebody else."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Coroutine
from itertools import count
from typing import Any

from sqlalchemy import select

from playground import Delivery, LocalSlack, Message
from playground.acts import OnMessage
from playground.inputs import elements
from storage.schema import absences, asks, complaints, deadlines, events, people, tasks
from tests.journeys.conftest import Department

Json = dict[str, Any]

_NUMBERS = count(1)


def picture(department: Department) -> Json:
    """Every message, whisper and open form, and every record with its history and its limits."""
    slack = department.slack.workspace
    return {"shown": shown(department), "views": {who: len(stack) for who, stack in slack.stacks.items()}} | stored(
        department
    )


def shown(department: Department) -> Json:
    """What stands in every conversation, and what single people were shown."""
    slack = department.slack.workspace
    return {
        "messages": {where: [(m.ts, m.text) for m in said] for where, said in slack.messages.items()},
        "whispers": {who: [m.text for m in said] for who, said in slack.whispers.items()},
    }


def stored(department: Department) -> Json:
    """The records, their history and limits, and everybody's own choices."""
    with department.bot.store.reading() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table)).all()))
            for table in (absences, asks, complaints, deadlines, events, people, tasks)
        }


def last(slack: LocalSlack, kind: str) -> Delivery:
    """The last delivery of a kind that was not about one of the bot's own messages."""
    return next(
        sent
        for sent in reversed(slack.deliveries)
        if sent.kind == kind and "bot_id" not in sent.payload.get("event", {})
    )


def changed(delivery: Delivery, change: Callable[[Json], object]) -> Delivery:
    """A delivery like another one but for what `change` does to its payload, and one that never came before."""
    payload = copy.deepcopy(delivery.payload)
    number = f"{next(_NUMBERS)}"
    for action in payload.get("actions", []):
        action["action_ts"] += number
    if payload.get("type") == "event_callback":
        payload["event_id"] += number
    if payload.get("type") == "view_submission":
        payload["view"]["id"] += number
    change(payload)
    return Delivery(delivery.kind, payload)


def deliver(department: Department, delivery: Delivery) -> Delivery:
    """Deliver it now."""
    return department.slack.deliver_again(delivery, retry_num=0)[0]


def at_once(department: Department, *acts: Coroutine[Any, Any, Any]) -> None:
    """Let people act at the same moment."""

    async def all_of_them() -> None:
        await asyncio.gather(*acts)

    department.slack.run(all_of_them())
    department.slack.settle()


def click(department: Department, who: str, message: Message, action_id: str) -> Coroutine[Any, Any, None]:
    """A click that is still to come, for `at_once`."""
    slack = department.slack
    block = next(block for block, element in elements(message.blocks) if element["action_id"] == action_id)
    where = OnMessage(message.channel, message.ts)
    return slack.acts.act_on(slack.person(who).user, where, block["block_id"], action_id, {}, {})


def posted_once(department: Department) -> bool:
    """Whether no message of the bot's stands there twice: each carries the key of what it says."""
    keys = [
        message.metadata["event_payload"]["k"]
        for said in department.slack.workspace.messages.values()
        for message in said
        if message.from_app and message.metadata
    ]
    return len(keys) == len(set(keys)) > 0
