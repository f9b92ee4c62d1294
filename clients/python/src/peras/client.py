"""A client of Peras: one for a process, shared by all of its threads."""

from __future__ import annotations

import atexit
import logging
import os
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any, Literal

from . import errors, ids
from .spool import Spool
from .transport import Signer, Transport

LOG = logging.getLogger("peras")

Amount = Decimal | str | int | float
"""US dollars. A float is taken as it is written: 0.1 is ten cents."""


class Peras:
    """Talks to a Peras: the local runner unless PERAS_URL or `url` names another.

    url: where it is; PERAS_URL, else http://localhost:3000.
    key: PERAS_KEY; sent as x-peras-key.
    signer: makes the headers that sign a request, where the deployment wants SigV4.
    timeout: seconds for one attempt of a request.
    patience: seconds after which a request that keeps failing raises Unavailable.
    spool: the folder for usage that could not be sent; PERAS_SPOOL, else one in the user's home.
    """

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        signer: Signer | None = None,
        timeout: float = 15.0,
        patience: float = 30.0,
        spool: str | os.PathLike[str] | None = None,
    ) -> None:
        self._transport = Transport(
            url or os.environ.get("PERAS_URL") or "http://localhost:3000",
            key=key or os.environ.get("PERAS_KEY"),
            signer=signer,
            timeout=timeout,
            patience=patience,
        )
        self._spool = Spool(spool or os.environ.get("PERAS_SPOOL"))
        self._spool_after = 0.0
        atexit.register(self.flush)

    @property
    def url(self) -> str:
        return self._transport.url

    def call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Any call of the API, by its path: what this class has no method for."""
        return self._transport.call(method, path, body)

    # Sessions

    def start_session(
        self,
        *,
        session_id: str | None = None,
        customer_id: str | None = None,
        task: str | None = None,
        model: str | None = None,
        budget: Amount | None = None,
        detectors: dict[str, Any] | None = None,
        tags: dict[str, str] | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """Starts a session and returns its state.

        budget: USD; None for none.
        Raises BudgetExceeded where the customer's cap is reached and blocks.

        >>> peras.start_session(customer_id="acme", budget="0.50")  # doctest: +SKIP
        """
        terms = {
            "session_id": session_id or ids.new(),
            "customer_id": customer_id,
            "task": task,
            "model": model,
            "budget": None if budget is None else decimal(budget),
            "detectors": detectors,
            "tags": tags,
            **more,
        }
        return self.call("POST", "/v1/sessions", _given(terms))

    def state(self, session_id: str) -> dict[str, Any]:
        """What a session has cost and used so far, and whether it should stop."""
        return self.call("GET", _session(session_id))

    def end_session(self, session_id: str) -> dict[str, Any]:
        """Ends a session and returns its result. Ending it again returns the same."""
        self.flush()
        return self.call("POST", _session(session_id) + "/end", {})

    def record(self, session_id: str, event: dict[str, Any]) -> dict[str, Any]:
        """Records what one model call used; an event with the same event_id counts once."""
        return self.call("POST", _session(session_id) + "/usage", event)

    def record_or_keep(self, session_id: str, event: dict[str, Any]) -> dict[str, Any] | None:
        """Records an event, or keeps it on disk where Peras does not answer, and returns None.

        What is kept is sent before the next event that gets through, and at the end of the
        process. Raises SpoolFull where it can be neither sent nor kept.
        """
        if time.monotonic() >= self._spool_after:
            try:
                answer = self._transport.call(
                    "POST", _session(session_id) + "/usage", event, patience=5.0
                )
                self.flush()
                return answer
            except errors.Unavailable as fault:
                # Every call of an agent would wait for what is down: wait once in a while.
                self._spool_after = time.monotonic() + 5.0
                LOG.warning("usage is kept on disk in %s: %s", self._spool.folder, fault)
        event.setdefault("occurred_at", datetime.now(timezone.utc).isoformat())
        self._spool.keep(session_id, event)
        return None

    def flush(self) -> int:
        """Sends what waits on disk, as far as Peras answers, and returns how many events went."""
        if not self._spool.waiting():
            return 0
        return self._spool.send(
            lambda session_id, event: self._transport.call(
                "POST", _session(session_id) + "/usage", event, patience=2.0
            )
        )

    @property
    def unsent(self) -> int:
        """How many events wait on disk."""
        return self._spool.waiting()

    # Holds

    def hold(self, session_id: str, *, hold_id: str | None = None, **terms: Any) -> dict[str, Any]:
        """Sets money aside for a call before it is made.

        terms: `amount` in USD, or `model`, `input_tokens` and `max_output_tokens`.
        Raises BudgetExceeded where it does not fit, so that the call is not made.
        """
        if terms.get("amount") is not None:
            terms["amount"] = decimal(terms["amount"])
        body = {"hold_id": hold_id or ids.new(), **terms}
        return self.call("POST", _session(session_id) + "/holds", _given(body))

    def release(self, session_id: str, hold_id: str) -> None:
        """Gives a hold back. One that is gone already stays gone."""
        self.call("DELETE", f"{_session(session_id)}/holds/{_quoted(hold_id)}")

    # Customers

    def customer(self, customer_id: str) -> dict[str, Any]:
        """A customer's limits and current month, open sessions included."""
        return self.call("GET", _customer(customer_id))

    def meter(self, customer_id: str | None = None) -> dict[str, Any]:
        """A customer's month so far; without one, the months of all customers by their id."""
        if customer_id is not None:
            month: dict[str, Any] = self.customer(customer_id)["month"]
            return month
        return {entry["customer_id"]: entry for entry in self._pages("/v1/customers", "customers")}

    def customer_report(self, customer_id: str, period: str | None = None) -> dict[str, Any]:
        """What a month went into: models, tasks, warnings, expensive sessions, margin.

        period: like "2026-11"; None for the current month.
        """
        query = "" if period is None else "?" + urllib.parse.urlencode({"period": period})
        return self.call("GET", _customer(customer_id) + "/report" + query)

    def set_limits(
        self,
        customer_id: str,
        *,
        monthly_cap: Amount | None = None,
        alert_thresholds: Sequence[Amount | str] | None = None,
        on_cap: Literal["block", "alert"] | None = None,
        plan_price: Amount | None = None,
        time_zone: str | None = None,
    ) -> dict[str, Any]:
        """Replaces a customer's limits; what is left out takes the deployment's default.

        alert_thresholds: USD, or percentages of the cap such as "80%".
        """
        limits = {
            "monthly_cap": None if monthly_cap is None else decimal(monthly_cap),
            "alert_thresholds": None
            if alert_thresholds is None
            else [
                mark if isinstance(mark, str) and mark.endswith("%") else decimal(mark)
                for mark in alert_thresholds
            ],
            "on_cap": on_cap,
            "plan_price": None if plan_price is None else decimal(plan_price),
            "time_zone": time_zone,
        }
        return self.call("PUT", _customer(customer_id), _given(limits))

    def may_start(self, customer_id: str, amount: Amount | None = None) -> bool:
        """Whether a task of a customer may start now, with `amount` USD to spend."""
        query = "" if amount is None else f"?amount={format(decimal(amount), 'f')}"
        return bool(self.call("GET", _customer(customer_id) + "/admission" + query)["allowed"])

    def _pages(self, path: str, name: str) -> Iterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            query = "" if cursor is None else "?" + urllib.parse.urlencode({"cursor": cursor})
            page = self.call("GET", path + query)
            yield from page[name]
            cursor = page.get("cursor")
            if cursor is None:
                return

    def close(self) -> None:
        """Sends what waits. The client can still be used."""
        self.flush()
        atexit.unregister(self.flush)

    def __enter__(self) -> Peras:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def decimal(amount: Amount) -> Decimal:
    """An exact amount: 0.1 is ten cents, not the binary fraction beside it."""
    if isinstance(amount, bool) or not isinstance(amount, (Decimal, str, int, float)):
        raise TypeError(f"an amount is a number of USD, not {amount!r}")
    return amount if isinstance(amount, Decimal) else Decimal(str(amount))


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _quoted(segment: str) -> str:
    return urllib.parse.quote(segment, safe="")


def _session(session_id: str) -> str:
    return "/v1/sessions/" + _quoted(session_id)


def _customer(customer_id: str) -> str:
    return "/v1/customers/" + _quoted(customer_id)
