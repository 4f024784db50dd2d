"""Tool calls of Responses streams, whose arguments come in pieces, whole, or both."""

from typing import Any

import pytest

from tests.apis.response_events import CALL, event, item, last, read
from tests.streams.folding import folded

HERE = {"output_index": 0}


NOWHERE: dict[str, Any] = {}


TOOLS: dict[str, tuple[list[dict[str, Any]], tuple[str | None, str, str]]] = {
    "a custom tool's free text": (
        [
            item("added", "custom_tool_call", HERE, call_id="c1", name="sql", input=""),
            event("custom_tool_call_input.delta", item_id="ct", delta="SELECT ", **HERE),
            event("custom_tool_call_input.delta", item_id="ct", delta="1", **HERE),
            event("custom_tool_call_input.done", item_id="ct", input="SELECT 1", **HERE),
            item("done", "custom_tool_call", HERE, call_id="c1", name="sql", input="SELECT 1"),
        ],
        ("c1", "sql", "SELECT 1"),
    ),
    "a remote tool": (
        [
            item("added", "mcp_call", HERE, id="mcp_1", name="search", server_label="docs", arguments=""),
            event("mcp_call.in_progress", item_id="mcp_1", **HERE),
            event("mcp_call_arguments.delta", item_id="mcp_1", delta='{"q":1}', **HERE),
            event("mcp_call_arguments.done", item_id="mcp_1", arguments='{"q":1}', **HERE),
            event("mcp_call.completed", item_id="mcp_1", **HERE),
            item("done", "mcp_call", HERE, id="mcp_1", name="search", arguments='{"q":1}', output="…"),
        ],
        ("mcp_1", "search", '{"q":1}'),
    ),
    "arguments that come before their call": (
        [
            event("function_call_arguments.delta", item_id="fc", delta='{"q":', **HERE),
            item("added", "function_call", HERE, id="fc", call_id="c1", name="f", arguments=""),
            event("function_call_arguments.delta", item_id="fc", delta="1}", **HERE),
            item("done", "function_call", HERE, id="fc", call_id="c1", name="f", arguments='{"q":1}'),
        ],
        ("c1", "f", '{"q":1}'),
    ),
    "code that is done at another index, without an id": (
        [
            item("added", "code_interpreter_call", HERE, id="ci_1", code=None),
            event("code_interpreter_call_code.delta", item_id="", delta="1 + ", **HERE),
            event("code_interpreter_call_code.delta", item_id="", delta="1", **HERE),
            event("code_interpreter_call_code.done", item_id="", code="1 + 1", output_index=1),
            item("done", "code_interpreter_call", {"output_index": 1}, id="ci_1", code="1 + 1"),
        ],
        ("ci_1", "code_interpreter_call", "1 + 1"),
    ),
    "code": (
        [
            item("added", "code_interpreter_call", HERE, id="ci_1", code=""),
            event("code_interpreter_call_code.delta", item_id="ci_1", delta="1+1", **HERE),
            item("done", "code_interpreter_call", HERE, id="ci_1", code="1+1"),
        ],
        ("ci_1", "code_interpreter_call", "1+1"),
    ),
    "arguments only whole, when they are done": (
        [
            item("added", "function_call", HERE, call_id="c1", name="f"),
            event("function_call_arguments.delta", delta="", **HERE),
            event("function_call_arguments.done", arguments="{}", **HERE),
            item("done", "function_call", HERE, call_id="c1", name="f", arguments="{}"),
        ],
        ("c1", "f", "{}"),
    ),
    "arguments only in the finished item": ([item("done", "function_call", HERE, **CALL)], ("c1", "f", "{}")),
    "no arguments": (
        [
            item("added", "function_call", HERE, call_id="c1", name="f", arguments=None),
            event("function_call_arguments.done", arguments="", **HERE),
        ],
        ("c1", "f", ""),
    ),
    "ids that change between events": (
        [
            item("added", "function_call", HERE, id="x1", call_id="c1", name="f"),
            event("function_call_arguments.delta", item_id="x2", delta="{", **HERE),
            event("function_call_arguments.delta", item_id="x3", delta="}", **HERE),
            item("done", "function_call", HERE, id="x4", call_id="c1", name="f", arguments="{}"),
        ],
        ("c1", "f", "{}"),
    ),
    "ids without an output index": (
        [
            item("added", "function_call", NOWHERE, id="fc_1", call_id="c1", name="f"),
            event("function_call_arguments.delta", item_id="fc_1", delta="{}"),
            item("done", "function_call", NOWHERE, id="fc_1", call_id="c1", name="f", arguments="{}"),
        ],
        ("c1", "f", "{}"),
    ),
    "the call's id alone": (
        [
            item("added", "function_call", NOWHERE, call_id="c1", name="f", arguments=""),
            event("function_call_arguments.delta", item_id="c1", delta="{}"),
            item("done", "function_call", NOWHERE, call_id="c1", name="f", arguments="{}"),
        ],
        ("c1", "f", "{}"),
    ),
    "arguments only in the item that is added": (
        [
            item("added", "function_call", HERE, status="completed", **CALL),
            item("done", "search_results", HERE, results=[]),
        ],
        ("c1", "f", "{}"),
    ),
    "arguments as an object": (
        [item("done", "tool_search_call", HERE, call_id="c1", arguments={"paths": ["é"]})],
        ("c1", "tool_search_call", '{"paths": ["é"]}'),
    ),
    "a stream resumed in the middle of a call": (
        [
            event("function_call_arguments.delta", item_id="fc_1", delta='"Paris"}', **HERE),
            event("function_call_arguments.done", item_id="fc_1", arguments='{"city":"Paris"}', **HERE),
        ],
        ("fc_1", "", '"Paris"}'),
    ),
}


