"""Reports of hostile servers: text for a terminal is harmless there, and exact formats are exact."""

import json

from hypothesis import given

from diptych.codec.event_lines import line_object
from diptych.codec.objects import round_object
from diptych.core.history_summary import ListedRound, ListedRun
from diptych.core.json_text import to_json
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.text.sanitize import clean
from diptych.report.headings import heading
from diptych.report.history_list import listed_lines
from diptych.report.plain_text import figures, summary, whole_round
from tests.fuzz.painting import assert_printable, assert_shows
from tests.fuzz.streams import TEXTS, runs
from tests.report.exports import render


@given(runs(), runs("right"), TEXTS)
def test_what_a_terminal_gets(left: Run, right: Run, prompt: str) -> None:
    round_ = Round(prompt, 0.0, (left, right), 1e9)

    assert_shows(heading(left))
    assert_shows(figures(left))
    assert_printable(summary(round_))
    assert_printable(clean("".join(whole_round(round_))))
    assert_printable(render(round_, "md"))
    assert_printable(render(round_, "html"))


@given(runs(), TEXTS)
def test_what_programs_get_is_exact_and_safe_to_print(run: Run, prompt: str) -> None:
    round_ = Round(prompt, 0.0, (run,), 1e9)
    whole = to_json(round_object(round_))
    lines = [to_json(line_object(run, line)) for line in run.lines]

    assert all(text.isascii() and text.isprintable() for text in (whole, *lines))
    assert _units(json.loads(whole)["left"]["text"]) == _units("".join(run.text))
    assert _units(json.loads(whole)["prompt"]) == _units(prompt)
    for form in ("json", "jsonl"):
        assert render(round_, form).isascii()


@given(TEXTS, TEXTS)
def test_a_line_of_the_history(prompt: str, model: str) -> None:
    run = ListedRun("left", model, "openai-chat", model, False, "failed", model, None, None, None, 0)

    assert_shows(*listed_lines([ListedRound(1, 1, prompt, 1e9, (run, run))]))


@given(TEXTS)
def test_what_a_clipboard_gets(text: str) -> None:
    copied = clean(text)

    copied.encode()
    assert clean(copied) == copied


def _units(text: str) -> bytes:
    """Return the text as JSON reads it, where two adjacent halves of a character are one character."""
    return text.encode("utf-16", "surrogatepass")
