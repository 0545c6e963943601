"""Settings: every problem at once, in words that say what to write, and never a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import settings
from bot.settings import Settings, read, read_agreement
from bot.views import settings as setting_views
from bot.views.agreement import problem
from bot.views.wording import Words
from department.agreement import Agreement
from department.records import Refused

ENGLISH = Words(("en",), "UTC")
REAL = {"SLACK_BOT_TOKEN": "xoxb-1-2-abc", "SLACK_APP_TOKEN": "xapp-1-A-abc", "SLACK_SIGNING_SECRET": "hush"}


def complete(**more: str) -> Settings:
    found = read({**REAL, **more})
    assert not isinstance(found, list), found
    return found


def problems(**more: str) -> list[str]:
    found = read({**REAL, **more})
    assert isinstance(found, list), "they were accepted"
    return [setting_views.problem(wrong, ENGLISH) for wrong in found]


def test_three_tokens_are_enough_and_the_rest_has_a_default() -> None:
    found = complete()
    assert (found.database, found.host, found.port) == ("sqlite:///supercargo.db", "127.0.0.1", 3000)
    assert found.agreement == Path("agreement.yaml")
    assert found.api_url == "https://slack.com/api/"


def test_every_problem_is_told_at_once_with_the_name_of_its_variable() -> None:
    found = problems(SLACK_BOT_TOKEN="", SLACK_APP_TOKEN="xoxb-1", SUPERCARGO_DATABASE="mysql://x", SUPERCARGO_PORT="x",
                     SLACK_API_URL="slack.com/api")  # fmt: skip
    assert [line.split(":")[0] for line in found] == [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "SLACK_API_URL",
        "SUPERCARGO_DATABASE",
        "SUPERCARGO_PORT",
    ]
    assert found[0] == "SLACK_BOT_TOKEN: is not set"
    assert "xapp-" in found[1]
    assert "https://slack.com/api/" in found[2]
    assert "sqlite:///FILE" in found[3]
    assert found[4] == "SUPERCARGO_PORT: is no port; write a number from 1 to 65535"


def test_a_token_copied_with_an_ellipsis_in_it_is_told_before_it_breaks_a_request() -> None:
    assert problems(SLACK_BOT_TOKEN="xoxb-…")[0].startswith("SLACK_BOT_TOKEN: a bot token begins with xoxb-")


def test_no_secret_shows_in_a_problem_or_in_the_settings_themselves() -> None:
    secrets = {
        "SLACK_BOT_TOKEN": "xoxb-canary",
        "SLACK_APP_TOKEN": "canary",
        "SLACK_SIGNING_SECRET": "canary",
        "SUPERCARGO_DATABASE": "postgresql://bot:canary@db/supercargo",
    }
    told = problems(**secrets, SUPERCARGO_PORT="canary", SLACK_API_URL="http://canary")
    assert "canary" not in " ".join(told)
    found = complete(**{**secrets, "SLACK_APP_TOKEN": "xapp-canary"})
    assert "canary" not in f"{found!r} {found}"


def test_a_postgresql_address_as_others_write_it_gets_its_driver() -> None:
    assert complete(SUPERCARGO_DATABASE="postgresql://a@b/c").database == "postgresql+psycopg://a@b/c"
    assert complete(SUPERCARGO_DATABASE="postgresql+psycopg://a@b/c").database == "postgresql+psycopg://a@b/c"


@pytest.mark.parametrize("address", ["u:canary@h:abc/d", "u:canary", "u:p@canary:p@h/d"])
def test_an_address_of_a_database_that_cannot_be_read_is_told_without_its_password(address: str) -> None:
    (said,) = problems(SUPERCARGO_DATABASE=f"postgresql://{address}")
    assert said.startswith("SUPERCARGO_DATABASE: write sqlite:///FILE or postgresql+psycopg://")
    assert "canary" not in said


@pytest.mark.parametrize("url", ["sqlite:///", "sqlite:///:memory:"])
def test_a_database_that_forgets_everything_is_refused(url: str) -> None:
    assert "in memory" in problems(SUPERCARGO_DATABASE=url)[0]


@pytest.mark.parametrize(
    ("token", "address"),
    [("xoxb-local-1", "https://slack.com/api/"), ("xoxb-1-2-abc", "http://127.0.0.1:8420/api/")],
)
def test_a_token_of_the_local_slack_never_meets_the_real_one_nor_the_other_way_round(token: str, address: str) -> None:
    assert "only" in problems(SLACK_BOT_TOKEN=token, SLACK_API_URL=address)[0]


def test_the_environment_counts_more_than_the_file_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-file\nSUPERCARGO_PORT=4000\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-environment")
    monkeypatch.delenv("SUPERCARGO_PORT", raising=False)
    found = read()
    assert not isinstance(found, list)
    assert (found.bot_token.get_secret_value(), found.port) == ("xoxb-environment", 4000)


def test_a_file_of_settings_in_another_encoding_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-file\n", encoding="utf-16")
    monkeypatch.chdir(tmp_path)
    assert read() == [Refused("dotenv_not_utf8", field=".env")]


def test_an_agreement_is_read_from_its_file_even_as_a_windows_editor_saves_it(tmp_path: Path) -> None:
    shipped = Path(settings.__file__).parents[1] / "agreement.yaml"
    file = tmp_path / "agreement.yaml"
    file.write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert isinstance(read_agreement(file), Agreement)


def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "agreement.yaml"
    file.write_bytes("version: 3\ncompany: 海厨\n".encode("gbk"))
    found = read_agreement(file)
    assert isinstance(found, list)
    assert problem(found[0], ENGLISH) == f"{file}:2:1: this is not UTF-8 text; save the file in the encoding UTF-8"


def test_a_file_that_is_not_there_is_told_with_the_variable_that_names_it(tmp_path: Path) -> None:
    found = read_agreement(tmp_path / "none.yaml")
    assert isinstance(found, list)
    assert "SUPERCARGO_AGREEMENT" in problem(found[0], ENGLISH)
