"""Runs with chosen times, for the tests of figures and phases."""

from typing import Any

from diptych.core.content import Complete, Content, Stop, Text
from diptych.core.event import AttemptFailed, Event, RequestSent, ResponseBegan
from diptych.core.request import Request
from diptych.core.run import Run
from tests.streams.folding import request


def sent_run(
    *, at: float = 0.0, connect: float | None = 0.0, headers: float | None = 0.5, began: float = 0.0, **settings: Any
) -> Run:
    """Return a run whose request was sent at `at`, and whose response began at `headers`."""
    run = Run("left", request(**settings), began)
    send(run, at, connect)
    if headers is not None:
        run.note(ResponseBegan(headers, 200, ()))
    return run


def send(run: Run, at: float, connect: float | None = 0.0, body: bytes = b"{}") -> None:
    """Send a request of the run, after connecting took that long."""
    run.begin_attempt(at)
    if connect is not None:
        run.connected(at, connect)
    run.note(RequestSent(at, "POST", "https://models.test/v1/messages", (), body, connect))


def fail(run: Run, at: float, wait: float) -> None:
    """Let the open attempt fail; another one follows after a wait."""
    run.note(AttemptFailed(at, 1, 429, wait, "busy"))


def add(run: Run, at: float, *contents: Content, late: float = 0.0) -> None:
    """Let an event come."""
    run.add(Event(at, run.events + 1, "e", b"{}", contents, late=late))


def write(run: Run, *stamps: float) -> None:
    """Let a piece of text come at each of these times."""
    for at in stamps:
        add(run, at, Text("word "))


def end(run: Run, at: float) -> None:
    """Let the answer end."""
    add(run, at, Stop("end_turn"), Complete())
    run.complete()


def run_of(asked: Request) -> Run:
    """Return a run of a request, which was not sent yet."""
    return Run("left", asked, 0.0)
