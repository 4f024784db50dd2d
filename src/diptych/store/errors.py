"""What can go wrong with what is kept on disk."""

from diptych.core.history_summary import HistoryError


class StoreError(HistoryError):
    """A history or a recording cannot be read or written; the message is one sentence for users."""


class BusyError(StoreError):
    """Another program keeps the database locked: the same thing works once it lets go."""


class UnstorableError(StoreError):
    """What was to be written cannot be stored, so that trying again is useless; other rounds can be."""


class RoundGoneError(StoreError):
    """What was written of a round is not there any more: it must be written again from its beginning."""
