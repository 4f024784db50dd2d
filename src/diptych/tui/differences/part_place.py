"""Which part of the screen of differences is shown."""

from dataclasses import dataclass
from typing import Literal, get_args

Part = Literal["figures", "phases", "requests", "answers"]
PARTS: tuple[Part, ...] = get_args(Part)
"""The parts of the screen, in the order of their keys."""


@dataclass(slots=True)
class PartPlace:
    """The part that is shown, so that the screen opens with the one that was shown last."""

    part: Part = "figures"
