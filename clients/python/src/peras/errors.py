"""What can go wrong, by kind. Every error says whether sending the same again is safe."""

from __future__ import annotations

from decimal import Decimal
from typing import Any


class PerasError(Exception):
    """A request that Peras refused, or could not answer.

    status: the HTTP status, or None where no answer came.
    code: a word that programs can rely on, such as "session_budget_reached".
    request_id: what the deployment's log calls this request, where it said so.
    errors: the faults of the request, each with "field" and "message".
    body: the whole answer.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
        body: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.request_id = request_id
        self.body = body or {}

    @property
    def errors(self) -> list[dict[str, str]]:
        return list(self.body.get("errors", []))


class BudgetExceeded(PerasError):
    """A limit says no: the call that asked was not made, and nothing was spent.

    level: which limit refused, "session", "customer" or "budget".
    remaining: what is left of it, in USD.
    """

    @property
    def level(self) -> str | None:
        return self.body.get("level")

    @property
    def remaining(self) -> Decimal | None:
        return self.body.get("remaining")


class InvalidRequest(PerasError):
    """The request breaks a rule of the API. Sending it again changes nothing."""


class NotFound(PerasError):
    """There is no such thing, or not for this caller."""


class Conflict(PerasError):
    """The request contradicts what is there, such as an id that was used for something else."""


class Unavailable(PerasError):
    """Peras could not be reached, or was too busy. Sending the same again is safe."""


def of(status: int, body: dict[str, Any], request_id: str | None) -> PerasError:
    """The error that an answer stands for."""
    kind: type[PerasError] = PerasError
    if status == 402:
        kind = BudgetExceeded
    elif status == 404:
        kind = NotFound
    elif status in (409, 410):
        kind = Conflict
    elif status in (429, 502, 503, 504):
        kind = Unavailable
    elif 400 <= status < 500:
        kind = InvalidRequest
    message = body.get("detail") or f"Peras answered with status {status}"
    return kind(message, status=status, code=body.get("code"), request_id=request_id, body=body)
