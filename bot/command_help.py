"""The help of every command, in the language of whoever types it: what stands in the code is the message id."""

from __future__ import annotations

import locale
import os
from typing import TYPE_CHECKING, Literal

import click

if TYPE_CHECKING:
    from bot.views.wording import Words


def system_language() -> Literal["en", "zh"]:
    """The language that the environment names, as gettext reads it; on Windows, that of the system."""
    named = (os.environ.get(variable) for variable in ("LC_ALL", "LC_MESSAGES", "LANG"))
    spoken = next(filter(None, named), None) or locale.getlocale()[0] or ""
    return "zh" if spoken.startswith(("zh", "Chinese")) else "en"


def in_one_line(text: str | None) -> str:
    """A docstring or an option's help as the catalog has it."""
    return " ".join((text or "").split())


class Command(click.Command):
    """A command that explains itself in the reader's language."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """`Usage: supercargo check [OPTIONS] [FILE]`."""
        words = _words()
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=words("Usage:") + " ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What it does."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_said(in_one_line(self.help)))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Its options, one below the other."""
        options = [item for item in self.get_params(ctx) if isinstance(item, click.Option)]
        shown = [(item.get_help_record(ctx), _said(in_one_line(item.help))) for item in options]
        words = _words()
        with formatter.section(words("Options")):
            formatter.write_dl([(record[0], said) for record, said in shown if record])

    def get_short_help_str(self, limit: int = 45) -> str:
        """Its first sentence, in a list of commands."""
        said = _said(in_one_line(self.help))
        return said.partition("。")[0].partition(". ")[0].removesuffix(".")


class Group(Command, click.Group):
    """A command of several."""

    command_class = Command
    group_class = type

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Its options, and its commands."""
        super().format_options(ctx, formatter)
        shown = [(name, self.commands[name].get_short_help_str()) for name in self.list_commands(ctx)]
        words = _words()
        with formatter.section(words("Commands")):
            formatter.write_dl(shown)


def _words() -> Words:
    from bot.views.wording import Words

    return Words((system_language(),), "UTC")


def _said(text: str) -> str:
    from bot.views.wording import catalog

    return catalog(system_language()).gettext(text)
