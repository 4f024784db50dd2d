"""What a side is asked with, on one line: what differs from the defaults or from another side.

It reads `@terse · ≠ system "Answer in one…" · temperature 0.2 · effort high · max 300 · 2 tools · schema`, where `≠`
marks what differs from another side. A system prompt and request fields may hold anything, so that they are cleaned,
shortened, and rid of secrets here.
"""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from diptych.core.secrets.patterns import without_keys
from diptych.core.settings import DEFAULT_MAX_TOKENS, Settings
from diptych.core.text.excerpt import excerpt
from diptych.core.wording.counted import counted

SEPARATOR = " · "
_MARK = "≠ "

_LONGEST_SYSTEM = 80
_SHORTEST_SYSTEM = 12
"""Characters of a system prompt that are quoted, at most and at least; with less room it is named only."""

_LONGEST_NAME = 40
_LONGEST_VALUE = 32
"""The most characters of a name and of a request field's value."""

_READ = 2_000
"""Characters of a long text that are looked at: more than are ever shown, so that no secret is cut in two."""

_ORDER = ("system", "temperature", "effort", "", "max_tokens", "tools", "response_schema")
"""The order in which settings are named; other request fields stand in place of ""."""


@dataclass(frozen=True, slots=True)
class SettingWords:
    """One setting in words, and whether it differs from that of another side."""

    words: str
    differs: bool = False

    @property
    def marked(self) -> str:
        """The words, with a mark in front if they differ."""
        return f"{_MARK}{self.words}" if self.differs else self.words


@dataclass(frozen=True, slots=True)
class _Setting:
    """A setting that is not at its default: the value that is compared with other sides, and its words."""

    value: Any
    words: str


def settings_line(
    settings: Settings,
    others: Iterable[Settings] = (),
    room: int = sys.maxsize,
    measure: Callable[[str], int] = len,
) -> str:
    """Return the settings on one line; "" where all are at their defaults on every side. See `settings_words`."""
    return SEPARATOR.join(each.marked for each in settings_words(settings, others, room, measure))


def settings_words(
    settings: Settings,
    others: Iterable[Settings] = (),
    room: int = sys.maxsize,
    measure: Callable[[str], int] = len,
) -> Sequence[SettingWords]:
    """Return the settings that differ from the defaults or from `others`, in the order in which users read them.

    `others` are the settings of the other sides of the same round. Joined by `SEPARATOR` the words take at most `room`,
    measured by `measure`. Where not all of them fit, the preset and those that differ from `others` are kept first, and
    the last words count what is missing: `+2`.
    """
    own = _settings(settings)
    theirs = [_settings(other) for other in others]
    shown: list[SettingWords] = []
    if settings.preset:
        shown.append(SettingWords(f"@{_short(settings, settings.preset, _LONGEST_NAME)}"))
    quoted = None
    for name in sorted({*own, *(name for each in theirs for name in each)}, key=_place):
        setting = own.get(name)
        differs = any(
            (other := each.get(name)) is None or setting is None or other.value != setting.value for each in theirs
        )
        if setting and setting.value is settings.system:
            quoted = len(shown)
        shown.append(SettingWords(setting.words if setting else _default_words(name), differs))
    if (left := room - _width(shown, measure)) < 0:
        return _fitted(shown, room, measure)
    if quoted is not None:
        shown[quoted] = _with_excerpt(shown[quoted], settings, left, measure)
    return shown


def _settings(settings: Settings) -> dict[str, _Setting]:
    """Return the settings that are not at their defaults, by name. A request field wins over a setting of its name."""
    found: dict[str, _Setting] = {}
    if settings.system:
        found["system"] = _Setting(settings.system, "system")
    if settings.max_tokens != DEFAULT_MAX_TOKENS:
        found["max_tokens"] = _Setting(settings.max_tokens, f"max {settings.max_tokens:,}")
    if settings.tools:
        found["tools"] = _Setting(settings.tools, counted(len(settings.tools), "tool"))
    if settings.response_schema is not None:
        found["response_schema"] = _Setting(settings.response_schema, "schema")
    for name, value in settings.params.items():
        shown_name, shown_value = _effort(name, value)
        found[shown_name] = _Setting(shown_value, _field_words(settings, shown_name, shown_value))
    return found


def _effort(name: str, value: Any) -> tuple[str, Any]:
    """Return a request field's name and value; the reasoning effort is called the same whatever the API calls it."""
    match name, value:
        case "reasoning_effort", str():
            return "effort", value
        case (("reasoning" | "output_config"), {"effort": str(effort), **rest}) if not rest:
            return "effort", effort
        case _:
            return name, value


def _field_words(settings: Settings, name: str, value: Any) -> str:
    called = "max" if name == "max_tokens" else _short(settings, name, _LONGEST_NAME)
    if value is None:
        return f"without {called}"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return f"{called} {_short(settings, text, _LONGEST_VALUE)}"


def _default_words(name: str) -> str:
    """Return the words for a setting that another side has, and this one leaves at its default."""
    match name:
        case "max_tokens":
            return f"max {DEFAULT_MAX_TOKENS:,}"
        case "response_schema":
            return "no schema"
        case _:
            return f"no {excerpt(without_keys(name[:_READ]), _LONGEST_NAME)}"


def _short(settings: Settings, text: str, longest: int) -> str:
    """Return the beginning of a text on one clean line, without the user's secrets and what looks like a key."""
    return excerpt(without_keys(settings.endpoint.secrets.scrub(text[:_READ])), longest)


def _with_excerpt(system: SettingWords, settings: Settings, left: int, measure: Callable[[str], int]) -> SettingWords:
    """Return the words for the system prompt with as much of its beginning as fits into the room that is left."""
    longest = min(left - len(' "…"'), _LONGEST_SYSTEM)
    while longest >= _SHORTEST_SYSTEM:
        words = f'system "{_short(settings, settings.system, longest)}"'
        if (excess := measure(words) - len("system") - left) <= 0:
            return SettingWords(words, system.differs)
        longest -= (excess + 1) // 2  # a character takes two cells at most
    return system


def _fitted(shown: Sequence[SettingWords], room: int, measure: Callable[[str], int]) -> Sequence[SettingWords]:
    """Return as many of these as fit into the room: the preset, those that differ, the others; and how many do not."""
    kept: set[int] = set()
    by_weight = sorted(range(len(shown)), key=lambda at: (not shown[at].words.startswith("@"), not shown[at].differs))
    for index in by_weight:
        candidate = _counted(shown, kept | {index})
        if _width(candidate, measure) <= room:
            kept.add(index)
    return _counted(shown, kept)


def _counted(shown: Sequence[SettingWords], kept: set[int]) -> Sequence[SettingWords]:
    missing = len(shown) - len(kept)
    return [each for index, each in enumerate(shown) if index in kept] + [SettingWords(f"+{missing}")]


def _width(shown: Sequence[SettingWords], measure: Callable[[str], int]) -> int:
    return sum(measure(each.marked) for each in shown) + len(SEPARATOR) * max(len(shown) - 1, 0)


def _place(name: str) -> tuple[int, str]:
    return (_ORDER.index(name if name in _ORDER else ""), name)
