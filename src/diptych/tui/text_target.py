"""Where text goes that is typed or pasted while no box has the focus."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class TextTarget(Protocol):
    """A screen that takes such text. On all others a burst of text does nothing unless a box has the focus."""

    def focus_box(self) -> None:
        """Focus the box of the screen, if it takes text now."""
        ...

    def type_into_box(self, text: str) -> None:
        """Type the text into the box of the screen, or ignore it."""
        ...
