"""Says a sentence to the user in a notice, in place of the notices before it."""

from textual.widget import Widget


def warn(widget: Widget, sentence: str) -> None:
    """Show a warning."""
    widget.app.clear_notifications()
    widget.notify(sentence, severity="warning", markup=False)


def tell(widget: Widget, sentence: str) -> None:
    """Show what has happened."""
    widget.app.clear_notifications()
    widget.notify(sentence, markup=False)
