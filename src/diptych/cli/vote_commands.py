"""The commands about votes: `vote` and `votes`."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diptych.cli.command_error import CommandError
from diptych.cli.history_completion import complete_recorded, complete_round
from diptych.cli.run_app import can_draw, is_interactive, new_app, run_app
from diptych.cli.shared_options import history_option, open_history
from diptych.cli.signals import shutdown_signals
from diptych.config.configuration import load_configuration
from diptych.config.sides import SIDES
from diptych.core.history_summary import HistoryError
from diptych.core.text.excerpt import excerpt
from diptych.core.text.sanitize import clean_line

if TYPE_CHECKING:
    from diptych.core.recording import Recording
    from diptych.core.remarks import Verdict
    from diptych.core.request import Label
    from diptych.core.round import Round

_LETTERS = ("a", "b")
_CHOICES = (*SIDES, "tie", "neither", *_LETTERS)


def _complete_choice(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the choices that most rounds have."""
    del ctx, param
    return [choice for choice in _CHOICES if choice.startswith(incomplete)]


@click.command()
@click.argument("reference", metavar="ID", shell_complete=complete_round)
@click.argument("choice", metavar="left|right|tie|neither", required=False, shell_complete=_complete_choice)
@click.option("--take-back", is_flag=True, help="Remove the vote. A blind round stays revealed.")
@history_option
def vote(reference: str, choice: str | None, take_back: bool, history: Path | None) -> None:
    """Say which answer of a round is better.

    In a blind round that is still hidden, left is A and right is B, as on the screen; a and b are the same. In any
    other round, left and right are the sides as `diptych show` names them. Of a round with other answers, write the
    name of the best one, such as openai:gpt-5.6-terra.
    """
    from diptych.report.vote_words import vote_sentence

    if take_back == (choice is not None):
        raise CommandError("Say which answer is better: left, right, tie or neither. Or use --take-back alone.")
    stored = open_history(history)
    try:
        number = stored.resolve(reference)
        if choice is None:
            stored.take_back_vote(number)
            click.echo(f"The vote on round {number} was taken back.")
            return
        round_ = _round(stored.open(number), number)
        given = round_.vote_now(*_verdict(round_, choice), time.time())
        stored.put_vote(number, given)
    except HistoryError as error:
        raise CommandError(str(error)) from None
    click.echo(clean_line(f"Round {number}: {vote_sentence(round_, given)}"))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--list", "as_list", is_flag=True, help="Print the votes, also on a terminal.")
@click.option(
    "--model",
    default="",
    metavar="TEXT",
    shell_complete=complete_recorded,
    help="Only votes on a model whose name contains TEXT.",
)
@history_option
def votes(as_json: bool, as_list: bool, model: str, history: Path | None) -> None:
    """Count the votes by pairs of models.

    On a terminal this opens a screen. The interval says within which range the share of wins lies, as far as this many
    votes can tell.
    """
    from diptych.core.json_text import to_json
    from diptych.report.votes_text import votes_object, votes_text

    stored = open_history(history)
    if is_interactive() and can_draw() and not as_json and not as_list:
        with shutdown_signals(screen=True) as shutdown:
            from diptych.tui.screens.votes import VotesScreen

            run_app(new_app(VotesScreen(stored, model), load_configuration(os.environ)), shutdown)
        return
    try:
        ballots = stored.ballots(model)
    except HistoryError as error:
        raise CommandError(str(error)) from None
    for line in (to_json(votes_object(ballots)),) if as_json else votes_text(ballots, model):
        click.echo(line)


def _round(recording: "Recording", number: int) -> "Round":
    """Return a recorded round, on which a vote can be given."""
    from diptych.replay.folding import fold

    round_ = fold(recording)
    if not round_.ended:
        raise CommandError(f"Round {number} is still being answered: vote when it has ended.")
    if len(round_.runs) < len(SIDES):
        raise CommandError(f"Round {number} has one answer only: a vote needs two.")
    return round_


def _verdict(round_: "Round", choice: str) -> "tuple[Verdict, Label | None]":
    """Return the verdict that a choice stands for, and the label whose answer is better."""
    match choice:
        case "tie":
            return "tie", None
        case "neither":
            return "neither", None
    is_letter = choice in _LETTERS and choice not in round_.runs
    if round_.blind and (is_letter or (round_.is_hidden and choice in SIDES)):
        return "better", round_.blind.order[(_LETTERS if is_letter else SIDES).index(choice)]
    if is_letter:
        raise CommandError("Only a blind round has an A and a B: write left or right.")
    if choice not in round_.runs or round_.is_hidden:
        known = (*(SIDES if round_.is_hidden else round_.runs), "tie", "neither")
        raise CommandError(f"{excerpt(choice, 50)!r} is not one of {', '.join(map(clean_line, known))}.")
    return "better", choice
