"""Recognizes the paths of files in pasted text.

A terminal pastes the path of a file that is dropped on it: as it is, quoted, with backslashes before spaces, or as a
`file://` URL; several of them between spaces or on lines.
"""

import os
import shlex
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from diptych.attachments.load_attachment import AttachmentError, load_attachment
from diptych.core.attachment import Attachment

_LONGEST = 10_000
"""Characters of a paste that is read as paths."""

_MOST_PATHS = 50
"""Most files that are dropped at once."""


def load_pasted(text: str) -> tuple[Attachment, ...]:
    """Return the files whose paths the pasted text consists of.

    Returns nothing unless the text is nothing but paths of files that can all be attached. This may take long.
    """
    for paths in path_readings(text):
        if all(map(_is_file, paths)):
            try:
                return tuple(map(load_attachment, paths))
            except AttachmentError:
                return ()
    return ()


def path_readings(text: str) -> Iterator[list[Path]]:
    """Yield the ways in which the whole of a text can be read as paths, each with a folder in it.

    >>> list(path_readings("'/tmp/a b.png'"))[-1]
    [PosixPath('/tmp/a b.png')]
    """
    stripped = text.strip()
    if not stripped or len(stripped) > _LONGEST or "\0" in stripped:
        return
    readings = [stripped.splitlines()]
    with suppress(ValueError):  # of a quote that is not closed
        readings.append(shlex.split(stripped))
    for words in readings:
        paths = [_path(word.strip()) for word in words if word.strip()]
        known = [path for path in paths if path is not None]
        if known and len(known) == len(paths) <= _MOST_PATHS:
            yield known


def _path(word: str) -> Path | None:
    """Return the path that a word stands for; None for a word that is not clearly a path."""
    if word.lower().startswith("file://"):
        try:
            url = urlsplit(word)
        except ValueError:  # of a bracket in the name of the server
            return None
        return Path(unquote(url.path)) if url.netloc in ("", "localhost") else None
    return Path(word) if "/" in word or os.sep in word else None


def _is_file(path: Path) -> bool:
    try:
        return path.expanduser().is_file()
    except (OSError, RuntimeError):  # a name too long, or no such home directory
        return False
