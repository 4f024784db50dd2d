"""Results of tool calls from a file: each once, and the same for both sides."""

from collections.abc import Callable
from pathlib import Path

from diptych.core.message import ToolCallPart, ToolResultPart
from diptych.core.settings import ToolDefinition
from diptych.core.tools_file import CommandResult, ToolsFile, ValueResult
from diptych.engine.tool_answers import ToolAnswers
from diptych.engine.tool_commands import Outcome

TOOLS = tuple(ToolDefinition(name) for name in ("value", "command", "nothing"))
FILE = ToolsFile(TOOLS, {"value": ValueResult("18 °C"), "command": CommandResult(("look", "up"))})


class Commands:
    """Runs nothing, and remembers what it was asked to run."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[str, ...], str, Path | None]] = []

    def __call__(
        self, command: tuple[str, ...], arguments: str, folder: Path | None, is_cancelled: Callable[[], bool]
    ) -> Outcome:
        del is_cancelled
        self.asked.append((command, arguments, folder))
        return Outcome(f"answer {len(self.asked)}")


def call(name: str, arguments: str = "{}", call_id: str = "1") -> ToolCallPart:
    return ToolCallPart(call_id, name, arguments)


def never() -> bool:
    return False


def test_values_and_commands(tmp_path: Path) -> None:
    commands = Commands()
    answers = ToolAnswers(FILE, tmp_path, commands)

    results = answers.answer({"left": [call("value"), call("command", '{"b":2,"a":1}', "2")]}, never)

    assert results == {"left": (ToolResultPart("1", "18 °C"), ToolResultPart("2", "answer 1"))}
    assert commands.asked == [(("look", "up"), '{"a": 1, "b": 2}', tmp_path)]


def test_equal_calls_have_one_answer_in_a_whole_session() -> None:
    commands = Commands()
    answers = ToolAnswers(FILE, None, commands)
    calls = {
        "left": [call("command", '{"a": 1}'), call("command", '{"a":1}', "2")],
        "right": [call("command", '{"a":1 }')],
    }

    first = answers.answer(calls, never)
    later = answers.answer({"left": [call("command", '{"a": 1}', "9")]}, never)

    assert first is not None
    assert {part.text for parts in first.values() for part in parts} == {"answer 1"}
    assert later == {"left": (ToolResultPart("9", "answer 1"),)}
    assert len(commands.asked) == 1
    answers.answer({"left": [call("command", '{"a": 2}')]}, never)
    assert len(commands.asked) == 2


def test_what_cannot_be_answered() -> None:
    commands = Commands()
    answers = ToolAnswers(FILE, None, commands)
    calls = [call("rm"), call(""), call("nothing"), call("command", "[]"), call("value", "{")]

    results = answers.answer({"left": calls}, never)

    assert results is not None
    assert all(part.is_error for part in results["left"])
    assert [part.text for part in results["left"]] == [
        "There is no tool rm.",
        "There is no tool without a name.",
        "There is no result for the tool nothing.",
        "The arguments are not a JSON object.",
        "The arguments are not a JSON object.",
    ]
    assert not commands.asked


def test_a_cancelled_answer_is_not_kept() -> None:
    commands = Commands()
    answers = ToolAnswers(FILE, None, commands)

    assert answers.answer({"left": [call("command")]}, lambda: True) is None
    assert answers.answer({"left": [call("command")]}, never) == {"left": (ToolResultPart("1", "answer 2"),)}


def test_whether_a_file_answers_calls() -> None:
    assert ToolAnswers(FILE).is_given
    assert not ToolAnswers(ToolsFile(TOOLS)).is_given
