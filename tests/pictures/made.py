"""All pictures of README and docs, and the recording that one of them is drawn from."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from tests.pictures import stills
from tests.pictures.cast import Screen

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"

CAST = FOLDER / "session.cast"
"""A short session, for `asciinema play`."""

ANIMATION = FOLDER / "session.svg"
"""The same session as an animated picture."""

STILLS: Mapping[str, tuple[Callable[[], Screen], str]] = MappingProxyType(
    {
        "compare": (stills.compare, "Two answers while they stream, with their figures, a timeline and their events"),
        "events": (stills.events, "A timeline of both answers above large lists of their events"),
        "event": (stills.event, "An event of the stream, opened: its times, what it means, and its data as a tree"),
        "phases": (stills.phases, "The phases of both answers on one time axis, and why one took longer"),
        "differences": (stills.differences, "Two answers side by side, with the words that differ"),
        "blind": (stills.blind, "A blind round: two answers without names, which wait for a vote"),
        "experiment": (stills.experiment, "An experiment: a table of cases and models, and every value on an axis"),
        "history": (stills.history, "The history: earlier rounds with their models, states and figures"),
    }
)
"""The pictures that stand still by their names: what draws each, and what it shows."""
