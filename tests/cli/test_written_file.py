"""A command says where it wrote a file, or in one sentence why it could not."""

from pathlib import Path

import pytest

from diptych.cli.command_error import CommandError
from diptych.cli.written_file import writing


def test_a_written_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with writing(tmp_path / "a.html"):
        pass

    assert str(tmp_path / "a.html") in capsys.readouterr().err.replace("\n", "")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (FileExistsError(), "a.html already exists: choose another file, or overwrite it with --force."),
        (PermissionError(13, "Permission denied"), "a.html cannot be written: Permission denied."),
    ],
)
def test_a_file_that_cannot_be_written_is_an_error(
    error: OSError, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="^" + sentence.replace(".", r"\.")), writing(Path("a.html")):
        raise error

    assert capsys.readouterr().err == ""
