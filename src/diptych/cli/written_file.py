"""What commands say when they write a file that the user has named."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from diptych.cli.command_error import CommandError
from diptych.cli.standard_error import say


@contextmanager
def writing(output: Path) -> Iterator[None]:
    """Say where the file is when the block has written it. Raises `CommandError` if it could not."""
    try:
        yield
    except FileExistsError:
        raise CommandError(f"{output} already exists: choose another file, or overwrite it with --force.") from None
    except OSError as error:
        raise CommandError(f"{output} cannot be written: {error.strerror or error}.") from None
    say(f"Wrote {output.absolute()}")
