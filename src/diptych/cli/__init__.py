"""The door: argv becomes a command. Sole owner of exit codes, and the only one that reads the environment."""

from diptych.cli.commands import main

__all__ = ["main"]
