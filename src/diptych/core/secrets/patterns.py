"""Finds what looks like somebody's key in a text, by the forms that providers give their keys.

The forms follow gitleaks' rules (github.com/gitleaks/gitleaks, config/gitleaks.toml), with lengths as lower bounds, as
providers lengthen their keys. Every form begins with fixed characters, which are looked for first: a text of ten
megabytes takes milliseconds.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SHOWN_START, _SHOWN_END = 4, 3
_FEWEST_DIFFERENT = 8
"""Different characters in what follows a key's prefix; a placeholder as in sk-xxxxxxxx has fewer."""


@dataclass(frozen=True, slots=True)
class FoundKey:
    """Something that looks like a key: whose, where it stands, and a few characters to recognise it by."""

    kind: str
    start: int
    end: int
    shown: str


@dataclass(frozen=True, slots=True)
class _Form:
    kind: str
    lead: str
    rest: re.Pattern[str]
    is_shown: bool = True


def _form(kind: str, lead: str, rest: str) -> _Form:
    return _Form(kind, lead, re.compile(rest, re.ASCII))


# In order: the first form that fits where a key begins says whose it is.
_FORMS = (
    _form("an Anthropic key", "sk-ant-", r"[\w-]{20,}"),
    _form("an OpenRouter key", "sk-or-v1-", r"[0-9a-f]{40,}"),
    _form("an OpenAI key", "sk-proj-", r"[\w-]{20,}"),
    _form("an OpenAI key", "sk-svcacct-", r"[\w-]{20,}"),
    _form("an OpenAI key", "sk-admin-", r"[\w-]{20,}"),
    _form("an OpenAI key", "sk-", r"[A-Za-z0-9]{32,}(?![\w-])"),
    _form("an AWS key", "AKIA", r"[A-Z2-7]{16}(?!\w)"),
    _form("an AWS key", "ASIA", r"[A-Z2-7]{16}(?!\w)"),
    _form("a Google key", "AIza", r"[\w-]{35}(?![\w-])"),
    _form("a GitHub token", "ghp_", r"[A-Za-z0-9]{36,}(?!\w)"),
    _form("a GitHub token", "gho_", r"[A-Za-z0-9]{36,}(?!\w)"),
    _form("a GitHub token", "ghu_", r"[A-Za-z0-9]{36,}(?!\w)"),
    _form("a GitHub token", "ghs_", r"[A-Za-z0-9]{36,}(?!\w)"),
    _form("a GitHub token", "ghr_", r"[A-Za-z0-9]{36,}(?!\w)"),
    _form("a GitHub token", "github_pat_", r"\w{60,}"),
    _form("a GitLab token", "glpat-", r"[\w-]{20,}"),
    _form("a Slack token", "xoxb-", r"\d[\w-]{19,}"),
    _form("a Slack token", "xoxp-", r"\d[\w-]{19,}"),
    _form("a Slack token", "xoxa-", r"\d[\w-]{19,}"),
    _form("a Slack token", "xapp-", r"\d-[\w-]{19,}"),
    _form("a Hugging Face token", "hf_", r"[A-Za-z0-9]{34,}(?!\w)"),
    _form("a Groq key", "gsk_", r"[A-Za-z0-9]{40,}(?!\w)"),
    _form("an xAI key", "xai-", r"[A-Za-z0-9]{60,}(?!\w)"),
    _form("a Perplexity key", "pplx-", r"[A-Za-z0-9]{40,}(?!\w)"),
    _form("a Stripe key", "sk_live_", r"[A-Za-z0-9]{20,}(?!\w)"),
    _form("a signed token", "eyJ", r"[\w-]{14,}\.eyJ[\w-]{14,}\.[\w-]{20,}"),
)
_PRIVATE_KEY = _Form(
    "a private key", "-----BEGIN ", re.compile(r"(?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"), False
)


def find_keys(text: str) -> Iterator[FoundKey]:
    """Everything in the text that looks like a key, form by form."""
    taken: set[int] = set()
    for form in (*_FORMS, _PRIVATE_KEY):
        for start in _starts(text, form.lead):
            matched = None if start in taken else form.rest.match(text, start + len(form.lead))
            if matched is None:
                continue
            taken.add(start)
            key = text[start : matched.end()]
            if not form.is_shown:
                yield FoundKey(form.kind, start, matched.end(), "")
            elif len(set(matched[0])) >= _FEWEST_DIFFERENT and not key.endswith("EXAMPLE"):
                yield FoundKey(form.kind, start, matched.end(), f"{key[:_SHOWN_START]}…{key[-_SHOWN_END:]}")


def without_keys(text: str) -> str:
    """The text with everything left out that looks like a key; of a private key, all that follows its first line."""
    pieces: list[str] = []
    end = 0
    for found in sorted(find_keys(text), key=lambda each: each.start):
        if found.start >= end:
            pieces += (text[end : found.start], "[redacted]")
            end = len(text) if not found.shown else found.end
    return "".join((*pieces, text[end:]))


def _starts(text: str, lead: str) -> Iterator[int]:
    """Where the text has these characters at the beginning of a word."""
    start = text.find(lead)
    while start >= 0:
        before = text[start - 1 : start]
        if not ((before.isascii() and before.isalnum()) or before in ("_", "-")):
            yield start
        start = text.find(lead, start + 1)
