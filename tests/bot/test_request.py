"""What a payload asks for is done at Slack's own addresses alone."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient

from bot import request
from bot.desk import Delivery

SLACK = "https://slack.com/api/"
LOCAL = "http://127.0.0.1:4242/api/"


class Keeping(WebClient):
    """A Slack that keeps a file at an address."""

    def __init__(self, address: str) -> None:
        super().__init__(base_url=SLACK, token="xoxb-1")
        self.address = address

    def files_info(self, **about: Any) -> Any:
        """What it says of a file."""
        return {"file": {"name": "orders.csv", "url_private_download": self.address}}


def commanded(response_url: str, api: str) -> request.Request:
    """A command whose answer is to go to an address, read by a bot that calls this API."""
    body = {"team_id": "T1", "trigger_id": "1.2.3", "user_id": "U1", "channel_id": "C1", "response_url": response_url}
    nobody: Any = None
    return request.command(body, nobody, WebClient(base_url=api))


@pytest.mark.parametrize(
    ("response_url", "api"),
    [
        ("https://hooks.slack.com/commands/T1/2/x", SLACK),
        ("https://hooks.slack.com/commands/T1/2/x", "https://www.slack.com/api/"),
        ("https://hooks.slack-gov.com/commands/T1/2/x", "https://slack-gov.com/api/"),
        ("http://127.0.0.1:4242/hooks/1", LOCAL),
    ],
)
def test_an_answer_goes_to_slack(response_url: str, api: str) -> None:
    assert commanded(response_url, api).body["response_url"] == response_url


@pytest.mark.parametrize(
    ("response_url", "api"),
    [
        ("http://hooks.slack.com/commands/T1/2/x", SLACK),
        ("https://hooks.slack.com.example/x", SLACK),
        ("https://hooks.slack.com@intranet.example/x", SLACK),
        ("https://intranet.example/hooks.slack.com", SLACK),
        ("http://127.0.0.1:4242/hooks/1", SLACK),
        ("http://127.0.0.1:4243/hooks/1", LOCAL),
        ("file:///etc/passwd", SLACK),
        ("", SLACK),
    ],
)
def test_and_nowhere_else(response_url: str, api: str) -> None:
    with pytest.raises(ValueError, match="where Slack takes none"):
        commanded(response_url, api)


@pytest.mark.parametrize("address", ["http://files.slack.com/x", "https://files.slack.com.example/x", "file:///x"])
def test_a_file_that_lies_elsewhere_is_not_asked_for(address: str) -> None:
    nobody: Any = None
    asked = request.Request(Delivery("T1", "", "U1"), {}, nobody, Keeping(address))
    with pytest.raises(ValueError, match="where Slack keeps none"):
        asked.download("F1")
