"""What is wrong with a prompt set: sentences for users, each with its line."""

from collections.abc import Iterator
from contextlib import contextmanager

from diptych.core.text.excerpt import excerpt
from diptych.core.wording.counted import counted

MOST_PROBLEMS = 5
"""Problems that are reported at once. After this number of problems, the rest of a set is not read."""

_LONGEST_NAME = 300


class PromptSetError(ValueError):
    """A prompt set cannot be used. The message has a line for each problem; `problems` are these sentences."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class LineError(ValueError):
    """A line of a set cannot be used. The message is a clause such as `this is not JSON`; `column` counts from 1."""

    def __init__(self, what: str, column: int = 0) -> None:
        super().__init__(what)
        self.column = column


class SetProblems:
    """Collects the problems of one set. `unit` is what its entries are called: `line`, or `prompt` in a plan file."""

    def __init__(self, name: str, unit: str = "line") -> None:
        self._name = excerpt(name, _LONGEST_NAME)
        self.unit = unit
        self._found: list[str] = []

    def add(self, what: str, line: int = 0, column: int = 0) -> None:
        """Add a problem of a line, or of the whole set. `what` is a clause without a full stop.

        Raises `PromptSetError` once there are `MOST_PROBLEMS`.
        """
        place = (f", {self.unit} {line:,}" if line else "") + (f", column {column:,}" if column else "")
        self._found.append(f"{self._name}{place}: {what}.")
        if len(self._found) >= MOST_PROBLEMS:
            self._found.append(f"These are the first {counted(MOST_PROBLEMS, 'problem')}: there may be more.")
            self.refuse()

    @contextmanager
    def of_line(self, line: int) -> Iterator[None]:
        """Add what is wrong with a line to the problems, so that the lines after it can be read as well."""
        try:
            yield
        except LineError as error:
            self.add(str(error), line, error.column)

    def refuse(self) -> None:
        """Raise `PromptSetError` if there are problems."""
        if self._found:
            raise PromptSetError(self._found)
