"""Writes a file of the user's choice, whole or not at all."""

import errno
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO


def write_text(path: Path, pieces: Iterable[str], *, overwrite: bool) -> None:
    """Write the pieces of a text into a file as UTF-8, with the permissions that the umask allows.

    The file appears when the last piece is written. Raises `OSError`; `FileExistsError` if there is such a file and
    `overwrite` is not set. A lone surrogate, which UTF-8 cannot hold, becomes an escape as in JSON.
    """

    def write(file: IO[bytes]) -> None:
        for piece in pieces:
            file.write(piece.encode("utf-8", "backslashreplace"))

    write_file(path, write, overwrite=overwrite)


def write_file(path: Path, write: Callable[[IO[bytes]], object], *, overwrite: bool) -> None:
    """Have a function write a file, which appears when it returns. Raises what `write_text` raises."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not overwrite and os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    written = path.with_name(f".diptych-{secrets.token_hex(4)}.tmp")
    try:
        with written.open("xb") as file:
            write(file)
        written.replace(path)
    except BaseException:
        written.unlink(missing_ok=True)
        raise
