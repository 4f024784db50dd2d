"""An answer as rows of text: what a run has said so far, laid out for a width. Pure; a widget draws it.

A document remembers how far it read each list of its run, so that an update costs what is new. Each part of an answer
is a block that lays out its own text.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from diptych.core.run import Run
from diptych.core.text import clean, clean_line
from diptych.tui.wrapping import Wrapping

Role = Literal["text", "heading", "thinking", "refusal", "tool", "tool-name", "error", "ending"]
"""What a span of a row is, which decides its colour."""

Row = tuple[tuple[str, Role], ...]

ThinkingFold = Literal["folded", "open"]


class Block:
    """One part of an answer: growing text in one role, each row behind a prefix that marks the part."""

    def __init__(self, role: Role, width: int, first: str = "", others: str = "") -> None:
        self.role = role
        self._first = first
        self._others = others or " " * len(first)
        self._held = ""
        self._wrapping = Wrapping(width - len(self._first))

    @property
    def height(self) -> int:
        """How many rows it takes."""
        return self._wrapping.height

    @property
    def text(self) -> str:
        """The text as it is shown."""
        return self._wrapping.text

    def append(self, text: str) -> int:
        """Add foreign text; the number of the first row that changed is returned."""
        text = self._held + text
        self._held = "\r" if text.endswith("\r") else ""  # its line feed may come with the next piece
        return self._wrapping.append(clean(text.removesuffix("\r") if self._held else text))

    def resize(self, width: int) -> None:
        """Lay it out anew."""
        self._wrapping.resize(width - len(self._first))

    def row(self, index: int) -> Row:
        """One row of it."""
        text = self._wrapping.shown(index)
        prefix = self._others if index else self._first
        return ((prefix, self.role), (text, self.role)) if prefix else ((text, self.role),)

    def source(self, index: int) -> tuple[int, str]:
        """How many cells stand before a row's text, and that text with its tabs and its line end, if it ends a line."""
        text = self._wrapping.rows[index]
        return len(self._first), text if index < self.height - 1 or text.endswith("\n") else text + "\n"


class ToolBlock(Block):
    """A tool call: its name, then its arguments as the model wrote them."""

    def __init__(self, name: str, width: int) -> None:
        super().__init__("tool", width, "⚒ ")
        self.tool = name
        self._name = clean_line(name)
        self.read = 0
        self.append(self._name + " ")

    def row(self, index: int) -> Row:
        """One row of it, the name set apart."""
        if index:
            return super().row(index)
        text = self._wrapping.shown(0)
        split = min(len(self._name), len(text))
        return (("⚒ ", "tool"), (text[:split], "tool-name"), (text[split:], "tool"))


class Thinking:
    """The thinking above an answer: one line that says how much there is, and the text itself while it is open."""

    def __init__(self, width: int) -> None:
        self.is_open = False
        self.words = 0
        self.redacted = 0
        self._in_word = False
        self._body = Block("thinking", width, "│ ", "│ ")

    @property
    def height(self) -> int:
        """How many rows it takes; none when the model did not think aloud."""
        if not self.words and not self.redacted:
            return 0
        return 1 + (self._body.height if self.is_open else 0)

    def append(self, text: str) -> None:
        """Add a piece of thinking."""
        words = len(text.split())
        if words and self._in_word and not text[0].isspace():
            words -= 1
        self.words += words
        if text:
            self._in_word = not text[-1].isspace()
        self._body.append(text)

    def resize(self, width: int) -> None:
        """Lay it out anew."""
        self._body.resize(width)

    def row(self, index: int) -> Row:
        """One row of it."""
        if index:
            return self._body.row(index - 1)
        redacted = f"redacted thinking ×{self.redacted}" if self.redacted else ""
        if not self.words:
            return ((f"  {redacted}", "heading"),)
        counted = f"thinking ({self.words:,} {'word' if self.words == 1 else 'words'})"
        return ((f"{'▾' if self.is_open else '▸'} {counted}{f' · {redacted}' if redacted else ''}", "heading"),)

    def source(self, index: int) -> tuple[int, str]:
        """As `Block.source`."""
        return self._body.source(index - 1) if index else (0, "".join(text for text, _ in self.row(0)) + "\n")


