"""A text goes into a file whole or not at all, and nothing is overwritten unasked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from diptych.store.atomic_write import write_text


def test_a_new_file(tmp_path: Path) -> None:
    write_text(tmp_path / "a.md", ["half a \ud83d, ", "and é\n"], overwrite=False)

    assert (tmp_path / "a.md").read_bytes() == b"half a \\ud83d, and \xc3\xa9\n"
    assert list(tmp_path.iterdir()) == [tmp_path / "a.md"]


def test_a_file_that_is_there_is_overwritten_only_if_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("old")

    with pytest.raises(FileExistsError):
        write_text(path, ["new"], overwrite=False)
    assert path.read_text() == "old"

    write_text(path, ["new"], overwrite=True)
    assert path.read_text() == "new"


def test_a_link_that_leads_nowhere_is_a_file_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")

    with pytest.raises(FileExistsError):
        write_text(tmp_path / "link", ["new"], overwrite=False)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        write_text(tmp_path, ["new"], overwrite=True)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_text(tmp_path / "no" / "a.md", ["new"], overwrite=False)


@pytest.mark.parametrize("reason", [OSError("the disk is full"), KeyboardInterrupt()])
def test_what_breaks_off_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: BaseException
) -> None:
    path = tmp_path / "a.md"
    path.write_text("old")

    def replace(self: Path, target: Path) -> Path:
        raise reason

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(type(reason)):
        write_text(path, ["new"], overwrite=True)

    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("a.md", "old")]


@pytest.mark.parametrize("reason", [ValueError("a figure is missing"), KeyboardInterrupt()])
def test_a_text_that_breaks_off_between_two_pieces_leaves_nothing_behind(tmp_path: Path, reason: BaseException) -> None:
    def pieces() -> Iterator[str]:
        yield "half" * 10_000
        raise reason

    (tmp_path / "a.md").write_text("old")
    with pytest.raises(type(reason)):
        write_text(tmp_path / "a.md", pieces(), overwrite=True)
    with pytest.raises(type(reason)):
        write_text(tmp_path / "b.md", pieces(), overwrite=False)

    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("a.md", "old")]
