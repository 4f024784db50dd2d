"""Which delimiter runs open and close emphasis next to Chinese, Japanese and Korean text.

In CommonMark, `**重点：**这里` is not emphasis, since the second `**` is between punctuation and a letter, without a
space. These languages write no spaces there. The CJK-friendly amendment changes that:
https://github.com/tats-u/markdown-cjk-friendly/blob/main/specification.md
"""

import re
from typing import NamedTuple

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace

_RANGES = """
1100-11FF 20A9 2329-232A 2630-2637 268A-268F 2E80-2E99 2E9B-2EF3 2F00-2FD5 2FF0-303E 3041-3096 3099-30FF 3105-312F
3131-318E 3190-31E5 31EF-321E 3220-3247 3250-A48C A490-A4C6 A960-A97C AC00-D7A3 D7B0-D7C6 D7CB-D7FB F900-FAFF FE10-FE19
FE30-FE52 FE54-FE66 FE68-FE6B FF01-FFBE FFC2-FFC7 FFCA-FFCF FFD2-FFD7 FFDA-FFDC FFE0-FFE6 FFE8-FFEE 16FE0-16FE4
16FF0-16FF6 17000-18CD5 18CFF-18D1E 18D80-18DF2 1AFF0-1AFF3 1AFF5-1AFFB 1AFFD-1AFFE 1B000-1B122 1B132 1B150-1B152 1B155
1B164-1B167 1B170-1B2FB 1D300-1D356 1D360-1D376 1F200 1F202 1F210-1F219 1F21B-1F22E 1F230-1F231 1F237 1F23B 1F240-1F248
1F260-1F265 20000-3FFFD
"""
"""CJK characters in Unicode 17, as hexadecimal code points: all that are wide, full-width or half-width and are not
shown as emoji, and all of Hangul. It is needed because Python's data is of an older Unicode and does not list emoji."""

_CJK = re.compile(
    "["
    + "".join(
        f"{chr(int(first, 16))}-{chr(int(last or first, 16))}"
        for first, _, last in (stretch.partition("-") for stretch in _RANGES.split())
    )
    + "]"
)
_VARIATION = re.compile("[\ufe00-\ufe0e]")
"""Selectors of variants that are not emoji. The character before one decides."""

_IDEOGRAPHIC_VARIATION = re.compile("[\U000e0100-\U000e01ef]")
_AMBIGUOUS_QUOTES = ("\u2018\ufe01", "\u2019\ufe01", "\u201c\ufe01", "\u201d\ufe01")
"""Quotation marks that a selector makes full-width."""


class Delimiters(NamedTuple):
    """Whether a run of `*`, `_` or `~` can open and close emphasis."""

    can_open: bool
    can_close: bool


def delimiters(before: str, after: str, *, can_split_word: bool) -> Delimiters:
    """Return whether a run can open and close emphasis.

    `before` is the text before it, of which the last two characters count, and `after` the character after it. They are
    "" at the beginning and the end of the text. `can_split_word` is whether the run may stand inside a word, as `*` may
    and `_` may not.
    """
    last, after = before[-1:] or " ", after or " "
    has_selector = bool(_VARIATION.match(last)) and len(before) > 1 and not _is_space(before[-2])
    main = before[-2] if has_selector else last
    last_is_space, next_is_space = _is_space(main), _is_space(after)
    last_is_cjk = bool(_CJK.match(main)) or (has_selector and before[-2:] in _AMBIGUOUS_QUOTES)
    next_is_cjk = bool(_CJK.match(after))
    last_is_punctuation, next_is_punctuation = _is_punctuation(main), _is_punctuation(after)
    last_is_other_punctuation = last_is_punctuation and not last_is_cjk
    next_is_other_punctuation = next_is_punctuation and not next_is_cjk

    is_left_flanking = not next_is_space and (
        not next_is_other_punctuation
        or (last_is_space or last_is_other_punctuation or last_is_cjk or bool(_IDEOGRAPHIC_VARIATION.match(last)))
    )
    is_right_flanking = not last_is_space and (
        not last_is_other_punctuation or (next_is_space or next_is_other_punctuation or next_is_cjk)
    )
    return Delimiters(
        is_left_flanking and (can_split_word or not is_right_flanking or last_is_punctuation),
        is_right_flanking and (can_split_word or not is_left_flanking or next_is_punctuation),
    )


def _is_space(character: str) -> bool:
    return isWhiteSpace(ord(character))


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)
