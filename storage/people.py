"""Who is who in Slack: the agreement's members and channels, and the accounts and ids Slack has for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Executable, Select, bindparam, func, select, update
from sqlalchemy.orm import Session

from department.agreement import Agreement, Member
from storage.prepared import Prepared, insert_into
from storage.schema import channels, people, workspaces


@dataclass(frozen=True, slots=True)
class Person:
    """A member's Slack account; `language`, `digest_time` ("08:40") and `quiet_hours` ("20:00-08:00") are the person's
    own choices, empty for the profile's and the agreement's. `looked_at` (UTC) is when they last opened their Home;
    `muted` names the subjects of which the clock writes only in the digest, with commas between them; `birthday` and
    `joined` are month and day ("05-17"), `wished_in` where they want to be congratulated: "dm", "channel", or not;
    `picture` is the address of their picture in Slack."""

    slack_user: str
    member: str
    locale: str
    timezone: str
    language: str
    dm_channel: str
    active: bool
    digest_time: str = ""
    quiet_hours: str = ""
    looked_at: datetime | None = None
    muted: str = ""
    birthday: str = ""
    joined: str = ""
    wished_in: str = ""
    picture: str = ""


_COLUMNS = (
    people.c.slack_user,
    people.c.member,
    people.c.locale,
    people.c.timezone,
    people.c.language,
    people.c.dm_channel,
    people.c.active,
    people.c.digest_time,
    people.c.quiet_hours,
    people.c.looked_at,
    people.c.muted,
    people.c.birthday,
    people.c.joined,
    people.c.wished_in,
    people.c.picture,
)


_EVERYBODY: Final = Prepared(select(people.c.workspace, *_COLUMNS).order_by(people.c.active))


def by_slack_user(session: Session, workspace: str, slack_user: str) -> Person | None:
    """The member behind a Slack account."""
    rows = (row for row in _everybody(session) if row.slack_user == slack_user and row.workspace == workspace)
    return next((_person(row[1:]) for row in rows), None)


def by_members(session: Session, workspace: str, members: Collection[str]) -> dict[str, Person]:
    """The Slack accounts of members, the active one where somebody has several; who has none is left out."""
    rows = (row for row in _everybody(session) if row.member in members and row.workspace == workspace)
    return {row.member: _person(row[1:]) for row in rows}


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
            _change(
                session,
                update(people)
                .where(people.c.workspace == workspace, people.c.slack_user == user["id"])
                .values(active=False),
            )
        return
    said = {
        "member": member.id,
        "locale": user.get("locale") or (known.locale if known else "") or "",
        "timezone": user.get("tz") or "",
        "picture": user.get("profile", {}).get("image_192") or "",
        "active": not user.get("deleted", False),
    }
    session.execute(
        _upsert(session.get_bind().dialect.name), {"workspace": workspace, "slack_user": user["id"], **said}
    )
    session.info.pop(_EVERYBODY, None)


def member_of(user: Mapping[str, Any], agreement: Agreement) -> Member | None:
    """The member whose e-mail address an account has; nobody for a bot, a guest or somebody of another company."""
    email = _email(user)
    if not email or _is_outsider(user):
        return None
    return next((member for member in agreement.members if member.email.casefold() == email), None)


def is_ours(session: Session, workspace: str, user: Mapping[str, Any], agreement: Agreement) -> bool:
    """Whether an account is, or was, a member's."""
    return bool(by_slack_user(session, workspace, user["id"])) or member_of(user, agreement) is not None


def choose(session: Session, workspace: str, slack_user: str, **chosen: str) -> None:
    """Keep a person's own choices. The next digest and the next wish are planned anew."""
    _change(
        session,
        update(people)
        .where(people.c.workspace == workspace, people.c.slack_user == slack_user)
        .values(digest_at=None, wish_at=None, **chosen),
    )


def closed(session: Session) -> frozenset[str]:
    """The members whose Slack account is closed, and who have no other."""
    found = _everybody(session)
    return frozenset(row.member for row in found) - {row.member for row in found if row.active}


def zones(session: Session) -> dict[str, str]:
    """The time zone of each member's Slack profile, where it has one."""
    return {row.member: row.timezone for row in _everybody(session) if row.timezone and row.active}


def looks(session: Session, workspace: str, slack_user: str, now: datetime) -> None:
    """Somebody opened their Home."""
    _change(
        session,
        update(people).where(people.c.workspace == workspace, people.c.slack_user == slack_user).values(looked_at=now),
    )


