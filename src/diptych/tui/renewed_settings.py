"""Settings that were used before, with their endpoints as they are configured now."""

from collections.abc import Iterable, Mapping

from diptych.config.configuration import Configuration
from diptych.config.sides import SIDES, SideName
from diptych.core.naming import model_name, side_name
from diptych.core.round import Round
from diptych.core.settings import Settings


def renewed_settings(
    used: Mapping[SideName, Settings], configuration: Configuration
) -> tuple[dict[SideName, Settings], list[str]]:
    """Return the settings with their endpoints as they are configured now, and the names of models without one.

    A side has no settings here if its endpoint is gone or has a problem.
    """
    renewed = {side: configuration.renewed(settings) for side, settings in used.items()}
    missing = [f"{model_name(used[side])} ({side_name(side)})" for side, settings in renewed.items() if not settings]
    return {side: settings for side, settings in renewed.items() if settings}, missing


def last_settings(rounds: Iterable[Round]) -> dict[SideName, Settings]:
    """Return the settings that each side was last asked with in these rounds, oldest first."""
    last = {label: run.request.settings for round_ in rounds for label, run in round_.runs.items()}
    return {side: last[side] for side in SIDES if side in last}
