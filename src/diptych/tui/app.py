"""The app: themes, the palette and quitting, whichever screen it opens with."""

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
from diptych.tui.screens.two_panes import TwoPaneScreen
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
    # Of the screens that it may open with: Textual does not load the style sheets of the first screen.
    CSS_PATH: ClassVar[list[str | PurePath]] = [
        "screens/compare.tcss",
        "screens/replay.tcss",
        "screens/history_browser.tcss",
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "quit", tooltip="Quit", show=False, priority=True, id="app.quit"),
        Binding(
            "ctrl+p",
            "command_palette",
            "palette",
            tooltip="Command palette",
            show=False,
            priority=True,
            id="app.palette",
        ),
    ]

    def __init__(self, opening: Screen[None], unrecorded: Callable[[], str] = str) -> None:
        super().__init__()
        self._opening = opening
        self._unrecorded = unrecorded
        self._is_asking = False
        self.leaving = 0
        """The exit code that the app was told to end with; 0 until then."""
        self.on_hang_up: Callable[[], object] = lambda: None
        """Called on the thread that finds the terminal gone, after the app was told to end."""
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name
        show_controls(self)

    def on_mount(self) -> None:
        """End at once if that was asked for before the app ran."""
        if self.leaving:
            self._leave()

    def on_notify(self) -> None:
        """Keep no more than two notices, so that they do not cover the newest event on a small screen."""
        drop_older_notices(self, keep=1)

    def leave(self, code: int) -> None:
        """End soon with that exit code. It may be called in signal handlers, on any thread, and before the app runs."""
        self.leaving = code
        hurry = getattr(driver_of(self), "hurry", None)
        if hurry:
            hurry()
        call_soon(self, self._leave)

    def hang_up(self) -> None:
        """End because the terminal is gone; may be called on any thread."""
        self.leave(_HUNG_UP)
        self.on_hang_up()

    def give_back_terminal(self) -> None:
        """Restore the terminal at once, from another thread and whatever the app is doing. The app must end then."""
        give_back = getattr(driver_of(self), "give_back_at_once", None)
        if give_back:
            give_back()

    def _leave(self) -> None:
        self.exit(return_code=self.leaving)

    def get_driver_class(self) -> type[Driver]:
        """Return the driver of this system; on a Unix terminal it is Diptych's own."""
        chosen = super().get_driver_class()
        if sys.platform == "win32" or chosen.__name__ != "LinuxDriver":
            return chosen
        from diptych.tui.terminal.driver import Terminal

        return Terminal

    def pop_screen(self) -> AwaitComplete:
        """Close a screen, and free what was painted of it."""
        left = self.screen
        popped = super().pop_screen()
        forget_painted(left)
        return popped

    def get_default_screen(self) -> Screen[None]:
        """Return the screen that the app opens with."""
        return self._opening

    async def on_event(self, event: Event) -> None:
        """Refuse a paste that is too long for any box."""
        if isinstance(event, Paste) and len(event.text) > MOST_IN_BOX:
            self.clear_notifications()
            self.notify(too_much(len(event.text)), severity="warning", markup=False)
        else:
            await super().on_event(event)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return Diptych's own colours, for themes that do not define them."""
        return side_colours(self.current_theme)

    def get_key_display(self, binding: Binding) -> str:
        """Return a key as the documentation writes it: `ctrl+r`, `esc`, `F5`."""
        if binding.key_display:
            return binding.key_display
        *modifiers, key = binding.key.split("+")
        name = _KEY_NAMES.get(key, key.upper() if key[0] == "f" and key[1:].isdigit() else key)
        return "+".join([*modifiers, name])

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Yield the actions of the screen, then those of the app, for the palette."""
        if isinstance(screen, TwoPaneScreen):
            yield from screen.commands()
        yield SystemCommand("Switch between dark and light", "Diptych's own themes", self.action_toggle_dark)
        yield SystemCommand("Choose a theme", "All themes of Textual", self.action_change_theme)
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
        """Open the list of all themes."""
        self.push_screen(Palette(providers=[ThemeProvider], placeholder="Search for themes…"))

    def copy_to_clipboard(self, text: str) -> None:
        """Copy text as it is shown, since control characters would take effect where it is pasted."""
        super().copy_to_clipboard(clean(text))

    def action_help_quit(self) -> None:
        """Explain the keys that the user probably meant, when Ctrl+C is pressed and nothing is selected."""
        self.clear_notifications()
        self.notify("Ctrl+Q quits Diptych, Esc stops the answers. Ctrl+C copies what is selected.", markup=False)

    def action_toggle_dark(self) -> None:
        """Switch between the dark and the light theme."""
        self.theme = LIGHT.name if self.current_theme.dark else DARK.name
