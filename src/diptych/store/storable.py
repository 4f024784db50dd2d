"""Text as a database can hold it."""


def storable(text: str) -> str:
    """Return the text with "?" in the place of halves of characters, which UTF-8 cannot hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
