"""What the form of the settings offers for a field, and the line that explains the field with the focus."""

from collections.abc import Mapping
from dataclasses import dataclass

from diptych.apis.refusing_models import refusal
from diptych.apis.sdk_fields import KnownFields
from diptych.apis.shared_settings import HIGHEST_TEMPERATURE, SharedSetting
from diptych.core.settings import Settings
from diptych.tui.inputs.field_completion import Completions
from diptych.tui.inputs.settings_form import FormField

_OFFERED_AT_FIRST: Mapping[SharedSetting, tuple[str, ...]] = {
    "effort": ("low", "medium", "high"),
    "thinking": ("adaptive", "disabled"),
}
"""Values that every API knows, until those that the SDK lists are loaded."""

_MOST_COMPLETIONS = 12


def choices(field: FormField, settings: Settings, known: KnownFields) -> tuple[str, ...]:
    """Return the values that the arrow keys choose from."""
    match field:
        case "temperature":
            highest = HIGHEST_TEMPERATURE[settings.endpoint.api]
            return tuple(f"{step / 10:g}" for step in range(round(highest * 10) + 1))
        case "effort" | "thinking":
            return known.offered.get(field) or _OFFERED_AT_FIRST[field]
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class FormKeys:
    """The keys that the lines name: those that choose a value, and the one that completes."""

    previous: str
    following: str
    complete: str


def help_for(
    field: FormField, text: str, settings: Settings, known: KnownFields, found: Completions, keys: FormKeys
) -> str:
    """Return the line that explains a field whose text is `text`; `found` are the completions at the cursor."""
    match field:
        case "temperature" | "effort" | "thinking":
            refused = "" if text else refusal(settings.model, field)  # a text that is refused has a hint below it
            return refused or f"{keys.previous} {keys.following}: {_shown(choices(field, settings, known))}"
        case "fields" if found:
            return f"{keys.complete}: " + "  ".join(text.rstrip("=") for text in found[:_MOST_COMPLETIONS])
        case "fields":
            return "One KEY=JSON per line"
        case _:
            return ""


def _shown(values: tuple[str, ...]) -> str:
    """Return all values, or the first and the last one of many numbers."""
    return ", ".join(values) if not values[-1].isdecimal() else f"{values[0]} to {values[-1]}"
