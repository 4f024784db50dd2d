"""What a simulated model says about files, whichever API they came in."""

from typing import Any

import pytest

from diptych.apis.registry import DIALECTS
from diptych.core.attachment import contents_by_hash
from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.message import Message, TextPart
from diptych.core.request import Request
from diptych.core.settings import Settings
from diptych.simulated.attached_files import attached_files, seen
from diptych.simulated.question import Question
from tests.support.files import PDF, attachment, png
from tests.support.streams import APIS

FILES = (
    attachment("a.png", png(), "image/png"),
    attachment("b.pdf", PDF, "application/pdf"),
    attachment("c.txt", b"notes", "text/plain"),
)


@pytest.mark.parametrize("api", APIS)
def test_files_are_told_from_the_prompt(api: ApiName) -> None:
    message = Message("user", (*(each.file for each in FILES), TextPart("What is it?")))
    request = Request(Settings(Endpoint("e", api, "", ""), "m"), (message,), contents_by_hash(FILES))

    question = Question.from_body(DIALECTS[api].arguments(request))

    assert question.files == ("an image (image/png)", "b.pdf", "c.txt")
    assert question.prompt == "What is it?"


@pytest.mark.parametrize(
    ("content", "files"),
    [
        ("hi", []),
        (None, []),
        ([7, {"type": "image"}, {"text": "The file of the week:\n\n"}], ["of the week"]),
        ([{"type": "image_url", "image_url": {"url": "https://x.test/a.png"}}], ["an image"]),
        ([{"type": "input_file", "filename": "a\x1bb"}, {"type": "document", "title": "\x1b"}], ["ab", "a file"]),
    ],
)
def test_foreign_content(content: Any, files: list[str]) -> None:
    assert list(attached_files(content)) == files


def test_the_answer_names_the_files() -> None:
    assert seen(["b.pdf"]).startswith("You attached b.pdf. I am simulated")
    assert seen(["a", "b"]).startswith("You attached a and b.")
    assert seen(["a", "b", "c", "d", "e", "f"]).startswith("You attached a, b, c, d and 2 more.")
