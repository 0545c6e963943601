"""What is dropped after a month, and what is never dropped."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

import storage.left_out
from bot.jobs import retention
from storage.deadlines import Due
from storage.schema import complaints, deliveries, events, left_out, outbox
from tests.journeys.conftest import Department, department  # noqa: F401 (a fixture)


def test_after_a_month_messages_and_answers_go_and_the_record_its_history_and_its_card_stay(
    department: Department,  # noqa: F811
) -> None:
    department.file()
    department.person("chen.yuqing").click(department.card(), "complaint.acknowledge")

    def rows() -> dict[str, int]:
        with department.bot.store.reading() as session:
            tables = (complaints, deliveries, events, left_out, outbox)
            return {
                table.name: session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
            }

    with department.bot.store.transaction() as session:
        storage.left_out.enter(session, Due("T1", "digest", 0, "", department.clock.now()), "lin.zhiyuan")
    before = rows()
    department.clock.advance_to(department.clock.now() + timedelta(days=29))
    retention.tidy(department.bot)
    assert rows() == before
    department.clock.advance_to(department.clock.now() + timedelta(days=2))
    retention.tidy(department.bot)
    assert rows() == {**before, "deliveries": 0, "left_out": 0, "outbox": 1}
