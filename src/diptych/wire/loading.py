"""Imports what a request needs when it needs it: its own SDK takes up to a second to load, the price list 0.2 s."""

import sys
import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module

from diptych.apis.import_lock import IMPORT_LOCK
from diptych.core.endpoint import ApiName
from diptych.core.gc_policy import importing
from diptych.core.settings import Settings
from diptych.wire.sdk_types import load_types_on_demand

_SDK_MODULES: Mapping[ApiName, str] = {
    "anthropic-messages": "anthropic.resources.messages",
    "openai-chat": "openai.resources.chat.completions.completions",
    "openai-responses": "openai.resources.responses.responses",
}
"""The modules that each SDK would import only when the first request is made."""

_PRICE_LIST = "genai_prices.data"

_PRICES_AFTER = 0.3
"""Seconds after which the price list is loaded: it is needed at the end of an answer, and no request waits for it."""

_loaded: set[str] = set()


def load(settings: Settings) -> None:
    """Import the SDK for requests with these settings, once per process. Any thread may call this.

    Raises what the import raises.
    """
    _load(_SDK_MODULES[settings.endpoint.api])


def load_in_background(sides: Iterable[Settings], *, with_prices: bool = False) -> None:
    """Import in a thread what requests with these settings need; what fails is raised when a request needs it."""
    needed = tuple(sides)

    def load_all() -> None:
        for settings in needed:
            with suppress(Exception):
                load(settings)
                if with_prices:
                    load_prices(settings)

    threading.Thread(target=load_all, name="warm-up", daemon=True).start()


def load_prices(settings: Settings) -> None:
    """Import the price list, if the cost of answers to these settings is found there. Any thread may call this.

    It takes 0.2 s, in which the end of an answer would delay other streams.
    """
    if _has_listed_prices(settings):
        _load(_PRICE_LIST)


def load_prices_soon(settings: Settings) -> None:
    """Import the price list in a thread once the request is on its way. An answer that ends sooner imports it."""
    if _has_listed_prices(settings):
        timer = threading.Timer(_PRICES_AFTER, _load, (_PRICE_LIST,))
        timer.daemon = True
        timer.start()


def _has_listed_prices(settings: Settings) -> bool:
    return bool(settings.endpoint.provider and not settings.endpoint.prices and not settings.simulated)


def _load(module: str) -> None:
    with IMPORT_LOCK:
        if module in _loaded:
            return
        # Both SDKs announce retiring models by warnings, which would be printed over a full screen.
        warnings.filterwarnings("ignore", category=DeprecationWarning, message="The model ")
        # Later collections need not look at the modules, which would delay a stream.
        with importing(), _without_aiohttp():
            load_types_on_demand(module.partition(".")[0])
            import_module(module)
        _loaded.add(module)


@contextmanager
def _without_aiohttp() -> Iterator[None]:
    """Hide aiohttp while the block runs, unless it is imported already.

    Where it is installed, OpenAI's SDK imports it for a client that Diptych does not use, in a fifth of its time.
    """
    if "aiohttp" in sys.modules:
        yield
        return
    sys.modules["aiohttp"] = None  # type: ignore[assignment]  # as Python documents for a module not to be found
    try:
        yield
    finally:
        sys.modules.pop("aiohttp", None)
