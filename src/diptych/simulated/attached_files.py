"""Finds the files in a message of any of the three APIs, and names them as a simulated model does in its answer."""

import re
from collections.abc import Iterator
from typing import Any

_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+);base64,")
_TEXT_OF_FILE = re.compile(r"The file (.{1,200}):\n\n")
"""How Diptych begins a text of the prompt that is the text of a file, for APIs that take texts only so."""

_MOST_NAMED = 4


def attached_files(content: Any) -> Iterator[str]:
    """Yield what each file in the content of a message is called; foreign content has none."""
    for part in content if isinstance(content, list) else ():
        if name := _file(part):
            yield name


def is_file(part: Any) -> bool:
    """Whether a part of a message is a file."""
    return _file(part) is not None


def seen(files: list[str]) -> str:
    """Return the sentence with which a simulated model says what it was given.

    >>> seen(["an image (image/png)", "notes.txt"])
    'You attached an image (image/png) and notes.txt. I am simulated and cannot look inside, but everything arrived.'
    """
    shown = files if len(files) <= _MOST_NAMED else [*files[:_MOST_NAMED], f"{len(files) - _MOST_NAMED} more"]
    *first, last = shown
    named = f"{', '.join(first)} and {last}" if first else last
    return f"You attached {named}. I am simulated and cannot look inside, but everything arrived."


def _file(part: Any) -> str | None:
    match part:
        case {"type": "image", "source": {"media_type": str(media_type)}}:
            return f"an image ({media_type})"
        case {"type": "image_url", "image_url": {"url": str(url)}} | {"type": "input_image", "image_url": str(url)}:
            found = _DATA_URL.match(url)
            return f"an image ({found[1]})" if found else "an image"
        case {"type": "document", "title": str(name)}:
            return _printable(name)
        case {"type": "file", "file": {"filename": str(name)}} | {"type": "input_file", "filename": str(name)}:
            return _printable(name)
        case {"text": str(text)}:
            found = _TEXT_OF_FILE.match(text)
            return _printable(found[1]) if found else None
        case _:
            return None


def _printable(name: str) -> str:
    return "".join(character for character in name if character.isprintable()) or "a file"
