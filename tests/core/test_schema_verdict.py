"""When an answer is checked against a schema, and the verdict in words."""

from collections.abc import Callable

import pytest

from diptych.core.folding.tool import Tool
from diptych.core.run import Run
from diptych.core.schema_verdict import SchemaVerdict, needs_verdict
from tests.support.asking import new_run, settings


def answered(text: str = "{}", *, has_schema: bool = True) -> Run:
    run = new_run(settings("openai-chat", response_schema={"type": "object"} if has_schema else None))
    run.text.append(text)
    return run


def complete(run: Run) -> None:
    run.complete()


def refused(run: Run) -> None:
    run.refusal.append("No.")
    run.complete()


def calling(run: Run) -> None:
    run.tools.append(Tool("1", "look"))
    run.complete()


def checked(run: Run) -> None:
    run.complete()
    run.schema_verdict = SchemaVerdict(True)


def stopped(run: Run) -> None:
    run.stop(1.0)


@pytest.mark.parametrize(
    ("text", "end", "needed"),
    [
        ("{}", complete, True),
        ("", complete, True),
        ("{}", calling, True),
        (" ", calling, False),
        ("{}", refused, False),
        ("{}", checked, False),
        ("{}", stopped, False),
    ],
)
def test_which_answers_are_checked(text: str, end: Callable[[Run], None], needed: bool) -> None:
    run = answered(text)
    assert not needs_verdict(run)
    end(run)

    assert needs_verdict(run) is needed


def test_an_answer_without_a_schema_is_not_checked() -> None:
    run = answered(has_schema=False)
    run.complete()
    assert not needs_verdict(run)


@pytest.mark.parametrize(
    ("verdict", "word", "sentence"),
    [
        (SchemaVerdict(True), "valid", "The answer follows the schema."),
        (SchemaVerdict(False, "$.a: no."), "not valid", "The answer does not follow the schema: $.a: no."),
        (
            SchemaVerdict(None, "it takes too long"),
            "not checked",
            "The answer could not be checked against the schema: it takes too long.",
        ),
    ],
)
def test_the_verdict_in_words(verdict: SchemaVerdict, word: str, sentence: str) -> None:
    assert (verdict.word, verdict.sentence) == (word, sentence)
