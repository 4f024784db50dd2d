"""The leaves of a text in their order, and how a line continues the one that is open."""

from diptych.markdown.block_starts import CODE_INDENT, begins_leaf, closes_fence, is_underline
from diptych.markdown.formulas import Formulas
from diptych.markdown.leaves import Container, Kind, Leaf
from diptych.markdown.references import References
from diptych.markdown.source_line import Cursor
from diptych.markdown.table import alignments, split_row

_CONTENTLESS = ("empty", "definitions")

_LONG = 20_000
"""Characters of a paragraph or heading after which it continues in another leaf, so that no leaf is costly to read."""

_LONGEST = _LONG + 1_000
"""The same if no space comes at which it could be divided."""


class LeafSequence:
    """All leaves so far. Only the last two can still change.

    `open` is the leaf that the next line may continue. `after_blank` says whether a blank line came before the next
    leaf.
    """

    def __init__(self, references: References) -> None:
        self.leaves: list[Leaf] = []
        self.open: Leaf | None = None
        self.after_blank = False
        self._references = references
        self._first_changed = 0
        self._may_be_header = False  # whether the last line of the paragraph may be the header of a table
        self._blank_code_lines: list[tuple[str, int]] = []  # of indented code, which belong to it if code follows

    @property
    def last_index(self) -> int:
        """The index of the last leaf, -1 if there is none."""
        return len(self.leaves) - 1

    def take_first_changed(self) -> int:
        """Return the index of the first leaf that has changed since the last call."""
        first, self._first_changed = self._first_changed, len(self.leaves)
        return first

    def mark_changed(self) -> None:
        """Note that the last leaf has changed."""
        self._first_changed = min(self._first_changed, max(len(self.leaves) - 1, 0))

    def begin(self, kind: Kind, path: tuple[Container, ...], begin: int, opened: int) -> Leaf:
        """Append an open leaf. Its arguments are the fields of `Leaf`."""
        spaced = self.after_blank
        last = self.leaves[-1] if self.leaves else None
        if last and last.kind in _CONTENTLESS and last.path == path[: len(last.path)]:
            self.mark_changed()
            self.leaves.pop()  # the list item that seemed to be without content has some
            begin, opened, spaced = last.begin, opened + last.opened, last.spaced
        leaf = self.open = Leaf(kind, path, begin, opened, spaced)
        self.leaves.append(leaf)
        self.mark_changed()
        return leaf

    def close(self) -> None:
        """Close the open leaf, if there is one."""
        self._blank_code_lines.clear()
        leaf, self.open = self.open, None
        if leaf is None:
            return
        leaf.closed = True
        self.mark_changed()
        if leaf.kind == "paragraph" and self.take_definitions(leaf):
            self.after_blank = self.after_blank or leaf.spaced
            if leaf.opened:
                leaf.kind = "definitions"
            else:
                self.leaves.pop()

    def replace_from(self, index: int, leaf: Leaf) -> None:
        """Replace all leaves from that index on by one open leaf."""
        self.leaves[index:] = [leaf]
        self.open = leaf
        self.mark_changed()

    def continue_paragraph(self, cursor: Cursor, *, may_be_header: bool) -> None:
        """Add what is left of a line to the open paragraph, if there is one.

        `may_be_header` is whether the line may turn out to be the header of a table.
        """
        leaf = self.open
        if leaf is None:
            return
        if len(leaf.text) > _LONG:
            leaf = self._divide(leaf)
        text, offset = (cursor.rest, cursor.offset) if leaf.text else (cursor.unindented, cursor.next_offset)
        leaf.add_text("", offset)
        self.extend_text(leaf, text)
        self._may_be_header = may_be_header
        self.mark_changed()

    def extend_text(self, leaf: Leaf, more: str) -> None:
        """Add to the last line of the open paragraph or heading, and divide the leaf if it becomes too long."""
        while len(leaf.text) + len(more) > _LONG:
            most = _LONGEST - len(leaf.text)
            if len(leaf.text) > _LONG and leaf.text.endswith(" "):
                most = 0
            cut = more.find(" ", max(_LONG - len(leaf.text), 0), most) + 1 or most
            if cut >= len(more):
                break
            leaf.extend(more[:cut])
            more = more[cut:]
            end = leaf.end
            leaf = self._divide(leaf)
            leaf.add_text("", end)
        leaf.extend(more)

    def continue_leaf(self, leaf: Leaf, cursor: Cursor) -> bool:
        """Add a line to the open paragraph or table. Return False if it does not belong to it."""
        line = cursor.stripped
        is_indented = cursor.indent >= CODE_INDENT
        if leaf.kind == "paragraph":
            if not is_indented:
                if self._becomes_table(leaf, cursor, line) or self._becomes_heading(leaf, cursor, line):
                    return True
                if begins_leaf(line):
                    return False
            self.continue_paragraph(cursor, may_be_header=not is_indented)
            return True
        if leaf.kind == "table" and not is_indented and not begins_leaf(line):
            leaf.add_line(line, cursor.next_offset)
            leaf.end = cursor.end
            self.mark_changed()
            return True
        return False

    def continue_code(self, leaf: Leaf, cursor: Cursor) -> bool:
        """Add a line to the open code block, or close it. Return False if the line does not belong to it."""
        fence = leaf.fence
        if fence is None:
            if cursor.blank:
                self._blank_code_lines.append(without_indent(cursor, CODE_INDENT))
                self.after_blank = True
                return True
            if cursor.indent < CODE_INDENT:
                return False
            for line, offset in self._blank_code_lines:
                leaf.add_line(line, offset)
            self._blank_code_lines.clear()
            leaf.add_line(*without_indent(cursor, CODE_INDENT))
        elif cursor.indent < CODE_INDENT and closes_fence(fence, cursor.stripped):
            self.close()
        else:
            leaf.add_line(*without_indent(cursor, fence.indent))
        leaf.end = cursor.end
        self.after_blank = False
        self.mark_changed()
        return True

    def is_definition(self, leaf: Leaf, line: str) -> bool:
        """Whether the open leaf is nothing but link reference definitions, which this line does not continue."""
        if (
            leaf.kind != "paragraph"
            or leaf.is_continuation
            or not leaf.text.startswith("[")
            or not self._references.defines(leaf.text)
        ):
            return False
        may_be_title = line[0] in "\"'("
        return not (may_be_title and self._references.defines(f'{leaf.text}\n"title"'))

    def take_definitions(self, leaf: Leaf) -> bool:
        """Remove the definitions that a paragraph begins with. Return whether nothing else is left."""
        if leaf.is_continuation or not leaf.text.startswith("["):
            return False
        count = self._references.define(leaf.text)
        if count == len(leaf.starts):
            return True
        if count:
            leaf.drop_lines(count)
        return False

    def _becomes_heading(self, leaf: Leaf, cursor: Cursor, line: str) -> bool:
        """Make a heading of the open paragraph if this line underlines it. Return whether it does."""
        if not is_underline(line):
            return False
        self.take_definitions(leaf)
        leaf.kind, leaf.level, leaf.is_underlined, leaf.end = "heading", 1 if line[0] == "=" else 2, True, cursor.end
        self.mark_changed()
        self.close()
        return True

    def _becomes_table(self, leaf: Leaf, cursor: Cursor, line: str) -> bool:
        """Make a table's header of the last line if this one is the line below a header. Return whether it is."""
        aligned = alignments(line)
        header = leaf.text[leaf.starts[-1] :].strip(" \t")
        if (
            not self._may_be_header
            or aligned is None
            or "|" not in header
            or len(split_row(header, len(aligned))) != len(aligned)
        ):
            return False
        last_line, offset = leaf.pop_line()
        offset += len(last_line) - len(last_line.lstrip(" \t"))
        if leaf.starts:
            self.mark_changed()
            self.close()
            leaf = self.begin("table", leaf.path, offset, 0)
        else:
            leaf.kind, leaf.text = "table", ""
        leaf.add_line(header, offset)
        leaf.alignments, leaf.end = aligned, cursor.end
        self.mark_changed()
        return True

    def _divide(self, leaf: Leaf) -> Leaf:
        """Close a leaf that is long enough. Return an open one for the rest of its text."""
        self.mark_changed()
        leaf.closed = True
        opening = Formulas(leaf.text, leaf.initial_closer).opening()
        closer = opening.closer if opening and opening.is_sure else ""
        rest = Leaf(
            leaf.kind,
            leaf.path,
            leaf.end,
            0,
            spaced=False,
            level=leaf.level,
            is_continuation=True,
            initial_closer=closer,
        )
        self.open = rest
        self.leaves.append(rest)
        return rest


def without_indent(cursor: Cursor, columns: int) -> tuple[str, int]:
    """Skip at most `columns` columns of white space. Return the rest of the line, and its offset in the source."""
    cursor.skip_columns(columns)
    return cursor.rest, cursor.offset
