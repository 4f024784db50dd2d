"""Reads what is typed and pasted into a Unix terminal."""

import os
import re
import selectors
from codecs import getincrementaldecoder

from diptych.tui.terminal.pasting import PasteParser
from diptych.tui.textual_patches.unix_driver import UnixDriver

_AT_ONCE = 64 * 1024
"""Bytes of input read at once."""

_TICK = 0.1
"""Seconds after which a lone escape character is taken for a key, at the latest."""


_LAST_ENTER = re.compile(r"\n+(?=(?:\x1b\[[ -?]*[@-~])*\Z)")
"""Line feeds at the end of input. Reports of the terminal, such as that it has the focus, may follow them."""


def typed_early(text: str) -> str:
    """Return what was typed before the app took the terminal, as if it had been typed afterwards.

    Until then the terminal sends a line feed for Enter. At the end it is Enter. Before that it is a new line, so that
    the first line of a text that was pasted is not sent without the others.

    >>> typed_early("one\\ntwo\\n")
    'one\\ntwo\\r'
    """
    return _LAST_ENTER.sub("\r", text)


class KeyboardDriver(UnixDriver):
    """Textual's driver, but it handles pastes of any length, and input that is not UTF-8 does not end the app.

    What was typed before the app was started is kept.
    """

    _is_first_time = True
    """Whether the terminal has not been read yet; it is read anew after the process was suspended."""

    def run_input_thread(self) -> None:
        """Pass on what the terminal sends, until the driver stops listening or the terminal is gone."""
        parser = PasteParser(self.is_debugging)
        decode = getincrementaldecoder("utf-8")("replace").decode
        is_early = self._is_first_time
        self._is_first_time = False
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                is_early = is_early and bool(selector.select(0))
                if selector.select(_TICK):
                    data = os.read(self.fileno, _AT_ONCE)
                    if not data:
                        return
                    if text := decode(data):
                        for message in parser.feed(typed_early(text) if is_early else text):
                            self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)