@pytest.mark.parametrize(("messages", "tool"), TOOLS.values(), ids=TOOLS)
def test_tool_calls(messages: list[dict[str, Any]], tool: tuple[str | None, str, str]) -> None:
    assert folded(read(*messages, last(output=[CALL]))) == {"state": "complete", "tools": [tool], "stop": "completed"}


@pytest.mark.parametrize("place", [NOWHERE, HERE], ids=["without an index", "with the same index"])
def test_calls_are_told_apart_by_their_own_id(place: dict[str, Any]) -> None:
    run = read(
        item("added", "function_call", place, call_id="c1", name="f"),
        event("function_call_arguments.delta", item_id="c1", delta="{}", **place),
        item("added", "function_call", place, call_id="c2", name="g"),
        event("function_call_arguments.delta", call_id="c2", delta="[]", **place),
        item("done", "function_call", place, call_id="c1", name="f", arguments="{}"),
        item("done", "function_call", place, call_id="c2", name="g", arguments="[]"),
        last(),
    )

    assert folded(run)["tools"] == [("c1", "f", "{}"), ("c2", "g", "[]")]


@pytest.mark.parametrize(
    ("kind", "fields", "arguments"),
    [
        (
            "web_search_call",
            {"action": {"type": "search", "query": "river", "sources": [{"url": "x"}]}},
            '"query": "river"}',
        ),
        ("web_search_call", {"action": {"type": "open_page", "url": "https://x.test"}}, '"url": "https://x.test"}'),
        ("computer_call", {"actions": [{"type": "wait"}]}, '{"actions": [{"type": "wait"}]}'),
        ("program", {"code": "await tools.f()"}, "await tools.f()"),
        ("file_search_call", {"queries": ["river", "flöw"]}, '{"queries": ["river", "flöw"]}'),
        ("local_shell_call", {"action": {"type": "exec", "command": ["ls"]}}, '"command": ["ls"]}'),
        ("apply_patch_call", {"operation": {"type": "delete_file", "path": "a"}}, '"path": "a"}'),
        ("mcp_approval_request", {"name": "lookup", "arguments": "{}"}, "{}"),
    ],
)
def test_what_the_model_asks_of_a_tool_is_its_arguments(kind: str, fields: dict[str, Any], arguments: str) -> None:
    place = {"output_index": 0}
    run = read(
        item("added", kind, place, id="a"), item("done", kind, place, id="a", status="completed", **fields), last()
    )

    ((_, _, told),) = folded(run)["tools"]
    assert told.endswith(arguments)
    assert "sources" not in told
