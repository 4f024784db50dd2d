"""How a process ended, in words."""


def how_it_ended(code: int) -> str:
    """Return the words for the exit code of a process, as `subprocess` gives it: a signal is a negative number.

    >>> how_it_ended(3), how_it_ended(-9)
    ('ended with exit code 3', 'was ended by signal 9')
    """
    return f"ended with exit code {code}" if code >= 0 else f"was ended by signal {-code}"
