"""A cursor in a line of source. It counts columns, in which a tab reaches to the next multiple of four."""

_TAB = 4


class Cursor:
    """A position in a line. `start` is the offset of the line in the source."""

    __slots__ = ("_columns_into_tab", "column", "pos", "start", "text")

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.pos = 0
        self.column = 0
        self._columns_into_tab = 0  # columns of the tab at `pos` that were skipped

    @property
    def indent(self) -> int:
        """The columns of white space at the cursor."""
        column = self.column
        for index in range(self.pos, len(self.text)):
            if self.text[index] == " ":
                column += 1
            elif self.text[index] == "\t":
                column += _TAB - column % _TAB
            else:
                break
        return column - self.column

    @property
    def blank(self) -> bool:
        """Whether only white space is left of the line."""
        return not self.text[self.pos :].strip(" \t")

    @property
    def rest(self) -> str:
        """What is left of the line. A tab that was skipped in part is replaced by the spaces left of it."""
        if not self._columns_into_tab:
            return self.text[self.pos :]
        return " " * (_TAB - self.column % _TAB) + self.text[self.pos + 1 :]

    @property
    def stripped(self) -> str:
        """What is left of the line, without white space around it."""
        return self.text[self.pos :].strip(" \t")

    @property
    def unindented(self) -> str:
        """What is left of the line, without white space before it."""
        return self.text[self.pos :].lstrip(" \t")

    @property
    def offset(self) -> int:
        """The offset in the source at which `rest` begins, as if the spaces of a tab skipped in part were there."""
        return self.start + len(self.text) - len(self.rest)

    @property
    def next_offset(self) -> int:
        """The offset in the source of the next character that is not white space."""
        return self.start + len(self.text) - len(self.unindented)

    @property
    def end(self) -> int:
        """The offset in the source at which the line ends."""
        return self.start + len(self.text)

    def skip(self, count: int) -> None:
        """Move over characters that are one column wide."""
        self.pos += count
        self.column += count
        self._columns_into_tab = 0

    def skip_box(self) -> None:
        """Move over the box of a task and the white space after it, which markdown-it does not count as columns."""
        self.pos += 3
        rest = self.text[self.pos :]
        self.pos += len(rest) - len(rest.lstrip(" \t"))

    def skip_columns(self, count: int) -> None:
        """Move over at most `count` columns of white space. A tab may be skipped in part."""
        while count > 0 and self.pos < len(self.text) and self.text[self.pos] in " \t":
            wide = _TAB - self.column % _TAB if self.text[self.pos] == "\t" else 1
            walked = min(wide, count)
            self.column += walked
            count -= walked
            if walked == wide:
                self.pos += 1
                self._columns_into_tab = 0
            else:
                self._columns_into_tab += walked
