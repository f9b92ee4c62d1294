"""Real SDKs against fake providers: every call is metered, and a refused one never leaves."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from providers import FakeProviders

import peras

IN, OUT = 1000, 100


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeProviders]:
    started = FakeProviders()
    yield started
    started.server.shutdown()


@pytest.fixture
def provider(fake: FakeProviders, client: peras.Peras) -> FakeProviders:
    fake.requests.clear()
    fake.status, fake.cut_off = 200, False
    fake.input_tokens, fake.output_tokens = IN, OUT
    peras.instrument()
    return fake


def openai_client(provider: FakeProviders) -> Any:
    openai = pytest.importorskip("openai")
    return openai.OpenAI(base_url=provider.url + "/v1", api_key="x", max_retries=0)


def ask(text: str = "Hi") -> dict[str, Any]:
    return {
        "model": "gpt-4o",
        "max_tokens": OUT,
        "messages": [{"role": "user", "content": text}],
    }


GPT_4O = Decimal("0.0035")  # 1,000 in at $2.50 and 100 out at $10 per million


def test_openai_chat(provider: FakeProviders) -> None:
    peras.start_session()
    answer = openai_client(provider).chat.completions.create(**ask())
    assert answer.choices[0].message.content == "Hello"
    assert peras.end_session()["total_cost"] == GPT_4O


def test_an_openai_stream_brings_its_usage_and_shows_it_to_nobody(provider: FakeProviders) -> None:
    peras.start_session()
    chunks = list(openai_client(provider).chat.completions.create(stream=True, **ask()))
    assert "".join(chunk.choices[0].delta.content for chunk in chunks) == "Hello"
    assert peras.end_session()["total_cost"] == GPT_4O


def test_an_openai_stream_whose_usage_was_asked_for_shows_it(provider: FakeProviders) -> None:
    peras.start_session()
    options = {"include_usage": True}
    stream = openai_client(provider).chat.completions.create(
        stream=True, stream_options=options, **ask()
    )
    assert list(stream)[-1].usage.prompt_tokens == IN
    assert peras.end_session()["total_cost"] == GPT_4O


@pytest.mark.parametrize("stream", [False, True])
def test_openai_responses_count_their_tool_calls(provider: FakeProviders, stream: bool) -> None:
    peras.start_session()
    answer = openai_client(provider).responses.create(model="gpt-4o", input="Hi", stream=stream)
    if stream:
        list(answer)
    state = peras.end_session()
    assert state["total_cost"] == GPT_4O
    ledger = peras.guide.client().call("GET", f"/v1/sessions/{state['session_id']}/usage")
    assert ledger["events"][0]["tool_calls"] == 1


def test_openai_async(provider: FakeProviders) -> None:
    openai = pytest.importorskip("openai")

    async def agent() -> None:
        own = openai.AsyncOpenAI(base_url=provider.url + "/v1", api_key="x", max_retries=0)
        await own.chat.completions.create(**ask())
        async for _ in await own.chat.completions.create(stream=True, **ask()):
            pass

    peras.start_session()
    asyncio.run(agent())
    assert peras.end_session()["total_cost"] == 2 * GPT_4O


CLAUDE = Decimal("0.00465")  # 1,000 in at $3, 500 read at $0.30 and 100 out at $15


@pytest.mark.parametrize("how", ["create", "create stream", "stream"])
def test_anthropic(provider: FakeProviders, how: str) -> None:
    anthropic = pytest.importorskip("anthropic")
    own = anthropic.Anthropic(base_url=provider.url, api_key="x", max_retries=0)
    terms = {**ask(), "model": "claude-sonnet-4-5"}
    peras.start_session()
    if how == "stream":
        with own.messages.stream(**terms) as stream:
            assert stream.get_final_text() == "Hi"
    elif how == "create stream":
        list(own.messages.create(stream=True, **terms))
    else:
        own.messages.create(**terms)
    assert peras.end_session()["total_cost"] == CLAUDE


@pytest.mark.parametrize("how", ["whole", "stream", "async"])
def test_google_genai(provider: FakeProviders, how: str) -> None:
    genai = pytest.importorskip("google.genai")
    own = genai.Client(api_key="x", http_options={"base_url": provider.url})
    terms = {"model": "gemini-2.5-flash", "contents": "Hi"}
    peras.start_session()
    if how == "stream":
        list(own.models.generate_content_stream(**terms))
    elif how == "async":
        asyncio.run(own.aio.models.generate_content(**terms))
    else:
        own.models.generate_content(**terms)
    assert peras.end_session()["total_cost"] == Decimal("0.00055")


@pytest.mark.parametrize("stream", [False, True])
def test_bedrock(provider: FakeProviders, stream: bool) -> None:
    boto3 = pytest.importorskip("boto3")
    own = boto3.client(
        "bedrock-runtime",
        region_name="us-east-1",
        endpoint_url=provider.url,
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )
    terms = {
        "modelId": "anthropic.claude-sonnet-4-5-20250929-v1:0",
        "messages": [{"role": "user", "content": [{"text": "Hi"}]}],
    }
    peras.start_session()
    if stream:
        list(own.converse_stream(**terms)["stream"])
    else:
        own.converse(**terms)
    # In a region a call costs a tenth more than by a global profile.
    assert peras.end_session()["total_cost"] == Decimal("0.00495")


def test_litellm(provider: FakeProviders) -> None:
    litellm = pytest.importorskip("litellm")
    peras.start_session()
    litellm.completion(
        api_base=provider.url + "/v1", api_key="x", **{**ask(), "model": "openai/gpt-4o"}
    )
    assert peras.end_session()["total_cost"] == GPT_4O


def test_langchain_over_an_instrumented_sdk(provider: FakeProviders) -> None:
    langchain = pytest.importorskip("langchain_openai")
    peras.start_session()
    model = langchain.ChatOpenAI(
        model="gpt-4o", base_url=provider.url + "/v1", api_key="x", max_tokens=OUT
    )
    assert model.invoke("Hi").content == "Hello"
    assert peras.end_session()["total_cost"] == GPT_4O


def test_langchain_by_its_callback_alone(client: peras.Peras) -> None:
    pytest.importorskip("langchain_core")
    from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
    from langchain_core.messages import AIMessage

    from peras.langchain import PerasCallbackHandler

    usage = {"input_tokens": IN, "output_tokens": OUT, "total_tokens": IN + OUT}
    answer = AIMessage("Hi", usage_metadata=usage, response_metadata={"model_name": "gpt-4o"})
    peras.start_session()
    model = GenericFakeChatModel(messages=iter([answer]))
    model.invoke("Hi", config={"callbacks": [PerasCallbackHandler()]})
    assert peras.end_session()["total_cost"] == GPT_4O


@pytest.mark.parametrize("threads", [1, 16])
def test_a_budget_lets_through_the_calls_that_fit(provider: FakeProviders, threads: int) -> None:
    provider.input_tokens, provider.output_tokens = 10, OUT
    own = openai_client(provider)
    peras.start_session(budget="0.01")
    refused = []

    def agent(_: int) -> None:
        try:
            own.chat.completions.create(**ask())
        except peras.BudgetExceeded as no:
            refused.append(no)

    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        list(pool.map(agent, range(24)))
    spent = peras.end_session()["total_cost"]
    assert len(provider.requests) + len(refused) == 24
    # A call costs $0.001025 and is held for a little more: its bytes say no more than 50 tokens.
    assert len(provider.requests) == 9 if threads == 1 else 7 <= len(provider.requests) <= 9
    assert spent == len(provider.requests) * Decimal("0.001025")
    assert all(no.level == "session" for no in refused)


def test_a_call_that_the_provider_refuses_costs_nothing(provider: FakeProviders) -> None:
    own = openai_client(provider)
    provider.status = 500
    peras.start_session(budget=1)
    with pytest.raises(Exception, match="500"):
        own.chat.completions.create(**ask())
    state = peras.get_state()
    assert state["held"] == 0
    assert peras.end_session()["steps"] == 0


def test_a_model_without_a_price_is_refused_before_it_is_called(provider: FakeProviders) -> None:
    peras.start_session(budget=1)
    with pytest.raises(peras.InvalidRequest, match="has no price"):
        openai_client(provider).chat.completions.create(**{**ask(), "model": "my-own-model"})
    assert provider.requests == []


def test_a_stream_that_breaks_keeps_its_money_set_aside(provider: FakeProviders) -> None:
    own = openai_client(provider)
    provider.cut_off = True
    peras.start_session(budget=1)
    with pytest.raises(Exception):  # noqa: B017: whatever the SDK makes of a broken connection
        list(own.chat.completions.create(stream=True, **ask()))
    assert peras.get_state()["held"] > 0


def test_a_claude_stream_that_is_left_counts_what_came(provider: FakeProviders) -> None:
    anthropic = pytest.importorskip("anthropic")
    own = anthropic.Anthropic(base_url=provider.url, api_key="x", max_retries=0)
    peras.start_session()
    with own.messages.create(stream=True, **{**ask(), "model": "claude-sonnet-4-5"}) as stream:
        next(iter(stream))
    state = peras.get_state()
    assert (state["input_tokens"], state["steps"]) == (IN, 1)


def test_calls_outside_of_a_session_open_one(provider: FakeProviders) -> None:
    peras.instrument(customer_id="nobody-started")
    openai_client(provider).chat.completions.create(**ask())
    assert peras.meter("nobody-started")["spent"] == GPT_4O


def test_threads_with_sessions_of_their_own_do_not_mix(provider: FakeProviders) -> None:
    own = openai_client(provider)

    def agent(calls: int) -> Decimal:
        with peras.session() as session:
            for _ in range(calls):
                own.chat.completions.create(**ask())
        cost: Decimal = session.state["total_cost"]
        return cost

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert list(pool.map(agent, [1, 2, 3, 4])) == [n * GPT_4O for n in (1, 2, 3, 4)]


@pytest.mark.parametrize("write", [lambda u: u, lambda u: {**u, "total_tokens": IN + OUT}])
def test_wrap_takes_what_an_sdk_returned(
    client: peras.Peras, write: Callable[[dict[str, int]], dict[str, int]]
) -> None:
    usage = write({"prompt_tokens": IN, "completion_tokens": OUT})
    peras.start_session()
    response = {"id": "chatcmpl-x", "model": "gpt-4o", "usage": usage}
    result = peras.wrap(response)
    assert result["response"] is response
    assert peras.wrap(response)["events"][0]["duplicate"]
    assert peras.end_session()["total_cost"] == GPT_4O
