"""How the contents of events add up to an answer."""

import pytest

from diptych.core.content import (
    Complete,
    Content,
    EndOfStream,
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
    UsageReport,
)
from diptych.core.metrics.usage import Usage
from tests.streams.folding import folded, new_run, read, request


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


@pytest.mark.parametrize(
    ("pieces", "arguments"),
    [
        (["{}", '{"a":', "1}"], '{"a":1}'),
        (["{}", "{}"], "{}"),
        (["{}", " "], "{} "),
        (["{", "}", '{"a":1}'], '{"a":1}'),
        (["[]", "{}"], "[]{}"),
    ],
)
def test_empty_arguments_stand_for_none_until_the_real_ones_come(pieces: list[str], arguments: str) -> None:
    pieces_of_both = [[ToolArguments(1, piece), ToolArguments(2, piece)] for piece in pieces]
    run = read(ToolCall(1, None, "f"), ToolCall(2, None, "sql", is_function=False), *map(tuple, pieces_of_both))

    assert [tool.arguments for tool in run.tools] == [arguments, "".join(pieces)]


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
