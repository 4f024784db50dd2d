"""How a run ended, in a sentence."""

from diptych.core.body_pieces import BodyRest
from diptych.core.content import Cancelled, Malformed, Stop, Text, Thinking
from diptych.core.event import Event, RequestSent, ResponseBegan
from diptych.core.failure import Failure
from diptych.core.run import Run
from diptych.core.wording.outcome import end_sentence, how_far, refusal_sentence, warnings
from tests.streams.folding import new_run, request


def answered(status: int = 200) -> Run:
    run = new_run()
    run.note(RequestSent(0.0, "POST", "https://models.test/", (), b""))
    run.note(ResponseBegan(0.1, status, ()))
    return run


def test_how_far_a_run_has_come() -> None:
    assert how_far(new_run()) == "before any answer"
    run = answered()
    assert how_far(run) == "before the first event"
    for number, words in ((1, "after 1 event"), (2, "after 2 events")):
        run.add(Event(1.0, number, "ping", b"", ()))
        assert how_far(run) == words
    run.events = 12_345
    assert how_far(run) == "after 12,345 events"


def test_a_cut_without_an_event_names_the_status() -> None:
    run = answered(204)
    run.cut(1.0)

    assert end_sentence(run) == (
        "The server answered 204 without any event that could be read."
        " Check the base URL and whether the server streams."
    )


def test_a_text_instead_of_a_stream_is_quoted_once() -> None:
    listed, ignored, streamed = answered(), answered(), answered()
    listed.add(Event(1.0, 1, "message", b"", (Malformed("not JSON", "No healthy\nupstream."),)))
    ignored.rest = BodyRest(b": waiting\ndata: half\n\nForbidden: no \xff key\n")
    streamed.rest = BodyRest(b"event: message_start\ndata: {")
    for run in (listed, ignored, streamed):
        run.cut(1.0)

    sentence = "The server answered 200 without any event that could be read"
    advice = "Check the base URL and whether the server streams."
    assert end_sentence(listed) == f"{sentence}: No healthy upstream. {advice}"
    assert end_sentence(ignored) == f"{sentence}: Forbidden: no � key. {advice}"
    assert end_sentence(streamed) == f"{sentence}. {advice}"
    assert not [*warnings(listed), *warnings(ignored)]


def test_a_run_of_which_little_is_known_has_a_sentence_too() -> None:
    broken_off, failed = Run("left", request(), 0.0), answered()
    broken_off.break_off()
    failed.state = "failed"

    assert (end_sentence(broken_off) or "").startswith("The stream ended without any event that could be read.")
    assert end_sentence(failed) == "The run failed."


def test_a_request_id_stands_behind_the_sentence_whoever_knows_it() -> None:
    by_run, by_failure = answered(), answered()
    by_run.request_id = "req_\x1b1"
    by_run.fail(Failure("connection", "Lost."), 1.0)
    by_failure.request_id = "req_1"
    by_failure.fail(Failure("event", "Broken.", request_id="req_2" + "x" * 1000), 1.0)

    assert end_sentence(by_run) == "Lost. (request req_␛1)"
    assert end_sentence(by_failure) == f"Broken. (request {('req_2' + 'x' * 1000)[:100]})"


def test_an_answer_that_is_whole_and_empty_says_so() -> None:
    run = answered()
    run.complete()

    assert end_sentence(run) == "The answer is complete, but there is nothing in it."


def test_a_refusal_without_words_is_not_called_an_empty_answer() -> None:
    run = answered()
    run.stop_reason = "refusal"
    run.complete()

    assert refusal_sentence(run) == "The model refused to answer."
    assert end_sentence(run) is None


def test_a_run_that_the_server_stopped_says_who_did_and_why() -> None:
    stopped, unexplained = answered(), answered()
    stopped.add(Event(1.0, 1, "response.cancelled", b"", (Stop("cancel\x1bled"), Cancelled())))
    stopped.complete()
    unexplained.add(Event(1.0, 1, "response.cancelled", b"", (Cancelled(),)))
    unexplained.complete()

    assert end_sentence(stopped) == "Stopped by the server: cancel␛led."
    assert end_sentence(unexplained) == "Stopped by the server."


def test_what_could_not_be_read_is_warned_of() -> None:
    run = answered()
    assert list(warnings(run)) == []

    for number, start in ((1, "1 event could"), (2, "2 events could")):
        run.add(Event(1.0, number, "chunk", b"{", (Malformed("cut", "{half\n an event"),)))
        assert next(warnings(run)).startswith(
            f"{start} not be read (“{{half an event”): words of the answer may be missing."
        )


def test_a_long_beginning_of_what_could_not_be_read_is_shortened() -> None:
    run = answered()
    run.add(Event(1.0, 1, "chunk", b"{", (Malformed("no JSON", "x" * 200),)))

    assert f"(“{'x' * 80}…”)" in next(warnings(run))


def test_a_whole_answer_without_words_says_what_it_has() -> None:
    thinking, unread, blank = answered(), answered(), answered()
    thinking.add(Event(1.0, 1, "chunk", b"", (Thinking("Hm"),)))
    unread.add(Event(1.0, 1, "chunk", b"", (Malformed("no JSON"),)))
    blank.add(Event(1.0, 1, "chunk", b"", (Text(" \n"),)))
    for run in (thinking, unread, blank):
        run.complete()

    assert end_sentence(thinking) == "The answer is complete, but there is only thinking in it."
    assert end_sentence(unread) == "The answer is complete, but nothing of it could be read."
    assert end_sentence(blank) == "The answer is complete, but there is nothing in it."
