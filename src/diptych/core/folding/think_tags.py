"""Thinking that a server leaves in the text of an answer, between tags at its beginning.

Servers without a reasoning parser pass on what the model writes: `<think>…</think>` and then the answer. Where the
chat template has written the opening tag into the prompt, only the closing one comes.
"""

import re
from typing import Literal, NamedTuple, assert_never

from diptych.core.text.growing import GrowingText

_NAMES = ("think", "thinking", "thought", "reasoning")
_OPENING = tuple(f"<{name}>" for name in _NAMES)
_CLOSING = tuple(f"</{name}>" for name in _NAMES)
_IN_ANY_CASE = ("<think>", "<thinking>")
"""The tags that nobody writes for anything else; the others are components of some programs' markup."""

_ANY_CLOSING = re.compile("|".join(_CLOSING), re.IGNORECASE)
_ANY_OPENING = re.compile("|".join(_OPENING), re.IGNORECASE)
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_MOST_HELD = 1_000
"""Characters that are held back at most: a model that writes nothing but white space must not be waited for."""

_PUNCTUATION = ",.;:!?)"
_QUOTES = "`\"'“”‘’«»„"

PieceKind = Literal["text", "thinking", "text was thinking"]


class Piece(NamedTuple):
    """A piece of what a server sent as text, told apart.

    "text was thinking" has no text of its own: the closing tag came without the opening one, so all the text before it
    was thinking.
    """

    kind: PieceKind
    text: str = ""


class ThinkTags:
    """Tells thinking and text apart in the text of one answer, however its tags are split over events.

    Holds back what may be the beginning of a tag, and white space at the edges of the thinking. `found` says whether a
    tag of thinking came.
    """

    def __init__(self) -> None:
        self.found = False
        self._state: Literal["start", "thinking", "text", "done"] = "start"
        self._may_retract = True
        self._skips_space = False
        self._has_thought = False
        self._held = ""
        self._closing = ""

    def pass_over(self, text: str) -> bool:
        """Whether the next piece is nothing but text, and need not be told apart."""
        return self._state == "done" or (self._state == "text" and not self._held and "<" not in text)

    def feed(self, text: str, before: GrowingText) -> list[Piece]:
        """Tell the next piece apart; `before` is the text of the answer so far."""
        held, self._held = self._held + text, ""
        return self._read(held, before, is_last=False)

    def begin_part(self, before: GrowingText) -> list[Piece]:
        """Another part of the answer begins: it may begin with thinking too. What was held back is given."""
        if self._state == "thinking":
            return []
        pieces = self.end(before)
        self._state, self._may_retract, self._skips_space = "start", False, False
        return pieces

    def end(self, before: GrowingText) -> list[Piece]:
        """What is still held back, now that the answer is over."""
        held, self._held = self._held, ""
        return self._read(held, before, is_last=True) if held else []

    def _read(self, text: str, before: GrowingText, *, is_last: bool) -> list[Piece]:
        pieces: list[Piece] = []
        while text:
            match self._state:
                case "start":
                    text = self._read_start(text, pieces, is_last=is_last)
                case "thinking":
                    text = self._read_thinking(text, pieces, is_last=is_last)
                case "text":
                    text = self._read_text(text, pieces, before, is_last=is_last)
                case "done":
                    pieces.append(Piece("text", text))
                    text = ""
                case _:
                    assert_never(self._state)
        return pieces

    def _read_start(self, text: str, pieces: list[Piece], *, is_last: bool) -> str:
        """Find the opening tag that a part of an answer begins with; what follows it is returned."""
        begin = text.lstrip()
        tag = next(filter(begin.startswith, _OPENING), None) or next(
            filter(begin.lower().startswith, _IN_ANY_CASE), None
        )
        if tag is not None:
            rest = begin[len(tag) :]
            if _may_be_prose(rest) and not is_last:
                if len(rest) < 2:
                    self._held = text
                    return ""
                self._state = "done"  # "<think> is a tag"
                return text
            if self._has_thought:
                pieces.append(Piece("thinking", "\n\n"))
            self.found = True
            self._state, self._closing = "thinking", tag.replace("<", "</")
            return rest.lstrip()
        if not is_last and len(text) < _MOST_HELD and any(tag.startswith(begin.lower()) for tag in _OPENING):
            self._held = text
            return ""
        self._state = "text" if self._may_retract else "done"
        return begin if self._skips_space else text

    def _read_thinking(self, text: str, pieces: list[Piece], *, is_last: bool) -> str:
        """Read up to the closing tag; what follows it is returned."""
        lowered = text.lower()
        at = lowered.find(self._closing)
        while at >= 0:
            after = at + len(self._closing)
            if after == len(text) and not is_last:
                break  # the next character tells whether the tag is quoted
            if not _is_quoted(text, at, after):
                self._end_thinking()
                if thought := text[:at].rstrip():
                    self._has_thought = True
                    pieces.append(Piece("thinking", thought))
                return text[after:]
            at = lowered.find(self._closing, after)
        certain = text if is_last else text[: at if at >= 0 else _certain(text, (self._closing,))].rstrip(_QUOTES)
        trimmed = certain.rstrip()
        certain = trimmed if is_last or len(text) - len(trimmed) < _MOST_HELD else certain
        self._held = "" if is_last else text[len(certain) :]
        if certain:
            self._has_thought = True
            pieces.append(Piece("thinking", certain))
        return ""

    def _end_thinking(self) -> None:
        """Thinking is over: more of it may follow at once, and white space before the answer is none of it."""
        self._state, self._may_retract, self._skips_space = "start", False, True

    def _read_text(self, text: str, pieces: list[Piece], before: GrowingText, *, is_last: bool) -> str:
        """Look for a closing tag without an opening one; what follows it is returned."""
        found = _ANY_CLOSING.search(text)
        is_waiting = not is_last and len(text) < _MOST_HELD
        if found is None or (is_waiting and not text[found.end() :].strip(" ")):  # what follows the tag tells
            certain = len(text) if is_last else found.start() if found else _certain(text, _CLOSING)
            self._held = text[certain:]
            if certain:
                pieces.append(Piece("text", text[:certain]))
            return ""
        if not _ends_thinking(str(before) + text[: found.start()], text[found.end() :]):
            self._state = "done"
            return text
        self.found = True
        self._end_thinking()
        if found.start():
            pieces.append(Piece("text", text[: found.start()]))
        pieces.append(Piece("text was thinking"))
        return text[found.end() :]


