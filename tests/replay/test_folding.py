import dataclasses
from pathlib import Path

import pytest

from diptych.core.event import AttemptFailed, Event, RequestSent, RunCut, RunFailed, RunStopped
from diptych.core.failure import Failure
from diptych.core.message import Message
from diptych.core.recording import Recording
from diptych.core.round import ExperimentCase
from diptych.replay.folding import decode, fold
from tests.replay.recordings import begun, chat, chunk, round_of, side, streamed
from tests.streams.folding import STREAMS
from tests.streams.folding import fold as fold_as_streamed

FAILURE = Failure("http", "The server said no.", status=500)


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_recorded_stream_means_what_it_meant_when_it_came(path: Path) -> None:
    recorded = streamed(path)

    run = fold(round_of(recorded)).runs["left"]

    live = fold_as_streamed(recorded.settings.endpoint.api, path.read_bytes())
    assert (run.text, run.thinking, run.tools, run.usage) == (live.text, live.thinking, live.tools, live.usage)
    assert [line.data for line in run.lines if isinstance(line, Event)] == [
        line.data for line in live.lines if isinstance(line, Event)
    ]


def test_events_are_numbered_without_the_notes_between() -> None:
    lines = list(decode(chat(chunk(1.0, "a"), chunk(2.0, "b"))))

    assert [line.seq for line in lines if isinstance(line, Event)] == [1, 2]
    assert len(lines) == 4


def test_times_count_from_the_last_attempt_on_its_connection() -> None:
    lines = [*begun(), AttemptFailed(0.3, 1, 529, 0.5, "overloaded"), *begun(1.0), chunk(1.5, "a")]
    run = fold(round_of(side("openai-chat", lines))).runs["left"]

    assert run.stamps.t0 == 1.0
    assert run.stamps.connect == 0.004
    assert run.request_id == "req_1"
    assert [attempt.status for attempt in run.attempts] == [529, 200]
    assert run.state == "complete"


def test_an_unknown_time_to_connect_stays_unknown() -> None:
    sent = RequestSent(0.01, "POST", "https://models.test/v1", (), b"", connect=None)
    run = fold(round_of(side("openai-chat", [sent]))).runs["left"]

    assert run.stamps.connect is None


@pytest.mark.parametrize(
    ("last", "state"), [(RunFailed(2.0, FAILURE, b"no"), "failed"), (RunStopped(2.0), "stopped"), (RunCut(2.0), "cut")]
)
def test_a_run_ends_as_its_last_note_says(last: RunFailed | RunStopped | RunCut, state: str) -> None:
    run = fold(round_of(side("openai-chat", [*begun(), chunk(1.0, "a"), last]))).runs["left"]

    assert run.state == state
    assert run.lines[-1] == last


def test_what_follows_an_end_is_not_folded() -> None:
    run = fold(round_of(side("openai-chat", [*begun(), RunStopped(1.0), chunk(2.0, "late")]))).runs["left"]

    assert not run.text


def test_a_recording_without_an_end_is_cut_where_it_ends() -> None:
    run = fold(round_of(chat(chunk(1.0, "a"), ended=False))).runs["left"]

    assert run.state == "cut"
    assert run.stamps.end == 1.0


def test_a_live_recording_has_not_ended() -> None:
    run = fold(round_of(side("openai-chat", [*begun(), chunk(1.0, "a")], ended=False, is_live=True))).runs["left"]

    assert run.state == "streaming"


def test_the_cost_is_that_of_its_day() -> None:
    usage = b'{"model": "gpt-4o", "choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": 5}}'
    event = chunk(2.0, "")._replace(data=usage)
    recorded = dataclasses.replace(chat(chunk(1.0, "a"), event), cost_usd="0.25")

    run = fold(round_of(recorded)).runs["left"]

    assert run.cost_usd == "0.25"
    assert run.usage is not None
    assert fold(round_of(dataclasses.replace(recorded, cost_usd=None))).runs["left"].cost_usd is None


def test_a_round_keeps_its_takes_and_the_one_that_counts() -> None:
    takes = [
        dataclasses.replace(chat(chunk(1.0, text)), label="b", take=number, counts=number == 2)
        for number, text in enumerate(("one", "two", "three"), 1)
    ]
    case = ExperimentCase(3, "a", 1)
    round_ = fold(Recording("hi", None, takes, case))

    assert [str(run.text) for run in round_.takes("b")] == ["one", "two", "three"]
    assert str(round_.runs["b"].text) == "two"
    assert round_.experiment_case == case


def test_a_run_has_the_messages_and_files_that_were_sent() -> None:
    messages = (Message.of_text("user", "before"), Message.of_text("user", "hi"))
    recording = Recording("hi", None, [dataclasses.replace(chat(), messages=messages)], files={"0": b"x"})
    request = fold(recording).runs["left"].request

    assert (request.messages, request.files) == (messages, {"0": b"x"})
    assert fold(round_of(chat())).runs["left"].request.messages == messages[1:]
