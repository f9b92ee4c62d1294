"""The verbs of a script: instrument, start_session, wrap, get_state, end_session, meter."""

from __future__ import annotations

import os
import threading
from typing import Any

from . import bedrock_hook, http_hook
from .client import Amount, Peras
from .sessions import Policy, Session, current, set_current

_lock = threading.RLock()
_client: Peras | None = None
_policy = Policy()
_defaults: dict[str, Any] = {}


def client() -> Peras:
    """The client that the verbs use."""
    global _client
    with _lock:
        if _client is None:
            _client = Peras()
        return _client


def instrument(
    peras: Peras | None = None,
    *,
    policy: Policy | None = None,
    customer_id: str | None = None,
    model: str | None = None,
) -> list[str]:
    """Meters every call of a model that this process makes from now on.

    Covered are the SDKs that call over httpx (openai, anthropic, google-genai, litellm, LangChain's
    packages for them) and boto3's Bedrock. With a budget, money is set aside before each call, and
    one that does not fit raises BudgetExceeded before the provider sees it. Calls outside of any
    session go into one that is started at the first of them.

    customer_id, model: for sessions that name none. PERAS_CUSTOMER and PERAS_MODEL otherwise.
    Returns the libraries that were found.

    >>> peras.instrument()  # doctest: +SKIP
    >>> peras.start_session(budget=0.50)  # doctest: +SKIP
    """
    global _client, _policy
    with _lock:
        _client = peras or _client
        _policy = policy or _policy
        found = {
            "customer_id": customer_id or os.environ.get("PERAS_CUSTOMER"),
            "model": model or os.environ.get("PERAS_MODEL"),
        }
        _defaults.update({name: value for name, value in found.items() if value})
    _keep_genai_on_httpx()
    return http_hook.install(_session_of_call) + bedrock_hook.install(_session_of_call)


def _keep_genai_on_httpx() -> None:
    """Google's SDK takes aiohttp for its async calls where that is there, which is not metered."""
    try:
        from google.genai import _api_client  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return
    _api_client.has_aiohttp = False


def _session_of_call() -> Session:
    session = current()
    if session is None:
        with _lock:
            session = current() or open_session()
            set_current(session)
    return session


def open_session(*, policy: Policy | None = None, **terms: Any) -> Session:
    """Starts a session without making it the current one."""
    terms = {**_defaults, **{name: value for name, value in terms.items() if value is not None}}
    return Session(client(), client().start_session(**terms), policy or _policy)


def session(*, policy: Policy | None = None, **terms: Any) -> Session:
    """A session for a `with` block, in which calls of this thread or task count; then it ends.

    terms: as start_session's.

    >>> with peras.session(customer_id="acme", budget=0.50) as s:  # doctest: +SKIP
    ...     answer = openai.chat.completions.create(...)
    """
    return open_session(policy=policy, **terms)


def start_session(budget: Amount | None = None, **terms: Any) -> dict[str, Any]:
    """Starts a session, in which this process's calls count until it ends. Returns its state.

    budget: USD. Also customer_id, task, model, detectors, tags, session_id.
    """
    started = open_session(budget=budget, **terms)
    set_current(started)
    return started.state


def wrap(response: Any = None, **event: Any) -> dict[str, Any]:
    """Records a model call in the current session and returns its state; see Session.wrap."""
    return _current().wrap(response, **event)


def get_state() -> dict[str, Any]:
    """What the current session has cost and used so far."""
    return _current().refresh()


def end_session() -> dict[str, Any]:
    """Ends the current session and returns its result: total_cost, warnings and so on."""
    ended = _current()
    try:
        return ended.end()
    finally:
        set_current(None)


def meter(customer_id: str | None = None) -> dict[str, Any]:
    """A customer's month so far: spent, cap, remaining, state; without one, all customers'."""
    return client().meter(customer_id)


def customer_report(customer_id: str, period: str | None = None) -> dict[str, Any]:
    """What a customer's month went into: models, tasks, warnings, margin."""
    return client().customer_report(customer_id, period)


def _current() -> Session:
    found = current()
    if found is None:
        raise RuntimeError("no session is open: call peras.start_session() first")
    return found
