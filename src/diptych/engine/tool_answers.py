"""Answers tool calls from the results of a tools file. Equal calls get the very same answer for a whole session."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import assert_never

from diptych.core.message import ToolCallPart, ToolResultPart
from diptych.core.request import Label
from diptych.core.text.excerpt import in_sentence
from diptych.core.tool_calls import canonical_arguments
from diptych.core.tools_file import CommandResult, ToolsFile, ValueResult
from diptych.engine.tool_commands import Outcome, run_command

_AT_ONCE = 8
"""How many commands run at the same time."""

Results = Mapping[Label, tuple[ToolResultPart, ...]]


class ToolAnswers:
    """Answers calls of the tools of a file, whose commands run in `folder`.

    An answer is kept by the tool's name and its arguments, whatever their order and spacing: both sides get the same
    one, as does a later turn. Commands run in other threads; `answer` blocks until all have ended.
    """

    def __init__(self, file: ToolsFile, folder: Path | None = None, run: Callable[..., Outcome] = run_command) -> None:
        self._file = file
        self._folder = folder
        self._run = run
        self._known: dict[tuple[str, str], Outcome] = {}

    @property
    def is_given(self) -> bool:
        """Whether the file answers calls at all."""
        return self._file.results is not None

    def answer(self, calls: Mapping[Label, Sequence[ToolCallPart]], is_cancelled: Callable[[], bool]) -> Results | None:
        """Return a result for each call, in the order of the calls. What cannot be answered gets an error result.

        Once `is_cancelled` returns true, all commands are ended and None is returned.
        """
        wanted = {self._key(call): call for asked in calls.values() for call in asked}
        missing = {key: call for key, call in wanted.items() if key not in self._known}
        find = partial(self._outcome, is_cancelled=is_cancelled)
        with ThreadPoolExecutor(_AT_ONCE, "tool") as pool:
            outcomes = dict(zip(missing, pool.map(find, missing.values()), strict=True))
        if is_cancelled():
            return None
        self._known.update(outcomes)
        return {
            label: tuple(_result(call, self._known[self._key(call)]) for call in asked)
            for label, asked in calls.items()
        }

    def _key(self, call: ToolCallPart) -> tuple[str, str]:
        try:
            return call.name, canonical_arguments(call)
        except ValueError:
            return call.name, call.arguments

    def _outcome(self, call: ToolCallPart, is_cancelled: Callable[[], bool]) -> Outcome:
        if call.name not in {tool.name for tool in self._file.tools}:
            return Outcome(f"There is no tool {in_sentence(call.name) or 'without a name'}.", is_error=True)
        result = (self._file.results or {}).get(call.name)
        if result is None:
            return Outcome(f"There is no result for the tool {call.name}.", is_error=True)
        try:
            arguments = canonical_arguments(call)
        except ValueError:
            return Outcome("The arguments are not a JSON object.", is_error=True)
        match result:
            case ValueResult(text):
                return Outcome(text)
            case CommandResult(command):
                return self._run(command, arguments, self._folder, is_cancelled)
            case _:
                assert_never(result)


def _result(call: ToolCallPart, outcome: Outcome) -> ToolResultPart:
    return ToolResultPart(call.id, outcome.text, outcome.is_error)
