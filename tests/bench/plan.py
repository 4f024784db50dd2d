"""What a stream of the load server carries and how fast, written as a model's name or a prompt: `markdown-20000-0`."""

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["markdown", "prose", "list", "table", "code", "endless"]

END_WORDS = {"messages": "ENDOFLEFT", "chat": "ENDOFRIGHT"}
"""The last content event of each API's stream: a word that comes nowhere else."""


@dataclass(frozen=True)
class Plan:
    """So many content events of one kind of text, `rate` of them a second; 0 is as fast as the client reads."""

    kind: Kind
    events: int
    rate: int = 0

    @classmethod
    def parse(cls, model: str) -> "Plan":
        """Read a plan from its name. Raises `ValueError`."""
        kind, events, rate = model.split("-")
        known = next((each for each in get_args(Kind) if each == kind), None)
        if known is None:
            raise ValueError(f"There is no text of the kind {kind!r}.")
        return cls(known, int(events), int(rate))

    @property
    def name(self) -> str:
        """The model's name, or the prompt, that asks for this."""
        return f"{self.kind}-{self.events}-{self.rate}"

    @property
    def seconds(self) -> float:
        """How long a paced stream takes."""
        return self.events / self.rate if self.rate else 0.0


TINY = Plan("markdown", 5)
"""A stream that costs nothing: what is left is the start."""
