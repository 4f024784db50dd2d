"""The colour of each side of a page: a CSS class, which `style.css` gives its colour for light and dark."""

from collections.abc import Collection, Mapping

from diptych.core.request import Label
from diptych.core.round import Round

ACCENTS = 6
"""How many colours `style.css` defines. With more sides than that, colours are used again."""

_ON_SCREEN = {"left": "accent-1", "right": "accent-2"}


def accents(round_: Round) -> Mapping[Label, str]:
    """Return the class of each label of a round: left and right as on the screen, others in their order."""
    return accents_of(round_.runs)


def accents_of(labels: Collection[Label]) -> Mapping[Label, str]:
    """Return the class of each of these labels."""
    if set(labels) <= _ON_SCREEN.keys():
        return _ON_SCREEN
    return {label: f"accent-{number % ACCENTS + 1}" for number, label in enumerate(labels)}
