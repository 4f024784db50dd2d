"""Notes and events in, a run out."""

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
    PartBegins,
    Ping,
    RedactedThinking,
    Refusal,
    ServerWork,
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
from tests.streams.folding import folded, new_run, request

LOST = Failure("connection", "The connection was lost.")
SENT = RequestSent(0.0, "POST", "https://models.test/v1", (), b"{}")
BEGAN = ResponseBegan(0.5, 200, ())


def read(*events: Content | tuple[Content, ...], run: Run | None = None) -> Run:
    """A run that reads these events, stamped 1.0, 2.0, 3.0 …"""
    run = run or new_run()
    for contents in events:
        contents = contents if isinstance(contents, tuple) else (contents,)
        seq = run.events + 1
        run.add(Event(float(seq), seq, "event", b"{}", contents))
    return run


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


def test_thinking_is_a_first_token_but_no_first_answer() -> None:
    run = read(Structure("role"), Text(""), Thinking("Hm"), Thinking(""), Text("Yes"), Text("!"), Stop("stop"))
    run.complete()

    timing = run.stamps.timing()
    assert (timing.first_event, timing.first_token, timing.first_answer) == (1.0, 3.0, 5.0)
    assert (timing.last_token, timing.end) == (6.0, 7.0)


@pytest.mark.parametrize(
    "content",
    [Text("x"), Refusal("x"), (ToolCall(1, None, "f"), ToolArguments(1, "x"))],
    ids=["text", "refusal", "tool arguments"],
)
def test_each_kind_of_answer_is_a_first_answer(content: Content | tuple[Content, ...]) -> None:
    stamps = read(Ping(), content).stamps

    assert (stamps.first_token, stamps.first_answer, stamps.last_token) == (2.0, 2.0, 2.0)


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


def test_tools_grow_side_by_side() -> None:
    run = read(
        ToolCall("a", "call_a", "get_weather"),
        (ToolCall("b", None, "get_time"), ToolArguments("a", '{"ci')),
        ToolArguments("b", "{}"),
        ToolArguments("a", 'ty":'),
    )

    assert folded(run)["tools"] == [("call_a", "get_weather", '{"city":'), (None, "get_time", "{}")]


def test_a_tools_name_and_id_may_come_late() -> None:
    run = read(
        ToolCall("a", None, "function"), ToolArguments("a", "{}"), ToolCall("a", "id", "f"), ToolCall("a", None, "")
    )

    assert folded(run)["tools"] == [("id", "f", "{}")]


def test_a_refusal_and_redacted_thinking_are_kept_apart_from_the_text() -> None:
    run = read(RedactedThinking(), RedactedThinking(), Refusal("I "), Refusal("won't."), Stop("stop"), Complete())
    run.complete()

    assert folded(run) == {"state": "complete", "redacted": 2, "refusal": "I won't.", "stop": "stop"}


def test_the_last_word_on_stop_and_identity_counts_but_nothing_said_is_forgotten() -> None:
    run = read(
        Identity("model", None),
        Identity(None, "id-1"),
        Stop("refusal", {"category": "x"}),
        Identity("model-2026", None),
        Stop("length"),
    )

    assert (run.reported_model, run.response_id) == ("model-2026", "id-1")
    assert (run.stop_reason, run.stop_detail) == ("length", {"category": "x"})


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


def test_content_events_a_second_are_counted_by_event_not_by_piece() -> None:
    run = read(Ping(), (Thinking("a"), Text("b")))
    assert run.events_per_second is None

    read(Ping(), Text("c"), run=run)
    assert run.events_per_second == 0.5


def test_tokens_a_second_wait_for_the_final_usage() -> None:
    run = read(UsageReport(Usage(output_tokens=1), {}), Text("Hel"), Text("lo"), Text("!"))
    assert run.tokens_per_second is None

    read((Stop("stop"), UsageReport(Usage(output_tokens=9), {})), run=run)
    assert run.tokens_per_second == 4.0


@pytest.mark.parametrize(
    ("more", "rate"),
    [
        (Structure("nothing"), 4.0),
        (OtherChoice(1, "x"), None),
        (Thinking("x"), None),
        (RedactedThinking(), None),
        (Thinking(""), None),
    ],
    ids=["plain", "several choices", "thinking", "redacted thinking", "thinking that shows nothing"],
)
def test_tokens_a_second_are_unknown_where_they_would_be_wrong(more: Content, rate: float | None) -> None:
    usage = UsageReport(Usage(output_tokens=9), {})

    assert read(more, Text("Hel"), Text("lo"), Text("!"), (Stop("stop"), usage)).tokens_per_second == rate


def test_thinking_between_two_texts_takes_its_time_out_of_the_rate() -> None:
    usage = UsageReport(Usage(output_tokens=106, reasoning_tokens=100), {})
    thought: list[Content] = [Text("a"), Text("b"), Text("c"), Thinking("Hm"), Thinking("m"), Text("d"), Text("e")]

    assert read(*thought, (Stop("stop"), usage)).tokens_per_second == 4 / 3


def test_a_servers_own_work_takes_its_time_out_of_the_rate() -> None:
    usage: tuple[Content, ...] = (Stop("stop"), UsageReport(Usage(output_tokens=6), {}))
    search: tuple[Content, ...] = (ToolCall(1, None, "search"), ToolArguments(1, "{}"))
    run = read(Text("a"), Text("b"), search, ServerWork("results"), Ping(), Text("c"), Text("d"), usage)

    assert run.tokens_per_second == 4 / 3


