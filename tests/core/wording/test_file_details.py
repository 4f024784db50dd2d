"""What is said about a file."""

import pytest

from diptych.core.message import FilePart
from diptych.core.wording.file_details import file_details, file_size, file_text, prompt_with_files

IMAGE = FilePart("0" * 64, "a.png", "image/png", 2_500_000, 640, 480)


@pytest.mark.parametrize(
    ("count", "text"),
    [(1, "1 byte"), (999, "999 bytes"), (1_000, "1.0 KB"), (999_949, "999.9 KB"), (2_500_000, "2.5 MB")],
)
def test_sizes(count: int, text: str) -> None:
    assert file_size(count) == text


def test_what_is_known_of_a_file_is_said() -> None:
    assert file_text(IMAGE) == "a.png · 2.5 MB · 640×480"
    assert file_details(FilePart("0" * 64, "a.txt", "text/plain", 5)) == "5 bytes"
    assert file_details(FilePart("0" * 64, "a.png", "image/png")) == "image/png"


def test_a_prompt_after_its_files() -> None:
    assert prompt_with_files("hi", []) == "hi"
    assert prompt_with_files("hi", [IMAGE, IMAGE]) == "[a.png] [a.png] hi"
