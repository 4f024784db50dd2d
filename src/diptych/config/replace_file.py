"""Replaces a file of the user, whole or not at all."""

import errno
import os
import secrets
import stat
from pathlib import Path

_OWNER_ONLY = 0o600


def replace_text(path: Path, text: str) -> None:
    """Write a text to a file as UTF-8; a new file is readable by its owner alone, another keeps its permissions.

    A symbolic link stays one: the file that it leads to is replaced. Raises `OSError`; `PermissionError` also for a
    file that nobody may write, even if its folder would let it be replaced. A device or a pipe is never replaced.
    """
    path = path.resolve()
    mode = _OWNER_ONLY
    if path.exists():
        if not path.is_file():
            raise OSError(errno.EINVAL, "It is not a regular file", str(path))
        mode = stat.S_IMODE(path.stat().st_mode)
        if not mode & 0o222 or not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = path.with_name(f".{path.name}-{secrets.token_hex(4)}.tmp")
    try:
        descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        written.chmod(mode)
        written.replace(path)
    except BaseException:
        written.unlink(missing_ok=True)
        raise
