"""What a file is, by its contents."""

import gzip
import random
import time

import pytest

from diptych.attachments.media_type import IMAGE_TYPES, Kind, image_dimensions, image_type, kind_of
from tests.support.files import GIF, JPEG, PDF, SVG, WEBP, png

IMAGES = {"image/png": png(), "image/jpeg": JPEG, "image/gif": GIF, "image/webp": WEBP}


@pytest.mark.parametrize("media_type", IMAGE_TYPES)
def test_images_are_known_by_their_contents(media_type: str) -> None:
    assert kind_of(IMAGES[media_type]) == Kind(media_type, 3, 2)
    assert image_type(IMAGES[media_type]) == media_type


def test_a_pdf_and_texts() -> None:
    assert kind_of(PDF) == Kind("application/pdf")
    for text in (
        b"hello",
        "\ufeffnaïve 🙂\n".encode(),
        SVG,
        b"RIFF is a text",
        b"GIF89a is the name of a format",
        b"MZ",
        b"%PDF is how a PDF begins",
    ):
        assert kind_of(text) == Kind("text/plain"), text


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n",
        png()[:20],
        WEBP[:22],
        JPEG[:24],
        png(0, 2),
        JPEG[:8],
        b"RIFF\x24\0\0\0WAVEfmt \0\0",
        b"\x7fELF\2\1\1\0",
        gzip.compress(b"hello", mtime=0),
        "hello".encode("utf-16"),
        b"caf\xe9",
        b"with a \0 in it",
    ],
)
def test_anything_else_is_not_accepted(data: bytes) -> None:
    assert kind_of(data) is None


def test_only_images_have_a_type_of_image() -> None:
    assert [image_type(data) for data in (b"", b"text", PDF, SVG)] == [None] * 4


def test_an_image_on_which_the_library_fails_is_not_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(file: object) -> None:
        raise IndexError

    monkeypatch.setattr("imagesize.get", fail)
    assert kind_of(png()) is None


def test_a_jpeg_with_megabytes_of_metadata() -> None:
    metadata = (b"\xff\xed\xff\xff" + bytes(65_533)) * 50

    assert kind_of(JPEG[:2] + metadata + JPEG[2:]) == Kind("image/jpeg", 3, 2)


def test_a_large_image_without_dimensions_does_not_take_long() -> None:
    began = time.perf_counter()
    assert kind_of(JPEG[:20] + b"\xff\xe0\0\2" * 1_000_000) is None
    assert time.perf_counter() - began < 60


def test_damaged_images_neither_raise_nor_hang() -> None:
    chance = random.Random(1)
    for data in IMAGES.values():
        for _ in range(200):
            damaged = bytearray(data)
            for _ in range(chance.randrange(1, 6)):
                damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
            kind_of(bytes(damaged[: chance.randrange(1, len(damaged) + 1)]))
        assert kind_of(data[:12] + b"\xff" * 100_000) is None or image_dimensions(data[:12] + b"\xff" * 100_000)
