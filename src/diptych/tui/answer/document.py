"""An answer as rows of text, laid out for one width: what a run has said so far. A widget draws it.

A document remembers how far it read each text of its run, so that an update costs only what is new, and no update reads
more than a portion. Each part of the answer has a block, which lays out its own rows.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import assert_never

from diptych.core.answer_parts import (
    AnswerEnding,
    AnswerPart,
    AnswerRedactedThinking,
    AnswerRefusal,
    AnswerSchemaVerdict,
    AnswerText,
    AnswerThinking,
    AnswerToolCall,
    AnswerWarning,
    AnswerWordlessRefusal,
    answer_parts,
)
from diptych.core.folding.tool import Tool
from diptych.core.run import Run
from diptych.core.text.growing import GrowingText
from diptych.core.text.sanitize import clean
from diptych.core.tool_calls import given_results
from diptych.markdown.references import References
from diptych.tui.answer.answer_blocks import GrowingBlock, SentenceBlock, ToolBlock
from diptych.tui.answer.ending import EXCLUDED, REFUSAL, RESULT, VALID, WARNING, EndingSign, ending_mark
from diptych.tui.answer.stack import AnswerBlock, BlockStack, Place, Portion, Spot
from diptych.tui.answer.thinking import ThinkingBlock
from diptych.tui.markdown.layout.rows import Found, Link, Row
from diptych.tui.markdown.rendering import links_in

_PORTION = 8_000
"""How many characters one update reads. Code in colour costs the most: this much is laid out in 20 ms."""


class Document:
    """The rows of one run's answer at one width, as rendered Markdown or as its source.

    Width and rendering never change; `new_layout` returns a document with others.
    """

    def __init__(
        self, run: Run, width: int, *, is_rendered: bool = True, is_open: bool = False, before: "Document | None" = None
    ) -> None:
        self.run = run
        self.is_rendered = is_rendered
        self.is_behind = False
        self.width = width
        known = before._references if before else (References(), References())
        self._thinking = ThinkingBlock(run.thinking, width, known[0] if is_rendered else None, is_open=is_open)
        self._text = self._new_text(run.text, known[1])
        self._refusal = GrowingBlock("refusal", run.refusal, width, f"{REFUSAL.sign} ", "│ ")
        self._tools: dict[int, ToolBlock] = {}  # by the id of the `Tool`
        self._sentences: dict[tuple[EndingSign, str], SentenceBlock] = {}
        self._results = [SentenceBlock(RESULT, line, width) for line in given_results(run.request)]
        self._blocks: list[AnswerBlock] = []
        self._stack = BlockStack()
        self._is_whole = False

    @property
    def height(self) -> int:
        """How many rows there are."""
        return self._stack.height

    @property
    def has_thinking(self) -> bool:
        """Whether there is thinking to open."""
        return bool(self._thinking.words)

    @property
    def is_outdated(self) -> bool:
        """Whether all was read, and links were laid out before their addresses were known: a new layout has these."""
        return self._is_whole and (self._text.references.changed or self._thinking.references.changed)

    def new_layout(self, width: int, *, is_rendered: bool) -> "Document":
        """Return another document of the same answer, which has read nothing yet."""
        return Document(self.run, width, is_rendered=is_rendered, is_open=self._thinking.is_open, before=self)

    def is_thinking_line(self, row: int) -> bool:
        """Whether that row is the line that opens and folds the thinking."""
        block, inside = self._stack.at(row)
        return block is self._thinking and inside == 0 and self.has_thinking

    def toggle_thinking(self) -> None:
        """Open or fold the thinking."""
        self._thinking.is_open = not self._thinking.is_open
        self._thinking.lay_out(_PORTION)
        self.is_behind = self.is_behind or self._thinking.is_behind
        self._stack = BlockStack(self._blocks)

    def update(self, excluded: str = "") -> int | None:
        """Read what is new in the run, up to a portion of it. Returns the first row that changed, None if none did.

        `is_behind` then says whether another update has more to read. `excluded` is the sentence that says why later
        prompts do not send this turn, "" if they do.
        """
        ended = self.run.ended  # asked first, so that everything of an ended run is read below
        portion = Portion(_PORTION)
        changed = list(self._read(portion, excluded))
        if ended and portion.left and not self._is_whole:
            self._is_whole = True
            changed += self._end()
        opened = self._thinking.lay_out(_PORTION)
        if opened is not None:
            changed.append(opened)
        self.is_behind = not portion.left or self._thinking.is_behind
        if not changed:
            return None
        before = self.height
        self._stack = BlockStack(self._blocks)
        return min(*changed, before, self.height)

    def row(self, index: int) -> Row:
        """Return one row of the answer."""
        block, row = self._stack.at(index)
        return block.row(row) if block else ()

    def slice(self, start: Place | None, stop: Place | None) -> str:
        """Return the source of what is shown from one place to another; None is the beginning, or the end."""
        return self._stack.slice(start, stop)

    def find(self, pattern: re.Pattern[str], first: int, stop: int) -> Iterator[Found]:
        """Yield where the pattern matches, from top to bottom: the matches that end on the rows `first` to `stop`."""
        return self._stack.find(pattern, first, stop)

    def links(self) -> Sequence[Link]:
        """Return the links in all of the answer's text, even where it is not laid out yet or shown as its source."""
        return list(links_in(clean(str(self.run.text))))

    def link_at(self, row: int, column: int) -> Link | None:
        """Return the link of the answer's text at a character of a row."""
        block, row = self._stack.at(row)
        if block is not self._text:
            return None
        for span in block.row(row):
            column -= len(span.text)
            if column < 0:
                return self._text.link_at(row, span.origin) if "link" in span.role.split() else None
        return None

    def spot(self, row: int) -> Spot | None:
        """Return what a row shows, to find it in another document."""
        return self._stack.spot(row)

    def row_of(self, spot: Spot) -> int | None:
        """Return the row that shows what a row of another document showed, None if it is not laid out yet."""
        return self._stack.row_of(spot, is_behind=self.is_behind)

    def _read(self, portion: Portion, excluded: str) -> Iterator[int]:
        """Bring the blocks up to date with the run. Yields rows, of which the first is the first that changed."""
        before, self._blocks = self._blocks, self._blocks_now(excluded)
        top = 0
        for block, old in zip_longest(self._blocks, before):
            if block is None:
                yield top
                return
            first = block.read(portion)
            if block is not old:
                yield top
            elif first is not None:
                yield top + first
            top += block.height + 1 if block.height else 0

    def _end(self) -> Iterator[int]:
        """Settle all blocks, as nothing follows. Yields rows as `_read` does."""
        top = 0
        for block in self._blocks:
            yield top + block.end()
            top += block.height + 1 if block.height else 0

    def _blocks_now(self, excluded: str) -> list[AnswerBlock]:
        """Return the blocks of all parts that the answer has by now, and of the sentence `excluded`, not read yet."""
        if self._text.source is not self.run.text:  # what was taken for text turned out to be thinking
            self._text = self._new_text(self.run.text, References())
        blocks = [*self._results, *(block for part in answer_parts(self.run) if (block := self._block(part)))]
        if excluded:
            blocks.append(self._sentence(EXCLUDED, excluded))
        return list(dict.fromkeys(blocks))  # all thinking has one block

    def _block(self, part: AnswerPart) -> AnswerBlock | None:
        """Return the block that shows a part, a new one if there is none yet; None for a part that is not shown."""
        match part:
            case AnswerThinking():
                return self._thinking
            case AnswerRedactedThinking(blocks):
                self._thinking.redacted = blocks
                return self._thinking
            case AnswerText():
                return self._text
            case AnswerRefusal():
                return self._refusal
            case AnswerToolCall(tool):
                return self._tool(tool)
            case AnswerWordlessRefusal(sentence):
                return self._sentence(REFUSAL, sentence)
            case AnswerEnding(state, sentence):
                mark = ending_mark(state)
                return self._sentence(mark, sentence) if mark else None
            case AnswerSchemaVerdict(verdict):
                return self._sentence(VALID if verdict.is_valid else WARNING, verdict.sentence)
            case AnswerWarning(sentence):
                return self._sentence(WARNING, sentence) if self.run.ended else None
            case _:
                assert_never(part)

    def _new_text(self, source: GrowingText, references: References) -> GrowingBlock:
        is_json = self.run.request.settings.response_schema is not None  # Markdown would join its lines
        is_markdown = self.is_rendered and not is_json
        return GrowingBlock("text", source, self.width, references=references if is_markdown else None)

    def _tool(self, tool: Tool) -> ToolBlock:
        block = self._tools.get(id(tool))
        if block is None or block.tool_name != tool.name or block.source is not tool.written:  # some names come late
            block = self._tools[id(tool)] = ToolBlock(tool, self.width)
        return block

    def _sentence(self, mark: EndingSign, sentence: str) -> SentenceBlock:
        block = self._sentences.get((mark, sentence))
        if block is None:
            block = self._sentences[mark, sentence] = SentenceBlock(mark, sentence, self.width)
        return block

    @property
    def _references(self) -> tuple[References, References]:
        """The addresses of links that are known by now: those of the thinking, and those of the text."""
        return self._thinking.references.copy(), self._text.references.copy()
