"""Simulated models with tools and schemas, in the form of each API."""

import json
from random import Random
from typing import Any

import pytest

from diptych.simulated.question import Question
from diptych.simulated.scenarios import plan
from diptych.simulated.script import CallTool, Say, Script, Step, Voice

CITY = {"type": "object", "properties": {"city": {"type": "string"}}}
FUNCTIONS: dict[str, list[dict[str, Any]]] = {
    "messages": [{"name": "look", "input_schema": CITY}, {"name": "now", "input_schema": {"type": "object"}}],
    "chat": [
        {"type": "function", "function": {"name": "look", "parameters": CITY}},
        {"type": "function", "function": {"name": "now"}},
    ],
    "responses": [{"type": "function", "name": "look", "parameters": CITY}, {"type": "function", "name": "now"}],
}
RESULTS: dict[str, dict[str, Any]] = {
    "messages": {
        "messages": [
            {"role": "user", "content": "hi"},
            {"role": "assistant", "content": []},
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "1", "content": "a cat"},
                    {"type": "tool_result", "tool_use_id": "2", "content": "a dog"},
                ],
            },
        ]
    },
    "chat": {
        "messages": [
            {"role": "user", "content": "hi"},
            {"role": "assistant", "content": None},
            {"role": "tool", "content": "a cat"},
            {"role": "tool", "content": "a dog"},
        ]
    },
    "responses": {
        "input": [
            {"role": "user", "content": "hi"},
            {"type": "function_call", "name": "look"},
            {"type": "function_call_output", "output": "a cat"},
            {"type": "function_call_output", "output": "a dog"},
        ]
    },
}
SCHEMAS: dict[str, dict[str, Any]] = {
    "messages": {"output_config": {"format": {"type": "json_schema", "schema": CITY}}},
    "chat": {"response_format": {"json_schema": {"schema": CITY}}},
    "responses": {"text": {"format": {"schema": CITY}}},
}


def steps(body: dict[str, Any], voice: Voice = "left", seed: int = 1) -> tuple[Step, ...]:
    script = plan(Question.from_body(body), voice, Random(seed))
    assert isinstance(script, Script)
    return script.steps


@pytest.mark.parametrize("api", FUNCTIONS)
def test_a_tool_of_the_request_is_called_with_arguments_that_fit(api: str) -> None:
    body = {"messages": [{"role": "user", "content": "tool, please"}], "tools": FUNCTIONS[api]}

    _, look, now = steps(body)
    assert look == CallTool("look", '{"city": "Paris"}')
    assert now == CallTool("now", "{}")
    assert steps(body, "right")[1:] == (look,)


def test_an_ordinary_prompt_gets_a_call_most_of_the_time() -> None:
    body = {"messages": [{"role": "user", "content": "hi"}], "tools": FUNCTIONS["messages"]}
    calls = sum(isinstance(steps(body, seed=seed)[-1], CallTool) for seed in range(100))
    assert 50 < calls < 95


def test_other_scenarios_call_nothing() -> None:
    body = {"messages": [{"role": "user", "content": "table"}], "tools": FUNCTIONS["messages"], **SCHEMAS["chat"]}
    (said,) = steps(body)
    assert isinstance(said, Say)
    assert "|" in said.text


@pytest.mark.parametrize("api", RESULTS)
def test_results_are_answered_with_a_text(api: str) -> None:
    question = Question.from_body(RESULTS[api])
    assert question.results == ("a dog", "a cat")
    (said,) = steps(RESULTS[api] | {"tools": FUNCTIONS[api]})
    assert isinstance(said, Say)
    assert "a cat" in said.text


@pytest.mark.parametrize("api", SCHEMAS)
def test_an_answer_with_a_schema_is_json_that_fits(api: str) -> None:
    for body in ({"messages": [{"role": "user", "content": "hi"}]}, RESULTS[api]):
        (said,) = steps(body | SCHEMAS[api])
        assert isinstance(said, Say)
        assert json.loads(said.text) == {"city": "Paris"}


def test_what_is_not_understood_is_ignored() -> None:
    question = Question.from_body({"tools": [7, {}, {"function": 7}], "text": 7, "messages": "hi"})
    assert (question.tools, question.results, question.schema) == ((), (), None)
    assert Question.from_body({"tools": 7}).tools == ()
