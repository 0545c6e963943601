"""A file that somebody sends in a form: looked at first, then taken over whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from bot.desk import Reply
from bot.handlers.records import Answer, look
from bot.request import Request, filled_in
from bot.views import blockkit as kit
from bot.views import files as views
from bot.views.refusals import refusal
from bot.views.wording import Words
from department.agreement import Member
from department.people import Office
from department.records import Refused

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sent:
    """A file somebody sent: its id at Slack, its name, what is in it."""

    id: str
    name: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """What files of one kind bring. `look_at` gives the rows and a page with what they would change, or no rows and a
    page with why not; `take` takes rows over and gives the page about that."""

    callback: str
    title: Callable[[Words], str]
    look_at: Callable[[Request, Session, Sent, Office, Member, Words], tuple[Sequence[T], kit.Block]]
    take: Callable[[Request, Session, Sequence[T], Office, Member, Words], kit.Block]
    may: Callable[[Office, Member], Refused | None] = lambda office, by: None

    def ask(self, request: Request) -> Answer:
        """Open the form that takes the file."""

        def see(session: Session, office: Office, by: Member | None, words: Words) -> kit.Block | kit.Payload:
            if by is None:
                return kit.message(kit.section(refusal(Refused("not_a_member"), office, words)))
            return views.ask(self.callback, self.title(words), words)

        shown = look(request, see)
        if isinstance(shown, kit.Payload):
            return {"response_type": "ephemeral", **shown.as_json()}
        return request.open(shown)

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
            rows, instead = self._looked_at(request, session, sent, office, by, words)
            if by is None or not rows:
                return Reply({"response_action": "update", "view": instead}, final=False)
            done = self.take(request, session, rows, office, by, words)
            return Reply({"response_action": "update", "view": done})

        return request.desk.once(request.delivery, attempt)

    def _looked_at(
        self, request: Request, session: Session, sent: Sent, office: Office, by: Member | None, words: Words
    ) -> tuple[Sequence[T], kit.Block]:
        refused = Refused("not_a_member") if by is None else self.may(office, by)
        if by is None or refused:
            return (), views.page(self.title(words), refusal(refused or Refused("not_a_member"), office, words), words)
        return self.look_at(request, session, sent, office, by, words)


def _fetch(request: Request, file: str) -> Sent:
    return Sent(file, *request.download(file))
