#!/usr/bin/env python3
"""Has real exporters send to a local Peras, and compares what it counted with the provider's own usage.

    make test-senders

Each sender is a program of its own in an environment with its packages from PyPI, calling a made-up provider on
loopback. Without PyPI the senders are skipped, with words.
"""

import http.server
import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ENVIRONMENT = HERE.parents[2] / "target" / "senders"
OTEL = ["opentelemetry-sdk", "opentelemetry-exporter-otlp-proto-http"]
SENDERS = {
    "otel-openai": [*OTEL, "openai", "opentelemetry-instrumentation-genai-openai"],
    "openllmetry-anthropic": [*OTEL, "anthropic", "opentelemetry-instrumentation-anthropic"],
}
CALLS = 5


class Provider(http.server.BaseHTTPRequestHandler):
    """Answers as OpenAI and Anthropic do, and adds up what it would bill."""

    protocol_version = "HTTP/1.1"
    billed = {}
    lock = threading.Lock()

    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        with self.lock:
            number = self.billed["calls"] = self.billed.get("calls", 0) + 1
        if self.path.endswith("/chat/completions"):
            prompt, cached, completion = 1000 + number, 640, 50 + number
            self.bill(input=prompt - cached, cache_read=cached, output=completion)
            body = {
                "id": f"chatcmpl-{time.time_ns()}",
                "object": "chat.completion",
                "created": int(time.time()),
                "model": "gpt-4o-2024-08-06",
                "choices": [
                    {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "ok"}}
                ],
                "usage": {
                    "prompt_tokens": prompt,
                    "completion_tokens": completion,
                    "total_tokens": prompt + completion,
                    "prompt_tokens_details": {"cached_tokens": cached},
                    "completion_tokens_details": {"reasoning_tokens": 0},
                },
            }
        else:
            self.bill(input=20 + number, cache_read=2048, cache_write=512, output=60 + number)
            body = {
                "id": f"msg_{time.time_ns()}",
                "type": "message",
                "role": "assistant",
                "model": "claude-sonnet-4-5-20250929",
                "content": [{"type": "text", "text": "ok"}],
                "stop_reason": "end_turn",
                "stop_sequence": None,
                "usage": {
                    "input_tokens": 20 + number,
                    "cache_read_input_tokens": 2048,
                    "cache_creation_input_tokens": 512,
                    "cache_creation": {"ephemeral_5m_input_tokens": 512, "ephemeral_1h_input_tokens": 0},
                    "output_tokens": 60 + number,
                },
            }
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def bill(self, **counts):
        with self.lock:
            for name, count in counts.items():
                self.billed[name] = self.billed.get(name, 0) + count

    def log_message(self, *args):
        pass


def python_of(sender):
    """The interpreter of a sender's own environment; None where its packages can't be had."""
    folder = ENVIRONMENT / sender
    python = folder / "bin" / "python3"
    if not (folder / "installed").exists():
        made = subprocess.run([sys.executable, "-m", "venv", folder], capture_output=True)
        if made.returncode:
            return None
        pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *SENDERS[sender]]
        if subprocess.run(pip, capture_output=True).returncode:
            return None
        (folder / "installed").touch()
    return python


def counted(peras, session):
    with urllib.request.urlopen(f"{peras}/v1/sessions/{session}", timeout=10) as response:
        state = json.load(response)
    return {
        "calls": state["steps"] - state["calls_without_usage"],
        "input": state["input_tokens"],
        "cache_read": state["cache_read_tokens"],
        "cache_write": state["cache_write_tokens"] + state["cache_write_1h_tokens"],
        "output": state["output_tokens"],
    }


def run(sender, peras, provider):
    python = python_of(sender)
    if python is None:
        print(f"SKIPPED: {sender}, since its packages can't be had from PyPI")
        return True
    Provider.billed.clear()
    session = f"{sender}-{time.time_ns()}"
    environment = {
        **os.environ,
        "PROVIDER": provider,
        "CALLS": str(CALLS),
        "OPENAI_API_KEY": "none",
        "ANTHROPIC_API_KEY": "none",
        "OTEL_EXPORTER_OTLP_ENDPOINT": peras + "/otlp",
        "OTEL_EXPORTER_OTLP_HEADERS": f"x-peras-session={session}",
    }
    done = subprocess.run(
        [python, HERE / f"{sender}.py"], env=environment, capture_output=True, text=True, timeout=120
    )
    if done.returncode:
        print(f"FAILED: {sender}\n{done.stdout}{done.stderr}")
        return False
    expected = {name: Provider.billed.get(name, 0) for name in ("calls", "input", "cache_read", "cache_write", "output")}
    found = counted(peras, session)
    ok = expected == found and found["calls"] == CALLS
    print(f"{'ok' if ok else 'FAILED'}: {sender}: billed {expected}, counted {found}")
    return ok


def main():
    peras = os.environ.get("PERAS_URL", "http://localhost:3000")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    provider = f"http://127.0.0.1:{server.server_address[1]}"
    results = [run(sender, peras, provider) for sender in SENDERS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
