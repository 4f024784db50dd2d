"""What a simulated server reads from the body of a request."""

from typing import Any

import pytest

from diptych.simulated.question import UNLIMITED, Question


@pytest.mark.parametrize(
    ("body", "prompt"),
    [
        ({"input": "hi"}, "hi"),
        ({"messages": [{"role": "user", "content": "hi"}]}, "hi"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]}, "hi"),
        ({"input": [{"role": "user", "content": [{"type": "input_text", "text": "hi"}]}]}, "hi"),
        (
            {
                "messages": [
                    {"role": "user", "content": "first"},
                    {"role": "assistant", "content": "answer"},
                    {"role": "user", "content": "hi"},
                    {"role": "assistant", "content": "prefill"},
                ]
            },
            "hi",
        ),
        ({"messages": [{"role": "user", "content": [{"type": "image", "source": {}}]}]}, ""),
        ({"messages": [7, {"role": "assistant", "content": "hi"}]}, ""),
        ({"messages": 7}, ""),
        ({}, ""),
    ],
)
def test_the_prompt_is_the_text_of_the_last_user_message(body: dict[str, Any], prompt: str) -> None:
    assert Question.from_body(body).prompt == prompt


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        ({"max_tokens": 5}, 5),
        ({"max_completion_tokens": 6}, 6),
        ({"max_output_tokens": 7}, 7),
        ({"max_tokens": 9, "max_completion_tokens": 8}, 8),
        ({"max_tokens": 0}, UNLIMITED),
        ({"max_tokens": "many"}, UNLIMITED),
        ({}, UNLIMITED),
    ],
)
def test_the_smallest_valid_token_limit_is_used(body: dict[str, Any], limit: int) -> None:
    assert Question.from_body(body).token_limit == limit


def test_input_tokens_count_system_text_and_history() -> None:
    turns = [{"role": "user", "content": "x" * 400}]

    bare = Question.from_body({"messages": turns})
    with_system = Question.from_body({"messages": turns, "system": [{"type": "text", "text": "y" * 400}]})
    with_instructions = Question.from_body({"input": "x" * 400, "instructions": "y" * 400})

    assert bare.input_tokens == 100
    assert with_system.input_tokens == with_instructions.input_tokens == 201
    assert Question.from_body({}).input_tokens == 1
