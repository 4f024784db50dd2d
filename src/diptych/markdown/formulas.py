"""Find LaTeX formulas in a text.

They are `\\(…\\)`, `\\[…\\]`, `$$…$$`, `\\begin{name}…\\end{name}`, and `$…$` if it is clearly a formula: a price, a
shell variable and a shell prompt are not. Nothing in a formula is Markdown. Code takes precedence: what ends a formula
counts only outside code spans.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

_TOKEN = re.compile(r"\\begin\{(\w+\*?)\}|\\end\{\w+\*?\}|\\.|\$\$?|(`+)", re.DOTALL)
_STARTS = ("\\(", "\\[", "$$", "$")
_TICKS = re.compile("`+")
_BEGIN = re.compile(r"\\begin\{(\w+\*?)\}")
_SIGN = re.compile(r"\\[A-Za-z]|\\\\|(?<=[\w)}\]])[\^_][\w{\\(+*-]|(?<![=!<>])=(?!=)")
"""Signs of a formula that are rare in prose: a command, a line break, an index, an exponent, an equation."""

_SIGN_DISTANCE = 200
"""Characters after an opening within which a sign makes it a formula even if nothing closes it."""

_MAX_INDENT = 200
"""The most white space before an opening that still counts as the beginning of its line."""

_DOLLAR = re.compile(r"\$((?:[^$\\`]|\\[^`])+)\$(?![0-9({$]|(?!(?:th|st|nd|rd|s)\b)[A-Za-z_])", re.ASCII)
_BRACKETED_PROSE = re.compile(r"\\\[\s*\\\]|\\\[(?!\s)[^\\^_=+*<>{}()&|~\n]*(?<!\s)\\\]")
"""Escaped brackets that are not a formula: `\\[1\\]` (a footnote), `\\[optional\\]` (a word), `\\[ \\]` (a box)."""

_TEXT_COMMAND = re.compile(r"\\[A-Za-z]+(?:\{[^{}]*\})?")
_PROSE = re.compile(r"(?<![A-Za-z])[A-Za-z]{3,}[,;:]?\s+[A-Za-z]{3,}(?![A-Za-z])|[.?!,;:] [A-Za-z]{3}")
_WORD = re.compile(r"[A-Za-z]{4,}|\s(?:an?|and|at|by|for|in|is|of|on|or|per|the|to|up|us|vs|we)\s", re.IGNORECASE)


class Formula(NamedTuple):
    """A formula that ends before the index `end`. `closer` is what would close it, "" if it is closed."""

    end: int
    closer: str
    is_display: bool


class FormulaOpening(NamedTuple):
    """A display formula that is open at the end of a line. `closer` is what would close it.

    If it is not sure, it is a formula only if it is closed: `$$` at the end of a sentence may be a shell variable.
    """

    closer: str
    is_sure: bool


class Formulas:
    """Finds the formulas in a text of inline content.

    If the text begins inside a formula, `initial_closer` is what closes that formula, else "". `is_mid_line` is whether
    the text begins in the middle of a line.
    """

    def __init__(self, source: str, initial_closer: str = "", *, is_mid_line: bool = False) -> None:
        self._source = source
        self._initial_closer = initial_closer
        self._is_mid_line = is_mid_line
        self._sign = (0, -1)  # the index from which a sign was last searched for, and the index of the one found

    def at(self, start: int) -> Formula | None:
        """Return the formula that begins at an index, None if none does."""
        source = self._source
        if not start and self._initial_closer:
            return self._find(0, self._initial_closer)
        if source.startswith("$$", start):
            return self._double_dollars(start)
        if source.startswith("$", start):
            return self._dollars(start)
        if source.startswith("\\(", start):
            # An escaped parenthesis after a bracket is a link that was escaped.
            return None if start and source[start - 1] == "]" else self._bracketed(start, "\\)")
        if source.startswith("\\[", start):
            prose = _BRACKETED_PROSE.match(source, start)
            return None if prose and not self._is_alone(prose) else self._bracketed(start, "\\]")
        if begin := _BEGIN.match(source, start):
            found = self._find(begin.end(), f"\\end{{{begin[1]}}}")
            return found if not found.closer or self._begins_line(start) else None
        return None

    def may_begin(self, start: int) -> bool:
        """Whether what begins at an index and is not a formula could become one with more text."""
        source = self._source
        if source.startswith("$", start) and not source.startswith("$$", start):
            return source.find("$", start + 1) < 0
        closer = {"\\(": "\\)", "\\[": "\\]", "$$": "$$", "\\b": "\\end"}.get(source[start : start + 2])
        return closer is not None and source.find(closer, start + 2) < 0

    def spans(self) -> Iterator[tuple[int, Formula]]:
        """Yield each formula outside code spans with the index at which it begins, in order."""
        at = 0
        for start in [0, *self._tokens.starts] if self._initial_closer else self._tokens.starts:
            if start >= at and (formula := self.at(start)):
                yield start, formula
                at = formula.end

    def opening(self) -> FormulaOpening | None:
        """Return the display formula that is still open at the end of the text, None if there is none."""
        end = 0
        for _, formula in self.spans():
            if formula.closer:
                return FormulaOpening(formula.closer, is_sure=True) if formula.is_display else None
            end = formula.end
        last = len(self._source.rstrip()) - len("$$")
        starts = self._tokens.starts
        is_unsure = bool(starts) and starts[-1] == last >= end and self._source.startswith("$$", last)
        return FormulaOpening("$$", is_sure=False) if is_unsure else None

    def _bracketed(self, start: int, closer: str) -> Formula | None:
        is_display = closer == "\\]"
        found = self._find(start + 2, closer, is_display=is_display)
        if found.closer:
            brackets = "[]" if is_display else "()"
            return found if self._is_clearly_formula(start + 2, brackets, blank_counts=is_display) else None
        if is_display and self._source.startswith("(", found.end):
            return None  # a link that was escaped
        return found

    def _double_dollars(self, start: int) -> Formula | None:
        source = self._source
        found = self._find(start + 2, "$$")
        if found.closer:
            is_clear = self._begins_line(start) and self._is_clearly_formula(start + 2, blank_counts=True)
            return found if is_clear else None
        return found if source[start + 2 : found.end - 2].strip() else None

    def _dollars(self, start: int) -> Formula | None:
        before = self._source[start - 1] if start else ""
        if before.isascii() and before.isalnum():
            return None
        match = _DOLLAR.match(self._source, start)
        return Formula(match.end(), "", is_display=False) if match and _is_formula(match[1]) else None

    def _find(self, start: int, closer: str, *, is_display: bool = True) -> Formula:
        """Return the formula from an index to its closer, or to the end of the text if the closer does not come."""
        places = self._tokens.places.get(closer, [])
        index = bisect_left(places, start)
        if closer.startswith("\\end"):
            index = self._matching(start, closer, places, index)
        if index < len(places):
            return Formula(places[index] + len(closer), "", is_display)
        return Formula(len(self._source), closer, is_display)

    def _matching(self, start: int, closer: str, ends: list[int], index: int) -> int:
        """Return which of the `ends` closes an environment, after those of nested environments of the same name."""
        begins = self._tokens.places.get(closer.replace("end", "begin", 1), [])
        inner = bisect_left(begins, start)
        while index < len(ends) and inner < len(begins) and begins[inner] < ends[index]:
            inner, index = inner + 1, index + 1
        return index

    def _is_clearly_formula(self, start: int, brackets: str = "", *, blank_counts: bool) -> bool:
        """Whether the text after an opening that nothing closes is clearly a formula.

        With `blank_counts`, it may also begin on the next line. An unescaped closing bracket, as in `\\[x] is done`,
        ends the text that is looked at.
        """
        if not self._sign[0] <= start <= self._sign[1]:
            sign = _SIGN.search(self._source, start)
            self._sign = start, sign.start() if sign else len(self._source)
        before = self._source[start : min(self._sign[1], start + _SIGN_DISTANCE)]
        if start + len(before) < self._sign[1] or self._sign[1] == len(self._source) or "\n" in before:
            return blank_counts and not before.partition("\n")[0].strip()
        return not brackets or before.count(brackets[1]) <= before.count(brackets[0])

    def _is_alone(self, found: re.Match[str]) -> bool:
        """Whether a match is alone on its line and not empty."""
        behind = self._source[found.end() :].partition("\n")[0]
        return not behind.strip() and bool(found[0][2:-2].strip()) and self._begins_line(found.start())

    def _begins_line(self, place: int) -> bool:
        is_first = self._is_mid_line and "\n" not in self._source[max(place - _MAX_INDENT, 0) : place]
        return not is_first and begins_line(self._source, place)

    @cached_property
    def _tokens(self) -> "_Tokens":
        return _read_tokens(self._source)


class _Tokens(NamedTuple):
    """The indices, outside code spans, of everything that may open or close a formula, and of what may open one."""

    places: dict[str, list[int]]
    starts: list[int]


def _read_tokens(source: str) -> _Tokens:
    found = _Tokens({}, [])
    ticks: dict[int, list[int]] = {}
    for run in _TICKS.finditer(source):
        ticks.setdefault(len(run[0]), []).append(run.start())
    at = 0
    while match := _TOKEN.search(source, at):
        at = match.end()
        if match[2]:
            same = ticks.get(len(match[2]), [])
            index = bisect_left(same, at)
            at = same[index] + len(match[2]) if index < len(same) else at
            continue
        found.places.setdefault(match[0], []).append(match.start())
        if match[1] or match[0] in _STARTS:
            found.starts.append(match.start())
    return found


def begins_line(source: str, place: int) -> bool:
    """Whether only white space comes before an index on its line."""
    before = source[max(place - _MAX_INDENT, 0) : place]
    return not before.rpartition("\n")[2].strip(" \t")


def _is_formula(content: str) -> bool:
    """Whether the text between two dollar signs is a formula, and not prose between two prices or shell variables."""
    if content[0].isspace() or content[-1].isspace() or "\n\n" in content:
        return False
    bare = _TEXT_COMMAND.sub(" ", content)
    if _SIGN.search(content):
        return bare != content or not _PROSE.search(content)
    return not re.search(r"\s", content) or not _WORD.search(bare)
