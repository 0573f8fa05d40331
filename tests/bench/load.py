"""What a server bears: clients that ask without pause over loopback, whole replies first, then streamed ones.

`python -m tests.bench.load [--requests 200] [--clients 8]` serves a throw-away index of the seeds in a process of its
own. No question is asked twice in one phase. The clients share the machine's cores with the server.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from itertools import islice, product
from pathlib import Path
from statistics import quantiles

from assistant.evaluation.gold import read_gold

SEEDS = Path(__file__).parents[2] / "seeds"
# Before a question, each makes another question of it with the same answer.
OPENERS = (
    "", "혹시 ", "저기 ", "실례지만 ", "저 ", "네 ", "음 ", "문의드립니다. ", "궁금합니다. ", "안녕하세요. ", "죄송하지만 ",
    "여쭙니다. ", "급합니다. ", "다시 묻습니다. ", "질문 있습니다. ", "알려 주십시오. ", "확인 부탁드립니다. ", "수고하십니다. ",
    "고맙습니다. ", "처음 묻습니다. ",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: seconds until its first event (of a whole reply: until all of it) and until its end."""

    first: float
    whole: float
    error: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load")
    parser.add_argument("--requests", type=int, default=200, help="of each phase (default 200)")
    parser.add_argument("--clients", type=int, default=8)
    options = parser.parse_args()
    gold = [each.question for each in read_gold(SEEDS / "gold.jsonl") if not each.history]
    questions = [opener + question for opener, question in islice(product(OPENERS, gold), options.requests)]
    if len(set(questions)) < options.requests:
        sys.exit(f"no more than {len(set(questions))} distinct questions")
    with served() as (port, process):
        ask_all(port, questions[: 4 * options.clients], options.clients, False)  # warms up
        print(f"{options.clients} clients, {os.cpu_count()} cores, {options.requests} distinct questions a phase")
        for streamed in (False, True):
            before, start = resident(process), time.perf_counter()
            asked = ask_all(port, questions, options.clients, streamed)
            report("streamed" if streamed else "whole", asked, time.perf_counter() - start)
            print(f"{'':10}server's memory {before:.0f} MB at the start, {resident(process):.0f} MB at the end")


def report(name: str, asked: list[Asked], taken: float) -> None:
    errors = [each.error for each in asked if each.error]
    print(
        f"{name:10}{(len(asked) - len(errors)) / taken:.1f} answers/s, {len(errors)} errors {sorted(set(errors))[:3]}"
    )
    for what, seconds in (("first", [each.first for each in asked]), ("end", [each.whole for each in asked])):
        cuts = quantiles(seconds, n=20)
        print(
            f"{'':10}{what:6}p50 {1000 * cuts[9]:.0f} ms, p95 {1000 * cuts[18]:.0f} ms, most {1000 * max(seconds):.0f} ms"
        )


def ask_all(port: int, questions: list[str], clients: int, streamed: bool) -> list[Asked]:
    """Each client has one connection and asks its share, one question after the other."""
    with ThreadPoolExecutor(clients) as pool:
        shares = pool.map(
            ask_share, *zip(*((port, questions[of::clients], streamed) for of in range(clients)), strict=True)
        )
        return [asked for share in shares for asked in share]


def ask_share(port: int, questions: list[str], streamed: bool) -> list[Asked]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json", "Accept": "text/event-stream" if streamed else "application/json"}
    asked = []
    for question in questions:
        start, error = time.perf_counter(), ""
        first = start
        try:
            connection.request("POST", "/ask", json.dumps({"question": question}).encode(), headers)
            response = connection.getresponse()
            head = response.read1() if streamed else b""
            first = time.perf_counter()
            body = (head + response.read()).decode()
            reply = (
                json.loads(body.rsplit("event: end\ndata: ", 1)[1])
                if streamed and response.status == 200
                else json.loads(body)
            )
            error = "" if "answer" in reply else f"{response.status} {body[:80]}"
        except (OSError, HTTPException, ValueError, LookupError) as failure:
            error = repr(failure)
            connection.close()
        end = time.perf_counter()
        asked.append(Asked((first if streamed else end) - start, end - start, error))
    connection.close()
    return asked


@contextmanager
def served() -> Iterator[tuple[int, int]]:
    """The port and the process of a server over a throw-away index of the seeds."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "assistant"]
        subprocess.run([*command, "index", str(SEEDS), "--into", folder], check=True, capture_output=True)
        with subprocess.Popen(
            [*command, "serve", "--into", folder, "--port", str(port)], stdout=subprocess.DEVNULL
        ) as server:
            try:
                wait_for(port)
                yield port, server.pid
            finally:
                server.terminate()


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    sys.exit("the server did not come up")


def resident(process: int) -> float:
    """Megabytes of memory that the process holds."""
    said = subprocess.run(["ps", "-o", "rss=", "-p", str(process)], check=True, capture_output=True, text=True).stdout
    return int(said) / 1024


if __name__ == "__main__":
    main()
