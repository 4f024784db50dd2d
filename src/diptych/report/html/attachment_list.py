"""The files that were sent with a prompt, on a web page: images are shown, all others are named.

An image is shown only if its contents are one of the four accepted types of images, whatever a recording says it is.
These types hold pixels and nothing that a browser would run or load.
"""

import base64
from collections.abc import Iterator

from diptych.attachments.media_type import image_dimensions, image_type
from diptych.core.message import FilePart
from diptych.core.round import Round
from diptych.report.attachment_facts import attachment_facts
from diptych.report.html.escape import words

MOST_EMBEDDED = 20_000_000
"""Most bytes of images that a page holds: browsers get slow with larger pages."""

MOST_PIXELS = 64_000_000
"""Most pixels of an image that is shown, since a small file may decode to any size: those of 8,000×8,000."""


class ImageRoom:
    """How many bytes of images a page may still show."""

    def __init__(self) -> None:
        self._left = MOST_EMBEDDED

    def image(self, file: FilePart, data: bytes) -> str:
        """Return the file as an image, and count its bytes; "" if it is not an image, or is too large to be shown."""
        image = _image(file, data) if len(data) <= self._left else ""
        if image:
            self._left -= len(data)
        return image


def attachments_html(round_: Round, level: int, room: ImageRoom | None) -> Iterator[str]:
    """Yield the list of a round's attachments item by item; nothing where there are none.

    `level` is that of its heading. Without a `room`, images are named like all other files.
    """
    if not round_.attachments:
        return
    contents = {sha256: data for run in round_.runs.values() for sha256, data in run.request.files.items()}
    yield f'<h{level}>Attachments</h{level}>\n<ul class="attachments">\n'
    for file in round_.attachments:
        data = contents.get(file.sha256, b"")
        image = room.image(file, data) if room else ""
        yield f"<li>{image}<span>{words(file.name)}</span> {words(attachment_facts(file))}</li>\n"
    yield "</ul>\n"


def _image(file: FilePart, data: bytes) -> str:
    """Return the file as an image; "" if it is not one, or one too large to be shown."""
    media_type = image_type(data) if file.is_image else None
    dimensions = image_dimensions(data) if media_type else None
    if dimensions is None or dimensions[0] * dimensions[1] > MOST_PIXELS:
        return ""
    source = f"data:{media_type};base64,{base64.b64encode(data).decode()}"
    width, height = dimensions
    return (
        f'<img src="{source}" alt="{words(file.name)}" width="{width}" height="{height}" loading="lazy"'
        ' decoding="async">'
    )
