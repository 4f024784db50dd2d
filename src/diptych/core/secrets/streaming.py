"""Removes secrets that a server echoes in an answer, even if they are split over events or escaped."""

import copy
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from diptych.core.content import Content, Error, HeldBack, Refusal, Text, Thinking, ToolArguments
from diptych.core.json_text import parse_json
from diptych.core.secrets.values import REDACTED, Secrets

_LONGEST_PREFIX = 16
"""Characters of a secret that are compared before it is taken for one. Up to 13 are the same for all of a provider."""


class SplitSecrets:
    """Removes secrets from the texts of one run, however many events they are split over.

    The beginning of a secret that is split stays: at most half of it, and at most 16 characters.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._prefixes = {text: text[: min(_LONGEST_PREFIX, len(text) // 2)] for text in secrets.revealed()}
        self._scrubbers: dict[object, _Scrubber] = {}

    def scrub(self, data: bytes, contents: Sequence[Content]) -> tuple[bytes, tuple[Content, ...]]:
        """Return an event's data and contents without the secrets."""
        given = tuple(contents)
        scrubbed = tuple(map(self._scrub, given)) if self._prefixes else given
        if scrubbed == given:
            return data, given  # as nearly all are
        changed = {
            before.text: after.text
            for before, after in zip(contents, scrubbed, strict=True)
            if before is not after and isinstance(before, _TEXTS) and isinstance(after, _TEXTS)
        }
        return _replace_in_json(data, changed) if changed else data, scrubbed

    def _scrub(self, content: Content) -> Content:
        match content:
            case Text(text) | Thinking(text) | Refusal(text):
                scrubber = self._scrubber(type(content))
            case ToolArguments(key, text):
                scrubber = self._scrubber((ToolArguments, key))
            case HeldBack(of, text):  # it comes again, so that nothing of it may be remembered
                scrubber = copy.copy(self._scrubber(Thinking if of == "thinking" else Text))
            case Error(failure):
                return replace(content, failure=replace(failure, message=self._secrets.scrub(failure.message)))
            case _:
                return content
        scrubbed = scrubber.scrub(text)
        return content if scrubbed == text else replace(content, text=scrubbed)

    def _scrubber(self, place: object) -> "_Scrubber":
        if place not in self._scrubbers:
            self._scrubbers[place] = _Scrubber(self._prefixes)
        return self._scrubbers[place]


_TEXTS = (Text, Thinking, HeldBack, Refusal, ToolArguments)


class _Scrubber:
    """Removes secrets from one growing text, and remembers how much of a secret has matched at its end."""

    def __init__(self, prefixes: dict[str, str]) -> None:
        self._prefixes = prefixes
        self._prefix = re.compile("|".join(map(re.escape, prefixes.values())))
        self._tail = ""
        """The end of the text so far, in which a prefix may have begun."""
        self._matched = ""
        """The beginning of a secret that the text ends with, "" if it does not end with one."""

    def scrub(self, piece: str) -> str:
        """Return the next piece without the part of it that belongs to a secret."""
        if self._matched:
            piece = self._skip_secret(piece)
        window = self._tail + piece
        kept: list[str] = []
        handled = len(self._tail)
        at = 0
        while prefix := self._prefix.search(window, at):
            start = prefix.start()
            stop = self._end_of_secret(window, start)
            if stop is None:
                at = start + 1
                continue
            kept += (window[handled:start], REDACTED)
            handled = at = stop
            if stop == len(window):
                self._matched = window[start:]
        kept.append(window[handled:])
        self._tail = window[max(at, len(window) - _LONGEST_PREFIX + 1) :]
        return "".join(kept)

    def _skip_secret(self, piece: str) -> str:
        """Return the rest of the piece after the secret that was being sent ends, or turns out to be other text."""
        candidates = [secret for secret in self._prefixes if secret.startswith(self._matched)]
        more = max(_common_length(piece, secret[len(self._matched) :]) for secret in candidates)
        matched = self._matched + piece[:more]
        if more == len(piece):
            self._matched = matched
            return ""
        self._matched = ""
        self._tail = "" if matched in self._prefixes else matched[1 - _LONGEST_PREFIX :]
        return piece[more:]

    def _end_of_secret(self, window: str, start: int) -> int | None:
        """Return where the secret that begins at `start` ends, None if none begins there.

        A secret that reaches to the end of the window counts before it is whole.
        """
        stops = []
        for secret, prefix in self._prefixes.items():
            if window.startswith(secret, start):
                stops.append(start + len(secret))
            elif window.startswith(prefix, start):
                length = _common_length(window[start : start + len(secret)], secret)
                if start + length == len(window):
                    stops.append(start + length)
        return max(stops, default=None)


def _common_length(one: str, other: str) -> int:
    """Return the length of the beginning that both texts share."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _replace_in_json(data: bytes, changed: dict[str, str]) -> bytes:
    """Return the JSON with some texts replaced by others; only "[redacted]" if not all of them are found in it."""
    redacted = json.dumps(REDACTED).encode()
    try:
        root = [parse_json(data.decode())]
    except ValueError:  # a number too long for Python, which the dialects read as null
        return redacted
    strings = list(_strings(root))
    missing = set(changed)
    for container, key in strings:
        text = container[key]
        if text in changed:
            container[key] = changed[text]
            missing.discard(text)
    for text in missing:  # a dialect may read several texts from one string
        around = [(container, key) for container, key in strings if text in container[key]]
        if not around:
            return redacted
        for container, key in around:
            container[key] = container[key].replace(text, changed[text])
    return json.dumps(root[0]).encode()


def _strings(root: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the container and the key or index of each string in a JSON value."""
    containers = [root]
    while containers:  # a loop, since recursion would fail on deeply nested data
        container = containers.pop()
        for key, inner in container.items() if isinstance(container, dict) else enumerate(container):
            if isinstance(inner, str):
                yield container, key
            elif isinstance(inner, dict | list):
                containers.append(inner)
