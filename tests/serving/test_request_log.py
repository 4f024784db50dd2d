"""Lines about requests, and a reader of them that is stuck."""

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from diptych.core.exchange import ExchangeEnding
from diptych.serving import request_log
from diptych.serving.answer_sender import SendingEnd
from diptych.serving.recorded_answer import RecordedAnswer
from diptych.serving.request_log import RequestLog, request_line
from diptych.serving.request_router import Reply
from diptych.serving.timed_answer import TimedAnswer


@pytest.mark.parametrize(
    ("end", "ending", "sent", "words"),
    [
        ("whole", "clean", 5, "sent whole"),
        ("lost", "lost", 5, "connection closed as recorded"),
        ("unknown", "unknown", 5, "connection closed where the recording ends"),
        ("left", "silent", 5, "kept open in silence until the client left"),
        ("left", "silent", 4, "the client left after 4 of 5 pieces"),
        ("left", "clean", 5, "the client left after 5 of 5 pieces"),
    ],
)
def test_how_an_answer_ended(end: SendingEnd, ending: ExchangeEnding, sent: int, words: str) -> None:
    line = _line(end, ending, sent=sent, count=5, latest=0.001)
    assert line.partition(" ")[2] == f"openai-chat m: 1:left (200), {words} after 1.50 s"


def test_what_was_late_is_told() -> None:
    assert _line("whole", "clean", sent=5, count=5, latest=0.0251).endswith("after 1.50 s, up to 25 ms late")


def test_lines_are_written_in_the_background() -> None:
    written: list[str] = []
    log = RequestLog(written.append)
    for number in range(100):
        log.add(str(number))
    log.close()
    assert written == [str(number) for number in range(100)]


def test_a_reader_that_is_stuck_delays_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_log, "_MOST_WAITING", 3)
    monkeypatch.setattr(request_log, "_PATIENCE", 0.01)
    reads = threading.Event()
    written: list[str] = []

    def write(line: str) -> None:
        reads.wait(120)
        written.append(line)

    log = RequestLog(write)
    for number in range(100):
        log.add(str(number))
    log.close()
    assert written == []
    reads.set()


def _line(end: SendingEnd, ending: ExchangeEnding, **sender: Any) -> str:
    answer = TimedAnswer(200, b"", 0.0, (), (), ending, 0.0)
    recorded = RecordedAnswer("1:left", "openai-chat", "m", None, answer)
    sending: Any = SimpleNamespace(**sender)
    return request_line(Reply(answer, "openai-chat m", "1:left (200)", recorded), sending, end, 1.5)
