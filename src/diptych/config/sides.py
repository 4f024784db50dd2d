"""The two sides that the screen shows and the command line asks. Everything below them takes runs of any label."""

from typing import Literal

SideName = Literal["left", "right"]
"""The label of a run that has one of the screen's two panes."""

SIDES: tuple[SideName, SideName] = ("left", "right")
