"""Makes foreign text safe to show.

Text from servers, files and errors is data. It passes `clean` before it is drawn or copied, so that no control or
escape sequence in it reaches a terminal, and nothing in it can hide or reorder the text beside it. Each character that
is removed is replaced by something visible:

- Control characters (C0, DEL, C1) become their pictures or their code points, and lone surrogates become U+FFFD.
- Format characters (Cf), characters that Unicode calls ignorable by default, and line and paragraph separators become
  their code points. Among them are bidi controls, zero-width spaces, fillers, tags, and selectors that hide data.
- Joiners, variation selectors and skin tones become their code points, except where emoji or scripts need them.
- More than a few combining marks on one letter become their number.

Characters that are visible or take a cell as a space does are kept: private use, the braille blank, wide spaces.
"""

import re
import unicodedata

from diptych.core.text.combining import MARKS, mark_ranges

MAX_MARKS = 8
"""The most marks that are shown on one letter. No script needs more, and a terminal may draw them into other rows."""

_MAX_JOINED = 5
"""The most emoji that are joined to one, and letters to one conjunct. The longest that Unicode recommends has four."""

_ALWAYS_SHOWN = (
    *range(0x80, 0xA0),  # C1 controls, the one-byte forms of escape sequences
    0x00AD,  # soft hyphen
    0x034F,  # combining grapheme joiner, which joins nothing
    *range(0x0600, 0x0606),  # signs that some terminals draw around the digits after them
    0x061C,  # Arabic letter mark
    0x06DD,
    0x070F,
    0x0890,
    0x0891,
    0x08E2,
    0x115F,  # Hangul fillers: letters that are invisible
    0x1160,
    0x17B4,  # Khmer inherent vowels, which are invisible
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

_CONTEXT_DEPENDENT = (
    _JOINER
    + _NON_JOINER
    + _SELECTORS
    + _MONGOLIAN_SELECTORS
    + _TONES
    + "".join(f"{chr(first)}-{chr(last)}" for first, last in mark_ranges() if last < 0x10000)
    + "\U00010000-\U0001efff"  # marks and letters: listing only the marks would make every search slower
)
_ALWAYS = "".join(re.escape(chr(code)) for code in _TABLE if code < 0x10000) + "\U000e0000-\U000e0fff"

_UNSAFE = re.compile(f"[{_ALWAYS}{_CONTEXT_DEPENDENT}]")
_RUNS = re.compile(f"(?P<context_dependent>[{_CONTEXT_DEPENDENT}]+)|[^{_CONTEXT_DEPENDENT}]+")

_TEXT_OR_EMOJI = re.compile("[©®‼⁉™ℹ←-⇿⌀-⏿Ⓜ■-➿⤴⤵⬀-⯿〰〽㊗㊙\U0001f000-\U0001faff]")
"""Characters that may be drawn as text or as an emoji."""

_JOINABLE = re.compile(f"[↔↕☀-➿⬛\U0001f000-\U0001faff{_TONES}]")
"""Characters that may be joined to one emoji."""

_HAS_TONE = re.compile("[☝⛹✊-✍\U0001f385-\U0001f3fa\U0001f400-\U0001faff]")
_KEYCAP, _KEYS = "\u20e3", "#*0123456789"
_JOINS_LETTERS = re.compile(
    "[\u0620-\u109f\u1700-\u1cff\ua800-\uabff\ufb50-\ufefc\U00010a00-\U00011fff\U0001e900-\U0001e95f]"
)
"""The scripts that use the non-joiner: Arabic and related scripts, Mongolian, and the scripts of India and around."""

_MONGOLIAN = re.compile("[\u1820-\u18aa]")
_VIRAMA = 9
"""The combining class of signs that remove a letter's vowel. A joiner after one of them has a meaning."""


def clean(text: str) -> str:
    """Return the text with everything unprintable made visible. Line feeds and tabs stay, CRLF becomes a line feed."""
    if not _UNSAFE.search(text):
        return text
    cleaner = Cleaner()
    return cleaner.add(text) + cleaner.end()


def clean_line(text: str) -> str:
    """Return the text as `clean` does, on one line: line feeds and tabs also become visible symbols."""
    return clean(text).replace("\n", "␊").replace("\t", "␉")


class Cleaner:
    """Cleans text that comes in pieces. Together the results are what `clean` makes of the whole text.

    A character that depends on the next one is held back. Only characters that are invisible by themselves do so.
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
        """Add a piece. Return the text that can be shown now."""
        if self._held == "\r":
            text, self._held = "\r" + text, ""
        ends_in_return = text.endswith("\r")  # whose line feed may come with the next piece
        text = text.removesuffix("\r")
        if _UNSAFE.search(text):
            text = text.replace("\r\n", "\n").translate(_TABLE)
            for run in _RUNS.finditer(text):
                if run.lastgroup:
                    for character in run.group():
                        self._add_context_dependent(character)
                else:
                    self._add_letters(run.group())
        elif text:
            self._add_letters(text)
        if ends_in_return:
            self._show_held("")
            self._held = "\r"
        return self._take()

    def end(self) -> str:
        """End the text. Return what was held back."""
        self._show_held("")
        return self._take()

    def _take(self) -> str:
        text = "".join(self._out)
        self._out.clear()
        return text

    def _show_held(self, following: str) -> None:
        """Add the character that was held back to the output, now that the one after it is known."""
        held, self._held = self._held, ""
        if held == _JOINER and _JOINABLE.match(following) and not _is_tone(following):
            self._join()
        elif held == _EMOJI_SELECTORS[1] and following == _KEYCAP:
            self._out.append(held)
        elif held == "\r":
            self._show("␍")
        elif held:
            self._show(_code_point(held))
        if self._excess:
            self._show(f"⟨{self._excess:,} more mark{'' if self._excess == 1 else 's'}⟩")

    def _add_letters(self, text: str) -> None:
        if self._held or self._excess:
            self._show_held(text[0])
        if self._last != _JOINER or len(text) > 1:
            self._joined = 0
        self._marks = 0
        self._out.append(text)
        self._last = text[-1]

    def _add_context_dependent(self, character: str) -> None:
        if character in MARKS:
            self._add_mark(character)
            return
        if self._held or self._excess:
            self._show_held(character)
        last = self._last
        if character == _JOINER:
            self._add_joiner()
        elif character == _NON_JOINER:
            if _JOINS_LETTERS.match(last) and self._marks < MAX_MARKS:
                self._attach(character)
            else:
                self._show(_code_point(character))
        elif character in _MONGOLIAN_SELECTORS:
            self._keep_if(character, _MONGOLIAN.match(last))
        elif character in _SELECTORS:
            if character == _EMOJI_SELECTORS[1] and last and last in _KEYS:
                self._held = character
            else:
                self._keep_if(character, character in _EMOJI_SELECTORS and _TEXT_OR_EMOJI.match(last))
        elif _is_tone(character):
            self._keep_if(character, _HAS_TONE.match(last))
        else:
            self._add_letters(character)

    def _add_mark(self, mark: str) -> None:
        if self._held:
            self._show_held(mark)
        if self._marks < MAX_MARKS:
            self._attach(mark)
        else:
            self._excess += 1

    def _add_joiner(self) -> None:
        last = self._last
        if not last or self._joined == _MAX_JOINED:
            self._show(_code_point(_JOINER))
        elif unicodedata.combining(last) == _VIRAMA:
            self._join()
        elif last in _EMOJI_SELECTORS or _JOINABLE.match(last):
            self._held = _JOINER
        else:
            self._show(_code_point(_JOINER))

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
            self._show(_code_point(character))

    def _show(self, sign: str) -> None:
        self._out.append(sign)
        self._last = sign[-1]
        self._marks = self._excess = self._joined = 0


def _code_point(character: str) -> str:
    return f"⟨U+{ord(character):04X}⟩"


def _is_tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"


def sendable(text: str) -> str:
    """Return text that can be encoded: a lone surrogate, which a server can write in JSON, becomes U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
