"""Answers are checked in another process."""

import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from diptych.core.run import Run
from diptych.core.schema_verdict import SchemaVerdict
from diptych.json_schema import answers
from diptych.json_schema.answers import check_answer
from diptych.json_schema.checker import main
from tests.support.asking import new_run, settings

PRICE = {"type": "object", "properties": {"price": {"type": "number"}}}


def checked(text: str, schema: Any = PRICE, **more: Any) -> Run:
    run = new_run(settings("openai-chat", response_schema=schema))
    run.text.append(text)
    run.complete()
    check_answer(run, **more)
    return run


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ('{"price": 1}', SchemaVerdict(True)),
        ('```json\n{"price": 1}\n```', SchemaVerdict(True)),
        ('{"price": "x"}', SchemaVerdict(False, "$.price: 'x' is not of type 'number'")),
    ],
)
def test_a_verdict(text: str, verdict: SchemaVerdict) -> None:
    assert checked(text).schema_verdict == verdict


def test_an_answer_that_is_not_json() -> None:
    verdict = checked("Sure!").schema_verdict
    assert verdict is not None
    assert verdict.is_valid is False
    assert verdict.problem.startswith("it is not JSON (")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("NaN", "NaN is not a number"),
        ("-Infinity", "-Infinity is not a number"),
        ("1e999", "the number 1e999 is too large"),
    ],
)
def test_a_number_that_json_does_not_have_makes_an_answer_invalid(number: str, said: str) -> None:
    verdict = checked(f'{{"price": {number}}}').schema_verdict
    assert verdict == SchemaVerdict(False, f"it is not JSON ({said})")


def test_a_pattern_without_an_end_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "TIME_LIMIT", 1.0)
    schema = {"properties": {"a": {"pattern": "^(a+)+$"}}}

    verdict = checked(json.dumps({"a": "a" * 60 + "!"}), schema).schema_verdict

    assert verdict == SchemaVerdict(None, "it takes longer than 1 s, perhaps because of a pattern in the schema")


def test_a_process_that_fails() -> None:
    verdict = checked('{"a": 1}', {"properties": {"a": {"pattern": "("}, "b": 7}, "type": 7}).schema_verdict
    assert verdict == SchemaVerdict(None, "the process that checks it failed")


def test_an_answer_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_CHARACTERS", 3)
    assert checked("[1, 2]").schema_verdict == SchemaVerdict(None, "it has more than 3 characters")


def test_a_long_answer_reaches_a_process_that_starts_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "_LOOK", 0.001)  # so that the first look always comes before it reads
    assert checked(json.dumps({"price": "x" * 1_000_000}), {"type": "object"}).schema_verdict == SchemaVerdict(True)


def test_modules_in_the_present_folder_are_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "jsonschema.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    assert checked('{"price": 1}').schema_verdict == SchemaVerdict(True)


def test_an_answer_is_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    run = checked('{"price": 1}')
    monkeypatch.setattr(subprocess, "Popen", None)
    check_answer(run)
    assert run.schema_verdict == SchemaVerdict(True)


def test_the_process_that_checks() -> None:
    out = io.StringIO()
    main(io.BytesIO(json.dumps({"schema": PRICE, "text": '{"price": "ü"}'}).encode()), out)
    assert json.loads(out.getvalue()) == {"problem": "$.price: 'ü' is not of type 'number'"}


def test_a_check_that_is_cancelled_has_no_verdict() -> None:
    schema = {"properties": {"a": {"pattern": "^(a+)+$"}}}
    assert checked(json.dumps({"a": "a" * 60 + "!"}), schema, is_cancelled=lambda: True).schema_verdict is None


def test_a_process_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "_CHECKER", ("/no/such/python",))
    assert checked('{"price": 1}').schema_verdict == SchemaVerdict(None, "the process that checks it failed")
