"""Completes the names of request fields, and those values that an API lists, while a line is typed."""

import json

from diptych.apis.sdk_fields import KnownFields

Completions = tuple[str, ...]
"""Texts that may stand in place of the line up to the cursor, the best first."""


def completions(typed: str, known: KnownFields) -> Completions:
    """Return what a line may become of which `typed` stands before the cursor.

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
    matches = [name for name in known.fields if start.lower() in name]
    matches.sort(key=lambda name: not name.startswith(start.lower()))  # a stable sort: the rest stays in order
    return tuple(f"{name}=" for name in matches)
