"""Which search of the history comes next: only one runs at a time, while the user goes on typing."""

from diptych.core.history_summary import HistoryFilter

AT_FIRST = 200
"""Rounds that are listed first; all the others follow."""


class RoundSearch:
    """Knows what is `wanted`, and whether the result of the running search will still be wanted.

    With `keeps_place` the cursor of the list stays on its round, however far down that is.
    """

    def __init__(self, wanted: HistoryFilter) -> None:
        self.wanted = wanted
        self.keeps_place = False
        self._sought: HistoryFilter | None = None
        self._has_changed = False

    @property
    def is_running(self) -> bool:
        """Whether a search has begun and not ended."""
        return self._sought is not None

    @property
    def limit(self) -> int | None:
        """How many rounds are listed first; None for all."""
        return None if self.keeps_place else AT_FIRST

    def begin(self) -> bool:
        """Begin to search for what is wanted. Returns False while a search runs: the next begins when it has ended."""
        if self.is_running:
            return False
        self._sought = self.wanted
        return True

    def want(self, wanted: HistoryFilter) -> None:
        """Search for something else from now on, and list it from its top."""
        self.wanted = wanted
        self.keeps_place = False

    def want_again(self) -> None:
        """Search for the same once more after a change, which a search that runs may not have seen."""
        self.keeps_place = True
        self._has_changed = self.is_running

    def end(self) -> bool:
        """End the running search. Returns whether it has searched for what is wanted now."""
        is_wanted = self._sought == self.wanted and not self._has_changed
        self._sought = None
        self._has_changed = False
        return is_wanted
