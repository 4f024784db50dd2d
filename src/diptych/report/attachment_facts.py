"""What is said about a file that went with a prompt: enough to find it, and to see that it is the same one."""

from diptych.core.message import FilePart
from diptych.core.wording.file_details import file_details


def attachment_facts(file: FilePart) -> str:
    """Return a file's media type, size, dimensions and SHA-256 on one line. Recordings may hold any text as the type.

    >>> attachment_facts(FilePart("0" * 64, "a.png", "image/png", 2_500_000, 640, 480))[:42]
    'image/png · 2.5 MB · 640×480 · SHA-256 000'
    """
    details = file_details(file)
    named = details if details == file.media_type else f"{file.media_type} · {details}"
    return f"{named} · SHA-256 {file.sha256}"
