from diptych.core.body_pieces import BodyRest, PieceEnd
from diptych.core.endpoint import Endpoint
from diptych.core.event import AttemptFailed, Note, RequestSent, ResponseBegan, RunCut, RunFailed, RunStopped
from diptych.core.exchange import exchanges
from diptych.core.failure import Failure
from diptych.core.recording import RecordedEvent, RecordedLine, RecordedRun
from diptych.core.settings import Settings
from diptych.core.timed_body import timed_body

SETTINGS = Settings(Endpoint("openai", "openai-chat", "", ""), "m")
REQUEST = RequestSent(0.0, "POST", "http://127.0.0.1/v1/chat/completions", (), b"{}")
RESPONSE = ResponseBegan(0.5, 200, ())


def a_run(*lines: RecordedLine, ended: bool = True, rest: BodyRest | None = None, keeps: bool = True) -> RecordedRun:
    run = RecordedRun("left", SETTINGS, lines, ended, keeps_bytes=keeps)
    return run if rest is None else RecordedRun("left", SETTINGS, lines, ended, keeps_bytes=keeps, rest=rest)


def bodies(run: RecordedRun) -> list[tuple[float, bytes]]:
    return [
        (piece.at, piece.data) for piece in timed_body(exchanges(run)[-1], "openai-chat", keeps_bytes=run.keeps_bytes)
    ]


def test_each_attempt_is_an_exchange_and_the_last_one_has_the_answer() -> None:
    refused = ResponseBegan(0.2, 429, (("retry-after", "1"),), b"slow down")
    again = AttemptFailed(0.3, 1, 429, 1.0, "rate limit")
    lost = AttemptFailed(1.5, 2, None, 0.5, "lost")
    event = RecordedEvent(3.0, "message", b"1")
    run = a_run(REQUEST, refused, again, REQUEST, lost, REQUEST, RESPONSE, event, rest=BodyRest(b": end\n"))

    first, second, third = exchanges(run)

    assert (first.response, first.body, first.failed, first.ending) == (refused, b"slow down", again, "clean")
    assert (second.response, second.ending, second.failed) == (None, "lost", lost)
    assert (third.events, third.ending, third.ended_at) == ((event,), "clean", 3.0)
    assert (third.rest.data, first.rest.data) == (b": end\n", b"")


def test_how_an_answer_ended_is_known_from_the_last_note() -> None:
    def ending(*notes: Note, ended: bool = True) -> str:
        return exchanges(a_run(REQUEST, RESPONSE, *notes, ended=ended))[0].ending

    assert ending() == "clean"
    assert ending(ended=False) == "unknown"
    assert ending(RunCut(1.0)) == "clean"
    assert ending(RunStopped(1.0)) == "unknown"
    assert ending(RunFailed(1.0, Failure("connection", "lost"))) == "lost"
    assert ending(RunFailed(1.0, Failure("timeout", "silent"))) == "silent"
    assert ending(RunFailed(1.0, Failure("event", "overloaded"))) == "clean"


def test_the_body_of_an_answer_that_is_no_stream_is_that_of_its_end() -> None:
    page = RunFailed(1.0, Failure("response", "a page"), b"<html>")

    assert bodies(a_run(REQUEST, RESPONSE, page)) == [(1.0, b"<html>")]


def test_a_run_without_a_request_has_no_exchange() -> None:
    assert exchanges(a_run(RunFailed(0.0, Failure("request", "no")))) == []


def test_a_body_comes_in_the_pieces_in_which_it_came() -> None:
    split = RecordedEvent(2.0, "message", b"123", pieces=(PieceEnd(1.5, 4), PieceEnd(2.0, 7)))
    together = RecordedEvent(3.0, "message", b"4", pieces=())
    usual = RecordedEvent(3.0, "message", b"5")
    rest = BodyRest(b": bye\n\n", (PieceEnd(4.0, 6),))

    assert bodies(a_run(REQUEST, RESPONSE, split, together, usual, RunCut(5.0), rest=rest)) == [
        (1.5, b"data"),
        (2.0, b": 123\n\n"),
        (3.0, b"data: 4\n\ndata: 5\n\n"),
        (4.0, b": bye\n"),
        (5.0, b"\n"),
    ]


def test_what_was_recorded_without_its_bytes_is_framed_as_usual_in_one_piece_per_time() -> None:
    events = [RecordedEvent(at, "message", data) for at, data in ((1.0, b"1"), (1.0, b"2"), (2.0, b"3"))]

    assert bodies(a_run(REQUEST, RESPONSE, *events, keeps=False)) == [
        (1.0, b"data: 1\n\ndata: 2\n\n"),
        (2.0, b"data: 3\n\n"),
    ]


def test_a_piece_of_bytes_that_were_dropped_is_left_out() -> None:
    cut = RecordedEvent(3.0, "message", b"1", 10, pieces=(PieceEnd(1.0, 9), PieceEnd(2.0, 8), PieceEnd(3.0, 2)))

    assert bodies(a_run(REQUEST, RESPONSE, cut)) == [(1.0, b"data: 1\n\n")]
