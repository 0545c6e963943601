"""What is wrong with a setting, and what to write instead; never what it is set to."""

from __future__ import annotations

from bot.views.wording import Words
from department.records import Refused


def problem(found: Refused, words: Words) -> str:
    """`SLACK_BOT_TOKEN: what is wrong; what to write`."""
    return f"{found.field or 'SLACK_API_URL'}: {_said(found.reason, words)}"


def _said(reason: str, words: Words) -> str:
    match reason:
        case "not_set":
            return words("is not set")
        case "not_a_bot_token":
            return words("a bot token begins with xoxb-; copy it from “OAuth & Permissions” of the app")
        case "not_an_app_token":
            return words("an app-level token begins with xapp-; make one under “Basic Information”")
        case "not_an_address":
            return words("is no address of Slack's API; write https://slack.com/api/, or leave it out")
        case "not_a_database":
            return words(
                "write sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME, with %40 for an @ in the password"
            )
        case "forgets_everything":
            return words("a database in memory forgets everything; write sqlite:///FILE")
        case "token_of_another_slack":
            return words("a token of the local Slack works only there, and a real token only with real Slack")
        case "dotenv_not_utf8":
            return words("the file is not UTF-8; save it as UTF-8")
        case "not_a_port":
            return words("is no port; write a number from 1 to 65535")
        case _:
            raise ValueError(f"no words for the setting's problem {reason!r}")
