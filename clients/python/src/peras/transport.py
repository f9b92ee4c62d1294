"""JSON over HTTP, with exact decimals and retries that are safe because every change carries an id."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
import urllib.parse
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from . import errors

Signer = Callable[[str, str, bytes], Mapping[str, str]]
"""Makes the headers that sign a request, from its method, URL and body: SigV4, say."""

_RETRIED = (429, 502, 503, 504)


class Transport:
    """Connections to one Peras. Thread-safe: each thread has a connection of its own.

    timeout: seconds for one attempt.
    patience: seconds after which a request that keeps failing is given up.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        signer: Signer | None = None,
        timeout: float = 15.0,
        patience: float = 30.0,
    ) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"PERAS_URL must be like https://host/stage, not {url!r}")
        self.url = url.rstrip("/")
        self._parts = parts
        self._path = parts.path.rstrip("/")
        self._key = key
        self._signer = signer
        self._timeout = timeout
        self._patience = patience
        self._local = threading.local()

    def call(
        self, method: str, path: str, body: Any = None, *, patience: float | None = None
    ) -> dict[str, Any]:
        """Sends a request until it is answered.

        Raises a PerasError for an answer that refuses, and Unavailable when patience runs out.
        """
        data = b"" if body is None else encode(body)
        deadline = time.monotonic() + (self._patience if patience is None else patience)
        pause = 0.1
        while True:
            try:
                return self._attempt(method, path, data)
            except errors.PerasError as error:
                if not isinstance(error, errors.Unavailable):
                    raise
                if time.monotonic() + pause > deadline:
                    raise
            time.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(pause * 2, 3.0)

    def _attempt(self, method: str, path: str, data: bytes) -> dict[str, Any]:
        headers = {"accept": "application/json"}
        if data:
            headers["content-type"] = "application/json"
        if self._key:
            headers["x-peras-key"] = self._key
        if self._signer:
            headers.update(self._signer(method, self.url + path, data))
        try:
            connection = self._connection()
            connection.request(method, self._path + path, data or None, headers)
            response = connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException) as fault:
            self._drop()
            raise errors.Unavailable(f"Peras at {self.url} does not answer: {fault!r}") from fault
        if response.will_close:
            self._drop()
        answer = _decode(text)
        if 200 <= response.status < 300:
            return answer
        request_id = response.getheader("apigw-requestid")
        raise errors.of(response.status, answer, request_id)

    def _connection(self) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            kind = (
                http.client.HTTPSConnection
                if self._parts.scheme == "https"
                else http.client.HTTPConnection
            )
            assert self._parts.hostname
            connection = kind(self._parts.hostname, self._parts.port, timeout=self._timeout)
            self._local.connection = connection
        return connection

    def _drop(self) -> None:
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None


def encode(body: Any) -> bytes:
    """As JSON, with decimals exact. A float is written as Python shows it: 0.1 is 0.1."""
    return _json(body).encode()


def _json(value: Any) -> str:
    # The standard encoder turns decimals into binary fractions, or refuses them.
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is no amount")
        return format(value, "f")
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(str(k))}:{_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_json, value)) + "]"
    return json.dumps(value, allow_nan=False)


def _decode(text: bytes) -> dict[str, Any]:
    if not text:
        return {}
    try:
        answer = json.loads(text, parse_float=Decimal)
    except ValueError:
        return {"detail": text[:200].decode("utf-8", "replace")}
    return answer if isinstance(answer, dict) else {"items": answer}
