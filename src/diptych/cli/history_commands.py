"""The commands for recorded rounds: `history`, `show`, `replay`, `export` and `import`."""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diptych.cli.ask_options import history_option
from diptych.cli.command_error import CommandError
from diptych.cli.experiment.experiment_history import delete_recorded, is_shown_experiment, show_experiment
from diptych.cli.history_completion import complete_recorded, complete_round, complete_shown, complete_state
from diptych.cli.run_app import can_draw, new_app, require_drawing_terminal, run_app
from diptych.cli.signals import shutdown_signals
from diptych.cli.written_file import writing
from diptych.config.configuration import load_configuration
from diptych.config.environment import history_path
from diptych.core.history_summary import HistoryError, HistoryFilter

if TYPE_CHECKING:
    from diptych.core.recording import Recording
    from diptych.core.round import Round
    from diptych.report.formats import Form
    from diptych.store.history import History

_STANDARD_OUTPUT = Path("-")

_ROUND_ARGUMENT = "[ID|FILE]"
_ROUND_HELP = (
    "ID is the number of a round in the history, last (the default), or last~1 for the one before it. "
    "FILE is a recording."
)


reveal_option = click.option("--reveal", is_flag=True, help="Show a blind round even if it has no vote yet.")
"""The option `--reveal` of every command that shows recorded rounds."""


def open_history(path: Path | None) -> "History":
    """Return the history at a path, or the one that the environment names."""
    from diptych.store.history import History

    return History(path or history_path(os.environ))


def is_interactive() -> bool:
    """Whether standard input, output and error are all a terminal, so that a screen can be shown."""
    return all(stream and stream.isatty() for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__))


