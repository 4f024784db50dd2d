"""Finds what looks like a key in a text, by the patterns of many providers' keys.

The patterns follow gitleaks' rules (github.com/gitleaks/gitleaks, config/gitleaks.toml), with lengths as lower bounds,
since providers make their keys longer over time. Every pattern begins with a fixed prefix, which is searched for first:
a text of ten megabytes takes milliseconds.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SHOWN_START, _SHOWN_END = 4, 3
_MIN_DISTINCT = 8
"""Distinct characters after the prefix of a real key. A placeholder such as sk-xxxxxxxx has fewer."""


@dataclass(frozen=True, slots=True)
class FoundKey:
    """Something that looks like a key: its kind, its place in the text, and a few characters to recognise it by."""

    kind: str
    start: int
    end: int
    shown: str


@dataclass(frozen=True, slots=True)
class _Pattern:
    kind: str
    prefix: str
    rest: re.Pattern[str]
    is_shown: bool = True


def _pattern(kind: str, prefix: str, rest: str) -> _Pattern:
    return _Pattern(kind, prefix, re.compile(rest, re.ASCII))


# In order of precedence: the first pattern that matches at a place gives the kind of the key.
_PATTERNS = (
    _pattern("an Anthropic key", "sk-ant-", r"[\w-]{20,}"),
    _pattern("an OpenRouter key", "sk-or-v1-", r"[0-9a-f]{40,}"),
    _pattern("an OpenAI key", "sk-proj-", r"[\w-]{20,}"),
    _pattern("an OpenAI key", "sk-svcacct-", r"[\w-]{20,}"),
    _pattern("an OpenAI key", "sk-admin-", r"[\w-]{20,}"),
    _pattern("an OpenAI key", "sk-", r"[A-Za-z0-9]{32,}(?![\w-])"),
    _pattern("an AWS key", "AKIA", r"[A-Z2-7]{16}(?!\w)"),
    _pattern("an AWS key", "ASIA", r"[A-Z2-7]{16}(?!\w)"),
    _pattern("a Google key", "AIza", r"[\w-]{35}(?![\w-])"),
    _pattern("a GitHub token", "ghp_", r"[A-Za-z0-9]{36,}(?!\w)"),
    _pattern("a GitHub token", "gho_", r"[A-Za-z0-9]{36,}(?!\w)"),
    _pattern("a GitHub token", "ghu_", r"[A-Za-z0-9]{36,}(?!\w)"),
    _pattern("a GitHub token", "ghs_", r"[A-Za-z0-9]{36,}(?!\w)"),
    _pattern("a GitHub token", "ghr_", r"[A-Za-z0-9]{36,}(?!\w)"),
    _pattern("a GitHub token", "github_pat_", r"\w{60,}"),
    _pattern("a GitLab token", "glpat-", r"[\w-]{20,}"),
    _pattern("a Slack token", "xoxb-", r"\d[\w-]{19,}"),
    _pattern("a Slack token", "xoxp-", r"\d[\w-]{19,}"),
    _pattern("a Slack token", "xoxa-", r"\d[\w-]{19,}"),
    _pattern("a Slack token", "xapp-", r"\d-[\w-]{19,}"),
    _pattern("a Hugging Face token", "hf_", r"[A-Za-z0-9]{34,}(?!\w)"),
    _pattern("a Groq key", "gsk_", r"[A-Za-z0-9]{40,}(?!\w)"),
    _pattern("an xAI key", "xai-", r"[A-Za-z0-9]{60,}(?!\w)"),
    _pattern("a Perplexity key", "pplx-", r"[A-Za-z0-9]{40,}(?!\w)"),
    _pattern("a Stripe key", "sk_live_", r"[A-Za-z0-9]{20,}(?!\w)"),
    _pattern("a signed token", "eyJ", r"[\w-]{14,}\.eyJ[\w-]{14,}\.[\w-]{20,}"),
)
_PRIVATE_KEY = _Pattern(
    "a private key", "-----BEGIN ", re.compile(r"(?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"), False
)


def find_keys(text: str) -> Iterator[FoundKey]:
    """Yield everything in the text that looks like a key, in the order of the patterns."""
    taken: set[int] = set()
    for pattern in (*_PATTERNS, _PRIVATE_KEY):
        for start in _starts(text, pattern.prefix):
            matched = None if start in taken else pattern.rest.match(text, start + len(pattern.prefix))
            if matched is None:
                continue
            taken.add(start)
            key = text[start : matched.end()]
            if not pattern.is_shown:
                yield FoundKey(pattern.kind, start, matched.end(), "")
            elif len(set(matched[0])) >= _MIN_DISTINCT and not key.endswith("EXAMPLE"):
                yield FoundKey(pattern.kind, start, matched.end(), f"{key[:_SHOWN_START]}…{key[-_SHOWN_END:]}")


def without_keys(text: str) -> str:
    """Return the text with everything redacted that looks like a key.

    The end of a private key cannot be told, so everything after its first line is dropped.
    """
    pieces: list[str] = []
    end = 0
    for found in sorted(find_keys(text), key=lambda each: each.start):
        if found.start >= end:
            pieces += (text[end : found.start], "[redacted]")
            end = len(text) if not found.shown else found.end
    return "".join((*pieces, text[end:]))


def _starts(text: str, prefix: str) -> Iterator[int]:
    """Yield the places where a word of the text begins with the prefix."""
    start = text.find(prefix)
    while start >= 0:
        before = text[start - 1 : start]
        if not ((before.isascii() and before.isalnum()) or before in ("_", "-")):
            yield start
        start = text.find(prefix, start + 1)
