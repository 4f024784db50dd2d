"""Foreign text made safe to show.

Text from servers, files and errors is data. Before it is drawn anywhere it passes `clean`, so that no control or
escape sequence in it reaches the terminal, and nothing in it can hide or reorder what stands beside it; what is copied
too, since a terminal or an editor gets it next. What is removed is replaced by something visible, so that a reader sees
that it was there:

- controls (C0, DEL, C1) by their pictures or their code points, lone surrogates by U+FFFD;
- whatever Unicode calls a format character (Cf) or ignorable by default, and the line and paragraph separators, by
  their code points: bidi controls, zero-width spaces, fillers, tags, selectors that spell hidden data;
- joiners, variation selectors and skin tones too, but for where the writing of emoji and of some scripts needs them;
- marks that pile up on one letter by their number.

What shows something, and what takes a cell as a space does, stays: private use, the blank of braille, spaces of any
width.
"""

import re
import unicodedata

from diptych.core.text.combining import MARKS, mark_ranges

MOST_MARKS = 8
"""Marks on one letter that are shown. No writing needs more, and a terminal may draw each of them into other rows."""

_MOST_JOINED = 5
"""Pictures that are joined to one: the longest that Unicode recommends has four. Likewise letters of a conjunct."""

_ALWAYS_SHOWN = (
    *range(0x80, 0xA0),  # C1 controls, the one-byte forms of escape sequences
    0x00AD,  # soft hyphen
    0x034F,  # combining grapheme joiner, which joins nothing
    *range(0x0600, 0x0606),  # signs that are drawn around the digits after them, as some terminals do and some do not
    0x061C,  # Arabic letter mark
    0x06DD,
    0x070F,
    0x0890,
    0x0891,
    0x08E2,
    0x115F,  # Hangul fillers: letters that show nothing
    0x1160,
    0x17B4,  # Khmer inherent vowels, likewise
    0x17B5,
    0x180E,  # Mongolian vowel separator
    0x200B,  # zero width space
    *range(0x200E, 0x2010),  # left-to-right and right-to-left mark
    *range(0x2028, 0x202F),  # line and paragraph separator; bidi embeddings and overrides
    *range(0x2060, 0x2070),  # word joiner, invisible operators, bidi isolates, deprecated format characters
    0x3164,
    0xFEFF,  # zero width no-break space, the byte-order mark
    0xFFA0,
    *range(0xFFF0, 0xFFFC),  # interlinear annotation and unassigned specials
    0x110BD,
    0x110CD,
    *range(0x13430, 0x13440),  # controls of hieroglyphs, shorthand and music
    *range(0x1BCA0, 0x1BCA4),
    *range(0x1D173, 0x1D17B),
    *range(0xE0000, 0xE1000),  # tags, which spell hidden ASCII, and selectors, which spell hidden bytes
)

_JOINER, _NON_JOINER = "\u200d", "\u200c"
_EMOJI_SELECTORS = "\ufe0e\ufe0f"
_SELECTORS = "".join(map(chr, range(0xFE00, 0xFE10)))
_MONGOLIAN_SELECTORS = "\u180b\u180c\u180d\u180f"
_TONES = "\U0001f3fb-\U0001f3ff"

_TABLE: dict[int, str] = (
    {code: chr(0x2400 + code) for code in range(0x20)}
    | {0x7F: "␡"}
    | {code: f"⟨U+{code:04X}⟩" for code in _ALWAYS_SHOWN}
    | dict.fromkeys(range(0xD800, 0xE000), "�")  # lone surrogates
)
del _TABLE[ord("\n")], _TABLE[ord("\t")]

_IN_CONTEXT = (
    _JOINER
    + _NON_JOINER
    + _SELECTORS
    + _MONGOLIAN_SELECTORS
    + _TONES
    + "".join(f"{chr(first)}-{chr(last)}" for first, last in mark_ranges() if last < 0x10000)
    + "\U00010000-\U0001efff"  # marks among letters: to name them all would make every search slower
)
_ALWAYS = "".join(re.escape(chr(code)) for code in _TABLE if code < 0x10000) + "\U000e0000-\U000e0fff"

_UNSAFE = re.compile(f"[{_ALWAYS}{_IN_CONTEXT}]")
_STRETCHES = re.compile(f"(?P<in_context>[{_IN_CONTEXT}]+)|[^{_IN_CONTEXT}]+")

_VARIES = re.compile("[©®‼⁉™ℹ←-⇿⌀-⏿Ⓜ■-➿⤴⤵⬀-⯿〰〽㊗㊙\U0001f000-\U0001faff]")
"""What may be drawn as text or as an emoji."""

_PICTURE = re.compile(f"[↔↕☀-➿⬛\U0001f000-\U0001faff{_TONES}]")
"""What may be joined to one emoji."""

_HAS_TONE = re.compile("[☝⛹✊-✍\U0001f385-\U0001f3fa\U0001f400-\U0001faff]")
_KEYCAP, _KEYS = "\u20e3", "#*0123456789"
_JOINS_LETTERS = re.compile(
    "[\u0620-\u109f\u1700-\u1cff\ua800-\uabff\ufb50-\ufefc\U00010a00-\U00011fff\U0001e900-\U0001e95f]"
)
"""The scripts that a non-joiner means something in: Arabic and its like, Mongolian, those of India and their like."""

