"""Chat Completions streams in, runs out."""

from typing import Any

import pytest

from diptych.apis.openai_chat import OpenAIChat
from diptych.core.content import EndOfStream, OtherChoice, Ping
from diptych.core.metrics.usage import Usage
from diptych.core.wording.describe import describe
from tests.apis.chat_chunks import chunk, finish, read, text
from tests.streams.folding import events, fold, folded, names, request, stream

DONE = "[DONE]"
USAGE = {"prompt_tokens": 30, "completion_tokens": 12, "total_tokens": 42}
COUNTED = {"input_tokens": 30, "output_tokens": 12}


def test_text() -> None:
    run = fold("openai-chat", stream("openai-chat", "text"))

    assert folded(run) == {
        "state": "complete",
        "text": "Zwei Flügel, ein Bild 🖼️.",
        "stop": "stop",
        "usage": {"input_tokens": 30, "cache_read_tokens": 16, "output_tokens": 12, "reasoning_tokens": 4},
    }
    assert (run.reported_model, run.response_id) == ("gpt-5.6-terra", "chatcmpl-7")
    assert names(run) == ["chunk"] * 5 + ["[DONE]"]
    assert run.stamps.first_token == 2.0  # the first chunk is role-only
    assert run.usage_is_final


def test_tools_that_grow_at_once_are_told_apart_by_index() -> None:
    run = fold("openai-chat", stream("openai-chat", "interleaved-tools"))

    assert folded(run)["tools"] == [
        ("call_a", "get_weather", '{"city":"Paris"}'),
        ("call_b", "get_time", '{"zone":"CET"}'),
    ]
    assert (run.state, run.stop_reason) == ("complete", "tool_calls")


def test_azures_empty_choices_and_reasoning_beside_content() -> None:
    run = fold("openai-chat", stream("openai-chat", "azure-reasoning"))

    assert (folded(run)["thinking"], folded(run)["text"]) == ("Brief it is.", "Copenhagen.")
    assert (run.reported_model, run.response_id) == ("gpt-5.6-terra", "chatcmpl-7")
    assert (run.stamps.first_token, run.stamps.first_answer) == (3.0, 5.0)


def test_an_error_in_the_middle_fails_the_run_and_keeps_text_and_stop_reason() -> None:
    run = fold("openai-chat", stream("openai-chat", "error-in-the-middle"))

    assert folded(run) == {
        "state": "failed",
        "text": "So far so",
        "stop": "error",
        "error": "The server reported an error in event 2: 502: Upstream went away. Send the prompt again.",
    }
    assert names(run) == ["chunk", "error", "[DONE]"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'data: {"error": {"message": "Broken", "type": "server_error", "code": null}}\n\n', "server_error: Broken"),
        (b'data: {"error": {"message": "Broken", "code": "bad"}}\n\n', "bad: Broken"),
        (b'data: {"error": "Broken."}\n\n', "Broken"),
        (b'data: {"error": 500}\n\n', "500"),
        (b'data: {"object": "error", "message": "Broken", "code": 400}\n\n', "400: Broken"),
        (b'data: {"choices": [{"index": 0, "error": {"message": "Broken", "code": 502}}]}\n\n', "502: Broken"),
        (b'event: error\ndata: {"code": 503, "message": "Loading model"}\n\n', "503: Loading model"),
        (b"event: error\ndata: upstream reset\n\n", "upstream reset"),
        (b'data: {"error": {"message": "' + b"x" * 500 + b'"}}\n\n', "x" * 400 + "…"),
    ],
    ids=[
        "an object",
        "a code",
        "a text",
        "a number",
        "by its object",
        "in a choice",
        "by its name",
        "no JSON",
        "a long one",
    ],
)
def test_errors_are_recognized_in_every_form(body: bytes, message: str) -> None:
    run = fold("openai-chat", body)

    assert folded(run) == {
        "state": "failed",
        "error": f"The server reported an error in its first event: {message}. Send the prompt again.",
    }
    assert names(run) == ["error"]


def test_done_alone_is_not_a_terminal_event() -> None:
    run = read(text("So f"), DONE)

    assert folded(run) == {"state": "cut", "text": "So f"}
    assert run.end.saw_end_of_stream
    assert events(run)[-1].contents == (EndOfStream(),)


