"""Finds out what a file is from its contents. Its name may say anything."""

from io import BytesIO
from typing import NamedTuple

IMAGE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""The media types of images that every API takes."""

PDF_TYPE = "application/pdf"
TEXT_TYPE = "text/plain"

_HEAD = 4096
"""Bytes from the beginning of a file in which its signature is searched."""

_IMAGE_HEADER = 8_000_000
"""Bytes from the beginning of an image in which its dimensions are searched, so that no image takes long.

The metadata that an image editor writes before the dimensions of a JPEG may have a few megabytes.
"""

_PDF_SIGNATURE = b"%PDF-"


class Kind(NamedTuple):
    """What a file is: its media type and, for an image, its width and height in pixels."""

    media_type: str
    width: int | None = None
    height: int | None = None


def kind_of(data: bytes) -> Kind | None:
    """Return what the contents of a file are: an image, a PDF or text in UTF-8; None for anything else.

    An image whose dimensions cannot be read is not accepted as one.
    """
    signed = _signed_type(data[:_HEAD])
    if signed == PDF_TYPE and data.startswith(_PDF_SIGNATURE):  # the library is content with less
        return Kind(PDF_TYPE)
    if _is_text(data):  # which no image is, whatever the text begins with
        return Kind(TEXT_TYPE)
    dimensions = image_dimensions(data) if signed else None
    return Kind(signed, *dimensions) if signed and dimensions else None


def image_dimensions(data: bytes) -> tuple[int, int] | None:
    """Return the width and height in pixels that an image's header names; None if it names none."""
    import imagesize

    try:
        width, height = imagesize.get(BytesIO(data[:_IMAGE_HEADER]))
    except Exception:  # noqa: BLE001 - a damaged image may raise anything in the library, and is then not an image
        return None
    return (width, height) if width > 0 and height > 0 else None


def image_type(data: bytes) -> str | None:
    """Return the media type of an image of the accepted types; None for anything else."""
    signed = _signed_type(data[:_HEAD])
    return signed if signed in IMAGE_TYPES else None


def _signed_type(head: bytes) -> str | None:
    """Return the accepted media type whose signature the data begins with; None if it has none."""
    import puremagic

    try:
        matches = puremagic.magic_string(head)
    except (ValueError, puremagic.PureError):  # empty or unknown
        return None
    # A short signature may be the beginning of several: only the longest that fit are believed.
    best = [match.mime_type for match in matches if match.confidence == matches[0].confidence]
    return next((each for each in best if each in (*IMAGE_TYPES, PDF_TYPE)), None)


def _is_text(data: bytes) -> bool:
    if b"\0" in data:
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
