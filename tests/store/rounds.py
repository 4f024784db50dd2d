"""Rounds to keep: made from whole streams, with lines of every kind, and what a sink is told of them.

Every stamp is a whole number of microseconds, as those are that a recording holds.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from diptych.apis.registry import DIALECTS
from diptych.apis.sse import Decoder, ServerSentEvent
from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.event import AttemptFailed, Event, RequestSent, ResponseBegan
from diptych.core.failure import Failure
from diptych.core.history_summary import HistoryFilter
from diptych.core.json_text import JsonObject
from diptych.core.message import Message
from diptych.core.recording import Recording
from diptych.core.request import Label, Request
from diptych.core.round import Round
from diptych.core.run import Run, RunObserver
from diptych.core.run_lines import Ended
from diptych.core.settings import Settings
from diptych.replay.folding import fold
from diptych.store.entries import Began, Item
from diptych.store.history import History
from diptych.store.history_writer import HistorySink
from diptych.store.recording_files import read_recording
from tests.report.exports import render, whole_object
from tests.streams.folding import STREAMS
from tests.support import streams

BEGAN = 50.0
DATE = 1_795_584_840.25

KINDS = tuple(f"{path.parent.name}/{path.stem}" for path in STREAMS)
"""Every hand-written stream, by API and name."""


def new_run(
    side: Label = "left", api: ApiName = "openai-chat", observer: RunObserver | None = None, **settings: Any
) -> Run:
    """A run of which nothing has happened."""
    endpoint = Endpoint("here", api, "https://models.test/v1", "HERE_API_KEY")
    asked = Settings(**{"endpoint": endpoint, "model": "some-model", **settings})
    return Run(side, Request(asked, (Message.of_text("user", "hi"),)), BEGAN, observer)


def sent(run: Run, at: float = 0.1, connect: float | None = 0.02) -> None:
    """The request goes out, so many seconds after the round began."""
    run.begin_attempt(BEGAN + at)
    if connect is not None:
        run.connected(BEGAN + at, connect)
    headers = (("content-type", "application/json"), ("x-odd", "caf\u00e9\udcff"))
    run.note(RequestSent(BEGAN + at, "POST", "https://models.test/v1", headers, b'{"stream":true}', connect))
    run.request_id = None


def answered(run: Run, at: float = 0.2, status: int = 200, body: bytes = b"") -> None:
    """A response begins."""
    run.request_id = "req_1"
    run.note(ResponseBegan(BEGAN + at, status, (("x-request-id", "req_1"),), body, "kernel"))


def arrived(run: Run, body: bytes, at: float = 0.25, **more: Any) -> None:
    """Events come, a hundredth of a second apart."""
    decoder, dialect = Decoder(), DIALECTS[run.request.settings.endpoint.api]()
    for number, framed in enumerate(decoder.feed(body) + decoder.end()):
        name, contents = dialect.decode(framed)
        stamp = BEGAN + round(at + number / 100, 6)
        run.add(Event(stamp, run.events + 1, name, framed.data, contents, framed.dropped, **more))


def over(run: Run) -> None:
    """The stream is at its end."""
    if run.end.saw_terminal_event or run.failure:
        run.complete()
    else:
        run.cut(BEGAN + 90.5)


def of_stream(kind: str, side: Label = "left") -> Run:
    """A run that got one of the `KINDS`."""
    path = next(path for path in STREAMS if f"{path.parent.name}/{path.stem}" == kind)
    run = new_run(side, path.parent.name)  # type: ignore[arg-type]  # the folders are named by API
    sent(run)
    answered(run)
    arrived(run, path.read_bytes())
    over(run)
    return run


def complete(side: Label = "left", text: str = "Hello there", **settings: Any) -> Run:
    """A whole answer."""
    run = new_run(side, **settings)
    sent(run)
    answered(run)
    arrived(run, b"".join(streams.STREAMS[run.request.settings.endpoint.api](text)))
    over(run)
    return run


def retried(side: Label = "left") -> Run:
    """Two attempts fail, and the third is cut off, after data that is no UTF-8, cut short, and late."""
    run = new_run(side, system="Be brief.", max_tokens=99, params={"temperature": 0.5, "stop": ["a", None]})
    sent(run, 0.1, None)
    run.note(AttemptFailed(BEGAN + 0.2, 1, None, 0.5, "The connection was lost."))
    sent(run, 0.7, 0.0)
    answered(run, 0.8, 503, b'{"error": {"message": "busy \\ud800"}}')
    run.note(AttemptFailed(BEGAN + 0.8, 2, 503, 1.25, "The server is busy."))
    sent(run, 2.05)
    answered(run, 2.1)
    arrived(run, streams.chunk({"content": "half a \ud83d"}), 2.2, late=0.004)
    event = ServerSentEvent("odd\u2028", b"\xff\x00\xfe{", 12)
    name, contents = DIALECTS["openai-chat"]().decode(event)
    run.add(Event(BEGAN + 2.3, 2, name, event.data, contents, event.dropped))
    over(run)
    return run


def failed(side: Label = "left", body: bytes = b"<h1>\xffno</h1>") -> Run:
    """The answer is an error."""
    run = new_run(side)
    sent(run)
    answered(run, 0.2, 400, body)
    run.fail(Failure("http", "The server refused.", 400, "req_1"), BEGAN + 0.25, body)
    return run


def unconnected(side: Label = "left") -> Run:
    """No server was reached."""
    run = new_run(side)
    sent(run, connect=None)
    run.fail(Failure("connection", "There is no such server."), BEGAN + 3.5)
    return run


def stopped(side: Label = "left") -> Run:
    """The user had enough."""
    run = streaming(side)
    run.stop(BEGAN + 1.75)
    return run


def streaming(side: Label = "left", text: str = "Hel") -> Run:
    """An answer that goes on."""
    run = new_run(side)
    sent(run)
    answered(run)
    arrived(run, b"".join(streams.chat(text)[:2]))
    return run


def round_of(*runs: Run, prompt: str = "hi", date: float | None = DATE) -> Round:
    """A round with these sides."""
    return Round(prompt, BEGAN, runs, date)


_ROLE, _HEL, _LO, *_OTHERS = streams.chat("Hel", "lo")

ODD_PIECES = tuple(
    (round(0.3 + number / 7, 6), piece)
    for number, piece in enumerate(
        (
            *(b": wait\n\n", _ROLE + _HEL[:20], _HEL[20:], b": \xff\n", _LO.replace(b"\n", b"\r\n"), b"".join(_OTHERS)),
            *(b": bye\n", b"\n: \xfe", b"dat"),
        )
    )
)
"""A body with comments, other line ends and bytes that are no UTF-8, in pieces that end anywhere, with their times."""


def in_odd_pieces(side: Label = "left") -> Run:
    """An answer that comes in the `ODD_PIECES`."""
    run = new_run(side)
    sent(run)
    answered(run)
    decoder, dialect = Decoder(), DIALECTS["openai-chat"]()
    for at, piece in ODD_PIECES:
        for framed in decoder.feed(piece, BEGAN + at):
            name, contents = dialect.decode(framed)
            data, frame, pieces = framed.data, framed.frame, framed.pieces
            run.add(Event(BEGAN + at, run.events + 1, name, data, contents, frame=frame, pieces=pieces))
    run.rest = decoder.rest()
    over(run)
    return run


def of_older_version(side: Label = "left") -> Run:
    """An answer of which the bytes are not known."""
    run = complete(side)
    run.keeps_bytes = False
    return run


ODD_ROUNDS: Mapping[str, Callable[[], Round]] = {
    "retried": lambda: round_of(retried("left"), failed("right"), prompt="half a \ud83d character", date=None),
    "stopped": lambda: round_of(stopped("left"), unconnected("right"), prompt="two\nlines \0"),
    "alone": lambda: round_of(failed("right", b"[1e999, NaN]")),
    "in pieces": lambda: round_of(in_odd_pieces(), of_older_version("right")),
}
"""Rounds with lines of every kind."""


def items(round_: Round, session: int = 1) -> list[Item]:
    """What a sink is told of a round."""
    told: list[Item] = [Began(session, round_, tuple(round_.all_takes()))]
    for run in round_.all_takes():
        told += [(run, line) for line in run.lines]
        if run.ended:
            told.append(Ended(run))
    return told


@contextmanager
def writing(path: Path, *rounds: Round) -> Iterator[HistorySink]:
    """A sink that has written these rounds into a history, and is still there."""
    sink = HistorySink(path)
    try:
        for round_ in rounds:
            sink.write(items(round_))
        yield sink
    finally:
        sink.close()


def keep(path: Path, *rounds: Round) -> History:
    """A history that holds these rounds, written by someone who is gone."""
    with writing(path, *rounds):
        pass
    return History(path)


def as_file(path: Path, round_: Round) -> Path:
    """A recording of a round."""
    path.write_text(render(round_, "jsonl"), "ascii")
    return path


def reopened(path: Path, round_: Round) -> Recording:
    """A round, by way of a recording."""
    return read_recording(as_file(path, round_))


def all_of(recording: Recording) -> JsonObject:
    """Everything that a recording comes to."""
    return whole_object(fold(recording))


def found(history: History, query: str = "", limit: int | None = None, **more: Any) -> list[int]:
    """The ids of the rounds that a filter lets through."""
    return [listed.id for listed in history.rounds(HistoryFilter(query, **more), limit)]
