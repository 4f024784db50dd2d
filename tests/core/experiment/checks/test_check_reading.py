from typing import Any

import pytest

from diptych.core.experiment.checks.check import Check
from diptych.core.experiment.checks.check_reading import CheckError, is_usable, read_checks, read_written_check
from diptych.json_schema.validation import schema_problem


def read(value: Any) -> tuple[Check, ...]:
    return read_checks(value, schema_problem, "/sets")


def problems(value: Any) -> list[str]:
    with pytest.raises(CheckError) as error:
        read(value)
    return error.value.problems


def test_an_object_and_a_list_of_objects_are_checks() -> None:
    assert read(None) == ()
    assert read([]) == ()
    assert read({"contains": "Paris"}) == (Check("contains", "Paris"),)
    assert read([{"contains": "Paris"}, {"max_total": 10}]) == (Check("contains", "Paris"), Check("max_total", 10))


def test_several_members_are_several_checks() -> None:
    assert read({"contains": "a", "in": "thinking", "max_first_token": 0.5}) == (
        Check("contains", "a", "thinking"),
        Check("max_first_token", 0.5),
    )


def test_each_text_of_a_list_must_hold() -> None:
    assert read({"contains": ["a", "b"], "regex": ["c", "d"]}) == (
        Check("contains", "a"),
        Check("contains", "b"),
        Check("regex", "c"),
        Check("regex", "d"),
    )


def test_one_text_of_a_list_must_be_the_answer_or_the_reason() -> None:
    assert read({"equals": ["yes", "Yes"], "stop_reason": ["stop", "end_turn"]}) == (
        Check("equals", ["yes", "Yes"]),
        Check("stop_reason", ["stop", "end_turn"]),
    )


def test_a_command_runs_in_the_folder_of_the_set() -> None:
    assert read({"command": ["python", "grade.py"]}) == (
        Check("command", {"command": ["python", "grade.py"], "folder": "/sets"}),
    )


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (Check("contains", 'a "b"\x1b'), 'contains "a \\"b\\"\\u001b"'),
        (Check("equals", ["a", "b"], "thinking"), 'equals ["a", "b"] in thinking'),
        (Check("json", True), "json"),
        (Check("json_schema", {"type": "object"}, "tools"), "json_schema in tools"),
        (Check("max_total", 10), "max_total 10"),
        (Check("command", {"command": ["a b", "c"], "folder": "/"}), "command 'a b' c"),
        (Check("contains", "é" * 200), 'contains "' + "é" * 79 + "…"),
    ],
)
def test_a_check_in_words(check: Check, words: str) -> None:
    assert check.in_words == words


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("Paris", 'checks: expected an object such as {"contains": "Paris"}, not a text'),
        ([{"contains": "a"}, 5], 'checks[1]: expected an object such as {"contains": "Paris"}, not the number 5'),
        ([{}], 'checks[0]: expected a check such as {"contains": "Paris"}'),
        ({"in": "tools"}, 'checks: expected a check such as {"contains": "Paris"}'),
        ({"contain": "a"}, "checks.contain: this check is not known (did you mean contains?)"),
        ({"\x1b[1mx": "a"}, "checks.␛[1mx: this check is not known (known are contains, not_contains, equals, regex"),
        ({"contains": 5}, "checks.contains: expected a text, not the number 5"),
        ({"contains": []}, "checks.contains: expected a text, not a list"),
        ({"contains": ["a", ""]}, "checks.contains: expected a text, not an empty one"),
        ({"equals": []}, "checks.equals: expected a text, not a list"),
        ({"equals": ["a", None]}, "checks.equals: expected a text, not null"),
        ({"regex": "a(b"}, "checks.regex: not a pattern of Python's re: missing ), unterminated subpattern at char"),
        ({"regex": "(?P<n>a){4294967296}"}, "checks.regex: the pattern is too large"),
        ({"regex": "a" * 10_001}, "checks.regex: the pattern is longer than 10,000 characters"),
        ({"json": False}, "checks.json: expected true, not false"),
        ({"json_schema": {"type": "objekt"}}, "checks.json_schema: $.type: 'objekt' is not valid"),
        ({"json_schema": []}, "checks.json_schema: expected an object"),
        ({"max_total": True}, "checks.max_total: expected a number of seconds, not true"),
        ({"max_total": -1}, "checks.max_total: expected a number of seconds, not the number -1"),
        ({"max_first_token": float("nan")}, "checks.max_first_token: expected a number of seconds, not the number nan"),
        ({"max_cost_usd": "1"}, "checks.max_cost_usd: expected a number of US dollars, not a text"),
        ({"max_output_tokens": 1.5}, "checks.max_output_tokens: expected a whole number, not the number 1.5"),
        ({"command": "python x"}, 'checks.command: expected a list of words such as ["python", "grade.py"]; no shell'),
        ({"command": ["a\0"]}, "checks.command: expected a list of words"),
        ({"contains": "a", "in": "tool"}, 'checks.in: expected answer, thinking or tools, not "tool"'),
        ({"contains": "a", "in": []}, "checks.in: expected answer, thinking or tools"),
        ({"max_total": 1, "in": "tools"}, "checks.in: max_total looks at the whole answer, so it cannot have in"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(value: Any, problem: str) -> None:
    assert problems(value)[0].startswith(problem)


def test_all_problems_are_said_at_once() -> None:
    assert len(problems([{"contains": 1}, {"regex": "("}, {"nothing": 1}])) == 3


def test_checks_that_are_nested_too_deeply_are_refused() -> None:
    deep: Any = "a"
    for _ in range(10_000):
        deep = [deep]
    assert problems({"json_schema": deep}) == ["checks: nested too deeply"]


@pytest.mark.parametrize(
    ("written", "check"),
    [
        ("contains=Paris", Check("contains", "Paris")),
        ("contains=a=b ", Check("contains", "a=b ")),
        ("equals=42", Check("equals", "42")),
        ('stop_reason=["stop", "end_turn"]', Check("stop_reason", ["stop", "end_turn"])),
        ("regex=[0-9]+", Check("regex", "[0-9]+")),
        ('regex=["a"]', Check("regex", '["a"]')),
        ("max_total=10", Check("max_total", 10)),
        ("json=true", Check("json", True)),
    ],
)
def test_a_check_as_an_option(written: str, check: Check) -> None:
    assert read_written_check(written, schema_problem) == (check,)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("Paris", "'Paris' does not have the form KIND=VALUE, like contains=Paris"),
        ("max_total=soon", "max_total: 'soon' is not JSON"),
        ("contain=a", "contain: this check is not known (did you mean contains?)"),
    ],
)
def test_a_check_as_an_option_that_cannot_be_used(written: str, problem: str) -> None:
    with pytest.raises(CheckError) as error:
        read_written_check(written, schema_problem)
    assert str(error.value) == problem


@pytest.mark.parametrize(
    "check",
    [
        Check("contains", "a"),
        Check("equals", ["a"]),
        Check("json_schema", {"type": "objekt"}),
        Check("command", {"command": ["a"], "folder": ""}),
    ],
)
def test_a_check_that_was_kept_can_be_used_again(check: Check) -> None:
    assert is_usable(check)


@pytest.mark.parametrize(
    "check",
    [
        Check("contains", 5),
        Check("regex", "("),
        Check("json_schema", []),
        Check("command", ["a"]),
        Check("command", {"command": ["a"]}),
        Check("command", {"command": "a", "folder": ""}),
    ],
)
def test_a_damaged_check_cannot_be_used(check: Check) -> None:
    assert not is_usable(check)
