"""The parts of an answer, and that everything that shows an answer shows each of them."""

from collections.abc import Callable
from typing import get_args

import pytest

from diptych.codec.objects import run_object
from diptych.core.answer_parts import (
    AnswerEnding,
    AnswerPart,
    AnswerRedactedThinking,
    AnswerRefusal,
    AnswerText,
    AnswerThinking,
    AnswerToolCall,
    AnswerWarning,
    AnswerWordlessRefusal,
    answer_parts,
)
from diptych.core.content import (
    Cancelled,
    Complete,
    Malformed,
    RedactedThinking,
    Refusal,
    Stop,
    Text,
    Thinking,
    ToolArguments,
    ToolCall,
)
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.schema_verdict import SchemaVerdict
from diptych.report.markdown_text import markdown
from diptych.report.plain_text import answer
from diptych.tui.answer.document import Document
from tests.report.pages import html, read
from tests.report.runs import arrived, begun


def everything() -> Run:
    """A run that has every part but a refusal with words, and that the server stopped."""
    run = begun()
    arrived(run, 0.1, "e", RedactedThinking(), Thinking("Let me think."), Text("Some words."))
    arrived(run, 0.2, "e", ToolCall(1, "call_1", "get_weather"), ToolArguments(1, '{"city": "Paris"}'))
    arrived(run, 0.3, "e", ToolCall(2, None, "get_time"), Malformed("no JSON", "{half"))
    arrived(run, 0.4, "e", Stop("refusal", {"explanation": "It is about weapons."}), Cancelled())
    run.complete()
    return run


def refused() -> Run:
    run = begun()
    arrived(run, 0.1, "e", Refusal("I will not."), Stop("refusal"), Complete())
    run.complete()
    return run


def checked(verdict: SchemaVerdict) -> Run:
    run = begun()
    arrived(run, 0.1, "e", Text("{}"), Stop("stop"), Complete())
    run.complete()
    run.schema_verdict = verdict
    return run


def on_screen(run: Run) -> str:
    document = Document(run, 100, is_open=True)
    document.update()
    return "\n".join("".join(span.text for span in document.row(row)) for row in range(document.height))


def in_markdown(run: Run) -> str:
    return "".join(markdown(Round("hi", 0.0, (run,)))).partition("## left")[2]


def on_page(run: Run) -> str:
    return read(html(Round("hi", 0.0, (run,)))).text.partition("Figures")[0]


def test_the_parts_come_in_the_order_in_which_they_are_shown() -> None:
    run = everything()

    assert list(answer_parts(run)) == [
        AnswerThinking(run.thinking),
        AnswerRedactedThinking(1),
        AnswerText(run.text),
        AnswerToolCall(run.tools[0]),
        AnswerToolCall(run.tools[1]),
        AnswerWordlessRefusal("The model refused to answer: It is about weapons."),
        AnswerEnding("stopped", "Stopped by the server: refusal.", quotes_server=True),
        AnswerWarning("1 event could not be read (“{half”): words of the answer may be missing."),
    ]


def test_the_two_runs_of_these_tests_have_every_part_that_there_is() -> None:
    parts = [*answer_parts(everything()), *answer_parts(refused()), *answer_parts(checked(SchemaVerdict(True)))]

    assert {type(part) for part in parts} == set(get_args(AnswerPart))


def test_a_whole_answer_has_no_ending() -> None:
    run = refused()

    assert list(answer_parts(run)) == [AnswerRefusal(run.refusal)]


def test_a_run_of_which_nothing_has_come_has_only_its_ending() -> None:
    assert [type(part) for part in answer_parts(begun())] == [AnswerEnding]


@pytest.mark.parametrize("show", [answer, on_screen, in_markdown, on_page])
def test_every_part_is_shown_in_its_order_and_in_the_same_words(show: Callable[[Run], str]) -> None:
    shown = show(everything())
    words = [
        "Some words.",
        "get_weather",
        '{"city": "Paris"}',
        "get_time",
        "The model refused to answer: It is about weapons.",
        "Stopped by the server: refusal.",
        "1 event could not be read (“{half”): words of the answer may be missing.",
    ]
    places = [shown.find(word) for word in words]

    assert -1 not in places
    assert places == sorted(places)
    assert "I will not." in show(refused())


@pytest.mark.parametrize(
    ("show", "redacted"),
    [
        (on_screen, "redacted thinking ×1"),
        (in_markdown, "Blocks of thinking that came encrypted: 1."),
        (on_page, "Blocks of thinking that came encrypted: 1."),
    ],
)
def test_thinking_is_shown_but_in_plain_text(show: Callable[[Run], str], redacted: str) -> None:
    shown = show(everything())

    assert shown.index("Let me think.") < shown.index("Some words.")
    assert shown.index(redacted) < shown.index("Some words.")
    assert "think" not in answer(everything())


def test_every_part_is_in_the_json() -> None:
    run = run_object(everything())

    assert (run["thinking"], run["redacted_thinking"], run["text"]) == ("Let me think.", 1, "Some words.")
    assert [(tool["id"], tool["name"], tool["arguments"]) for tool in run["tools"]] == [
        ("call_1", "get_weather", '{"city": "Paris"}'),
        (None, "get_time", ""),
    ]
    assert (run["stop_reason"], run["stop_detail"]) == ("refusal", {"explanation": "It is about weapons."})
    assert run["error"]["message"] == "Stopped by the server: refusal."
    assert run["warnings"] == ["1 event could not be read (“{half”): words of the answer may be missing."]
    assert run_object(refused())["refusal"] == "I will not."


def test_a_refusal_without_any_content_is_a_warning_in_the_json() -> None:
    run = begun()
    arrived(run, 0.1, "e", Stop("refusal"), Complete())
    run.complete()

    assert run_object(run)["warnings"] == ["The model refused to answer."]


@pytest.mark.parametrize("show", [answer, on_screen, in_markdown, on_page])
@pytest.mark.parametrize("verdict", [SchemaVerdict(True), SchemaVerdict(False, "$.a: no"), SchemaVerdict(None, "busy")])
def test_the_verdict_on_an_answer_is_shown(show: Callable[[Run], str], verdict: SchemaVerdict) -> None:
    assert verdict.sentence in show(checked(verdict))


def test_the_verdict_is_in_the_json_of_an_answer_that_was_checked() -> None:
    assert run_object(checked(SchemaVerdict(False, "$.a: no")))["schema"] == {"valid": False, "problem": "$.a: no"}
    assert "schema" not in run_object(everything())