@pytest.mark.parametrize(
    ("between", "text"),
    [
        ([], "One.Two."),
        ([Structure("text")], "One.Two."),
        ([Ping()], "One.Two."),
        ([PartBegins("text")], "One.\n\nTwo."),
        ([PartBegins("thinking")], "One.Two."),
        ([ToolCall(1, None, "f"), ToolArguments(1, "{}")], "One.\n\nTwo."),
        ([ServerWork("search")], "One.\n\nTwo."),
        ([Thinking("Hm")], "One.\n\nTwo."),
        ([Thinking("")], "One.Two."),
        ([RedactedThinking()], "One.Two."),
    ],
)
def test_separate_parts_are_separate_paragraphs(between: list[Content], text: str) -> None:
    assert folded(read(Text("One."), *between, Text("Two.")))["text"] == text


def test_a_blank_line_that_is_there_is_not_made_twice() -> None:
    part = PartBegins("text")

    assert folded(read(Text("One.\n\n"), part, Text("Two.")))["text"] == "One.\n\nTwo."
    assert folded(read(Text("One.\n"), part, Text("\nTwo.")))["text"] == "One.\n\nTwo."
    assert folded(read(part, Text("Two.")))["text"] == "Two."


def test_thinking_and_text_that_come_at_once_are_one_of_each() -> None:
    run = read((Thinking("a"), Text("x")), (Thinking("b"), Text("y")))

    assert folded(run) == {"state": "streaming", "text": "xy", "thinking": "ab"}


def test_two_thoughts_around_a_text_are_paragraphs() -> None:
    run = read(Thinking("One."), Text("x"), Thinking("Two."), ToolCall(1, None, "f"), Thinking("Three."))

    assert folded(run)["thinking"] == "One.\n\nTwo.\n\nThree."


def test_thinking_between_tags_is_no_text() -> None:
    run = read(Text("<thi"), Text("nk>Hm"), Text(".</think>"), Text("\n\nYes"), Text("!"), Stop("stop"))
    run.complete()

    assert folded(run) == {"state": "complete", "text": "Yes!", "thinking": "Hm.", "stop": "stop"}
    assert (run.stamps.first_token, run.stamps.first_answer) == (1.0, 4.0)


def test_text_before_a_closing_tag_alone_was_thinking() -> None:
    run = read(Text("Hm"), Text("."), Text("</think>\n\n"), Text("Yes"), Text("!"), Text("!"))
    shown = run.text
    read((Stop("stop"), UsageReport(Usage(output_tokens=9, reasoning_tokens=4), {})), run=run)
    run.complete()

    assert (str(run.text), str(run.thinking), str(shown)) == ("Yes!!", "Hm.", "Yes!!")
    assert (run.stamps.first_token, run.stamps.first_answer) == (1.0, 4.0)
    assert run.tokens_per_second == 2.0


def test_a_closing_tag_alone_behind_nothing_but_a_tool_call_changes_no_figure() -> None:
    run = read((ToolCall(1, None, "f"), ToolArguments(1, "{}")), Text("\n</think>\n"), Text("Yes"))

    assert (str(run.text), str(run.thinking), run.stamps.first_answer) == ("Yes", "", 1.0)


def test_what_is_held_back_as_the_beginning_of_a_tag_came_when_it_came() -> None:
    run = read(Text("<"), Text("html>"), Text("<"), (Stop("stop"), UsageReport(Usage(output_tokens=9), {})))
    run.complete()

    assert folded(run)["text"] == "<html><"
    assert run.stamps.first_answer == 1.0
    assert run.usage_is_final


def test_what_could_not_be_read_is_counted_until_the_server_says_that_nothing_follows() -> None:
    run = read(Malformed("no JSON"), (Text("x"), Malformed("bytes")), EndOfStream(), Malformed("no JSON"))

    assert run.unread == 2


def test_a_run_that_the_server_stopped_is_stopped() -> None:
    run = read(Text("So f"), (Stop("cancelled"), Cancelled()))
    run.complete()

    assert folded(run) == {"state": "stopped", "text": "So f", "stop": "cancelled"}


@pytest.mark.parametrize(
    ("content", "is_empty"),
    [
        ((), True),
        (Text(" \n"), True),
        (Text("x"), False),
        (Thinking("x"), False),
        (Refusal("x"), False),
        (RedactedThinking(), False),
        (ToolCall(1, None, "f"), False),
    ],
)
def test_an_answer_is_empty_without_anything_to_show(content: Content | tuple[Content, ...], is_empty: bool) -> None:
    assert read(content).is_empty is is_empty


def test_content_after_the_end_marker_takes_the_run_back_to_streaming() -> None:
    end = (Stop("stop"), UsageReport(Usage(output_tokens=9), {}), Complete())
    run = read(Text("x"), end)
    assert (run.server_is_done, run.usage_is_final) == (True, True)

    read(Text("y"), run=run)
    assert (run.server_is_done, run.usage_is_final) == (False, False)

    read((Text("z"), *end), run=run)
    assert (run.server_is_done, run.usage_is_final) == (False, True), "it was misleading before"

    read(end, run=run)
    assert run.server_is_done


def test_an_answer_is_not_over_before_every_choice_that_was_asked_for_has_ended() -> None:
    run = read(Text("x"), (Stop("stop"), Complete()), run=new_run(request("openai-chat", params={"n": 3})))
    assert not run.server_is_done

    read(OtherChoice(1, "", ended=True), OtherChoice(2, "y"), run=run)
    assert not run.server_is_done

    read(OtherChoice(2, "", ended=True), run=run)
    assert run.server_is_done


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