@click.command("history")
@click.argument("query", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per round.")
@click.option("--list", "as_list", is_flag=True, help="Print one line per round, also on a terminal.")
@click.option(
    "--model",
    default="",
    metavar="TEXT",
    shell_complete=complete_recorded,
    help="Only rounds with a model whose name contains TEXT.",
)
@click.option(
    "--endpoint",
    default="",
    metavar="TEXT",
    shell_complete=complete_recorded,
    help="Only rounds with an endpoint whose name contains TEXT.",
)
@click.option(
    "--state",
    default="",
    metavar="STATE",
    shell_complete=complete_state,
    help="Only rounds with a side in this state, such as complete or failed.",
)
@click.option("-n", "--limit", type=click.IntRange(min=1), metavar="N", help="Print only the newest N lines.")
@click.option(
    "--delete",
    metavar="xN|ID",
    shell_complete=complete_shown,
    help="Delete an experiment with its rounds, or a single round, for good.",
)
@click.option("-y", "--yes", is_flag=True, help="Delete without asking.")
@history_option
def history(
    query: tuple[str, ...],
    as_json: bool,
    as_list: bool,
    model: str,
    endpoint: str,
    state: str,
    limit: int | None,
    delete: str | None,
    yes: bool,
    history: Path | None,
) -> None:
    """Search or list earlier rounds.

    On a terminal this opens the history browser, otherwise it prints one line per round.

    QUERY consists of words from prompts, answers and notes, and of filters such as model:gpt, endpoint:openai,
    state:failed or is:starred. Without it, an experiment is one line: x3 lists the rounds of experiment x3.

    \b
    Exit codes, where rounds are printed:
        0  some rounds are listed
        1  no round matches, or the history is empty or cannot be read
        2  wrong usage
    """
    from itertools import islice

    from diptych.core.history_query import filter_problem, parse_arguments
    from diptych.core.history_summary import by_date
    from diptych.core.json_text import to_json
    from diptych.core.text.sanitize import clean_line
    from diptych.report.history_list import entry_object, listed_lines

    stored = open_history(history)
    if delete is not None:
        delete_recorded(stored, delete, yes=yes)
        return
    wanted = parse_arguments(query, model=model, endpoint=endpoint, state=state)
    if problem := filter_problem(wanted):
        raise CommandError(problem)
    if is_interactive() and can_draw() and not as_json and not as_list:
        with shutdown_signals(screen=True) as shutdown:
            from diptych.tui.screens.history_browser import HistoryScreen

            run_app(new_app(HistoryScreen(stored, wanted), load_configuration(os.environ)), shutdown)
        return
    is_any = wanted == HistoryFilter()
    try:
        rounds = stored.rounds(wanted, limit)
        experiments = stored.experiments() if is_any else ()
    except HistoryError as error:
        raise CommandError(str(error)) from None
    if not rounds and not experiments:
        click.echo(f"The history {clean_line(str(stored.path))} is empty." if is_any else "No round matches.", err=True)
        sys.exit(1)
    entries = islice(by_date(rounds, experiments), limit)
    for line in map(to_json, map(entry_object, entries)) if as_json else listed_lines(entries):
        click.echo(line)


@click.command(epilog=f"{_ROUND_HELP} xN is an experiment: show prints what it found so far.")
@click.argument("reference", metavar="[ID|xN|FILE]", default="last", shell_complete=complete_shown)
@click.option("--curl", "side", metavar="SIDE", help="Print the request of a side as a curl command: left or right.")
@reveal_option
@history_option
def show(reference: str, side: str | None, reveal: bool, history: Path | None) -> None:
    """Print a round: the prompt, the answers and their figures. Of an experiment, print its figures."""
    if is_shown_experiment(reference):
        if side is not None:
            raise CommandError(f"--curl needs a single round: `diptych history {reference}` lists the IDs.")
        show_experiment(open_history(history), reference)
        return
    if side is not None:
        print_pieces([_curl_command(_find_round(reference, history, reveal=reveal), side)])
        return
    from diptych.report.plain_text import whole_round

    print_pieces(whole_round(_find_round(reference, history, reveal=reveal)))


@click.command(epilog=_ROUND_HELP)
@click.argument("reference", metavar=_ROUND_ARGUMENT, default="last", shell_complete=complete_round)
@reveal_option
@history_option
def replay(reference: str, reveal: bool, history: Path | None) -> None:
    """Play a round again with its original timing."""
    recording = find_recording(reference, history, reveal=reveal)
    if not is_interactive():
        raise CommandError("A replay needs a terminal. Without one, use `diptych show`.")
    require_drawing_terminal()
    with shutdown_signals(screen=True) as shutdown:
        from diptych.replay.player import Player
        from diptych.tui.screens.replay import ReplayScreen

        screen = ReplayScreen(Player(recording), history=open_history(history))
        run_app(new_app(screen, load_configuration(os.environ)), shutdown)


@click.command(epilog=_ROUND_HELP)
@click.argument("reference", metavar=_ROUND_ARGUMENT, default="last", shell_complete=complete_round)
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "md", "json", "jsonl", "csv", "parquet", "eval", "har"]),
    help="A web page, Markdown, JSON with every event, a recording, or a HAR for the developer tools of a browser. Of "
    "an experiment, jsonl, csv and parquet are its rows, and eval are Inspect logs. [default: by the extension of "
    "FILE; html in a folder, else jsonl]",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write to this file, or into this folder as diptych-ID.FORMAT; - prints it, also on a terminal.",
)
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
@reveal_option
@history_option
def export(
    reference: str, form: str | None, output: Path | None, force: bool, reveal: bool, history: Path | None
) -> None:
    """Export a round as a web page, Markdown, JSON, a recording or a HAR; or an experiment such as x3, also as rows.

    It is written to FILE, or to standard output if that is redirected.

    \b
    Examples:
      diptych export last -o round.html           a web page to pass on
      diptych export 12 -o round.jsonl            a recording to serve
      diptych export last -o round.har            for browser tools
      diptych export x3 --format csv -o rows.csv  the rows of an experiment
    """
    from diptych.report.formats import export_name, render
    from diptych.store.atomic_write import write_text
    from diptych.store.experiments import is_experiment

    if output is None and form != "eval" and sys.stdout.isatty():
        raise CommandError(
            "An export would fill the terminal: write it to a file with -o FILE, or print it anyway with -o -."
        )
    if is_experiment(reference):
        from diptych.cli.experiment.experiment_export import export_experiment

        export_experiment(open_history(history), reference, form, output, force=force)
        return
    if form in ("csv", "parquet", "eval"):
        raise CommandError(f"Only an experiment, such as x3, can be exported as {form}.")
    form = _form_of(output, form)
    round_ = _find_round(reference, history, reveal=reveal)
    pieces = render(round_, form)
    if output is None or output == _STANDARD_OUTPUT:
        print_pieces(pieces)
        return
    if output.is_dir():
        output /= export_name(round_, form)
    with writing(output):
        write_text(output, pieces, overwrite=force)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@history_option
