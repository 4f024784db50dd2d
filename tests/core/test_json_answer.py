"""Answers that are JSON as a whole."""

from typing import Any

import pytest

from diptych.core.json_answer import json_in, json_value
from tests.support.asking import new_run, settings


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        (" [1]\n", [1]),
        ('```json\n{"a": 1}\n```', {"a": 1}),
        ("```\n[]\n```\n", []),
        ("```JSON \n[1]```", [1]),
        ("``` json\n[1]\n```", [1]),
        ("````json\n[1]\n````", [1]),
        ("~~~json\n[1]\n~~~", [1]),
        ("````json\n[1]\n```", None),
        ('Here it is: {"a": 1}', None),
        ('```json\n{"a": 1}', None),
        ('```python\n{"a": 1}\n```', None),
        ("12", None),
        ("{no}", None),
        ("", None),
    ],
)
def test_the_value_of_an_answer(text: str, value: Any) -> None:
    run = new_run(settings("openai-chat"))
    run.text.append(text)
    assert json_value(run) is None  # as long as it streams
    run.complete()

    assert json_value(run) == value


def test_a_text_without_a_fence_stays_as_it_is() -> None:
    assert json_in(" a ") == "a"
    assert json_in("```json\n1\n```") == "1"
