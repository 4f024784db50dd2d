"""An attachment: a file that goes with a prompt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from diptych.core.message import FilePart


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was read to be sent: what a message says about it, and its bytes."""

    file: FilePart
    data: bytes = field(repr=False)


def contents_by_hash(attachments: Iterable[Attachment]) -> Mapping[str, bytes]:
    """Return the bytes of attachments by their SHA-256, as `Request.files` holds them."""
    return {attachment.file.sha256: attachment.data for attachment in attachments}
