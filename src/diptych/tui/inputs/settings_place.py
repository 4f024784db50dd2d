"""Where the user was in the settings, so that they open there again."""

from dataclasses import dataclass


@dataclass(slots=True)
class SettingsPlace:
    """Whether both sides are edited at once, and the id of the box that had the focus."""

    is_same: bool = False
    focused: str = "left-system"
