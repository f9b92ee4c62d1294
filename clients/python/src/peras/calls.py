"""Recognises calls of models among HTTP requests, and reads what they used from the answers.

It works on the wire format, for SDKs change more often than what they send.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

Dialect = Literal["openai", "responses", "anthropic", "gemini"]

_PATHS: list[tuple[re.Pattern[str], Dialect]] = [
    (re.compile(r"/(chat/completions|embeddings|completions)$"), "openai"),
    (re.compile(r"/responses$"), "responses"),
    (re.compile(r"/messages$"), "anthropic"),
    (re.compile(r"/models/(?P<model>[^/:]+):(stream)?[gG]enerateContent$"), "gemini"),
]

_IMAGE_BYTES = 6000
"""What an image or a file counts for when its call is held: about 3,000 tokens."""


@dataclass(frozen=True)
class ModelCall:
    """A request to a model.

    wants_usage: whether the sender itself asked a stream for its usage.
    """

    dialect: Dialect
    model: str | None
    body: Mapping[str, Any]
    input_bytes: int
    max_output: int | None
    is_stream: bool
    wants_usage: bool
    prompt_hash: str | None
    result_hash: str | None


def recognise(method: str, path: str, content: bytes) -> ModelCall | None:
    """The model call that a request makes; None for any other request."""
    if method != "POST":
        return None
    for pattern, dialect in _PATHS:
        match = pattern.search(path)
        if match:
            break
    else:
        return None
    try:
        body = json.loads(content)
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    model = body.get("model") or match.groupdict().get("model")
    options = body.get("stream_options") or {}
    return ModelCall(
        dialect,
        model if isinstance(model, str) else None,
        body,
        _text_bytes(body),
        _max_output(body),
        bool(body.get("stream")) or ":stream" in path,
        dialect != "openai" or bool(options.get("include_usage")),
        *_hashes(body),
    )


def _max_output(body: Mapping[str, Any]) -> int | None:
    config = body.get("generationConfig") or {}
    for limit in (
        body.get("max_completion_tokens"),
        body.get("max_output_tokens"),
        body.get("max_tokens"),
        config.get("maxOutputTokens"),
    ):
        if isinstance(limit, int) and limit > 0:
            answers = body.get("n") or config.get("candidateCount") or 1
            return limit * answers if isinstance(answers, int) else limit
    return None


def _text_bytes(value: Any) -> int:
    if isinstance(value, str):
        is_file = len(value) > 4096 and (value.startswith("data:") or " " not in value[:4096])
        return _IMAGE_BYTES if is_file else len(value.encode())
    if isinstance(value, dict):
        return sum(len(name) + _text_bytes(inner) for name, inner in value.items())
    if isinstance(value, list):
        return sum(map(_text_bytes, value))
    return 4


def _hashes(body: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Hashes of the last message, and of the tool's result that it may be.

    A growing conversation never repeats as a whole; what comes last does when an agent loops.
    """
    messages = body.get("messages") or body.get("contents") or body.get("input")
    if isinstance(messages, str):
        return _hash(messages), None
    if not isinstance(messages, list) or not messages:
        return None, None
    last = messages[-1]
    if not isinstance(last, dict):
        return _hash(last), None
    parts = last.get("content") or last.get("parts")
    blocks = [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    results = [
        block.get("content") or block.get("functionResponse")
        for block in blocks
        if block.get("type") == "tool_result" or "functionResponse" in block
    ]
    if last.get("role") == "tool" or last.get("type") == "function_call_output":
        results = [last.get("content") or last.get("output")]
    without_ids = {name: value for name, value in last.items() if not name.endswith("id")}
    return _hash(results or without_ids), _hash(results) if results else None


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


@dataclass
class Answer:
    """What an answer has said so far of the call's usage."""

    call: ModelCall
    usage: dict[str, Any] | None = None
    call_id: str | None = None
    model: str | None = None
    tier: str | None = None
    tools: set[Any] = field(default_factory=set)

    def read(self, message: Any) -> bool:
        """Takes in the body of an answer, or one event of a stream.

        Returns whether it carries nothing but the usage that the sender did not ask for.
        """
        if not isinstance(message, dict):
            return False
        if self.call.dialect == "anthropic":
            self._read_anthropic(message)
            return False
        if self.call.dialect == "gemini":
            self._read_gemini(message)
            return False
        if self.call.dialect == "responses" and isinstance(message.get("response"), dict):
            message = message["response"]
        self._identify(message.get("id"), message.get("model"))
        self.tier = message.get("service_tier") or self.tier
        if isinstance(message.get("usage"), dict):
            self.usage = message["usage"]
        for item in message.get("output") or ():
            if isinstance(item, dict) and item.get("type") == "function_call":
                self.tools.add(item.get("call_id"))
        choices = message.get("choices") or ()
        for choice in choices:
            said = choice.get("delta") or choice.get("message") or {}
            for place, tool in enumerate(said.get("tool_calls") or ()):
                self.tools.add((choice.get("index"), tool.get("index", place)))
        return not self.call.wants_usage and not choices and bool(message.get("usage"))

    def _read_anthropic(self, event: dict[str, Any]) -> None:
        message = event.get("message") if event.get("type") == "message_start" else event
        if isinstance(message, dict) and message.get("type") == "message":
            self._identify(message.get("id"), message.get("model"))
            for place, block in enumerate(message.get("content") or ()):
                if block.get("type") == "tool_use":
                    self.tools.add(place)
        if event.get("type") == "content_block_start":
            if (event.get("content_block") or {}).get("type") == "tool_use":
                self.tools.add(event.get("index"))
        usage = (message or {}).get("usage")
        if isinstance(usage, dict):
            # A stream's later counts replace its earlier ones; what it does not repeat stays.
            known = {name: value for name, value in usage.items() if value is not None}
            self.usage = {**(self.usage or {}), **known}

    def _read_gemini(self, chunk: dict[str, Any]) -> None:
        self._identify(chunk.get("responseId"), chunk.get("modelVersion"))
        if isinstance(chunk.get("usageMetadata"), dict):
            self.usage = chunk["usageMetadata"]
        for candidate in chunk.get("candidates") or ():
            for part in (candidate.get("content") or {}).get("parts") or ():
                if "functionCall" in part:
                    self.tools.add(len(self.tools))

    def _identify(self, call_id: Any, model: Any) -> None:
        if isinstance(call_id, str) and re.fullmatch(r"[A-Za-z0-9_.:@-]{1,128}", call_id):
            self.call_id = self.call_id or call_id
        if isinstance(model, str):
            self.model = model

    def event(self) -> dict[str, Any] | None:
        """The usage event; None where the answer said nothing of usage."""
        if self.usage is None:
            return None
        event: dict[str, Any] = {"usage": self.usage, "tool_calls": len(self.tools)}
        model = self.model or self.call.model
        named = {
            "event_id": self.call_id,
            "model": model,
            "prompt_hash": self.call.prompt_hash,
            "result_hash": self.call.result_hash,
        }
        event.update({name: value for name, value in named.items() if value is not None})
        return event


class EventStream:
    """Server-sent events as they pass by: each goes on as it came, but for usage nobody asked for."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        """Takes bytes in, and returns those that go on to the reader."""
        self._rest += data
        passed = b""
        while match := re.search(rb"\r?\n\r?\n", self._rest):
            event, self._rest = self._rest[: match.end()], self._rest[match.end() :]
            if not self._hides(event):
                passed += event
        return passed

    def end(self) -> bytes:
        """The bytes that are left once the stream has ended."""
        rest, self._rest = self._rest, b""
        return b"" if rest and self._hides(rest) else rest

    def _hides(self, event: bytes) -> bool:
        data = b"\n".join(
            line[5:].strip() for line in event.splitlines() if line.startswith(b"data:")
        )
        try:
            return bool(data) and self._answer.read(json.loads(data, parse_float=Decimal))
        except ValueError:
            return False  # [DONE], or no JSON: none of ours
