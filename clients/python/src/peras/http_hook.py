"""Meters the calls that SDKs make over httpx: OpenAI, Anthropic, Google GenAI, LiteLLM, LangChain.

All of them send their requests by `Client.send` or `AsyncClient.send`, so these are where a call
can be refused before it is made and read after it was answered.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from typing import Any

from . import calls
from .sessions import Session

LOG = logging.getLogger("peras")

_LIBRARIES = ("httpx", "httpx2")


def install(session_of_call: Any) -> list[str]:
    """Puts itself around `send` of the libraries that are there, and returns their names."""
    installed = []
    for name in _LIBRARIES:
        try:
            library = importlib.import_module(name)
        except ImportError:
            continue
        if not getattr(library.Client.send, "_peras", False):
            _wrap(library, session_of_call)
        installed.append(name)
    return installed


def _wrap(library: Any, session_of_call: Any) -> None:
    send, send_async = library.Client.send, library.AsyncClient.send
    streams = _streams(library)

    def metered(client: Any, request: Any, **options: Any) -> Any:
        call = _call(request)
        session = None if call is None else session_of_call()
        if call is None or session is None:
            return send(client, request, **options)
        hold = session.before(call.model, call.input_bytes, call.max_output)
        answer = calls.Answer(call)
        try:
            response = send(client, _prepared(request, call), **options)
        except BaseException:
            session.release(hold)
            raise
        if response.status_code >= 400:
            session.release(hold)
        elif response.is_stream_consumed:
            _read_whole(answer, response.content)
            _settle(session, answer, hold)
        else:
            response.stream = streams.Metered(response, session, answer, hold)
        return response

    async def metered_async(client: Any, request: Any, **options: Any) -> Any:
        call = _call(request)
        session = None if call is None else await asyncio.to_thread(session_of_call)
        if call is None or session is None:
            return await send_async(client, request, **options)
        hold = await asyncio.to_thread(
            session.before, call.model, call.input_bytes, call.max_output
        )
        answer = calls.Answer(call)
        try:
            response = await send_async(client, _prepared(request, call), **options)
        except BaseException:
            await _finish(session.release, hold)
            raise
        if response.status_code >= 400:
            await _finish(session.release, hold)
        elif response.is_stream_consumed:
            _read_whole(answer, response.content)
            await _finish(_settle, session, answer, hold)
        else:
            response.stream = streams.MeteredAsync(response, session, answer, hold)
        return response

    metered._peras = True  # type: ignore[attr-defined]
    metered_async._peras = True  # type: ignore[attr-defined]
    library.Client.send = metered
    library.AsyncClient.send = metered_async


async def _finish(change: Any, *arguments: Any) -> None:
    """Runs a change to its end even where the task that called the model is cancelled."""
    await asyncio.shield(asyncio.to_thread(change, *arguments))


def _call(request: Any) -> calls.ModelCall | None:
    try:
        content = request.content
    except Exception:  # a request that is streamed: none that an SDK makes for a model
        return None
    return calls.recognise(request.method, request.url.path, content)


def _prepared(request: Any, call: calls.ModelCall) -> Any:
    """The request, changed so that its stream ends with its usage and comes uncompressed."""
    if not call.is_stream:
        return request
    headers = {
        name: value
        for name, value in request.headers.multi_items()
        if name.lower() not in ("content-length", "accept-encoding")
    }
    headers["accept-encoding"] = "identity"
    body = dict(call.body)
    if not call.wants_usage:
        body["stream_options"] = {**(body.get("stream_options") or {}), "include_usage": True}
    return type(request)(
        request.method,
        request.url,
        headers=headers,
        content=json.dumps(body).encode() if body != call.body else request.content,
        extensions=request.extensions,
    )


def _read_whole(answer: calls.Answer, content: bytes) -> None:
    try:
        messages = json.loads(content, parse_float=Decimal)
    except ValueError:
        events = calls.EventStream(answer)
        events.feed(content)
        events.end()
        return
    for message in messages if isinstance(messages, list) else [messages]:
        answer.read(message)


def _settle(session: Session, answer: calls.Answer, hold: str | None) -> None:
    event = answer.event()
    if event is not None:
        session.after(event, hold)
        return
    # The provider may have charged for what it sent: the money stays set aside until it expires.
    LOG.warning("a call of %s ended without its usage and is not metered", answer.call.model)


def _streams(library: Any) -> Any:
    """Streams of a library's own kind, which pass an answer on and read it meanwhile."""

    class Metered(library.SyncByteStream):  # type: ignore[misc]
        def __init__(
            self, response: Any, session: Session, answer: calls.Answer, hold: str | None
        ) -> None:
            self._stream = response.stream
            self._reader = _Reader(response, answer)
            self._done = False
            self._settled = (session, answer, hold)

        def __iter__(self) -> Iterator[bytes]:
            for data in self._stream:
                if passed := self._reader.feed(data):
                    yield passed
            if rest := self._reader.end():
                yield rest
            self._end()

        def close(self) -> None:
            self._stream.close()
            self._end()

        def _end(self) -> None:
            if not self._done:
                self._done = True
                self._reader.end()
                _settle(*self._settled)

    class MeteredAsync(library.AsyncByteStream):  # type: ignore[misc]
        def __init__(
            self, response: Any, session: Session, answer: calls.Answer, hold: str | None
        ) -> None:
            self._stream = response.stream
            self._reader = _Reader(response, answer)
            self._done = False
            self._settled = (session, answer, hold)

        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for data in self._stream:
                if passed := self._reader.feed(data):
                    yield passed
            if rest := self._reader.end():
                yield rest
            await self._end()

        async def aclose(self) -> None:
            await self._stream.aclose()
            await self._end()

        async def _end(self) -> None:
            if not self._done:
                self._done = True
                self._reader.end()
                await _finish(_settle, *self._settled)

    class Streams:
        pass

    Streams.Metered = Metered  # type: ignore[attr-defined]
    Streams.MeteredAsync = MeteredAsync  # type: ignore[attr-defined]
    return Streams


class _Reader:
    """Reads an answer as it passes: an event stream by its events, any other body at its end."""

    def __init__(self, response: Any, answer: calls.Answer) -> None:
        kind = response.headers.get("content-type", "")
        self._events = calls.EventStream(answer) if kind.startswith("text/event-stream") else None
        self._answer = answer
        self._whole = b""

    def feed(self, data: bytes) -> bytes:
        if self._events is not None:
            return self._events.feed(data)
        self._whole += data
        return data

    def end(self) -> bytes:
        if self._events is not None:
            return self._events.end()
        if self._whole:
            _read_whole(self._answer, self._whole)
            self._whole = b""
        return b""



