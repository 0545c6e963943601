"""Who is who in Slack: the agreement's members and channels, and the accounts and ids Slack has for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from department.agreement import Agreement, Member
from storage.schema import channels, people, workspaces


@dataclass(frozen=True, slots=True)
class Person:
    """A member's Slack account; `language` is the person's own choice, empty for the profile's."""

    slack_user: str
    member: str
    locale: str
    timezone: str
    language: str
    dm_channel: str
    active: bool


_COLUMNS = (
    people.c.slack_user,
    people.c.member,
    people.c.locale,
    people.c.timezone,
    people.c.language,
    people.c.dm_channel,
    people.c.active,
)


_BY_SLACK_USER: Final = select(*_COLUMNS).where(
    people.c.workspace == bindparam("workspace"), people.c.slack_user == bindparam("slack_user")
)
_BY_MEMBERS: Final = (
    select(*_COLUMNS)
    .where(people.c.workspace == bindparam("workspace"), people.c.member.in_(bindparam("members", expanding=True)))
    .order_by(people.c.active)
)


def by_slack_user(session: Session, workspace: str, slack_user: str) -> Person | None:
    """The member behind a Slack account."""
    row = session.execute(_BY_SLACK_USER, {"workspace": workspace, "slack_user": slack_user}).first()
    return None if row is None else Person(*row)


def by_members(session: Session, workspace: str, members: Collection[str]) -> dict[str, Person]:
    """The Slack accounts of members, the active one where somebody has several; who has none is left out."""
    found = session.execute(_BY_MEMBERS, {"workspace": workspace, "members": list(members)})
    return {row.member: Person(*row) for row in found}


def by_member(session: Session, workspace: str, member: str) -> Person | None:
    """The Slack account of one member."""
    return by_members(session, workspace, [member]).get(member)


def upsert(session: Session, workspace: str, user: Mapping[str, Any], agreement: Agreement) -> None:
    """Store what Slack says of an account, if its e-mail address is a member's.

    `user` is Slack's user object (https://docs.slack.dev/reference/objects/user-object).
    """
    member = member_of(user, agreement)
    known = by_slack_user(session, workspace, user["id"])
    if member is None:
        if known is not None and (_email(user) or _is_outsider(user)):
            session.execute(
                update(people)
                .where(people.c.workspace == workspace, people.c.slack_user == user["id"])
                .values(active=False)
            )
        return
    said = {
        "member": member.id,
        "locale": user.get("locale") or (known.locale if known else "") or "",
        "timezone": user.get("tz") or "",
        "active": not user.get("deleted", False),
    }
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(people).values(workspace=workspace, slack_user=user["id"], **said)
    session.execute(row.on_conflict_do_update(index_elements=[people.c.workspace, people.c.slack_user], set_=said))


def member_of(user: Mapping[str, Any], agreement: Agreement) -> Member | None:
    """The member whose e-mail address an account has; nobody for a bot, a guest or somebody of another company."""
    email = _email(user)
    if not email or _is_outsider(user):
        return None
    return next((member for member in agreement.members if member.email.casefold() == email), None)


def is_ours(session: Session, workspace: str, user: Mapping[str, Any], agreement: Agreement) -> bool:
    """Whether an account is, or was, a member's."""
    return bool(by_slack_user(session, workspace, user["id"])) or member_of(user, agreement) is not None


def choose_language(session: Session, workspace: str, slack_user: str, language: str) -> None:
    """Keep a person's own choice of language; empty for the profile's."""
    session.execute(
        update(people)
        .where(people.c.workspace == workspace, people.c.slack_user == slack_user)
        .values(language=language)
    )


def keep_dm_channel(session: Session, workspace: str, slack_user: str, channel: str) -> None:
    """Keep the id of the direct conversation with somebody."""
    session.execute(
        update(people)
        .where(people.c.workspace == workspace, people.c.slack_user == slack_user)
        .values(dm_channel=channel)
    )


def store_channels(session: Session, workspace: str, found: Mapping[str, str]) -> None:
    """Keep the ids of channels by name ("#export-orders")."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    for name, channel in found.items():
        row = dialect.insert(channels).values(workspace=workspace, name=name, channel=channel)
        session.execute(
            row.on_conflict_do_update(index_elements=[channels.c.workspace, channels.c.name], set_={"channel": channel})
        )


def channel_id(session: Session, workspace: str, name: str) -> str | None:
    """The id of a channel of the agreement."""
    found = select(channels.c.channel).where(channels.c.workspace == workspace, channels.c.name == name)
    return session.execute(found).scalar()


def identify(session: Session, workspace: str, *, bot_user: str, bot_id: str, name: str) -> None:
    """Keep who we are in a workspace."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    said = {"bot_user": bot_user, "bot_id": bot_id, "name": name}
    row = dialect.insert(workspaces).values(workspace=workspace, **said)
    session.execute(row.on_conflict_do_update(index_elements=[workspaces.c.workspace], set_=said))


def own_bot_id(session: Session, workspace: str) -> str | None:
    """Our own bot id in a workspace."""
    return session.execute(select(workspaces.c.bot_id).where(workspaces.c.workspace == workspace)).scalar()


def _email(user: Mapping[str, Any]) -> str:
    return str(user.get("profile", {}).get("email", "")).casefold()


def _is_outsider(user: Mapping[str, Any]) -> bool:
    return bool(user.get("is_bot") or user.get("is_restricted") or user.get("is_stranger"))
