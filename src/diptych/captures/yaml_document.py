"""Reads untrusted YAML: only plain values, no deep nesting, and no merge keys.

pyyaml's C loader ends the process if a document is nested deeply, and merge keys (`<<`) can multiply a small document
into gigabytes. Aliases are kept: they refer to one value, which is never copied.
"""

from typing import Any

from diptych.core.json_text import MOST_LEVELS


def read_yaml(data: bytes) -> Any:
    """Return the value of a YAML document. Raises `ValueError`, in words that follow the name of the file."""
    try:
        import yaml
    except ImportError:
        raise ValueError("is YAML, which needs the package pyyaml: install diptych[vcr]") from None
    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]  # its class is chosen at run time
        def flatten_mapping(self, node: Any) -> None:
            """Do not resolve merge keys, so that they are refused."""

    for name in ("str", "unicode"):  # as vcrpy wrote texts on Python 2
        Loader.add_constructor(f"tag:yaml.org,2002:python/{name}", lambda _, node: node.value)
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
