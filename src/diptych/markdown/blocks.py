"""The block structure of Markdown, read line by line as the text comes.

The algorithm is CommonMark's (https://spec.commonmark.org/0.31.2/#appendix-a-parsing-strategy), with GitHub's tables
and task lists; HTML is text. It keeps no tree: the text is a sequence of leaves, each of which knows the containers it
stands in, so that what is closed never needs to be looked at again.
"""

import re

from diptych.markdown.formulas import Formulas
from diptych.markdown.leaves import Container, Fence, Item, Kind, Leaf, Quote
from diptych.markdown.open_formula import OpenFormula
from diptych.markdown.references import References
from diptych.markdown.source_line import Cursor
from diptych.markdown.table import alignments, split_row

_HEADING = re.compile(r"(#{1,6})(?=[ \t]|$)")
_FENCE = re.compile(r"`{3,}(?=[^`]*$)|~{3,}")
_RULE = re.compile(r"(?:\*[ \t]*){3,}$|(?:-[ \t]*){3,}$|(?:_[ \t]*){3,}$")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")
_BULLET = re.compile(r"[-+*](?=[ \t]|$)")
_NUMBER = re.compile(r"([0-9]{1,9})[.)](?=[ \t]|$)")
_TASK = re.compile(r"\[([ xX])\](?=[ \t])")
_MAY_OPEN_FORMULA = re.compile(r"\\[\[b]|\$\$")
_CONTENTLESS = ("empty", "definitions")
_CODE_INDENT = 4
_DEEPEST = 50
"""Containers in each other; deeper markers are text, so that no answer can be nested for ever."""

_LONG = 20_000
"""Characters of a paragraph or heading after which it goes on in another leaf, so that none costs more than others."""

_LONGEST = _LONG + 1_000
"""The same where no space comes."""


