"""Writes docs/reference/bindings.md from the bindings of the screens."""

from collections.abc import Iterator

from diptych.tui.key_names import key_name
from diptych.tui.key_places import PLACES, NamedBinding, named_bindings
from tests.reference.markdown import cell, escaped

_INTRODUCTION = """\
# Key bindings by id

Every binding that `[keys]` of the [config file](configuration.md) can change: its keys, what it does, and its id.
[Keys](keys.md) explains the keys, and says how they are written. `diptych config keys` prints this list with your own
keys.

`uv run python -m tests.reference` writes this page from the code.
"""

_TITLES = {
    "app": "Everywhere",
    "compare": "While comparing",
    "lines": "In answers and other texts",
    "side": "In the panes of a side",
    "search": "In search bars",
    "replay": "In a replay",
    "history": "In the history",
    "experiment": "On the screen of an experiment",
    "pairs": "While voting on pairs of answers",
    "inspect": "In an opened event",
    "differences": "In the differences",
    "link-list": "In the list of links: moving",
}
"""Titles of groups of bindings that act in more than the one place whose title the others have."""


def binding_page() -> str:
    """Return the whole page as Markdown. Bindings whose ids begin with the same word form a section."""
    titles: dict[str, str] = {}
    for place in PLACES:
        for binding in place.bindings:
            group = _group(binding.id or "")
            titles.setdefault(group, _TITLES.get(group, place.title))
    bindings = named_bindings()
    sections = (
        "\n".join(_section(title, [each for each in bindings if _group(each.id) == group]))
        for group, title in titles.items()
    )
    return "\n".join([_INTRODUCTION, *sections])


def _section(title: str, bindings: list[NamedBinding]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| keys | what it does | id |\n|---|---|---|"
    for binding in bindings:
        keys = ", ".join(f"`{key_name(key)}`" for key in binding.keys)
        does = f"{binding.does[0].upper()}{binding.does[1:]}"
        yield f"| {cell(keys)} | {cell(escaped(does))} | `{binding.id}` |"
    yield ""


def _group(name: str) -> str:
    return name.partition(".")[0]
