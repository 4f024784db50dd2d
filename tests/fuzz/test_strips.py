"""Bytes of hostile servers pass through decoder, dialect and run to the strips that the app paints, and are harmless.

A long run of a few minutes: `pytest tests/fuzz --hypothesis-profile=long`.
"""

import re

from hypothesis import given
from hypothesis import strategies as st

from diptych.core.history_summary import ListedRound, ListedRun
from diptych.core.run import Run
from diptych.core.text.growing import GrowingText
from diptych.tui.answer.document import Document
from diptych.tui.answer.hint import Hint
from diptych.tui.inspector.inspection import inspect
from diptych.tui.inspector.outline import OutlineItem, children, item
from tests.fuzz.painting import (
    DetachedAnswer,
    DetachedEvents,
    DetachedRounds,
    DetachedText,
    assert_paintable,
    assert_printable,
    assert_shows,
)
from tests.fuzz.streams import TEXTS, runs

WIDTHS = st.sampled_from((24, 40, 61, 100))
_MOST_ITEMS = 300


@given(runs(), WIDTHS, st.booleans(), TEXTS)
def test_an_answer(run: Run, width: int, rendered: bool, query: str) -> None:
    answer = DetachedAnswer(Hint([], {}))
    answer.widen(width)
    answer.show(run)
    answer.sample("It was left out.")
    answer.action_toggle_thinking()
    if not rendered:
        answer.action_toggle_rendering()

    assert_paintable(answer.strips(), width)
    answer.widen(80)
    assert_paintable(answer.strips(), 80)
    answer.search(query)
    assert_paintable(answer.strips(), 80)


@given(runs(), WIDTHS)
def test_an_answer_in_pieces_is_shown_like_the_whole(run: Run, width: int) -> None:
    text, thinking, ended = str(run.text), str(run.thinking), run.state
    run.text, run.thinking, run.state = GrowingText(), GrowingText(), "streaming"
    document = Document(run, width)
    for start in range(0, max(len(text), len(thinking)), 3):
        run.text.append(text[start : start + 3])
        run.thinking.append(thinking[start : start + 3])
        document.update()
        for index in range(max(document.height - 3, 0), document.height):
            assert_shows("".join(span.text for span in document.row(index)))
    run.state = ended
    document = _laid_out(document)
    whole = _laid_out(Document(run, width))

    assert _rows(document) == _rows(whole)
    list(document.find(re.compile("a"), 0, document.height))
    document.slice(None, None)
    for link in document.links():
        assert_printable(link.text)


def _laid_out(document: Document) -> Document:
    """Lay out the whole answer, and do so again if a link reference was defined after its first use."""
    document.update()
    while document.is_behind:
        document.update()
    return _laid_out(document.new_layout(document.width, is_rendered=True)) if document.is_outdated else document


def _rows(document: Document) -> list[str]:
    return ["".join(span.text for span in document.row(index)) for index in range(document.height)]


@given(runs(), WIDTHS)
def test_an_event_list(run: Run, width: int) -> None:
    events = DetachedEvents("left")
    events.widen(width)
    events.show(run)
    events.sample()

    assert_paintable(events.strips(), max(width, 0))
    assert_shows(events.columns.heading())


@given(runs(), WIDTHS)
def test_an_opened_line(run: Run, width: int) -> None:
    for index in range(len(run.lines)):
        opened = inspect(run, index)
        assert_shows(opened.title)
        assert_shows(opened.offsets)
        assert_printable(opened.explanation)
        _assert_outline_shows(item("", opened.value))
        text = DetachedText()
        text.widen(width)
        text.show(opened.raw)
        assert_paintable(text.strips(), width)


@given(st.lists(TEXTS, min_size=5, max_size=5), WIDTHS)
def test_a_history(texts: list[str], width: int) -> None:
    prompt, endpoint, model, reason, other = texts
    left = ListedRun("left", endpoint, "openai-chat", model, False, "complete", reason, 0.1, 1.0, "0.1", 9)
    right = ListedRun("right", other, other, other, True, "failed", None, None, None, None, 0)
    rounds = DetachedRounds()
    rounds.widen(width)
    rounds.show([ListedRound(1, 1, prompt, 1e9, (left, right)), ListedRound(2, 1, other, 0.0, (right,))])

    assert_paintable(rounds.strips(), width)


def _assert_outline_shows(root: OutlineItem) -> None:
    waiting, seen = [root], 0
    while waiting and seen < _MOST_ITEMS:
        shown = waiting.pop()
        seen += 1
        assert_shows(shown.key)
        assert_shows(shown.summary)
        waiting += children(shown)
