"""One line of source under a cursor that counts columns, in which tabs reach to the next multiple of four."""

_TAB = 4


class Cursor:
    """Walks a line; `start` is the offset of the line in the source."""

    __slots__ = ("_inside_tab", "column", "pos", "start", "text")

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.pos = 0
        self.column = 0
        self._inside_tab = 0  # columns of the tab at `pos` that were walked over

    @property
    def indent(self) -> int:
        """Columns of white space from here to the next character that is none."""
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
        """Whether only white space is left."""
        return not self.text[self.pos :].strip(" \t")

    @property
    def rest(self) -> str:
        """What is left, a tab that was entered as the spaces left of it."""
        if not self._inside_tab:
            return self.text[self.pos :]
        return " " * (_TAB - self.column % _TAB) + self.text[self.pos + 1 :]

    @property
    def stripped(self) -> str:
        """What is left, without white space around it."""
        return self.text[self.pos :].strip(" \t")

    @property
    def unindented(self) -> str:
        """What is left, without white space before it."""
        return self.text[self.pos :].lstrip(" \t")

    @property
    def offset(self) -> int:
        """Where `rest` would begin in the source, were it there as it is."""
        return self.start + len(self.text) - len(self.rest)

    @property
    def next_offset(self) -> int:
        """Where the next character that is no white space stands in the source."""
        return self.start + len(self.text) - len(self.unindented)

    @property
    def end(self) -> int:
        """Where the line ends in the source."""
        return self.start + len(self.text)

    def skip(self, count: int) -> None:
        """Walk over that many characters, each one column wide."""
        self.pos += count
        self.column += count
        self._inside_tab = 0

    def skip_box(self) -> None:
        """Walk over a task's box and the white space after it, which markdown-it counts as no columns at all."""
        self.pos += 3
        rest = self.text[self.pos :]
        self.pos += len(rest) - len(rest.lstrip(" \t"))

    def skip_columns(self, count: int) -> None:
        """Walk over white space, at most so many columns of it; a tab may be entered."""
        while count > 0 and self.pos < len(self.text) and self.text[self.pos] in " \t":
            wide = _TAB - self.column % _TAB if self.text[self.pos] == "\t" else 1
            walked = min(wide, count)
            self.column += walked
            count -= walked
            if walked == wide:
                self.pos += 1
                self._inside_tab = 0
            else:
                self._inside_tab += walked