def looking(session: Session, workspace: str, members: Collection[str], since: datetime) -> list[str]:
    """Those of the members who opened their Home since a moment."""
    return sorted(
        {
            row.member
            for row in _everybody(session)
            if row.active and row.member in members and row.workspace == workspace
            if row.looked_at is not None and row.looked_at >= since
        }
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose digest is due: for when it was planned, if it was, and when they had their last one (UTC)."""

    workspace: str
    person: Person
    digest_at: datetime | None
    digested_at: datetime | None


_READERS: Final = (
    select(people.c.workspace, people.c.digest_at, people.c.digested_at, *_COLUMNS)
    .where(people.c.active)
    .order_by(people.c.workspace, people.c.member)
)


def has_digests(session: Session, now: datetime) -> bool:
    """Whether somebody's digest is due, or not planned yet."""
    return _A_DIGEST.first(session, {"now": now}) is not None


def digests_due(session: Session, now: datetime, limit: int) -> list[Reader]:
    """Whose digest is due, or not planned yet, each locked until the transaction ends."""
    due = (people.c.digest_at <= now) | people.c.digest_at.is_(None)
    return _readers(session, _READERS.where(due).limit(limit).with_for_update(skip_locked=True))


def digests_at(session: Session, workspace: str, planned: datetime) -> list[Reader]:
    """Whose next digest is planned for a moment, each locked until the transaction ends."""
    there = (people.c.workspace == workspace, people.c.digest_at == planned)
    return _readers(session, _READERS.where(*there).with_for_update())


def reader(session: Session, workspace: str, member: str) -> Reader | None:
    """When somebody gets their digest, and when they had their last one."""
    found = _readers(session, _READERS.where(people.c.workspace == workspace, people.c.member == member))
    return found[0] if found else None


def plan_digest(session: Session, workspace: str, slack_user: str, at: datetime, said_at: datetime | None) -> None:
    """When somebody gets their next digest, and when they got one, if just now."""
    whose = {"in_workspace": workspace, "of_user": slack_user, "planned": at, "said": said_at}
    session.execute(_PLAN_DIGEST, whose)


def next_digest(session: Session) -> datetime | None:
    """The moment of the next digest."""
    moment: datetime | None = _NEXT_DIGEST.scalar(session)
    return moment


@dataclass(frozen=True, slots=True)
class Celebrated:
    """Who is to be congratulated, and for when that was planned, if it was (UTC)."""

    workspace: str
    person: Person
    wish_at: datetime | None


_WISHED = people.c.active & (people.c.wished_in != "")


_CELEBRATED: Final = (
    select(people.c.workspace, people.c.wish_at, *_COLUMNS).where(_WISHED).order_by(people.c.workspace, people.c.member)
)


def has_wishes(session: Session, now: datetime) -> bool:
    """Whether somebody is to be congratulated, or it is not planned yet."""
    return _A_WISH.first(session, {"now": now}) is not None


def wishes_due(session: Session, now: datetime, limit: int) -> list[Celebrated]:
    """Who is to be congratulated, or has no plan yet, each locked until the transaction ends."""
    due = (people.c.wish_at <= now) | people.c.wish_at.is_(None)
    return _celebrated(session, _CELEBRATED.where(due).limit(limit).with_for_update(skip_locked=True))


def wishes_at(session: Session, workspace: str, planned: datetime) -> list[Celebrated]:
    """Whose next wish is planned for a moment, each locked until the transaction ends."""
    there = (people.c.workspace == workspace, people.c.wish_at == planned)
    return _celebrated(session, _CELEBRATED.where(*there).with_for_update())


def plan_wish(session: Session, workspace: str, slack_user: str, at: datetime) -> None:
    """When somebody is congratulated next."""
    session.execute(
        update(people).where(people.c.workspace == workspace, people.c.slack_user == slack_user).values(wish_at=at)
    )


def next_wish(session: Session) -> datetime | None:
    """The moment of the next wish."""
    moment: datetime | None = _NEXT_WISH.scalar(session)
    return moment


def keep_dm_channel(session: Session, workspace: str, slack_user: str, channel: str) -> None:
    """Keep the id of the direct conversation with somebody."""
    _change(
        session,
        update(people)
        .where(people.c.workspace == workspace, people.c.slack_user == slack_user)
        .values(dm_channel=channel),
    )


def store_channels(session: Session, workspace: str, found: Mapping[str, str]) -> None:
    """Keep the ids of channels by name ("#export-orders")."""
    rows = [{"workspace": workspace, "name": name, "channel": channel} for name, channel in found.items()]
    if rows:
        session.execute(_upsert_channel(session.get_bind().dialect.name), rows)


def channel_id(session: Session, workspace: str, name: str) -> str | None:
    """The id of a channel of the agreement."""
    found = select(channels.c.channel).where(channels.c.workspace == workspace, channels.c.name == name)
    return session.execute(found).scalar()


def identify(session: Session, workspace: str, *, bot_user: str, bot_id: str, name: str, url: str = "") -> None:
    """Keep who we are in a workspace, and the address at which people open it."""
    said = {"bot_user": bot_user, "bot_id": bot_id, "name": name, "url": url}
    row = insert_into(workspaces, session.get_bind().dialect.name).values(workspace=workspace, **said)
    session.execute(row.on_conflict_do_update(index_elements=[workspaces.c.workspace], set_=said))


def address(session: Session, workspace: str) -> str:
    """The address at which people open the workspace, with a slash at its end; empty while it is not known."""
    return session.execute(select(workspaces.c.url).where(workspaces.c.workspace == workspace)).scalar() or ""


def digests_ahead(session: Session, until: datetime) -> list[tuple[str, datetime]]:
    """Who gets their next digest up to a moment, and when."""
    found = select(people.c.member, people.c.digest_at).where(people.c.active, people.c.digest_at <= until)
    return [(row[0], row[1]) for row in session.execute(found)]


def wishes_ahead(session: Session, until: datetime) -> list[tuple[str, str, datetime]]:
    """Who is congratulated next up to a moment: the member, where they want it, and when."""
    found = select(people.c.member, people.c.wished_in, people.c.wish_at).where(_WISHED, people.c.wish_at <= until)
    return [(row[0], row[1], row[2]) for row in session.execute(found)]


def own_bot_id(session: Session, workspace: str) -> str | None:
    """Our own bot id in a workspace."""
    found: str | None = _BOT_ID.scalar(session, {"in_workspace": workspace})
    return found


def own_user(session: Session, workspace: str) -> str | None:
    """Our own Slack user in a workspace."""
    return session.execute(select(workspaces.c.bot_user).where(workspaces.c.workspace == workspace)).scalar()


def workspaces_known(session: Session) -> list[str]:
    """The workspaces we are in."""
    return list(session.scalars(select(workspaces.c.workspace).order_by(workspaces.c.workspace)))


def _readers(session: Session, found: Select[Any]) -> list[Reader]:
    return [Reader(row[0], _person(row[3:]), row[1], row[2]) for row in session.execute(found)]


def _celebrated(session: Session, found: Select[Any]) -> list[Celebrated]:
    return [Celebrated(row[0], _person(row[2:]), row[1]) for row in session.execute(found)]


def _everybody(session: Session) -> Sequence[Any]:
    """Every account there is: a department is small, and whatever is done asks for several of them, so a transaction
    looks once. `_change` makes it look again."""
    if _EVERYBODY not in session.info:
        session.info[_EVERYBODY] = _EVERYBODY.all(session)
    found: Sequence[Any] = session.info[_EVERYBODY]
    return found


def _change(session: Session, change: Executable, values: Mapping[str, Any] | None = None) -> None:
    session.execute(change, values)
    session.info.pop(_EVERYBODY, None)


@cache
def _upsert(dialect: str) -> Any:
    row = insert_into(people, dialect)
    said = {name: row.excluded[name] for name in ("member", "locale", "timezone", "picture", "active")}
    return row.on_conflict_do_update(index_elements=[people.c.workspace, people.c.slack_user], set_=said)


@cache
def _upsert_channel(dialect: str) -> Any:
    row = insert_into(channels, dialect)
    known = [channels.c.workspace, channels.c.name]
    return row.on_conflict_do_update(index_elements=known, set_={"channel": row.excluded.channel})


def _person(row: Iterable[Any]) -> Person:
    return Person(*row)


def _email(user: Mapping[str, Any]) -> str:
    return str(user.get("profile", {}).get("email", "")).casefold()


def _is_outsider(user: Mapping[str, Any]) -> bool:
    return bool(user.get("is_bot") or user.get("is_restricted") or user.get("is_stranger"))


_PLAN_DIGEST: Final = (
    update(people)
    .where(people.c.workspace == bindparam("in_workspace"), people.c.slack_user == bindparam("of_user"))
    .values(
        digest_at=bindparam("planned"),
        digested_at=func.coalesce(bindparam("said", type_=people.c.digested_at.type), people.c.digested_at),
    )
)
_A_DIGEST: Final = Prepared(
    select(people.c.member)
    .where(people.c.active, (people.c.digest_at <= bindparam("now")) | people.c.digest_at.is_(None))
    .limit(1)
)
_NEXT_DIGEST: Final = Prepared(select(func.min(people.c.digest_at).label("moment")).where(people.c.active))
_A_WISH: Final = Prepared(
    select(people.c.member).where(_WISHED, (people.c.wish_at <= bindparam("now")) | people.c.wish_at.is_(None)).limit(1)
)
_NEXT_WISH: Final = Prepared(select(func.min(people.c.wish_at).label("moment")).where(_WISHED))
_BOT_ID: Final = Prepared(select(workspaces.c.bot_id).where(workspaces.c.workspace == bindparam("in_workspace")))
