"""Writes the table of faults that the tests play as a page for users, docs/explanation/robustness.md."""

from collections.abc import Iterator
from pathlib import Path

from tests.faults.fault import Fault, Group
from tests.faults.table import GROUPS

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "robustness.md"

_INTRODUCTION = """\
# What Diptych does when a server misbehaves

Each row is a fault: what the server does, and what happens to the side that asked it. The tests play every fault with
all three APIs, over real connections to a server that misbehaves in this way. The other side is in the middle of its
answer at that time, and always completes it. The keyboard keeps working.

| state | meaning |
|---|---|
| complete | the provider's end marker came, so the answer is whole |
| cut | the stream ended without an error and without the end marker |
| stopped | you stopped it |
| failed | an error ended it |

In every state, all text and all events that arrived are kept. A side that is not complete says why in one sentence:
what happened, when in the stream, the HTTP status and the request id if there is one, and what to try. Text quoted from
a server has no control characters and at most 400 characters.

`uv run python -m tests.faults` writes this page from the table of faults that `uv run pytest tests/faults` plays.
"""


def page() -> str:
    """Return the whole page as Markdown."""
    return "\n".join([_INTRODUCTION, *map(_section, GROUPS)])


def _section(group: Group) -> str:
    rows = "\n".join(_rows(group))
    remark = f"{group.remark}\n\n" if group.remark else ""
    return (
        f"## {group.title}\n\n{remark}| fault | the server | state | what Diptych does |\n|---|---|---|---|\n{rows}\n"
    )


def _rows(group: Group) -> Iterator[str]:
    """Yield one row per fault. Faults that differ only in their variant share a row."""
    shown: dict[str, list[Fault]] = {}
    for fault in group.faults:
        shown.setdefault(fault.family or fault.name, []).append(fault)
    for name, faults in shown.items():
        first = faults[0]
        variants = f": {_listed([fault.variant for fault in faults])}" if first.variant else ""
        yield f"| {name} | {first.server}{variants} | {first.state} | {first.outcome} |"


def _listed(variants: list[str]) -> str:
    return f"{', '.join(variants[:-1])} or {variants[-1]}"
