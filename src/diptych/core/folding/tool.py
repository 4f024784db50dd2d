"""A tool call of an answer, as far as the model has written it."""

from dataclasses import dataclass, field

from diptych.core.text.growing import GrowingText

_NO_ARGUMENTS = "{}"


@dataclass(slots=True)
class Tool:
    """A tool call: the server's id, the tool's name, and the arguments as far as the model has written them.

    `is_function` says whether the client carries it out; see `content.ToolCall`. Where arguments begin anew, `written`
    is replaced by a new object.
    """

    id: str | None
    name: str
    is_function: bool = True
    written: GrowingText = field(default_factory=GrowingText)

    @property
    def arguments(self) -> str:
        """The arguments as the model wrote them; JSON that may be cut off."""
        return str(self.written)

    def write(self, piece: str) -> None:
        """Add a piece of the arguments. Some servers send `{}` as long as there are none, and then all of them."""
        begins_anew = self.is_function and len(self.written) == len(_NO_ARGUMENTS) and piece.startswith("{")
        if begins_anew and str(self.written) == _NO_ARGUMENTS:
            self.written = GrowingText()
        self.written.append(piece)
