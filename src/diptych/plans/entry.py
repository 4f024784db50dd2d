"""An entry: what a prompt set says of one case, before templates are filled in and files are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

Turn = tuple[Literal["user", "assistant"], str]
"""Who speaks, and the text."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a line says. `line` is where it begins, from 1; `id` is None where the line has none.

    The `prompt` follows the `turns`; without one, the last turn is the prompt. `system` takes the place of the system
    prompt of every model, unless it is None. `variables` are the values of a template; if there are any, the prompt and
    the turns are templates as well. `checks` are a JSON value that is still to be read.
    """

    line: int
    id: str | None = None
    prompt: str | None = None
    turns: Sequence[Turn] = ()
    system: str | None = None
    variables: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    attach: Sequence[str] = ()
    checks: Any = None
