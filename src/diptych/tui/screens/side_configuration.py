"""Changes what both sides are asked with: by the model picker, the settings, and the config file that is read again."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from textual.screen import Screen

from diptych.config.configuration import Configuration, CurrentConfiguration
from diptych.config.sides import SIDES, SideName
from diptych.core.settings import Settings
from diptych.tui.blind.pace_choice import PaceChoice
from diptych.tui.inputs.settings_place import SettingsPlace
from diptych.tui.messages import ConfigReloaded
from diptych.tui.renewed_settings import renewed_settings
from diptych.tui.saying import tell, warn

if TYPE_CHECKING:
    from diptych.catalog.model_catalog import ModelCatalog
    from diptych.engine.engine import Engine
    from diptych.store.history import History


class SideConfiguration:
    """Opens what changes the settings of both sides, and calls `configure` with what has changed."""

    def __init__(
        self,
        screen: Screen[None],
        engine: "Engine",
        current: CurrentConfiguration,
        *,
        catalog: "ModelCatalog",
        history: "History | None",
        blind_pace: PaceChoice,
        configure: Callable[[Mapping[SideName, Settings]], None],
    ) -> None:
        self._screen = screen
        self._engine = engine
        self._current = current
        self._catalog = catalog
        self._history = history
        self._blind_pace = blind_pace
        self._configure = configure
        self._settings_place = SettingsPlace()

    @property
    def now(self) -> Configuration:
        """The configuration as it was read last."""
        return self._current.now

    def choose_model(self, side: SideName) -> None:
        """Open the list of models for a side."""
        from diptych.tui.screens.model_picker import ModelScreen

        screen = ModelScreen(side, self._engine.settings[side], self.now, self._catalog, self._history)
        self._screen.app.push_screen(screen, lambda chosen: self._configure({side: chosen} if chosen else {}))

    def change_settings(self) -> None:
        """Open the settings: what is sent in addition to the conversation."""
        from diptych.config.preset_file import save_as_preset
        from diptych.tui.screens.side_settings import SettingsScreen

        settings = {side: self._engine.settings[side] for side in SIDES}
        save = partial(save_as_preset, self._current)
        screen = SettingsScreen(settings, save, self._settings_place, blind_pace=self._blind_pace)
        self._screen.app.push_screen(screen, lambda changed: self._configure(changed or {}))

    def reload(self) -> None:
        """Read the config file again. Both sides keep their settings, but use their endpoint as it is configured now.

        An endpoint that is gone or cannot be used any more is asked as before, and a notice says so.
        """
        configuration = self._current.reload()
        renewed, kept = renewed_settings({side: self._engine.settings[side] for side in SIDES}, configuration)
        self._screen.app.clear_notifications()
        if configuration.is_read:
            self._configure(renewed)
            self._blind_pace.configure(configuration.blind_pace)
            self._screen.post_message(ConfigReloaded(configuration.keys, configuration.theme))
        if kept:
            names = ", ".join(kept)
            warn(self._screen, f"Asked as before, since its endpoint is gone or has a problem: {names}.", beside=True)
        if configuration.problems or configuration.warnings:
            self.say_problems(configuration)
        elif not kept:
            tell(self._screen, "The config file was read again.", beside=True)

    def say_problems(self, configuration: Configuration) -> None:
        """Show the first thing that is wrong with the config file, and how many others there are."""
        first, *others = (*configuration.problems, *configuration.warnings, "")
        more = f" And {len(others) - 1} more: `diptych config check` lists them." if len(others) > 1 else ""
        if first:
            warn(self._screen, first + more, beside=True)
