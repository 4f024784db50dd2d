"""What can go wrong with what is kept on disk."""

from diptych.core.listing import HistoryError


class StoreError(HistoryError):
    """A history or a recording cannot be read or written; the message is one sentence for users."""
