import os
import stat
import sys
from pathlib import Path

import pytest

from diptych.config.replace_file import replace_text

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions or links")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix
def test_a_new_file_and_its_folder_are_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "config.toml"
    replace_text(path, "grüße")
    assert path.read_text(encoding="utf-8") == "grüße"
    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700


@posix
def test_another_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("old")
    path.chmod(0o640)
    replace_text(path, "new")
    assert (path.read_text(), mode(path)) == ("new", 0o640)
    assert os.listdir(tmp_path) == ["config.toml"]


@posix
@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_a_link(tmp_path: Path, exists: bool) -> None:
    target, link = tmp_path / "dotfiles" / "diptych.toml", tmp_path / "config.toml"
    target.parent.mkdir()
    if exists:
        target.write_text("old")
    link.symlink_to(Path("dotfiles", "diptych.toml"))
    replace_text(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


@posix
def test_a_file_that_cannot_be_written_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("old")
    path.chmod(0o444)
    with pytest.raises(PermissionError):
        replace_text(path, "new")
    assert path.read_text() == "old"


@posix
def test_a_device_or_a_pipe_is_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="not a regular file"):
        replace_text(pipe, "new")
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_what_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config.toml"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        replace_text(path, "new")
    assert os.listdir(tmp_path) == ["config.toml"]
    assert path.read_text() == "old"
