"""Libraries that many programs ask models with read what is served, as streams and in one piece.

They are too large for the development dependencies. Without them, these tests are skipped.
"""

import importlib
import warnings
from collections.abc import AsyncIterator
from typing import Any

import pytest

from diptych.core.endpoint import ApiName
from diptych.core.run import Run
from tests.serving.serving import recording_of, serving
from tests.serving.test_typed_streams import simulated
from tests.support.streams import APIS

pytestmark = pytest.mark.filterwarnings("ignore")  # of libraries that are not ours

_PROMPT = "hi"


@pytest.fixture
async def runs() -> dict[ApiName, Run]:
    """A simulated answer by each API."""
    return {api: await simulated(api, _PROMPT, f"model-{number}") for number, api in enumerate(APIS)}


@pytest.fixture
async def url(runs: dict[ApiName, Run]) -> AsyncIterator[str]:
    async with serving(*map(recording_of, runs.values()), speed=0) as url:
        yield url


def _module(name: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Import a library, or skip the test. Nothing is asked of the network."""
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    monkeypatch.setenv("LANGSMITH_TRACING", "false")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError:
            pytest.skip(f"{name} is not installed")


def _text(run: Run) -> str:
    return "".join(run.text)


@pytest.mark.parametrize("api", APIS)
async def test_langchain(api: ApiName, url: str, runs: dict[ApiName, Run], monkeypatch: pytest.MonkeyPatch) -> None:
    model, run = f"model-{APIS.index(api)}", runs[api]
    if api == "anthropic-messages":
        module = _module("langchain_anthropic", monkeypatch)
        chat = module.ChatAnthropic(model=model, base_url=url, api_key="none", max_retries=0)
    else:
        module = _module("langchain_openai", monkeypatch)
        is_responses = api == "openai-responses"
        options = {"api_key": "none", "max_retries": 0, "use_responses_api": is_responses}
        chat = module.ChatOpenAI(model=model, base_url=f"{url}/v1", **options)

    whole = await chat.ainvoke(_PROMPT)
    pieces = [piece async for piece in chat.astream(_PROMPT)]

    assert whole.text == _text(run)
    assert "".join(piece.text for piece in pieces) == _text(run)
    assert run.usage is not None
    assert whole.usage_metadata["output_tokens"] == run.usage.output_tokens


@pytest.mark.parametrize("api", APIS)
async def test_pydantic_ai(api: ApiName, url: str, runs: dict[ApiName, Run], monkeypatch: pytest.MonkeyPatch) -> None:
    agents = _module("pydantic_ai", monkeypatch)
    model = f"model-{APIS.index(api)}"
    if api == "anthropic-messages":
        provider = _module("pydantic_ai.providers.anthropic", monkeypatch).AnthropicProvider(
            base_url=url, api_key="none"
        )
        asked = _module("pydantic_ai.models.anthropic", monkeypatch).AnthropicModel(model, provider=provider)
    else:
        provider = _module("pydantic_ai.providers.openai", monkeypatch).OpenAIProvider(
            base_url=f"{url}/v1", api_key="none"
        )
        kinds = _module("pydantic_ai.models.openai", monkeypatch)
        kind = kinds.OpenAIChatModel if api == "openai-chat" else kinds.OpenAIResponsesModel
        asked = kind(model, provider=provider)
    agent = agents.Agent(asked)

    whole = await agent.run(_PROMPT)
    async with agent.run_stream(_PROMPT) as stream:
        streamed = await stream.get_output()

    assert whole.output == streamed == _text(runs[api])


@pytest.mark.parametrize("api", ["anthropic-messages", "openai-chat"])
async def test_litellm(api: ApiName, url: str, runs: dict[ApiName, Run], monkeypatch: pytest.MonkeyPatch) -> None:
    litellm = _module("litellm", monkeypatch)
    monkeypatch.setattr(litellm, "suppress_debug_info", True)
    name, base = ("anthropic", url) if api == "anthropic-messages" else ("openai", f"{url}/v1")
    asked: dict[str, Any] = {
        "model": f"{name}/model-{APIS.index(api)}",
        "messages": [{"role": "user", "content": _PROMPT}],
        "api_base": base,
        "api_key": "none",
        "num_retries": 0,
    }

    whole = await litellm.acompletion(**asked)
    pieces = [piece async for piece in await litellm.acompletion(**asked, stream=True)]

    assert whole.choices[0].message.content == _text(runs[api])
    assert "".join(piece.choices[0].delta.content or "" for piece in pieces) == _text(runs[api])
