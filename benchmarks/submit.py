"""How fast is a complaint filed over HTTP, everything on and durable, against Bolt that does nothing?

    uv run python -m benchmarks.submit [--rounds 3] [--postgresql URL]

Each server runs in a process of its own on core 0, the load comes from core 1 over keep-alive connections, every
request is really signed, and latency counts from the moment a request was due to be sent, so a stalled server
cannot hide its queue. The servers take turns within each round.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import queue
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from storage.store import upgrade

SECRET = "benchmark-signing-secret"
RATES = (50, 200, 300, 500)
SECONDS = 6
WORKERS = 32


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgresql", default="", help="URL of an empty database to measure on, too")
    arguments = parser.parse_args()
    kinds = ["bare", "sqlite", *(["postgresql"] if arguments.postgresql else [])]
    latencies: dict[tuple[str, int], list[tuple[float, float]]] = {}
    saturated: dict[str, list[float]] = {kind: [] for kind in kinds}
    started: dict[str, list[float]] = {kind: [] for kind in kinds}
    memory: dict[str, list[float]] = {kind: [] for kind in kinds}
    with process("slack", core=1) as (slack, _, _):
        for kind in kinds * arguments.rounds:
            with served(kind, arguments.postgresql, slack) as (port, ready_after, server):
                started[kind].append(ready_after + first_answer(port))
                for rate in RATES:
                    taken = open_loop(port, rate)
                    latencies.setdefault((kind, rate), []).append(
                        (statistics.median(taken), statistics.quantiles(taken, n=100)[98])
                    )
                saturated[kind].append(closed_loop(port))
                memory[kind].append(resident(server.pid))
    print_table(kinds, latencies, saturated, started, memory)


def print_table(
    kinds: list[str],
    latencies: dict[tuple[str, int], list[tuple[float, float]]],
    saturated: dict[str, list[float]],
    started: dict[str, list[float]],
    memory: dict[str, list[float]],
) -> None:
    """Print medians over the rounds: p50/p99 in ms, requests a second at saturation and their ratio to bare Bolt."""
    bare = statistics.median(saturated["bare"])
    print(
        f"{'server':<12}"
        + "".join(f"{rate:>14}/s" for rate in RATES)
        + f"{'max/s':>9}{'ratio':>7}{'start s':>9}{'MB':>6}"
    )
    for kind in kinds:
        cells = []
        for rate in RATES:
            rounds = latencies[kind, rate]
            p50, p99 = (statistics.median(values) for values in zip(*rounds, strict=True))
            cells.append(f"{p50:>8.1f}/{p99:<7.1f}")
        most = statistics.median(saturated[kind])
        print(
            f"{kind:<12}{''.join(cells)}{most:>9.0f}{most / bare:>7.2f}"
            f"{statistics.median(started[kind]):>9.2f}{statistics.median(memory[kind]):>6.0f}"
        )


@contextmanager
def served(kind: str, postgresql: str, slack: int) -> Iterator[tuple[int, float, subprocess.Popen[str]]]:
    """A server on core 0 and a fresh database: its port, the seconds until it answered, and its process."""
    with tempfile.TemporaryDirectory() as folder:
        database = postgresql if kind == "postgresql" else f"sqlite:///{folder}/b.db"
        if kind != "bare":
            upgrade(database)
        with process(kind, database, f"http://127.0.0.1:{slack}/api/", core=0) as running:
            yield running


@contextmanager
def process(kind: str, *arguments: str, core: int) -> Iterator[tuple[int, float, subprocess.Popen[str]]]:
    """A server of `benchmarks.server` on one core."""
    begun = time.perf_counter()
    started = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.server", kind, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    assert started.stdout is not None
    port = int(started.stdout.readline())
    ready_after = time.perf_counter() - begun
    os.sched_setaffinity(0, {1 % (os.cpu_count() or 1)})
    try:
        yield port, ready_after, started
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(timeout=20)


def first_answer(port: int) -> float:
    """Seconds that the first submission takes: what is loaded at first use belongs to the start."""
    begun = time.perf_counter()
    send(http.client.HTTPConnection("127.0.0.1", port))
    return time.perf_counter() - begun


def open_loop(port: int, rate: int) -> list[float]:
    """Send at a steady rate; returns the milliseconds from each request's due moment to its answer."""
    due: queue.Queue[float | None] = queue.Queue()
    taken: list[float] = []
    workers = [threading.Thread(target=send_due, args=(port, due, taken.append)) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    begin = time.perf_counter() + 0.1
    for n in range(rate * SECONDS):
        moment = begin + n / rate
        time.sleep(max(0.0, moment - time.perf_counter()))
        due.put(moment)
    for _ in workers:
        due.put(None)
    for worker in workers:
        worker.join()
    return taken


def send_due(port: int, due: queue.Queue[float | None], done: Callable[[float], None]) -> None:
    """One keep-alive connection that takes whatever is due next."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    while (moment := due.get()) is not None:
        send(connection)
        done((time.perf_counter() - moment) * 1000)


def closed_loop(port: int) -> float:
    """Requests a second with every connection always busy."""
    counts = [0] * WORKERS
    end = time.perf_counter() + SECONDS

    def hammer(worker: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while time.perf_counter() < end:
            send(connection)
            counts[worker] += 1

    workers = [threading.Thread(target=hammer, args=(n,)) for n in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(counts) / SECONDS


def send(connection: http.client.HTTPConnection) -> None:
    """Submit one complaint form and check that Slack would have been told "ok"."""
    body = urlencode({"payload": json.dumps(submission())})
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=timestamp, body=body)
    assert signature is not None
    connection.request(
        "POST",
        "/slack/events",
        body,
        {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature,
        },
    )
    response = connection.getresponse()
    answer = response.read()
    assert response.status == 200, (response.status, answer)
    assert b"errors" not in answer, answer


NUMBER = iter(range(10**12))


def submission() -> dict[str, object]:
    """A view_submission of the complaint form, different each time."""
    unique = f"{os.getpid()}-{next(NUMBER)}"

    def state(kind: str, **value: object) -> dict[str, object]:
        return {"x": {"type": kind, **value}}

    def chosen(value: str) -> dict[str, object]:
        return state("static_select", selected_option={"value": value, "text": {"type": "plain_text", "text": value}})

    values = {
        "customer": chosen(f"Customer {unique}"),
        "category": chosen("quality"),
        "severity": chosen("S3"),
        "what_happened": state("plain_text_input", value="Rust spots on about 3% of the spatulas. " * 4),
        "noticed_on": state("datepicker", selected_date="2026-10-12"),
        "order": state("plain_text_input", value="HC26-0862"),
        "quantity": state("plain_text_input", value="700 of 24,000 pieces"),
        "amount": state("number_input", value="4824.00"),
        "currency": chosen("USD"),
        "files": state("file_input", files=[]),
        "links": state("plain_text_input", value=None),
    }
    return {
        "type": "view_submission",
        "team": {"id": "T1", "domain": "d"},
        "user": {"id": "U1", "name": "u", "team_id": "T1"},
        "api_app_id": "A1",
        "trigger_id": f"1.2.{unique}",
        "view": {
            "id": f"V{unique}",
            "hash": f"h{unique}",
            "type": "modal",
            "callback_id": "complaint.file",
            "private_metadata": "{}",
            "blocks": [{"type": "input", "block_id": name} for name in values],
            "state": {"values": values},
        },
    }


def resident(pid: int) -> float:
    """The process's resident memory in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    main()
