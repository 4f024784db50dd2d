"""Reads a file that is to be attached, once and as a whole, and says in one sentence why it cannot be attached."""

import codecs
import hashlib
import os
import stat
from pathlib import Path

from diptych.attachments.media_type import TEXT_TYPE, kind_of
from diptych.core.attachment import Attachment
from diptych.core.message import FilePart
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.file_details import file_size

MOST_BYTES = 50_000_000
"""Most bytes of a file that is read: no API takes a larger one."""

_KINDS = (
    (stat.S_ISDIR, "is a folder"),
    (stat.S_ISFIFO, "is a pipe"),
    (stat.S_ISSOCK, "is a socket"),
    (stat.S_ISCHR, "is a device"),
    (stat.S_ISBLK, "is a device"),
)

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
"""A pipe that takes the place of the file must not hold up the opening."""


class AttachmentError(ValueError):
    """A file cannot be attached; the message is a sentence for users."""


def load_attachment(path: Path) -> Attachment:
    """Read a file and return it with its name, type and size. Raises `AttachmentError`.

    This may take long, for example on a network drive.
    """
    name = clean_line(path.name)
    try:
        data = _read(path.expanduser())
    except RuntimeError:
        raise AttachmentError(f"{clean_line(str(path))} cannot be attached: there is no such home directory.") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise AttachmentError(f"{clean_line(str(path))} cannot be attached: {reason}.") from None
    except ValueError as error:
        raise AttachmentError(f"{clean_line(str(path))} cannot be attached: {error}.") from None
    kind = kind_of(data)
    if kind is None:
        raise AttachmentError(
            f"{clean_line(str(path))} cannot be attached: it is not an image (PNG, JPEG, GIF, WebP), a PDF or text in"
            " UTF-8."
        )
    if kind.media_type == TEXT_TYPE and not data.removeprefix(codecs.BOM_UTF8).strip():  # which no API takes
        raise AttachmentError(f"{clean_line(str(path))} cannot be attached: it holds nothing but white space.")
    return Attachment(FilePart(hashlib.sha256(data).hexdigest(), name, kind.media_type, len(data), *kind[1:]), data)


def _read(path: Path) -> bytes:
    """Return the contents of a file. Raises `OSError`, and `ValueError` with words that follow a colon."""
    if "\0" in str(path):  # for which each Python has other words
        raise ValueError("no path has a null character in it")
    _require_file(os.stat(path).st_mode)
    with open(os.open(path, _FLAGS), "rb") as file:
        before = os.fstat(file.fileno())
        _require_file(before.st_mode)  # it may have been replaced since
        data = file.read(MOST_BYTES + 1)
        after = os.fstat(file.fileno())
    if len(data) > MOST_BYTES:
        raise ValueError(f"it is larger than {file_size(MOST_BYTES)}")
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise ValueError("it changed while it was read")
    if not data:
        raise ValueError("it is empty")
    return data


def _require_file(mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise ValueError("it " + next((what for is_kind, what in _KINDS if is_kind(mode)), "is not a file"))
