"""Which format an export has: the one that is asked for, else that of the file's extension."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from diptych.cli.command_error import CommandError

Form = TypeVar("Form", bound=str)


def export_form(wanted: str | None, output: Path | None, forms: Sequence[Form]) -> Form:
    """Return the form that is wanted, else that of the extension; html in a folder, and jsonl without an extension.

    Raises `CommandError` if that is not one of the `forms`.
    """
    by_output = "html" if output and output.is_dir() else output.suffix.removeprefix(".").lower() if output else ""
    name = wanted or by_output or "jsonl"
    for form in forms:
        if form == name:
            return form
    raise CommandError(f"{output} does not end in the name of a format. Choose one with --format: {', '.join(forms)}.")
