"""Names in a sentence, of which there may be many."""

from collections.abc import Sequence


def listed_names(names: Sequence[str], most: int) -> str:
    """Return names with commas between them; those after the first `most` are only counted.

    >>> listed_names(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
