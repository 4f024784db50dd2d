"""The app: two models answer the same prompt side by side."""

import asyncio
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from diptych.core.request import SideSettings
from diptych.core.text import pasteable
from diptych.tui.engine import Engine
from diptych.tui.history import History
from diptych.tui.screens.compare import CompareScreen
from diptych.tui.screens.round import RoundScreen
from diptych.tui.themes import DARK, LIGHT, side_colours
from diptych.tui.visible import VisibleControls

if TYPE_CHECKING:
    from diptych.replay.player import Player

_KEY_NAMES = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "esc",
    "slash": "/",
    "full_stop": ".",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "minus": "-",
    "plus": "+",
    "equals_sign": "=",
    "left": "←",
    "right": "→",
}


class BaseApp(App[None]):
    """What the app is whichever screen it opens with: its themes, its palette, its ways out."""

    TITLE = "Diptych"
    # Those of the screens that it may open with: Textual loads none for the first one.
    CSS_PATH: ClassVar[list[str | PurePath]] = ["screens/compare.tcss", "screens/replay.tcss", "screens/history.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "quit", tooltip="Leave Diptych", show=False, priority=True, id="app.quit"),
        Binding(
            "ctrl+p", "command_palette", "palette", tooltip="Every action", show=False, priority=True, id="app.palette"
        ),
    ]

    def __init__(self, opening: Screen[None]) -> None:
        super().__init__()
        self._opening = opening
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name
        self._filters.append(VisibleControls())  # a list that Textual offers no way into

    def on_mount(self) -> None:
        """Give the terminal back also when the process is told to end."""
        if sys.platform != "win32":
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                leave = partial(self.exit, return_code=128 + number)
                asyncio.get_running_loop().add_signal_handler(number, leave)

    def get_default_screen(self) -> Screen[None]:
        """What the app opens with."""
        return self._opening

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colours, for themes that do not define them."""
        return side_colours(self.current_theme)

    def get_key_display(self, binding: Binding) -> str:
        """Keys in the words of the documentation: `ctrl+r`, `esc`, `F5`."""
        if binding.key_display:
            return binding.key_display
        *modifiers, key = binding.key.split("+")
        name = _KEY_NAMES.get(key, key.upper() if key[0] == "f" and key[1:].isdigit() else key)
        return "+".join([*modifiers, name])

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: every action of the screen, then those of the app."""
        if isinstance(screen, RoundScreen):
            yield from screen.commands()
        yield SystemCommand("Switch between dark and light", "Diptych's own two themes", self.action_toggle_dark)
        yield SystemCommand("Choose a theme", "Any that Textual has", self.action_change_theme)
        yield SystemCommand("Leave Diptych", "ctrl+q", self.action_quit)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy the source, with controls made visible, on which a terminal would act where this is pasted."""
        super().copy_to_clipboard(pasteable(text))

    def action_help_quit(self) -> None:
        """Ctrl+C with nothing selected to copy: tell what was probably meant."""
        self.clear_notifications()
        self.notify("Ctrl+Q leaves Diptych, Esc stops the answers. Ctrl+C copies what is selected.", markup=False)

    def action_toggle_dark(self) -> None:
        """Switch between the dark and the light theme."""
        self.theme = LIGHT.name if self.current_theme.dark else DARK.name


class DiptychApp(BaseApp):
    """Shows an engine's rounds and lets the user ask.

    `hint` tells how to set the key that a side is simulated for lack of, "" where it lacks none; `scenarios` are the
    words that make a simulated model do something particular. With `prompt` it asks at once; with `once` it leaves
    when every side has ended. Without a `history` none can be looked at; `unrecorded` is asked for the sentence that
    says why nothing is written there, "" while all is.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        prompt: str | None = None,
        once: bool = False,
        hint: Callable[[SideSettings], str],
        scenarios: Mapping[str, str],
        history: History | None = None,
        unrecorded: Callable[[], str] = str,
    ) -> None:
        super().__init__(
            CompareScreen(
                engine,
                prompt=prompt,
                once=once,
                hint=hint,
                scenarios=scenarios,
                history=history,
                unrecorded=unrecorded,
            )
        )

    @staticmethod
    def replaying(player: "Player") -> BaseApp:
        """An app that plays a recorded round, and is over when the user leaves that."""
        from diptych.tui.screens.replay import ReplayScreen

        return BaseApp(ReplayScreen(player))

    @staticmethod
    def browsing(history: History, query: str) -> BaseApp:
        """An app that lists the rounds that a query finds, and is over when the user leaves them."""
        from diptych.tui.screens.history import HistoryScreen

        return BaseApp(HistoryScreen(history, query))
