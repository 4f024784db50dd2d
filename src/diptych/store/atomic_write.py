"""Puts a text into a file of the user's choice, whole or not at all."""

import errno
import os
import secrets
from pathlib import Path


def write_text(path: Path, text: str, *, overwrite: bool) -> None:
    """Write a file as UTF-8, readable for whom the umask allows.

    Raises `OSError`; `FileExistsError` where there is such a file and `overwrite` is not set. A lone surrogate, which
    UTF-8 cannot hold, becomes an escape such as JSON has.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not overwrite and os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    written = path.with_name(f".diptych-{secrets.token_hex(4)}.tmp")
    try:
        with written.open("xb") as file:
            file.write(text.encode("utf-8", "backslashreplace"))
        written.replace(path)
    except BaseException:
        written.unlink(missing_ok=True)
        raise
