"""The commands for what was recorded: list, show, replay, export, import."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diptych.cli.ask_options import history_option
from diptych.cli.command_error import CommandError
from diptych.cli.run_app import can_draw, refuse_to_draw
from diptych.cli.run_app import show as show_screen
from diptych.cli.signals import shutdown_signals
from diptych.config.environment import history_path
from diptych.core.history_summary import HistoryError, HistoryFilter

if TYPE_CHECKING:
    from diptych.core.recording import Recording
    from diptych.report.formats import Form
    from diptych.store.history import History

_STANDARD_OUTPUT = Path("-")

_WHAT = "ID is a round of the history: its number, last, or last~1 for the one before. FILE is a recording."


def open_history(path: Path | None) -> "History":
    """The history at a path, or the user's own."""
    from diptych.store.history import History

    return History(path or history_path(os.environ))


def is_terminal() -> bool:
    """Whether a full screen can be shown, and nobody wants the output elsewhere."""
    return all(stream and stream.isatty() for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__))


@click.command("history")
@click.argument("query", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a round.")
@click.option("--list", "as_list", is_flag=True, help="Print a line a round, also on a terminal.")
@click.option("--model", default="", metavar="TEXT", help="Only rounds in which such a model answered.")
@click.option("--endpoint", default="", metavar="TEXT", help="Only rounds in which such an endpoint was asked.")
@click.option("--state", default="", metavar="TEXT", help="Only rounds with a side in such a state.")
@click.option("-n", "--limit", type=click.IntRange(min=1), metavar="N", help="No more than the newest N.")
@history_option
def history(
    query: tuple[str, ...],
    as_json: bool,
    as_list: bool,
    model: str,
    endpoint: str,
    state: str,
    limit: int | None,
    history: Path | None,
) -> None:
    """Find earlier rounds, by words of their prompts and answers.

    \b
    QUERY may have fields, as in the search box: model:gpt, endpoint:openai, state:failed.
    """
    from diptych.core.history_query import as_query, parse_query, state_problem
    from diptych.core.strict_json import to_json
    from diptych.core.text.sanitize import clean_line
    from diptych.report.history_list import listed_line, listed_object

    kept = open_history(history)
    typed = as_query(query, (("model", model), ("endpoint", endpoint), ("state", state)))
    wanted = parse_query(typed)
    if problem := state_problem(wanted):
        raise CommandError(problem)
    if is_terminal() and can_draw() and not as_json and not as_list:
        with shutdown_signals(screen=True) as shutdown:
            from diptych.tui.app import DiptychApp

            show_screen(DiptychApp.browsing(kept, typed), shutdown)
        return
    try:
        rounds = kept.rounds(wanted, limit)
    except HistoryError as error:
        raise CommandError(str(error)) from None
    if not rounds:
        is_any = wanted == HistoryFilter()
        click.echo(
            f"There is no round in {clean_line(str(kept.path))} yet." if is_any else "No round matches.", err=True
        )
    for listed in rounds:
        click.echo(to_json(listed_object(listed)) if as_json else listed_line(listed))


@click.command(epilog=_WHAT)
@click.argument("what", metavar="ID|FILE", default="last")
@history_option
def show(what: str, history: Path | None) -> None:
    """Print a round: its prompt, both answers, the figures."""
    from diptych.core.text.sanitize import clean
    from diptych.replay.folding import fold
    from diptych.report.plain_text import whole_round

    text = whole_round(fold(find(what, history)))
    click.echo(clean(text) if sys.stdout.isatty() else text.encode("utf-8", "replace").decode())


@click.command(epilog=_WHAT)
@click.argument("what", metavar="ID|FILE", default="last")
@history_option
def replay(what: str, history: Path | None) -> None:
    """Play a round again, with the timing it had."""
    recording = find(what, history)
    if not is_terminal():
        raise CommandError("A replay needs a terminal; `diptych show` prints a round without one.")
    refuse_to_draw()
    with shutdown_signals(screen=True) as shutdown:
        from diptych.replay.player import Player
        from diptych.tui.app import DiptychApp

        show_screen(DiptychApp.replaying(Player(recording)), shutdown)


@click.command(epilog=_WHAT)
@click.argument("what", metavar="ID|FILE", default="last")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "json", "md", "html"]),
    help="A recording, an object with every event, Markdown, a web page. [default: by the name of FILE, else jsonl]",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write there; - prints it.")
@click.option("--force", is_flag=True, help="Overwrite FILE if it is there.")
@history_option
def export(what: str, form: "Form | None", output: Path | None, force: bool, history: Path | None) -> None:
    """Write a round as a file that others can open: FILE, or what standard output is redirected to."""
    from diptych.replay.folding import fold
    from diptych.report.formats import render
    from diptych.store.atomic_write import write_text

    if output is None and sys.stdout.isatty():
        raise CommandError(
            "An export would fill the terminal: write it with -o FILE, or show it all the same with -o -."
        )
    form = form or _form_of(output)
    text = render(fold(find(what, history)), form)
    if output is None or output == _STANDARD_OUTPUT:
        _print(text)
        return
    try:
        write_text(output, text, overwrite=force)
    except FileExistsError:
        raise CommandError(f"{output} is there already: name another file, or add --force.") from None
    except OSError as error:
        raise CommandError(f"{output} cannot be written: {error.strerror or error}.") from None


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@history_option
def import_(file: Path, history: Path | None) -> None:
    """Put a recording into the history."""
    from diptych.core.text.sanitize import clean_line
    from diptych.replay.folding import fold
    from diptych.store.recording_files import read_recording

    try:
        recording = read_recording(file)
        number = open_history(history).add(recording, fold(recording))
    except HistoryError as error:
        raise CommandError(str(error)) from None
    click.echo(f"{clean_line(str(file))} is round {number} of the history.")


def find(what: str, history: Path | None) -> "Recording":
    """The round of an ID, or in a file. Raises `CommandError`."""
    from diptych.store.history import is_reference
    from diptych.store.recording_files import read_recording

    try:
        if not is_reference(what):
            return read_recording(Path(what))
        kept = open_history(history)
        return kept.open(kept.resolve(what))
    except HistoryError as error:
        raise CommandError(str(error)) from None


def _print(text: str) -> None:
    """Print an export: into a file or a pipe as it is, on a terminal without what a terminal obeys."""
    from diptych.core.text.sanitize import clean

    sys.stdout.buffer.write((clean(text) if sys.stdout.isatty() else text).encode("utf-8", "replace"))
    sys.stdout.flush()


def _form_of(output: Path | None) -> "Form":
    from diptych.report.formats import FORMS

    extension = output.suffix.removeprefix(".").lower() if output else ""
    return next((form for form in FORMS if form == extension), "jsonl")
