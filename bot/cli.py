"""The command `supercargo`."""

from __future__ import annotations

import locale
import logging
import os
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy.orm import Session

    from bot.settings import Settings
    from bot.views.wording import Words
    from department.agreement import Agreement
    from storage.store import Store

AGREEMENT = Path("agreement.yaml")
T = TypeVar("T")

NO_DATABASE = "the database does not answer; look at SUPERCARGO_DATABASE"
NEWER_DATABASE = "the database was made by a newer Supercargo; run that one, or set another SUPERCARGO_DATABASE"

in_a_language = click.option("--lang", type=click.Choice(["en", "zh"]), help="Your language; else your system's.")


@click.group()
@click.version_option(package_name="supercargo")
def main() -> None:
    """Supercargo keeps an export department's collaboration agreement in Slack."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for noisy in ("slack_sdk", "waitress.queue", "alembic.runtime.plugins"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


@main.command()
@click.option(
    "--keep", type=click.Path(file_okay=False, path_type=Path), help="Keep it in this folder, and go on there."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8420,
    show_default=True,
    help="Port of the page; 0 takes a free one.",
)
@in_a_language
@click.option("--empty", is_flag=True, help="Without the past: nothing has happened yet.")
@click.option("--images", is_flag=True, help="Show pictures from the internet, too.")
@click.option("--no-open", is_flag=True, help="Do not open the browser.")
def demo(
    keep: Path | None, port: int, lang: Literal["en", "zh"] | None, empty: bool, images: bool, no_open: bool
) -> None:
    """See it at work: a local Slack with a sample department, in your browser."""
    from bot import demo as demonstration

    demonstration.run(
        keep=keep,
        port=port,
        open_browser=not no_open,
        empty=empty,
        lang=lang or _system_language(),
        images_from="https:" if images else "",
    )


@main.command()
@click.option("--socket", "way", flag_value="socket", default="socket", help="Socket Mode: no public address needed.")
@click.option("--http", "way", flag_value="http", help="HTTP: Slack calls this machine.")
def serve(way: str) -> None:
    """Run for a real workspace."""
    from bot import serve as service
    from bot.jobs.agreement import left_behind
    from storage.store import InUse, Unavailable

    settings = _settings()
    agreement = _agreement(settings.agreement)
    wanted = settings.app_token if way == "socket" else settings.signing_secret
    if not wanted.get_secret_value():
        _stop(f"{'SLACK_APP_TOKEN' if way == 'socket' else 'SLACK_SIGNING_SECRET'}: is not set, and --{way} needs it")
    try:
        store = _store(settings)
        gone = left_behind(store, agreement)
        store.dispose()
        if gone:
            _stop(*gone)
        (service.over_socket if way == "socket" else service.over_http)(settings, agreement)
    except InUse as error:
        _stop(str(error))
    except Unavailable:
        _stop(NO_DATABASE)
    except service.CannotListen as error:
        _stop(f"{error}; look at SUPERCARGO_HOST and SUPERCARGO_PORT")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=AGREEMENT)
@in_a_language
def check(file: Path, lang: Literal["en", "zh"] | None) -> None:
    """Check an agreement: what is wrong in it, and what could not work."""
    from bot.settings import read_agreement
    from bot.views.agreement import problem as said
    from department.agreement_file import weaknesses

    words = _words(lang)
    loaded = read_agreement(file)
    problems = loaded if isinstance(loaded, list) else weaknesses(loaded, date.today())  # noqa: DTZ011 (the reader's day)
    for problem in problems:
        click.echo(said(problem, words))
    if problems:
        raise SystemExit(1)
    click.echo(words("{file}: all is well.", file=str(file)))


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask before taking them over.")
def customers(file: Path, yes: bool) -> None:
    """Take customers over from a CSV or XLSX file: name, country, sales_owner and more; see docs/operations.md."""
    from bot import customers as sheet
    from bot.clock import SystemClock
    from bot.desk import Desk
    from bot.views.files import problem
    from bot.views.wording import Words
    from storage.store import Unavailable

    agreement, store, workspace = _at_work()
    found = sheet.read(file.read_bytes(), file.name, agreement)
    try:
        with store.reading() as session:
            office = Desk(store, SystemClock(), agreement, lambda: None).office(session)
            changes = sheet.foresee(session, workspace, found.rows)
        if found.problems:
            words = Words(("en",), agreement.timezone)
            _stop(*(problem(item, office, words) for item in found.problems), "Nothing was changed.")
        new = sum(change.is_new for change in changes)
        click.echo(f"{new} new customers, {len(changes) - new} that are known and are brought up to date.")
        if not yes:
            click.confirm("Take them over?", abort=True)
        with store.transaction() as session:
            sheet.keep(session, workspace, _progress("Taking over")(found.rows))
        store.dispose()
    except Unavailable:
        _stop(NO_DATABASE)
    click.echo(f"{len(changes)} customers are taken over.")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "who", help="Whose work it is: a member's id; else the first admin of the agreement.")
@click.option("--yes", is_flag=True, help="Do not ask before taking it over.")
def orders(file: Path, who: str | None, yes: bool) -> None:
    """Take orders over from a CSV or XLSX file, all of it or nothing; what is known already is brought up to date."""
    from bot import orders as sheet
    from bot.clock import SystemClock
    from bot.desk import Desk
    from bot.views.files import problem
    from bot.views.orders.sheet import remarks
    from bot.views.wording import Words
    from department.orders import SUBJECT
    from storage.store import Unavailable

    agreement, store, workspace = _at_work()
    by = agreement.member(who) if who else next((member for member in agreement.members if member.admin), None)
    if by is None:
        _stop(f"--by: {who!r} is nobody of the agreement" if who else "--by: name a member, the agreement has no admin")
    desk = Desk(store, SystemClock(), agreement, lambda: None)
    try:
        with store.reading() as session:
            office, known = desk.office(session), sheet.books(session, workspace)
            found = sheet.read(file.read_bytes(), file.name, agreement, known, _progress("Reading"))
            rows = found.rows
            adopted, refused = sheet.foresee(session, office, by, _progress("Comparing")(rows), workspace)
        words = Words(("en",), agreement.timezone)
        if problems := [*found.problems, *refused]:
            _stop(*(problem(item, office, words) for item in problems), "Nothing was changed.")
        new = sum(any(event.what == "imported" for event in events) for _, events in adopted)
        changed = sum(bool(events) for _, events in adopted) - new
        click.echo(f"{new} new orders, {changed} that are known and are brought up to date.")
        for said in remarks(adopted, found, office, words):
            click.echo(said)
        if not yes:
            click.confirm("Take them over?", abort=True)
        desk.take_over(
            workspace,
            SUBJECT,
            lambda session, office, number: sheet.adopt(
                session, office, by, number, _progress("Taking over")(rows), workspace
            ),
        )
        store.dispose()
    except Unavailable:
        _stop(NO_DATABASE)
    click.echo(f"{new + changed} orders are taken over.")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write every order into a CSV or XLSX file that `supercargo orders` can read again."""
    from bot import orders as sheet
    from bot import spreadsheets
    from bot.clock import SystemClock
    from bot.desk import Desk
    from storage import orders as shelf
    from storage.store import Unavailable

    agreement, store, workspace = _at_work()
    desk = Desk(store, SystemClock(), agreement, lambda: None)
    try:
        with store.reading() as session:
            found = shelf.every(session, workspace)
            spreadsheets.write(sheet.table(_progress("Writing")(found), desk.office(session)), file)
        store.dispose()
    except Unavailable:
        _stop(NO_DATABASE)
    click.echo(f"{len(found)} orders are in {file}.")


