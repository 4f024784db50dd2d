"""Verdicts in replies of every kind."""

import pytest

from diptych.core.experiment.judging.judge_verdict import MOST_CHARACTERS, read_verdict
from diptych.core.experiment.judging.judgement import Winner


@pytest.mark.parametrize(
    ("reply", "winner", "reason"),
    [
        ('{"reason": "B is wrong.", "verdict": "A"}', "first", "B is wrong."),
        ('{"verdict": "b"}', "second", ""),
        ('{"verdict": " Tie ", "reason": 7, "more": {"verdict": "A"}}', "tie", ""),
        ('```json\n{"verdict": "B"}\n```', "second", ""),
        ('Let me see {well}.\n\n{"verdict": "A"}\n\nI hope that helps.', "first", ""),
        ('{"thoughts": "…"} {"reason": "r", "verdict": "A"}', "first", "r"),
        ('{"verdict": "A"}{"verdict": "a", "reason": "again"}', "first", "again"),
    ],
)
def test_a_verdict_is_found(reply: str, winner: Winner, reason: str) -> None:
    assert read_verdict(reply) == (winner, reason, "")


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        ("", "it is empty"),
        (" \n", "it is empty"),
        ("A", "it holds no JSON object with a verdict"),
        ('"A"', "it holds no JSON object with a verdict"),
        ("I cannot judge that.", "it holds no JSON object with a verdict"),
        ('{"winner": "A"}', "it holds no JSON object with a verdict"),
        ('{"reason": "cut off by max_to', "it holds no JSON object with a verdict"),
        ('{"verdict": "C"}', 'its verdict is not "A", "B" or "tie"'),
        ('{"verdict": "A or B"}', 'its verdict is not "A", "B" or "tie"'),
        ('{"verdict": null}', 'its verdict is not "A", "B" or "tie"'),
        ('{"verdict": ["A"]}', 'its verdict is not "A", "B" or "tie"'),
        ('It says {"verdict": "B"}, but: {"verdict": "A"}', "it holds verdicts that contradict each other"),
        ("x" * (MOST_CHARACTERS + 1), "it has more than 100,000 characters"),
        ("{" * MOST_CHARACTERS, "it holds no JSON object with a verdict"),
        ('{"a":' * (MOST_CHARACTERS // 5), "it holds no JSON object with a verdict"),
    ],
)
def test_a_reply_without_a_verdict(reply: str, problem: str) -> None:
    assert read_verdict(reply) == (None, "", problem)