_MONGOLIAN = re.compile("[\u1820-\u18aa]")
_VIRAMA = 9
"""The combining class of signs that take a letter's vowel away: the ones after which a joiner means something."""


def clean(text: str) -> str:
    """The text with line feeds and tabs kept, CRLF as a line feed, and everything else unprintable made visible."""
    if not _UNSAFE.search(text):
        return text
    cleaner = Cleaner()
    return cleaner.add(text) + cleaner.end()


def clean_line(text: str) -> str:
    """The text on one line: as `clean`, with line feeds and tabs as visible symbols too."""
    return clean(text).replace("\n", "␊").replace("\t", "␉")


class Cleaner:
    """Cleans text that comes in pieces; wherever it was cut, the pieces come to what `clean` makes of the whole.

    What cannot be told before its neighbour is there is held back, and none of that shows anything by itself.
    """

    __slots__ = ("_excess", "_held", "_joined", "_last", "_marks", "_out")

    def __init__(self) -> None:
        self._held = ""
        self._last = ""
        self._marks = 0
        self._excess = 0
        self._joined = 0
        self._out: list[str] = []

    def add(self, text: str) -> str:
        """Add a piece; what can be shown by now is returned."""
        if self._held == "\r":
            text, self._held = "\r" + text, ""
        ends_in_return = text.endswith("\r")  # whose line feed may come with the next piece
        text = text.removesuffix("\r")
        if _UNSAFE.search(text):
            text = text.replace("\r\n", "\n").translate(_TABLE)
            for stretch in _STRETCHES.finditer(text):
                if stretch.lastgroup:
                    for character in stretch.group():
                        self._add_in_context(character)
                else:
                    self._add_letters(stretch.group())
        elif text:
            self._add_letters(text)
        if ends_in_return:
            self._settle("")
            self._held = "\r"
        return self._take()

    def end(self) -> str:
        """Nothing follows; what was held back is returned."""
        self._settle("")
        return self._take()

    def _take(self) -> str:
        text = "".join(self._out)
        self._out.clear()
        return text

    def _settle(self, following: str) -> None:
        """Show what was held back, before the character that follows it."""
        held, self._held = self._held, ""
        if held == _JOINER and _PICTURE.match(following) and not _is_tone(following):
            self._join()
        elif held == _EMOJI_SELECTORS[1] and following == _KEYCAP:
            self._out.append(held)
        elif held == "\r":
            self._show("␍")
        elif held:
            self._show(_code(held))
        if self._excess:
            self._show(f"⟨{self._excess:,} more mark{'' if self._excess == 1 else 's'}⟩")

    def _add_letters(self, text: str) -> None:
        if self._held or self._excess:
            self._settle(text[0])
        if self._last != _JOINER or len(text) > 1:
            self._joined = 0
        self._marks = 0
        self._out.append(text)
        self._last = text[-1]

    def _add_in_context(self, character: str) -> None:
        if character in MARKS:
            self._add_mark(character)
            return
        if self._held or self._excess:
            self._settle(character)
        last = self._last
        if character == _JOINER:
            self._add_joiner()
        elif character == _NON_JOINER:
            if _JOINS_LETTERS.match(last) and self._marks < MOST_MARKS:
                self._attach(character)
            else:
                self._show(_code(character))
        elif character in _MONGOLIAN_SELECTORS:
            self._keep_if(character, _MONGOLIAN.match(last))
        elif character in _SELECTORS:
            if character == _EMOJI_SELECTORS[1] and last and last in _KEYS:
                self._held = character
            else:
                self._keep_if(character, character in _EMOJI_SELECTORS and _VARIES.match(last))
        elif _is_tone(character):
            self._keep_if(character, _HAS_TONE.match(last))
        else:
            self._add_letters(character)

    def _add_mark(self, mark: str) -> None:
        if self._held:
            self._settle(mark)
        if self._marks < MOST_MARKS:
            self._attach(mark)
        else:
            self._excess += 1

    def _add_joiner(self) -> None:
        last = self._last
        if not last or self._joined == _MOST_JOINED:
            self._show(_code(_JOINER))
        elif unicodedata.combining(last) == _VIRAMA:
            self._join()
        elif last in _EMOJI_SELECTORS or _PICTURE.match(last):
            self._held = _JOINER
        else:
            self._show(_code(_JOINER))

    def _join(self) -> None:
        self._out.append(_JOINER)
        self._joined += 1
        self._last = _JOINER

    def _attach(self, character: str) -> None:
        self._marks += 1
        self._out.append(character)
        self._last = character

    def _keep_if(self, character: str, belongs: object) -> None:
        if belongs:
            self._attach(character)
        else:
            self._show(_code(character))

    def _show(self, sign: str) -> None:
        self._out.append(sign)
        self._last = sign[-1]
        self._marks = self._excess = self._joined = 0


def _code(character: str) -> str:
    return f"⟨U+{ord(character):04X}⟩"


def _is_tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"
