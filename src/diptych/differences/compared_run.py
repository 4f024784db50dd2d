"""A run under the name that it has in a comparison."""

from dataclasses import dataclass

from diptych.core.run import Run


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """A run, and what it is called beside the other one, such as `left`, `right take 2` or `12:left:2`."""

    name: str
    run: Run
