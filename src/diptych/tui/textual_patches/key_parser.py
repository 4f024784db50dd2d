"""Textual's parser of what a terminal sends."""

from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser

PASTE_START = BRACKETED_PASTE_START
"""The sequence that a terminal sends before pasted text."""

PASTE_END = BRACKETED_PASTE_END
"""The sequence that a terminal sends after pasted text."""


class KeyParser(XTermParser):
    """Turns what a terminal sends into messages, as Textual does.

    Uses the private module `textual._xterm_parser`; `PasteParser` changes what the parser does with pastes.
    Noticed by tests/tui/terminal/test_pasting.py::test_what_follows_an_escape_character_in_a_paste_is_text.
    """
