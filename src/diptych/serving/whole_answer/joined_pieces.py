"""Values that grow with the pieces of a stream: texts and lists get longer, and the members of objects are joined."""

from io import StringIO
from typing import Any


def grown(before: Any, piece: Any) -> Any:
    """Return a value with what a piece adds to it. Lists and objects that were returned before are changed.

    A text becomes a `StringIO`, since adding to a long text would copy it for every piece: `finished` undoes this.
    """
    match before, piece:
        case _, None:
            return before
        case StringIO(), str():
            before.write(piece)
        case str(), str():
            return grown(grown(StringIO(), before), piece)
        case list(), list():
            before.extend(piece)
        case dict(), dict():
            for name, value in piece.items():
                before[name] = grown(before.get(name), value)
        case None, list():
            return list(piece)
        case None, dict():
            return grown({}, piece)
        case _:
            return piece
    return before


def finished(value: Any) -> Any:
    """Return a value that has grown as plain JSON."""
    match value:
        case StringIO():
            return value.getvalue()
        case dict():
            return {name: finished(each) for name, each in value.items()}
        case list():
            return [finished(each) for each in value]
        case _:
            return value