class Document:
    """The rows of one run's answer."""

    def __init__(self, run: Run, width: int) -> None:
        self.run = run
        self._width = width
        self._thinking = Thinking(width)
        self._text = Block("text", width)
        self._refusal = Block("refusal", width, "⊘ ", "│ ")
        self._tools: list[ToolBlock] = []
        self._ending: tuple[tuple[str, Role], ...] = ()
        self._ending_blocks: list[Block] = []
        self._read = {"text": 0, "thinking": 0, "refusal": 0}

    @property
    def height(self) -> int:
        """How many rows the answer takes."""
        heights = [part.height for part in self._parts() if part.height]
        return sum(heights) + max(len(heights) - 1, 0)

    @property
    def has_thinking(self) -> bool:
        """Whether there is thinking to open."""
        return bool(self._thinking.words)

    def is_thinking_line(self, row: int) -> bool:
        """Whether that row is the line that opens and folds the thinking."""
        return row == 0 and self.has_thinking

    def toggle_thinking(self) -> None:
        """Open or fold the thinking."""
        self._thinking.is_open = not self._thinking.is_open

    def resize(self, width: int) -> None:
        """Lay everything out anew for a width in cells."""
        if width == self._width:
            return
        self._width = width
        for part in self._parts():
            part.resize(width)

    def update(self, left_out: str = "") -> int | None:
        """Read what is new in the run; the number of the first row that changed, or None if none did.

        `left_out` is the sentence that says why the turn is no part of the conversation, if it is not.
        """
        before = self.height
        thinking = self._new("thinking", self.run.thinking)
        text = self._new("text", self.run.text)
        refusal = self._new("refusal", self.run.refusal)
        first: int | None = None
        if thinking or self._thinking.redacted != self.run.redacted_thinking:
            self._thinking.append(thinking)
            self._thinking.redacted = self.run.redacted_thinking
            first = 0
        if text:
            changed = self._text.append(text)
            above = self._thinking.height
            first = first if first is not None else changed + (above + 1 if above else 0)
        if refusal:
            self._refusal.append(refusal)
        changed_below = [bool(refusal), self._update_tools(), self._update_ending(left_out)]
        if first is None and any(changed_below):
            first = sum(part.height + 1 for part in (self._thinking, self._text) if part.height)
        return None if first is None else min(first, before)

    def row(self, index: int) -> Row:
        """One row of the answer."""
        part, index = self._find(index)
        return part.row(index) if part else ()

    def source(self, index: int) -> tuple[int, str]:
        """How many cells stand before a row's text, and that text as written, with its line end if it has one."""
        part, index = self._find(index)
        return part.source(index) if part else (0, "\n")

    def _find(self, index: int) -> tuple[Block | Thinking | None, int]:
        """The part that a row belongs to, None for a row between parts, and the row's number in it."""
        for part in self._parts():
            if not part.height:
                continue
            if index < part.height:
                return part, index
            index -= part.height
            if index == 0:
                break
            index -= 1
        return None, 0

    def _parts(self) -> Iterator[Block | Thinking]:
        yield self._thinking
        yield self._text
        yield self._refusal
        yield from self._tools
        yield from self._ending_blocks

    def _new(self, name: str, pieces: Sequence[str]) -> str:
        read, self._read[name] = self._read[name], len(pieces)
        return "".join(pieces[read : self._read[name]])

    def _update_tools(self) -> bool:
        changed = False
        for index in range(len(self.run.tools)):
            tool = self.run.tools[index]
            if index == len(self._tools) or self._tools[index].tool != tool.name:  # some names come late
                self._tools[index:] = [ToolBlock(tool.name, self._width)]
                changed = True
            block = self._tools[index]
            count = len(tool.pieces)
            if count > block.read:
                block.append("".join(tool.pieces[block.read : count]))
                block.read = count
                changed = True
        return changed

    def _update_ending(self, left_out: str) -> bool:
        ending = tuple(_ending(self.run, left_out))
        if ending == self._ending:
            return False
        self._ending = ending
        self._ending_blocks = []
        for text, role in ending:
            block = Block(role, self._width, f"{text[0]} ")
            block.append(text[2:])
            self._ending_blocks.append(block)
        return True


def _ending(run: Run, left_out: str) -> Iterator[tuple[str, Role]]:
    """The lines under an answer that say how it ended where that was not as it should be."""
    if run.failure:
        request = f" (request {run.failure.request_id})" if run.failure.request_id else ""
        yield f"✖ {run.failure.message}{request}", "error"
    if run.stop_reason == "refusal" and not run.refusal:
        explanation = (run.stop_detail or {}).get("explanation")
        yield f"⊘ The model refused to answer{f': {explanation}' if isinstance(explanation, str) else '.'}", "refusal"
    if run.state == "cut":
        yield "✂ Cut: the stream ended without its end marker.", "error"
    if run.state == "stopped":
        yield "■ Stopped by you.", "ending"
    if left_out:
        yield f"○ {left_out}", "ending"


def left_out_sentence(run: Run) -> str:
    """Why a turn is no part of the conversation that later prompts send."""
    if run.state == "failed":
        return "Not part of the conversation: it failed."
    if not run.text:
        return "Not part of the conversation: it has no visible text."
    return "Not part of the conversation: the prompt was sent again."
