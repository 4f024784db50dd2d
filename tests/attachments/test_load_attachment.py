"""Files are read once, or refused in a sentence."""

import os
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from diptych.attachments import load_attachment as loading
from diptych.attachments.load_attachment import AttachmentError, load_attachment
from diptych.core.message import FilePart
from tests.support.files import PDF, png


def refused(path: Path) -> str:
    with pytest.raises(AttachmentError) as caught:
        load_attachment(path)
    return str(caught.value)


def test_a_file_is_read_with_its_name_type_and_size(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpeg"  # the name may say anything
    path.write_bytes(png(640, 480))

    loaded = load_attachment(path)

    digest = sha256(loaded.data).hexdigest()
    assert loaded.data == png(640, 480)
    assert loaded.file == FilePart(digest, "photo.jpeg", "image/png", len(loaded.data), 640, 480)
    assert "PNG" not in repr(loaded)


def test_a_home_directory_and_relative_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))

    assert load_attachment(Path("a.pdf")) == load_attachment(Path("~/a.pdf"))
    assert refused(Path("~no-such-user/a.pdf")).endswith("there is no such home directory.")


def test_what_cannot_be_attached_is_refused_in_a_sentence(tmp_path: Path) -> None:
    for name, data in (("empty", b""), ("blank", b"\xef\xbb\xbf \r\n"), ("binary", b"\x7fELF\0")):
        (tmp_path / name).write_bytes(data)

    said = "cannot be attached:"
    assert refused(tmp_path / "nowhere") == f"{tmp_path / 'nowhere'} {said} No such file or directory."
    assert refused(tmp_path) == f"{tmp_path} {said} it is a folder."
    assert refused(tmp_path / "empty") == f"{tmp_path / 'empty'} {said} it is empty."
    assert refused(tmp_path / "blank") == f"{tmp_path / 'blank'} {said} it holds nothing but white space."
    assert refused(tmp_path / "binary").endswith("it is not an image (PNG, JPEG, GIF, WebP), a PDF or text in UTF-8.")
    assert refused(Path("a\0b")) == f"a␀b {said} no path has a null character in it."


@pytest.mark.skipif(sys.platform == "win32", reason="has no such files")
def test_pipes_devices_and_sockets_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert refused(tmp_path / "pipe").endswith("it is a pipe.")
    assert refused(Path("/dev/zero")).endswith("it is a device.")


@pytest.mark.skipif(sys.platform == "win32", reason="has no such files")
def test_a_pipe_that_takes_the_place_of_a_file_does_not_hang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, file = tmp_path / "a.txt", tmp_path / "file"
    os.mkfifo(path)
    file.write_text("hi")
    stat = os.stat
    monkeypatch.setattr(os, "stat", lambda name: stat(file if name == path else name))

    assert refused(path).endswith("it is a pipe.")


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() == 0, reason="every file can be read")
def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hi")
    (tmp_path / "a.txt").chmod(0)

    assert refused(tmp_path / "a.txt").endswith("Permission denied.")


def test_reading_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "MOST_BYTES", 1_000)
    (tmp_path / "a.txt").write_bytes(b"x" * 1_000)
    assert load_attachment(tmp_path / "a.txt").file.size == 1_000

    (tmp_path / "a.txt").write_bytes(b"x" * 1_001)
    assert refused(tmp_path / "a.txt").endswith("it is larger than 1.0 KB.")


def test_a_file_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("hi")
    stats = iter((os.stat(path), os.stat_result((*os.stat(path)[:6], 7, *os.stat(path)[7:]))))
    monkeypatch.setattr(os, "fstat", lambda descriptor: next(stats))

    assert refused(path).endswith("it changed while it was read.")


@pytest.mark.skipif(sys.platform != "linux", reason="takes any bytes as a name")
def test_a_name_that_is_not_text_becomes_one(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"a\x1b[31m\xff\nb.txt")
    path.write_text("hi")

    name = load_attachment(path).file.name
    assert name == "a␛[31m\ufffd␊b.txt"
    assert name.encode()
