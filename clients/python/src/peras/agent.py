"""An agent that works for a customer, task by task."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from . import guide
from .sessions import Session


class PerasAgent:
    """Runs tasks for a customer, each in a session of its own.

    customer_id: whose month its tasks count in.
    model: what its tokens are priced as.

    >>> agent = PerasAgent(customer_id="acme", model="claude-sonnet-4-5")  # doctest: +SKIP
    >>> agent.start_task("summarise")  # doctest: +SKIP
    >>> agent.update_tokens(1200, output_tokens=380)  # doctest: +SKIP
    >>> agent.end_task()["total_cost"]  # doctest: +SKIP
    """

    _registry: ClassVar[dict[str, list[dict[str, Any]]]] = {}
    """The tasks that this process has ended, by customer. Peras itself knows those of all."""

    def __init__(self, customer_id: str, model: str) -> None:
        self.customer_id = customer_id
        self.model = model
        self._session: Session | None = None
        self._cost = Decimal(0)

    def start_task(self, task: str, budget: Any = None) -> dict[str, Any]:
        """Starts a task; raises BudgetExceeded where the customer's cap is reached."""
        self._cost = Decimal(0)
        self._session = guide.open_session(
            customer_id=self.customer_id, model=self.model, task=task, budget=budget
        )
        return self._session.state

    def update_tokens(self, tokens: int, output_tokens: int = 0, **usage: Any) -> dict[str, Any]:
        """Records tokens that the task has used: those read, and those written."""
        return self._open().wrap(None, input_tokens=tokens, output_tokens=output_tokens, **usage)

    def end_task(self) -> dict[str, Any]:
        """Ends the task and returns its result."""
        session = self._open()
        result = session.end()
        self._session, self._cost = None, result["total_cost"]
        done = {"task": result["task"], "cost_estimate": self._cost, "result": result}
        self._registry.setdefault(self.customer_id, []).append(done)
        return result

    @property
    def cost_estimate(self) -> Decimal:
        """USD that the current task has cost so far, or the last one in all. Exact, for all its name."""
        if self._session is None:
            return self._cost
        cost: Decimal = self._session.state["total_cost"]
        return cost

    def customer_report(self, period: str | None = None) -> dict[str, Any]:
        """What the customer's month went into."""
        return guide.client().customer_report(self.customer_id, period)

    def _open(self) -> Session:
        if self._session is None:
            raise RuntimeError("no task is open: call start_task() first")
        return self._session


ApeirosAgent = PerasAgent
