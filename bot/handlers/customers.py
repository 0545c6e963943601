"""What people do with the list of customers in Slack: take it over from a file, write it into one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy.orm import Session

from bot import customers as sheet
from bot.handlers.files import Kind, Sent, write
from bot.handlers.records import Answer, say
from bot.request import Request
from bot.views import blockkit as kit
from bot.views import customers as views
from bot.views import files
from bot.views.refusals import refusal
from bot.views.wording import Words
from department import orders as rules
from department.agreement import Member
from department.people import Office


def _look_at(
    request: Request, session: Session, sent: Sent, office: Office, by: Member, words: Words
) -> tuple[Sequence[sheet.Row], kit.Block]:
    found = sheet.read(sent.raw, sent.name, office.agreement)
    if found.problems:
        return (), files.problems(words("Import customers"), found.problems, office, words)
    changes = sheet.foresee(session, request.delivery.workspace, found.rows)
    return found.rows if changes else (), views.preview(changes, found, sent.id, office, words)


def _take(
    request: Request, session: Session, rows: Iterable[sheet.Row], office: Office, by: Member, words: Words
) -> kit.Block:
    return views.done(sheet.keep(session, request.delivery.workspace, rows), words)


FILE: Final = Kind(
    "customer.import", lambda words: words("Import customers"), _look_at, _take, rules.may_bring_customers
)


def export(request: Request, ending: str) -> Answer:
    """“/order export customers”: every customer in a spreadsheet, for those who may bring them."""
    workspace = request.delivery.workspace

    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
        if refused := rules.may_bring_customers(office, by):
            return kit.message(kit.section(refusal(refused, office, words)))
        write(request, f"customers-{office.today}.{ending}", lambda session, office: sheet.table(session, workspace))
        return files.on_its_way(words)

    return say(request, see)


VIEWS: Final = {"customer.import": FILE.preview, "customer.import.apply": FILE.apply}
