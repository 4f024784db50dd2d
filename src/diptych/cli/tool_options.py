"""The options `--tools`, `--schema` and `--max-turns`, and the files that they name."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from diptych.cli.command_error import CommandError
from diptych.cli.number_types import WholeNumber
from diptych.core.json_text import is_too_deep, parse_finite_json, sendable_json
from diptych.core.text.sanitize import clean_line
from diptych.core.tools_file import DEFAULT_MAX_TURNS, ToolsFile, ToolsFileError, read_tools

MAX_BYTES = 4_000_000
"""The most bytes of a file of tools or of a schema."""


@dataclass(frozen=True, slots=True)
class GivenTools:
    """A file of tools, and its folder, in which its commands run."""

    file: ToolsFile
    folder: Path


def _read_tools(ctx: click.Context, option: click.Parameter, path: Path | None) -> GivenTools | None:
    del ctx, option
    if path is None:
        return None
    from diptych.json_schema.validation import schema_problem

    try:
        return GivenTools(read_tools(_json_file(path), schema_problem), path.absolute().parent)
    except ToolsFileError as error:
        raise CommandError(f"{_shown(path)} cannot be used as tools: {error}.") from None


def _read_schema(ctx: click.Context, option: click.Parameter, path: Path | None) -> Mapping[str, Any] | None:
    del ctx, option
    if path is None:
        return None
    from diptych.json_schema.validation import schema_problem

    schema = _json_file(path)
    problem = "it is nested too deeply" if is_too_deep(schema) else schema_problem(schema)
    if problem:
        raise CommandError(f"{_shown(path)} is not a JSON Schema: {problem}.")
    assert isinstance(schema, dict)  # noqa: S101 - `schema_problem` takes nothing else
    return schema


def _json_file(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{_shown(path)} cannot be read: {error.strerror or error}.") from None
    if len(data) > MAX_BYTES:
        raise CommandError(f"{_shown(path)} is too large: more than {MAX_BYTES:,} bytes.")
    try:
        return sendable_json(parse_finite_json(data.decode()))
    except UnicodeDecodeError:
        raise CommandError(f"{_shown(path)} is not UTF-8 text.") from None
    except ValueError as error:
        raise CommandError(f"{_shown(path)} is not JSON: {error}.") from None


def _shown(path: Path) -> str:
    return clean_line(str(path))


TOOL_OPTIONS = (
    click.option(
        "--tools",
        type=click.Path(path_type=Path),
        metavar="FILE",
        callback=_read_tools,
        help="Tools that both models may call: a JSON file, perhaps with results that answer the calls.",
    ),
    click.option(
        "--max-turns",
        type=WholeNumber(1),
        metavar="N",
        default=DEFAULT_MAX_TURNS,
        show_default=True,
        help="Most turns that answer tool calls after one prompt.",
    ),
    click.option(
        "--schema",
        type=click.Path(path_type=Path),
        metavar="FILE",
        callback=_read_schema,
        help="JSON Schema that both answers must follow, which is checked.",
    ),
)
"""The options that give tools and a schema."""
