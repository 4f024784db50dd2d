"""The keys of the config file: uses them at once, and finds out on a thread which of them cannot be used."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from textual.app import App

from diptych.tui.key_names import readable_keys


class ConfiguredKeys:
    """Gives an app the keys that the user wants for bindings, by their ids. `tell` is called with what is wrong."""

    def __init__(self, app: App[Any], keys: Mapping[str, str], tell: Callable[[Sequence[str]], object]) -> None:
        self._app = app
        self._keys = keys
        self._tell = tell
        app.set_keymap(readable_keys(keys))

    def configure(self, keys: Mapping[str, str]) -> None:
        """Use other keys from now on."""
        self._keys = keys
        self._app.set_keymap(readable_keys(keys))
        self._app.screen.refresh_bindings()
        self._check_later()

    def check_first(self) -> None:
        """Check the keys once the first frame is painted, if there are any."""
        if self._keys:
            self._app.call_after_refresh(self._check_later)

    def _check_later(self) -> None:
        """Check the keys on a thread, as that imports every screen."""
        self._app.run_worker(
            partial(self._check, self._keys),
            thread=True,
            exclusive=True,
            exit_on_error=True,
            group="keys",
            description="check the keys of the config file",
        )

    def _check(self, keys: Mapping[str, str]) -> None:
        from diptych.tui.keymap import usable_keymap

        keymap, problems = usable_keymap(keys)
        self._app.call_later(self._use_checked, keys, keymap, problems)

    def _use_checked(self, keys: Mapping[str, str], keymap: Mapping[str, str], problems: Sequence[str]) -> None:
        """Use those of the configured keys that can be used, and say why the others cannot."""
        if keys is not self._keys:  # they were configured again while the thread checked them
            return
        self._app.set_keymap(keymap)
        self._app.screen.refresh_bindings()
        self._tell(problems)
