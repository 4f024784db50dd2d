"""Checks the answers of an experiment: what they must be like is in `core.experiment.checks`."""

from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from diptych.core.experiment.checks.check import Check, CheckResult
from diptych.core.experiment.checks.plain_checks import json_problem, part_text, plain_problem, why_not_checked
from diptych.core.json_answer import json_in
from diptych.core.run import Run
from diptych.core.text.sanitize import sendable
from diptych.engine.checks.checking_process import CheckFailedError, CheckingProcess
from diptych.engine.tool_commands import run_command

MOST_CHARACTERS = 8_000_000
"""The longest text in which a pattern is searched, or that is validated."""


class ChecksCancelledError(Exception):
    """The checks of an answer were cancelled, so that nobody knows whether it passes."""


class AnswerChecker:
    """Checks answers, one after another or from any number of threads. Close it to end the process that it may have.

    As soon as `is_cancelled` returns true, commands that still run are ended.
    """

    def __init__(self, is_cancelled: Callable[[], bool] = lambda: False) -> None:
        self._is_cancelled = is_cancelled
        self._process = CheckingProcess()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process that searches patterns and validates JSON. Checks that need it are cancelled."""
        self._process.close()

    def check(self, run: Run, checks: Iterable[Check]) -> tuple[CheckResult, ...]:
        """Return the result of each check of an answer that has ended, in their order.

        Only an answer that is complete can pass. Blocks until all checks are done, which may take as long as the
        commands among them. Raises `ChecksCancelledError`.
        """
        ending = why_not_checked(run)
        results = []
        for check in checks:
            problem = ending or self._problem(run, check)
            results.append(CheckResult(check.in_words, not problem, problem))
        return tuple(results)

    def _problem(self, run: Run, check: Check) -> str:
        """Return why an answer fails a check, or why it could not be checked; "" if it passes."""
        text = part_text(run, check.part)
        match check.kind:
            case "regex":
                return self._in_process({"pattern": check.value}, text)
            case "json_schema":
                return json_problem(text) or self._in_process({"schema": check.value}, json_in(text))
            case "command":
                return self._of_command(check, text)
            case _:
                return plain_problem(run, check, text)

    def _in_process(self, question: dict[str, object], text: str) -> str:
        if len(text) > MOST_CHARACTERS:
            return f"it could not be checked: it has more than {MOST_CHARACTERS:,} characters"
        try:
            return self._process.problem(question | {"text": text})
        except CheckFailedError as error:
            if self._process.is_closed:
                raise ChecksCancelledError from None
            return f"it {error}"

    def _of_command(self, check: Check, text: str) -> str:
        words, folder = check.value["command"], check.value["folder"]
        outcome = run_command(tuple(words), sendable(text), Path(folder) if folder else None, self._is_cancelled)
        if outcome.is_error and self._is_cancelled():
            raise ChecksCancelledError
        return outcome.text if outcome.is_error else ""
