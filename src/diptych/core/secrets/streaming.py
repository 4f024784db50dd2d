"""Secrets that a server sends back inside of an answer: in pieces, or escaped, so that no event holds one as it is."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from diptych.core.content import Content, Error, Refusal, Text, Thinking, ToolArguments
from diptych.core.secrets.values import REDACTED, Secrets
from diptych.core.strict_json import parse_json

_LONGEST_LEAD = 16
"""Characters of a secret that may come before it is known for one; those of one provider begin alike, with up to 13."""


class SplitSecrets:
    """Takes secrets out of the texts of one run, however many events they come in.

    Of a secret in pieces, what it begins with stands: no more than half of it, and no more than 16 characters.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._leads = {text: text[: min(_LONGEST_LEAD, len(text) // 2)] for text in secrets.revealed()}
        self._texts: dict[object, _Text] = {}

    def scrub(self, data: bytes, contents: Sequence[Content]) -> tuple[bytes, tuple[Content, ...]]:
        """An event's data and meanings without them."""
        scrubbed = tuple(self._scrub(content) for content in contents) if self._leads else contents
        changed = {
            before.text: after.text
            for before, after in zip(contents, scrubbed, strict=True)
            if before is not after and isinstance(before, _TEXTS) and isinstance(after, _TEXTS)
        }
        return _rewritten(data, changed) if changed else data, tuple(scrubbed)

    def _scrub(self, content: Content) -> Content:
        match content:
            case Text(text) | Thinking(text) | Refusal(text):
                place: object = type(content)
            case ToolArguments(key, text):
                place = ToolArguments, key
            case Error(failure):
                return replace(content, failure=replace(failure, message=self._secrets.scrub(failure.message)))
            case _:
                return content
        scrubbed = self._text(place).scrub(text)
        return content if scrubbed == text else replace(content, text=scrubbed)

    def _text(self, place: object) -> "_Text":
        if place not in self._texts:
            self._texts[place] = _Text(self._leads)
        return self._texts[place]


_TEXTS = (Text, Thinking, Refusal, ToolArguments)


class _Text:
    """One text that grows, and how far a secret has come at its end."""

    def __init__(self, leads: dict[str, str]) -> None:
        self._leads = leads
        self._lead = re.compile("|".join(map(re.escape, leads.values())))
        self._tail = ""
        """The end of what came, in which a lead may have begun."""
        self._come = ""
        """What has come of a secret that is being sent."""

    def scrub(self, piece: str) -> str:
        """The next piece without what of it belongs to a secret."""
        if self._come:
            piece = self._after_secret(piece)
        window = self._tail + piece
        kept: list[str] = []
        handled = len(self._tail)
        at = 0
        while lead := self._lead.search(window, at):
            start = lead.start()
            stop = self._stop(window, start)
            if stop is None:
                at = start + 1
                continue
            kept += (window[handled:start], REDACTED)
            handled = at = stop
            if stop == len(window):
                self._come = window[start:]
        kept.append(window[handled:])
        self._tail = window[max(at, len(window) - _LONGEST_LEAD + 1) :]
        return "".join(kept)

    def _after_secret(self, piece: str) -> str:
        """The piece from where the secret that is being sent ends, or turns out to be other text."""
        begun = [secret for secret in self._leads if secret.startswith(self._come)]
        more = max(_alike(piece, secret[len(self._come) :]) for secret in begun)
        come = self._come + piece[:more]
        if more == len(piece):
            self._come = come
            return ""
        self._come = ""
        self._tail = "" if come in self._leads else come[1 - _LONGEST_LEAD :]
        return piece[more:]

    def _stop(self, window: str, start: int) -> int | None:
        """Where the secret ends that begins there: one that is whole, or whose beginning ends the window."""
        stops = []
        for secret, lead in self._leads.items():
            if window.startswith(secret, start):
                stops.append(start + len(secret))
            elif window.startswith(lead, start):
                length = _alike(window[start : start + len(secret)], secret)
                if start + length == len(window):
                    stops.append(start + length)
        return max(stops, default=None)


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _rewritten(data: bytes, changed: dict[str, str]) -> bytes:
    """The JSON with other texts in the place of some; only "[redacted]" where not all of them are found in it."""
    redacted = json.dumps(REDACTED).encode()
    try:
        root = [parse_json(data.decode())]
    except ValueError:  # a number too long for Python, which a dialect reads over
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
    """Where the strings of a JSON value stand: their containers, and the keys in these."""
    containers = [root]
    while containers:  # recursion would end in an error where a server nests deeply
        container = containers.pop()
        for key, inner in container.items() if isinstance(container, dict) else enumerate(container):
            if isinstance(inner, str):
                yield container, key
            elif isinstance(inner, dict | list):
                containers.append(inner)
