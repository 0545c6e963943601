"""A person in the workspace: what a test, a demo or a script can do in somebody's name, and what they see.

It does only what the person could do on the screen, on what is shown there now; everything else raises NotPossible.
What comes back is a picture of that moment: look again to see what changed.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Coroutine, Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from playground.acts import Acts, OnMessage, OnView, Where
from playground.backend import Backend
from playground.inputs import STATELESS, Json, NotPossible, elements, entered, option_named, options_of
from playground.shapes import file_json
from playground.workspace import Channel, Message, User, View

T = TypeVar("T")
Seen: TypeAlias = Message
"""An ephemeral message, as the person sees it."""


class Stage(Protocol):
    """Where a persona acts: runs work on the server's loop, and waits until what followed has happened."""

    acts: Acts
    backend: Backend

    def run(self, work: Coroutine[Any, Any, T]) -> T: ...

    def settle(self) -> None: ...


class Persona:
    """Somebody who uses Slack. Calls return when the bot has answered and everything that followed is done."""

    def __init__(self, user: User, stage: Stage) -> None:
        self.user = user
        self.id = user.id
        self.handle = user.handle
        self._stage = stage
        self._acts = stage.acts
        self._workspace = stage.backend.workspace

    # Talking

    def command(self, line: str, channel: str) -> Seen | None:
        """Type a slash command in a channel ("#name"). Gives what the person alone is shown in answer, if anything."""
        return self._do(lambda: self._acts.command(self.user, line, self._workspace.channel(channel)))

    def post(self, channel: str, text: str, files: Sequence[tuple[str, bytes]] = ()) -> Message:
        """Write into a channel. Files are (name, content)."""
        return self._write(lambda: self._workspace.channel(channel), text, None, files)

    def reply(self, message: Message, text: str, files: Sequence[tuple[str, bytes]] = ()) -> Message:
        """Reply in the thread of a message."""
        below = message.thread_ts or message.ts
        return self._write(lambda: self._workspace.channel(message.channel), text, below, files)

    def dm(self, text: str, files: Sequence[tuple[str, bytes]] = ()) -> Message:
        """Write to the app."""
        return self._write(lambda: self._workspace.dm_with_app(self.id), text, None, files)

    def edit(self, message: Message, text: str) -> Message:
        """Change an own message."""
        self._do(lambda: self._acts.edit(self.user, _at(message), text))
        return self.look(message)

    def delete(self, message: Message) -> None:
        """Delete an own message."""
        self._do(lambda: self._acts.delete(self.user, _at(message)))

    def react(self, message: Message, name: str) -> None:
        """Add a reaction, named without colons."""
        self._do(lambda: self._acts.react(self.user, _at(message), name))

    def unreact(self, message: Message, name: str) -> None:
        """Take a reaction back."""
        self._do(lambda: self._acts.unreact(self.user, _at(message), name))

    # Seeing

    def sees(self, channel: str) -> list[Message]:
        """The messages of a channel outside threads, oldest first. Raises NotPossible when not a member."""
        return self._look(lambda: self._workspace.top_level(self._mine(channel).id))

    def thread(self, message: Message) -> list[Message]:
        """The replies below a message, oldest first, without the message itself."""
        root = message.thread_ts or message.ts
        return self._look(lambda: self._workspace.replies(self._mine(message.channel).id, root))

    def dms(self) -> list[Message]:
        """Everything in the direct message with the app, oldest first, replies too."""
        return self._look(lambda: self._workspace.messages[self._workspace.dm_with_app(self.id).id])

    def whispers(self) -> list[Seen]:
        """The ephemeral messages this person was shown and that were not taken away, oldest first."""
        return self._look(lambda: self._workspace.whispers.get(self.id, []))

    def look(self, message: Message) -> Message:
        """A message as it is now. Raises NotPossible when it is gone."""

        def current() -> Message:
            found = self._workspace.message(message.channel, message.ts)
            if found is None or found.whispered_to not in ("", self.id):
                raise NotPossible("this message is not there any more")
            return found

        return self._look(current)

    @property
    def view(self) -> View | None:
        """The modal on top, or None when none is open."""
        return self._look(lambda: next(reversed(self._workspace.stacks.get(self.id, [])), None))

    @property
    def home(self) -> View | None:
        """The Home tab as last published for this person, without opening it."""
        return self._look(lambda: self._workspace.homes.get(self.id))

    # Filling in and clicking

    def fill(self, **fields: Any) -> View:
        """Fill in the modal on top. A field goes by its block_id, action_id or label (`**{"Order no.": "..."}`).

        A value is text (or a rich_text block), a number, a date or "2026-10-01", "09:30", Unix seconds, an aware
        datetime or "2026-10-01 09:30" in the person's zone, an option's text or value, a person's handle, a
        channel's name, files as [(name, content)]; a list where several can be chosen; None to empty the field. In
        a select that loads its options the text is typed first.
        """
        for name, value in fields.items():
            view = self._open_view()
            self._put(view, name, value)
        return self._open_view()

    def submit(self) -> dict[str, str]:
        """Submit the modal on top. Gives the errors shown, by block_id, "" for one of the whole modal; {} when
        the app took it."""
        view = self._open_view()
        errors = self._stage.run(self._acts.submit(self.user, view.id, {}))
        self._stage.settle()
        return dict(errors)

    def cancel(self) -> None:
        """Close the modal on top."""
        view = self._open_view()
        self._do(lambda: self._acts.cancel(self.user, view.id))

    def type_ahead(self, field: str, typed: str, on: Message | View | None = None) -> list[str]:
        """The texts of the options offered after typing into a field of the modal on top, or of `on`."""
        surface = self._current(on)
        block, element = _named(surface, field)
        return [option["text"]["text"] for option in self._suggested(surface, block, element, typed)]

    def click(self, on: Message | View | None, button: str, confirm: bool = True) -> Seen | None:
        """Click a button (an icon button, one of two feedback buttons), by label or action_id, on a message, a view,
        or (None) the modal on top. With `confirm` false a confirmation dialog is dismissed. Gives what the person
        alone is shown in answer, if anything."""
        surface = self._current(on)
        labels: list[str] = []
        for block, element in elements(surface.blocks):
            for label, state in _clickable(element):
                labels.append(label)
                if button in (label, "" if state else element["action_id"]):
                    if "confirm" in element and not confirm:
                        return None
                    return self._act_on(surface, block, element, state)
        raise NotPossible(f"there is no button {button!r}; there are {labels}")

    def choose(self, on: Message | View | None, field: str, value: Any) -> Seen | None:
        """Choose in a select, an overflow menu, radio buttons, check boxes or a picker, by action_id, block_id,
        label or placeholder. Values as for `fill`."""
        surface = self._current(on)
        return self._put(surface, field, value)

    def shortcut(self, name: str, message: Message | None = None) -> Seen | None:
        """Run a shortcut by its name or callback_id: on a message a message shortcut, else a global one."""
        shortcuts = self._stage.backend.manifest.shortcuts
        named = next((s for s in shortcuts if name in (s.name, s.callback_id)), None)
        if named is None:
            raise NotPossible(f"the manifest has no shortcut {name!r}")
        where = _at(message) if message is not None else None
        return self._do(lambda: self._acts.shortcut(self.user, named.callback_id, where))

    def opens_home(self) -> View | None:
        """Open the app's Home tab and look at it."""
        self._do(lambda: self._acts.open_home(self.user))
        return self.home

    # How it is done

    def _do(self, act: Callable[[], Coroutine[Any, Any, Any]]) -> Seen | None:
        async def watched() -> list[str]:
            before = [seen.ts for seen in self._workspace.whispers.get(self.id, [])]
            await act()
            return before

        before = self._stage.run(watched())
        self._stage.settle()
        new = [seen for seen in self.whispers() if seen.ts not in before]
        return new[-1] if new else None

    def _write(
        self,
        channel: Callable[[], Channel],
        text: str,
        thread_ts: str | None,
        files: Sequence[tuple[str, bytes]],
    ) -> Message:
        async def written() -> Message:
            return await self._acts.post(self.user, channel(), text, thread_ts, files)

        message = self._stage.run(written())
        self._stage.settle()
        return self.look(message)

    def _look(self, at: Callable[[], T]) -> T:
        async def looked() -> T:
            return copy.deepcopy(at())

        return self._stage.run(looked())

    def _mine(self, channel: str) -> Channel:
        found = self._workspace.channel(channel)
        if self.id not in found.members:
            raise NotPossible(f"{self.handle} is not a member of {channel}")
        return found

    def _open_view(self) -> View:
        view = self.view
        if view is None:
            raise NotPossible(f"{self.handle} has no modal open")
        return view

    def _current(self, on: Message | View | None) -> Message | View:
        if on is None:
            return self._open_view()
        if isinstance(on, Message):
            return self.look(on)
        current = self._look(lambda: self._workspace.view(on.id))
        if current is None:
            raise NotPossible(f"the view {on.title!r} is closed")
        return current

    def _put(self, surface: Message | View, field: str, value: Any) -> Seen | None:
        block, element = _named(surface, field)
        return self._act_on(surface, block, element, self._state(surface, block, element, value))

    def _act_on(self, surface: Message | View, block: Json, element: Json, state: Json) -> Seen | None:
        where = _where(surface)
        return self._do(lambda: self._acts.act_on(self.user, where, block["block_id"], element["action_id"], state, {}))

    def _state(self, surface: Message | View, block: Json, element: Json, value: Any) -> Json:
        kind = element["type"]
        new_file = self._stage.backend.new_file
        if value is None:
            return entered(element, None)
        if kind == "overflow":
            return {"selected_option": option_named(options_of(element), value)}
        if kind == "external_select":
            return {"type": kind, "selected_option": self._found(surface, block, element, value)}
        if kind == "multi_external_select":
            found = [self._found(surface, block, element, item) for item in value]
            return {"type": kind, "selected_options": found}
        if kind == "file_input":
            files = self._look(lambda: [file_json(new_file(self.id, name, content)) for name, content in value])
            return {"type": kind, "files": files}
        for of, find in (("users", self._person), ("conversations", self._place), ("channels", self._place)):
            if kind == f"{of}_select":
                return {"type": kind, f"selected_{of[:-1]}": find(value)}
            if kind == f"multi_{of}_select":
                return {"type": kind, f"selected_{of}": [find(item) for item in value]}
        if kind == "datetimepicker" and isinstance(value, str):
            value = datetime.fromisoformat(value)
        if isinstance(value, datetime) and value.tzinfo is None:
            value = value.replace(tzinfo=ZoneInfo(self.user.tz))
        return entered(element, value)

    def _found(self, surface: Message | View, block: Json, element: Json, wanted: str) -> Json:
        options = self._suggested(surface, block, element, wanted)
        if len(options) == 1 and wanted.casefold() in options[0]["text"]["text"].casefold():
            return options[0]
        return option_named(options, wanted)

    def _suggested(self, surface: Message | View, block: Json, element: Json, typed: str) -> list[Json]:
        answer = self._stage.run(
            self._acts.options(self.user, _where(surface), block["block_id"], element["action_id"], typed)
        )
        return options_of(answer)

    def _person(self, who: str) -> str:
        user = self._workspace.user(who)
        if user.deleted:
            raise NotPossible(f"{user.handle} is deactivated and not offered")
        return user.id

    def _place(self, which: str) -> str:
        if which.startswith("@"):
            return self._direct(self._person(which))
        channel = self._workspace.channel(which)
        if channel.kind != "public" and self.id not in channel.members:
            raise NotPossible(f"there is no channel {which}")
        return channel.id

    def _direct(self, other: str) -> str:
        for channel in self._workspace.channels.values():
            if channel.kind == "im" and channel.members == {self.id, other}:
                return channel.id
        raise NotPossible(f"{self.handle} has no direct message with {other}")


def _clickable(element: Json) -> Iterator[tuple[str, Json]]:
    """The labels a person can click on an element, each with the state the click has."""
    if element["type"] in {"button", "icon_button"}:
        yield element["text"]["text"], {}
    elif element["type"] == "feedback_buttons":
        for button in (element["positive_button"], element["negative_button"]):
            yield button["text"]["text"], {"text": button["text"], "value": button["value"]}


def _at(message: Message) -> OnMessage:
    return OnMessage(message.channel, message.ts)


def _where(surface: Message | View) -> Where:
    return _at(surface) if isinstance(surface, Message) else OnView(surface.id)


def _named(surface: Message | View, field: str) -> tuple[Json, Json]:
    names: list[str] = []
    for block, element in elements(surface.blocks):
        label = block["label"]["text"] if block["type"] == "input" else ""
        placeholder = element.get("placeholder", {}).get("text", "")
        if element["type"] == "overflow" or element["type"] not in STATELESS:
            if field in (block["block_id"], element["action_id"], label, placeholder):
                return block, element
            names.append(label or element["action_id"])
    raise NotPossible(f"there is no field {field!r}; there are {names}")
