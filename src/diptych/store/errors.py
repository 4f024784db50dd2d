"""Errors of the history and of recordings."""

from diptych.core.history_summary import HistoryError


class StoreError(HistoryError):
    """A history or a recording cannot be read or written; the message is one sentence for users."""


class BusyError(StoreError):
    """Another program uses the database: the same call works once that is done."""


class UnstorableError(StoreError):
    """A round cannot be stored, so that trying again is useless; other rounds can be."""


class RoundGoneError(StoreError):
    """The part of a round that was written before is gone: the round must be written again from its beginning."""
