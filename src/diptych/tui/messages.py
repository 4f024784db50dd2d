"""The messages that widgets send to their screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from diptych.config.sides import SideName
from diptych.tui.markdown.layout.rows import Link

if TYPE_CHECKING:
    from diptych.tui.inputs.settings_form import FormField
    from diptych.tui.widgets.answer_view import AnswerView


@dataclass
class PromptSent(Message):
    """The user sends a prompt."""

    text: str


@dataclass
class LineOpened(Message):
    """The user opens a line of a side's event list."""

    side: SideName
    index: int


@dataclass
class LineReached(Message):
    """The user moves in a side's event list; see `TimeAsked` for `seconds`."""

    side: SideName
    seconds: float


@dataclass
class TimeAsked(Message):
    """The user asks for what the other side did at the same time.

    `seconds` are those since the round began; infinity stands for the end, whenever that is.
    """

    side: SideName
    seconds: float


@dataclass
class TimeChosen(Message):
    """The user chooses a stretch of time: `within` seconds from `seconds` after the beginning of the round on."""

    seconds: float
    within: float


@dataclass
class FilterAsked(Message):
    """The user filters a side's event list; an empty text ends the filter."""

    text: str


@dataclass
class MoreToRead(Message):
    """An answer or an event list has more to lay out or to search than was done at once."""


@dataclass
class AnswerScrolled(Message):
    """An answer was scrolled, and not because the other one was."""

    answer: "AnswerView"


@dataclass
class LinkClicked(Message):
    """The user clicks on a link of an answer. A click does not open it yet."""

    link: Link


@dataclass
class SearchAsked(Message):
    """The user searches a side's answer; an empty query ends the search."""

    query: str


@dataclass
class SearchLeft(Message):
    """The user goes back from the search bar to the answer."""


@dataclass
class SettingEdited(Message):
    """The user edits a field of a side's settings.

    `before` is the text that the field had; for request fields it is the last text that could be read.
    """

    side: SideName
    field: "FormField"
    before: str


@dataclass
class ConfigReloaded(Message):
    """The config file was read again; `keys` and `theme` are what it says about them now."""

    keys: Mapping[str, str]
    theme: str


@dataclass
class TitleClicked(Message):
    """The user clicks on the title of a side."""

    side: SideName


@dataclass
class FlipAsked(Message):
    """The user wants to see the side that has no room on the screen."""


@dataclass
class MomentChosen(Message):
    """The user chooses a moment of a replay, in seconds since the round began."""

    position: float
