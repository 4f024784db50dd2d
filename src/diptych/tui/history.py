"""What the screens ask of the history."""

from collections.abc import Sequence
from typing import Protocol

from diptych.core.history_summary import HistoryFilter, ListedRound
from diptych.core.recording import Recording


class History(Protocol):
    """The rounds that were recorded, in this process or another one.

    Its methods are called on worker threads, also on several at once, and may block. Each raises `HistoryError`, one
    clear sentence, where it cannot do what it is asked for.
    """

    def rounds(self, wanted: HistoryFilter, /, limit: int | None = None) -> Sequence[ListedRound]:
        """The rounds to which a filter applies, newest first."""
        ...

    def open(self, id: int, /) -> Recording:  # noqa: A002 - the word for it
        """One round as it was recorded."""
        ...

    def delete(self, id: int, /) -> None:  # noqa: A002
        """Forget a round for good."""
        ...

    def endpoints(self) -> Sequence[str]:
        """The endpoints that were asked."""
        ...

    def models(self) -> Sequence[str]:
        """The models that were asked."""
        ...
