"""Puts the house together: store, desk, courier and the Bolt app whose every payload goes to one dictionary.

Bolt runs with `process_before_response=True`, so Slack is told "ok" only after the listener's transaction is
committed, and with our own `authorize`, so that nothing on the way depends on a call to Slack.
"""

from __future__ import annotations

import logging
import secrets
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http.client import HTTPException
from typing import Any, Final

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware import Middleware
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import digest, handlers, request, wishes
from bot.clock import Clock
from bot.courier import Courier
from bot.desk import Desk
from bot.handlers import home
from bot.planning import Planner
from bot.request import Body, Request
from bot.settings import Settings
from bot.views import blockkit as kit
from bot.views.wording import Words
from department.agreement import Agreement
from storage import deadlines, people
from storage.store import Store, Unavailable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Supercargo:
    """The running house. `run_due` does all the clock owes up to a moment; `next_due` tells when that is."""

    store: Store
    clock: Clock
    desk: Desk
    planner: Planner
    courier: Courier
    bolt: App
    client: WebClient

    def next_due(self) -> datetime | None:
        """The next moment (UTC) at which a deadline falls due or a message may go out; None when nothing waits."""
        with self.store.reading() as session:
            owed = (deadlines.next_due(session), people.next_digest(session), people.next_wish(session))
        return min(filter(None, (*owed, self.courier.next_due())), default=None)

    def run_due(self, moment: datetime) -> None:
        """Fire every deadline that is due and deliver every message that may go out at `moment`, which is now."""
        self.planner.look()
        now = self.clock.now()
        with self.store.reading() as session:  # mostly it is the courier's turn alone
            owes = deadlines.due(session, now, 1) or people.has_digests(session, now) or people.has_wishes(session, now)
        if owes:
            while self.desk.fire_due():
                pass
            while digest.run_due(self.desk):
                pass
            while wishes.run_due(self.desk):
                pass
        self.courier.deliver()


def build(settings: Settings, agreement: Agreement, clock: Clock) -> Supercargo:
    """Everything, wired up but not started; calls nobody."""
    agreement.work_calendar()  # loads every country's days off, which nobody's first click should wait for
    token = settings.bot_token.get_secret_value()
    context = ssl.create_default_context()
    store = Store(settings.database)
    client = WebClient(
        token=token,
        base_url=settings.api_url,
        timeout=request.ANSWER_WITHIN,
        ssl=context,
        retry_handlers=[],
    )
    desk = Desk(store, clock, agreement, lambda: courier.wake())
    posting = WebClient(token=token, base_url=settings.api_url, timeout=10, ssl=context, retry_handlers=[])
    courier = Courier(store, clock, posting, desk.payload_of_card, partial(home.shown_to, desk), desk.stand_in)
    return Supercargo(store, clock, desk, Planner(desk), courier, _bolt(desk, courier, client, token), client)


def _bolt(desk: Desk, courier: Courier, client: WebClient, token: str) -> App:
    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    logger = logging.getLogger("slack_bolt")
    logger.setLevel(logging.ERROR)  # below that Bolt writes down what people wrote, and warns of what is on purpose
    bolt = App(
        name="supercargo",  # else Bolt reads the whole stack's source files to make one up
        logger=logger,
        client=client,
        authorize=authorize,
        process_before_response=True,
        token_verification_enabled=False,
        request_verification_enabled=False,  # bot/door.py has done it, before anything was parsed
        ssl_check_enabled=False,
        ignoring_self_events_enabled=False,  # our own messages settle what the courier is unsure of
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )

    def words() -> Words:
        return Words(desk.agreement.languages, desk.agreement.timezone)

    def route(
        routes: handlers.Routes,
        name: Callable[[Body], str],
        read: Callable[[Body, Desk, WebClient], Request],
        sorry: Callable[[Body, str], BoltResponse],
    ) -> Callable[..., BoltResponse]:
        def listener(body: Body) -> BoltResponse:
            handler = routes.get(name(body))
            if handler is None:
                return _answer({})  # an old message's button or an event nobody asked for: nothing to do
            asked = read(body, desk, client)  # raises on what is not of Slack's form; bot/door.py refuses it then
            try:
                return _answer(handler(asked))
            except Unavailable:
                log.warning("the database cannot take it now", exc_info=True)
                return sorry(body, _try_again(words()))
            except SlackApiError as error:
                said = str(error.response.get("error"))
                if said in FORM_IS_OPEN:
                    return _answer({})
                passes = said in TRY_AGAIN or not said.isidentifier()  # else no answer of Slack's own
                return sorry(body, _too_late(words()) if passes else _reference(words()))
            except (OSError, HTTPException) as error:
                log.warning("Slack did not answer: %s", type(error).__name__)
                return sorry(body, _too_late(words()))
            except Exception:
                return sorry(body, _reference(words()))

        return listener

    def action(body: Body) -> BoltResponse:
        answer = actions(body)
        if body.get("view", {}).get("type") == "home":
            try:
                home.seen(request.action(body, desk, client))
            except Unavailable:
                log.warning("a Home is not shown anew: the database cannot take it now")
        return answer

    def event(body: Body) -> BoltResponse:
        told = body["event"]
        if told.get("type") == "message" and told.get("metadata") and told.get("bot_id"):
            try:
                courier.heard(body["team_id"], told)
            except Unavailable:
                return _redeliver(body, "")
            return _answer({})
        return events(body)

    actions = route(handlers.ACTIONS, lambda body: body["actions"][0]["action_id"], request.action, _respond)
    events = route(handlers.EVENTS, lambda body: body["event"]["type"], request.event, _redeliver)
    shortcuts = route(handlers.SHORTCUTS, lambda body: body["callback_id"], request.shortcut, _respond)
    listeners = {
        "event_callback": event,
        "block_actions": action,
        "view_submission": route(handlers.VIEWS, lambda body: body["view"]["callback_id"], request.view, _beside),
        "view_closed": lambda body: _answer({}),
        "message_action": shortcuts,
        "shortcut": shortcuts,
        "block_suggestion": route(handlers.OPTIONS, lambda body: body["action_id"], request.options, _no_options),
        COMMAND: route(handlers.COMMANDS, lambda body: body["command"], request.command, _say),
    }
    bolt.use(Router(listeners))
    return bolt


