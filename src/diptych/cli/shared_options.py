"""Options that several commands have (--history, --config and --reveal), and the history that one of them names."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diptych.config.environment import history_path

if TYPE_CHECKING:
    from diptych.store.history import History

history_option = click.option(
    "--history",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="Use this history file instead of the one in your data folder. [env: DIPTYCH_HISTORY]",
)
"""The option `--history` of every command that reads or writes the history."""

config_option = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="Use this config file instead of the one in your config folder. [env: DIPTYCH_CONFIG]",
)
"""The option `--config` of every command that reads the config file."""

reveal_option = click.option("--reveal", is_flag=True, help="Show a blind round even if it has no vote yet.")
"""The option `--reveal` of every command that shows recorded rounds."""


def open_history(path: Path | None) -> "History":
    """Return the history at a path, or the one that the environment names."""
    from diptych.store.history import History

    return History(path or history_path(os.environ))
