"""Foreign text as HTML text: nothing in it acts as markup, hides, or breaks the file's encoding."""

from html import escape

from diptych.core.text.sanitize import clean, clean_line


def words(text: str) -> str:
    """Return foreign text for one line."""
    return escape(clean_line(text))


def block(text: str) -> str:
    """Return foreign text with its line feeds and tabs."""
    return escape(clean(text))
