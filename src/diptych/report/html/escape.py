"""Foreign text as HTML text: nothing in it is markup, hides, or breaks the file's encoding."""

from html import escape

from diptych.core.text.sanitize import clean, clean_line


def words(text: str) -> str:
    """Foreign text on one line."""
    return escape(clean_line(text))


def block(text: str) -> str:
    """Foreign text with its line feeds and tabs."""
    return escape(clean(text))
