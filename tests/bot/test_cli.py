"""The command, as somebody types it."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from bot import cli, demo
from bot.cli import main
from storage import outbox
from storage.outbox import Message
from storage.schema import outbox as letters
from storage.store import Store

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1-2-abc", "SLACK_APP_TOKEN": "xapp-1-A-abc", "SLACK_SIGNING_SECRET": "hush"}
SHIPPED = demo.AGREEMENT.read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with nothing set, on a machine that speaks English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C")
    for name in (*TOKENS, "SLACK_API_URL", "SUPERCARGO_DATABASE", "SUPERCARGO_AGREEMENT", "SUPERCARGO_PORT"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def supercargo(*words: str, **environment: str) -> Result:
    return CliRunner().invoke(main, words, env=environment)


def test_help_names_every_command() -> None:
    said = supercargo("--help").output
    assert all(f"  {command} " in said for command in ("check", "db", "demo", "doctor", "serve"))


def test_help_speaks_chinese_on_a_chinese_machine() -> None:
    said = supercargo("--help", LC_ALL="zh_CN.UTF-8").output
    assert "  outbox            没能送达的消息\n" in said
    said = supercargo("outbox", "retry", "--help", LC_ALL="zh_CN.UTF-8").output
    assert said.startswith("用法： ")
    assert "按 `list` 显示的编号重新投递。可能已经发出的，先查找再发。" in said
    assert "--help  显示这段说明。" in said


def test_check_finds_nothing_wrong_with_the_sample(folder: Path) -> None:
    (folder / "agreement.yaml").write_text(SHIPPED, encoding="utf-8")
    done = supercargo("check")
    assert (done.exit_code, done.output) == (0, "agreement.yaml: all is well.\n")


def test_check_tells_every_problem_with_its_place_and_fails(folder: Path) -> None:
    broken = SHIPPED.replace("role: documents, email", "role: document, email").replace(
        "timezone: Asia", "timezone: Asa"
    )
    (folder / "mine.yaml").write_text(broken, encoding="utf-8")
    done = supercargo("check", "mine.yaml")
    assert done.exit_code == 1
    lines = done.output.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("mine.yaml:") for line in lines)
    assert "documents" in lines[1]  # did you mean


@pytest.mark.parametrize(
    ("words", "environment"), [(["--lang", "zh"], {}), ([], {"LC_ALL": "zh_CN.UTF-8"}), ([], {"LANG": "zh_TW"})]
)
def test_check_speaks_chinese_to_whoever_asks_for_it_and_on_a_chinese_machine(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], environment: dict[str, str]
) -> None:
    monkeypatch.delenv("LC_ALL")
    monkeypatch.setenv("LANG", "C")
    (folder / "agreement.yaml").write_text(SHIPPED, encoding="utf-8")
    assert supercargo("check", *words, **environment).output == "agreement.yaml：没有问题。\n"
    (folder / "agreement.yaml").write_text(SHIPPED.replace("version: 3", "version: three"), encoding="utf-8")
    assert supercargo("check", *words, **environment).output == "agreement.yaml:6:10: “three”不适合写在这里；请写整数\n"


def test_check_looks_at_the_agreement_that_the_settings_name(folder: Path) -> None:
    (folder / "agreement.yaml").write_text(SHIPPED, encoding="utf-8")
    (folder / "other.yaml").write_text(SHIPPED.replace("version: 3", "version: three"), encoding="utf-8")
    (folder / ".env").write_text("SUPERCARGO_AGREEMENT=other.yaml\n", encoding="utf-8")
    assert supercargo("check").output.startswith("other.yaml:6:10: ")
    assert supercargo("check", "agreement.yaml").exit_code == 0


def test_check_tells_what_loads_and_still_could_not_work(folder: Path) -> None:
    weak = SHIPPED.replace("email: ye@haichu.example, deputy: jiang.bo", "email: ye@haichu.example")
    (folder / "agreement.yaml").write_text(weak, encoding="utf-8")
    done = supercargo("check")
    assert done.exit_code == 1
    assert "ye.xiaoyan" in done.output


def test_the_database_is_made_by_one_command_and_may_be_upgraded_again(folder: Path) -> None:
    for _ in range(2):
        done = supercargo("db", "upgrade", **TOKENS)
        assert done.exit_code == 0, done.output
    tables = sqlite3.connect(folder / "supercargo.db").execute("SELECT name FROM sqlite_master").fetchall()
    assert ("complaints",) in tables


def test_a_database_without_tables_is_told_to_be_upgraded_and_none_is_made_by_looking(folder: Path) -> None:
    for words in (["outbox", "list"], ["outbox", "drop", "1"]):
        done = supercargo(*words, **TOKENS)
        assert (done.exit_code, done.output) == (1, "the database is not up to date; run: supercargo db upgrade\n")
    assert list(folder.iterdir()) == []


def test_a_database_that_cannot_be_opened_is_told_in_one_line(folder: Path) -> None:
    done = supercargo("db", "upgrade", **TOKENS, SUPERCARGO_DATABASE="sqlite:///nowhere/supercargo.db")
    assert done.exit_code == 1
    assert done.output == "the database does not answer; look at SUPERCARGO_DATABASE\n"


def test_a_file_that_is_no_database_or_one_of_a_newer_version_is_told_in_one_line(folder: Path) -> None:
    (folder / "agreement.yaml").write_text(SHIPPED, encoding="utf-8")
    kept = folder / "supercargo.db"
    kept.write_text("a letter", encoding="utf-8")
    for words in (["db", "upgrade"], ["outbox", "list"], ["serve"]):
        done = supercargo(*words, **TOKENS)
        assert (done.exit_code, done.output) == (1, "the database does not answer; look at SUPERCARGO_DATABASE\n")
    kept.unlink()
    with sqlite3.connect(kept) as newer:
        newer.execute("CREATE TABLE alembic_version (version_num)")
        newer.execute("INSERT INTO alembic_version VALUES ('9999')")
    for words in (["db", "upgrade"], ["serve"]):
        done = supercargo(*words, **TOKENS)
        assert (done.exit_code, done.output.split(";")[0]) == (1, "the database was made by a newer Supercargo")


def test_a_host_that_is_none_is_told_in_one_line(folder: Path) -> None:
    (folder / "agreement.yaml").write_text(SHIPPED, encoding="utf-8")
    supercargo("db", "upgrade", **TOKENS)
    done = supercargo("serve", "--http", **TOKENS, SUPERCARGO_HOST="no host")
    assert done.exit_code == 1
    assert done.output == "no host:3000: there is no such host; look at SUPERCARGO_HOST and SUPERCARGO_PORT\n"


def test_serve_says_everything_that_is_not_set(folder: Path) -> None:
    done = supercargo("serve", SUPERCARGO_PORT="none")
    assert done.exit_code == 1
    assert [line.split(":")[0] for line in done.output.splitlines()] == ["SLACK_BOT_TOKEN", "SUPERCARGO_PORT"]


@pytest.mark.parametrize(
    ("way", "needed"), [("--socket", "SLACK_APP_TOKEN"), ("--http", "SLACK_SIGNING_SECRET"), ("", "SLACK_APP_TOKEN")]
)
def test_each_way_in_needs_its_own_secret(folder: Path, way: str, needed: str) -> None:
    (folder / "agreement.yaml").write_text(SHIPPED, encoding="utf-8")
    done = supercargo("serve", *filter(None, [way]), SLACK_BOT_TOKEN="xoxb-1-2-abc")
    assert done.exit_code == 1
    assert needed in done.output


def test_serve_does_not_start_on_a_database_without_tables_or_an_agreement_with_problems(folder: Path) -> None:
    assert "SUPERCARGO_AGREEMENT" in supercargo("serve", **TOKENS).output
    (folder / "agreement.yaml").write_text(SHIPPED.replace("version: 3", "version: three"), encoding="utf-8")
    assert "agreement.yaml:6:10" in supercargo("serve", **TOKENS).output
    (folder / "agreement.yaml").write_text(SHIPPED, encoding="utf-8")
    done = supercargo("serve", **TOKENS)
    assert done.exit_code == 1
    assert "supercargo db upgrade" in done.output


def test_undelivered_messages_are_listed_tried_again_and_dropped_by_their_numbers(folder: Path) -> None:
    supercargo("db", "upgrade", **TOKENS)
    store = Store(f"sqlite:///{folder}/supercargo.db")
    with store.transaction() as session:
        letter = Message(workspace="T1", address="@ann", payload={}, urgency=2, subject="task", number=7)
        outbox.post(session, [letter, letter], datetime(2026, 10, 12, 1, tzinfo=UTC))
        session.execute(update(letters).values(state="dead", reason="no account"))
    store.dispose()
    assert supercargo("outbox", "list", **TOKENS).output.splitlines() == [
        f"{number}  2026-10-12 01:00 UTC  @ann  about task 7: no account" for number in (2, 1)
    ]
    done = supercargo("outbox", "retry", "1", "9", **TOKENS)
    assert (done.exit_code, done.output) == (
        1,
        "Done for 1.\nNo undelivered message has the number 9; see: supercargo outbox list\n",
    )
    assert supercargo("outbox", "drop", "2", **TOKENS).output == "Done for 1.\n"
    said = supercargo("outbox", "list", **TOKENS).output
    assert said == "Every message was delivered, or is still being delivered.\n"


@pytest.fixture
def at_work(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a workspace, with the sample's agreement and an empty database."""
    supercargo("db", "upgrade", **TOKENS)
    url = f"sqlite:///{folder}/supercargo.db"
    monkeypatch.setattr(cli, "_at_work", lambda: (demo.sample_agreement(), Store(url), "T1"))


