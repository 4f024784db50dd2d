"""Whether an answer follows the JSON Schema of its request: what is checked, and the verdict in words."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diptych.core.run import Run


@dataclass(frozen=True, slots=True)
class SchemaVerdict:
    """Whether an answer follows its schema, None if that could not be found out; `problem` says where it does not.

    The problem is clean text.
    """

    is_valid: bool | None
    problem: str = ""

    @property
    def word(self) -> str:
        """The verdict in a word or two."""
        return "not checked" if self.is_valid is None else "valid" if self.is_valid else "not valid"

    @property
    def sentence(self) -> str:
        """The verdict as a sentence."""
        if self.is_valid:
            return "The answer follows the schema."
        what = "does not follow the schema" if self.is_valid is False else "could not be checked against the schema"
        return f"The answer {what}: {self.problem.rstrip('.')}."


def needs_verdict(run: "Run") -> bool:
    """Whether an answer is to be checked: it is whole, has a schema to follow, and has not been checked yet.

    A refusal is not checked, nor is an answer that only calls tools.
    """
    if run.request.settings.response_schema is None or run.state != "complete" or run.schema_verdict is not None:
        return False
    return not run.refusal and not (run.tools and not any(piece.strip() for piece in run.text))
