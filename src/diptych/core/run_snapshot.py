"""A run as it was at some moment, to go back to."""

import copy
from dataclasses import replace

from diptych.core.run import Run


class RunSnapshot:
    """A run as it was: what changes was copied, and of what only grows the length was kept.

    `lines` is how many lines it had. The run must live on as it is: `restore` reads from it what it had by then.
    """

    _GROWING = ("lines", "text", "thinking", "refusal")
    _CHANGING = ("_stamps", "end", "_tags", "_paragraphs", "_pace")

    def __init__(self, run: Run) -> None:
        self.lines = len(run.lines)
        self._run = self._copy(run)
        self._lengths = {name: len(getattr(run, name)) for name in self._GROWING}
        self._tools = [(key, copy.copy(tool), len(tool.written)) for key, tool in run._tools_by_key.items()]
        self._reasoning = tuple(run.reasoning)
        self._attempts = tuple(run.attempts)

    def restore(self) -> Run:
        """Return another run that stands where the run stood; they share what they had in common."""
        run = self._copy(self._run)
        for name, length in self._lengths.items():
            setattr(run, name, getattr(run, name).first(length))
        run.attempts = list(self._attempts)
        run.reasoning = list(self._reasoning)
        run._tools_by_key = {
            key: replace(tool, written=tool.written.first(length)) for key, tool, length in self._tools
        }
        run.tools = list(run._tools_by_key.values())
        return run

    def _copy(self, run: Run) -> Run:
        copied = copy.copy(run)
        for name in self._CHANGING:
            setattr(copied, name, copy.copy(getattr(run, name)))
        return copied
