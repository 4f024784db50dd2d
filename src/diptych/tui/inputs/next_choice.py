"""Steps through the values that a setting may have."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence


def next_choice(value: str, choices: Sequence[str], by: int) -> str:
    """Return the choice after a value, or before it if `by` is -1. Before the first and after the last choice is "".

    A number need not be a choice itself. Any other value that is not one counts as "".

    >>> next_choice("0.25", ("0.2", "0.3"), 1)
    '0.3'
    """
    values = ["", *choices]
    if value in values:
        return values[(values.index(value) + by) % len(values)]
    try:
        number, numbers = float(value), [float(choice) for choice in choices]
    except ValueError:
        return values[by % len(values)]
    position = bisect_right(numbers, number) if by > 0 else bisect_left(numbers, number) - 1
    return choices[position] if 0 <= position < len(choices) else ""
