"""How a run begins, goes on and ends: its notes, attempts, states and cost."""

from dataclasses import replace
from decimal import Decimal

import pytest

from diptych.core.content import (
    Cancelled,
    Complete,
    Content,
    EndOfStream,
    Error,
    Identity,
    Malformed,
    OtherChoice,
    Ping,
    RedactedThinking,
    Refusal,
    Stop,
    Structure,
    Text,
    Thinking,
    ToolArguments,
    ToolCall,
    Unknown,
    UsageReport,
)
from diptych.core.endpoint import Prices
from diptych.core.event import AttemptFailed, Event, Line, RequestSent, ResponseBegan, RunCut, RunFailed, RunStopped
from diptych.core.failure import Failure
from diptych.core.metrics.usage import Usage
from diptych.core.request import Request
from diptych.core.run import Attempt, Run
from tests.streams.folding import folded, new_run, read, request

LOST = Failure("connection", "The connection was lost.")
SENT = RequestSent(0.0, "POST", "https://models.test/v1", (), b"{}")
BEGAN = ResponseBegan(0.5, 200, ())


def test_an_answer_from_the_request_to_its_end() -> None:
    run = new_run()
    assert (run.state, run.ended) == ("waiting", False)

    run.note(SENT)
    run.note(BEGAN)
    assert run.state == "waiting"

    read(Identity("model-1", "msg_1"), Structure("text"), Text("Hel"), Ping(), Text("lo"), run=run)
    assert (run.state, run.ended) == ("streaming", False)

    read((Stop("end_turn"), UsageReport(Usage(8, None, None, 3), {"output_tokens": 3})), Complete(), run=run)
    run.complete()

    assert run.ended
    assert folded(run) == {
        "state": "complete",
        "text": "Hello",
        "stop": "end_turn",
        "usage": {"input_tokens": 8, "output_tokens": 3},
    }
    assert (run.reported_model, run.response_id, run.usage_raw) == ("model-1", "msg_1", {"output_tokens": 3})
    assert (run.events, len(run.lines)) == (7, 9)
    assert run.attempts == [Attempt(200, None)]


@pytest.mark.parametrize(
    "silent",
    [
        Text(""),
        Thinking(""),
        Refusal(""),
        RedactedThinking(),
        (ToolCall(1, None, "f"), ToolArguments(1, "")),
        OtherChoice(1, "text"),
        Unknown("new"),
        Malformed("no JSON"),
        EndOfStream(),
    ],
    ids=lambda content: str(content),
)
def test_what_carries_no_content_is_no_token_but_is_listed(silent: Content | tuple[Content, ...]) -> None:
    run = read(silent)

    assert run.stamps.first_token is None
    assert (run.state, run.events, len(run.lines)) == ("streaming", 1, 1)


def test_a_stream_without_its_marker_is_cut() -> None:
    run = read(Text("So f"))
    run.cut(9.0)

    assert folded(run) == {"state": "cut", "text": "So f"}
    assert run.lines[-1] == RunCut(9.0)
    assert run.stamps.end == 1.0


def test_a_stream_without_any_event_is_cut_where_it_ended() -> None:
    run = new_run()
    run.cut(9.0)

    assert (run.state, run.stamps.end) == ("cut", 9.0)


def test_a_stopped_run_keeps_what_arrived() -> None:
    run = read(Text("So f"))
    run.stop(1.5)

    assert folded(run) == {"state": "stopped", "text": "So f"}
    assert run.lines[-1] == RunStopped(1.5)
    assert run.stamps.end == 1.5


def test_a_failed_run_keeps_what_arrived() -> None:
    run = read(Text("So f"))
    run.fail(LOST, 1.5, b"<html>")

    assert folded(run) == {"state": "failed", "text": "So f", "error": LOST.message}
    assert run.lines[-1] == RunFailed(1.5, LOST, b"<html>")
    assert run.stamps.end == 1.5


def test_an_error_event_fails_the_run_even_after_the_marker_and_the_first_one_counts() -> None:
    run = read(Text("Hi"), (Stop("stop"), Complete()), Error(LOST), Error(Failure("event", "Another.")))
    run.complete()

    assert folded(run) == {"state": "failed", "text": "Hi", "stop": "stop", "error": LOST.message}


