"""Says what an experiment will ask before anything is sent, and lets the user decide if that is much."""

from decimal import Decimal
from typing import TYPE_CHECKING

import click

from diptych.cli.command_error import CommandError
from diptych.cli.standard_error import say
from diptych.cli.terminal_input import has_terminal, take_keys_from_terminal

if TYPE_CHECKING:
    from diptych.core.experiment.forecast import Forecast, ModelForecast
    from diptych.core.experiment.plan import Plan

MANY_REQUESTS = 100
MUCH_MONEY = Decimal(1)
"""US dollars. Above these two, a terminal is asked."""


def refuse_unknown_costs(forecast: "Forecast") -> None:
    """Raise `CommandError` if nobody knows what a model costs at most, so that no budget can be kept."""
    if forecast.unpriced:
        raise CommandError(
            f"--budget cannot be kept, as the prices of {', '.join(forecast.unpriced)} are not known: set the prices of"
            " the endpoint in the config file, or leave --budget out."
        )
    if forecast.unlimited:
        raise CommandError(
            f"--budget cannot be kept, as the answers of {', '.join(forecast.unlimited)} have no limit of tokens: set"
            " one, or leave --budget out."
        )


def may_begin(plan: "Plan", forecast: "Forecast", *, yes: bool = False, judging: "ModelForecast | None" = None) -> bool:
    """Print what will be asked on standard error; return whether it may be.

    If it is much and there is a terminal, the user is asked there, unless the answer is `yes` already. Without a
    terminal nobody can be asked, so it may: a script says `--budget` if it wants a limit. `judging` is what a judge is
    asked once the answers are there.
    """
    from diptych.core.wording.forecast_words import forecast_sentences, judging_sentences, plan_sentence

    sentences = [plan_sentence(plan, forecast), *forecast_sentences(forecast)]
    requests, cost = forecast.requests, forecast.most_cost
    if judging:
        from diptych.engine.experiment.judge_asker import MOST_REQUESTS

        sentences += judging_sentences(judging, MOST_REQUESTS * judging.requests)
        requests, cost = requests + judging.requests, cost + (judging.most_cost or 0)
    for sentence in sentences:
        say(sentence)
    is_much = requests > MANY_REQUESTS or cost > MUCH_MONEY
    return yes or not is_much or is_confirmed()


def is_confirmed() -> bool:
    """Whether the user says on the terminal that it may begin; True without a terminal."""
    if not has_terminal():
        return True
    take_keys_from_terminal()
    try:
        begins = click.confirm("Begin?", err=True)
    except click.Abort as error:
        if isinstance(error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        begins = False  # the terminal was closed, or Ctrl-D
        say("")  # ends the line of the question
    if not begins:
        say("Nothing was sent.")
    return begins
