"""The texts of an answer as blocks: those that grow, tool calls, and sentences."""

from diptych.core.folding.tool import Tool
from diptych.core.text.growing import GrowingText
from diptych.core.text.sanitize import clean_line
from diptych.markdown.references import References
from diptych.tui.answer.ending import EndingSign
from diptych.tui.answer.prose import Prose
from diptych.tui.answer.stack import Portion
from diptych.tui.markdown.layout.rows import Row, Span


class GrowingBlock(Prose):
    """A text of the run, which is read on from where the last update left it."""

    def __init__(
        self,
        role: str,
        source: GrowingText,
        width: int,
        first: str = "",
        others: str = "",
        *,
        references: References | None = None,
    ) -> None:
        super().__init__(role, width, first, others, references=references)
        self.name = role
        self.source = source
        self._read = 0

    def read(self, portion: Portion) -> int | None:
        """Read what is new in the source. Returns the first row that may look different, None if there is none."""
        new = portion.take(self.source, self._read)
        self._read += len(new)
        return self.append(new) if new else None


class ToolBlock(GrowingBlock):
    """A tool call: the tool's name, then its arguments as the model wrote them."""

    def __init__(self, tool: Tool, width: int) -> None:
        super().__init__("tool", tool.written, width, "⚒ ")
        self.name = f"tool {id(tool)}"
        self.tool_name = tool.name
        self._shown_name = clean_line(tool.name)
        self.append(self._shown_name + " ")

    def row(self, index: int) -> Row:
        """Return one row, in which the tool's name has its own role."""
        if index:
            return super().row(index)
        mark, *spans = super().row(0)
        text, role, origin = spans[0]
        split = min(len(self._shown_name), len(text))
        return [mark, Span(text[:split], "tool-name", origin), Span(text[split:], role, origin + split), *spans[1:]]


class SentenceBlock(Prose):
    """A sentence behind its sign, such as how the answer ended. It does not change."""

    def __init__(self, mark: EndingSign, sentence: str, width: int) -> None:
        super().__init__(mark.role, width, f"{mark.sign} ")
        self.name = sentence
        self.append(sentence)
        self.end()

    def read(self, portion: Portion) -> int | None:
        """Read nothing: the sentence is whole."""
        return None