def test_each_attempt_is_told_with_its_status_and_wait() -> None:
    run = new_run()
    busy = AttemptFailed(0.6, 1, 429, 0.5, "too many requests")
    lost = AttemptFailed(1.6, 2, None, 1.0, "connection lost")
    for note in (SENT, ResponseBegan(0.5, 429, ()), busy, SENT, lost, SENT, BEGAN):
        run.note(note)
    run.stop(3.0)

    assert run.attempts == [
        Attempt(429, 0.5, "too many requests"),
        Attempt(None, 1.0, "connection lost"),
        Attempt(200, None),
    ]
    assert [type(line).__name__ for line in run.lines] == [
        *("RequestSent", "ResponseBegan", "AttemptFailed"),
        *("RequestSent", "AttemptFailed"),
        *("RequestSent", "ResponseBegan", "RunStopped"),
    ]


def test_a_run_that_never_sent_anything_made_no_attempt() -> None:
    run = Run("right", request(), began=5.0)
    run.fail(LOST, 6.0)

    assert run.attempts == []
    assert run.stamps.timing().end is None


def test_figures_count_from_the_last_attempt_on_a_ready_connection() -> None:
    run = Run("left", request(), began=100.0)
    run.begin_attempt(100.0)
    run.connected(100.2, 0.2)
    run.note(ResponseBegan(100.3, 503, ()))
    run.begin_attempt(102.0)
    run.connected(102.5, 0.0)
    run.note(ResponseBegan(103.0, 200, ()))
    run.add(Event(103.5, 1, "event", b"", (Text("Hi"),)))
    run.fail(LOST, 104.5)

    timing = run.stamps.timing()
    assert (timing.connect, timing.headers, timing.first_token, timing.end) == (0.0, 0.5, 1.0, 2.0)


def test_a_run_that_the_server_stopped_is_stopped() -> None:
    run = read(Text("So f"), (Stop("cancelled"), Cancelled()))
    run.complete()

    assert folded(run) == {"state": "stopped", "text": "So f", "stop": "cancelled"}


def priced(asked: Request, *events: Content) -> Decimal | None:
    run = read(*events, run=new_run(asked))
    run.stop(9.0)
    return Decimal(run.cost_usd) if run.cost_usd else None


def test_a_cost_is_that_of_the_model_that_answered_at_its_own_provider() -> None:
    usage = UsageReport(Usage(input_tokens=1_000_000, output_tokens=0), {})
    own = request("openai-chat", provider="openai", model="gpt-4o-mini")
    elsewhere = request("openai-chat", model="gpt-4o-mini")
    simulated = request("openai-chat", provider="openai", model="gpt-4o-mini", simulated=True)

    assert priced(own, usage) == Decimal("0.15")
    assert priced(own, Identity("gpt-4o-2024-08-06", None), usage) == Decimal("2.5")
    assert priced(own, Identity("some-new-model", None), usage) is None
    assert priced(own) is None
    assert priced(elsewhere, usage) is None
    assert priced(simulated, usage) is None


def test_a_cost_by_the_users_own_prices_says_so() -> None:
    usage = UsageReport(Usage(input_tokens=1_000_000, output_tokens=0), {})
    listed = request("openai-chat", provider="openai", model="gpt-4o-mini")
    prices = Prices(Decimal(7), Decimal(1))
    own = replace(listed, settings=replace(listed.settings, endpoint=replace(listed.settings.endpoint, prices=prices)))

    for asked, cost, source in ((listed, "0.15", "genai-prices"), (own, "7", "config")):
        run = read(usage, run=new_run(asked))
        run.stop(9.0)
        assert (run.cost_usd, run.cost_source) == (cost, source)
    assert new_run(listed).cost_source is None


def test_an_observer_is_told_of_every_line_and_of_the_end() -> None:
    class Listener:
        def __init__(self) -> None:
            self.heard: list[str] = []

        def line_added(self, run: Run, line: Line) -> None:
            assert run.lines[-1] is line
            self.heard.append(type(line).__name__)

        def run_ended(self, run: Run) -> None:
            self.heard.append(run.state)

    listener = Listener()
    run = Run("left", request(), 0.0, listener)
    run.note(SENT)
    read(Text("Hi"), run=run)
    run.stop(2.0)

    assert listener.heard == ["RequestSent", "Event", "RunStopped", "stopped"]
