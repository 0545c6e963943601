"""Two replicas on one PostgreSQL come to the same minute: what the calendar holds is said once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Barrier

import pytest

from bot import demo
from bot.app import Supercargo, build
from tests.journeys.conftest import SHANGHAI, WHOLE, Department, opened

MAIN, PRAISE = "#export-dept", "#export-praise"
FRIDAY_AFTERNOON = datetime(2026, 10, 30, 14, 59, tzinfo=SHANGHAI).astimezone(UTC)


class Replicas:
    """Do what is due at the same time, each with connections of its own."""

    def __init__(self, *bots: Supercargo) -> None:
        self.bots = bots
        self.threads = ThreadPoolExecutor(len(bots))

    def next_due(self) -> datetime | None:
        """When something is due next."""
        return self.bots[0].next_due()

    def run_due(self, moment: datetime) -> None:
        """Let all of them look at the same moment."""
        together = Barrier(len(self.bots))

        def run(bot: Supercargo) -> None:
            together.wait()
            bot.run_due(moment)

        list(self.threads.map(run, self.bots))


@contextmanager
def two_of_them(department: Department) -> Iterator[None]:
    """A second process's worth of the bot works beside the first."""
    settings = demo.settings_for(department.slack, department.database_url)
    other = build(settings, WHOLE, department.clock)
    replicas = Replicas(department.bot, other)
    department.slack.on_advance = replicas
    department.slack.after_each = None
    yield
    department.slack.on_advance = department.bot
    replicas.threads.shutdown()
    other.store.dispose()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_question_digest_wish_card_and_round_come_once_from_two_replicas_at_the_same_minute(database_url: str) -> None:
    with opened(database_url, WHOLE, FRIDAY_AFTERNOON) as department:
        wu = department.person("wu.mengjie")
        wu.opens_home()
        wu.click(wu.home, "people.settings")
        wu.fill(birthday="11-02", wished_in="channel")
        assert wu.submit() == {}
        wu.command("/task @wu.mengjie count the samples by 2026-11-02 5pm", channel=MAIN)
        with two_of_them(department):
            for moment in ("2026-10-30 15:01", "2026-11-02 08:45", "2026-11-02 09:01", "2026-11-02 09:31"):
                department.until(moment)
        told = department.told("wu.mengjie")
        asked = [said for said in told if "What is done" in said]
        reminded = [said for said in told if "still missing" in said]
        mornings = [said for said in told if "count the samples" in said]
        assert (len(asked), len(reminded), len(mornings)) == (1, 1, 1), told
        said = [each.all_text() for each in department.slack.channel(MAIN).messages if not each.is_reply]
        assert sum("部门周会" in each for each in said) == 1, said
        praised = [each.all_text() for each in department.slack.channel(PRAISE).messages if not each.is_reply]
        assert sorted("生日快乐" in each for each in praised) == [False, True], praised
        assert sum("月度优秀员工" in each for each in praised) == 1, praised
