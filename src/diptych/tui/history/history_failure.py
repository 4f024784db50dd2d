"""What the user is told when the history could not be read or changed on a thread."""

from diptych.core.history_summary import HistoryError
from diptych.core.text.sanitize import clean_line


def failed_sentence(error: BaseException | None) -> str:
    """Return a sentence for an error of the history, or of Diptych itself."""
    return clean_line(str(error) if isinstance(error, HistoryError) else f"The history failed: {type(error).__name__}.")
