"""The terminal of an app that is shown in a browser: pipes to the web server that started the app."""

import os
from codecs import getincrementaldecoder
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual.drivers._byte_stream import ByteStream
from textual.drivers.web_driver import WebDriver

from diptych.tui.terminal.pasting import PasteParser

if TYPE_CHECKING:
    from diptych.tui.app import DiptychApp


class BrowserTerminal(WebDriver):
    """Textual's driver for browsers, made safe against long pastes, other writers and a server that disappears.

    Standard output carries packets. Nothing else may reach it, so other writers get the null device instead.

    Uses `WebDriver._write`, `_on_meta`, `_input_reader`, `_debug` and `_app`, and the private module `_byte_stream`.
    Noticed by tests/tui/textual_patches/test_browser_driver.py::test_it_takes_what_a_page_sends_until_its_server_goes.
    """

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self._packets = os.dup(self.fileno)
        self._write = partial(self._send)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno)
        os.close(nowhere)

    def run_input_thread(self) -> None:
        """Pass on what the browser sends, until the app ends. If the server is gone first, end the app."""
        parser, packets = PasteParser(self._debug), ByteStream()
        decode = getincrementaldecoder("utf-8")("replace").decode
        for data in self._input_reader:
            for kind, payload in packets.feed(data) if data else ():
                if kind != "D":
                    self._on_meta(kind, payload)
                elif text := decode(payload):
                    for message in parser.feed(text):
                        self.process_message(message)
            for message in parser.tick():
                self.process_message(message)
        if not self.exit_event.is_set():
            cast("DiptychApp", self._app).hang_up()

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Handle a message from the server about the page."""
        if packet_type == "exit":  # Textual would raise an exception
            self._input_reader.close()
        else:
            super().on_meta(packet_type, payload)

    def _send(self, data: bytes) -> int:
        """Write a packet whole."""
        rest = memoryview(data)
        with suppress(OSError):  # the server is gone, which the input thread notices as well
            while rest:
                rest = rest[os.write(self._packets, rest) :]
        return len(data)
