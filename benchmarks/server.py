"""The servers that are compared: bare Bolt with an empty listener, and Supercargo on each database."""

from __future__ import annotations

import gc
import json
import re
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from slack_bolt import App, BoltResponse
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult

from benchmarks.submit import SECRET
from bot.http_server import HttpServer


def main() -> None:
    """Start the server named on the command line and print its port."""
    kind, *told = sys.argv[1:]
    gc.disable()  # as `supercargo serve` does
    match kind:
        case "bare":
            application: Any = bare()
        case "slack":
            application = obliging_slack
        case _:
            application = supercargo(*told)
    server = HttpServer(application, "127.0.0.1", 0)
    gc.freeze()
    gc.enable()
    print(server.port, flush=True)
    signal.signal(signal.SIGTERM, lambda number, frame: server.stop())
    server.run()


def bare() -> Any:
    """Bolt with the signature check on and a listener that answers at once."""
    app = App(
        signing_secret=SECRET,
        token_verification_enabled=False,
        process_before_response=True,
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1"),
    )
    app.view(re.compile(""))(lambda: BoltResponse(status=200, body=""))
    return SlackRequestHandler(app, path="/slack/events")


def obliging_slack(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """A Slack that says yes to every call."""
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Type", "application/json")])
    answer: dict[str, Any] = {"ok": True, "channel": "C1", "ts": f"{time.time():.6f}", "messages": []}
    if environ["PATH_INFO"].endswith("conversations.open"):
        answer["channel"] = {"id": "D1"}
    return [json.dumps(answer).encode()]


def supercargo(database: str, slack: str) -> Any:
    """Supercargo behind its own door: filing writes everything it writes in production, and its courier delivers
    beside it to a Slack that answers at once."""
    from bot.app import build
    from bot.clock import SystemClock
    from bot.door import Door
    from bot.settings import Settings
    from department.agreement_file import load
    from storage import people

    agreement = load(Path("agreement.yaml").read_text(encoding="utf-8"), "agreement.yaml")
    assert not isinstance(agreement, list)
    settings = Settings.model_validate(
        {
            "SLACK_BOT_TOKEN": "xoxb-local-1",
            "SLACK_API_URL": slack,
            "SUPERCARGO_DATABASE": database,
        }
    )
    house = build(settings, agreement, SystemClock())
    with house.store.transaction() as session:
        user = {
            "id": "U1",
            "tz": "Asia/Shanghai",
            "locale": "zh-CN",
            "profile": {"email": agreement.members[1].email, "real_name": "U"},
        }
        people.upsert(session, "T1", user, agreement)
        people.store_channels(session, "T1", {channel.name: "C1" for channel in agreement.channels.all()})
    threading.Thread(target=house.courier.run, args=(threading.Event(),), daemon=True).start()
    return Door(house, SECRET, dict)


if __name__ == "__main__":
    main()
