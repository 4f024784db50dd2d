"""Files and folders that only their owner can read, from the first byte on: a prompt may be confidential."""

import os
from pathlib import Path


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing. Raises `OSError`."""
    for folder in (*reversed(path.parents), path):
        folder.mkdir(mode=0o700, exist_ok=True)


def create_file(path: Path) -> int:
    """Create a file; return a descriptor to write to it. Raises `OSError`, `FileExistsError` for a file that exists."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def file_identity(path: Path) -> tuple[int, int] | None:
    """Return the device and number that identify the file at a path; None if there is no file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
