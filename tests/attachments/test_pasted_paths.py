"""Pasted text that is nothing but paths of files."""

from pathlib import Path
from shlex import quote

import pytest

from diptych.attachments.pasted_paths import load_pasted, path_readings
from tests.support.files import PDF, png


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a b.png").write_bytes(png())
    (tmp_path / "it's.pdf").write_bytes(PDF)
    (tmp_path / "c.bin").write_bytes(b"\0\1")
    return tmp_path


def names(text: str) -> list[str]:
    return [attachment.file.name for attachment in load_pasted(text)]


def test_a_dropped_file_in_every_form_of_terminals(folder: Path) -> None:
    path = folder / "a b.png"
    escaped = str(path).replace(" ", "\\ ")
    for text in (str(path), f"{path}\n", f"  {path} ", quote(str(path)), f'"{path}"', escaped, path.as_uri()):
        assert names(text) == ["a b.png"], text
    assert names(path.as_uri().replace("file:///", "file://localhost/")) == ["a b.png"]


def test_several_files(folder: Path) -> None:
    first, second = folder / "a b.png", folder / "it's.pdf"
    for text in (
        f"{quote(str(first))} {quote(str(second))}",
        f"{first}\n{second}",
        f"{first}\r\n\r\n{second}\r\n",
        f"{first.as_uri()}\n{second.as_uri()}\n",
    ):
        assert names(text) == ["a b.png", "it's.pdf"], text


def test_relative_paths_and_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))

    assert names("'~/a b.png'") == ["a b.png"]
    assert names(f"../{folder.name}/a b.png") == ["a b.png"]
    assert names("'./a b.png'") == ["a b.png"]
    assert names("a b.png") == [], "may be a sentence"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "hello",
        "What is in /tmp/a.png?",
        "/no/such/file",
        "file://elsewhere/a.png",
        "file://[elsewhere/a.png",
        "file:///a%00.png",
        "~no-such-user/a.png",
        "a/\0",
        "don't /x",
        "/" + "x" * 5_000,
        "/x\n" * 60,
        "x" * 20_000,
    ],
)
def test_any_other_text_stays_text(text: str) -> None:
    assert load_pasted(text) == ()


def test_nothing_is_offered_unless_everything_can_be_attached(folder: Path) -> None:
    assert names(f"{folder / 'c.bin'}") == []
    assert names(f"{folder / 'a b.png'}\n{folder / 'c.bin'}") == []
    assert names(f"{folder / 'a b.png'}\n{folder}") == []
    assert names(f"{folder / 'a b.png'}\nwhat is this?") == []


def test_a_text_can_be_read_in_two_ways() -> None:
    assert list(path_readings("/a /b")) == [[Path("/a /b")], [Path("/a"), Path("/b")]]
