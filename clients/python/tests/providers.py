"""Providers that answer as the real ones do, with usage that a test sets, and count their calls."""

from __future__ import annotations

import binascii
import itertools
import json
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_numbers = itertools.count(1)


class FakeProviders:
    """OpenAI, Anthropic, Gemini and Bedrock on one port of the loopback interface."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.status = 200
        self.input_tokens = 1000
        self.output_tokens = 100
        self.cut_off = False
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                provider.requests.append((self.path, body))
                if provider.status != 200:
                    self._send(provider.status, "application/json", b'{"error":{"message":"no"}}')
                    return
                kind, answer = provider.answer(self.path, body)
                self._send(200, kind, answer)

            def _send(self, status: int, kind: str, answer: bytes) -> None:
                self.send_response(status)
                self.send_header("content-type", kind)
                cut = provider.cut_off and len(answer) > 10
                self.send_header("content-length", str(len(answer)))
                if kind == "application/json":
                    self.send_header("x-amzn-requestid", f"request-{next(_numbers)}")
                self.end_headers()
                self.wfile.write(answer[: len(answer) // 2] if cut else answer)
                if cut:
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path: str, body: dict[str, Any]) -> tuple[str, bytes]:
        number = next(_numbers)
        if path.endswith("/chat/completions"):
            return self._chat(number, body)
        if path.endswith("/responses"):
            return self._responses(number, body)
        if path.endswith("/messages"):
            return self._messages(number, body)
        if path.endswith("/converse"):
            return self._converse()
        if path.endswith("/converse-stream"):
            return self._converse_stream()
        if "enerateContent" in path:
            return self._gemini(number, ":stream" in path)
        return "application/json", b"{}"

    def _chat(self, number: int, body: dict[str, Any]) -> tuple[str, bytes]:
        usage = {
            "prompt_tokens": self.input_tokens,
            "completion_tokens": self.output_tokens,
            "total_tokens": self.input_tokens + self.output_tokens,
            "prompt_tokens_details": {"cached_tokens": 0},
        }
        base = {"id": f"chatcmpl-{number}", "created": 1, "model": body["model"]}
        if not body.get("stream"):
            message = {"role": "assistant", "content": "Hello"}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            answer = {**base, "object": "chat.completion", "choices": [choice], "usage": usage}
            return "application/json", json.dumps(answer).encode()
        chunks = []
        for text in ("Hel", "lo"):
            choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
            chunks.append({**base, "object": "chat.completion.chunk", "choices": [choice]})
        if (body.get("stream_options") or {}).get("include_usage"):
            last = {**base, "object": "chat.completion.chunk", "choices": [], "usage": usage}
            chunks.append(last)
        return "text/event-stream", _events(chunks) + b"data: [DONE]\n\n"

    def _responses(self, number: int, body: dict[str, Any]) -> tuple[str, bytes]:
        response = {
            "id": f"resp_{number}",
            "object": "response",
            "created_at": 1,
            "status": "completed",
            "model": body["model"],
            "output": [
                {
                    "type": "function_call",
                    "id": "fc_1",
                    "call_id": "call_1",
                    "name": "search",
                    "arguments": "{}",
                }
            ],
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "usage": {
                "input_tokens": self.input_tokens,
                "input_tokens_details": {"cached_tokens": 0},
                "output_tokens": self.output_tokens,
                "output_tokens_details": {"reasoning_tokens": 0},
                "total_tokens": self.input_tokens + self.output_tokens,
            },
        }
        if not body.get("stream"):
            return "application/json", json.dumps(response).encode()
        events = [
            {"type": "response.output_text.delta", "delta": "Hi", "sequence_number": 1},
            {"type": "response.completed", "response": response, "sequence_number": 2},
        ]
        return "text/event-stream", _events(events, named=True)

    def _messages(self, number: int, body: dict[str, Any]) -> tuple[str, bytes]:
        usage = {"input_tokens": self.input_tokens, "cache_read_input_tokens": 500}
        message = {
            "id": f"msg_{number}",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "stop_reason": None,
            "stop_sequence": None,
        }
        if not body.get("stream"):
            answer = {
                **message,
                "content": [{"type": "text", "text": "Hi"}],
                "usage": {**usage, "output_tokens": self.output_tokens},
            }
            return "application/json", json.dumps(answer).encode()
        start = {**message, "content": [], "usage": {**usage, "output_tokens": 1}}
        block = {"type": "text", "text": ""}
        events = [
            {"type": "message_start", "message": start},
            {"type": "content_block_start", "index": 0, "content_block": block},
            {
                "type": "content_block_delta",
                "index": 0,
                "delta": {"type": "text_delta", "text": "Hi"},
            },
            {"type": "content_block_stop", "index": 0},
            {
                "type": "message_delta",
                "delta": {"stop_reason": "end_turn", "stop_sequence": None},
                "usage": {"output_tokens": self.output_tokens},
            },
            {"type": "message_stop"},
        ]
        return "text/event-stream", _events(events, named=True)

    def _gemini(self, number: int, stream: bool) -> tuple[str, bytes]:
        answer = {
            "candidates": [{"content": {"role": "model", "parts": [{"text": "Hi"}]}, "index": 0}],
            "usageMetadata": {
                "promptTokenCount": self.input_tokens,
                "candidatesTokenCount": self.output_tokens,
                "totalTokenCount": self.input_tokens + self.output_tokens,
            },
            "modelVersion": "gemini-2.5-flash",
            "responseId": f"gemini-{number}",
        }
        if stream:
            return "text/event-stream", _events([answer])
        return "application/json", json.dumps(answer).encode()

    def _bedrock_usage(self) -> dict[str, int]:
        return {
            "inputTokens": self.input_tokens,
            "outputTokens": self.output_tokens,
            "totalTokens": self.input_tokens + self.output_tokens,
        }

    def _converse(self) -> tuple[str, bytes]:
        answer = {
            "output": {"message": {"role": "assistant", "content": [{"text": "Hi"}]}},
            "stopReason": "end_turn",
            "usage": self._bedrock_usage(),
            "metrics": {"latencyMs": 1},
        }
        return "application/json", json.dumps(answer).encode()

    def _converse_stream(self) -> tuple[str, bytes]:
        events = [
            ("messageStart", {"role": "assistant"}),
            ("contentBlockDelta", {"delta": {"text": "Hi"}, "contentBlockIndex": 0}),
            ("messageStop", {"stopReason": "end_turn"}),
            ("metadata", {"usage": self._bedrock_usage(), "metrics": {"latencyMs": 1}}),
        ]
        frames = b"".join(_frame(kind, json.dumps(payload).encode()) for kind, payload in events)
        return "application/vnd.amazon.eventstream", frames


def _events(messages: list[dict[str, Any]], named: bool = False) -> bytes:
    text = ""
    for message in messages:
        text += f"event: {message['type']}\n" if named else ""
        text += f"data: {json.dumps(message)}\n\n"
    return text.encode()


def _frame(kind: str, payload: bytes) -> bytes:
    """An event in AWS's own encoding."""
    headers = b""
    said = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
    for name, value in said.items():
        headers += struct.pack("!B", len(name)) + name.encode()
        headers += struct.pack("!BH", 7, len(value)) + value.encode()
    prelude = struct.pack("!II", 16 + len(headers) + len(payload), len(headers))
    prelude += struct.pack("!I", binascii.crc32(prelude))
    message = prelude + headers + payload
    return message + struct.pack("!I", binascii.crc32(message))
