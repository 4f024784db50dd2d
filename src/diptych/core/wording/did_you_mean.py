"""Suggests the known name that was probably meant by an unknown one."""

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 60
"""How much of a name is compared: the comparison takes time that grows with the square of its length."""

_LEAST_SIMILARITY = 0.6
"""The default of `difflib`."""


def nearest_name(name: str, known: Iterable[str], *, similarity: float = _LEAST_SIMILARITY) -> str:
    """Return the known name that is most like this one, "" if none is like it."""
    return next(iter(get_close_matches(name[:_LONGEST], list(known), 1, similarity)), "")


def did_you_mean(name: str, known: Iterable[str], *, written: str = "{}", similarity: float = _LEAST_SIMILARITY) -> str:
    """Return a question with the nearest known name, after a space; "" if none is like it.

    `written` is how the name is written in the question, such as "@{}".

    >>> did_you_mean("temprature", ["temperature", "top_p"])
    ' Did you mean temperature?'
    """
    nearest = nearest_name(name, known, similarity=similarity)
    return f" Did you mean {written.format(nearest)}?" if nearest else ""
