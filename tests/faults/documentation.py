"""The fault matrix as a page for users, made of the same table that the tests play."""

from collections.abc import Iterator
from pathlib import Path

from tests.faults.fault import Fault, Group
from tests.faults.table import GROUPS

PAGE = Path(__file__).parents[2] / "docs" / "robustness.md"

_INTRODUCTION = """\
# What Diptych does when a server misbehaves

Each row below is a fault: what the server does, and what becomes of the side that asked it. All of them are tried for
all three APIs, over real connections with a server that misbehaves in just this way, while the other side is in the
middle of its answer; that one always goes on to its end, undisturbed. The keyboard works all the while.

| state | means |
|---|---|
| complete | the provider's end marker came: the answer is whole |
| cut | the stream ended cleanly, but without the marker |
| stopped | you stopped it |
| failed | an error ended it |

In every state, all text and all events that arrived are kept. A side that is not complete says why in one sentence:
what happened, when in the stream, the HTTP status and the request id where there is one, and what to try. What it
quotes of a server is cleaned of control characters, and no longer than 400 characters.

This page is made by `uv run python -m tests.faults` from the table that `uv run pytest tests/faults` plays.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *map(_section, GROUPS)])


def _section(group: Group) -> str:
    rows = "\n".join(_rows(group))
    remark = f"{group.remark}\n\n" if group.remark else ""
    return (
        f"## {group.title}\n\n{remark}| fault | the server | state | what Diptych does |\n|---|---|---|---|\n{rows}\n"
    )


def _rows(group: Group) -> Iterator[str]:
    """A row a fault; faults that differ in their variant only share one."""
    shown: dict[str, list[Fault]] = {}
    for fault in group.faults:
        shown.setdefault(fault.family or fault.name, []).append(fault)
    for name, faults in shown.items():
        first = faults[0]
        variants = f": {_listed([fault.variant for fault in faults])}" if first.variant else ""
        yield f"| {name} | {first.server}{variants} | {first.state} | {first.outcome} |"


def _listed(variants: list[str]) -> str:
    return f"{', '.join(variants[:-1])} or {variants[-1]}"
