"""Reads what is typed and pasted into a Unix terminal."""

import os
import selectors
from codecs import getincrementaldecoder

from diptych.tui.terminal.pasting import PasteParser
from diptych.tui.textual_patches.unix_driver import UnixDriver

_AT_ONCE = 64 * 1024
"""Bytes of input read at once."""

_TICK = 0.1
"""Seconds after which a lone escape character is taken for a key, at the latest."""


class KeyboardDriver(UnixDriver):
    """Textual's driver, but it handles pastes of any length, and input that is not UTF-8 does not end the app."""

    def run_input_thread(self) -> None:
        """Pass on what the terminal sends, until the driver stops listening or the terminal is gone."""
        parser = PasteParser(self.is_debugging)
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_TICK):
                    data = os.read(self.fileno, _AT_ONCE)
                    if not data:
                        return
                    if text := decode(data):
                        for message in parser.feed(text):
                            self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)
