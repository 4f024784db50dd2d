from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from diptych.cli.ask_options import AskOptions, ask_options
from diptych.cli.asked_settings import side_settings
from diptych.config.configuration import load_configuration
from diptych.core.request import Label
from diptych.core.settings import Settings


def settings_with(path: Path, *arguments: str) -> dict[Label, Settings]:
    """The settings that these options result in."""
    found: dict[Label, Settings] = {}

    @click.command()
    @ask_options
    def command(**values: object) -> None:
        found.update(side_settings(AskOptions(**values), load_configuration({}, path)))  # type: ignore[arg-type]

    CliRunner().invoke(command, arguments, catch_exceptions=False, standalone_mode=False)
    return found


@pytest.mark.parametrize(
    ("arguments", "preset"),
    [
        ((), "terse"),
        (("--right-system", "x"), "terse"),
        (("--left-system", "One sentence."), "terse"),
        (("--left-system", "x"), ""),
        (("--max-tokens", "5"), ""),
        (("-p", "n=1"), ""),
    ],
)
def test_settings_that_options_change_no_longer_come_from_the_preset(
    tmp_path: Path, arguments: tuple[str, ...], preset: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[presets.terse]\nmodel = "anthropic:claude-opus-5"\nsystem = "One sentence."\n')

    assert settings_with(path, "-l", "@terse", *arguments)["left"].preset == preset
