"""The commands for recorded rounds: `history`, `show`, `replay` and `import`."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diptych.cli.command_error import CommandError
from diptych.cli.experiment.experiment_history import delete_recorded, is_shown_experiment, show_experiment
from diptych.cli.history_completion import complete_recorded, complete_round, complete_shown, complete_state
from diptych.cli.number_types import WholeNumber
from diptych.cli.round_references import ROUND_HELP, find_recording, find_round
from diptych.cli.run_app import can_draw, is_interactive, new_app, require_drawing_terminal, run_app
from diptych.cli.shared_options import history_option, open_history, reveal_option
from diptych.cli.signals import shutdown_signals
from diptych.cli.standard_output import print_pieces
from diptych.config.configuration import load_configuration
from diptych.core.history_summary import HistoryError, HistoryFilter, by_date
from diptych.core.text.sanitize import clean_line

if TYPE_CHECKING:
    from diptych.core.round import Round


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
@click.option("-n", "--limit", type=WholeNumber(1), metavar="N", help="Print only the newest N lines.")
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
        1  no round matches, or the history is empty
        2  wrong usage, or the history cannot be read
    """
    from itertools import islice

    from diptych.core.history_query import filter_problem, parse_arguments
    from diptych.core.json_text import to_json
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
        most = sys.maxsize if limit is None else min(limit, sys.maxsize)
        rounds = stored.rounds(wanted, most)
        experiments = stored.experiments() if is_any else ()
    except HistoryError as error:
        raise CommandError(str(error)) from None
    if not rounds and not experiments:
        click.echo(f"The history {clean_line(str(stored.path))} is empty." if is_any else "No round matches.", err=True)
        sys.exit(1)
    entries = islice(by_date(rounds, experiments), most)
    for line in map(to_json, map(entry_object, entries)) if as_json else listed_lines(entries):
        click.echo(line)


@click.command(epilog=f"{ROUND_HELP} xN is an experiment: show prints what it found so far.")
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
        print_pieces([_curl_command(find_round(reference, history, reveal=reveal), side)])
        return
    from diptych.report.plain_text import whole_round

    print_pieces(whole_round(find_round(reference, history, reveal=reveal)))


@click.command(epilog=ROUND_HELP)
@click.argument("reference", metavar="[ID|FILE]", default="last", shell_complete=complete_round)
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


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@history_option
def import_(file: Path, history: Path | None) -> None:
    """Add a recording to the history."""
    from diptych.replay.folding import fold
    from diptych.store.recording_files import read_recording

    try:
        recording = read_recording(file)
        number = open_history(history).add(recording, fold(recording))
    except HistoryError as error:
        raise CommandError(str(error)) from None
    click.echo(f"Imported {clean_line(str(file))} as round {number} of the history.")


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
