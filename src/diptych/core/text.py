"""Foreign text made safe to show.

Text from servers, files and errors is data. Before it is drawn anywhere it passes `clean`, so that no control or
escape sequence in it reaches the terminal, and nothing in it can hide or reorder what stands beside it. What is
removed is replaced by something visible, so that a reader sees that it was there.
"""

import re

_SHOWN_AS_CODE = (
    *range(0x80, 0xA0),  # C1 controls, the one-byte forms of escape sequences
    0x00AD,  # soft hyphen
    0x061C,  # Arabic letter mark
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
    *range(0xE0000, 0xE0080),  # tags, which spell hidden ASCII
)

_TABLE: dict[int, str] = (
    {code: chr(0x2400 + code) for code in range(0x20)}
    | {0x7F: "␡"}
    | {code: f"⟨U+{code:04X}⟩" for code in _SHOWN_AS_CODE}
    | dict.fromkeys(range(0xD800, 0xE000), "�")  # lone surrogates
)
del _TABLE[ord("\n")], _TABLE[ord("\t")]

_UNSAFE = re.compile("[" + "".join(re.escape(chr(code)) for code in _TABLE) + "]")


def clean(text: str) -> str:
    """The text with line feeds and tabs kept, CRLF as a line feed, and everything else unprintable made visible."""
    if not _UNSAFE.search(text):
        return text
    return text.replace("\r\n", "\n").translate(_TABLE)


def clean_line(text: str) -> str:
    """The text on one line: as `clean`, with line feeds and tabs as visible symbols too."""
    return clean(text).replace("\n", "␊").replace("\t", "␉")
