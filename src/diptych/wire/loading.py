"""Imports the SDK that a request needs, and no other: each takes up to a second to load."""

import warnings
from collections.abc import Iterator, Mapping
from importlib import import_module

from diptych.apis.import_lock import IMPORT_LOCK
from diptych.core.endpoint import ApiName
from diptych.core.gc_policy import importing
from diptych.core.settings import Settings

_SDK_MODULES: Mapping[ApiName, str] = {
    "anthropic-messages": "anthropic.resources.messages",
    "openai-chat": "openai.resources.chat.completions.completions",
    "openai-responses": "openai.resources.responses.responses",
}
"""The modules that each SDK would import only when the first request is made."""

_PRICE_LIST = "genai_prices.data"

_loaded: set[str] = set()


def load(settings: Settings) -> None:
    """Import what requests with these settings need, once per process. Any thread may call this.

    Raises what the import raises.
    """
    with IMPORT_LOCK:
        missing = [module for module in _modules(settings) if module not in _loaded]
        if not missing:
            return
        # Both SDKs announce retiring models by warnings, which would be printed over a full screen.
        warnings.filterwarnings("ignore", category=DeprecationWarning, message="The model ")
        with importing():  # later collections need not look at the modules, which would delay a stream
            for module in missing:
                import_module(module)
        _loaded.update(missing)


def _modules(settings: Settings) -> Iterator[str]:
    yield _SDK_MODULES[settings.endpoint.api]
    if settings.endpoint.provider and not settings.endpoint.prices and not settings.simulated:
        yield _PRICE_LIST  # needed at the end of an answer, when loading it would delay other streams
