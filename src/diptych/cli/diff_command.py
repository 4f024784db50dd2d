"""The command `diff`: what differs between two answers."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from diptych.cli.history_completion import complete_round
from diptych.cli.shared_options import history_option, reveal_option
from diptych.config.sides import SIDES, SideName

if TYPE_CHECKING:
    from diptych.core.json_text import JsonObject
    from diptych.differences.compared_run import ComparedRun
    from diptych.report.differences_text import Paint, Role

_HELP = """
ID is the number of a round in the history, last or last~1, or the path of a recording. A side may follow after a colon,
and a take of this side after another one.
"""

_STYLES: "dict[Role, dict[str, Any]]" = {
    "removed": {"fg": "red", "strikethrough": True},
    "added": {"fg": "green", "underline": True},
    "removed line": {"fg": "red"},
    "added line": {"fg": "green"},
    "moved line": {"fg": "blue"},
    "folded": {"dim": True},
    "title": {"bold": True},
}


@click.command(epilog=_HELP, short_help="Show what differs between two answers.")
@click.argument("first", metavar="ID", shell_complete=complete_round)
@click.argument("second", metavar="[ID2]", required=False, shell_complete=complete_round)
@click.option("--side", type=click.Choice(SIDES), help="Compare only this side of two rounds.")
@click.option("--all", "show_all", is_flag=True, help="Also print what is equal in both answers.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per comparison.")
@reveal_option
@history_option
def diff(
    first: str,
    second: str | None,
    side: SideName | None,
    show_all: bool,
    as_json: bool,
    reveal: bool,
    history: Path | None,
) -> None:
    """Show what differs between two answers: figures, phases, requests, and words.

    \b
    Examples:
      diptych diff 12                       the two sides of round 12
      diptych diff 12 15                    the same sides of two rounds
      diptych diff 12:left 15:right         one side of each
      diptych diff last:left:1 last:left:2  two takes of a side
    """
    from diptych.cli.answer_references import compared_runs
    from diptych.core.json_text import to_json
    from diptych.report.differences_text import with_marks

    paint = _paint if _has_colours() else with_marks
    for left, right in compared_runs(first, second, side, history, reveal=reveal):
        if as_json:
            click.echo(to_json(_object(left, right)))
        else:
            for text in _texts(left, right, paint, show_all=show_all):
                click.echo(text, nl=False)


def _object(left: "ComparedRun", right: "ComparedRun") -> "JsonObject":
    from diptych.differences.compared_figures import compared_figures
    from diptych.differences.phases import run_phases
    from diptych.differences.requests import request_differences
    from diptych.differences.runs import compare_runs
    from diptych.report.differences_object import figures_object, parts_object, phases_object, requests_object

    return {
        "left": _run_object(left),
        "right": _run_object(right),
        "figures": figures_object(compared_figures(left.run, right.run)),
        "phases": {"left": phases_object(run_phases(left.run)), "right": phases_object(run_phases(right.run))},
        "requests": requests_object(request_differences(left.run, right.run)),
        **parts_object(compare_runs(left.run, right.run)),
    }


def _run_object(compared: "ComparedRun") -> "JsonObject":
    run = compared.run
    return {"name": compared.name, "label": run.label, "take": run.take, "model": run.request.settings.name}


def _texts(left: "ComparedRun", right: "ComparedRun", paint: "Paint", *, show_all: bool) -> Iterator[str]:
    """Yield the comparison of two runs as text, piece by piece."""
    from diptych.differences.compared_figures import compared_figures
    from diptych.differences.phases import run_phases
    from diptych.differences.requests import request_differences
    from diptych.differences.runs import compare_runs
    from diptych.report.differences_text import differences_text
    from diptych.report.phase_differences import phase_lines
    from diptych.report.run_differences_text import figure_lines, request_lines

    heading, *figures = figure_lines(compared_figures(left.run, right.run), left.name, right.name)
    yield paint("title", heading) + "\n"
    yield from (f"{line}\n" for line in figures)
    yield "\n"
    phases = phase_lines(run_phases(left.run), run_phases(right.run), left.name, right.name)
    if phases:
        yield paint("title", phases[0]) + "\n"
        yield from (f"{line}\n" for line in phases[1:])
        yield "\n"
    requests = list(request_lines(request_differences(left.run, right.run), paint))
    yield paint("title", "requests" if requests else "requests: no difference") + "\n"
    yield from (f"{line}\n" for line in requests)
    yield "\n"
    yield from differences_text(compare_runs(left.run, right.run), paint, folds=not show_all)


def _has_colours() -> bool:
    """Whether standard output is a terminal that shows colours, and the user does not want to do without them."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _paint(role: "Role", text: str) -> str:
    return click.style(text, **_STYLES[role])
