"""Parse the block structure of Markdown, line by line as the text arrives.

The algorithm is CommonMark's (https://spec.commonmark.org/0.31.2/#appendix-a-parsing-strategy), with GitHub's tables
and task lists. HTML is text. Instead of a tree there is a sequence of leaves, each of which knows its containers, so
that what is closed never needs to be looked at again.
"""

import re

from diptych.markdown.block_starts import (
    CODE_INDENT,
    begins_leaf,
    enter_item,
    enter_quote,
    fence_length,
    heading_level,
    is_rule,
    is_underline,
    item_marker,
)
from diptych.markdown.formulas import Formulas
from diptych.markdown.leaf_sequence import LeafSequence, without_indent
from diptych.markdown.leaves import Container, Fence, Leaf, ListItem, Quote
from diptych.markdown.open_formula import OpenFormula
from diptych.markdown.references import References
from diptych.markdown.source_line import Cursor

_MAY_OPEN_FORMULA = re.compile(r"\\[\[b]|\$\$")
_MAX_DEPTH = 50
"""Containers inside each other. Deeper markers are text, so that no answer can be nested without end."""


class BlockParser:
    """Turns lines into `leaves`. Only the last two of them may still change as more lines come."""

    def __init__(self, references: References) -> None:
        self._sequence = LeafSequence(references)
        self._containers: tuple[Container, ...] = ()
        self._formula: OpenFormula | None = None

    @property
    def leaves(self) -> list[Leaf]:
        """The leaves so far."""
        return self._sequence.leaves

    @property
    def is_in_formula(self) -> bool:
        """Whether the next line may be part of a formula that began before it."""
        return self._formula is not None

    @property
    def open_leaf(self) -> Leaf | None:
        """The leaf that the next line may continue."""
        return self._sequence.open

    def take_first_changed(self) -> int:
        """Return the index of the first leaf that has changed since the last call."""
        return self._sequence.take_first_changed()

    def extend(self, more: str) -> None:
        """Add to the line that was read last, which is in the open leaf."""
        leaf = self._sequence.open
        if leaf is not None and more:
            if leaf.kind in ("paragraph", "heading"):
                self._sequence.extend_text(leaf, more)
            else:
                leaf.extend(more)
            self._sequence.mark_changed()

    def end_line(self) -> None:
        """End the line that was read last."""
        leaf = self._sequence.open
        if leaf is None:
            return
        if leaf.kind == "heading":
            self._sequence.close()
        elif leaf.kind == "paragraph":
            line = leaf.text[leaf.starts[-1] :]
            if self._formula is not None or _MAY_OPEN_FORMULA.search(line):
                self._watch_formula(line)

    def close(self) -> None:
        """End the text."""
        while self._formula is not None:
            self._read_again(self._give_up_formula())
        self._sequence.close()

    def read(self, text: str, start: int) -> None:
        """Read a line without its line feed, or the beginning of a line that `extend` will continue.

        `start` is its offset in the source.
        """
        if self._formula is None:
            self._read_line(text, start)
        elif not self._continue_formula(self._formula, text, start):
            self._read_again([*self._give_up_formula(), (text, start)])

    def _read_again(self, lines: list[tuple[str, int]]) -> None:
        """Read lines that turned out not to belong to a formula. Another formula may begin in them."""
        waiting = lines[::-1]
        while waiting:
            text, start = waiting.pop()
            if self._formula is None:
                self._read_line(text, start)
            elif not self._continue_formula(self._formula, text, start):
                waiting.append((text, start))
                waiting += reversed(self._give_up_formula())
                continue
            self.end_line()

    def _watch_formula(self, line: str) -> None:
        """Note the formula that is open at the end of a line of the open paragraph."""
        closer = "" if self._formula is None else self._formula.closer
        formulas = Formulas(line, closer)
        if closer and (formula := formulas.at(0)) and formula.closer:
            return
        opening = formulas.opening()
        last = self._sequence.last_index
        self._formula = opening and OpenFormula(*opening, last, len(self.leaves[last].starts))

    def _continue_formula(self, formula: OpenFormula, text: str, start: int) -> bool:
        """Add a line to the open formula. Return False if it cannot be one of its lines."""
        cursor = Cursor(text, start)
        matched = self._match_containers(cursor)
        in_containers = matched == len(self._containers)
        is_blank = cursor.blank
        if is_blank and not (formula.is_sure and in_containers):
            return False
        if not is_blank and not formula.admits(cursor.stripped, in_containers=in_containers):
            return False
        last = self._sequence.last_index
        formula.add(text, start, is_blank=is_blank, leaf_index=last, line_count=len(self.leaves[last].starts))
        self._continue_lazily(cursor, matched)
        return True

    def _give_up_formula(self) -> list[tuple[str, int]]:
        """Stop waiting for the end of the formula. Return the lines that must be read again."""
        formula, self._formula = self._formula, None
        if formula is None or not formula.held:
            return []
        leaf = self.leaves[formula.leaf_index].first_lines(formula.line_count)
        self._sequence.replace_from(formula.leaf_index, leaf)
        return formula.held

    def _read_line(self, text: str, start: int) -> None:
        cursor = Cursor(text, start)
        matched = self._match_containers(cursor)
        leaf = self._sequence.open
        if leaf and leaf.kind == "code" and matched == len(leaf.path) and self._sequence.continue_code(leaf, cursor):
            return
        if cursor.blank:
            self._sequence.close()
            self._containers = self._containers[:matched]
            self._sequence.after_blank = True
            return
        if leaf and self._sequence.is_definition(leaf, cursor.stripped):
            self._sequence.close()
        self._read_blocks(cursor, matched)
        self._sequence.after_blank = False

    def _match_containers(self, cursor: Cursor) -> int:
        """Move past the markers of the open containers that a line continues. Return how many these are."""
        for index, container in enumerate(self._containers):
            if isinstance(container, Quote):
                if not enter_quote(cursor):  # any indent is allowed, as in markdown-it
                    return index
            elif cursor.blank or (
                cursor.indent >= container.indent and not (self._sequence.after_blank and self._is_empty_item(index))
            ):
                cursor.skip_columns(container.indent)
            else:
                return index
        return len(self._containers)

    def _is_empty_item(self, index: int) -> bool:
        last = self.leaves[-1] if self.leaves else None
        return last is not None and last.kind == "empty" and last.path == self._containers[: index + 1]

    def _read_blocks(self, cursor: Cursor, matched: int) -> None:
        """Open the containers that begin in a line, and add the rest of the line to a leaf."""
        path = list(self._containers[:matched])
        begin = cursor.next_offset
        leaf = self._sequence.open
        in_paragraph = leaf is not None and leaf.kind == "paragraph"
        is_continued = matched == len(self._containers)
        while len(path) < _MAX_DEPTH and cursor.indent < CODE_INDENT:
            interrupts = in_paragraph and is_continued and len(path) == matched
            container = self._open_container(cursor, path, interrupts=interrupts)
            if container is None:
                break
            path.append(container)
        opened = len(path) - matched
        if not opened and not is_continued and self._is_lazy(cursor, self._containers[matched]):
            self._continue_lazily(cursor, matched)
            return
        if not opened and is_continued and leaf is not None and self._sequence.continue_leaf(leaf, cursor):
            return
        self._sequence.close()
        self._containers = tuple(path)
        self._add_leaf(cursor, begin, opened)

    def _open_container(self, cursor: Cursor, path: list[Container], *, interrupts: bool) -> Container | None:
        if enter_quote(cursor):
            return Quote()
        if cursor.blank:
            return None
        line = cursor.stripped
        if is_rule(line) or (interrupts and is_underline(line)):
            return None
        marker = item_marker(line, interrupts=interrupts)
        return None if marker is None else enter_item(cursor, marker, self._previous_item(path))

    def _previous_item(self, path: list[Container]) -> ListItem | None:
        """Return the list item that was open at the end of this path before, None if there was none."""
        depth = len(path)
        if len(self._containers) <= depth or any(a is not b for a, b in zip(path, self._containers, strict=False)):
            return None
        container = self._containers[depth]
        return container if isinstance(container, ListItem) else None

    def _is_lazy(self, cursor: Cursor, outside_of: Container) -> bool:
        """Whether a line outside of a container continues the paragraph in it (CommonMark's lazy continuation)."""
        leaf = self._sequence.open
        if leaf is None or leaf.kind != "paragraph":
            return False
        line = cursor.stripped
        if cursor.indent < CODE_INDENT:
            return not begins_leaf(line)
        # markdown-it counts the indent from the column of an item's content.
        return isinstance(outside_of, Quote) or not (begins_leaf(line) or line.startswith(">"))

    def _continue_lazily(self, cursor: Cursor, matched: int) -> None:
        """Add a line to the open paragraph, without the indent of the containers that it does not continue."""
        for container in self._containers[matched:]:
            cursor.skip_columns(container.indent if isinstance(container, ListItem) else 0)
        self._sequence.continue_paragraph(cursor, may_be_header=False)

    def _add_leaf(self, cursor: Cursor, begin: int, opened: int) -> None:
        """Begin the leaf that a line begins, and add the line to it."""
        path = self._containers
        if cursor.blank:
            self._sequence.begin("empty", path, begin, opened).end = cursor.end
            self._sequence.open = None
            return
        line = cursor.stripped
        if cursor.indent >= CODE_INDENT:
            self._sequence.begin("code", path, begin, opened).add_line(*without_indent(cursor, CODE_INDENT))
        elif level := heading_level(line):
            leaf = self._sequence.begin("heading", path, begin, opened)
            leaf.level = level
            text = cursor.unindented[level:].lstrip(" \t")
            leaf.add_text("", cursor.end - len(text))
            self._sequence.extend_text(leaf, text)
        elif length := fence_length(line):
            leaf = self._sequence.begin("code", path, begin, opened)
            leaf.fence = Fence(line[0], length, cursor.indent)
            leaf.info = line[length:].strip()
            leaf.end = cursor.end
        elif is_rule(line):
            self._sequence.begin("rule", path, begin, opened).end = cursor.end
            self._sequence.close()
        else:
            self._sequence.begin("paragraph", path, begin, opened)
            self._sequence.continue_paragraph(cursor, may_be_header=True)
