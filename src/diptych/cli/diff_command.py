"""The command `diff`: what differs between two answers."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from diptych.cli.ask_options import history_option
from diptych.config.sides import SIDES, SideName

if TYPE_CHECKING:
    from diptych.cli.answer_references import ComparedRun
    from diptych.core.json_text import JsonObject
    from diptych.report.differences_text import Role

_HELP = """
ID is the number of a round in the history, last or last~1, or the path of a recording. Behind a colon it may name a
side, and behind another one a take: 12:left:2.
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


@click.command(epilog=_HELP)
@click.argument("first", metavar="ID")
@click.argument("second", metavar="[ID2]", required=False)
@click.option("--side", type=click.Choice(SIDES), help="Compare only this side of two rounds.")
@click.option("--all", "show_all", is_flag=True, help="Print blocks that are equal in both answers, too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per comparison.")
@history_option
def diff(
    first: str, second: str | None, side: SideName | None, show_all: bool, as_json: bool, history: Path | None
) -> None:
    """Show what differs between two answers.

    \b
    diptych diff 12                   the two sides of round 12
    diptych diff 12 15                the same sides of two rounds
    diptych diff 12:left 15:right     one side of each
    diptych diff last:left:1 last:left:2
                                      two takes of a side
    """
    from diptych.cli.answer_references import compared_runs
    from diptych.core.json_text import to_json
    from diptych.differences.runs import compare_runs
    from diptych.report.differences_object import parts_object
    from diptych.report.differences_text import differences_text, with_marks

    paint = _paint if _has_colours() else with_marks
    for left, right in compared_runs(first, second, side, history):
        parts = compare_runs(left.run, right.run)
        if as_json:
            sides = {"left": _run_object(left), "right": _run_object(right)}
            click.echo(to_json(sides | parts_object(parts)))
            continue
        click.echo(paint("title", f"{_heading(left)}\n{_heading(right)}"))
        for line in differences_text(parts, paint, folds=not show_all):
            click.echo(line, nl=False)


def _heading(compared: "ComparedRun") -> str:
    """Return which answer is compared. Before the vote, the sides of a blind round have no models."""
    from diptych.core.naming import model_title
    from diptych.core.text.sanitize import clean_line

    model = "" if compared.round_.is_hidden else f" · {model_title(compared.run.request.settings)}"
    return clean_line(f"── {compared.name}{model} ──")


def _run_object(compared: "ComparedRun") -> "JsonObject":
    if compared.round_.is_hidden:
        return {"name": compared.name}
    run = compared.run
    return {"name": compared.name, "label": run.label, "take": run.take, "model": run.request.settings.name}


def _has_colours() -> bool:
    """Whether standard output is a terminal that shows colours, and the user does not want to do without them."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _paint(role: "Role", text: str) -> str:
    return click.style(text, **_STYLES[role])
