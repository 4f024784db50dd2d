"""Where text goes that is typed or pasted while no box has the focus."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class TextTarget(Protocol):
    """A screen with a box that such text is typed into."""

    def type_into_box(self, text: str) -> None:
        """Focus the box, and insert the text into it."""
        ...
