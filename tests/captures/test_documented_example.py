"""The example of docs/reference/formats.md does what the page shows."""

import re
from pathlib import Path

import pytest

from tests.cli.test_commands import diptych

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "formats.md"


def test_the_example_of_a_stamped_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = PAGE.read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    for name, text in re.findall(r'```text title="([\w.]+)"\n(.*?)```', page, re.DOTALL):
        (tmp_path / name).write_text(text)
    (session,) = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    printed = ""
    for command, expected in re.findall(r"\$ diptych (.*)\n((?:(?!\$ ).*\n)*)", session):
        words = [quoted or word for quoted, word in re.findall(r'"([^"]*)"|(\S+)', command)]
        result = diptych(*words)
        assert result.exit_code == 0, result.stderr
        assert result.stdout == expected
        printed += result.stdout
    assert "first token" in printed
