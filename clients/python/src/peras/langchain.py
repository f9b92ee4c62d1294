"""A callback handler that meters LangChain models whose calls `instrument()` cannot see.

Models that call over httpx or boto3 (OpenAI's, Anthropic's, Google's, Bedrock's) need none:
`peras.instrument()` meters and limits them, and with both a call would be sent twice.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.outputs import LLMResult

from .sessions import Session, current


class PerasCallbackHandler(BaseCallbackHandler):
    """Records the usage of each model call in a session.

    session: None for the current one.
    Raises BudgetExceeded before a call once the session has to stop.

    >>> model.invoke(prompt, config={"callbacks": [PerasCallbackHandler()]})  # doctest: +SKIP
    """

    raise_error = True  # else LangChain logs what this raises, and makes the call all the same

    def __init__(self, session: Session | None = None) -> None:
        self._session = session
        self._holds: dict[UUID, str | None] = {}

    def on_chat_model_start(
        self, serialized: Any, messages: list[list[Any]], *, run_id: UUID, **kwargs: Any
    ) -> None:
        self._before(run_id, sum(len(str(m.content)) for batch in messages for m in batch), kwargs)

    def on_llm_start(
        self, serialized: Any, prompts: list[str], *, run_id: UUID, **kwargs: Any
    ) -> None:
        self._before(run_id, sum(map(len, prompts)), kwargs)

    def _before(self, run_id: UUID, size: int, about: dict[str, Any]) -> None:
        session = self._session or current()
        if session is not None:
            asked = about.get("invocation_params") or {}
            model = asked.get("model") or asked.get("model_name")
            limit = asked.get("max_tokens") or asked.get("max_output_tokens")
            self._holds[run_id] = session.before(model, size, limit)

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        session = self._session or current()
        hold = self._holds.pop(run_id, None)
        if session is None:
            return
        for generation in (answer for batch in response.generations for answer in batch):
            message = getattr(generation, "message", None)
            usage = getattr(message, "usage_metadata", None)
            if not usage:
                continue
            about = getattr(message, "response_metadata", None) or {}
            event: dict[str, Any] = {
                "usage": dict(usage),
                "event_id": about.get("id") or f"{run_id}",
                "tool_calls": len(getattr(message, "tool_calls", None) or ()),
            }
            model = about.get("model_name") or about.get("model")
            if model:
                event["model"] = model
            session.after(event, hold)
            hold = None

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        session = self._session or current()
        if session is not None:
            session.release(self._holds.pop(run_id, None))
