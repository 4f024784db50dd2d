"""Exports recorded rounds as spans: `diptych export ID --format otlp`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from diptych.cli.command_error import CommandError
from diptych.cli.standard_error import warn
from diptych.cli.written_file import write_or_print

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diptych.core.round import Round


def export_spans(rounds: "Iterable[Round]", name: str, output: Path | None, *, force: bool) -> None:
    """Write the spans of rounds to a file, into a folder under `name`, or to standard output.

    The standard variables say what the program is called and whether spans hold what was said. Raises `CommandError`.
    """
    from diptych.telemetry.otlp_json import UndatedRoundError, otlp_lines
    from diptych.telemetry.switch import content_wanted

    with_content, warning = content_wanted(os.environ)
    if warning:
        warn(warning)
    service = os.environ.get("OTEL_SERVICE_NAME", "").strip() or "diptych"
    lines = otlp_lines(rounds, service, with_content=with_content)
    try:
        write_or_print(lines, output, force=force, name=name)
    except UndatedRoundError as error:
        raise CommandError(str(error)) from None
