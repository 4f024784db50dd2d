"""Which driver of Textual reads the keys and writes the screen."""

import sys

from textual.driver import Driver


def driver_class(chosen: type[Driver]) -> type[Driver]:
    """Return the driver to use in place of the one that Textual has chosen.

    On a Unix terminal and in a browser it is Diptych's own.
    """
    if chosen.__name__ == "WebDriver":
        from diptych.tui.textual_patches.browser_driver import BrowserTerminal

        return BrowserTerminal
    if sys.platform == "win32" or chosen.__name__ != "LinuxDriver":
        return chosen
    from diptych.tui.terminal.driver import Terminal

    return Terminal
