"""Loads the types of OpenAI's SDK one by one when they are used, instead of all together with the SDK.

They are 470 modules, which take half of the time that the SDK needs to load. A request needs few of them, since Diptych
reads the stream itself.
"""

import re
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module, reload
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

_PACKAGES: Mapping[str, Sequence[str]] = {"openai": ("openai.types", "openai.types.responses")}
"""Packages of each SDK that only import names from their modules, each before the packages in it.

Anthropic's SDK has such packages as well, but imports nearly all of their modules itself.
"""

_INNER_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


class _PackageOnDemand(ModuleType):
    """A package that is not executed yet. A name that is looked up in it is imported from the module named after it.

    If there is no such module, or if it does not have the name, the whole package is executed, so every name is found.
    """

    def __getattr__(self, name: str) -> Any:
        module = _INNER_CAPITAL.sub("_", name).lower()
        try:
            found = import_module(f"{self.__name__}.{module}")
            return found if module == name else getattr(found, name)
        except (ImportError, AttributeError):
            reload(self)
            # Only now an ordinary package: until then, other threads still find what they look up.
            self.__class__ = ModuleType  # type: ignore[assignment]
            return getattr(self, name)


def load_types_on_demand(sdk: str) -> None:
    """Have an SDK's types loaded on demand. Does nothing if the SDK is loaded already, or is not installed."""
    if sdk in sys.modules or sdk not in _PACKAGES:
        return
    package = find_spec(sdk)
    for name in _PACKAGES[sdk]:
        if package and (package := PathFinder.find_spec(name, package.submodule_search_locations)):
            sys.modules[name] = module_from_spec(package)
            sys.modules[name].__class__ = _PackageOnDemand
