"""A session of one agent: what its calls cost, and whether the next one may be made."""

from __future__ import annotations

import contextvars
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from . import errors, ids
from .client import Peras

LOG = logging.getLogger("peras")


@dataclass(frozen=True)
class Policy:
    """How calls of models are held to a session's limits.

    hold: whether money is set aside before each call: "budget" where the session has a budget,
        "always" also where only its customer has limits, "never" to meter alone.
    unreachable: whether calls are made while Peras does not answer: "open" makes them and records
        them later, "closed" raises Unavailable. "budget" is closed where the session has a budget.
    output_tokens: how many tokens a call may answer with that sets no limit itself.
    bytes_per_token: how many bytes of a request make a token, to hold for its input.
    """

    hold: Literal["budget", "always", "never"] = "budget"
    unreachable: Literal["budget", "open", "closed"] = "budget"
    output_tokens: int = 8192
    bytes_per_token: float = 2.0


class Session:
    """A session that was started. Thread-safe.

    state: the latest that Peras has said of it: total_cost, remaining, stop, warnings and so on.
    """

    def __init__(self, client: Peras, state: dict[str, Any], policy: Policy | None = None) -> None:
        self.client = client
        self.id: str = state["session_id"]
        self.policy = policy or Policy()
        self.state = state
        self._lock = threading.Lock()

    @property
    def budget(self) -> Decimal | None:
        return self.state.get("budget")

    def wrap(self, response: Any = None, **event: Any) -> dict[str, Any]:
        """Records a model call and returns the session's state, with `response` handed back.

        response: what the provider's SDK returned; its usage, id and model are taken where the
            event does not name them.
        event: input_tokens, output_tokens, cache_read_tokens, model, prompt, tool_calls, cost and
            the other fields of an event.

        >>> session.wrap(None, input_tokens=1200, output_tokens=380)  # doctest: +SKIP
        """
        event = {**_read(response, event), **event}
        event.setdefault("event_id", ids.new())
        for name in ("input_tokens", "output_tokens"):
            if "usage" not in event and "cost" not in event:
                event.setdefault(name, 0)
        answer = self.client.record(self.id, event)
        self._remember(answer)
        return {**answer, "response": response}

    def refresh(self) -> dict[str, Any]:
        """Reads the session's state."""
        state = self.client.state(self.id)
        self._remember(state)
        return state

    def end(self) -> dict[str, Any]:
        """Ends the session and returns its result."""
        result = self.client.end_session(self.id)
        self._remember(result)
        return result

    # What instrumented SDKs do around each call

    def before(self, model: str | None, input_bytes: int, max_output: int | None) -> str | None:
        """Asks whether a call may be made, and sets aside what it may cost at most.

        Returns the hold that its usage settles, or None where nothing is held.
        Raises BudgetExceeded where the call does not fit: it must not be made then.
        """
        if self.policy.hold == "never":
            return None
        if self.state.get("stop"):
            reason = self.state.get("stop_reason")
            raise errors.BudgetExceeded(
                f"Session {self.id} has to stop ({reason}).", code=reason, body=_limit(self.state)
            )
        if self.policy.hold == "budget" and self.budget is None:
            return None
        tokens = int(input_bytes / self.policy.bytes_per_token) + 1
        try:
            granted = self.client.hold(
                self.id,
                model=model,
                input_tokens=tokens,
                max_output_tokens=max_output or self.policy.output_tokens,
            )
        except errors.Unavailable as fault:
            if self._is_closed():
                raise
            LOG.warning("a call is made without a hold: %s", fault)
            return None
        hold: str = granted["hold_id"]
        return hold

    def after(self, event: dict[str, Any], hold: str | None) -> None:
        """Records a call that was made. It never fails the call, whose money is spent."""
        event = {"event_id": ids.new(), **event}
        if hold is not None:
            event["hold_id"] = hold
        try:
            answer = self.client.record_or_keep(self.id, event)
            if answer is not None:
                self._remember(answer)
        except errors.PerasError as fault:
            LOG.error("a call of %s is not recorded: %s", event.get("model"), fault)

    def release(self, hold: str | None) -> None:
        """Gives back what was set aside for a call that was not made."""
        if hold is not None:
            try:
                self.client.release(self.id, hold)
            except errors.PerasError as fault:
                LOG.warning("hold %s stays until it expires: %s", hold, fault)

    def _is_closed(self) -> bool:
        if self.policy.unreachable == "budget":
            return self.budget is not None
        return self.policy.unreachable == "closed"

    def _remember(self, state: dict[str, Any]) -> None:
        with self._lock:
            # Answers of parallel calls overtake each other: the one with more steps is newer.
            if state.get("steps", 0) >= self.state.get("steps", 0):
                self.state = state

    def __enter__(self) -> Session:
        self._token = _CURRENT.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _CURRENT.reset(self._token)
        self.end()


_CURRENT: contextvars.ContextVar[Session | None] = contextvars.ContextVar("peras_session", default=None)
_process: Session | None = None


def current() -> Session | None:
    """The session of this thread or task; else the one that the process started last."""
    return _CURRENT.get() or _process


def set_current(session: Session | None) -> None:
    """Makes a session the one of this thread or task, and of threads that have none."""
    global _process
    _CURRENT.set(session)
    _process = session


def _limit(state: Mapping[str, Any]) -> dict[str, Any]:
    is_customers = state.get("stop_reason") == "customer_cap_reached"
    return {"level": "customer" if is_customers else "session", "remaining": state.get("remaining")}


def _read(response: Any, event: Mapping[str, Any]) -> dict[str, Any]:
    """What an SDK's answer says of the call: its usage object, id and model."""
    if response is None or any(name in event for name in ("usage", "input_tokens", "cost")):
        return {}
    answer = plain(response)
    if not isinstance(answer, Mapping):
        return {}
    usage = answer.get("usage") or answer.get("usageMetadata") or answer.get("usage_metadata")
    if not isinstance(usage, Mapping):
        return {}
    found: dict[str, Any] = {"usage": usage}
    call_id = answer.get("id") or answer.get("responseId") or answer.get("response_id")
    model = answer.get("model") or answer.get("modelVersion") or answer.get("model_version")
    if isinstance(call_id, str):
        found["event_id"] = call_id
    if isinstance(model, str):
        found["model"] = model
    return found


def plain(value: Any) -> Any:
    """An SDK's object as plain JSON values."""
    for name in ("model_dump", "to_dict", "dict"):
        dump = getattr(value, name, None)
        if callable(dump) and not isinstance(value, Mapping):
            try:
                return dump(mode="json", exclude_none=True) if name == "model_dump" else dump()
            except TypeError:
                return dump()
    return value
