"""Asking without a screen: what is printed, when, and the exit code."""

import io
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import IO

import pytest

from diptych.cli.signals import shutdown_signals
from diptych.core.event import Line
from diptych.core.run import Run
from diptych.engine.engine import Engine, EngineOptions
from diptych.headless.feed import Feed
from diptych.headless.live_display import OutputForm
from diptych.headless.runner import run_headless
from tests.support.answers import Answer, Gate, json_answer
from tests.support.asking import settings
from tests.support.loopback import LoopbackServer
from tests.support.streams import chat, messages


def asked(
    server: LoopbackServer, form: OutputForm, out: IO[str] | None = None, feed: Feed | None = None
) -> tuple[int, str]:
    """Ask both sides of a server; the exit code and what was printed."""
    left = settings("anthropic-messages", server.url, model="left")
    right = settings("openai-chat", server.url, model="right")
    out, feed = out or io.StringIO(), feed or Feed()
    engine = Engine({"left": left, "right": right}, EngineOptions(), feed)
    try:
        with shutdown_signals() as shutdown:
            shutdown.on_signal(feed.interrupt)
            code = run_headless(engine, feed, engine.draft("hi"), form, out)
    finally:
        engine.close()
    return code, out.getvalue() if isinstance(out, io.StringIO) else ""


class Reacting(io.StringIO):
    """An output that does something when a text is written to it, once."""

    def __init__(self, text: str, reaction: Callable[[], object], *, terminal: bool = False) -> None:
        super().__init__()
        self._text = text
        self._reaction: Callable[[], object] | None = reaction
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def write(self, text: str) -> int:
        written = super().write(text)
        if self._text in text and self._reaction:
            reaction, self._reaction = self._reaction, None
            reaction()
        return written


# Text


def test_each_answer_is_printed_when_it_ends_and_then_the_figures(server: LoopbackServer) -> None:
    *most, last = messages("Hel", "lo")
    server.plan(Answer([*most, Gate("right is out"), last]), key="left")
    server.plan(Answer(chat("Salut")), key="right")

    code, printed = asked(server, "text", Reacting("right", lambda: server.open("right is out")))

    assert code == 0
    right, left, figures = printed.split("\n\n")
    assert right == "── right · openai:right ──\nSalut"
    assert left == "── left · anthropic:left ──\nHello"
    assert [line.partition(" · ")[0] for line in figures.splitlines()] == [
        "anthropic:left  complete (end_turn)",
        "openai:right    complete (stop)",
    ]


@pytest.mark.parametrize(("terminal", "shown"), [(True, "␛[31m"), (False, "\x1b[31m")])
def test_control_sequences_are_shown_on_a_terminal_and_sent_on_to_a_file(
    server: LoopbackServer, terminal: bool, shown: str
) -> None:
    server.plan(Answer(messages("\x1b[31mred")), key="left")
    server.plan(Answer(chat("fine")), key="right")

    _, printed = asked(server, "text", Reacting("", lambda: None, terminal=terminal))

    assert f"{shown}red" in printed


def test_half_a_character_ends_nothing(server: LoopbackServer) -> None:
    server.plan(Answer(messages("\ud83d half")), key="left")
    server.plan(Answer(chat("fine")), key="right")
    raw = io.BytesIO()

    with io.TextIOWrapper(raw, encoding="ascii") as out:
        code, _ = asked(server, "text", out)
        printed = raw.getvalue()

    assert code == 0
    assert b"? half" in printed


# JSON


def test_one_object_at_the_end(server: LoopbackServer) -> None:
    server.plan(Answer(messages("Hel", "lo")), key="left")
    server.plan(json_answer(400, '{"error": {"message": "No."}}'), key="right")

    code, printed = asked(server, "json")

    assert code == 1
    assert printed.count("\n") == 1
    round_ = json.loads(printed)
    assert list(round_) == ["prompt", "left", "right"]
    assert (round_["prompt"], round_["left"]["text"], round_["left"]["state"]) == ("hi", "Hello", "complete")
    assert (round_["right"]["state"], round_["right"]["error"]["status"]) == ("failed", 400)


