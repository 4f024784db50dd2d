"""Reads untrusted YAML: only plain values, no deep nesting, and no merge keys.

pyyaml's C loader ends the process if a document is nested deeply, and merge keys (`<<`) can multiply a small document
into gigabytes. Aliases are kept: they refer to one value, which is never copied.

pyyaml follows YAML 1.1, in which `12:30` is a number and `2026-03-11` a date. Other programs write YAML 1.2, in which
both are texts, and do not quote them; pyyaml quotes them as texts. Therefore they are always read as texts.
"""

import re
from typing import Any

from diptych.core.json_text import MOST_LEVELS

_PREFIX = "tag:yaml.org,2002:"

_TEXTS = frozenset({f"{_PREFIX}timestamp", f"{_PREFIX}merge", f"{_PREFIX}value"})
"""Types of YAML 1.1 that are read as texts. The last two are those of `<<` and `=`, which need not be keys."""

_NUMBERS = {
    f"{_PREFIX}int": re.compile(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]+|0|[1-9][0-9_]*)$"),
    f"{_PREFIX}float": re.compile(
        r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|\.(?:inf|Inf|INF))$"
        r"|\.(?:nan|NaN|NAN)$"
    ),
}
"""The numbers of YAML 1.1 without those to the base 60, such as `12:30`."""

_Resolvers = dict[str, list[tuple[str, re.Pattern[str]]]]
"""How pyyaml tells the type of a plain scalar: by its first character, the types with their patterns."""


def _resolvers(loader: Any) -> _Resolvers:
    """Return the resolvers of a loader, without those that take a text of YAML 1.2 for something else."""
    found: _Resolvers = loader.yaml_implicit_resolvers
    return {
        first: [(tag, _NUMBERS.get(tag, pattern)) for tag, pattern in types if tag not in _TEXTS]
        for first, types in found.items()
    }


def read_yaml(data: bytes) -> Any:
    """Return the value of a YAML document. Raises `ValueError`, in words that follow the name of the file."""
    try:
        import yaml
    except ImportError:
        raise ValueError("is YAML, which needs the package pyyaml: install diptych[vcr]") from None
    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]  # its class is chosen at run time
        yaml_implicit_resolvers = _resolvers(base)

        def flatten_mapping(self, node: Any) -> None:
            """Refuse merge keys."""
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and key.value == "<<" and not key.style:
                    raise yaml.constructor.ConstructorError(
                        problem="merge keys (<<) are not read", problem_mark=key.start_mark
                    )

    for name in ("str", "unicode"):  # as vcrpy wrote texts on Python 2
        Loader.add_constructor(f"{_PREFIX}python/{name}", lambda _, node: node.value)
    text = data.decode("utf-8-sig", "replace")
    try:
        depth = 0
        for event in yaml.parse(text, Loader=base):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MOST_LEVELS:
                raise ValueError("is nested too deeply")
        return yaml.load(text, Loader=Loader)  # noqa: S506 - it is a safe loader
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 1:,}" if error.problem_mark else ""
        raise ValueError(f"is not YAML that can be read: {error.problem or error.context}{line}") from None
    except (yaml.YAMLError, RecursionError, OverflowError) as error:
        why = getattr(error, "reason", type(error).__name__)
        raise ValueError(f"is not YAML that can be read: {why}") from None
