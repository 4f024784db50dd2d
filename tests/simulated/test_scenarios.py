"""Every scenario, asked through the real SDKs."""

import asyncio
import json

import anthropic
import httpx2
import openai
import pytest

from diptych.simulated.pacing import tokens
from diptych.simulated.scenarios import SCENARIOS, first_word
from diptych.simulated.script import Voice
from diptych.simulated.transport import SimulatedTransport
from tests.simulated.asking import APIS, MODEL, VOICES, Api, Heard, ask, simulated

DONE = {"messages": "end_turn", "chat": "stop", "responses": "completed"}
each_api = pytest.mark.parametrize("api", APIS)
each_voice = pytest.mark.parametrize("voice", VOICES)


@each_voice
@each_api
async def test_any_prompt_gets_a_complete_simulated_answer(api: Api, voice: Voice) -> None:
    heard = await ask(api, "Why is the sky blue, really and truly?", simulated(voice))

    assert "Why is the sky blue, really …" in heard.text
    assert "simulated" in heard.text
    assert "OPENAI_API_KEY" in heard.text
    assert 80 <= len(heard.text.split()) <= 200
    assert heard.stop == DONE[api]
    assert heard.model == MODEL
    assert heard.output_tokens == len(tokens(heard.text))
    assert heard.input_tokens is not None
    assert 5 < heard.input_tokens < 20
    assert heard.thinking_tokens in (None, 0)


@each_api
@pytest.mark.parametrize("prompt", ["", " \n ", "?!", "\u200b"])
async def test_a_prompt_without_words_is_answered(api: Api, prompt: str) -> None:
    heard = await ask(api, prompt)

    assert "simulated" in heard.text
    assert heard.stop == DONE[api]


@pytest.mark.parametrize("prompt", ["table", "Table of contents?", "“TABLE”: fruit", " table,\nplease"])
def test_the_first_word_selects_a_scenario_in_any_case_and_punctuation(prompt: str) -> None:
    assert first_word(prompt) == "table"


@pytest.mark.parametrize("prompt", ["", "?!", "tables", "a table", "table-top games"])
def test_other_words_do_not_select_a_scenario(prompt: str) -> None:
    assert first_word(prompt) not in SCENARIOS


@each_voice
@each_api
@pytest.mark.parametrize(
    ("word", "signs"),
    [
        ("markdown", ["- [ ]", "\n> ", "https://"]),
        ("code", ["\n```\n"]),
        ("table", ["\n| "]),
    ],
)
async def test_samples_show_what_they_are_for(api: Api, voice: Voice, word: str, signs: list[str]) -> None:
    heard = await ask(api, f"{word} please", simulated(voice))

    assert heard.stop == DONE[api]
    assert "imulated" in heard.text
    assert all(sign in heard.text for sign in signs)


@each_voice
@each_api
async def test_thinking_is_separate_from_the_answer(api: Api, voice: Voice) -> None:
    heard = await ask(api, "think about it", simulated(voice))

    assert "simulated" in heard.text
    assert heard.thinking
    assert heard.thinking not in heard.text
    assert heard.thinking_tokens == len(tokens(heard.thinking))
    assert heard.output_tokens == len(tokens(heard.thinking)) + len(tokens(heard.text))
    assert bool(heard.signature) == (api == "messages")
    assert heard.stop == DONE[api]


@each_voice
@each_api
async def test_a_tool_call_follows_a_short_text(api: Api, voice: Voice) -> None:
    heard = await ask(api, "tool", simulated(voice))

    assert "imulated" in heard.text
    assert heard.tools == ["get_weather"]
    assert "city" in json.loads(heard.arguments)
    assert heard.stop == {"messages": "tool_use", "chat": "tool_calls", "responses": "completed"}[api]


@each_voice
@each_api
async def test_a_refusal_has_the_form_of_the_api(api: Api, voice: Voice) -> None:
    heard = await ask(api, "Refuse!", simulated(voice))

    assert heard.text == ""
    assert "simulated" in heard.refusal
    assert heard.stop == {"messages": "refusal", "chat": "stop", "responses": "completed"}[api]


