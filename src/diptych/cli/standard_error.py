"""Sentences for the user on standard error, beside what a command prints."""

from contextlib import suppress

import click

from diptych.core.text.sanitize import clean_line


def say(sentence: str) -> None:
    """Print a sentence, unless standard error is a terminal or a pipe that is gone: work goes on without it."""
    with suppress(OSError):
        click.echo(clean_line(sentence), err=True)


def warn(sentence: str) -> None:
    """Print a sentence as a warning."""
    say(f"Warning: {sentence}")