class BlockParser:
    """Turns lines into `leaves`, of which only the last two may still change while more come."""

    def __init__(self, references: References) -> None:
        self.leaves: list[Leaf] = []
        self._references = references
        self._containers: tuple[Container, ...] = ()
        self._leaf: Leaf | None = None
        self._after_blank = False
        self._may_be_header = False  # the last line of the paragraph, of a table
        self._held: list[tuple[str, int]] = []  # blank lines of indented code, which count if code follows
        self._first_changed = 0
        self._formula: OpenFormula | None = None

    @property
    def is_in_formula(self) -> bool:
        """Whether the next line may stand in a formula that began before it."""
        return self._formula is not None

    @property
    def open_leaf(self) -> Leaf | None:
        """The leaf that the next line may go on with."""
        return self._leaf

    def take_first_changed(self) -> int:
        """The index of the first leaf that changed since the last call."""
        first, self._first_changed = self._first_changed, len(self.leaves)
        return first

    def extend(self, more: str) -> None:
        """The line that was read last, and that holds text, goes on."""
        if self._leaf is not None and more:
            if self._leaf.kind in ("paragraph", "heading"):
                self._extend_text(self._leaf, more)
            else:
                self._leaf.extend(more)
            self._touch()

    def end_line(self) -> None:
        """The line that was read last is over."""
        leaf = self._leaf
        if leaf is None:
            return
        if leaf.kind == "heading":
            self._close_leaf()
        elif leaf.kind == "paragraph":
            line = leaf.text[leaf.starts[-1] :]
            if self._formula is not None or _MAY_OPEN_FORMULA.search(line):
                self._watch_formula(line)

    def close(self) -> None:
        """The text is over."""
        while self._formula is not None:
            self._read_lines(self._give_formula_up())
        self._close_leaf()

    def read(self, text: str, start: int) -> None:
        """Read a line that begins at that offset, without its line end; of a line that goes on, what has come."""
        if self._formula is None:
            self._read_line(text, start)
        elif not self._continue_formula(self._formula, text, start):
            self._read_lines([*self._give_formula_up(), (text, start)])

    def _read_lines(self, lines: list[tuple[str, int]]) -> None:
        """Read lines again, of which formulas may hold some once more."""
        waiting = lines[::-1]
        while waiting:
            text, start = waiting.pop()
            if self._formula is None:
                self._read_line(text, start)
            elif not self._continue_formula(self._formula, text, start):
                waiting.append((text, start))
                waiting += reversed(self._give_formula_up())
                continue
            self.end_line()

    def _watch_formula(self, line: str) -> None:
        """See whether the line that is over opens or closes a formula."""
        inside = "" if self._formula is None else self._formula.closer
        formulas = Formulas(line, inside)
        if inside and (formula := formulas.at(0)) and formula.closer:
            return
        opening = formulas.opening()
        last = len(self.leaves) - 1
        self._formula = opening and OpenFormula(*opening, last, len(self.leaves[last].starts))

    def _continue_formula(self, formula: OpenFormula, text: str, start: int) -> bool:
        """Add a line to the open formula, if it can be one of its lines."""
        cursor = Cursor(text, start)
        matched = self._match(cursor)
        in_containers = matched == len(self._containers)
        is_blank = cursor.blank
        if is_blank and not (formula.is_sure and in_containers):
            return False
        if not is_blank and not formula.admits(cursor.stripped, in_containers=in_containers):
            return False
        last = len(self.leaves) - 1
        formula.add(text, start, is_blank=is_blank, leaf_index=last, line_count=len(self.leaves[last].starts))
        for container in self._containers[matched:]:
            cursor.skip_columns(container.indent if isinstance(container, Item) else 0)
        self._continue_paragraph(cursor, may_be_header=False)
        return True

    def _give_formula_up(self) -> list[tuple[str, int]]:
        """Wait for the end of the formula no longer; the lines that must be read again are returned."""
        formula, self._formula = self._formula, None
        if formula is None or not formula.held:
            return []
        leaf = self.leaves[formula.leaf_index].first_lines(formula.line_count)
        self.leaves[formula.leaf_index :] = [leaf]
        self._leaf = leaf
        self._touch()
        return formula.held

    def _read_line(self, text: str, start: int) -> None:
        cursor = Cursor(text, start)
        matched = self._match(cursor)
        leaf = self._leaf
        if leaf and leaf.kind == "code" and matched == len(leaf.path) and self._continue_code(leaf, cursor):
            return
        if cursor.blank:
            self._close_leaf()
            self._containers = self._containers[:matched]
            self._after_blank = True
            return
        if leaf and self._is_definition(leaf, cursor):
            self._close_leaf()
        self._read_blocks(cursor, matched)
        self._after_blank = False

    def _match(self, cursor: Cursor) -> int:
        """Walk into the containers that this line goes on with; their number is returned."""
        for index, container in enumerate(self._containers):
            if isinstance(container, Quote):
                if not _enter_quote(cursor):  # however far it is indented, as markdown-it has it
                    return index
            elif cursor.blank or (
                cursor.indent >= container.indent and not (self._after_blank and self._is_empty_item(index))
            ):
                cursor.skip_columns(container.indent)
            else:
                return index
        return len(self._containers)

    def _is_empty_item(self, index: int) -> bool:
        last = self.leaves[-1] if self.leaves else None
        return last is not None and last.kind == "empty" and last.path == self._containers[: index + 1]

    def _continue_code(self, leaf: Leaf, cursor: Cursor) -> bool:
        fence = leaf.fence
        if fence is None:
            if cursor.blank:
                self._held.append(_behind(cursor, _CODE_INDENT))
                self._after_blank = True
                return True
            if cursor.indent < _CODE_INDENT:
                return False
            for line, offset in self._held:
                leaf.add_line(line, offset)
            self._held.clear()
            leaf.add_line(*_behind(cursor, _CODE_INDENT))
        elif cursor.indent < _CODE_INDENT and _closes(fence, cursor.stripped):
            self._close_leaf()
        else:
            leaf.add_line(*_behind(cursor, fence.indent))
        leaf.end = cursor.end
        self._after_blank = False
        self._touch()
        return True

    def _is_definition(self, leaf: Leaf, cursor: Cursor) -> bool:
        """Whether the open paragraph is link reference definitions that this line does not go on with."""
        if (
            leaf.kind != "paragraph"
            or leaf.goes_on
            or not leaf.text.startswith("[")
            or not self._references.defines(leaf.text)
        ):
            return False
        may_be_title = cursor.stripped[0] in "\"'("
        return not (may_be_title and self._references.defines(f'{leaf.text}\n"title"'))

    def _read_blocks(self, cursor: Cursor, matched: int) -> None:
        """Open what begins in this line, and add what is left of it to a leaf."""
        path = list(self._containers[:matched])
        begin = cursor.next_offset
        in_paragraph = self._leaf is not None and self._leaf.kind == "paragraph"
        goes_on = matched == len(self._containers)
        while len(path) < _DEEPEST and cursor.indent < _CODE_INDENT:
            interrupts = in_paragraph and goes_on and len(path) == matched
            container = self._open_container(cursor, path, interrupts=interrupts)
            if container is None:
                break
            path.append(container)
        opened = len(path) - matched
        if not opened and not goes_on and self._is_lazy(cursor, self._containers[matched]):
            for container in self._containers[matched:]:
                cursor.skip_columns(container.indent if isinstance(container, Item) else 0)
            self._continue_paragraph(cursor, may_be_header=False)
            return
        if not opened and goes_on and self._leaf is not None and self._continue_leaf(self._leaf, cursor):
            return
        self._close_leaf()
        self._containers = tuple(path)
        self._add_leaf(cursor, begin, opened)

    def _open_container(self, cursor: Cursor, path: list[Container], *, interrupts: bool) -> Container | None:
        if cursor.indent < _CODE_INDENT and _enter_quote(cursor):
            return Quote()
        if cursor.blank:
            return None
        rest = cursor.stripped
        if _RULE.match(rest) or (interrupts and _UNDERLINE.match(rest)):
            return None
        return self._open_item(cursor, rest, path, interrupts=interrupts)

    def _open_item(self, cursor: Cursor, rest: str, path: list[Container], *, interrupts: bool) -> Item | None:
        match = _BULLET.match(rest) or _NUMBER.match(rest)
        if match is None:
            return None
        number = int(match[1]) if match.re is _NUMBER else None
        is_empty = match.end() == len(rest)
        if interrupts and (is_empty or number not in (None, 1)):
            return None
        before = cursor.indent
        cursor.skip_columns(before)
        cursor.skip(match.end())
        space = 1 if is_empty or cursor.indent > _CODE_INDENT else cursor.indent
        cursor.skip_columns(space)
        task = None
        if cursor.indent < _CODE_INDENT and (box := _TASK.match(cursor.text, cursor.pos)):
            task = box[1] != " "
            cursor.skip_box()
        marker = match[0][-1]
        list_id: object = object()
        if (before_it := self._sibling(path)) and before_it.marker == marker:
            list_id = before_it.list_id
            number = None if before_it.number is None else before_it.number + 1
        return Item(marker, number, before + match.end() + space, task, list_id)

    def _sibling(self, path: list[Container]) -> Item | None:
        """The list item that was open where another would begin."""
        depth = len(path)
        if len(self._containers) <= depth or any(a is not b for a, b in zip(path, self._containers, strict=False)):
            return None
        open_there = self._containers[depth]
        return open_there if isinstance(open_there, Item) else None

    def _is_lazy(self, cursor: Cursor, outside_of: Container) -> bool:
        """Whether this line, outside of a container, still goes on with the paragraph in it."""
        if self._leaf is None or self._leaf.kind != "paragraph":
            return False
        if cursor.indent < _CODE_INDENT:
            return not _begins_leaf(cursor.stripped)
        # markdown-it counts the indent from where an item's content stands.
        rest = cursor.stripped
        return isinstance(outside_of, Quote) or not (_begins_leaf(rest) or rest.startswith(">"))

    def _continue_leaf(self, leaf: Leaf, cursor: Cursor) -> bool:
        rest = cursor.stripped
        is_indented = cursor.indent >= _CODE_INDENT
        if leaf.kind == "paragraph":
            if not is_indented:
                if self._becomes_table(leaf, cursor, rest) or self._becomes_heading(leaf, cursor, rest):
                    return True
                if _begins_leaf(rest):
                    return False
            self._continue_paragraph(cursor, may_be_header=not is_indented)
            return True
        if leaf.kind == "table" and not is_indented and not _begins_leaf(rest):
            leaf.add_line(rest, cursor.next_offset)
            leaf.end = cursor.end
            self._touch()
            return True
        return False

    def _continue_paragraph(self, cursor: Cursor, *, may_be_header: bool) -> None:
        leaf = self._leaf
        if leaf is not None:
            if len(leaf.text) > _LONG:
                leaf = self._go_on(leaf)
            text, offset = (cursor.rest, cursor.offset) if leaf.text else (cursor.unindented, cursor.next_offset)
            leaf.add_text("", offset)
            self._extend_text(leaf, text)
            self._may_be_header = may_be_header
            self._touch()

    def _extend_text(self, leaf: Leaf, more: str) -> None:
        """Add to a text, and where that makes it too long, to another leaf that it goes on in."""
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
            leaf = self._go_on(leaf)
            leaf.add_text("", end)
        leaf.extend(more)

    def _go_on(self, leaf: Leaf) -> Leaf:
        """Close a leaf that is long enough and begin another one for the rest of its text."""
        self._touch()
        leaf.closed = True
        opening = Formulas(leaf.text, leaf.inside).opening()
        inside = opening.closer if opening and opening.is_sure else ""
        self._leaf = Leaf(
            leaf.kind, leaf.path, leaf.end, 0, spaced=False, level=leaf.level, goes_on=True, inside=inside
        )
        self.leaves.append(self._leaf)
        return self._leaf

    def _becomes_heading(self, leaf: Leaf, cursor: Cursor, rest: str) -> bool:
        """Whether this line underlines the paragraph above it."""
        if not _UNDERLINE.match(rest):
            return False
        self._take_definitions(leaf)
        leaf.kind, leaf.level, leaf.is_underlined, leaf.end = "heading", 1 if rest[0] == "=" else 2, True, cursor.end
        self._touch()
        self._close_leaf()
        return True

    def _becomes_table(self, leaf: Leaf, cursor: Cursor, rest: str) -> bool:
        """Whether this line makes the line above it the header of a table."""
        aligned = alignments(rest)
        header = leaf.text[leaf.starts[-1] :].strip(" \t")
        if (
            not self._may_be_header
            or aligned is None
            or "|" not in header
            or len(split_row(header, len(aligned))) != len(aligned)
        ):
            return False
        line, offset = leaf.pop_line()
        offset += len(line) - len(line.lstrip(" \t"))
        if leaf.starts:
            self._touch()
            self._close_leaf()
            leaf = self._begin_leaf("table", offset, 0)
        else:
            leaf.kind, leaf.text = "table", ""
        leaf.add_line(header, offset)
        leaf.alignments, leaf.end = aligned, cursor.end
        self._touch()
        return True

    def _add_leaf(self, cursor: Cursor, begin: int, opened: int) -> None:
        if cursor.blank:
            self._begin_leaf("empty", begin, opened).end = cursor.end
            self._leaf = None
            return
        rest = cursor.stripped
        if cursor.indent >= _CODE_INDENT:
            self._begin_leaf("code", begin, opened).add_line(*_behind(cursor, _CODE_INDENT))
        elif heading := _HEADING.match(rest):
            leaf = self._begin_leaf("heading", begin, opened)
            leaf.level = heading.end()
            text = cursor.unindented[heading.end() :].lstrip(" \t")
            leaf.add_text("", cursor.end - len(text))
            self._extend_text(leaf, text)
        elif fence := _FENCE.match(rest):
            leaf = self._begin_leaf("code", begin, opened)
            leaf.fence = Fence(rest[0], fence.end(), cursor.indent)
            leaf.info = rest[fence.end() :].strip()
            leaf.end = cursor.end
        elif _RULE.match(rest):
            self._begin_leaf("rule", begin, opened).end = cursor.end
            self._close_leaf()
        else:
            self._begin_leaf("paragraph", begin, opened)
            self._continue_paragraph(cursor, may_be_header=True)

    def _begin_leaf(self, kind: Kind, begin: int, opened: int) -> Leaf:
        spaced = self._after_blank
        last = self.leaves[-1] if self.leaves else None
        if last and last.kind in _CONTENTLESS and last.path == self._containers[: len(last.path)]:
            self._touch()
            self.leaves.pop()  # the item has content after all
            begin, opened, spaced = last.begin, opened + last.opened, last.spaced
        leaf = self._leaf = Leaf(kind, self._containers, begin, opened, spaced)
        self.leaves.append(leaf)
        self._touch()
        return leaf

    def _close_leaf(self) -> None:
        self._held.clear()
        leaf, self._leaf = self._leaf, None
        if leaf is None:
            return
        leaf.closed = True
        self._touch()
        if leaf.kind == "paragraph" and self._take_definitions(leaf):
            self._after_blank = self._after_blank or leaf.spaced
            if leaf.opened:
                leaf.kind = "definitions"
            else:
                self.leaves.pop()

    def _take_definitions(self, leaf: Leaf) -> bool:
        """Take the definitions that a paragraph begins with out of it; whether nothing else is left."""
        if leaf.goes_on or not leaf.text.startswith("["):
            return False
        count = self._references.define(leaf.text)
        if count == len(leaf.starts):
            return True
        if count:
            leaf.drop_lines(count)
        return False

    def _touch(self) -> None:
        self._first_changed = min(self._first_changed, max(len(self.leaves) - 1, 0))


def _behind(cursor: Cursor, columns: int) -> tuple[str, int]:
    """What is left of a line behind so many columns of white space at most, and where it stands."""
    cursor.skip_columns(columns)
    return cursor.rest, cursor.offset


def _enter_quote(cursor: Cursor) -> bool:
    if not cursor.unindented.startswith(">"):
        return False
    cursor.skip_columns(cursor.indent)
    cursor.skip(1)
    cursor.skip_columns(1)
    return True


def _closes(fence: Fence, rest: str) -> bool:
    return len(rest) >= fence.length and not rest.strip(fence.marker)


def _begins_leaf(rest: str) -> bool:
    """Whether text that stands like this ends a paragraph; containers were looked for before."""
    return bool(_HEADING.match(rest) or _FENCE.match(rest) or _RULE.match(rest))
