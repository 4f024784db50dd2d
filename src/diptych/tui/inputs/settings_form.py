"""The settings of a side as texts that a user edits, and what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from diptych.apis.refusing_models import refusal
from diptych.apis.sdk_fields import KnownFields
from diptych.apis.shared_settings import (
    HIGHEST_TEMPERATURE,
    PATHS,
    SharedSetting,
    shared_value,
    with_value,
    without_value,
)
from diptych.core.json_text import parse_finite_json
from diptych.core.settings import Settings
from diptych.tui.inputs.fields import check_fields, format_fields, parse_fields, parse_max_tokens

FormField = Literal["system", "max_tokens", "temperature", "effort", "thinking", "fields"]

FormTexts = Mapping[FormField, str]
"""The text of each field that a side's form has."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence beside a field. An error keeps the settings from being used, a hint does not."""

    sentence: str
    is_error: bool = True


def texts_of(settings: Settings) -> dict[FormField, str]:
    """Return the texts that stand for these settings. An API without a shared setting has no field for it."""
    params: Mapping[str, Any] = settings.params
    shared: dict[FormField, str] = {}
    for setting, path in PATHS[settings.endpoint.api].items():
        value = shared_value(params, path)
        shared[setting] = ""
        if value is not None and _is_typed_as(setting, value):  # otherwise it stays among the request fields
            shared[setting] = str(value)
            params = without_value(params, path)
    return {
        "system": settings.system,
        "max_tokens": str(settings.max_tokens),
        **shared,
        "fields": format_fields(params),
    }


def read_texts(texts: FormTexts, settings: Settings) -> tuple[Settings | None, dict[FormField, Remark]]:
    """Return the settings that the texts describe, or None and what is wrong with each field.

    What is changed no longer comes from a preset.
    """
    errors: dict[FormField, Remark] = {}
    max_tokens, params = settings.max_tokens, {}
    try:
        max_tokens = parse_max_tokens(texts["max_tokens"])
    except ValueError as error:
        errors["max_tokens"] = Remark(str(error))
    try:
        params = parse_fields(texts["fields"])
    except ValueError as error:
        errors["fields"] = Remark(str(error))
    for setting, path in PATHS[settings.endpoint.api].items():
        text = texts[setting].strip()
        try:
            params = with_value(params, path, _parsed(setting, text)) if text else params
        except ValueError as error:
            errors[setting] = Remark(str(error))
    if errors:
        return None, errors
    in_order = {name: params[name] for name in (*settings.params, *params) if name in params}
    return replace(settings, system=texts["system"], max_tokens=max_tokens, params=in_order, preset=""), {}


def remarks(texts: FormTexts, settings: Settings, known: KnownFields) -> dict[FormField, Remark]:
    """Return the remark beside each field that has one: an error, or else a hint."""
    hints: dict[FormField, Remark] = {}
    for setting in PATHS[settings.endpoint.api]:
        if hint := _hint(texts, setting, settings, known):
            hints[setting] = Remark(hint, is_error=False)
    if hint := check_fields(texts["fields"], known.remark):
        hints["fields"] = Remark(hint, is_error=False)
    return hints | read_texts(texts, settings)[1]


def _hint(texts: FormTexts, setting: SharedSetting, settings: Settings, known: KnownFields) -> str:
    text = texts[setting].strip()
    if not text:
        return ""
    try:
        value = _parsed(setting, text)
    except ValueError:  # which is an error, not a hint
        return ""
    if refused := refusal(settings.model, setting, value):
        return refused
    highest = HIGHEST_TEMPERATURE[settings.endpoint.api]
    if isinstance(value, int | float):
        return "" if 0 <= value <= highest else f"The temperature is usually between 0 and {highest:g}."
    offered = known.offered.get(setting, ())
    if offered and value not in offered:
        return f"The API knows {', '.join(offered)}."
    if setting == "thinking" and value == "enabled" and "budget_tokens" not in texts["fields"]:
        return 'enabled needs the request field thinking={"budget_tokens": 2048} as well.'
    return ""


def _is_typed_as(setting: SharedSetting, value: float | str) -> bool:
    """Whether a field of one line can stand for the value."""
    text = str(value)
    try:
        return text.isprintable() and _parsed(setting, text.strip()) == value
    except ValueError:
        return False


def _parsed(setting: SharedSetting, text: str) -> float | str:
    """Return the value that a text stands for. Raises `ValueError` with a sentence for users."""
    if setting != "temperature":
        return text
    try:
        value = parse_finite_json(text)
    except ValueError:
        value = None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("The temperature is not a number.")
    return value