def _may_be_prose(rest: str) -> bool:
    """Whether a tag at the beginning may be the subject of a sentence, by what follows it: " is a tag"."""
    return not rest or (rest[0] == " " and (len(rest) == 1 or rest[1].islower()))


def _is_quoted(text: str, start: int, stop: int) -> bool:
    """Whether a tag stands between quotation marks or backticks."""
    return start > 0 and stop < len(text) and text[start - 1] in _QUOTES and text[stop] in _QUOTES


def _certain(text: str, tags: tuple[str, ...]) -> int:
    """How much of a text cannot be the beginning of one of the tags at its end."""
    at = text.rfind("<")
    begun = text[at:].lower()
    return at if at >= 0 and any(tag.startswith(begun) for tag in tags) else len(text)


def _ends_thinking(before: str, after: str) -> bool:
    """Whether a closing tag between these texts ends thinking, rather than being talked about.

    It is talked about in code, between quotation marks, after the opening tag was named, and in the middle of a
    sentence.
    """
    line = before[before.rfind("\n") + 1 :]
    if line.count("`") % 2 or len(_FENCE.findall(before)) % 2 or _ANY_OPENING.search(before):
        return False
    if line[-1:] in _QUOTES and line and after[:1] in _QUOTES and after:
        return False
    if line and not line[-1].isspace():
        return True
    is_punctuated = bool(line.strip()) and after[:1] in _PUNCTUATION and bool(after)
    return not is_punctuated and (after[:1] != " " or after.lstrip(" ")[:1] in ("", "\n", "\r"))
