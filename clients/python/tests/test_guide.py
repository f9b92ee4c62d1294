"""The guide's own lines, run as they stand but for the name of the package."""

from __future__ import annotations

from decimal import Decimal

import pytest

import peras
from peras import ApeirosAgent


def test_a_session_over_its_budget_says_so_at_its_end(client: peras.Peras) -> None:
    peras.start_session(budget=0.01, model="claude-sonnet-4-5")
    peras.wrap(None, input_tokens=1200, output_tokens=380)
    peras.wrap(None, input_tokens=1200, output_tokens=380)
    result = peras.end_session()

    assert any(w["type"] == "budget_exceeded" for w in result.get("warnings", []))
    assert result["total_cost"] == Decimal("0.0186")


def test_a_warning_aborts_an_agent(client: peras.Peras) -> None:
    peras.start_session(budget=0.005, model="claude-sonnet-4-5")
    result = peras.wrap(None, input_tokens=1200, output_tokens=380)
    with pytest.raises(RuntimeError, match="Budget exceeded"):
        for warning in result.get("warnings", []):
            if warning["type"] == "budget_exceeded":
                raise RuntimeError(f"Budget exceeded: {warning['message']}")


def test_a_state_tells_when_to_take_a_cheaper_model(client: peras.Peras) -> None:
    peras.start_session(budget=0.50, model="claude-sonnet-4-5")
    peras.wrap(None, input_tokens=100_000, output_tokens=7_000)
    state = peras.get_state()
    assert state["total_cost"] > 0.40
    assert state["remaining"] == Decimal("0.095")


def test_a_customers_tasks_are_kept_by_customer(client: peras.Peras) -> None:
    agent = ApeirosAgent(customer_id="acme", model="claude-3-5-sonnet")
    agent.start_task("summarise")
    agent.update_tokens(1000)
    agent.end_task()

    tasks = ApeirosAgent._registry["acme"]
    assert sum(t.get("cost_estimate", 0.0) for t in tasks) == Decimal("0.003")
    assert agent.cost_estimate == Decimal("0.003")
    assert peras.meter("acme")["spent"] == Decimal("0.003")
    assert "summarise" in agent.customer_report()["by_task"]


def test_a_capped_customers_task_does_not_start(client: peras.Peras) -> None:
    client.set_limits("initech", monthly_cap="0.01")
    agent = ApeirosAgent(customer_id="initech", model="claude-sonnet-4-5")
    agent.start_task("one")
    agent.update_tokens(4000)
    agent.end_task()

    assert not client.may_start("initech")
    with pytest.raises(peras.BudgetExceeded) as refused:
        agent.start_task("two")
    assert refused.value.code == "customer_cap_reached"
    assert refused.value.level == "customer"
    assert refused.value.remaining == 0


def test_a_session_in_a_with_block_ends_with_it(client: peras.Peras) -> None:
    with peras.session(model="claude-sonnet-4-5", customer_id="with") as session:
        peras.wrap(None, input_tokens=10)
    assert client.state(session.id)["status"] == "ended"
    with pytest.raises(RuntimeError, match="no session is open"):
        peras.wrap(None, input_tokens=10)


def test_what_is_wrong_with_a_request_is_named(client: peras.Peras) -> None:
    peras.start_session(model="claude-sonnet-4-5")
    with pytest.raises(peras.InvalidRequest) as refused:
        peras.wrap(None, input_tokens=-1)
    assert refused.value.status == 422
    assert refused.value.errors[0]["field"] == "input_tokens"
    with pytest.raises(peras.NotFound):
        client.state("never-started")
    with pytest.raises(peras.InvalidRequest, match="has no price"):
        peras.start_session(model="no-such-model")


def test_meter_lists_every_customer(client: peras.Peras) -> None:
    agent = ApeirosAgent(customer_id="listed", model="claude-sonnet-4-5")
    agent.start_task("one")
    agent.end_task()
    assert "listed" in peras.meter()
