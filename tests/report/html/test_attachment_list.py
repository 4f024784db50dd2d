"""Attachments on a web page: images are shown, and hostile ones can do nothing."""

import base64
import hashlib
import re

import pytest

from diptych.core.attachment import Attachment
from diptych.core.message import FilePart
from diptych.report.html import attachment_list
from tests.report.attached import with_files
from tests.report.html.test_page import ATTRIBUTES, HOSTILE, TAGS, UNSEEN
from tests.report.pages import html, read
from tests.support.files import GIF, JPEG, PDF, SVG, WEBP, attachment, png


def images(*attachments: Attachment) -> list[dict[str, str | None]]:
    return read(html(with_files(*attachments))).attributes("img")


@pytest.mark.parametrize(
    ("media_type", "data"), [("image/png", png()), ("image/jpeg", JPEG), ("image/gif", GIF), ("image/webp", WEBP)]
)
def test_an_image_is_shown_from_the_page_itself(media_type: str, data: bytes) -> None:
    (image,) = images(attachment("a b.png", data, media_type, 3, 2))

    assert image == {
        "src": f"data:{media_type};base64,{base64.b64encode(data).decode()}",
        "alt": "a b.png",
        "width": "3",
        "height": "2",
        "loading": "lazy",
        "decoding": "async",
    }


def test_other_files_are_named() -> None:
    page = read(html(with_files(attachment("b.pdf", PDF, "application/pdf"), attachment("c.txt", b"hi", "text/plain"))))

    assert page.attributes("img") == []
    assert f"b.pdf application/pdf · 69 bytes · SHA-256 {hashlib.sha256(PDF).hexdigest()}" in page.text
    assert "c.txt text/plain · 2 bytes" in page.text


def test_images_are_allowed_only_where_there_are_attachments() -> None:
    def policy(*attachments: Attachment) -> str:
        return str(re.findall('Content-Security-Policy" content="(.*?)"', html(with_files(*attachments)))[0])

    assert policy(attachment("a.png", png())).startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "img-src" not in policy()


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("data", [png(), b"\xff\0"])
def test_no_name_becomes_markup(name: str, data: bytes) -> None:
    page = html(with_files(Attachment(FilePart("0" * 64, name, name, None), data)))
    read_page = read(page)

    assert {tag for tag, _ in read_page.elements} <= TAGS | {"img"}
    assert {each for _, attributes in read_page.elements for each in attributes} <= ATTRIBUTES | {
        "src",
        "alt",
        "loading",
        "decoding",
    }
    assert not UNSEEN.search(page)


@pytest.mark.parametrize("data", [SVG, b"<html><script>alert(1)</script>", PDF, b"", b"\x89PNG\r\n\x1a\n" + SVG])
@pytest.mark.parametrize("claimed", ["image/png", "image/svg+xml", 'image/png" onerror="alert(1)'])
def test_what_is_not_an_image_is_not_shown_whatever_a_recording_says(data: bytes, claimed: str) -> None:
    assert images(attachment("a.png", data, claimed, 3, 2)) == []


def test_the_type_in_the_page_is_that_of_the_contents() -> None:
    (image,) = images(attachment("a.png", GIF, 'image/svg+xml"', 9_000, 9_000))

    assert (image["src"] or "").startswith("data:image/gif;base64,")
    assert (image["width"], image["height"]) == ("3", "2")


def test_an_image_that_a_browser_would_unpack_to_gigabytes_is_not_shown() -> None:
    assert images(attachment("a.png", png(65_000, 65_000))) == []


def test_a_file_that_a_recording_does_not_hold_is_named() -> None:
    round_ = with_files(attachment("a.png", png()))
    run = round_.runs["left"]
    object.__setattr__(run.request, "files", {})

    page = read(html(round_))
    assert (page.attributes("img"), "a.png" in page.text) == ([], True)


def test_a_page_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    small, large = attachment("a.png", png()), attachment("b.png", png(comment=b"x" * 500))
    monkeypatch.setattr(attachment_list, "MOST_EMBEDDED", len(small.data) + 1)

    assert [image["alt"] for image in images(large, small, small)] == ["a.png"]