def test_a_file_is_taken_over_in_chinese_on_a_chinese_machine(folder: Path, at_work: None) -> None:
    (folder / "in.csv").write_text("name,country\nACME,DE\n", encoding="utf-8")
    done = supercargo("customers", "in.csv", "--yes", LC_ALL="zh_CN.UTF-8")
    assert done.stdout.splitlines() == ["新客户 1 位；已有并更新 0 位。", "已导入 1 位客户。"]


def test_orders_go_from_a_file_into_the_database_and_back_and_every_step_says_how_far_it_is(
    folder: Path, at_work: None
) -> None:
    head = "order_no,customer,amount,currency,incoterm,payment_term,note"
    (folder / "in.csv").write_text(f"{head}\nA-1,ACME,10,EUR,FOB Ningbo,L/C,rush\n", encoding="utf-8")
    done = supercargo("orders", "in.csv", "--yes")
    assert (done.exit_code, done.stdout) == (
        0,
        "New orders: 1; known and brought up to date: 0.\n"
        "New customers: ACME.\nNot read: note.\n1 order is taken over.\n",
    )
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["Reading", "Comparing", "Taking"]
    done = supercargo("export", "out.xlsx")
    assert (done.exit_code, done.stdout) == (0, "Orders in out.xlsx: 1.\n")
    assert "Writing" in done.stderr
    done = supercargo("orders", "out.xlsx", "--yes")
    assert "New orders: 0; known and brought up to date: 0" in done.stdout


