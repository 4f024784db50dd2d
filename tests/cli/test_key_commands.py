import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from diptych.cli.commands import main


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text('[keys]\n"compare.again" = "Ctrl+B, F9"\n"compare.nwe" = "F10"\n')
    return path


def test_all_bindings_are_listed_with_their_keys(config: Path) -> None:
    result = CliRunner().invoke(main, ["config", "keys", "--config", str(config)])

    lines = [line.split() for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [line[0] for line in lines] == sorted(line[0] for line in lines)
    assert len(lines) > 90
    again = ["compare.again", "ctrl+b,", "F9", "Send", "the", "shown", "prompt", "again", "(default:", "ctrl+r)"]
    assert again in lines
    assert ["compare.new", "ctrl+n", "New", "conversation"] in lines
    assert result.stderr == (
        "Warning: keys.compare.nwe: there is no such binding. Did you mean compare.new? "
        "`diptych config keys` lists them all.\n"
    )


def test_as_json(config: Path) -> None:
    result = CliRunner().invoke(main, ["config", "keys", "--json", "--config", str(config)])

    bindings = {each["id"]: each for each in json.loads(result.stdout)}
    assert bindings["compare.again"] == {
        "id": "compare.again",
        "keys": ["ctrl+b", "F9"],
        "default": ["ctrl+r"],
        "does": "Send the shown prompt again",
        "where": [
            *("In the prompt box", "In an answer", "In an event list", "In the search bar of an event list"),
            *("In the filter of an event list", "In the search bar of an answer"),
        ],
    }
