"""When the spans of a round are made, without a collector."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from diptych.core.event import RequestSent
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.telemetry import round_spans, span_sender
from diptych.telemetry.round_spans import RoundSpans
from diptych.telemetry.span_data import SpanData
from tests.support.asking import new_run, settings


class Sender:
    """Keeps the spans that it is given. It stands for `SpanSender`."""

    def __init__(self, on_problem: Callable[[str], object]) -> None:
        self.tell = on_problem
        self.spans: list[SpanData] = []
        self.rounds: list[SpanData] = []
        self.unsent = ""

    def begin(self, name: str, began: int) -> object:
        return name, began

    def end(self, span: object, data: SpanData) -> None:
        self.rounds.append(data)

    def add(self, data: SpanData, parent: object) -> None:
        self.spans.append(data)

    def close(self, patience: float) -> str:
        return self.unsent


@pytest.fixture
def senders(monkeypatch: pytest.MonkeyPatch) -> list[Sender]:
    """The senders that are made from now on."""
    made: list[Sender] = []

    def make(on_problem: Callable[[str], object]) -> Sender:
        made.append(Sender(on_problem))
        return made[-1]

    monkeypatch.setattr(span_sender, "SpanSender", make)
    return made


@contextmanager
def following(*, conversations: bool = False) -> Iterator[RoundSpans]:
    spans = RoundSpans(conversations=conversations)
    spans.wait_until_loaded()
    try:
        yield spans
    finally:
        spans.close()


def round_of(*runs: Run, follows: Round | None = None, date: float | None = 1_700_000_000) -> Round:
    return Round("hi", 0.0, runs, date, follows=follows)


def run_of(label: str, spans: RoundSpans) -> Run:
    return new_run(settings("openai-chat"), side=label, observer=spans)


def test_the_spans_of_a_round_are_made_when_its_last_run_has_ended(senders: list[Sender]) -> None:
    ended: list[Round] = []

    def when_written(round_: Round, act: Callable[[], object]) -> None:
        ended.append(round_)
        act()

    with following() as spans:
        spans.when_written = when_written
        left, right = run_of("left", spans), run_of("right", spans)
        round_ = round_of(left, right)
        spans.round_began(1, round_)
        left.stop(1.0)
        assert ended == []
        right.stop(2.0)
        assert ended == [round_]

    (sender,) = senders
    assert [span.attributes["diptych.label"] for span in sender.spans] == ["left", "right"]
    assert [span.name for span in sender.rounds] == ["diptych round"]
    assert spans.problem == ""


def test_a_round_that_is_not_over_at_the_end_has_spans_of_what_has_ended(senders: list[Sender]) -> None:
    with following() as spans:
        left, right = run_of("left", spans), run_of("right", spans)
        spans.round_began(1, round_of(left, right))
        left.stop(1.0)

    assert [span.attributes["diptych.label"] for span in senders[0].spans] == ["left"]


def test_a_round_that_could_not_be_written_has_its_spans_at_the_end(senders: list[Sender]) -> None:
    with following() as spans:
        spans.when_written = lambda round_, act: None
        run = run_of("left", spans)
        spans.round_began(1, round_of(run, date=None))
        run.stop(1.0)

    assert len(senders[0].spans) == 1


def test_a_round_that_is_written_twice_has_its_spans_once(senders: list[Sender]) -> None:
    written: list[Callable[[], object]] = []
    with following() as spans:
        spans.when_written = lambda round_, act: written.append(act)
        run = run_of("left", spans)
        spans.round_began(1, round_of(run))
        run.stop(1.0)
        for act in written * 2:
            act()

    assert len(senders[0].spans) == 1


def test_a_later_take_lies_in_the_span_of_its_round(senders: list[Sender]) -> None:
    with following() as spans:
        run, again = run_of("left", spans), run_of("left", spans)
        round_ = round_of(run)
        spans.round_began(1, round_)
        run.stop(1.0)
        round_.add_take(again)
        spans.take_began(round_, again)
        again.stop(2.0)

    assert (len(senders[0].spans), len(senders[0].rounds)) == (2, 1)


def test_rounds_that_follow_each_other_are_one_conversation(senders: list[Sender]) -> None:
    with following(conversations=True) as spans:
        first = round_of(run_of("left", spans))
        second = round_of(run_of("left", spans), follows=first)
        other = round_of(run_of("left", spans))
        for round_ in (first, second, other):
            spans.round_began(1, round_)
            round_.runs["left"].stop(1.0)

    one, same, another = (span.attributes["gen_ai.conversation.id"] for span in senders[0].spans)
    assert one == same != another


def test_a_fault_is_said_and_the_next_round_is_sent(senders: list[Sender]) -> None:
    with following() as spans:
        bad, good = run_of("left", spans), run_of("left", spans)
        for run in (bad, good):
            spans.round_began(1, round_of(run))
        del bad.take
        bad.stop(1.0)
        good.stop(1.0)

    assert len(senders[0].spans) == 1
    assert spans.problem == "Spans are missing because of a fault in Diptych (AttributeError)."


def test_a_sdk_that_cannot_be_used_is_said_and_costs_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(on_problem: object) -> None:
        raise ValueError("The variables make no sense.")

    monkeypatch.setattr(span_sender, "SpanSender", refuse)
    with following() as spans:
        run = run_of("left", spans)
        spans.round_began(1, round_of(run))
        run.stop(1.0)

    assert spans.problem == "Spans cannot be sent: The variables make no sense."


def test_a_problem_is_told_once_and_not_again_at_the_end(senders: list[Sender]) -> None:
    told: list[str] = []
    with following() as spans:
        spans.on_problem = told.append
        senders[0].tell("first")
        senders[0].tell("second")
        senders[0].unsent = "the rest"

    assert (told, spans.problem) == (["first"], "")


def test_what_is_left_at_the_end_is_said(senders: list[Sender]) -> None:
    with following() as spans:
        senders[0].unsent = "2 spans could not be sent."

    assert spans.problem == "2 spans could not be sent."


def test_the_end_does_not_wait_for_spans_that_take_too_long(
    senders: list[Sender], monkeypatch: pytest.MonkeyPatch
) -> None:
    free = threading.Event()
    monkeypatch.setattr(round_spans, "PATIENCE", 0.05)
    monkeypatch.setattr(round_spans, "run_span", lambda *_, **__: free.wait())
    with following() as spans:
        run = run_of("left", spans)
        spans.round_began(1, round_of(run))
        run.stop(1.0)

    assert spans.problem == "The last spans were not sent: making them took too long."
    free.set()


def test_a_round_of_a_cluster_has_the_dates_of_its_requests(senders: list[Sender]) -> None:
    run = new_run(settings("openai-chat"))
    run.note(RequestSent(0.25, "POST", "https://x/", (), b"", None, 1_700_000_001.0))
    run.stop(1.25)
    round_ = Round("hi", 0.0, [run], 1_700_000_000.0)
    with following() as spans:
        spans.round_began(1, round_)
        spans.run_ended(run)

    (span,) = senders[0].spans
    assert (span.began, span.ended) == (1_700_000_001_000_000_000, 1_700_000_002_000_000_000)
