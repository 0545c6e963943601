"""Settings from the environment or a `.env` file, checked at start: every problem at once, no secret ever."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from department.agreement import Agreement
from department.agreement_file import Problem, load
from department.records import Refused

AGREEMENT = Path("agreement.yaml")
"""Where the agreement lies if nothing else is said."""

LOCAL_TOKEN = "-local-"  # noqa: S105 (the mark of a token that is none)
"""Tokens of the local Slack carry this mark; they work nowhere else, and no real token works there."""


class Settings(BaseModel):
    """Where Supercargo lives and how it reaches Slack."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    bot_token: SecretStr = Field(alias="SLACK_BOT_TOKEN")
    app_token: SecretStr = Field(alias="SLACK_APP_TOKEN", default=SecretStr(""))
    signing_secret: SecretStr = Field(alias="SLACK_SIGNING_SECRET", default=SecretStr(""))
    api_url: str = Field(alias="SLACK_API_URL", default="https://slack.com/api/")
    database: str = Field(alias="SUPERCARGO_DATABASE", default="sqlite:///supercargo.db", repr=False)
    agreement: Path = Field(alias="SUPERCARGO_AGREEMENT", default=AGREEMENT)
    host: str = Field(alias="SUPERCARGO_HOST", default="127.0.0.1")
    port: int = Field(alias="SUPERCARGO_PORT", default=3000, ge=1, le=65535)

    @field_validator("bot_token")
    @classmethod
    def _is_bot_token(cls, token: SecretStr) -> SecretStr:
        if not re.fullmatch(r"xoxb-[A-Za-z0-9-]+", token.get_secret_value()):
            raise _wrong("not_a_bot_token")
        return token

    @field_validator("app_token")
    @classmethod
    def _is_app_token(cls, token: SecretStr) -> SecretStr:
        if not re.fullmatch(r"(xapp-[A-Za-z0-9-]+)?", token.get_secret_value()):
            raise _wrong("not_an_app_token")
        return token

    @field_validator("api_url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        if not re.fullmatch(r"https?://[^\s/]+/\S*", url):
            raise _wrong("not_an_address")
        return url

    @field_validator("database")
    @classmethod
    def _is_known_database(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql+psycopg://", "postgresql://")):
            raise _wrong("not_a_database")
        try:
            make_url(url)
        except (ArgumentError, ValueError):
            raise _wrong("not_a_database") from None
        if url in ("sqlite:///", "sqlite:///:memory:"):
            raise _wrong("forgets_everything")
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    @model_validator(mode="after")
    def _tokens_fit_the_address(self) -> Self:
        loopback = urlsplit(self.api_url).hostname in ("127.0.0.1", "localhost", "::1")
        local = LOCAL_TOKEN in self.bot_token.get_secret_value()
        if local != loopback:
            raise _wrong("token_of_another_slack")
        return self


def read(environment: Mapping[str, str] | None = None) -> Settings | list[Refused]:
    """The settings, or every problem with them, each with its variable as the field."""
    if environment is None:
        try:
            environment = _environment()
        except UnicodeDecodeError:
            return [Refused("dotenv_not_utf8", field=".env")]
    try:
        return Settings.model_validate({name: value for name, value in environment.items() if value})
    except ValidationError as error:
        found = error.errors(include_input=False)
        return [Refused(_REASONS.get(item["type"], item["type"]), field=str((*item["loc"], "")[0])) for item in found]


def agreement_named() -> Path:
    """The agreement's file, as the environment or `.env` names it."""
    with suppress(UnicodeDecodeError):
        return Path(_environment().get("SUPERCARGO_AGREEMENT") or AGREEMENT)
    return AGREEMENT


def _environment() -> dict[str, str]:
    dotenv = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    return {**dotenv, **os.environ}


def read_agreement(path: Path) -> Agreement | list[Problem]:
    """The agreement in a file, or every problem with it, an unreadable file among them."""
    source = str(path)
    try:
        return load(path.read_text(encoding="utf-8-sig"), source)
    except OSError as error:
        return [Problem(source, 1, 1, "no_file", (("said", str(error.strerror)),))]
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return [Problem(source, line, 1, "not_utf8")]


def _wrong(reason: str) -> PydanticCustomError:
    return PydanticCustomError(reason, reason)


_REASONS = {
    "missing": "not_set",
    "int_parsing": "not_a_port",
    "greater_than_equal": "not_a_port",
    "less_than_equal": "not_a_port",
}
"""What pydantic's kinds of problems mean for a setting."""
