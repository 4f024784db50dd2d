"""Whatever is in a set, a plan file or a check, it is read or refused in sentences."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diptych.core.experiment.checks.check import Check
from diptych.core.experiment.checks.check_reading import CheckError, is_usable, read_checks, read_written_check
from diptych.core.prompt_template import PromptTemplate
from diptych.core.text.sanitize import clean_line
from diptych.json_schema.validation import schema_problem
from diptych.plans.case_building import CaseBuilder
from diptych.plans.plan_file import PlanFileError, read_plan_file
from diptych.plans.prompt_set import PromptSet, read_prompt_stream
from diptych.plans.set_problems import PromptSetError
from tests.plans.test_documented_examples import block

NAMES = (
    *("id", "prompt", "messages", "vars", "attach", "checks", "custom_id", "body", "role", "content", "type", "text"),
    *("contains", "equals", "regex", "json", "json_schema", "max_total", "command", "in", "input", "instructions"),
)
WORDS = ("user", "assistant", "system", "tools", "thinking", "{{x}}", "{% if", "{#", "\x1b[2J", "\0", "\ud800", "(a+")

TEXTS = st.one_of(st.sampled_from(WORDS), st.text(max_size=8))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.floats(), TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(st.sampled_from(NAMES), TEXTS), inner, max_size=4)
    ),
    max_leaves=12,
)

LINES = [
    *block("json").splitlines(),
    '{"custom_id": "a", "method": "POST", "url": "/v1/responses", "body": {"model": "m", "input": "Hi"}}',
]
CSV = block("csv")

many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(data: bytes, template: str | None = None, name: str = "") -> PromptSet | str:
    """The set that these bytes are, or what is wrong with it."""
    made = None if template is None else PromptTemplate("t", template)
    try:
        read_set = read_prompt_stream(io.BytesIO(data), "set", CaseBuilder(Path("/nowhere"), made), name)
    except PromptSetError as error:
        return str(error)
    for case in read_set.cases:
        assert case.prompt.strip()
        case.prompt.encode()
        assert clean_line(case.id) == case.id
        assert all(map(is_usable, case.checks))
    assert len({case.id for case in read_set.cases}) == len(read_set.cases) > 0
    return read_set


def assert_is_said_safely(result: PromptSet | str) -> None:
    if isinstance(result, str):
        assert all(line.startswith(("set", "These are")) and line.endswith(".") for line in result.splitlines())
        assert is_safe(result)


def checks_in(read_them: Callable[[], tuple[Check, ...]]) -> tuple[tuple[Check, ...], str]:
    """The checks that are read, or what is wrong with them."""
    try:
        return read_them(), ""
    except CheckError as error:
        return (), str(error)


def is_safe(text: str) -> bool:
    """Whether a terminal can print a text."""
    return not {"\x1b", "\0", "\ud800"} & set(text)


@many
@given(st.binary(max_size=200), st.sampled_from(["", ".csv", ".jsonl"]))
def test_any_bytes(data: bytes, name: str) -> None:
    assert_is_said_safely(read(data, "a", name))


@many
@given(st.lists(VALUES, max_size=4))
def test_any_values_in_lines(values: list[Any]) -> None:
    assert_is_said_safely(read("\n".join(map(json.dumps, values)).encode()))


@many
@given(st.dictionaries(st.sampled_from(NAMES[:8]), VALUES, max_size=6))
def test_any_values_as_members(entry: dict[str, Any]) -> None:
    assert_is_said_safely(read(json.dumps({"prompt": "a", **entry}).encode()))
    assert_is_said_safely(read(json.dumps({"vars": {"x": 1}, **entry}).encode(), "{{x}}"))


@many
@given(st.data())
def test_lines_with_pieces_missing_doubled_or_replaced(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(["\n".join(LINES), CSV, CSV.replace(",", ";"), CSV.replace("\n", "\r")]))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    piece = data.draw(st.one_of(st.just(""), st.just(text[start:end] * 2), TEXTS))
    mutated = text[:start] + piece + text[end:]
    assert_is_said_safely(read(mutated.encode("utf-8", "surrogatepass"), "a {{prompt|d('')}}"))


@many
@given(VALUES)
def test_any_value_as_checks(value: Any) -> None:
    checks, said = checks_in(lambda: read_checks(value, schema_problem))

    assert is_safe(said)
    assert all(map(is_usable, checks))
    assert all(check.in_words.isprintable() for check in checks)


@many
@given(st.sampled_from([*NAMES, ""]), TEXTS)
def test_any_check_as_an_option(kind: str, value: str) -> None:
    checks, said = checks_in(lambda: read_written_check(f"{kind}={value}", schema_problem))
    assert is_safe(said)
    assert bool(checks) is not bool(said)


def test_any_change_of_a_plan_file(tmp_path_factory: Any) -> None:
    path = tmp_path_factory.mktemp("plans") / "plan.toml"
    text = block("toml")

    @many
    @given(st.data())
    def change(data: st.DataObject) -> None:
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 30)))
        piece = data.draw(st.one_of(TEXTS, st.sampled_from(["[[", "]", "= 1", "nan", "2026-01-01", "{}", '"', "'"])))
        path.write_bytes((text[:start] + piece + text[end:]).encode("utf-8", "surrogatepass"))
        said = ""
        try:
            read_plan_file(path).cases(CaseBuilder(path.parent))
        except (PlanFileError, PromptSetError) as error:
            said = str(error)
        assert all(line.startswith(str(path)) for line in said.splitlines())
        assert is_safe(said)

    change()
