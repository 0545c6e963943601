"""Settings from the environment or a `.env` file, checked at start: every problem at once, no secret ever."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
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
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from department.agreement import Agreement
from department.agreement_file import Problem, load

LOCAL_TOKEN = "-local-"  # noqa: S105 (the mark of a token that is none)
"""Tokens of the local Slack carry this mark; they work nowhere else, and no real token works there."""

DATABASES = "write sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME, with %40 for an @ in the password"


class Settings(BaseModel):
    """Where Supercargo lives and how it reaches Slack."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    bot_token: SecretStr = Field(alias="SLACK_BOT_TOKEN")
    app_token: SecretStr = Field(alias="SLACK_APP_TOKEN", default=SecretStr(""))
    signing_secret: SecretStr = Field(alias="SLACK_SIGNING_SECRET", default=SecretStr(""))
    api_url: str = Field(alias="SLACK_API_URL", default="https://slack.com/api/")
    database: str = Field(alias="SUPERCARGO_DATABASE", default="sqlite:///supercargo.db", repr=False)
    agreement: Path = Field(alias="SUPERCARGO_AGREEMENT", default=Path("agreement.yaml"))
    host: str = Field(alias="SUPERCARGO_HOST", default="127.0.0.1")
    port: int = Field(alias="SUPERCARGO_PORT", default=3000, ge=1, le=65535)

    @field_validator("bot_token")
    @classmethod
    def _is_bot_token(cls, token: SecretStr) -> SecretStr:
        if not re.fullmatch(r"xoxb-[A-Za-z0-9-]+", token.get_secret_value()):
            raise ValueError("a bot token begins with xoxb-; copy it from “OAuth & Permissions” of the app")
        return token

    @field_validator("app_token")
    @classmethod
    def _is_app_token(cls, token: SecretStr) -> SecretStr:
        if not re.fullmatch(r"(xapp-[A-Za-z0-9-]+)?", token.get_secret_value()):
            raise ValueError("an app-level token begins with xapp-; make one under “Basic Information”")
        return token

    @field_validator("database")
    @classmethod
    def _is_known_database(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql+psycopg://", "postgresql://")):
            raise ValueError(DATABASES)
        try:
            make_url(url)
        except (ArgumentError, ValueError):
            raise ValueError(DATABASES) from None
        if url in ("sqlite:///", "sqlite:///:memory:"):
            raise ValueError("a database in memory forgets everything; write sqlite:///FILE")
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    @model_validator(mode="after")
    def _tokens_fit_the_address(self) -> Self:
        loopback = urlsplit(self.api_url).hostname in ("127.0.0.1", "localhost", "::1")
        local = LOCAL_TOKEN in self.bot_token.get_secret_value()
        if local != loopback:
            raise ValueError("a token of the local Slack works only there, and a real token only with real Slack")
        return self


def read(environment: Mapping[str, str] | None = None) -> Settings | list[str]:
    """The settings, or every problem as a line that names the variable and says what to write."""
    if environment is None:
        dotenv = {name: value for name, value in dotenv_values(".env").items() if value is not None}
        environment = {**dotenv, **os.environ}
    try:
        return Settings.model_validate({name: value for name, value in environment.items() if value})
    except ValidationError as error:
        return [
            _line(".".join(map(str, item["loc"])), item["type"], item["msg"])
            for item in error.errors(include_input=False)
        ]


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


def _line(variable: str, kind: str, said: str) -> str:
    if kind == "missing":
        said = "is not set"
    return f"{variable or 'settings'}: {said.removeprefix('Value error, ')}"
