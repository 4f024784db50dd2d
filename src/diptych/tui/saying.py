"""Says a sentence to the user in a notice. What the sentence quotes is never taken for markup.

A screen that is about to close shows its notice beside the others: if it took their place, it might not be seen.
"""

from typing import Any, Literal

from textual.app import App
from textual.widget import Widget

Node = Widget | App[Any]


def tell(node: Node, sentence: str, *, beside: bool = False) -> None:
    """Show what has happened, in place of the notices that are shown, or beside the newest of them."""
    _show(node, sentence, "information", beside=beside)


def warn(node: Node, sentence: str, *, beside: bool = False) -> None:
    """Show why something was not done or is not as expected, as `tell` does."""
    _show(node, sentence, "warning", beside=beside)


def fail(node: Node, sentence: str, *, beside: bool = False) -> None:
    """Show what failed, as `tell` does."""
    _show(node, sentence, "error", beside=beside)


def _show(node: Node, sentence: str, severity: Literal["information", "warning", "error"], *, beside: bool) -> None:
    if not beside:
        node.app.clear_notifications()
    node.app.notify(sentence, severity=severity, markup=False)
