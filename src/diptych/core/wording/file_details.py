"""What is said about a file that goes with a prompt: its name, its size, and the dimensions of an image."""

from collections.abc import Sequence

from diptych.core.message import FilePart


def file_size(count: int) -> str:
    """Return a number of bytes as text.

    >>> file_size(2_500_000)
    '2.5 MB'
    """
    if count < 1_000:
        return "1 byte" if count == 1 else f"{count} bytes"
    return f"{count / 1_000:.1f} KB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def file_details(file: FilePart) -> str:
    """Return a file's size and, for an image, its dimensions; its media type where neither is known.

    >>> file_details(FilePart("0" * 64, "a.png", "image/png", 2_500_000, 640, 480))
    '2.5 MB · 640×480'
    """
    details = [] if file.size is None else [file_size(file.size)]
    if file.width is not None and file.height is not None:
        details.append(f"{file.width}×{file.height}")
    return " · ".join(details) or file.media_type


def prompt_with_files(prompt: str, files: Sequence[FilePart]) -> str:
    """Return a prompt after the names of the files that went with it, for a list of rounds. All of it is foreign text.

    >>> prompt_with_files("What is this?", [FilePart("0" * 64, "a.png", "image/png")])
    '[a.png] What is this?'
    """
    return "".join(f"[{file.name}] " for file in files) + prompt


def file_text(file: FilePart) -> str:
    """Return a file's name and details on one line. The name is foreign text."""
    return f"{file.name} · {file_details(file)}"
