"""Writes what a command makes to the file that the user has named, or to standard output."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from diptych.cli.command_error import CommandError
from diptych.cli.standard_error import say
from diptych.cli.standard_output import STANDARD_OUTPUT, print_pieces


def write_or_print(pieces: Iterable[str], output: Path | None, *, force: bool, name: str = "") -> None:
    """Write a text to a file, which is overwritten only by `force`. Without a file, or for `-`, print it.

    With a `name`, `output` may also be a folder, in which the file has that name.
    Raises `CommandError` if the file cannot be written.
    """
    from diptych.store.atomic_write import write_text

    if output is None or output == STANDARD_OUTPUT:
        print_pieces(pieces)
        return
    if name and output.is_dir():
        output /= name
    with writing(output):
        write_text(output, pieces, overwrite=force)


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
