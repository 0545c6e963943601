"""The command `supercargo`."""

from __future__ import annotations

import gc
import logging
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn, TypeVar

import click

from bot.command_help import Group, system_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy.orm import Session

    from bot.settings import Settings
    from bot.views.wording import Words
    from department.agreement import Agreement
    from storage.store import Store

T = TypeVar("T")

in_a_language = click.option("--lang", type=click.Choice(["en", "zh"]), help="Your language; else your system's.")


@click.group(cls=Group)
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
    help="Port of the page, 8420 if you name none; 0 takes a free one.",
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
        lang=lang or system_language(),
        images_from="https:" if images else "",
    )


@main.command()
@click.option("--socket", "way", flag_value="socket", default="socket", help="Socket Mode: no public address needed.")
@click.option("--http", "way", flag_value="http", help="HTTP: Slack calls this machine.")
def serve(way: str) -> None:
    """Run for a real workspace."""
    gc.disable()  # while it loads, nothing becomes garbage; `Service.start` enables it again
    from bot import serve as service
    from bot.jobs.agreement import left_behind
    from bot.views.agreement import still_used
    from storage.store import InUse, Unavailable

    settings, words = _settings(), _words()
    agreement = _agreement(settings.agreement)
    wanted = settings.app_token if way == "socket" else settings.signing_secret
    if not wanted.get_secret_value():
        name = "SLACK_APP_TOKEN" if way == "socket" else "SLACK_SIGNING_SECRET"
        _stop(words("{name}: is not set, and --{way} needs it", name=name, way=way))
    try:
        store = _store(settings)
        gone = left_behind(store, agreement)
        store.dispose()
        if gone:
            _stop(*(still_used(code, words) for code in gone))
        (service.over_socket if way == "socket" else service.over_http)(settings, agreement)
    except InUse as error:
        _stop(words("{file} is in use by another Supercargo; end that one first", file=str(error)))
    except Unavailable:
        _no_database()
    except service.CannotListen as error:
        _stop(words("{error}; look at SUPERCARGO_HOST and SUPERCARGO_PORT", error=str(error)))


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@in_a_language
def check(file: Path | None, lang: Literal["en", "zh"] | None) -> None:
    """Check an agreement: what is wrong in it, and what could not work."""
    from bot.settings import agreement_named, read_agreement
    from bot.views.agreement import problem as said
    from department.agreement_file import weaknesses

    words, file = _words(lang), file or agreement_named()
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
    from storage.store import Unavailable

    agreement, store, workspace = _at_work()
    words = _words(timezone=agreement.timezone)
    found = sheet.read(file.read_bytes(), file.name, agreement)
    try:
        with store.reading() as session:
            office = Desk(store, SystemClock(), agreement, lambda: None).office(session)
            changes = sheet.foresee(session, workspace, found.rows)
        if found.problems:
            _stop(*(problem(item, office, words) for item in found.problems), words("Nothing was changed."))
        new = sum(change.is_new for change in changes)
        known = str(len(changes) - new)
        click.echo(words("New customers: {new}; known and brought up to date: {known}.", new=str(new), known=known))
        if not yes:
            click.confirm(words("Take them over?"), abort=True)
        with store.transaction() as session:
            sheet.keep(session, workspace, _progress(words("Taking over"))(found.rows))
        store.dispose()
    except Unavailable:
        _no_database()
    click.echo(words.n("{n} customer is taken over.", "{n} customers are taken over.", len(changes)))


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
    from department.orders import SUBJECT
    from storage.store import Unavailable

    agreement, store, workspace = _at_work()
    words = _words(timezone=agreement.timezone)
    by = agreement.member(who) if who else next((member for member in agreement.members if member.admin), None)
    if by is None:
        nobody = words("--by: '{who}' is nobody of the agreement", who=who) if who else ""
        _stop(nobody or words("--by: name a member, the agreement has no admin"))
    desk = Desk(store, SystemClock(), agreement, lambda: None)
    try:
        with store.reading() as session:
            office, known = desk.office(session), sheet.books(session, workspace)
            found = sheet.read(file.read_bytes(), file.name, agreement, known, _progress(words("Reading")))
            rows = found.rows
            adopted, refused = sheet.foresee(session, office, by, _progress(words("Comparing"))(rows), workspace)
        if problems := [*found.problems, *refused]:
            _stop(*(problem(item, office, words) for item in problems), words("Nothing was changed."))
        new = sum(any(event.what == "imported" for event in events) for _, events in adopted)
        changed = sum(bool(events) for _, events in adopted) - new
        figures = {"new": str(new), "known": str(changed)}
        click.echo(words("New orders: {new}; known and brought up to date: {known}.", **figures))
        for said in remarks(adopted, found, office, words):
            click.echo(said)
        if not yes:
            click.confirm(words("Take them over?"), abort=True)
        desk.take_over(
            workspace,
            SUBJECT,
            lambda session, office, number: sheet.adopt(
                session, office, by, number, _progress(words("Taking over"))(rows), workspace
            ),
        )
        store.dispose()
    except Unavailable:
        _no_database()
    click.echo(words.n("{n} order is taken over.", "{n} orders are taken over.", new + changed))


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
    desk, words = Desk(store, SystemClock(), agreement, lambda: None), _words()
    try:
        with store.reading() as session:
            found = shelf.every(session, workspace)
            spreadsheets.write(sheet.table(_progress(words("Writing"))(found), desk.office(session)), file)
        store.dispose()
    except Unavailable:
        _no_database()
    click.echo(words("Orders in {file}: {count}.", file=str(file), count=str(len(found))))


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
        _no_database()
    words = _words()
    spreadsheets.write(_progress(words("Writing"))(rows), file)
    click.echo(words("Customers in {file}: {count}.", file=str(file), count=str(len(rows) - 1)))


