"""A file that somebody sends in a form: looked at first, then taken over whole; and one that somebody asks for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Generic, TypeVar

from slack_sdk.errors import SlackApiError
from sqlalchemy.orm import Session

from bot import spreadsheets
from bot.desk import Reply
from bot.handlers.records import Answer, look, open_or_say
from bot.request import Request, filled_in
from bot.views import blockkit as kit
from bot.views import files as views
from bot.views.refusals import refusal
from bot.views.wording import Words
from department.agreement import Member
from department.people import Office
from department.records import Refused
from storage.store import Unavailable

log = logging.getLogger(__name__)

T = TypeVar("T")

EVERY: Final = 1.0
"""Seconds after which somebody who waits sees how far it is, and sees it again."""

WRITER: Final = ThreadPoolExecutor(1, "files")
"""Writes the files that people ask for, one after the other: a long one takes longer than Slack waits for an answer."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file somebody sent: its id at Slack, its name, what is in it."""

    id: str
    name: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """What files of one kind bring. `look_at` gives the rows and a page with what they would change, or no rows and a
    page with why not; `take` takes rows over as it goes through them, and gives the page about that."""

    callback: str
    title: Callable[[Words], str]
    look_at: Callable[[Request, Session, Sent, Office, Member, Words], tuple[Sequence[T], kit.Block]]
    take: Callable[[Request, Session, Iterable[T], Office, Member, Words], kit.Block]
    may: Callable[[Office, Member], Refused | None] = lambda office, by: None

    def ask(self, request: Request) -> Answer:
        """Open the form that takes the file."""

        return open_or_say(
            request, lambda session, office, by, words: views.ask(self.callback, self.title(words), words)
        )

    def preview(self, request: Request) -> Answer:
        """A file was sent: what is wrong with it, or what it would change."""
        [uploaded] = filled_in(request.body)["file"][:1] or [{}]
        sent = _fetch(request, str(uploaded.get("id", "")))

        def see(session: Session, office: Office, by: Member | None, words: Words) -> kit.Block:
            return self._looked_at(request, session, sent, office, by, words)[1]

        return {"response_action": "update", "view": look(request, see)}

    def apply(self, request: Request) -> Answer:
        """“Take over” under the preview of a file: all of it in one transaction, or nothing."""
        sent = _fetch(request, str(request.body["view"]["private_metadata"]))

        def attempt(session: Session, office: Office, by: Member | None, words: Words) -> Reply:
            with _shown_meanwhile(request, self.title(words), words) as going_through:
                rows, instead = self._looked_at(request, session, sent, office, by, words)
                if by is None or not rows:
                    return Reply({"response_action": "update", "view": instead}, final=False)
                done = self.take(request, session, going_through(rows), office, by, words)
            return Reply({"response_action": "update", "view": done})

        return request.desk.once(request.delivery, attempt)

    def _looked_at(
        self, request: Request, session: Session, sent: Sent, office: Office, by: Member | None, words: Words
    ) -> tuple[Sequence[T], kit.Block]:
        refused = Refused("not_a_member") if by is None else self.may(office, by)
        if by is None or refused:
            return (), views.page(self.title(words), refusal(refused or Refused("not_a_member"), office, words), words)
        return self.look_at(request, session, sent, office, by, words)


@contextmanager
def _shown_meanwhile(request: Request, title: str, words: Words) -> Iterator[Callable[[Sequence[T]], Iterator[T]]]:
    """While something takes long, its form says so, and how many of the rows were gone through. The form's hash keeps a
    late word of this from covering the answer."""
    over, done, total = threading.Event(), 0, 0

    def tell() -> None:
        view = request.body["view"]
        known = view["hash"]
        while not over.wait(EVERY):
            page = views.page(title, views.how_far(done, total, words), words)
            try:
                known = request.client.views_update(view_id=view["id"], hash=known, view=page)["view"]["hash"]
            except (SlackApiError, OSError) as error:
                log.info("how far a file is could not be shown: %s", type(error).__name__)
                return

    def going_through(rows: Sequence[T]) -> Iterator[T]:
        nonlocal done, total
        total = len(rows)
        for row in rows:
            yield row
            done += 1

    threading.Thread(target=tell, daemon=True).start()
    try:
        yield going_through
    finally:
        over.set()


def write(request: Request, name: str, rows: Callable[[Session, Office], Iterable[Sequence[str]]]) -> None:
    """Write a spreadsheet, CSV or XLSX by its name, while nobody waits, and send it to whoever asked for it."""

    def send_it() -> None:
        try:
            with TemporaryDirectory() as folder:
                path = Path(folder) / name
                with request.desk.store.reading() as session:
                    spreadsheets.write(rows(session, request.desk.office(session)), path)
                send(request, name, path.read_bytes())
        except Unavailable:
            log.warning("a file could not be written: the database is away")
        except Exception:
            log.exception("a file could not be written")

    WRITER.submit(send_it)


def send(request: Request, name: str, content: bytes) -> None:
    """Put a file into the direct conversation with whoever asked for it; where Slack does not take it, that is said
    there."""
    try:
        conversation = request.client.conversations_open(users=request.delivery.user)["channel"]["id"]
        request.client.files_upload_v2(channel=conversation, filename=name, content=content)
    except (SlackApiError, OSError) as error:
        log.warning("a file could not be sent: %s", type(error).__name__)
        delivery = replace(request.delivery, key=f"{request.delivery.key}:file")
        request.desk.once(delivery, lambda session, office, by, words: Reply(said=views.not_taken(words)))


def _fetch(request: Request, file: str) -> Sent:
    return Sent(file, *request.download(file))
