"""What can be chosen as a side's model, while the lists are loaded in the background."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from diptych.catalog.choice_search import SearchableGroup, find_choices, searchable
from diptych.catalog.choices import (
    Choice,
    ChoiceGroup,
    endpoint_group,
    is_whole_name,
    presets_group,
    recent_group,
    sdk_group,
)
from diptych.catalog.model_catalog import ModelCatalog, is_fresh
from diptych.config.configuration import Configuration
from diptych.config.simulation import is_simulated
from diptych.core.endpoint import Endpoint
from diptych.core.history_summary import HistoryError
from diptych.core.offered_models import ModelList

if TYPE_CHECKING:
    from diptych.store.history import History

_MOST_RECENT = 8


class LoadedChoices:
    """The groups of choices: presets at once, everything else as it is loaded.

    `changed` is called whenever a group has come or has changed. Without a `history`, no models were used lately.
    """

    def __init__(
        self,
        configuration: Configuration,
        catalog: ModelCatalog,
        history: "History | None",
        changed: Callable[[], None],
    ) -> None:
        self._configuration = configuration
        self._catalog = catalog
        self._history = history
        self._changed = changed
        self._presets = searchable(presets_group(configuration.presets.values()))
        self._recent = searchable(recent_group((), {}))
        self._listed: dict[str, SearchableGroup] = {}
        self._named: dict[str, SearchableGroup] = {}
        self._sdk_models: dict[str, Sequence[str]] = {}

    @property
    def groups(self) -> list[SearchableGroup]:
        """The groups that have come: presets, models used lately, those that servers listed, those that SDKs name."""
        order = self._configuration.endpoints
        listed = (self._listed[name] for name in order if name in self._listed)
        named = (self._named[name] for name in order if name in self._named)
        return [self._presets, self._recent, *listed, *named]

    def find(self, typed: str) -> list[Choice]:
        """Return the choices that match; a whole name that is not listed stands first."""
        found = find_choices(self.groups, typed)
        if not is_whole_name(typed, self._configuration) or any(choice.name == typed for choice in found[:1]):
            return found
        return [Choice(typed, "as typed"), *(choice for choice in found if choice.name != typed)]

    async def load(self, *, ask_all: bool) -> bool:
        """Load every list, and return whether all could be loaded. With `ask_all` even new lists are asked for again.

        A server that does not list its models says why in its group; its list counts as loaded.
        """
        asked = [each for each in self._configuration.endpoints.values() if not self._is_simulated(each)]
        parts = (self._load_recent(), self._load_sdk_models(), *(self._load_listed(each, ask_all) for each in asked))
        results = await asyncio.gather(*parts, return_exceptions=True)
        return not any(isinstance(result, Exception) for result in results)

    async def _load_recent(self) -> None:
        if self._history is None:
            return
        try:
            names = await asyncio.to_thread(self._history.recent_models, _MOST_RECENT)
        except HistoryError:
            return  # the history browser says what is wrong with it
        self._recent = await _prepared(recent_group, names, self._configuration.endpoints)
        self._changed()

    async def _load_sdk_models(self) -> None:
        for endpoint in self._configuration.endpoints.values():
            if names := await asyncio.to_thread(self._catalog.sdk_models, endpoint):
                self._sdk_models[endpoint.name] = names
                await self._name_models(endpoint)

    async def _load_listed(self, endpoint: Endpoint, ask: bool) -> None:
        kept = await asyncio.to_thread(self._catalog.cached, endpoint)
        if kept:
            await self._list_models(endpoint, kept)
        if kept and is_fresh(kept) and not ask:
            return
        answer = await asyncio.wrap_future(self._catalog.ask(endpoint))
        if isinstance(answer, ModelList):
            await self._list_models(endpoint, answer)
        else:
            await self._list_models(endpoint, kept, answer.sentence)

    async def _list_models(self, endpoint: Endpoint, models: ModelList | None, problem: str = "") -> None:
        self._listed[endpoint.name] = await _prepared(endpoint_group, endpoint, models, time.time(), problem)
        await self._name_models(endpoint)

    async def _name_models(self, endpoint: Endpoint) -> None:
        """Take the models that the SDK names for an endpoint, without those that its server has listed."""
        if names := self._sdk_models.get(endpoint.name):
            listed = self._listed.get(endpoint.name)
            self._named[endpoint.name] = await _prepared(sdk_group, endpoint, names, listed and listed.group)
        self._changed()

    def _is_simulated(self, endpoint: Endpoint) -> bool:
        return self._catalog.is_offline or is_simulated(endpoint, self._configuration.simulation)


async def _prepared(make: Callable[..., ChoiceGroup], *arguments: object) -> SearchableGroup:
    """Make a group in another thread: thousands of models take longer than a frame, and the price list is loaded."""
    return await asyncio.to_thread(lambda: searchable(make(*arguments)))
