"""Attachments in exports as text, Markdown and JSON: by name, size and dimensions."""

import json

from diptych.core.attachment import Attachment
from diptych.core.message import FilePart
from diptych.report.plain_text import whole_round
from tests.report.attached import with_files
from tests.report.exports import render
from tests.support.files import attachment

IMAGE = attachment("a`|\x1b[.png", b"x" * 1_500, "image/png", 640, 480)
UNKNOWN = Attachment(FilePart("0" * 64, "b", "<b>*type*</b>"), b"")


def test_plain_text() -> None:
    text = "".join(whole_round(with_files(IMAGE, UNKNOWN)))

    assert "What is it?\n\n── attachments ──\na`|␛[.png · 1.5 KB · 640×480\nb · <b>*type*</b>\n\n── left" in text
    assert "attachments" not in "".join(whole_round(with_files()))


def test_markdown() -> None:
    text = render(with_files(IMAGE, UNKNOWN), "md")

    facts = f"image/png · 1.5 KB · 640×480 · SHA-256 {IMAGE.file.sha256}"
    assert f"Attachments:\n\n- ``a`|␛[.png`` · `{facts}`\n" in text
    assert f"- `b` · `<b>*type*</b> · SHA-256 {'0' * 64}`\n\n## Settings" in text
    assert "Attachments" not in render(with_files(), "md")


def test_json() -> None:
    whole = json.loads(render(with_files(IMAGE), "json"))

    assert whole["attachments"] == [
        {
            "sha256": IMAGE.file.sha256,
            "name": "a`|\x1b[.png",
            "media_type": "image/png",
            "bytes": 1_500,
            "width": 640,
            "height": 480,
        }
    ]
    assert "attachments" not in json.loads(render(with_files(), "json"))