def test_every_event_as_a_line_and_the_run_at_the_end_of_its_side(server: LoopbackServer) -> None:
    server.plan(Answer(messages("Hel", "lo")), key="left")
    server.plan(Answer(chat("Hi")[:2]), key="right")

    code, printed = asked(server, "events")

    assert code == 1
    lines = [json.loads(line) for line in printed.splitlines()]
    left, right = ([line for line in lines if line["side"] == side] for side in ("left", "right"))
    names = [line.get("event") or line["note"] for line in right]
    assert names == ["request", "response", "chunk", "chunk", "cut", "end"]
    assert [line["seq"] for line in left if "event" in line] == list(range(1, 9))
    assert (left[-1]["run"]["text"], right[-1]["run"]["state"]) == ("Hello", "cut")


@pytest.mark.parametrize("form", ["json", "events"])
def test_any_number_of_models_under_any_label(server: LoopbackServer, form: OutputForm) -> None:
    labels = ("a", "b", "the third")
    for label in labels:
        server.plan(Answer(chat(f"I am {label}")), key=label)
    feed, out = Feed(), io.StringIO()
    sides = {label: settings("openai-chat", server.url, model=label) for label in labels}
    engine = Engine(sides, EngineOptions(), feed)
    try:
        code = run_headless(engine, feed, engine.draft("hi"), form, out)
    finally:
        engine.close()

    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    runs = lines[0] if form == "json" else {line["side"]: line["run"] for line in lines if line.get("note") == "end"}
    assert {label: runs[label]["text"] for label in labels} == {label: f"I am {label}" for label in labels}
    assert code == 0


# Signals and pipes


class Raising(Feed):
    """A feed that raises a signal as soon as some text has arrived, once."""

    def __init__(self, number: signal.Signals) -> None:
        super().__init__()
        self._number: signal.Signals | None = number

    def line_added(self, run: Run, line: Line) -> None:
        super().line_added(run, line)
        if run.text and self._number:
            number, self._number = self._number, None
            signal.raise_signal(number)


@pytest.mark.parametrize(("number", "expected"), [(signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("form", ["json", "events", "text"])
def test_a_signal_stops_both_and_what_arrived_is_printed(
    server: LoopbackServer, form: OutputForm, number: signal.Signals, expected: int
) -> None:
    before = signal.getsignal(number)
    server.plan(Answer(messages("Hel", "lo")[:-3], end="hang"), key="left")
    server.plan(Answer(before=[Gate("never")]), key="right")

    code, printed = asked(server, form, feed=Raising(number))

    assert code == expected
    assert "Hel" in printed
    assert printed.count("stopped") >= 2
    assert signal.getsignal(number) is before
    assert signal.set_wakeup_fd(-1) == -1
    assert "watchdog" not in [thread.name for thread in threading.enumerate()]


def test_a_signal_that_comes_twice_is_taken_once(server: LoopbackServer) -> None:
    server.plan(Answer(messages("Hel", "lo")[:4], end="hang"), key="left")
    server.plan(Answer(before=[Gate("never")]), key="right")

    def interrupt_twice() -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    code, printed = asked(server, "events", Reacting("Hel", interrupt_twice))

    assert code == 130
    assert printed.count('"note": "stopped"') == printed.count('"note": "end"') == 2


def test_a_side_that_does_not_stop_is_left(server: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Engine, "stop", lambda self: None)
    monkeypatch.setattr("diptych.headless.runner._PATIENCE", 0.1)
    server.plan(Answer(messages("Hel", "lo")[:4], end="hang"), key="left")
    server.plan(Answer(before=[Gate("never")]), key="right")

    code, printed = asked(server, "events", Reacting("Hel", lambda: signal.raise_signal(signal.SIGINT)))

    assert code == 130
    assert '"note": "end"' not in printed


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
@pytest.mark.parametrize("opened", ["pipe", "openpty"])
def test_a_reader_that_has_enough_ends_it_quietly(server: LoopbackServer, opened: str) -> None:
    server.plan(Answer(messages("Hel"), end="hang"), key="left")
    server.plan(Answer(before=[Gate("never")]), key="right")
    reading, writing = getattr(os, opened)()
    os.close(reading)

    with os.fdopen(writing, "w") as out:
        code, _ = asked(server, "events", out)

    assert code == 1
