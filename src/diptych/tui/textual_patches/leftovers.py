"""What Textual keeps in memory of screens and widgets that are gone."""

from textual.screen import Screen
from textual.widget import Widget


def forget_painted(screen: Screen[object]) -> None:
    """Free what was painted of a screen that is closed.

    Uses `Widget._styles_cache`: Textual would keep the painted rows of the last thousand widgets.
    Noticed by tests/tui/screens/test_leaks.py::test_what_was_painted_of_a_long_screen_goes_with_it.
    """
    for widget in screen.walk_children(Widget, with_self=True):
        widget._styles_cache.clear()


def forget_theme_watcher(widget: Widget) -> None:
    """Stop telling a widget that is gone about new themes.

    Uses `__watchers` of the app, where a `TextArea` would stay for ever.
    Noticed by tests/tui/screens/test_leaks.py::test_nothing_of_a_screen_is_left_when_it_is_closed.
    """
    watchers = getattr(widget.app, "__watchers").get("theme", [])
    watchers[:] = [each for each in watchers if each[0] is not widget]
