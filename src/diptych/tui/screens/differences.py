"""The screen of differences between two runs: their figures, phases, requests and answers, each a part of it."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import ClassVar, Literal, get_args

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Click
from textual.widgets import ContentSwitcher, Static
from textual.worker import Worker

from diptych.core.naming import model_title
from diptych.core.text.sanitize import clean_line
from diptych.tui.differences.compared_runs import ComparedRun, Measured, measure
from diptych.tui.differences.figure_table import figure_table
from diptych.tui.differences.phase_bars import phase_bars
from diptych.tui.differences.request_rows import request_rows
from diptych.tui.textual_patches.remapped_keys import RemappedScreen
from diptych.tui.widgets.difference_rows import DifferenceRows
from diptych.tui.widgets.key_bar import KeyBar
from diptych.tui.widgets.text_line import TextLine

Part = Literal["figures", "phases", "requests", "answers"]
PARTS: tuple[Part, ...] = get_args(Part)