@main.command("export-customers")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_customers(file: Path) -> None:
    """Write every customer into a CSV or XLSX file that `supercargo customers` can read again."""
    from bot import customers as sheet
    from bot import spreadsheets
    from storage.store import Unavailable

    _, store, workspace = _at_work()
    try:
        with store.reading() as session:
            rows = sheet.table(session, workspace)
        store.dispose()
    except Unavailable:
        _stop(NO_DATABASE)
    spreadsheets.write(_progress("Writing")(rows), file)
    click.echo(f"{len(rows) - 1} customers are in {file}.")


@main.command()
@click.option("--days", type=click.IntRange(1, 60), default=14, show_default=True)
def schedule(days: int) -> None:
    """What will be posted when, in the next days."""
    from bot.clock import SystemClock
    from bot.desk import Desk
    from bot.planning import Planner
    from bot.views.wording import Words
    from storage.store import Unavailable

    agreement, store, _ = _at_work()
    desk = Desk(store, SystemClock(), agreement, lambda: None)
    words = Words((agreement.languages[0],), agreement.timezone)
    try:
        Planner(desk).look()
        until = desk.clock.now() + timedelta(days=days)
        found = [each for each in desk.coming_up(words, 1000, until) if each.at <= until]
        store.dispose()
    except Unavailable:
        _stop(NO_DATABASE)
    for each in found:
        click.echo(f"{words.full_moment(each.at)}  {each.text}")
    if not found:
        click.echo("Nothing is due.")


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def calendar(folder: Path) -> None:
    """Write an .ics file for every meeting to come into FOLDER; that of one that was called off takes it out of
    calendars again. Talks of two are left out."""
    from bot import agenda
    from bot.clock import SystemClock
    from bot.desk import Desk
    from bot.planning import Planner
    from bot.views.meetings import card, files
    from bot.views.wording import Words
    from storage import meetings as shelf
    from storage.store import Unavailable

    agreement, store, workspace = _at_work()
    desk = Desk(store, SystemClock(), agreement, lambda: None)
    words = Words(agreement.languages, agreement.timezone)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        Planner(desk).look()
        with store.reading() as session:
            office = desk.office(session)
            found = shelf.for_calendars(session, workspace, office.now, 1000)
            for meeting in found:
                where = agenda.place(session, meeting, office)
                content = files.invitation(meeting, office, words, where)
                (folder / f"{card.code(meeting.number)}.ics").write_bytes(content)
        store.dispose()
    except Unavailable:
        _stop(NO_DATABASE)
    click.echo(f"{len(found)} meetings are in {folder}.")


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def minutes(folder: Path) -> None:
    """Write the minutes of every meeting that was held as Markdown into FOLDER. Talks of two are left out."""
    from bot.clock import SystemClock
    from bot.desk import Desk
    from bot.views.meetings import card, files
    from bot.views.wording import Words
    from storage import meetings as shelf
    from storage.store import Unavailable

    agreement, store, workspace = _at_work()
    desk = Desk(store, SystemClock(), agreement, lambda: None)
    words = Words(agreement.languages, agreement.timezone)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with store.reading() as session:
            office = desk.office(session)
            held = shelf.held(session, workspace, 10_000)
            for meeting in held:
                day = meeting.begins_at.astimezone(words.timezone).date()
                path = folder / f"{day}-{card.code(meeting.number)}.md"
                path.write_text(files.markdown(meeting, office, words), encoding="utf-8")
        store.dispose()
    except Unavailable:
        _stop(NO_DATABASE)
    click.echo(f"The minutes of {len(held)} meetings are in {folder}.")


