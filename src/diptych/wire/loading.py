"""Imports what a side needs before its first request, and nothing else: an SDK takes up to a second to load."""

import gc
import threading
import warnings
from collections.abc import Iterator, Mapping
from importlib import import_module

from diptych.core.endpoint import ApiName
from diptych.core.settings import Settings

_SDK_MODULES: Mapping[ApiName, str] = {
    "anthropic-messages": "anthropic.resources.messages",
    "openai-chat": "openai.resources.chat.completions.completions",
    "openai-responses": "openai.resources.responses.responses",
}
"""The modules that each SDK itself would import only when the first request is made."""

_PRICE_LIST = "genai_prices.data"

_lock = threading.Lock()
_loaded: set[str] = set()


def load(settings: Settings) -> None:
    """Import what a side needs, once in a process; safe in any thread. Raises what the import raises."""
    with _lock:
        missing = [module for module in _modules(settings) if module not in _loaded]
        if not missing:
            return
        # Both SDKs announce retiring models by warnings, which on a full screen would land on the picture.
        warnings.filterwarnings("ignore", category=DeprecationWarning, message="The model ")
        for module in missing:
            import_module(module)
        _loaded.update(missing)
        gc.freeze()  # what was loaded stays: no later collection has to look at it, which would pause a stream


def _modules(settings: Settings) -> Iterator[str]:
    yield _SDK_MODULES[settings.endpoint.api]
    if settings.endpoint.provider and not settings.simulated:
        yield _PRICE_LIST  # before the request: at the end of an answer it would hold up the other side's stream
