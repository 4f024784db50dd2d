"""Separates thinking from text where a server leaves both in the text of an answer.

Servers without a reasoning parser pass on what the model writes: `<think>…</think>` and then the answer. If the chat
template puts the opening tag into the prompt, only the closing tag comes.
"""

import re
from typing import Literal, NamedTuple, assert_never

from diptych.core.text.growing import GrowingText

_NAMES = (
    *("think", "thinking", "thought", "reasoning"),
    "mm:think",  # MiniMax-M3
    "seed:think",  # Seed-OSS
    "longcat_think",
    "think:opensource",  # Hunyuan
)
_CLOSING = tuple(f"</{name}>" for name in _NAMES)
_CLOSING_OF = {
    **{f"<{name}>": f"</{name}>" for name in _NAMES},
    "[THINK]": "[/THINK]",  # Magistral
    "◁think▷": "◁/think▷",  # Kimi-VL
    "<|START_THINKING|>": "<|END_THINKING|>",  # Command A Reasoning
    "<|channel|>analysis<|message|>": "<|end|>",  # gpt-oss
    "<|channel>thought": "<channel|>",  # Gemma 4
    "<|inner_prefix|>": "<|inner_suffix|>",  # Apertus
}
"""The opening tags, each with its closing tag. Only tags without attributes are written by models."""

_OPENING = tuple(_CLOSING_OF)
_ANSWER_OPENING = ("<|START_RESPONSE|>", "<|start|>assistant<|channel|>final<|message|>")
"""What stands between the thinking and the answer, and belongs to neither."""

_IN_ANY_CASE = ("<think>", "<thinking>")
"""The tags that have no other use. The others are also components in the markup of some programs."""

_ANY_CLOSING = re.compile("|".join(_CLOSING), re.IGNORECASE)
_ANY_OPENING = re.compile("|".join(f"<{name}>" for name in _NAMES), re.IGNORECASE)
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_MAX_HELD = 1_000
"""The most characters that are held back, so that a model which writes only white space is still shown."""

_PUNCTUATION = ",.;:!?)"
_QUOTES = "`\"'“”‘’«»„"

PieceKind = Literal["text", "thinking", "text was thinking"]


class Piece(NamedTuple):
    """A piece of what a server sent as text, with its true kind.

    "text was thinking" has no text. It says that a closing tag came without an opening one, so that all text before it
    was thinking.
    """

    kind: PieceKind
    text: str = ""


class ThinkTags:
    """Separates thinking from text in one answer, however its tags are split over events.

    Text that may be the beginning of a tag is held back, and so is white space around the thinking. `found` says
    whether a thinking tag has come.
    """

    def __init__(self) -> None:
        self.found = False
        self._state: Literal["start", "thinking", "text", "done"] = "start"
        self._may_retract = True
        self._skips_space = False
        self._has_thought = False
        self._held = ""
        self._closing = ""

    def is_plain_text(self, text: str) -> bool:
        """Whether the next piece can only be text, so that `feed` need not be called."""
        return self._state == "done" or (self._state == "text" and not self._held and "<" not in text)

    def feed(self, text: str, before: GrowingText) -> list[Piece]:
        """Separate the next piece. `before` is the text of the answer so far."""
        held, self._held = self._held + text, ""
        return self._read(held, before, is_last=False)

    def begin_part(self, before: GrowingText) -> list[Piece]:
        """Begin another part of the answer, which may also begin with thinking. Return what was held back."""
        if self._state == "thinking":
            return []
        pieces = self.end(before)
        self._state, self._may_retract, self._skips_space = "start", False, False
        return pieces

    def end(self, before: GrowingText) -> list[Piece]:
        """End the answer. Return what was held back."""
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
        """Look for an opening tag at the beginning of a part. Return the text that is still to be read."""
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
            self._state, self._closing = "thinking", _CLOSING_OF[tag]
            return rest.lstrip()
        if self.found and (marker := next(filter(begin.startswith, _ANSWER_OPENING), None)):
            self._state = "done"
            return begin[len(marker) :].lstrip()
        possible = _OPENING + _ANSWER_OPENING if self.found else _OPENING
        if not is_last and len(text) < _MAX_HELD and any(_may_begin(tag, begin) for tag in possible):
            self._held = text
            return ""
        self._state = "text" if self._may_retract else "done"
        return begin if self._skips_space else text

    def _read_thinking(self, text: str, pieces: list[Piece], *, is_last: bool) -> str:
        """Read thinking up to its closing tag. Return the text that is still to be read."""
        length = len(text) if is_last else _length_before_tag(text, (self._closing,))
        for tag in re.finditer(re.escape(self._closing), text, re.IGNORECASE):
            if tag.end() == len(text) and not is_last:
                length = tag.start()  # the next character shows whether the tag is quoted
            elif not _is_quoted(text, *tag.span()):
                self._end_thinking()
                if thought := text[: tag.start()].rstrip():
                    self._has_thought = True
                    pieces.append(Piece("thinking", thought))
                return text[tag.end() :]
        settled = text if is_last else text[:length].rstrip(_QUOTES)
        trimmed = settled.rstrip()
        settled = trimmed if is_last or len(text) - len(trimmed) < _MAX_HELD else settled
        self._held = "" if is_last else text[len(settled) :]
        if settled:
            self._has_thought = True
            pieces.append(Piece("thinking", settled))
        return ""

    def _end_thinking(self) -> None:
        """End a block of thinking. Another may follow immediately, and white space before the answer is skipped."""
        self._state, self._may_retract, self._skips_space = "start", False, True

    def _read_text(self, text: str, pieces: list[Piece], before: GrowingText, *, is_last: bool) -> str:
        """Look for a closing tag without an opening one. Return the text that is still to be read."""
        found = _ANY_CLOSING.search(text)
        is_waiting = not is_last and len(text) < _MAX_HELD
        # Whether a closing tag ends thinking depends on the text after it.
        if found is None or (is_waiting and not text[found.end() :].strip(" ")):
            settled = len(text) if is_last else found.start() if found else _length_before_tag(text, _CLOSING)
            self._held = text[settled:]
            if settled:
                pieces.append(Piece("text", text[:settled]))
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
    """Whether the text after a tag shows that the tag may be the subject of a sentence, as in "<think> is a tag"."""
    return not rest or (rest[0] == " " and (len(rest) == 1 or rest[1].islower()))


def _is_quoted(text: str, start: int, stop: int) -> bool:
    """Whether a tag stands between quotation marks or backticks."""
    return start > 0 and stop < len(text) and text[start - 1] in _QUOTES and text[stop] in _QUOTES


def _may_begin(tag: str, text: str) -> bool:
    """Whether a text may be the beginning of a tag."""
    return tag.startswith((text, text.lower()))


def _length_before_tag(text: str, tags: tuple[str, ...]) -> int:
    """Return the length of the text without a possible beginning of one of the tags at its end."""
    at = text.rfind(tags[0][0])
    begun = text[at:]
    return at if at >= 0 and any(_may_begin(tag, begun) for tag in tags) else len(text)


def _ends_thinking(before: str, after: str) -> bool:
    """Whether a closing tag between these texts ends thinking, and is not only mentioned.

    A tag is only mentioned if it stands in code, between quotation marks, after an opening tag that was mentioned, or
    in the middle of a sentence.
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