@main.command()
@click.option("--days", type=click.IntRange(1, 60), default=14, help="So many days, 14 if you name none.")
def schedule(days: int) -> None:
    """What will be posted when, in the next days."""
    from bot.clock import SystemClock
    from bot.desk import Desk
    from bot.planning import Planner
    from storage.store import Unavailable

    agreement, store, _ = _at_work()
    desk = Desk(store, SystemClock(), agreement, lambda: None)
    words = _words(timezone=agreement.timezone)
    try:
        Planner(desk).look()
        until = desk.clock.now() + timedelta(days=days)
        found = [each for each in desk.coming_up(words, 1000, until) if each.at <= until]
        store.dispose()
    except Unavailable:
        _no_database()
    for each in found:
        click.echo(f"{words.full_moment(each.at)}  {each.text}")
    if not found:
        click.echo(words("Nothing is due."))


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def calendar(folder: Path) -> None:
    """Write an .ics file for every meeting to come into FOLDER. That of one that was called off takes it out of
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
    both, words = Words(agreement.languages, agreement.timezone), _words()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        Planner(desk).look()
        with store.reading() as session:
            office = desk.office(session)
            found = shelf.for_calendars(session, workspace, office.now, 1000)
            for meeting in found:
                where = agenda.place(session, meeting, office)
                content = files.invitation(meeting, office, both, where)
                (folder / f"{card.code(meeting.number)}.ics").write_bytes(content)
        store.dispose()
    except Unavailable:
        _no_database()
    click.echo(words("Meetings in {folder}: {count}.", folder=str(folder), count=str(len(found))))


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
    both, words = Words(agreement.languages, agreement.timezone), _words()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with store.reading() as session:
            office = desk.office(session)
            held = shelf.held(session, workspace, 10_000)
            for meeting in held:
                day = meeting.begins_at.astimezone(both.timezone).date()
                path = folder / f"{day}-{card.code(meeting.number)}.md"
                path.write_text(files.markdown(meeting, office, both), encoding="utf-8")
        store.dispose()
    except Unavailable:
        _no_database()
    click.echo(words("Minutes in {folder}: {count}.", folder=str(folder), count=str(len(held))))


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
            _newer_database()
        bring_up_to_date(url)
    except (OperationalError, Unavailable):
        _no_database()
    words = _words()
    click.echo(words("The database is at revision {at}.", at=head()))


@main.group()
def outbox() -> None:
    """Messages that could not be delivered."""


@outbox.command("list")
@click.option("--limit", type=click.IntRange(1), default=50, help="The newest so many, 50 if you name none.")
def list_undelivered(limit: int) -> None:
    """Which they are, where they go, and why they did not."""
    from storage import outbox as letters
    from storage.store import Unavailable

    store = _store(_settings())
    try:
        with store.reading() as session:
            found = letters.dead(session, limit)
    except Unavailable:
        _no_database()
    words = _words()
    for letter in found:
        about = f"{letter.subject} {letter.number}" if letter.subject else words("nothing of its own")
        said = words("about {what}: {reason}", what=about, reason=letter.reason)
        click.echo(f"{letter.id}  {letter.created_at:%Y-%m-%d %H:%M} UTC  {letter.address}  {said}")
    if not found:
        click.echo(words("Every message was delivered, or is still being delivered."))


@outbox.command()
@click.argument("numbers", type=int, nargs=-1, required=True)
def retry(numbers: tuple[int, ...]) -> None:
    """Deliver messages after all, by the numbers that `list` shows. What may have been posted is looked for first."""
    from bot.clock import SystemClock
    from storage import outbox as letters

    now = SystemClock().now()
    _change_undelivered(numbers, lambda session: letters.revive(session, numbers, now))


@outbox.command()
@click.argument("numbers", type=int, nargs=-1, required=True)
def repost(numbers: tuple[int, ...]) -> None:
    """Post messages without looking whether they are there, where Slack does not let the bot look; so look yourself."""
    from bot.clock import SystemClock
    from storage import outbox as letters

    now = SystemClock().now()
    _change_undelivered(numbers, lambda session: letters.repost(session, numbers, now))


@outbox.command()
@click.argument("numbers", type=int, nargs=-1, required=True)
def drop(numbers: tuple[int, ...]) -> None:
    """Forget messages that nobody needs any more, by the numbers that `list` shows."""
    from storage import outbox as letters

    _change_undelivered(numbers, lambda session: letters.bury(session, numbers))


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


def _change_undelivered(numbers: Sequence[int], change: Callable[[Session], list[int]]) -> None:
    from storage.store import Unavailable

    store = _store(_settings())
    try:
        with store.transaction() as session:
            changed = change(session)
    except Unavailable:
        _no_database()
    words = _words()
    click.echo(words("Done for {count}.", count=str(len(changed))))
    unknown = [str(number) for number in numbers if number not in changed]
    if unknown:
        named = ", ".join(unknown)
        _stop(words("No undelivered message has the number {named}; see: supercargo outbox list", named=named))


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
        words = _words()
        _stop(*(problem(wrong, words) for wrong in settings))
    return settings


def _agreement(path: Path) -> Agreement:
    from bot.settings import read_agreement
    from bot.views.agreement import problem

    loaded = read_agreement(path)
    if isinstance(loaded, list):
        words = _words()
        _stop(*(problem(found, words) for found in loaded))
    return loaded


def _words(lang: Literal["en", "zh"] | None = None, timezone: str = "UTC") -> Words:
    """The words of whoever types the command."""
    from bot.views.wording import Words

    return Words((lang or system_language(),), timezone)


def _at_work() -> tuple[Agreement, Store, str]:
    """The agreement, the database and the workspace that the bot is installed in."""
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError

    settings, words = _settings(), _words()
    agreement = _agreement(settings.agreement)
    client = WebClient(settings.bot_token.get_secret_value(), base_url=settings.api_url)
    try:
        workspace = str(client.auth_test()["team_id"])
    except SlackApiError as error:
        _stop(words("Slack does not take SLACK_BOT_TOKEN: {error}", error=str(error.response.get("error"))))
    except OSError as error:
        _stop(words("Slack cannot be reached: {error}", error=str(error)))
    return agreement, _store(settings), workspace


def _store(settings: Settings) -> Store:
    """The database, which is up to date."""
    from storage.store import Store, Unavailable, head, is_newer, revision

    try:
        at = revision(settings.database)
        if is_newer(at):
            _newer_database()
        if at != head():
            words = _words()
            _stop(words("the database is not up to date; run: supercargo db upgrade"))
    except Unavailable:
        _no_database()
    return Store(settings.database)


def _no_database() -> NoReturn:
    words = _words()
    _stop(words("the database does not answer; look at SUPERCARGO_DATABASE"))


def _newer_database() -> NoReturn:
    words = _words()
    _stop(words("the database was made by a newer Supercargo; run that one, or set another SUPERCARGO_DATABASE"))


def _stop(*lines: str) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    sys.exit(1)
