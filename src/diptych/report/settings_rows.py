"""The settings of several models as the rows of a table: one per setting, with what each model is asked with."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from diptych.core.secrets.patterns import without_keys
from diptych.core.settings import NOT_SET, Settings
from diptych.report.figures import UNKNOWN

LONGEST_VALUE = 600
"""Characters of a value that a table shows. Longer texts stand in full above their answer."""

DIFFERS = "≠"
"""Before the name of a setting that is not the same for all."""


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting's name, its value for each model, and whether these are not all the same.

    All of it is foreign text: clean it before it is drawn.
    """

    name: str
    cells: tuple[str, ...]
    differs: bool

    @property
    def marked_name(self) -> str:
        """The name, after a mark if the values differ."""
        return f"{DIFFERS} {self.name}" if self.differs else self.name


def settings_rows(settings: Sequence[Settings]) -> Iterator[SettingRow]:
    """Yield the settings in the order in which users read them; those that no model has are left out.

    What is a secret, or looks like a key, is taken out.
    """
    yield _row("model", settings, [each.model for each in settings])
    yield _row("endpoint", settings, [each.endpoint.name for each in settings])
    yield _row("API", settings, [each.endpoint.api for each in settings])
    if any(each.endpoint.base_url for each in settings):
        yield _row("base URL", settings, [each.endpoint.base_url for each in settings])
    if any(each.simulated for each in settings):
        yield _row("simulated", settings, ["yes" if each.simulated else "no" for each in settings])
    if any(each.preset for each in settings):
        yield _row("preset", settings, [each.preset for each in settings])
    if any(each.system for each in settings):
        yield _row("system prompt", settings, [each.system for each in settings])
    yield _row("max tokens", settings, [f"{each.max_tokens:,}" for each in settings])
    for name in dict.fromkeys(name for each in settings for name in each.params):
        yield _row(name, settings, [_field(each.params.get(name, NOT_SET)) for each in settings])
    if any(each.tools for each in settings):
        yield _row("tools", settings, [", ".join(tool.name for tool in each.tools) for each in settings])
    if any(each.response_schema is not None for each in settings):
        schemas = [NOT_SET if each.response_schema is None else dict(each.response_schema) for each in settings]
        yield _row("schema", settings, [_json(schema) for schema in schemas])


def _row(name: str, settings: Sequence[Settings], values: Sequence[str]) -> SettingRow:
    """Return a row without secrets. Values may differ beyond what is shown of them."""
    whole = [without_keys(each.endpoint.secrets.scrub(value)) for each, value in zip(settings, values, strict=True)]
    return SettingRow(name, tuple(map(_shortened, whole)), len(set(values)) > 1)


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_VALUE:
        return text or UNKNOWN
    return f"{text[:LONGEST_VALUE]}… ({len(text):,} characters)"


def _field(value: Any) -> str:
    """Return the value of a request field. A field that is None is left out of the request."""
    return "left out" if value is None else value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return "" if value is NOT_SET else json.dumps(value, ensure_ascii=False, default=str)
