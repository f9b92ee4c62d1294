"""Meters the calls that boto3 makes to Amazon Bedrock, which go over urllib3 and not over httpx."""

from __future__ import annotations

import importlib
import io
import json
from collections.abc import Iterator
from typing import Any

from .sessions import Session, plain


def install(session_of_call: Any) -> list[str]:
    """Puts itself around botocore's calls where botocore is there."""
    try:
        client = importlib.import_module("botocore.client").BaseClient
    except ImportError:
        return []
    original = client._make_api_call
    if getattr(original, "_peras", False):
        return ["botocore"]

    def metered(self: Any, operation: str, parameters: dict[str, Any]) -> Any:
        if self.meta.service_model.service_name != "bedrock-runtime" or operation not in _OPERATIONS:
            return original(self, operation, parameters)
        session: Session | None = session_of_call()
        if session is None:
            return original(self, operation, parameters)
        model: str = parameters["modelId"]
        limit = (parameters.get("inferenceConfig") or {}).get("maxTokens")
        body = parameters.get("body")
        if body is not None:
            text = body if isinstance(body, (str, bytes)) else body.read()
            parameters = {**parameters, "body": text}
            limit = _limit(text)
            size = len(text)
        else:
            said = {name: parameters.get(name) for name in ("messages", "system", "toolConfig")}
            size = len(json.dumps(said, default=lambda file: " " * 6000))
        hold = session.before(model, size, limit)
        try:
            response = original(self, operation, parameters)
        except BaseException:
            session.release(hold)
            raise
        _OPERATIONS[operation](session, response, model, hold)
        return response

    metered._peras = True  # type: ignore[attr-defined]
    client._make_api_call = metered
    return ["botocore"]


def _limit(body: str | bytes) -> int | None:
    try:
        asked = json.loads(body)
    except ValueError:
        return None
    for name in ("max_tokens", "max_gen_len", "maxTokens", "max_tokens_to_sample"):
        if isinstance(asked, dict) and isinstance(asked.get(name), int):
            limit: int = asked[name]
            return limit
    return None


def _converse(session: Session, response: dict[str, Any], model: str, hold: str | None) -> None:
    blocks = ((response.get("output") or {}).get("message") or {}).get("content") or []
    tools = sum("toolUse" in block for block in blocks)
    _settle(session, response, response.get("usage"), model, hold, tools)


def _converse_stream(
    session: Session, response: dict[str, Any], model: str, hold: str | None
) -> None:
    def seen(events: Any) -> Iterator[Any]:
        usage, tools = None, 0
        try:
            for event in events:
                usage = (event.get("metadata") or {}).get("usage") or usage
                tools += "toolUse" in ((event.get("contentBlockStart") or {}).get("start") or {})
                yield event
        finally:
            _settle(session, response, usage, model, hold, tools)

    response["stream"] = seen(response["stream"])


def _invoke(session: Session, response: dict[str, Any], model: str, hold: str | None) -> None:
    text = response["body"].read()
    response["body"] = _Body(text)
    try:
        answer = json.loads(text)
    except ValueError:
        answer = {}
    _settle(session, response, _usage(answer, response), model, hold, 0)


def _invoke_stream(session: Session, response: dict[str, Any], model: str, hold: str | None) -> None:
    def seen(events: Any) -> Iterator[Any]:
        usage: dict[str, Any] = {}
        try:
            for event in events:
                chunk = json.loads((event.get("chunk") or {}).get("bytes") or b"{}")
                message = chunk.get("message") or {}
                usage.update(message.get("usage") or {})
                usage.update(chunk.get("usage") or {})
                metrics = chunk.get("amazon-bedrock-invocationMetrics")
                if metrics and not usage:
                    usage = {
                        "inputTokens": metrics["inputTokenCount"],
                        "outputTokens": metrics["outputTokenCount"],
                        "totalTokens": metrics["inputTokenCount"] + metrics["outputTokenCount"],
                    }
                yield event
        finally:
            _settle(session, response, usage or None, model, hold, 0)

    response["body"] = seen(response["body"])


def _usage(answer: Any, response: dict[str, Any]) -> dict[str, Any] | None:
    if isinstance(answer, dict) and isinstance(answer.get("usage"), dict):
        found: dict[str, Any] = answer["usage"]
        return found
    # Every family's counts are in the headers, whatever its body looks like.
    headers = response["ResponseMetadata"].get("HTTPHeaders") or {}
    read = headers.get("x-amzn-bedrock-input-token-count")
    written = headers.get("x-amzn-bedrock-output-token-count")
    if read is None or written is None:
        return None
    return {
        "inputTokens": int(read),
        "outputTokens": int(written),
        "totalTokens": int(read) + int(written),
    }


def _settle(
    session: Session, response: Any, usage: Any, model: str, hold: str | None, tools: int
) -> None:
    if usage is None:
        return  # the money stays set aside until its hold expires
    event = {"usage": plain(usage), "model": model, "tool_calls": tools}
    request_id = (response.get("ResponseMetadata") or {}).get("RequestId")
    if request_id:
        event["event_id"] = request_id
    session.after(event, hold)


class _Body(io.BytesIO):
    """A body that was read and can be read again, with the names of botocore's own."""

    def iter_lines(self, chunk_size: int = 1024) -> Iterator[bytes]:
        yield from (line.rstrip(b"\r\n") for line in self)

    def iter_chunks(self, chunk_size: int = 1024) -> Iterator[bytes]:
        while chunk := self.read(chunk_size):
            yield chunk


_OPERATIONS = {
    "Converse": _converse,
    "ConverseStream": _converse_stream,
    "InvokeModel": _invoke,
    "InvokeModelWithResponseStream": _invoke_stream,
}
