"""The app: themes, the palette and quitting, whichever screen it opens with."""

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any, ClassVar

from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import Screen

from diptych.core.text.sanitize import clean, clean_line
from diptych.store.atomic_write import write_text
from diptych.tui.configured_keys import ConfiguredKeys
from diptych.tui.export_choice import ExportChoice
from diptych.tui.key_names import bindings_of, key_in_text, key_name
from diptych.tui.messages import ConfigReloaded
from diptych.tui.palette import Command, CommandProvider, ThemeProvider, binding_commands
from diptych.tui.saying import fail, tell, warn
from diptych.tui.screens.pane_keys import EXPORT_KEY, HELP_KEY, STOP_KEY
from diptych.tui.screens.two_panes import TwoPaneScreen
from diptych.tui.terminal.driver_choice import driver_class
from diptych.tui.text_target import TextTargetApp
from diptych.tui.textual_patches.control_filter import show_controls
from diptych.tui.textual_patches.crash import CrashSafeApp
from diptych.tui.textual_patches.leftovers import forget_painted
from diptych.tui.textual_patches.notices import drop_older_notices
from diptych.tui.textual_patches.resizing import Palette
from diptych.tui.textual_patches.rule_hashes import hash_rules_quickly
from diptych.tui.textual_patches.running_app import call_soon, driver_of
from diptych.tui.theme_choice import ThemeChoice
from diptych.tui.themes import DARK, LIGHT, side_colours

QUIT_KEY = Binding("ctrl+q", "quit", "quit", tooltip="Quit", show=False, priority=True, id="app.quit")

_NO_KEYS: Mapping[str, str] = MappingProxyType({})

_HUNG_UP = 129
"""The exit code when the terminal is gone: 128 and the number of SIGHUP."""


