"""The notices that appear for a few seconds."""

from typing import Any

from textual.app import App


def drop_older_notices(app: App[Any], keep: int) -> None:
    """Take away all notices except for the newest ones, of which `keep` stay.

    Uses `App._notifications` and `App._unnotify`: the public way is to clear all notices.
    Noticed by tests/tui/screens/test_compare.py::test_toasts_cover_neither_the_prompt_box_nor_the_newest_event.
    """
    for older in list(app._notifications)[:-keep]:
        app._unnotify(older, refresh=False)
