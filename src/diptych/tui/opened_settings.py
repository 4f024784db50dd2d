"""The settings with which a conversation of the history goes on."""

from collections.abc import Iterable

from diptych.config.configuration import Configuration
from diptych.config.sides import SIDES, SideName
from diptych.core.naming import model_name, side_name
from diptych.core.round import Round
from diptych.core.settings import Settings


def opened_settings(rounds: Iterable[Round], configuration: Configuration) -> tuple[dict[SideName, Settings], str]:
    """Return the settings that each side was last asked with, and a sentence about those that cannot be used any more.

    Endpoints are taken as they are configured now. A side has no settings here if its endpoint is gone or has a
    problem, or if it was not asked in these rounds, oldest first. The sentence is "" if no endpoint is missing.
    """
    last = {label: run.request.settings for round_ in rounds for label, run in round_.runs.items()}
    renewed = {side: configuration.renewed(last[side]) for side in SIDES if side in last}
    missing = [f"{model_name(last[side])} ({side_name(side)})" for side, settings in renewed.items() if not settings]
    names = " and ".join(missing)
    sentence = f"{names} cannot be asked any more: the endpoint is gone or has a problem. The present model stays."
    return {side: settings for side, settings in renewed.items() if settings}, sentence if missing else ""
