"""The command line. It alone reads the environment and decides the exit code."""

from diptych.cli.commands import main

__all__ = ["main"]