@each_api
@pytest.mark.parametrize(("prompt", "limit", "expected"), [("length", 8192, 40), ("length", 7, 7), ("hi", 12, 12)])
async def test_the_token_limit_ends_the_answer(api: Api, prompt: str, limit: int, expected: int) -> None:
    heard = await ask(api, prompt, limit=limit)

    assert len(tokens(heard.text)) == heard.output_tokens == expected
    assert heard.stop == {"messages": "max_tokens", "chat": "length", "responses": "incomplete"}[api]
    if api == "responses":
        assert heard.stop_detail.reason == "max_output_tokens"


@each_api
async def test_a_limit_ends_a_tool_call_in_the_middle_of_its_json(api: Api) -> None:
    whole = await ask(api, "tool")
    assert whole.output_tokens is not None

    heard = await ask(api, "tool", limit=whole.output_tokens - 3)

    assert whole.arguments.startswith(heard.arguments)
    with pytest.raises(json.JSONDecodeError):
        json.loads(heard.arguments)


@each_api
async def test_an_answer_that_just_fits_is_not_cut(api: Api) -> None:
    whole = await ask(api, "slow")
    assert whole.output_tokens is not None

    assert (await ask(api, "slow", limit=whole.output_tokens)).stop == DONE[api]


@each_voice
async def test_a_long_answer_has_about_3000_words(voice: Voice) -> None:
    heard = await ask("messages", "long", simulated(voice))

    assert 2_950 <= len(heard.text.split()) <= 3_200


@each_api
async def test_busy_rejects_a_prompt_once_and_then_answers_it(api: Api) -> None:
    transport = simulated()

    with pytest.raises((anthropic.RateLimitError, openai.RateLimitError)) as caught:
        await ask(api, "busy day", transport)
    assert isinstance(caught.value, (anthropic.APIStatusError, openai.APIStatusError))
    assert caught.value.response.headers["retry-after"] == "1"
    assert "Simulated rate limit" in str(caught.value)
    with pytest.raises((anthropic.RateLimitError, openai.RateLimitError)):
        await ask(api, "busy with something else", transport)

    heard = await ask(api, "busy day", transport)

    assert "429" in heard.text
    assert heard.stop == DONE[api]
    with pytest.raises((anthropic.RateLimitError, openai.RateLimitError)):
        await ask(api, "busy day", transport)


@each_api
async def test_overloaded_rejects_every_attempt(api: Api) -> None:
    transport = simulated()
    for _ in range(3):
        with pytest.raises((anthropic.InternalServerError, openai.InternalServerError)) as caught:
            await ask(api, "overloaded", transport)
        assert isinstance(caught.value, (anthropic.APIStatusError, openai.APIStatusError))
        assert caught.value.status_code == (529 if api == "messages" else 503)


@each_api
async def test_an_error_event_comes_after_some_text(api: Api) -> None:
    heard = Heard()

    with pytest.raises((anthropic.APIStatusError, openai.APIError), match="Simulated error in the middle"):
        await ask(api, "error", heard=heard)

    assert len(tokens(heard.text)) == 15
    assert heard.stop is None


@each_api
async def test_the_connection_is_lost_after_some_text(api: Api) -> None:
    heard = Heard()

    with pytest.raises((httpx2.ReadError, openai.APIConnectionError)):
        await ask(api, "cut", heard=heard)

    assert len(tokens(heard.text)) == 20
    assert heard.stop is None


@each_api
async def test_a_stall_lasts_until_it_is_cancelled(api: Api) -> None:
    silent = asyncio.Event()

    async def sleep(seconds: float) -> None:
        if seconds > 3600:
            silent.set()
            await asyncio.Event().wait()

    heard = Heard()
    asking = asyncio.create_task(ask(api, "stall", SimulatedTransport("left", sleep=sleep), heard=heard))
    await asyncio.wait_for(silent.wait(), 60)

    assert len(tokens(heard.text)) == 12
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


@pytest.mark.parametrize("word", SCENARIOS)
def test_every_scenario_can_be_selected_and_has_a_line_that_fits_the_help(word: str) -> None:
    assert word == first_word(word)
    assert 10 < len(SCENARIOS[word]) <= 60


@each_api
async def test_the_two_sides_say_different_things(api: Api) -> None:
    for prompt in ("hi", "markdown", "code", "table", "think", "tool", "long", "slow"):
        left, right = [await ask(api, prompt, simulated(voice)) for voice in VOICES]
        assert left.text != right.text
