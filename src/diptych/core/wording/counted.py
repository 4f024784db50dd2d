"""Numbers of things in words."""


def counted(count: int, noun: str) -> str:
    """Return a number with its noun, which has an s if it is not one.

    >>> counted(1, "model"), counted(2_000, "model")
    ('1 model', '2,000 models')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
