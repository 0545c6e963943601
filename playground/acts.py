"""What a person can do in Slack, one function an act. The test DSL and the page both act through these.

Whatever Slack's client would not let a person do raises NotPossible with a sentence that says why. What the bot does
wrong in its answer is noted as its fault, and the person sees what Slack would show.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from playground import blockkit
from playground.backend import Backend
from playground.deliver import Deliveries, Delivery
from playground.inputs import (
    REQUIRED,
    STATELESS,
    Json,
    NotPossible,
    elements,
    initial,
    is_empty,
    options_of,
    states,
    value_of,
    wrong_with,
)
from playground.methods import SlackError, WebApi
from playground.shapes import message_json, view_json
from playground.workspace import APP_ID, BOT_USER_ID, SLACKBOT_ID, Channel, Message, User, View

TROUBLE: Final = {"en": "We had some trouble connecting. Try again?", "zh": "连接出现问题，请再试一次。"}
"""What Slack shows when the app did not answer an interaction, by language."""
FAILED: Final = {"en": '{name} failed with the error "{error}"', "zh": "{name} 失败，错误为“{error}”"}
"""What Slackbot says when the app did not answer a command, by language."""

Values: TypeAlias = Mapping[str, Mapping[str, Json]]


@dataclass(frozen=True)
class OnMessage:
    """An element on a message."""

    channel: str
    ts: str


@dataclass(frozen=True)
class OnView:
    """An element in an open modal or in the Home tab."""

    view_id: str


Where: TypeAlias = OnMessage | OnView


class Acts:
    """The acts. Used on the server's loop only; each waits for the bot's answer, none for events it causes."""

    def __init__(self, backend: Backend, api: WebApi) -> None:
        self._backend = backend
        self._workspace = backend.workspace
        self._manifest = backend.manifest
        self._deliveries: Deliveries = backend.deliveries
        self._api = api

    # Talking

    async def command(self, user: User, line: str, channel: Channel) -> None:
        """Type a slash command into a channel the person can see."""
        self._check_member(user, channel)
        name, _, text = line.strip().partition(" ")
        command = self._manifest.commands.get(name)
        if command is None:
            raise NotPossible(
                f"{name} is not a valid command: the manifest has {sorted(self._manifest.commands)}",
                "no_such_command",
                name=name,
            )
        self._check_granted()
        channel_name = {"private": "privategroup", "im": "directmessage"}.get(channel.kind, channel.name)
        text = self._encoded(text.strip(), _LABELLED) if command.should_escape else escaped(text.strip())
        response_url = self._backend.new_response_url(user.id, channel.id)
        payload = {
            "token": "local",
            "team_id": self._workspace.team_id,
            "team_domain": self._workspace.domain,
            "channel_id": channel.id,
            "channel_name": channel_name,
            "user_id": user.id,
            "user_name": user.handle,
            "command": name,
            "text": text,
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": response_url,
            "trigger_id": self._backend.new_trigger(user.id),
        }
        delivery = await self._deliveries.send(Delivery("slash_commands", payload))
        if not delivery.acknowledged:
            error = "operation_timeout" if delivery.reason == "http_timeout" else "dispatch_failed"
            self._slackbot_says(user, channel, _in(user, FAILED).format(name=name, error=error))
        elif delivery.answer:
            self._answered(delivery, response_url)

    async def post(
        self, user: User, channel: Channel, text: str, thread_ts: str | None, files: Sequence[tuple[str, bytes]]
    ) -> Message:
        """Write a message into a channel or a thread. Files are (name, content)."""
        self._check_member(user, channel)
        if channel.archived:
            raise NotPossible(f"#{channel.name} is archived", "archived", name=channel.name)
        if text.startswith("/"):
            raise NotPossible(
                "what starts with / is a command, and Slack takes no command in a thread",
                "no_message_begins_so" if thread_ts is None else "no_command_in_thread",
            )
        if not text and not files:
            raise NotPossible("an empty message cannot be sent", "nothing_written")
        to_app = channel.kind == "im" and BOT_USER_ID in channel.members
        if to_app and (not self._manifest.messages_tab or self._manifest.messages_read_only):
            raise NotPossible(
                "the manifest lets nobody write to the app: its Messages tab is off or read-only", "read_only"
            )
        if thread_ts is not None:
            self._message(OnMessage(channel.id, thread_ts), user)
        message = self._backend.new_message(channel, user.id, self._encoded(text, _PLAIN), thread_ts=thread_ts)
        message.files = [self._backend.new_file(user.id, name, content).id for name, content in files]
        return self._backend.post(message)

    async def edit(self, user: User, where: OnMessage, text: str) -> None:
        """Change an own message."""
        message = self._own(user, where)
        self._backend.update(message, user.id, text=self._encoded(text, _PLAIN), blocks=(), metadata=None)

    async def delete(self, user: User, where: OnMessage) -> None:
        """Delete an own message."""
        self._backend.delete(self._own(user, where))

    async def react(self, user: User, where: OnMessage, name: str) -> None:
        """Add a reaction."""
        message = self._public_message(user, where)
        if user.id in message.reactions.get(name, ()):
            raise NotPossible(f"{user.handle} has already reacted with :{name}:", "reacted_already")
        self._backend.react(message, user.id, name)

    async def unreact(self, user: User, where: OnMessage, name: str) -> None:
        """Take a reaction back."""
        message = self._public_message(user, where)
        if user.id not in message.reactions.get(name, ()):
            raise NotPossible(f"{user.handle} has not reacted with :{name}:", "not_reacted")
        self._backend.unreact(message, user.id, name)

    async def dismiss(self, user: User, where: OnMessage) -> None:
        """Put away a message that only this person sees."""
        message = self._message(where, user)
        if not message.whispered_to:
            raise NotPossible("everybody sees this message: it cannot be dismissed", "for_everybody")
        self._backend.unwhisper(message)

    async def mark_read(self, user: User, channel: Channel) -> None:
        """Read a channel to its end."""
        messages = self._workspace.messages[channel.id]
        if messages:
            self._workspace.read_up_to[user.id, channel.id] = messages[-1].ts
        self._backend.changed()

    # Interacting

    async def act_on(
        self, user: User, where: Where, block_id: str, action_id: str, state: Json, values: Values
    ) -> None:
        """Click, choose or enter: `state` is the element's state as Slack sends it, for a button empty, for an
        overflow its selected_option, for feedback_buttons text and value of the one clicked. `values` are the other
        fields as far as they are filled in."""
        surface = self._surface(user, where)
        block, element = self._element(surface, block_id, action_id)
        if element["type"] not in STATELESS:
            if problem := wrong_with(element, state):
                raise NotPossible(problem, "filled_in_wrongly")
            values = {**values, block_id: {**values.get(block_id, {}), action_id: state}}
        self._enter(user, surface, values)
        if block["type"] == "input" and not block.get("dispatch_action"):
            return
        action = {"type": element["type"], "action_id": action_id, "block_id": block_id}
        action |= _said_by(element, state) | {"action_ts": self._backend.new_ts()}
        payload = self._interaction("block_actions", user) | {"actions": [action]}
        payload["container"] = _container(surface)
        payload["trigger_id"] = self._backend.new_trigger(user.id)
        if isinstance(surface, View):
            payload["view"] = view_json(surface, self._workspace)
        else:
            payload |= self._about_message(surface, user)
            payload["state"] = {"values": states(surface.blocks, self._entered(user, surface))}
            if surface.whispered_to:
                del payload["message"]
        delivery = await self._deliveries.send(Delivery("block_actions", payload))
        if not delivery.acknowledged:
            self._trouble(user, surface)

    async def submit(self, user: User, view_id: str, values: Values) -> dict[str, str]:
        """Submit the modal on top. Gives what is shown beside the fields, by block_id; empty when it was taken.
        An error of the whole modal stands under the key ""."""
        view = self._top(user, view_id)
        if not view.payload.get("submit"):
            raise NotPossible(f"the modal {view.title!r} has no submit button", "nothing_to_submit")
        self._enter(user, view, values)
        view.errors = _left_to_do(view)
        self._backend.changed()
        if view.errors:
            return view.errors
        payload = self._interaction("view_submission", user) | {
            "trigger_id": self._backend.new_trigger(user.id),
            "view": view_json(view, self._workspace),
            "response_urls": self._response_urls(user, view),
        }
        delivery = await self._deliveries.send(Delivery("view_submission", payload))
        view.errors = {"": _in(user, TROUBLE)}
        if delivery.acknowledged:
            view.errors = self._apply(user, view, delivery.answer or {})
        self._backend.changed()
        return view.errors

    async def cancel(self, user: User, view_id: str) -> None:
        """Close the modal on top with its Cancel button."""
        view = self._top(user, view_id)
        self._backend.close_view(view)
        await self._tell_closed(user, view, cleared=False)

    async def cancel_all(self, user: User, view_id: str) -> None:
        """Close the whole stack with the × of the modal on top. The app is told once, of the root view.

        Source: docs.slack.dev/surfaces/modals, "Handling modal close events"
        """
        self._top(user, view_id)
        root = self._workspace.stacks[user.id][0]
        self._backend.close_all_views(user.id)
        await self._tell_closed(user, root, cleared=True)

    async def _tell_closed(self, user: User, view: View, *, cleared: bool) -> None:
        if view.payload.get("notify_on_close"):
            payload = self._interaction("view_closed", user)
            payload |= {"view": view_json(view, self._workspace), "is_cleared": cleared}
            await self._deliveries.send(Delivery("view_closed", payload))

    async def options(self, user: User, where: Where, block_id: str, action_id: str, typed: str) -> Json:
        """Type into a select whose options the bot gives: {"options": [...]} or {"option_groups": [...]}."""
        surface = self._surface(user, where)
        _, element = self._element(surface, block_id, action_id)
        if element["type"] not in {"external_select", "multi_external_select"}:
            raise NotPossible(f"{action_id} does not load its options", "element_gone")
        least = element.get("min_query_length", _MIN_QUERY_LENGTH)
        if len(typed) < least:
            raise NotPossible(f"{action_id} offers options after {least} characters", "type_more", least=str(least))
        payload = self._interaction("block_suggestion", user) | {
            "value": typed,
            "block_id": block_id,
            "action_id": action_id,
            "container": _container(surface),
        }
        if isinstance(surface, View):
            payload["view"] = view_json(surface, self._workspace)
        else:
            about = self._about_message(surface, user)
            payload |= {"channel": about["channel"], "message": about["message"]}
        delivery = await self._deliveries.send(Delivery("block_suggestion", payload))
        if not delivery.acknowledged:
            return {"options": []}
        answer: Json = delivery.answer or {"options": []}
        if found := blockkit.suggestion_problems(answer):
            self._backend.note_fault(f"answer to block_suggestion {action_id}: {found[0].message} {found[0].pointer}")
            return {"options": []}
        return answer

    async def shortcut(self, user: User, callback_id: str, where: OnMessage | None) -> None:
        """Run a shortcut, a message shortcut on a message."""
        self._check_there(user)
        kind = "message" if where is not None else "global"
        if not any(s.callback_id == callback_id and s.type == kind for s in self._manifest.shortcuts):
            raise NotPossible(f"the manifest has no {kind} shortcut {callback_id}", "not_in_manifest")
        self._check_granted()
        name = "shortcut" if where is None else "message_action"
        surface = self._public_message(user, where) if where is not None else None
        payload = self._interaction(name, user) | {
            "callback_id": callback_id,
            "trigger_id": self._backend.new_trigger(user.id),
            "action_ts": self._backend.new_ts(),
        }
        if surface is not None:
            payload |= self._about_message(surface, user) | {"message_ts": surface.ts}
        delivery = await self._deliveries.send(Delivery(name, payload))
        if not delivery.acknowledged:
            self._trouble(user, surface)

    async def open_home(self, user: User) -> None:
        """Open the app's Home tab."""
        self._check_there(user)
        if not self._manifest.home_tab:
            raise NotPossible("the manifest does not enable the Home tab", "not_in_manifest")
        self._backend.home_event(user.id, "home")

    # What the bot answers

    def _answered(self, delivery: Delivery, response_url: str) -> None:
        source = self._backend.response_urls[response_url.partition("/hooks/")[2]]
        try:
            self._api.answer_to(source, delivery.answer)
        except SlackError as error:
            messages = error.answer.get("response_metadata", {}).get("messages", [])
            self._backend.note_fault(": ".join(["answer to a command", error.answer["error"], *messages]))

    def _apply(self, user: User, view: View, answer: Json) -> dict[str, str]:
        action = answer.get("response_action")
        if action == "errors":
            errors: dict[str, str] = answer.get("errors", {})
            fields = {block["block_id"] for block in view.blocks if block["type"] == "input"}
            if not errors or not set(errors) <= fields:
                self._backend.note_fault(
                    f"view_submission: errors for {sorted(errors)}, the inputs are {sorted(fields)}"
                )
                return {"": _in(user, TROUBLE)}
            return errors
        if action in {"update", "push"}:
            return self._shown_next(user, view, action, answer.get("view"))
        if action == "clear":
            self._backend.close_all_views(view.user)
        elif action is None:
            self._backend.close_view(view)
        else:
            self._backend.note_fault(f"view_submission: unknown response_action {action!r}")
            return {"": _in(user, TROUBLE)}
        return {}

    def _shown_next(self, user: User, view: View, action: str, payload: Any) -> dict[str, str]:
        problem = self._api.view_problem(payload)
        if not problem and action == "push" and len(self._workspace.stacks[view.user]) >= blockkit.VIEW_STACK_MAX:
            problem = "push_limit_reached"
        if problem:
            self._backend.note_fault(f"view_submission: {action}: {problem}")
            return {"": _in(user, TROUBLE)}
        if action == "update":
            self._backend.update_view(view, payload)
        else:
            self._backend.push_view(view.user, payload)
        return {}

    def _trouble(self, user: User, surface: Message | View | None) -> None:
        channel = self._workspace.dm_with_app(user.id)
        if isinstance(surface, Message):
            channel = self._workspace.channels[surface.channel]
        self._slackbot_says(user, channel, _in(user, TROUBLE))

    def _slackbot_says(self, user: User, channel: Channel, text: str) -> None:
        self._backend.whisper(self._backend.new_message(channel, SLACKBOT_ID, text), user.id)

    # Where a person is

    def _check_granted(self) -> None:
        if "commands" not in self._manifest.scopes:
            raise NotPossible(
                "the manifest lacks the scope commands: commands and shortcuts are not installed", "not_in_manifest"
            )

    def _check_there(self, user: User) -> None:
        if user.deleted:
            raise NotPossible(f"{user.handle} is deactivated and cannot sign in", "cannot_sign_in")

    def _check_member(self, user: User, channel: Channel) -> None:
        self._check_there(user)
        if user.id not in channel.members:
            raise NotPossible(f"{user.handle} is not a member of {channel.name or 'this conversation'}", "not_a_member")

    def _message(self, where: OnMessage, user: User) -> Message:
        self._check_there(user)
        message = self._workspace.message(where.channel, where.ts)
        if message is None or message.whispered_to not in ("", user.id):
            raise NotPossible("this message is not there any more", "message_gone")
        self._check_may_read(user, self._workspace.channels[where.channel])
        return message

    def _check_may_read(self, user: User, channel: Channel) -> None:
        if channel.kind != "public":
            self._check_member(user, channel)

    def _public_message(self, user: User, where: OnMessage) -> Message:
        message = self._message(where, user)
        if message.whispered_to:
            raise NotPossible(
                "only you can see this message: it takes no reactions, replies or shortcuts", "only_yours"
            )
        return message

    def _own(self, user: User, where: OnMessage) -> Message:
        message = self._public_message(user, where)
        if message.user != user.id:
            raise NotPossible(f"this message is not {user.handle}'s", "not_yours")
        return message

    def _surface(self, user: User, where: Where) -> Message | View:
        self._check_there(user)
        if isinstance(where, OnMessage):
            return self._message(where, user)
        home = self._workspace.homes.get(user.id)
        if home is not None and home.id == where.view_id:
            return home
        return self._top(user, where.view_id)

    def _top(self, user: User, view_id: str) -> View:
        self._check_there(user)
        stack = self._workspace.stacks.get(user.id, [])
        if not stack or stack[-1].id != view_id:
            raise NotPossible("this modal is not on top any more", "view_gone")
        return stack[-1]

    def _element(self, surface: Message | View, block_id: str, action_id: str) -> tuple[Json, Json]:
        for block, element in elements(surface.blocks):
            if block["block_id"] == block_id and element["action_id"] == action_id:
                return block, element
        raise NotPossible(f"{action_id} is not shown any more", "element_gone")

    def _entered(self, user: User, surface: Message | View) -> dict[str, dict[str, Json]]:
        if isinstance(surface, View):
            return surface.entered
        return self._backend.entered_in_messages.setdefault((user.id, surface.channel, surface.ts), {})

    def _enter(self, user: User, surface: Message | View, values: Values) -> None:
        kept = self._entered(user, surface)
        for block_id, by_action in values.items():
            for action_id, state in by_action.items():
                _, element = self._element(surface, block_id, action_id)
                if state.get("type") != element["type"]:
                    raise NotPossible(
                        f"{action_id} is a {element['type']}, not a {state.get('type')!r}", "filled_in_wrongly"
                    )
                if state != initial(element):
                    self._check_offered(user, element, state)
                kept.setdefault(block_id, {})[action_id] = state
        self._backend.changed()

    def _check_offered(self, user: User, element: Json, state: Json) -> None:
        """Whether the menu offers this person the people or conversations chosen.

        Source: docs.slack.dev/reference/block-kit/block-elements/select-menu-element and the conversation filter.
        """
        _, _, of = element["type"].removeprefix("multi_").partition("_")
        if of != "select" or "external" in element["type"] or "static" in element["type"]:
            return
        value = value_of(state)
        for chosen in value if isinstance(value, list) else [value] if value else []:
            if "users" in element["type"]:
                somebody = self._workspace.users.get(chosen)
                if somebody is None or somebody.deleted:
                    raise NotPossible(
                        f"{somebody.handle if somebody else chosen} is deactivated and not offered", "not_offered"
                    )
            elif chosen not in self._workspace.channels or not self._offers(user, element, chosen):
                raise NotPossible(
                    f"{self._workspace.name_of(chosen) or chosen} is not offered in {element['type']}", "not_offered"
                )

    def _offers(self, user: User, element: Json, channel_id: str) -> bool:
        channel = self._workspace.channels[channel_id]
        if channel.archived or (channel.kind != "public" and user.id not in channel.members):
            return False
        if "channels" in element["type"]:
            return channel.kind == "public"
        wanted = element.get("filter", {})
        with_bot = any(self._workspace.users[member].is_bot for member in channel.members)
        if wanted.get("exclude_bot_users") and channel.kind == "im" and with_bot:
            return False
        return channel.kind in wanted.get("include", (channel.kind,))

    # What payloads say

    def _interaction(self, kind: str, user: User) -> Json:
        if not self._manifest.interactive:
            raise NotPossible("the manifest does not enable interactivity", "not_in_manifest")
        workspace = self._workspace
        return {
            "type": kind,
            "team": {"id": workspace.team_id, "domain": workspace.domain},
            "user": {
                "id": user.id,
                "username": user.handle,
                "name": user.handle,
                "team_id": workspace.team_id,
            },
            "api_app_id": APP_ID,
            "token": "local",
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _about_message(self, message: Message, user: User) -> Json:
        channel = self._workspace.channels[message.channel]
        name = {"private": "privategroup", "im": "directmessage"}.get(channel.kind, channel.name)
        return {
            "channel": {"id": channel.id, "name": name},
            "message": message_json(message, self._workspace),
            "response_url": self._backend.new_response_url(user.id, channel.id, message),
        }

    def _response_urls(self, user: User, view: View) -> list[Json]:
        urls: list[Json] = []
        for block, element in elements(view.blocks):
            if element.get("response_url_enabled"):
                chosen = value_of(view.state[block["block_id"]][element["action_id"]])
                if chosen:
                    urls.append(
                        {
                            "block_id": block["block_id"],
                            "action_id": element["action_id"],
                            "channel_id": chosen,
                            "response_url": self._backend.new_response_url(user.id, chosen),
                        }
                    )
        return urls

    # What people type

    def _encoded(self, text: str, reference: Mapping[str, str]) -> str:
        def user(found: re.Match[str]) -> str:
            for name in _begun(found[1]):
                with suppress(NotPossible):
                    somebody = self._workspace.user(name)
                    return reference["user"].format(id=somebody.id, name=somebody.handle) + found[1][len(name) :]
            return found[0]

        def channel(found: re.Match[str]) -> str:
            for name in _begun(found[1]):
                with suppress(NotPossible):
                    named = self._workspace.channel(name)
                    shown = named.name if named.kind == "public" else ""
                    return reference["channel"].format(id=named.id, name=shown) + found[1][len(name) :]
            return found[0]

        text = escaped(text)
        text = re.sub(r"https?://[^\s<>|]+", r"<\g<0>>", text)
        text = re.sub(r"(?<![A-Za-z0-9_@<])@([\w.-]+)", user, text)
        return re.sub(r"(?<![A-Za-z0-9_#</])#([\w-]+)", channel, text)


def _begun(word: str) -> list[str]:
    """The names that can stand at the beginning of a word: it without its full stop, and where Chinese goes on without
    a space, its Latin head."""
    whole = word.rstrip(".")
    latin = re.match(r"[A-Za-z0-9_.-]*", whole)
    return list(dict.fromkeys(filter(None, (whole, latin[0].rstrip(".") if latin else ""))))


def _in(user: User, said: Mapping[str, str]) -> str:
    return said["zh" if user.locale.startswith("zh") else "en"]


def escaped(text: str) -> str:
    """The three characters that mean something in mrkdwn, escaped as Slack does with what people type."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_MIN_QUERY_LENGTH: Final = 3  # docs.slack.dev/reference/block-kit/block-elements/select-menu-element
_PLAIN: Final = {"user": "<@{id}>", "channel": "<#{id}|{name}>"}
_LABELLED: Final = {"user": "<@{id}|{name}>", "channel": "<#{id}|{name}>"}


def _said_by(element: Json, state: Json) -> Json:
    if element["type"] in {"button", "icon_button"}:
        return {key: element[key] for key in ("text", "value", "style", "url") if key in element}
    if element["type"] == "feedback_buttons":
        for button in (element["positive_button"], element["negative_button"]):
            if (button["text"]["text"], button["value"]) == (state["text"]["text"], state["value"]):
                return {"text": button["text"], "value": button["value"]}
        raise NotPossible(f"there is no feedback {state['text']['text']!r}", "element_gone")
    if element["type"] == "overflow":
        chosen = state.get("selected_option")
        if chosen not in options_of(element):
            raise NotPossible(f"{chosen!r} is not among the options", "element_gone")
        return {"selected_option": chosen}
    return {key: value for key, value in state.items() if key != "type"}


def _container(surface: Message | View) -> Json:
    if isinstance(surface, View):
        return {"type": "view", "view_id": surface.id}
    container = {
        "type": "message",
        "message_ts": surface.ts,
        "channel_id": surface.channel,
        "is_ephemeral": bool(surface.whispered_to),
    }
    return container | ({"thread_ts": surface.thread_ts} if surface.is_reply else {})


def _left_to_do(view: View) -> dict[str, str]:
    """What Slack's client asks for before it sends a submission: required fields, and values of the right form."""
    errors: dict[str, str] = {}
    for block, element in elements(view.blocks):
        if block["type"] != "input":
            continue
        state = view.state[block["block_id"]][element["action_id"]]
        if is_empty(state):
            if not block.get("optional"):
                errors[block["block_id"]] = REQUIRED
        elif problem := wrong_with(element, state):
            errors[block["block_id"]] = problem
    return errors
