"""What widgets tell their screen."""

from dataclasses import dataclass

from textual.message import Message

from diptych.core.request import SideName


@dataclass
class PromptSent(Message):
    """The user sends a prompt."""

    text: str


@dataclass
class LineOpened(Message):
    """The user opens a line of a side's event list."""

    side: SideName
    index: int
