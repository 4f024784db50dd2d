"""The app: themes, the palette and quitting, whichever screen it opens with."""

import sys
from collections.abc import Callable, Iterable
from pathlib import PurePath
from typing import ClassVar

from textual.app import SystemCommand
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.events import Event, Key, Paste
from textual.screen import Screen
from textual.theme import ThemeProvider

from diptych.core.text.sanitize import clean
from diptych.tui.key_names import key_in_text, key_name
from diptych.tui.screens.pane_keys import EXPORT_KEY, STOP_KEY
from diptych.tui.screens.two_panes import TwoPaneScreen
from diptych.tui.terminal.burst import Burst, is_character
from diptych.tui.terminal.pasting import MOST_IN_BOX, too_much
from diptych.tui.text_target import TextTarget
from diptych.tui.textual_patches.control_filter import show_controls
from diptych.tui.textual_patches.crash import CrashSafeApp
from diptych.tui.textual_patches.leftovers import forget_painted
from diptych.tui.textual_patches.notices import drop_older_notices
from diptych.tui.textual_patches.resizing import Palette
from diptych.tui.textual_patches.running_app import call_soon, driver_of
from diptych.tui.textual_patches.text_keys import BoxesFirstApp
from diptych.tui.themes import DARK, LIGHT, side_colours

HELP_KEY = Binding(
    "question_mark,f1", "help", "help", tooltip="All keys that work here", show=False, priority=True, id="app.help"
)

QUIT_KEY = Binding("ctrl+q", "quit", "quit", tooltip="Quit", show=False, priority=True, id="app.quit")

_HUNG_UP = 129
"""The exit code when the terminal is gone: 128 and the number of SIGHUP."""


class DiptychApp(BoxesFirstApp, CrashSafeApp):
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
        HELP_KEY,
        QUIT_KEY,
        Binding(
            "ctrl+p",
            "command_palette",
            "palette",
            tooltip="Command palette: every action by name",
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
        """Hand text that is pasted, or typed in a burst, to a box. Refuse a paste that is too long for any box."""
        match event:
            case Paste() if len(event.text) > MOST_IN_BOX:
                self.clear_notifications()
                self.notify(too_much(len(event.text)), severity="warning", markup=False)
            case Paste() if not self.is_in_box and not event.is_forwarded:
                self._give_to_box(event.text)
            case Burst() if not self.is_in_box:
                self._give_to_box(event.text)
            case Burst():
                for key in event.keys:
                    await self.on_event(key)
            case _:
                await super().on_event(event)

    def on_key(self, event: Key) -> None:
        """Hand a character that does nothing where the focus is to a box. A space alone is not worth it."""
        character = event.character or ""
        if is_character(event) and not character.isspace() and event.key not in self.screen.active_bindings:
            event.prevent_default()
            self._give_to_box(character)

    def _give_to_box(self, text: str) -> None:
        """Type a text into the box of the screen; where there is none, it does nothing."""
        screen = self.screen
        if isinstance(screen, TextTarget):
            screen.type_into_box(text)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return Diptych's own colours, for themes that do not define them."""
        return side_colours(self.current_theme)

    def get_key_display(self, binding: Binding) -> str:
        """Return a key as the documentation writes it: `ctrl+r`, `esc`, `F5`."""
        return binding.key_display or key_name(binding.key)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Yield the actions of the screen, then those of the app, for the palette."""
        if isinstance(screen, TwoPaneScreen):
            yield from screen.commands()
        yield SystemCommand("Switch between dark and light", "Diptych's own themes", self.action_toggle_dark)
        yield SystemCommand("Choose a theme", "All themes of Textual", self.action_change_theme)
        yield SystemCommand("Quit", "ctrl+q", self.action_quit)

    async def action_quit(self) -> None:
        """Quit, after a question while answers stream or something is not recorded; asked for twice, quit at once."""
        from diptych.tui.screens.confirm import ConfirmScreen

        question = self._question_before_quitting()
        if not question or self._is_asking:
            self.exit()
            return
        self._is_asking = True
        self.push_screen(ConfirmScreen("quit", question), self._quit_if)

    def _question_before_quitting(self) -> str:
        if problem := self._unrecorded():
            return f"{problem} Quit anyway? {key_in_text(self, EXPORT_KEY)} writes the shown round to a file."
        if isinstance(self._opening, TwoPaneScreen) and self._opening.is_asking:
            return "The models are still answering. Stop them, and quit?"
        return ""

    def _quit_if(self, yes: bool | None) -> None:
        self._is_asking = False
        if yes:
            self.exit()

    def action_help(self) -> None:
        """List the keys that work on this screen, or close that list."""
        from diptych.tui.screens.help import HelpScreen

        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss()
        elif not isinstance(self.screen, Palette):
            scenarios = self.screen.scenarios if isinstance(self.screen, TwoPaneScreen) else {}
            self.push_screen(HelpScreen(type(self.screen), scenarios))

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
        self.notify(
            f"{key_in_text(self, QUIT_KEY)} quits Diptych, {key_in_text(self, STOP_KEY)} stops the answers. "
            "Ctrl+C copies what is selected.",
            markup=False,
        )

    def action_toggle_dark(self) -> None:
        """Switch between the dark and the light theme."""
        self.theme = LIGHT.name if self.current_theme.dark else DARK.name