class DiptychApp(TextTargetApp, CrashSafeApp):
    """Shows the screen that it opens with; themes, the palette and quitting are the same on every screen.

    `keys` are the keys that the user wants for a binding, by its id. `theme` says which theme to begin with, and keeps
    the one that the user chooses; `exports` does the same for the format of exports. `unrecorded` returns a sentence
    while something is not written to the history, "" otherwise: then the user is asked before the app quits.
    """

    TITLE = "Diptych"
    # Of the screens that it may open with: Textual does not load the style sheets of the first screen.
    CSS_PATH: ClassVar[list[str | PurePath]] = [
        "screens/compare.tcss",
        "screens/replay.tcss",
        "screens/history_browser.tcss",
        "screens/votes.tcss",
        "screens/experiment.tcss",
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
        Binding(
            "ctrl+z", "suspend_process", tooltip="Suspend Diptych, as a job of the shell", show=False, id="app.suspend"
        ),
    ]

    def __init__(
        self,
        opening: Screen[None],
        unrecorded: Callable[[], str] = str,
        *,
        keys: Mapping[str, str] = _NO_KEYS,
        theme: ThemeChoice | None = None,
        exports: ExportChoice | None = None,
    ) -> None:
        hash_rules_quickly()
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
        self._theme_choice = theme or ThemeChoice()
        self.theme, problem = self._theme_choice.first(self.available_themes)
        self.exports = exports or ExportChoice()
        self._problems = [problem] if problem else []
        self._early_warnings: list[str] = []
        self._keys = ConfiguredKeys(self, keys, self._tell)
        show_controls(self)

    def on_mount(self) -> None:
        """End at once if that was asked for before the app ran. Show what is wrong with the configuration."""
        if self.leaving:
            self._leave()
        # None of the 16 colours lies between the background and the text, so cursors are drawn in reverse.
        if self.console.color_system == "standard" and not self.is_headless:
            self.add_class("-few-colours")
        for problems in (self._problems, *([warning] for warning in self._early_warnings)):
            self._tell(problems)
        self.call_after_refresh(gc.enable)  # `run_app` switched garbage collection off, which delays the first frame
        self._keys.check_first()

    def on_config_reloaded(self, message: ConfigReloaded) -> None:
        """Take over what a config file that was read again says about the app."""
        self.configure(message.keys, message.theme)

    def configure(self, keys: Mapping[str, str], theme: str) -> None:
        """Take over the keys and the theme of a config file that was read again."""
        self._keys.configure(keys)
        if self._theme_choice.configure(theme):
            self.theme, problem = self._theme_choice.first(self.available_themes)
            self._tell([problem] if problem else [])

    def _tell(self, problems: Sequence[str]) -> None:
        """Show the first thing that is wrong with the configuration, and how many others there are."""
        if problems:
            more = f" `diptych config check` tells {len(problems) - 1} more." if len(problems) > 1 else ""
            self.notify(clean_line(problems[0]) + more, severity="warning", timeout=10, markup=False)

    def warn(self, sentence: str) -> None:
        """Show a warning as soon as the app runs. Any thread may call this."""
        if self.is_running:
            call_soon(self, partial(self._tell, [sentence]))
        else:
            self._early_warnings.append(sentence)

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
        """Return the driver of this system; on a Unix terminal and in a browser it is Diptych's own."""
        return driver_class(super().get_driver_class())

    def pop_screen(self) -> AwaitComplete:
        """Close a screen, and free what was painted of it."""
        left = self.screen
        popped = super().pop_screen()
        forget_painted(left)
        return popped

    def get_default_screen(self) -> Screen[None]:
        """Return the screen that the app opens with."""
        return self._opening

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return Diptych's own colours, for themes that do not define them."""
        return side_colours(self.current_theme)

    def get_key_display(self, binding: Binding) -> str:
        """Return a key as the documentation writes it: `ctrl+r`, `esc`, `F5`."""
        return binding.key_display or key_name(binding.key)

    def commands(self, screen: Screen[Any]) -> Iterator[Command]:
        """Yield the actions of a screen, then those of the app, for the palette."""
        if isinstance(screen, TwoPaneScreen):
            yield from screen.commands()
        else:
            yield from binding_commands(screen, bindings_of(type(screen)))
        yield Command("Choose a theme", "", self.search_themes, "theme themes colours colors color appearance")
        yield Command("Use the dark theme", DARK.name, partial(self.choose_theme, DARK.name), "dark night black mode")
        yield Command("Use the light theme", LIGHT.name, partial(self.choose_theme, LIGHT.name), "light day white mode")
        yield Command("Save a screenshot", "an SVG file", self.action_screenshot, "screenshot picture image svg print")
        yield from (command for command in binding_commands(self, bindings_of(type(self))) if command.words)

    async def action_quit(self) -> None:
        """Quit, but ask first while answers stream or something is not recorded; the second time, quit at once."""
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
            self.push_screen(Palette(providers=[CommandProvider], id="--command-palette"))

    def search_themes(self) -> None:
        """Open the list of all themes."""
        self.push_screen(Palette(providers=[ThemeProvider], placeholder="Search for themes…"))

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """Write what the screen shows into an SVG file in the current folder, and tell its path."""
        name = filename or f"diptych-{time.strftime('%Y%m%d-%H%M%S')}.svg"
        file = Path(path or ".").absolute() / name
        try:
            write_text(file, [self.export_screenshot()], overwrite=False)
        except OSError as error:
            sentence = f"{file} cannot be written: {error.strerror or error}."
            fail(self, clean_line(sentence))
        else:
            tell(self, f"Wrote {clean_line(str(file))}")

    def copy_to_clipboard(self, text: str) -> None:
        """Copy text as it is shown, since control characters would take effect where it is pasted."""
        super().copy_to_clipboard(clean(text))

    def action_help_quit(self) -> None:
        """Explain the keys that the user probably meant, when Ctrl+C is pressed and nothing is selected."""
        tell(
            self,
            f"{key_in_text(self, QUIT_KEY)} quits Diptych, {key_in_text(self, STOP_KEY)} stops the answers. "
            "Ctrl+C copies what is selected.",
        )

    def action_suspend_process(self) -> None:
        """Let the shell take the terminal until the user continues the job, if there is a shell."""
        suspend_job: Callable[[], bool] | None = getattr(driver_of(self), "suspend_job", None)  # of a Unix terminal
        if suspend_job is None or not suspend_job():
            tell(self, "There is no shell to go back to, so Diptych was not suspended.")

    def action_toggle_dark(self) -> None:
        """Switch between the dark and the light theme."""
        self.choose_theme(LIGHT.name if self.current_theme.dark else DARK.name)

    def choose_theme(self, name: str) -> None:
        """Use a theme from now on, and at the next start."""
        self.theme = name
        if problem := self._theme_choice.keep(name):
            warn(self, problem)
