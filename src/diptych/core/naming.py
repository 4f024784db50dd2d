"""What a side and its model are called wherever a person reads it: on the screen, in exports, in messages.

Screens and reports ask here instead of printing a label or a setting, so that what they call a side is decided once.
Data for programs (JSON, recordings, the history) keep the labels and names themselves. The names are as the user or
the server wrote them: clean them before they are drawn.

The sides of a blind round have letters instead of names until the user votes (`Round.is_hidden`). What would give a
side away, and cannot be shown without doing so, calls `refuse_hidden`.
"""

import re

from diptych.core.blind import HiddenRoundError
from diptych.core.history_summary import ListedRun
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.settings import Settings

HIDDEN_UNTIL_VOTE = "This round is blind: vote first (in a pane: 1 A, 2 B, = tie, 0 neither)."
"""Why the screen refuses something as long as a round is hidden."""

HIDDEN_MODEL = "hidden until you vote"
"""What a model is called that must not be named yet."""

VERDICT_WORDS = "left|right|tie|neither"
"""The verdicts that the command line takes, as its help shows them."""

_NUMBERED = re.compile(r"#\d+\Z")
"""The end of the label of a model that has the same name as one before it."""


def side_name(label: Label, round_: Round | None = None) -> str:
    """Return what the side with that label is called within a sentence or a heading, such as `left`.

    In a hidden round that is its letter, `A` for the answer that is shown first.
    """
    return round_.blind.letter(label) if round_ and round_.blind and round_.is_hidden else label


def is_name_of(label: Label, model: str) -> bool:
    """Whether a label says what the name of a model begins with, so that one of the two is enough.

    >>> is_name_of("openai:gpt-5.6-sol", "openai:gpt-5.6-sol · simulated")
    True
    """
    return model == label or model.startswith(f"{label} · ")


def blind_name(round_: Round, label: Label) -> str:
    """Return what a side of a blind round is called once it is revealed, such as `A = right`; else its label."""
    return f"{round_.blind.letter(label)} = {label}" if round_.blind else label


def title_name(round_: Round, run: Run) -> str:
    """Return what stands before the model of a run in a title, such as `A = right` or `@terse`; "" for nothing.

    A label is left out if it is `left` or `right`, which the place of the pane says, or the name of the model.
    """
    if round_.blind:
        return blind_name(round_, run.label)
    return "" if run.label in ("left", "right", run.request.settings.name) else run.label


def take_name(round_: Round, run: Run) -> str:
    """Return which take of its side a run is, such as `take 2 of 3`; "" where the side was asked once."""
    takes = round_.takes(run.label)
    return f"take {takes.index(run) + 1} of {len(takes)}" if len(takes) > 1 else ""


def verdict_on(round_: Round, run: Run) -> str:
    """Return what the user's vote says about a run: `better`, `tie`, `neither`, or "" for nothing.

    A vote says nothing about takes that did not count when it was given.
    """
    vote = round_.vote
    if vote is None or vote.takes.get(run.label, run.take) != run.take:
        return ""
    if vote.verdict == "better":
        return "better" if vote.label == run.label else ""
    return vote.verdict


def model_name(settings: Settings) -> str:
    """Return what a side's model is called, `ENDPOINT:MODEL`."""
    return settings.name


def model_title(settings: Settings) -> str:
    """Return the name of a side's model, and whether it is simulated.

    It reads `anthropic:claude-opus-5-5` or `anthropic:claude-opus-5-5 · simulated`.
    """
    return model_name(settings) + (" · simulated" if settings.simulated else "")


def tallied_model(endpoint: str, model: str, *, simulated: bool) -> str:
    """Return the name under which votes on a model are counted: what is simulated is not the model itself."""
    return f"{endpoint}:{model}" + (" · simulated" if simulated else "")


def labelled_model(label: str, model: str) -> str:
    """Return the label of an experiment's model with the name of that model, unless the label says it already.

    >>> labelled_model("@terse", "openai:b · simulated")
    '@terse · openai:b · simulated'
    >>> labelled_model("openai:b#2", "openai:b · simulated")
    'openai:b#2 · simulated'
    """
    for said in (label, _NUMBERED.sub("", label)):
        if is_name_of(said, model):
            return label + model.removeprefix(said)
    return f"{label} · {model}" if model else label


def reported_model(settings: Settings, reported: str | None) -> str:
    """Return the model that the server says it used; "" if it names none, or the one that was asked for."""
    return reported if reported and reported != settings.model else ""


def next_model(settings: Settings, *, after: Settings) -> str:
    """Return what the next model of a side is called: by its name alone if the endpoint is the same as before."""
    return settings.model if settings.endpoint.name == after.endpoint.name else model_name(settings)


def hidden_sentence(round_id: int | None = None) -> str:
    """Return why a hidden round cannot be shown on the command line, and what to do; `round_id` is its ID, if known."""
    if round_id is None:
        return "This round is blind and has no vote yet: import it and vote on it first, or use --reveal."
    return (
        f"Round {round_id} is blind and has no vote yet: vote first with `diptych vote {round_id} {VERDICT_WORDS}`, "
        "or use --reveal."
    )


def hidden_in_history(round_id: int, key: str = "") -> str:
    """Return why the history does not open a hidden round, and what to do; `key` continues its conversation."""
    how = f"{key} continues its conversation, where you can vote. Or use" if key else "vote first with"
    return f"Round {round_id} is blind: {how} `diptych vote {round_id} {VERDICT_WORDS}`."


def refuse_hidden(round_: Round, sentence: str | None = None) -> None:
    """Raise `HiddenRoundError` with that sentence if the sides of a round are hidden."""
    if round_.is_hidden:
        raise HiddenRoundError(sentence or hidden_sentence())


def listed_model(run: ListedRun, *, with_endpoint: bool) -> str:
    """Return what the model of a side in the history is called, with or without its endpoint."""
    return f"{run.endpoint}:{run.model}" if with_endpoint else run.model