@main.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Create the tables, or bring them up to date; keeps all data."""
    from sqlalchemy.exc import OperationalError

    from storage.store import Unavailable, head, is_newer, revision
    from storage.store import upgrade as bring_up_to_date

    url = _settings().database
    try:
        if is_newer(revision(url)):
            _stop(NEWER_DATABASE)
        bring_up_to_date(url)
    except (OperationalError, Unavailable):
        _stop(NO_DATABASE)
    click.echo(f"The database is at revision {head()}.")


@main.group()
def outbox() -> None:
    """Messages that could not be delivered."""


@outbox.command("list")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="The newest so many.")
def list_undelivered(limit: int) -> None:
    """Which they are, where they go, and why they did not."""
    from storage import outbox as letters
    from storage.store import Unavailable

    store = _store(_settings())
    try:
        with store.reading() as session:
            found = letters.dead(session, limit)
    except Unavailable:
        _stop(NO_DATABASE)
    for letter in found:
        about = f"{letter.subject} {letter.number}" if letter.subject else "nothing of its own"
        click.echo(
            f"{letter.id}  {letter.created_at:%Y-%m-%d %H:%M} UTC  {letter.address}  about {about}: {letter.reason}"
        )
    if not found:
        click.echo("Every message was delivered, or is still being delivered.")


@outbox.command()
@click.argument("numbers", type=int, nargs=-1, required=True)
def retry(numbers: tuple[int, ...]) -> None:
    """Deliver messages after all, by the numbers that `list` shows. What may have been posted is looked for first."""
    from bot.clock import SystemClock
    from storage import outbox as letters

    now = SystemClock().now()
    _change_undelivered(numbers, lambda session: letters.revive(session, numbers, now), "will be tried again")


@outbox.command()
@click.argument("numbers", type=int, nargs=-1, required=True)
def repost(numbers: tuple[int, ...]) -> None:
    """Post messages without looking whether they are there, where Slack does not let the bot look; so look yourself."""
    from bot.clock import SystemClock
    from storage import outbox as letters

    now = SystemClock().now()
    _change_undelivered(numbers, lambda session: letters.repost(session, numbers, now), "will be posted")


@outbox.command()
@click.argument("numbers", type=int, nargs=-1, required=True)
def drop(numbers: tuple[int, ...]) -> None:
    """Forget messages that nobody needs any more, by the numbers that `list` shows."""
    from storage import outbox as letters

    _change_undelivered(numbers, lambda session: letters.bury(session, numbers), "are forgotten")


@main.command()
@in_a_language
def doctor(lang: Literal["en", "zh"] | None) -> None:
    """Look at everything a running Supercargo needs; each line says OK or what to do."""
    from bot.doctor import examine, line

    logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)  # what Slack answers stands in the doctor's own lines
    all_good, words = True, _words(lang)
    for finding in examine(words):
        click.echo(line(finding, words))
        all_good = all_good and finding.good
    if not all_good:
        raise SystemExit(1)


def _change_undelivered(numbers: Sequence[int], change: Callable[[Session], list[int]], done: str) -> None:
    from storage.store import Unavailable

    store = _store(_settings())
    try:
        with store.transaction() as session:
            changed = change(session)
    except Unavailable:
        _stop(NO_DATABASE)
    click.echo(f"{len(changed)} {done}.")
    unknown = [str(number) for number in numbers if number not in changed]
    if unknown:
        _stop(f"No undelivered message has the number {', '.join(unknown)}; see: supercargo outbox list")


def _progress(label: str) -> Callable[[Sequence[T]], Iterator[T]]:
    """Shows how far it is while something goes through the items."""

    def shown(items: Sequence[T]) -> Iterator[T]:
        with click.progressbar(items, label=label, file=sys.stderr) as each:
            yield from each

    return shown


def _settings() -> Settings:
    from bot.settings import read
    from bot.views.settings import problem

    settings = read()
    if isinstance(settings, list):
        words = _words(None)
        _stop(*(problem(wrong, words) for wrong in settings))
    return settings


def _agreement(path: Path) -> Agreement:
    from bot.settings import read_agreement
    from bot.views.agreement import problem

    loaded = read_agreement(path)
    if isinstance(loaded, list):
        words = _words(None)
        _stop(*(problem(found, words) for found in loaded))
    return loaded


def _words(lang: Literal["en", "zh"] | None) -> Words:
    """The words of whoever types the command."""
    from bot.views.wording import Words

    return Words((lang or _system_language(),), "UTC")


def _system_language() -> Literal["en", "zh"]:
    """The language that the environment names, as gettext reads it; on Windows, that of the system."""
    named = (os.environ.get(variable) for variable in ("LC_ALL", "LC_MESSAGES", "LANG"))
    spoken = next(filter(None, named), None) or locale.getlocale()[0] or ""
    return "zh" if spoken.startswith(("zh", "Chinese")) else "en"


def _at_work() -> tuple[Agreement, Store, str]:
    """The agreement, the database and the workspace that the bot is installed in."""
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError

    settings = _settings()
    agreement = _agreement(settings.agreement)
    client = WebClient(settings.bot_token.get_secret_value(), base_url=settings.api_url)
    try:
        workspace = str(client.auth_test()["team_id"])
    except SlackApiError as error:
        _stop(f"Slack does not take SLACK_BOT_TOKEN: {error.response.get('error')}")
    except OSError as error:
        _stop(f"Slack cannot be reached: {error}")
    return agreement, _store(settings), workspace


def _store(settings: Settings) -> Store:
    """The database, which is up to date."""
    from storage.store import Store, Unavailable, head, is_newer, revision

    try:
        at = revision(settings.database)
        if is_newer(at):
            _stop(NEWER_DATABASE)
        if at != head():
            _stop("the database is not up to date; run: supercargo db upgrade")
    except Unavailable:
        _stop(NO_DATABASE)
    return Store(settings.database)


def _stop(*lines: str) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    sys.exit(1)
