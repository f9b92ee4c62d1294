"""What the client does when things fail."""

from __future__ import annotations

import concurrent.futures
import threading
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import Runner

import peras
from peras import ids, transport
from peras.spool import Spool


def test_ids_sort_by_the_time_they_were_made() -> None:
    made = [ids.new() for _ in range(3)]
    assert len(set(made)) == 3
    assert [one[:8] for one in made] == sorted(one[:8] for one in made)
    assert made[0][14] == "7"


def test_decimals_keep_all_their_digits_in_json() -> None:
    body = {"cost": Decimal("0.10000000000000000001"), "budget": Decimal("1E-7"), "text": 'a"b'}
    assert transport.encode(body) == (
        b'{"cost":0.10000000000000000001,"budget":0.0000001,"text":"a\\"b"}'
    )
    with pytest.raises(ValueError):
        transport.encode({"cost": Decimal("NaN")})


class Flaky:
    """Stands before a Peras and loses every other answer after it was made."""

    def __init__(self, runner: Runner) -> None:
        import http.client

        requests = self.requests = []  # type: ignore[var-annotated]

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                requests.append(self.path)
                upstream = http.client.HTTPConnection("127.0.0.1", runner.port)
                upstream.request("POST", self.path, body, {"content-type": "application/json"})
                answer = upstream.getresponse()
                text = answer.read()
                if len(requests) % 2:
                    self.close_connection = True
                    self.connection.close()
                    return
                self.send_response(answer.status)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def test_a_lost_answer_doubles_nothing(runner: Runner, tmp_path: Path) -> None:
    flaky = Flaky(runner)
    client = peras.Peras(flaky.url, spool=tmp_path)
    state = client.start_session(session_id=ids.new(), model="claude-sonnet-4-5", customer_id="lost")
    for _ in range(5):
        client.record(
            state["session_id"],
            {"event_id": ids.new(), "input_tokens": 1000, "output_tokens": 0},
        )
    flaky.server.shutdown()
    assert len(flaky.requests) == 12
    assert peras.Peras(runner.url).state(state["session_id"])["total_cost"] == Decimal("0.015")


def test_usage_waits_on_disk_while_peras_is_down(tmp_path: Path, runner: Runner) -> None:
    own = Runner(str(tmp_path / "data"))
    own.start()
    client = peras.Peras(own.url, spool=tmp_path / "unsent", patience=1)
    session = peras.Session(client, client.start_session(model="claude-sonnet-4-5"))
    event = {"input_tokens": 1000, "output_tokens": 0}
    own.stop()

    session.after({"event_id": "one", **event}, None)
    session.after({"event_id": "two", **event}, None)
    assert client.unsent == 2
    # Another process of the agent, later on.
    own.start()
    later = peras.Peras(own.url, spool=tmp_path / "unsent")
    assert later.flush() == 2
    assert later.unsent == 0
    assert later.flush() == 0
    assert later.state(session.id)["total_cost"] == Decimal("0.006")
    own.stop()


def test_with_a_budget_calls_wait_for_peras_and_without_one_they_do_not(tmp_path: Path) -> None:
    nobody = peras.Peras("http://127.0.0.1:1", spool=tmp_path, patience=0.2)
    metered = peras.Session(nobody, {"session_id": "s", "budget": None})
    assert metered.before("claude-sonnet-4-5", 100, 100) is None
    limited = peras.Session(nobody, {"session_id": "s", "budget": Decimal(1)})
    with pytest.raises(peras.Unavailable, match="does not answer"):
        limited.before("claude-sonnet-4-5", 100, 100)
    opened = peras.Session(
        nobody, {"session_id": "s", "budget": Decimal(1)}, peras.Policy(unreachable="open")
    )
    assert opened.before("claude-sonnet-4-5", 100, 100) is None


def test_a_full_disk_share_is_an_error_and_not_a_silence(tmp_path: Path) -> None:
    spool = Spool(tmp_path, limit=100)
    spool.keep("s", {"event_id": "one"})
    with pytest.raises(peras.SpoolFull):
        spool.keep("s", {"event_id": "two", "tags": {"long": "x" * 100}})
    assert spool.waiting() == 1


def test_refused_usage_is_kept_for_a_person_to_look_at(client: peras.Peras, tmp_path: Path) -> None:
    spool = Spool(tmp_path / "refused")
    spool.keep("never-started", {"event_id": "one", "input_tokens": 1, "output_tokens": 1})
    assert spool.send(client.record) == 0
    assert spool.waiting() == 0
    assert [path.suffix for path in spool.folder.iterdir()] == [".refused"]


def test_parallel_calls_spend_no_more_than_the_budget(client: peras.Peras) -> None:
    state = client.start_session(model="claude-sonnet-4-5", budget="0.05")
    session = peras.Session(client, state)
    made = []

    def agent(_: int) -> None:
        try:
            hold = session.before("claude-sonnet-4-5", 0, 200)  # 1 token in, 200 out: $0.003003
        except peras.BudgetExceeded:
            return
        made.append(hold)
        session.after({"input_tokens": 1, "output_tokens": 200}, hold)

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        list(pool.map(agent, range(64)))
    assert len(made) == 16
    assert session.refresh()["total_cost"] == Decimal("0.048048")


def test_a_url_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match="PERAS_URL"):
        peras.Peras("localhost:3000")
