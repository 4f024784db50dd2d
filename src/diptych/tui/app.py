"""The app: two models answer the same prompt side by side."""

import sys
from collections.abc import Callable, Iterable
from pathlib import PurePath
from typing import ClassVar

from textual.app import SystemCommand
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.events import Event, Paste
from textual.screen import Screen
from textual.theme import ThemeProvider

from diptych.core.text.sanitize import clean
from diptych.tui.screens.two_panes import RoundScreen
from diptych.tui.terminal.pasting import MOST_IN_BOX, too_much
from diptych.tui.textual_patches.control_filter import show_controls
from diptych.tui.textual_patches.crash import CrashSafeApp
from diptych.tui.textual_patches.leftovers import forget_painted
from diptych.tui.textual_patches.notices import drop_older_notices
from diptych.tui.textual_patches.resizing import Palette
from diptych.tui.textual_patches.running_app import call_soon, driver_of
from diptych.tui.themes import DARK, LIGHT, side_colours

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

_HUNG_UP = 129
"""The exit code when the terminal is gone: 128 and the number of SIGHUP."""


class DiptychApp(CrashSafeApp):
    """Shows the screen that it opens with; themes, the palette and quitting are the same on every screen.

    `unrecorded` returns a sentence while something is not written to the history, "" otherwise: then the user is asked
    before the app quits.
    """

    TITLE = "Diptych"
    # Those of the screens that it may open with: Textual loads none for the first one.
    CSS_PATH: ClassVar[list[str | PurePath]] = [
        "screens/compare.tcss",
        "screens/replay.tcss",
        "screens/history_browser.tcss",
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "quit", tooltip="Quit", show=False, priority=True, id="app.quit"),
        Binding(
            "ctrl+p", "command_palette", "palette", tooltip="Every action", show=False, priority=True, id="app.palette"
        ),
    ]

    def __init__(self, opening: Screen[None], unrecorded: Callable[[], str] = str) -> None:
        super().__init__()
        self._opening = opening
        self._unrecorded = unrecorded
        self._is_asking = False
        self.leaving = 0
        """The exit code that the app was told to leave with; 0 until then."""
        self.on_hang_up: Callable[[], object] = lambda: None
        """Called by a thread that finds the terminal gone; the app has been told to leave by then."""
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name
        show_controls(self)

    def on_mount(self) -> None:
        """Leave at once if that was asked for in the meantime."""
        if self.leaving:
            self._leave()

    def on_notify(self) -> None:
        """Let no more than two notices stand, so that they stay above the newest event on a small screen too."""
        drop_older_notices(self, keep=1)

    def leave(self, code: int) -> None:
        """Leave soon, with that exit code; for use in signal handlers and any thread, also before the app runs."""
        self.leaving = code
        hurry = getattr(driver_of(self), "hurry", None)
        if hurry:
            hurry()
        call_soon(self, self._leave)

    def hang_up(self) -> None:
        """Leave, as the terminal is gone; for use in any thread."""
        self.leave(_HUNG_UP)
        self.on_hang_up()

    def give_back_terminal(self) -> None:
        """Give the terminal back at once, from another thread and whatever the app is doing; it cannot go on then."""
        give_back = getattr(driver_of(self), "give_back_at_once", None)
        if give_back:
            give_back()

    def _leave(self) -> None:
        self.exit(return_code=self.leaving)

    def get_driver_class(self) -> type[Driver]:
        """The driver of this system, ours instead of Textual's for a Unix terminal."""
        chosen = super().get_driver_class()
        if sys.platform == "win32" or chosen.__name__ != "LinuxDriver":
            return chosen
        from diptych.tui.terminal.driver import Terminal

        return Terminal

    def pop_screen(self) -> AwaitComplete:
        """Leave a screen, and what was painted of it: a cache of Textual's would hold that of a thousand widgets."""
        left = self.screen
        popped = super().pop_screen()
        forget_painted(left)
        return popped

    def get_default_screen(self) -> Screen[None]:
        """What the app opens with."""
        return self._opening

    async def on_event(self, event: Event) -> None:
        """Keep pastes that no box takes from all of them."""
        if isinstance(event, Paste) and len(event.text) > MOST_IN_BOX:
            self.clear_notifications()
            self.notify(too_much(len(event.text)), severity="warning", markup=False)
        else:
            await super().on_event(event)

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
        yield SystemCommand("Quit", "ctrl+q", self.action_quit)

    async def action_quit(self) -> None:
        """Quit, after a question where something is not recorded; asked for twice, quit at once."""
        from diptych.tui.screens.confirm import ConfirmScreen

        problem = self._unrecorded()
        if not problem or self._is_asking:
            self.exit()
            return
        self._is_asking = True
        question = f"{problem} Quit anyway? F7 writes the shown round to a file."
        self.push_screen(ConfirmScreen("not recorded", question), self._quit_if)

    def _quit_if(self, yes: bool | None) -> None:
        self._is_asking = False
        if yes:
            self.exit()

    def action_command_palette(self) -> None:
        """Open the palette."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def search_themes(self) -> None:
        """Let the user choose among all themes."""
        self.push_screen(Palette(providers=[ThemeProvider], placeholder="Search for themes…"))

    def copy_to_clipboard(self, text: str) -> None:
        """Copy text as it is shown: what hides, reorders or controls would do so where it is pasted."""
        super().copy_to_clipboard(clean(text))

    def action_help_quit(self) -> None:
        """Ctrl+C with nothing selected to copy: tell what was probably meant."""
        self.clear_notifications()
        self.notify("Ctrl+Q quits Diptych, Esc stops the answers. Ctrl+C copies what is selected.", markup=False)

    def action_toggle_dark(self) -> None:
        """Switch between the dark and the light theme."""
        self.theme = LIGHT.name if self.current_theme.dark else DARK.name
