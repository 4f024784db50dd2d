from diptych.core.content import ReasoningBlock, Text, Thinking, ToolArguments, ToolCall
from diptych.core.event import Event
from diptych.core.run import Attempt
from diptych.core.run_snapshot import RunSnapshot
from tests.streams.folding import new_run


def test_a_snapshot_gives_another_run_that_stands_where_the_run_stood() -> None:
    run = new_run()
    thought = ReasoningBlock({"type": "thinking"})
    contents = (Text("one "), ToolCall(1, "call_1", "look"), ToolArguments(1, "{"), Thinking("hm"), thought)
    run.add(Event(1.0, 1, "chunk", b"", contents))
    run.attempts.append(Attempt(503, 1.0))
    snapshot = RunSnapshot(run)
    before = (str(run.text), str(run.thinking), run.tools[0].arguments, list(run.attempts), list(run.lines))
    for content in (Text("two"), ToolArguments(1, "}"), ToolCall(2, None, "more"), Thinking("!"), thought):
        run.add(Event(9.0, run.events + 1, "chunk", b"", (content,)))
    run.attempts.append(Attempt(200, None))

    for _ in range(2):
        restored = snapshot.restore()
        assert snapshot.lines == len(restored.lines)
        assert restored.reasoning == [thought.block]
        now = (str(restored.text), str(restored.thinking), restored.tools[0].arguments, restored.attempts)
        assert (*now, list(restored.lines)) == before
        restored.add(Event(9.0, restored.events + 1, "chunk", b"", (Text("else"), ToolArguments(1, "]"))))
    assert str(run.text).endswith("two")
    assert [tool.arguments for tool in run.tools] == ["{}", ""]
