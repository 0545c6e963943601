"""The people: their language, what Slack says of them, and the front door `/supercargo`."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session

from bot.desk import Reply
from bot.handlers import schedule
from bot.request import Request
from bot.views import people as views
from bot.views.wording import Words
from department.agreement import Member
from department.people import Office
from storage import people


def command(request: Request) -> dict[str, Any]:
    """`/supercargo`: what Supercargo can do, and the choice of language; `/supercargo schedule`: what comes."""
    if str(request.body.get("text", "")).strip().casefold() in ("schedule", "日程"):
        return schedule.show(request)
    return {"response_type": "ephemeral", **_front_door(request)}


def choose_language(request: Request) -> dict[str, Any]:
    """A language was chosen on the front door: "zh", "en", or "" for the one of the Slack profile."""
    chosen = request.body["actions"][0]["action_id"].rpartition(".")[2]
    delivery = request.delivery

    def choose(session: Session, office: Office, by: Member | None, words: Words) -> Reply:
        language = "" if chosen == "profile" else chosen
        people.choose(session, delivery.workspace, delivery.user, language=language)
        return Reply()

    request.desk.once(delivery, choose)
    return request.replace_original(_front_door(request))


def changed(request: Request) -> dict[str, Any]:
    """Somebody's Slack profile changed, or somebody joined: their zone, language and account follow. The event tells
    of everybody in the workspace and leaves out the language, so Slack is asked about our own people again."""
    user = request.body["event"]["user"]
    workspace = request.delivery.workspace
    with request.desk.store.reading() as session:
        ours = people.is_ours(session, workspace, user, request.desk.agreement)
    if ours:
        user = request.client.users_info(user=user["id"], include_locale=True)["user"]
        with request.desk.store.transaction() as session:
            before = people.closed(session)
            people.upsert(session, workspace, user, request.desk.agreement)
            moved = before ^ people.closed(session)
        request.desk.review_of(workspace, moved)
    return {}


def _front_door(request: Request) -> dict[str, Any]:
    def see(session: Session, office: Office, by: Member | None, words: Words) -> dict[str, Any]:
        person = people.by_slack_user(session, request.delivery.workspace, request.delivery.user)
        return views.front_door(person.language if person else "", office, words, is_member=by is not None).as_json()

    shown: dict[str, Any] = request.desk.look(request.delivery.workspace, request.delivery.user, see)
    return shown


ACTIONS: Final = {f"people.language.{choice}": choose_language for choice in ("zh", "en", "profile")}
