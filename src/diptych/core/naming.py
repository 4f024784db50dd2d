"""What a side and its model are called wherever a person reads it: on the screen, in exports, in messages.

Screens and reports ask here instead of printing a label or a setting, so that what they call a side is decided once.
Data for programs (JSON, recordings, the history) keep the labels and names themselves. The names are as the user or
the server wrote them: clean them before they are drawn.
"""

from diptych.core.history_summary import ListedRun
from diptych.core.settings import Settings


def side_name(label: str) -> str:
    """Return what the side with that label is called within a sentence or a heading, such as `left`."""
    return label


def model_name(settings: Settings) -> str:
    """Return what a side's model is called, `ENDPOINT:MODEL`."""
    return settings.name


def model_title(settings: Settings) -> str:
    """Return the name of a side's model, and whether it is simulated.

    It reads `anthropic:claude-opus-5-5` or `anthropic:claude-opus-5-5 · simulated`.
    """
    return model_name(settings) + (" · simulated" if settings.simulated else "")


def reported_model(settings: Settings, reported: str | None) -> str:
    """Return the model that the server says it used; "" if it names none, or the one that was asked for."""
    return reported if reported and reported != settings.model else ""


def next_model(settings: Settings, *, after: Settings) -> str:
    """Return what the next model of a side is called: by its name alone if the endpoint is the same as before."""
    return settings.model if settings.endpoint.name == after.endpoint.name else model_name(settings)


def listed_model(run: ListedRun, *, with_endpoint: bool) -> str:
    """Return what the model of a side in the history is called, with or without its endpoint."""
    return f"{run.endpoint}:{run.model}" if with_endpoint else run.model
