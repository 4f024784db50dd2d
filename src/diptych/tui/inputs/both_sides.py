"""Applies what is edited on one side to the other side, whose API may know other request fields."""

from collections.abc import Mapping
from typing import Any

from diptych.apis.sdk_fields import KnownFields
from diptych.tui.inputs.fields import format_fields, parse_fields


def fields_for_other_side(before: str, now: str, other: str, *, own: KnownFields, others: KnownFields) -> str | None:
    """Return the request fields of the other side with what was changed in those of this one.

    `before` and `now` are the texts of this side's fields, `other` is that of the other side. A field that only this
    side's API knows is not applied. Returns None if there is nothing to change, or one of the texts cannot be read.
    """
    try:
        old, new, fields = parse_fields(before), parse_fields(now), parse_fields(other)
    except ValueError:
        return None
    changed = [name for name in (*new, *old) if _differ(name, old, new) and _applies(name, own, others)]
    result = {name: value for name, value in fields.items() if name not in changed or name in new}
    result |= {name: new[name] for name in changed if name in new}
    return None if result == fields else format_fields(result)


def _differ(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return (name in old) != (name in new) or old.get(name) != new.get(name)


def _applies(name: str, own: KnownFields, others: KnownFields) -> bool:
    return name in others.fields or name not in own.fields
