"""Where a recorder writes rounds: a history, a file, a folder, or nowhere."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from diptych.store.entries import Item


class Sink(Protocol):
    """Where rounds are written. One thread calls all of its methods."""

    def write(self, items: Sequence[Item]) -> None:
        """Write all of these items, which belong to one round, so that they outlive the program.

        If that fails, nothing is written and `StoreError` is raised. Its class says what to do next: after
        `RoundGoneError`, write the whole round again; after `UnstorableError`, give the round up; after any other,
        repeat the same write later.
        """

    def tidy(self) -> bool:
        """Do a short piece of work that can wait until nothing streams; return whether more is left. Raises nothing."""

    def close(self) -> None:
        """Close the file, even after an error. Raises nothing."""


@runtime_checkable
class GroupingSink(Sink, Protocol):
    """A sink that can write several rounds at once, which costs far less than one after another."""

    def write_together(self, rounds: Sequence[Sequence[Item]]) -> None:
        """Write all of these items, each sequence of them of another round, or nothing. Raises what `write` raises."""


class Nowhere:
    """A sink that saves nothing."""

    def write(self, items: Sequence[Item]) -> None:
        """Do nothing."""

    def tidy(self) -> bool:
        """Return False: there is nothing to do."""
        return False

    def close(self) -> None:
        """Do nothing: no file is open."""
