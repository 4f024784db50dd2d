"""Texts for standard output, such as a round or an export."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

STANDARD_OUTPUT = Path("-")
"""The path that stands for standard output."""


def print_pieces(pieces: Iterable[str]) -> None:
    """Print a text piece by piece, on a terminal with its control characters made visible."""
    from diptych.core.text.sanitize import Cleaner

    if sys.stdout.isatty():
        cleaner = Cleaner()
        for piece in pieces:
            click.echo(cleaner.add(piece), nl=False)
        click.echo(cleaner.end(), nl=False)
        return
    for piece in pieces:
        sys.stdout.buffer.write(piece.encode("utf-8", "replace"))
    sys.stdout.flush()
