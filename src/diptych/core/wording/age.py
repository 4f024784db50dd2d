"""How long ago something was, in words."""

from diptych.core.wording.counted import counted

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def age(seconds: float) -> str:
    """Return how long ago something was.

    >>> age(200)
    '3 minutes ago'
    """
    for unit, length in _UNITS:
        if (count := int(seconds // length)) > 0:
            return f"{counted(count, unit)} ago"
    return "just now"