def import_(file: Path, history: Path | None) -> None:
    """Add a recording to the history."""
    from diptych.core.text.sanitize import clean_line
    from diptych.replay.folding import fold
    from diptych.store.recording_files import read_recording

    try:
        recording = read_recording(file)
        number = open_history(history).add(recording, fold(recording))
    except HistoryError as error:
        raise CommandError(str(error)) from None
    click.echo(f"Imported {clean_line(str(file))} as round {number} of the history.")


def find_recording(reference: str, history: Path | None, *, reveal: bool = False) -> "Recording":
    """Return the round with an ID of the history, or the one in a recording.

    Raises `CommandError` if there is none, and for a blind round without a vote unless `reveal` is set: the history
    remembers that it was revealed.
    """
    from diptych.store.history import is_reference
    from diptych.store.recording_files import read_recording

    if is_shown_experiment(reference):
        raise CommandError(
            f"{reference} is an experiment: `diptych show {reference}` prints its figures, and "
            f"`diptych history {reference}` lists its rounds."
        )
    try:
        if not is_reference(reference):
            return _seen(read_recording(Path(reference)), None, reveal=reveal)
        stored = open_history(history)
        number = stored.resolve(reference)
        recording = stored.open(number)
        if reveal and recording.is_hidden:
            with suppress(HistoryError):  # it may be somebody else's history, which can only be read
                stored.reveal(number)
        return _seen(recording, number, reveal=reveal)
    except HistoryError as error:
        raise CommandError(str(error)) from None


def _seen(recording: "Recording", number: int | None, *, reveal: bool) -> "Recording":
    """Return a recording as it may be seen: a hidden one only if the user insists."""
    from diptych.core.naming import hidden_sentence

    if not recording.is_hidden or recording.blind is None:
        return recording
    if not reveal:
        raise CommandError(hidden_sentence(number))
    return replace(recording, blind=replace(recording.blind, revealed=True))


def _find_round(reference: str, history: Path | None, *, reveal: bool = False) -> "Round":
    """Return a recorded round, whose answers are checked against the schemas of their requests."""
    from diptych.json_schema.answers import check_answer
    from diptych.replay.folding import fold

    round_ = fold(find_recording(reference, history, reveal=reveal))
    for run in round_.all_takes():
        check_answer(run)
    return round_


def _curl_command(round_: "Round", label: str) -> str:
    """Return the request of the run that counts for a label. Raises `CommandError` if there is none."""
    from diptych.report.curl.command import curl_command, sent_request

    run = round_.runs.get(label)
    if run is None:
        raise CommandError(f"There is no side {label!r} in this round: choose {' or '.join(round_.runs)}.")
    sent = sent_request(run)
    if sent is None:
        raise CommandError(f"The {label} side has sent no request.")
    recorded = run.request.settings.endpoint
    configured = load_configuration(os.environ).endpoints.get(recorded.name)
    is_same = (
        configured is not None
        and configured.api == recorded.api
        and sent.url.startswith(configured.base_url.rstrip("/"))
    )
    return curl_command(run, sent, configured if is_same else None)


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


def _form_of(output: Path | None, wanted: str | None) -> "Form":
    """Return the form that is wanted, else that of the file's extension. A file without one becomes a recording."""
    from diptych.report.formats import FORMS

    if output and output.is_dir() and wanted is None:
        return FORMS[0]
    extension = output.suffix.removeprefix(".").lower() if output else ""
    if extension and wanted is None and extension not in FORMS:
        raise CommandError(
            f"{output} does not end in the name of a format. Choose one with --format: {', '.join(FORMS)}."
        )
    return next((form for form in FORMS if form == (wanted or extension)), "jsonl")
