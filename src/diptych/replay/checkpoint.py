"""Moments of a run to go back to: what changes of a run is copied, what only grows is kept as its length then."""

import copy
from dataclasses import dataclass

from diptych.core.run import Run, Tool

_GROWING = ("lines", "text", "thinking", "refusal")
"""What of a run is only added to; where its text begins anew, that is another object."""

_CHANGING = ("stamps", "end", "_tags", "_paragraphs", "_pace")
"""What of a run changes in itself."""


@dataclass(frozen=True, slots=True)
class _ToolThen:
    """A tool call as it was, and how many characters its arguments had."""

    key: int | str
    id: str | None
    name: str
    written: int


class Checkpoint:
    """A run as it is now. The run must go on as it does: `restore` reads from it what it had by then."""

    def __init__(self, run: Run) -> None:
        self._run = _copy(run)
        self._lengths = {name: len(getattr(run, name)) for name in _GROWING}
        self._tools = [_ToolThen(key, tool.id, tool.name, len(tool.written)) for key, tool in run._tools_by_key.items()]
        self._attempts = tuple(run.attempts)
        self.lines = len(run.lines)

    def restore(self) -> Run:
        """Another run that stands where that run stood."""
        run = _copy(self._run)
        for name, length in self._lengths.items():
            setattr(run, name, getattr(run, name).first(length))
        run.attempts = list(self._attempts)
        whole = self._run._tools_by_key
        run._tools_by_key = {
            then.key: Tool(then.id, then.name, whole[then.key].written.first(then.written)) for then in self._tools
        }
        run.tools = list(run._tools_by_key.values())
        return run


def _copy(run: Run) -> Run:
    copied = copy.copy(run)
    for name in _CHANGING:
        setattr(copied, name, copy.copy(getattr(run, name)))
    return copied
