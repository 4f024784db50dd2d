"""Completes the names of request fields, and those values that an API lists, while a line is typed."""

import json

from diptych.apis.sdk_fields import KnownFields

_HAVE_A_BOX = frozenset(
    {
        *("temperature", "reasoning_effort", "system", "instructions"),
        *("max_tokens", "max_completion_tokens", "max_output_tokens"),
    }
)
"""Request fields that are set elsewhere in the form. They can be typed, but are not offered."""

Completions = tuple[str, ...]
"""Texts that may stand in place of the line up to the cursor, the best first."""


def completions(typed: str, known: KnownFields) -> Completions:
    """Return what a line can be completed to if `typed` stands before the cursor.

    >>> completions("top", known)
    ('top_k=', 'top_p=')
    """
    name, equals, value = typed.lstrip().partition("=")
    if not equals:
        return _names(name.rstrip(), known)
    name, value = name.strip(), value.strip()
    choices = known.fields[name].choices if name in known.fields else ()
    if name in known.fields and "true or false" in known.fields[name].shapes:
        values = ["true", "false"]
    else:
        values = [json.dumps(choice) for choice in choices]
    return tuple(f"{name}={each}" for each in values if each.startswith(value) and each != value)


def _names(start: str, known: KnownFields) -> Completions:
    if not start:
        return ()
    matches = [name for name in known.fields if start.lower() in name and name not in _HAVE_A_BOX]
    matches.sort(key=lambda name: not name.startswith(start.lower()))  # a stable sort: the rest stays in order
    return tuple(f"{name}=" for name in matches)
