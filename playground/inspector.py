"""For developers: what went over the wire, both ways, and ways to make the next call go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from aiohttp import web

from playground.backend import Backend, Call
from playground.deliver import Delivery
from playground.faults import Fault
from playground.inputs import Json, NotPossible

SHOWN: Final = 200
"""The newest exchanges that are listed."""
_POSTS: Final = r"chat\..*|views\..*|response_url"
FAULTS: Final[Mapping[str, Mapping[str, object]]] = MappingProxyType(
    {
        "429": {"status": 429, "retry_after": 3},
        "503": {"status": 503},
        "lost": {"drop": True, "apply": True},
    }
)
"""What can happen to the bot's next post: too many, an outage, or done while the answer gets lost."""


class Inspector:
    """Lists exchanges, the newest first, shows one whole, and scripts faults."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def add_routes(self, app: web.Application) -> None:
        """Add what the page asks for to the server."""
        app.router.add_get("/page/exchanges", self._list)
        app.router.add_get(r"/page/exchanges/{which:(call|delivery)-\d+}", self._one)

    async def go_wrong(self, how: str) -> None:
        """Let the bot's next post go wrong as FAULTS says, or send it the last delivery "again".
        Raises NotPossible when nothing was delivered yet."""
        if how in FAULTS:
            self._backend.faults.add(Fault(method=_POSTS, **FAULTS[how]))  # type: ignore[arg-type]
        elif how == "again" and self._backend.deliveries.log:
            await self._backend.deliveries.send(self._backend.deliveries.log[-1].again(1, "http_timeout"))
        else:
            raise NotPossible(f"nothing was sent to the bot that {how!r} could repeat", "nothing_sent")

    async def _list(self, request: web.Request) -> web.StreamResponse:
        calls, log = self._backend.calls, self._backend.deliveries.log
        found = [(call.at, _called(n, call)) for n, call in enumerate(calls)]
        found += [(delivery.at, _delivered(n, delivery)) for n, delivery in enumerate(log) if delivery.at]
        found.sort(key=lambda exchange: exchange[0])
        return web.json_response([shown for _, shown in reversed(found[-SHOWN:])])

    async def _one(self, request: web.Request) -> web.StreamResponse:
        kind, _, number = request.match_info["which"].partition("-")
        try:
            if kind == "call":
                call = self._backend.calls[int(number)]
                return web.json_response({"request": call.args, "answer": call.answer})
            delivery = self._backend.deliveries.log[int(number)]
        except IndexError:
            return web.json_response({"ok": False, "error": "there is no such exchange"}, status=404)
        asked = {"headers": delivery.headers} if delivery.headers else {}
        return web.json_response(asked | {"request": delivery.payload, "answer": delivery.answer})


def _called(number: int, call: Call) -> Json:
    error = call.answer.get("error", "") if isinstance(call.answer, dict) else ""
    said = call.answer.get("response_metadata", {}).get("messages", []) if isinstance(call.answer, dict) else []
    return {
        "id": f"call-{number}",
        "way": "from the bot",
        "name": call.method,
        "status": call.status,
        "result": "; ".join([str(error), *map(str, said)] if error else []),
        "ms": round(call.seconds * 1000, 1),
        "at": _iso(call.at),
    }


def _delivered(number: int, delivery: Delivery) -> Json:
    retried = [f"retry {delivery.retry_num}: {delivery.retry_reason}"] if delivery.retry_num else []
    return {
        "id": f"delivery-{number}",
        "way": "to the bot",
        "name": delivery.kind,
        "status": delivery.status or 0,
        "result": "; ".join(filter(None, [*retried, delivery.reason])),
        "ms": round(delivery.seconds * 1000, 1),
        "at": _iso(delivery.at),
    }


def _iso(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""
