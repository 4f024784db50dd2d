"""Presets: settings under a name, which `@NAME` stands for wherever `ENDPOINT:MODEL` may stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

PRESET_MARK = "@"


@dataclass(frozen=True, slots=True)
class Preset:
    """Settings under a name. `model` is an `ENDPOINT:MODEL`; None stands for the default."""

    name: str
    model: str
    system: str | None = None
    max_tokens: int | None = None
    params: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
