"""Rounds of awards, and the ballot: who has voted and how many votes each nominee has, never which vote is whose."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from department.awards import Round
from storage.prepared import insert_into
from storage.schema import award_voters, award_votes, awards


class VotedAlready(Exception):
    """This member has voted in this round."""


def cast(session: Session, workspace: str, number: int, voter: str, nominee: str, nominees: Collection[str]) -> None:
    """Count one vote. Every nominee's count is written anew, so that not even PostgreSQL's own columns tell which of
    them the newest voter made grow. Raises `VotedAlready`."""
    try:
        with session.begin_nested():
            session.execute(insert(award_voters).values(workspace=workspace, number=number, member=voter))
    except IntegrityError as error:
        raise VotedAlready(voter) from error
    dialect = session.get_bind().dialect.name
    nothing = [{"workspace": workspace, "number": number, "nominee": each, "votes": 0} for each in nominees]
    session.execute(insert_into(award_votes, dialect).on_conflict_do_nothing(), nothing)
    one = case((award_votes.c.nominee == nominee, 1), else_=0)
    session.execute(
        update(award_votes)
        .where(award_votes.c.workspace == workspace, award_votes.c.number == number)
        .values(votes=award_votes.c.votes + one)
    )


def votes(session: Session, workspace: str, number: int) -> dict[str, int]:
    """The votes for each nominee."""
    found = select(award_votes.c.nominee, award_votes.c.votes).where(
        award_votes.c.workspace == workspace, award_votes.c.number == number
    )
    return {row[0]: row[1] for row in session.execute(found)}


def count_of_voters(session: Session, workspace: str, number: int) -> int:
    """How many have voted."""
    found = select(func.count()).where(award_voters.c.workspace == workspace, award_voters.c.number == number)
    return session.execute(found).scalar_one()


def forget_ballot(session: Session, workspace: str, number: int) -> None:
    """Drop the list of those who voted and the counts: what is kept of them stands on the round."""
    for table in (award_voters, award_votes):
        session.execute(delete(table).where(table.c.workspace == workspace, table.c.number == number))


def known(session: Session, workspace: str, since: date) -> list[tuple[str, date]]:
    """The rounds that are entered from a day on: the award and its rule's own day."""
    found = select(awards.c.award, awards.c.planned_on).where(
        awards.c.workspace == workspace, awards.c.planned_on >= since
    )
    return [(row[0], row[1]) for row in session.execute(found)]


def winners_before(session: Session, round_: Round, limit: int) -> list[tuple[str, ...]]:
    """Who won the last rounds of an award before one of them, the newest first: also where it is not announced yet, and
    nobody where the round was void."""
    found = (
        select(awards.c.winners)
        .where(
            awards.c.workspace == round_.workspace,
            awards.c.award == round_.award,
            awards.c.planned_on < round_.planned_on,
            awards.c.state.in_(("tied", "counted", "announced", "void")),
        )
        .order_by(awards.c.planned_on.desc())
        .limit(limit)
    )
    return list(session.scalars(found))


def newest(session: Session, workspace: str, limit: int) -> list[Round]:
    """The newest rounds that have opened."""
    found = select(Round).where(awards.c.workspace == workspace, awards.c.state.not_in(("planned", "dropped")))
    return list(session.scalars(found.order_by(awards.c.number.desc()).limit(limit)))
