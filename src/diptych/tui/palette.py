"""The command palette: every action by name. `palette_ranking` says what a query finds."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual.app import App
from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import Screen

from diptych.tui.key_names import key_name
from diptych.tui.palette_ranking import Findable, rank
from diptych.tui.palette_words import NOT_LISTED, PALETTE_WORDS, SENDING
from diptych.tui.textual_patches.remapped_keys import with_keymap
from diptych.tui.themes import DARK, LIGHT

if TYPE_CHECKING:
    from diptych.tui.app import DiptychApp


@dataclass(frozen=True, slots=True)
class Command:
    """An action with its name and its keys. Words by which it is found beside its title are in `words`.

    A command that `sends` a request is found by its words alone; an unlisted one is shown only when it is searched for.
    """

    title: str
    key: str
    run: Callable[[], Any]
    words: str = ""
    sends: bool = False
    is_listed: bool = True

    @property
    def findable(self) -> Findable:
        """What the palette searches."""
        return Findable(self.title, self.words, self.sends, self.is_listed)


def binding_commands(node: Screen[Any] | App[Any], bindings: Iterable[Binding]) -> Iterator[Command]:
    """Yield one command per binding of a screen or the app that says what it does, with the keys that it has now."""
    by_id: dict[str, tuple[Binding, list[str]]] = {}
    for binding in with_keymap(node.app, bindings):
        if binding.tooltip and binding.id:
            keys = by_id.setdefault(binding.id, (binding, []))[1]
            if (key := key_name(binding.key)) not in keys:
                keys.append(key)
    for name, (binding, keys) in by_id.items():
        run = partial(node.run_action, binding.action)
        words = PALETTE_WORDS.get(name, "")
        yield Command(binding.tooltip, ", ".join(keys), run, words, name in SENDING, name not in NOT_LISTED)


class CommandProvider(Provider):
    """Finds the commands of a screen and of the app."""

    async def discover(self) -> Hits:
        """Yield all listed commands in their order."""
        for command in self._commands():
            if command.is_listed:
                yield DiscoveryHit(Content(command.title), command.run, command.title, _shown_key(command))

    async def search(self, query: str) -> Hits:
        """Yield what the query finds, the best one first."""
        commands = self._commands()
        found = rank(query, [command.findable for command in commands])
        for place, index in enumerate(found):
            command = commands[index]
            yield Hit(1 - place / len(found), Content(command.title), command.run, command.title, _shown_key(command))

    def _commands(self) -> list[Command]:
        return list(cast("DiptychApp", self.app).commands(self.screen))


class ThemeProvider(Provider):
    """Finds a theme by its name. Diptych's own themes come first."""

    async def discover(self) -> Hits:
        """Yield all themes."""
        for name in self._names():
            yield DiscoveryHit(Content(name), partial(self._choose, name), name)

    async def search(self, query: str) -> Hits:
        """Yield the themes that the query finds, the best one first."""
        names = self._names()
        found = rank(query, [Findable(name) for name in names])
        for place, index in enumerate(found):
            name = names[index]
            yield Hit(1 - place / len(found), Content(name), partial(self._choose, name), name)

    def _choose(self, name: str) -> None:
        cast("DiptychApp", self.app).choose_theme(name)

    def _names(self) -> list[str]:
        own = [DARK.name, LIGHT.name]
        return [*own, *sorted(name for name in self.app.available_themes if name not in own)]


def _shown_key(command: Command) -> str:
    """Return the keys for Textual, which parses them as markup."""
    return command.key.replace("[", r"\[")
