"""What the pages that are made from the code share: texts as Markdown."""

import re


def escaped(text: str) -> str:
    """Return a text in which only backticks mean anything to Markdown."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([\\*_<>\[\]])", r"\\\1", part) for part in parts)


def cell(text: str) -> str:
    """Return Markdown as it may stand in a cell of a table."""
    return text.replace("|", "\\|")