def test_a_file_of_orders_with_problems_is_refused_with_all_of_them(folder: Path, at_work: None) -> None:
    head = "order_no,customer,amount,currency,incoterm,payment_term,done"
    rows = ["A-1,ACME,10,EUR,FOB Ningbo,L/C,money_gate", "A-2,ACME,10,EUR,FOB Ningbo,L/C,"]
    (folder / "in.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    done = supercargo("orders", "in.csv", "--by", "zhou.hang", "--yes")
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-2:] == [
        "Row 2: “Money gate” is a gate. Only Qian Hui can open it.",
        "Nothing was changed.",
    ]
    assert supercargo("export", "out.csv").stdout == "Orders in out.csv: 0.\n"


def test_customers_go_from_a_file_into_the_database_or_every_problem_is_told(folder: Path, at_work: None) -> None:
    (folder / "in.csv").write_text("name,country\nACME,DE\nBrightwell,GB\n", encoding="utf-8")
    done = supercargo("customers", "in.csv", "--yes")
    assert (done.exit_code, done.stdout.splitlines()) == (
        0,
        ["New customers: 2; known and brought up to date: 0.", "2 customers are taken over."],
    )
    (folder / "in.csv").write_text("name,country\nACME,Germany\nBrightwell,IE\n", encoding="utf-8")
    done = supercargo("customers", "in.csv", "--yes")
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "Row 2, column country: “Germany” is not a country. Write its two letters, such as DE.",
        "Nothing was changed.",
    ]