def test_a_finish_reason_is_the_terminal_event_without_done() -> None:
    assert folded(read(text("Hi"), finish())) == {"state": "complete", "text": "Hi", "stop": "stop"}


def test_a_finish_that_comes_twice_changes_nothing() -> None:
    assert folded(read(text("Hi"), finish("length"), finish("length"), DONE)) == {
        "state": "complete",
        "text": "Hi",
        "stop": "length",
    }


@pytest.mark.parametrize(
    "chunks",
    [
        [finish(), chunk(usage=USAGE), DONE],
        [finish(usage=USAGE)],
        [finish(x_groq={"id": "req_1", "usage": USAGE})],
        [chunk() | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop", "usage": USAGE}]}],
        [text("") | {"usage": {"prompt_tokens": 30, "completion_tokens": 1}}, finish(usage=USAGE), DONE],
    ],
    ids=["a chunk of its own", "the finish chunk", "Groq's extension", "the choice", "every chunk"],
)
def test_usage_is_found_where_servers_put_it(chunks: list[dict[str, Any] | str]) -> None:
    run = read(text("Hi"), *chunks)

    assert folded(run) == {"state": "complete", "text": "Hi", "stop": "stop", "usage": COUNTED}
    assert run.usage_raw == USAGE
    assert run.usage_is_final


def test_usage_before_the_finish_is_not_final() -> None:
    run = read(text("Hi") | {"usage": USAGE})

    assert run.usage == Usage(input_tokens=30, output_tokens=12)
    assert not run.usage_is_final


@pytest.mark.parametrize("name", ["prompt_cache_hit_tokens", "cached_tokens", "num_cached_tokens"])
def test_cached_tokens_by_any_name(name: str) -> None:
    elsewhere = read(chunk(usage=USAGE | {name: 20}))
    openai = read(chunk(usage=USAGE | {"prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 5}}))

    assert elsewhere.usage == Usage(input_tokens=30, cache_read_tokens=20, output_tokens=12)
    assert openai.usage == Usage(input_tokens=30, cache_read_tokens=0, cache_write_tokens=5, output_tokens=12)


def test_reasoning_tokens_by_either_name() -> None:
    openai = read(chunk(usage=USAGE | {"completion_tokens_details": {"reasoning_tokens": 5}}))
    sglang = read(chunk(usage=USAGE | {"reasoning_tokens": 5}))

    assert openai.usage == sglang.usage == Usage(input_tokens=30, output_tokens=12, reasoning_tokens=5)


def test_reasoning_that_is_counted_beside_the_completion_is_output() -> None:
    details = {"completion_tokens_details": {"reasoning_tokens": 100}}
    run = read(text("Hi"), finish(usage=USAGE | details | {"total_tokens": 142}))

    assert run.usage == Usage(input_tokens=30, output_tokens=112, reasoning_tokens=100)


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning", "reasoning_text"])
def test_reasoning_by_either_name_is_thinking(field: str) -> None:
    run = read(chunk({field: "H", "content": None}), chunk({field: "m"}), text("Yes"))

    assert folded(run) == {"state": "cut", "thinking": "Hm", "text": "Yes"}


def test_reasoning_details_are_thinking_if_nothing_else_is() -> None:
    said = [{"type": "reasoning.summary", "summary": "H"}, {"type": "reasoning.text", "text": "m"}]
    hidden = [{"type": "reasoning.encrypted", "data": "…"}]
    run = read(
        chunk({"reasoning_details": said}),
        chunk({"reasoning": ".", "reasoning_details": [{"type": "reasoning.text", "text": "."}]}),
        chunk({"reasoning_details": hidden}),
    )

    assert folded(run) == {"state": "cut", "thinking": "Hm."}


def test_content_in_parts() -> None:
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}, "?"]}
    run = read(text([thinking]), text([{"type": "text", "text": "Yes"}, {"type": "image_url"}]), text("!"))

    assert folded(run) == {"state": "cut", "thinking": "Hm", "text": "Yes!"}


@pytest.mark.parametrize(
    "part",
    [
        {"type": "thinking", "thinking": "Hm"},
        {"type": "reasoning", "reasoning": "Hm"},
        {
            "type": "reasoning",
            "summary": [{"type": "summary_text", "text": "H"}, {"type": "summary_text", "text": "m"}],
        },
    ],
)
def test_thinking_among_the_parts_comes_in_several_forms(part: dict[str, Any]) -> None:
    assert folded(read(text([part]))) == {"state": "cut", "thinking": "Hm"}


def test_a_refusal_comes_instead_of_content() -> None:
    run = read(chunk({"content": None, "refusal": "I'm sorry, "}), chunk({"refusal": "no."}), finish())

    assert folded(run) == {"state": "complete", "refusal": "I'm sorry, no.", "stop": "stop"}
    assert run.stamps.first_answer == 1.0


def test_choices_but_the_first_are_listed_and_not_folded() -> None:
    second = {"index": 1, "delta": {"content": "Ho"}, "finish_reason": "length"}
    both = chunk({"content": "Hi"})
    both["choices"].append(second)
    run = read(both, chunk() | {"choices": [second]})

    assert folded(run) == {"state": "cut", "text": "Hi"}
    assert OtherChoice(1, "Ho", ended=True) in events(run)[0].contents
    assert events(run)[1].contents == (OtherChoice(1, "Ho", ended=True),)
    assert run.several_choices


def test_one_identity_is_told_once_and_a_model_that_changes_again() -> None:
    run = read(text("a"), text("b"), text("c") | {"id": "other", "model": "gpt-y"}, text("d"))

    assert (run.reported_model, run.response_id) == ("gpt-x", "chatcmpl-1")
    assert [len(event.contents) for event in events(run)] == [2, 1, 2, 2]


def test_a_chunk_without_content_is_listed() -> None:
    run = fold("openai-chat", b"data: {}\n\nevent: keepalive\ndata: {}\n\n")

    assert [(event.name, event.contents) for event in events(run)] == [("chunk", ()), ("keepalive", ())]


LIMITS = ("max_tokens", "max_completion_tokens")


@pytest.mark.parametrize(
    ("provider", "params", "limits"),
    [
        ("openai", {}, {"max_completion_tokens": 8192}),
        (None, {}, {"max_tokens": 8192}),
        ("openai", {"max_tokens": 5}, {}),
        (None, {"max_completion_tokens": 5}, {}),
    ],
    ids=["OpenAI", "another server", "the user's own", "the user's own elsewhere"],
)
def test_the_token_limit_has_the_name_that_the_server_knows(
    provider: str | None, params: dict[str, Any], limits: dict[str, int]
) -> None:
    arguments = OpenAIChat.arguments(request("openai-chat", provider=provider, params=params))

    assert {name: arguments[name] for name in LIMITS if name in arguments} == limits
    assert arguments.get("extra_body", {}) == params


def test_the_request_has_the_arguments_of_the_sdk() -> None:
    assert OpenAIChat.arguments(request("openai-chat", system="Be brief.", max_tokens=9)) == {
        "model": "some-model",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "hi"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 9,
    }
    assert "stream_options" in OpenAIChat.optional_fields


CONTENT_ELSEWHERE: list[tuple[str, list[dict[str, Any]], dict[str, Any]]] = [
    ("one part", [text({"type": "text", "text": "Hi"})], {"text": "Hi"}),
    ("a list of texts", [text(["H", "i"])], {"text": "Hi"}),
    ("a part that refuses", [text([{"type": "refusal", "refusal": "No."}])], {"refusal": "No."}),
    ("nothing of use", [text([7, None]), text("Hi")], {"text": "Hi"}),
    ("a spoken answer", [chunk({"audio": {"transcript": "Hi"}})], {"text": "Hi"}),
    ("thinking", [chunk({"thinking": "Hm"}), text("Hi")], {"thinking": "Hm", "text": "Hi"}),
    ("thinking as an object", [chunk({"reasoning": {"content": "Hm"}})], {"thinking": "Hm"}),
    ("thinking blocks", [chunk({"thinking_blocks": [{"type": "thinking", "thinking": "Hm"}]})], {"thinking": "Hm"}),
    ("the text of an older API", [{"choices": [{"index": 0, "text": "Hi"}]}], {"text": "Hi"}),
]


@pytest.mark.parametrize(("chunks", "content"), [case[1:] for case in CONTENT_ELSEWHERE], ids=lambda _: "")
def test_content_in_other_places(chunks: list[dict[str, Any]], content: dict[str, Any]) -> None:
    assert folded(read(*chunks, finish())) == {"state": "complete", "stop": "stop", **content}


def test_a_whole_message_is_read_where_no_deltas_came() -> None:
    whole = {"index": 0, "message": {"role": "assistant", "content": "Hello", "reasoning_content": "Hm"}}
    alone = read({"choices": [{**whole, "finish_reason": "stop"}]})
    repeated = read(text("Hel"), text("lo"), {"choices": [{**whole, "finish_reason": "stop"}]})

    assert folded(alone) == {"state": "complete", "text": "Hello", "thinking": "Hm", "stop": "stop"}
    assert folded(repeated) == {"state": "complete", "text": "Hello", "stop": "stop"}


@pytest.mark.parametrize("reason", ["null", "None", "", "NULL"])
def test_a_stop_reason_may_say_that_the_answer_goes_on(reason: str) -> None:
    run = read(chunk({"content": "Hi"}, reason))

    assert (run.end.saw_terminal_event, run.stop_reason) == (False, None)


@pytest.mark.parametrize(
    "choice", [{"finish_reason": "error"}, {"finish_reason": "stop", "native_finish_reason": "ERROR"}]
)
def test_a_stop_reason_that_names_an_error_fails_the_run(choice: dict[str, Any]) -> None:
    run = read(text("So f"), {"choices": [{"index": 0, "delta": {}, **choice}]})

    assert (run.state, run.stop_reason) == ("failed", choice["finish_reason"])
    assert "the stop reason" in folded(run)["error"]


def test_an_error_beside_a_stop_reason_that_names_one_is_told_in_its_own_words() -> None:
    run = read(finish("error", error={"message": "Upstream went away"}))

    assert folded(run)["error"] == (
        "The server reported an error in its first event: Upstream went away. Send the prompt again."
    )


def test_an_error_inside_a_delta_fails_the_run() -> None:
    assert "Broken" in folded(read(chunk({"error": {"message": "Broken"}})))["error"]


def test_summaries_with_another_index_are_paragraphs() -> None:
    def summary(index: int, said: str, **more: Any) -> dict[str, Any]:
        return chunk({"reasoning_details": [{"type": "reasoning.summary", "summary": said, "index": index}], **more})

    alone = read(summary(0, "One"), summary(0, "."), summary(1, ""), summary(1, "Two."))
    beside = read(summary(0, "One.", reasoning="One."), summary(1, "Two.", reasoning="Two."))

    assert folded(alone)["thinking"] == folded(beside)["thinking"] == "One.\n\nTwo."


def test_thinking_that_comes_encrypted_is_a_sign_of_thinking() -> None:
    usage = {"prompt_tokens": 9, "completion_tokens": 50, "total_tokens": 59}
    nothing, data = {"type": "reasoning.encrypted", "index": 0}, {"data": "c2ln"}
    assert folded(read(chunk({"reasoning_details": [nothing]}), text("a")))["text"] == "a"

    encrypted = chunk({"reasoning_details": [nothing | data]})
    run = read(encrypted, text("a"), text("b"), text("c"), finish(usage=usage))

    assert run.tokens_per_second is None


def test_a_count_that_came_is_not_erased_by_zeros() -> None:
    run = read(text("Hi"), finish(usage=USAGE), chunk(usage=dict.fromkeys(USAGE, 0)))

    assert folded(run)["usage"] == COUNTED


def test_a_ping_is_a_sign_of_life() -> None:
    assert events(read({"type": "ping"}))[0].contents == (Ping(),)


@pytest.mark.parametrize(
    "choices",
    [
        [{"message": {"content": "It"}}, {"message": {"content": " flows"}}, {"message": {"content": " east."}}],
        [
            {"message": {"content": "It"}},
            {"message": {"content": "It flows"}},
            {"message": {"content": "It flows east."}},
        ],
        [{"text": "It"}, {"text": " flows"}, {"text": " east."}],
    ],
    ids=["pieces in messages", "all so far in messages", "pieces of the older API"],
)
def test_a_server_without_deltas_is_read_in_the_order_it_sends(choices: list[dict[str, Any]]) -> None:
    assert folded(read(*({"choices": [{"index": 0, **choice}]} for choice in choices)))["text"] == "It flows east."


def test_what_came_in_deltas_is_not_repeated_by_messages() -> None:
    assert folded(read(text("Hi"), {"choices": [{"index": 0, "message": {"content": "Hi"}}]}))["text"] == "Hi"


def test_a_stop_reason_may_be_an_object_with_words() -> None:
    run = read(
        text("So f"), {"choices": [{"delta": {}, "finish_reason": {"type": "abort", "message": "out of memory"}}]}
    )

    assert (run.state, run.stop_reason) == ("failed", "abort")
    assert "out of memory" in folded(run)["error"]


def test_an_answer_that_the_server_gave_up_is_stopped() -> None:
    assert folded(read(text("So f"), finish("abort"))) == {"state": "stopped", "text": "So f", "stop": "abort"}


def test_an_error_in_a_list_of_one_is_an_error() -> None:
    assert "Broken" in folded(fold("openai-chat", b'data: [{"error": {"message": "Broken"}}]\n\n'))["error"]


@pytest.mark.parametrize(
    "pieces",
    [
        ["It", "It flows", "It flows east."],
        ["It", "It flows", "It flows", "It flows east."],
        ["", "It", "It flows", "It flows", " east."],
        ["It flows", "It flows east."],
        ["It flows east."],
    ],
)
@pytest.mark.parametrize("name", ["content", "reasoning_content"])
def test_text_that_comes_with_all_text_before_it_is_read_once(name: str, pieces: list[str]) -> None:
    run = read(*(chunk({name: piece}) for piece in pieces), text("!"), finish())

    told = str(run.text) + str(run.thinking)
    assert told.replace("!", "") == "It flows east."


@pytest.mark.parametrize(
    "pieces",
    [
        ["hello world ", "hello world ", "hello world "],  # a server for load tests
        ["ha", "ha", "haha"],
        ["ha", "haha", "ha"],
        ["ha", "haha", "haha"],
        ["la", "lala"],
        ["-", "--", "---"],
        ["1", "10", "20"],
    ],
)
def test_words_that_are_repeated_are_kept(pieces: list[str]) -> None:
    run = read(*map(text, pieces), finish())

    assert str(run.text) == "".join(pieces)


@pytest.mark.parametrize("end", [[finish()], [DONE], []])
@pytest.mark.parametrize("name", ["content", "reasoning_content"])
def test_a_piece_that_may_be_a_repetition_is_kept_at_the_end(name: str, end: list[dict[str, Any] | str]) -> None:
    run = read(chunk({name: "Ea"}), chunk({name: "East"}), *end)

    assert str(run.text) + str(run.thinking) == "EaEast"
    assert run.stamps.timing().last_token == (3.0 if end else 2.0)
    assert "East" in describe(events(run)[1]).detail


def test_thinking_that_may_be_a_repetition_ends_with_the_first_text() -> None:
    run = read(chunk({"reasoning_content": "1"}), chunk({"reasoning_content": "12"}), text("It flows."), finish())

    assert (str(run.thinking), str(run.text)) == ("112", "It flows.")


def test_details_that_repeat_the_thinking_at_its_end_are_left_out() -> None:
    detail = {"type": "reasoning.text", "text": "East.", "signature": "c2ln", "index": 0}
    run = read(
        chunk({"reasoning": "Ea"}), chunk({"reasoning": "st."}), chunk({"reasoning_details": [detail]}), text("!")
    )

    assert str(run.thinking) == "East."


def test_thinking_may_be_a_list_of_texts() -> None:
    run = read(chunk({"reasoning_content": [{"type": "text", "text": "Ea"}, "st."]}), text("!"), finish())

    assert str(run.thinking) == "East."