COMMAND: Final = ""
"""The type of a slash command, which has none."""


class Router(Middleware):
    """Hands each payload to the listener for its type: Bolt itself would ask one listener after the other."""

    def __init__(self, listeners: Mapping[str, Callable[[Body], BoltResponse]]) -> None:
        self.listeners = listeners

    def process(
        self,
        *,
        req: BoltRequest,
        resp: BoltResponse,
        next: Callable[[], BoltResponse],  # noqa: A002 (Bolt's name)
    ) -> BoltResponse:
        """Answer it; what is none of these is Bolt's to refuse."""
        listener = self.listeners.get(str(req.body.get("type", COMMAND)))
        return next() if listener is None else listener(req.body)


FORM_IS_OPEN: Final = {"exchanged_trigger_id", "trigger_exchanged"}
"""The same click or command came before, and its trigger was used then."""

TRY_AGAIN: Final = {
    "expired_trigger_id",
    "trigger_expired",
    "ratelimited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
}
"""Errors (https://docs.slack.dev/reference/methods/views.open) that say nothing about what was asked for."""


def _answer(body: dict[str, Any], status: int = 200) -> BoltResponse:
    return BoltResponse(status=status, body=body or "")


def _say(body: Body, text: str) -> BoltResponse:
    return _answer({"response_type": "ephemeral", **kit.message(kit.section(text)).as_json()})


def _respond(body: Body, text: str) -> BoltResponse:
    """Say it where the button was; without an address for that, Slack shows its own warning."""
    payload = kit.message(kit.section(text)).as_json()
    taken = request.respond(body, {**payload, "response_type": "ephemeral", "replace_original": False})
    return _answer({}) if taken else _answer({}, status=503)


def _beside(body: Body, text: str) -> BoltResponse:
    """In a form: beside its first field, so that nothing that was typed is lost. In one that only asks for a yes: above
    what it shows, where it can be said again."""
    shown = body["view"]
    fields = [block["block_id"] for block in shown["blocks"] if block["type"] == "input"]
    if fields:
        return _answer({"response_action": "errors", "errors": {fields[0]: text}})
    rest = [block for block in shown["blocks"] if block.get("block_id") != SORRY]
    view = {key: shown[key] for key in KEPT if shown.get(key)}
    view["blocks"] = [{**kit.section(text), "block_id": SORRY}, *rest][: kit.MODAL_BLOCKS]
    return _answer({"response_action": "update", "view": view})


SORRY: Final = "sorry"
"""The block that says why nothing has happened."""

KEPT: Final = ("type", "callback_id", "title", "submit", "close", "private_metadata")
"""What a form keeps when it is shown again."""


def _no_options(body: Body, text: str) -> BoltResponse:
    return _answer({"options": []})


def _redeliver(body: Body, text: str) -> BoltResponse:
    """An event that could not be taken is not acknowledged: Slack delivers it again."""
    return _answer({}, status=503)


def _too_late(words: Words) -> str:
    return words("That took too long for Slack. Please do it once more.")


def _try_again(words: Words) -> str:
    return words("I cannot write anything down at the moment, so nothing has happened. Please try again in a minute.")


def _reference(words: Words) -> str:
    reference = secrets.token_hex(4)
    log.exception("reference %s", reference)
    return words(
        "Something is wrong with me, and nothing has happened. Please give this number to whoever runs me: {reference}",
        reference=reference,
    )
