"""Checks JSON Schemas, and values by their schemas, and says in a short sentence what is wrong.

Nothing is fetched: a `$ref` to another document is an error. Patterns are searched with Python's regular expressions,
which can take for ever, so values are checked in another process (`json_schema.answers`).
"""

from collections.abc import Iterable
from typing import Any

from diptych.core.text.excerpt import excerpt

_LONGEST_MESSAGE = 200
_LONGEST_PLACE = 120


def schema_problem(schema: Any) -> str:
    """Return what keeps a value from being a JSON Schema, with its place in it; "" if it is one."""
    from jsonschema.exceptions import SchemaError
    from jsonschema.validators import validator_for

    if not isinstance(schema, dict):
        return "expected an object"
    if not isinstance(schema.get("$schema", ""), str):
        return "$.$schema: expected the URL of a draft of JSON Schema"
    try:
        validator_for(schema, default=_default_validator()).check_schema(schema)
    except SchemaError as error:
        return _sentence(error.absolute_path, error.message)
    except RecursionError:
        return "it is nested too deeply"
    return ""


def value_problem(value: Any, schema: Any) -> str:
    """Return where a value does not follow a schema, and why; "" if it does. The first such place counts."""
    from jsonschema.exceptions import best_match
    from jsonschema.validators import validator_for
    from jsonschema_specifications import REGISTRY  # which knows the meta-schemas and fetches nothing
    from referencing.exceptions import Unresolvable

    validator = validator_for(schema, default=_default_validator())(schema, registry=REGISTRY)
    try:
        error = best_match(validator.iter_errors(value))
    except Unresolvable as unresolvable:
        return f"the schema refers to {excerpt(_reference(unresolvable), _LONGEST_PLACE)}, which is not in it"
    except RecursionError:
        return "the schema refers to itself without an end"
    return "" if error is None else _sentence(error.absolute_path, error.message)


def _reference(unresolvable: Any) -> str:
    """Return the reference that leads nowhere. The library knows one within the schema without its `#`."""
    reference: str = unresolvable.ref
    return f"#{getattr(unresolvable, 'anchor', reference)}" if hasattr(unresolvable, "resource") else reference


def _sentence(path: Iterable[str | int], message: str) -> str:
    return f"{excerpt(_json_path(path), _LONGEST_PLACE)}: {excerpt(message, _LONGEST_MESSAGE)}"


def _json_path(path: Iterable[str | int]) -> str:
    """Return a place as a JSON path.

    >>> _json_path(["items", 2, "price"])
    '$.items[2].price'
    """
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)


def _default_validator() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator
