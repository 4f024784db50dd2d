"""Tool calls whose pieces servers number and name in different ways."""

from typing import Any

import pytest

from tests.apis.chat_chunks import call, chunk, finish, read, tools
from tests.streams.folding import folded

F, G = ("c1", "f", "{}"), ("c2", "g", "[]")


TOOL_CALLS: dict[str, tuple[list[dict[str, Any]], list[tuple[str | None, str, str]]]] = {
    "in pieces": ([tools(call("f", "{", index=0, id="c1")), tools(call("", "}", index=0)), tools(call(index=0))], [F]),
    "arguments null": ([tools(call("f", None, index=0, id="c1"))], [("c1", "f", "")]),
    "two in a chunk": ([tools(call("f", "{}", index=0, id="c1"), call("g", "[]", index=1, id="c2"))], [F, G]),
    "the same index with different ids": (
        [
            tools(call("f", "{}", index=0, id="c1")),
            tools(call("g", "[", index=0, id="c2")),
            tools(call("", "]", index=0)),
        ],
        [F, G],
    ),
    "an id that comes late": (
        [tools(call("f", "{", index=0)), tools(call("f", "}", index=0, id="c1"))],
        [F],
    ),
    "a name that comes late": (
        [tools(call("", "{", index=0, id="c1", type="function")), tools(call("f", "}", index=0, id="c1"))],
        [F],
    ),
    "a name in pieces": (
        [
            tools(call("get_", None, index=0, id="c1")),
            tools(call("time", "{}", index=0)),
            tools(call("get_time", index=0)),
        ],
        [("c1", "get_time", "{}")],
    ),
    "the same index without ids": (
        [tools(call("f", "{}", index=0)), tools(call("g", "[", index=0)), tools(call("g", "]", index=0))],
        [(None, "f", "{}"), (None, "g", "[]")],
    ),
    "an id that changes": ([tools(call("f", "{", index=0, id="c1")), tools(call("", "}", index=0, id="c9"))], [F]),
    "two in a chunk without index": ([tools(call("f", "{}", id="c1"), call("g", "[]", id="c2"))], [F, G]),
    "interleaved without index": (
        [
            tools(call("f", "{", id="c1"), call("g", "[", id="c2")),
            tools(call("", "}", id="c1"), call("", "]", id="c2")),
        ],
        [F, G],
    ),
    "pieces without index and id": (
        [tools(call("f", "{", id="c1")), tools(call("", "}")), tools(call("g", "[", id="c2")), tools(call("", "]"))],
        [F, G],
    ),
    "pieces in the order of their calls, without index and id": (
        [
            tools(call("f", "", id="c1"), call("g", "", id="c2")),
            tools(call(None, "{"), call(None, "[")),
            tools(call(None, "}"), call(None, "]")),
        ],
        [F, G],
    ),
    "more pieces than calls": (
        [tools(call("f", "", id="c1")), tools(call(None, "{"), call(None, "}"))],
        [F],
    ),
    "arguments as an object": ([tools(call("f", {"city": "Köln"}, id="c1"))], [("c1", "f", '{"city": "Köln"}')]),
    "neither index nor id": (
        [tools(call("f", "{}"), call("g", "[")), tools(call(None, "]"))],
        [(None, "f", "{}"), (None, "g", "[]")],
    ),
    "nothing but arguments": ([tools(call(None, "{}"))], [(None, "", "{}")]),
    "a custom tool": (
        [tools({"index": 0, "id": "c1", "type": "custom", "custom": {"name": "sql", "input": "SELECT 1"}})],
        [("c1", "sql", "SELECT 1")],
    ),
    "no function": ([tools({"index": 0, "id": "c1", "type": "function"})], [("c1", "function", "")]),
    "a call that is not in a list": ([chunk({"tool_calls": call("f", "{}", index=0, id="c1")})], [F]),
    "name and arguments in the piece itself": (
        [tools({"index": 0, "id": "c1", "type": "function", "name": "f", "arguments": "{}"})],
        [F],
    ),
    "an index that is a text": (
        [
            tools(call("f", index="0", id="c1")),
            tools(call("g", index="1", id="c2")),
            tools(call(None, "{}", index="0")),
            tools(call(None, "[]", index="1")),
        ],
        [F, G],
    ),
    "arguments that come once more": (
        [
            tools(call("f", "", index=0, id="c1")),
            tools(call(None, '{"a":', index=0)),
            tools(call(None, "1}", index=0)),
            tools(call(None, '{"a":1}', index=0)),
        ],
        [("c1", "f", '{"a":1}')],
    ),
    "arguments that come once more with other spaces": (
        [
            tools(call("f", "", index=0, id="c1")),
            tools(call(None, '{"a": [1,', index=0)),
            tools(call(None, " 2]}", index=0)),
            tools(call("f", '{"a":[1,2]}', index=0, id="c1")),
        ],
        [("c1", "f", '{"a": [1, 2]}')],
    ),
    "several whole calls with the same index and name": (
        [tools(call("f", '{"a":1}', index=0)), tools(call("f", '{"a":2}', index=0)), tools(call("f", "{", index=0))],
        [(None, "f", '{"a":1}'), (None, "f", '{"a":2}'), (None, "f", "{")],
    ),
    "the arguments of another call at the index of the first": (
        [
            tools(call("f", "", index=0, id="c1")),
            tools(call("", '{"a":1}', index=0)),
            tools(call("", '{"a":2}', index=0)),
        ],
        [("c1", "f", '{"a":1}'), (None, "f", '{"a":2}')],
    ),
    "no arguments until all of them come": (
        [
            tools(call("f", "{}", index=0, id="c1")),
            tools(call(None, '{"a":', index=0)),
            tools(call(None, "1}", index=0)),
            tools(call("g", "{}", index=1, id="c2")),
            tools(call("g", '{"b":{}', index=1, id="c2")),
            tools(call(None, "}", index=1)),
        ],
        [("c1", "f", '{"a":1}'), ("c2", "g", '{"b":{}}')],
    ),
    "arguments of another form with the same id": (
        [tools(call("f", '{"a":1}', index=0, id="c1")), tools(call("f", '{"a":2}', index=0, id="c1"))],
        [("c1", "f", '{"a":1}{"a":2}')],
    ),
    "an input of a custom tool is never JSON": (
        [
            tools({"index": 0, "id": "c1", "type": "custom", "custom": {"name": "tex", "input": "{}"}}),
            tools({"index": 0, "custom": {"input": "{}"}}),
        ],
        [("c1", "tex", "{}{}")],
    ),
    "arguments at an index of their own": (
        [tools(call("f", "", index=0, id="c1")), tools({**call(None, "{}", index=1), "id": None})],
        [F],
    ),
    "both forms at once": (
        [
            chunk({"tool_calls": [call("f", "{", index=0, id="c1")], "function_call": {"name": "f", "arguments": "{"}}),
            chunk({"tool_calls": [call("f", "}", index=0, id="c1")], "function_call": {"name": "f", "arguments": "}"}}),
        ],
        [F],
    ),
    "the older form": (
        [chunk({"function_call": {"name": "f", "arguments": "{"}}), chunk({"function_call": {"arguments": "}"}})],
        [(None, "f", "{}")],
    ),
}


