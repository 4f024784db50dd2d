"""Which tool calls wait for a result, and results in words."""

import pytest

from diptych.core.folding.tool import Tool
from diptych.core.message import Message, ToolCallPart, ToolResultPart
from diptych.core.request import Request
from diptych.core.run import Run
from diptych.core.settings import ToolDefinition
from diptych.core.tool_calls import canonical_arguments, given_results, is_turn, names_of, open_calls, turn_prompt
from tests.support.asking import new_run, settings

LOOK = ToolDefinition("look")


def tool(tool_id: str | None, name: str = "look", arguments: str = "{}", *, is_function: bool = True) -> Tool:
    made = Tool(tool_id, name, is_function)
    made.written.append(arguments)
    return made


def called(*tools: Tool, stop: str = "tool_calls", refusal: str = "", ends: bool = True) -> Run:
    run = new_run(settings("openai-chat", tools=(LOOK,)))
    run.tools += tools
    run.stop_reason = stop
    if refusal:
        run.refusal.append(refusal)
    if ends:
        run.complete()
    return run


def test_the_calls_of_a_whole_answer_are_open() -> None:
    run = called(tool("1", arguments='{"at": 1}'), tool("2", "other"))

    assert open_calls(run) == (ToolCallPart("1", "look", '{"at": 1}'), ToolCallPart("2", "other", "{}"))


def test_a_call_without_an_id_of_its_own_gets_one() -> None:
    run = called(tool(None), tool("1"), tool("1"))

    assert [call.id for call in open_calls(run)] == ["call_1", "1", "call_3"]


def test_a_call_without_arguments_is_sent_back_with_an_empty_object() -> None:
    assert [call.arguments for call in open_calls(called(tool("1", arguments=""), tool("2", arguments=" ")))] == [
        "{}"
    ] * 2


def test_half_a_character_can_be_sent_back() -> None:
    (call,) = open_calls(called(tool("1", arguments='{"a": "\ud83c"}')))
    assert call.arguments == '{"a": "�"}'


@pytest.mark.parametrize("stop", ["max_tokens", "length", "max_output_tokens", "refusal", "content_filter"])
def test_calls_that_may_be_cut_off_are_not_open(stop: str) -> None:
    assert not open_calls(called(tool("1"), stop=stop))


def test_calls_of_other_answers_are_not_open() -> None:
    assert not open_calls(called(tool("1"), refusal="No."))
    assert not open_calls(called(tool("1"), ends=False))
    assert not open_calls(called(tool("1", "web_search", is_function=False)))
    stopped = called(tool("1"), ends=False)
    stopped.stop(1.0)
    assert not open_calls(stopped)


def test_a_call_is_open_only_if_tools_were_sent() -> None:
    run = new_run(settings("openai-chat"))
    run.tools.append(tool("1"))
    run.complete()
    assert not open_calls(run)

    run = new_run(settings("openai-chat", params={"tools": [{"type": "function"}]}))
    run.tools.append(tool("1"))
    run.complete()
    assert open_calls(run)


def test_equal_arguments_have_one_spelling() -> None:
    assert canonical_arguments(ToolCallPart("1", "a", '{"b":1,\n"a": "ä"}')) == '{"a": "ä", "b": 1}'
    assert canonical_arguments(ToolCallPart("1", "a", "  ")) == "{}"
    assert canonical_arguments(ToolCallPart("1", "a", r'{"\ud83d": ["\udc4d"]}')) == '{"�": ["�"]}'
    for arguments in ("[1]", "{", "null"):
        with pytest.raises(ValueError, match=r"object|Expecting"):
            canonical_arguments(ToolCallPart("1", "a", arguments))


def test_a_turn_in_words_names_each_call_once() -> None:
    calls = {
        "left": [ToolCallPart("1", "look", '{"at":1}'), ToolCallPart("2", "look", '{"at')],
        "right": [ToolCallPart("a", "look", '{"at": 1}')],
    }
    results = {
        "left": [ToolResultPart("1", "a cat"), ToolResultPart("2", "no JSON", is_error=True)],
        "right": [ToolResultPart("a", "a cat")],
    }
    assert turn_prompt(calls, results) == '⚒ look {"at": 1} → a cat\n⚒ look {"at → error: no JSON'


def test_long_results_are_cut_off_in_words_only() -> None:
    prompt = turn_prompt({"a": [ToolCallPart("1", "look", "{}")]}, {"a": [ToolResultPart("1", "x" * 3000)]})
    assert prompt.endswith("x… (3,000 characters)")
    assert len(prompt) < 2100


def test_the_results_that_a_request_ends_with() -> None:
    asked = settings("openai-chat")
    prompt = Message.of_text("user", "hi")
    results = Message("tool", (ToolResultPart("1", "a cat"), ToolResultPart("2", "a dog")))
    assert not list(given_results(Request(asked, (prompt,))))
    calls = Message("assistant", (ToolCallPart("1", "look", "{}"),))
    assert list(given_results(Request(asked, (prompt, calls, results)))) == ["look {} → a cat", " {} → a dog"]


def test_a_turn_is_told_from_a_prompt_that_answers_calls() -> None:
    calls = Message("assistant", (ToolCallPart("1", "look", "{}"),))
    given = Request(settings("openai-chat"), (calls, Message("tool", (ToolResultPart("1", "a cat"),))))

    assert is_turn("⚒ look {} → a cat", [given, given])
    other = Message("assistant", (ToolCallPart("1", "feel", "{}"),))
    felt = Request(settings("openai-chat"), (other, Message("tool", (ToolResultPart("1", "a dog"),))))
    assert is_turn("⚒ look {} → a cat\n⚒ feel {} → a dog", [given, felt])
    assert is_turn("⚒ feel {} → a dog\n⚒ look {} → a cat", [given, felt])
    assert not is_turn("a cat", [given])
    assert not is_turn("", [])


def test_names_of_calls() -> None:
    assert names_of([ToolCallPart("1", "a", ""), ToolCallPart("2", "a", "")]) == "a"
    assert names_of([ToolCallPart(name, name, "") for name in "abc"]) == "a, b and c"
