"""Completing paths."""

import os
import sys
from pathlib import Path

import pytest

from diptych.attachments import path_completion
from diptych.attachments.path_completion import TypedPath, list_folder, matching


def test_a_typed_path_is_a_folder_and_the_beginning_of_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("USERPROFILE", "/home/me")

    assert TypedPath.of("") == TypedPath("", "")
    assert TypedPath.of("pho") == TypedPath("", "pho")
    assert TypedPath.of("a/b/pho") == TypedPath("a/b/", "pho")
    assert TypedPath.of("/") == TypedPath("/", "")
    assert TypedPath.of("~") == TypedPath("~/", "")
    assert TypedPath.of("").path == Path()
    assert TypedPath.of("~/x").path == Path("/home/me")


def test_folders_come_first_and_hidden_files_only_after_a_dot(tmp_path: Path) -> None:
    for name in ("b.txt", "A.txt", ".hidden", "ab.txt"):
        (tmp_path / name).write_text("")
    (tmp_path / "zoo").mkdir()

    entries = list_folder(tmp_path)

    def found(beginning: str) -> list[str]:
        return [entry.name for entry in matching(entries, beginning)]

    assert found("") == ["zoo", "A.txt", "ab.txt", "b.txt"]
    assert found("a") == ["A.txt", "ab.txt"]
    assert found(".") == [".hidden"]
    assert found("x") == []
    assert [entry.name for entry in entries if entry.is_folder] == ["zoo"]


@pytest.mark.skipif(sys.platform == "win32", reason="has no pipes in folders")
def test_only_files_and_folders_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "gone").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "a.txt").write_text("")

    assert [entry.name for entry in list_folder(tmp_path)] == ["a.txt"]


def test_a_huge_folder_is_read_in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path_completion, "MOST_ENTRIES", 3)
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text("")

    assert len(list_folder(tmp_path)) == 3