@pytest.mark.parametrize(("chunks", "expected"), TOOL_CALLS.values(), ids=TOOL_CALLS)
def test_tool_calls(chunks: list[dict[str, Any]], expected: list[tuple[str | None, str, str]]) -> None:
    assert folded(read(*chunks, finish("tool_calls"))) == {
        "state": "complete",
        "tools": expected,
        "stop": "tool_calls",
    }


def test_a_call_whose_pieces_each_carry_a_new_id_is_one() -> None:
    pieces = ['{"ci', 'ty":"O', 'slo"}']
    numbered = [tools(call("f", piece, id=f"c{i}", index=0)) for i, piece in enumerate(pieces)]
    unnumbered = [tools(call("f", piece, id=f"c{i}")) for i, piece in enumerate(pieces)]
    another = tools(call("f", "{}", id="c9", index=0))

    assert folded(read(*numbered))["tools"] == [("c0", "f", '{"city":"Oslo"}')]
    assert folded(read(*unnumbered))["tools"] == [("c0", "f", '{"city":"Oslo"}')]
    assert folded(read(*numbered, another))["tools"] == [("c0", "f", '{"city":"Oslo"}'), ("c9", "f", "{}")]


def test_a_piece_that_ends_in_a_brace_is_not_yet_whole() -> None:
    pieces = ['{"a":{}', ',"b":1}']
    run = read(*(tools(call("f", piece, id=f"c{i}", index=0)) for i, piece in enumerate(pieces)))

    assert folded(run)["tools"] == [("c0", "f", '{"a":{},"b":1}')]


def test_a_call_whose_pieces_are_numbered_anew_is_one() -> None:
    pieces = [
        tools(call("f", '{"ci', id="c0", index=0)),
        tools(call(None, 'ty":1', index=1)),
        tools(call(None, "}", index=2)),
    ]

    assert folded(read(*pieces))["tools"] == [("c0", "f", '{"city":1}')]


def test_only_a_function_is_answered_by_the_client() -> None:
    custom = {"index": 0, "id": "c1", "type": "custom", "custom": {"name": "sql", "input": "SELECT 1"}}

    run = read(tools(custom), tools(call("f", "{}", index=1, id="c2")), finish("tool_calls"))

    assert [tool.is_function for tool in run.tools] == [False, True]
