"""Secrets that a server sends back inside of an answer: in pieces, or escaped, so that no event holds one as it is."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from diptych.core.meaning import Error, Meaning, Refusal, Text, Thinking, ToolArguments
from diptych.core.secret import REDACTED, Secrets

_LONGEST_LEAD = 16
"""Characters of a secret that may come before it is known for one; those of one provider begin alike, with up to 13."""


class SplitSecrets:
    """Takes secrets out of the texts of one run, however many events they come in.

    Of a secret in pieces, what it begins with stands: no more than half of it, and no more than 16 characters.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._leads = [(text, text[: min(_LONGEST_LEAD, len(text) // 2)]) for text in secrets.revealed()]
        self._texts: dict[object, _Text] = {}

    def scrub(self, data: bytes, meanings: Sequence[Meaning]) -> tuple[bytes, tuple[Meaning, ...]]:
        """An event's data and meanings without them."""
        scrubbed = tuple(self._scrub(meaning) for meaning in meanings) if self._leads else meanings
        changed = {
            before.text: after.text
            for before, after in zip(meanings, scrubbed, strict=True)
            if before is not after and isinstance(before, _TEXTS) and isinstance(after, _TEXTS)
        }
        return _rewritten(data, changed) if changed else data, tuple(scrubbed)

    def _scrub(self, meaning: Meaning) -> Meaning:
        match meaning:
            case Text(text) | Thinking(text) | Refusal(text):
                place: object = type(meaning)
            case ToolArguments(key, text):
                place = ToolArguments, key
            case Error(failure):
                return Error(replace(failure, message=self._secrets.scrub(failure.message)))
            case _:
                return meaning
        scrubbed = self._texts.setdefault(place, _Text(self._leads)).scrub(text)
        return meaning if scrubbed == text else replace(meaning, text=scrubbed)


_TEXTS = (Text, Thinking, Refusal, ToolArguments)


class _Text:
    """One text that grows, and how far a secret has come at its end."""

    def __init__(self, leads: Iterable[tuple[str, str]]) -> None:
        self._leads = leads
        self._tail = ""  # the end of what came, in which a lead may have begun
        self._come = ""  # of a secret that is being sent

    def scrub(self, piece: str) -> str:
        """The next piece without what of it belongs to a secret."""
        if self._come:
            begun = [secret for secret, _ in self._leads if secret.startswith(self._come)]
            more = max(_alike(piece, secret[len(self._come) :]) for secret in begun)
            self._come += piece[:more]
            piece = piece[more:]
            if not piece and self._come not in begun:
                return ""
            self._come = ""
        window = self._tail + piece
        places = [place for secret, lead in self._leads if (place := _found(window, secret, lead))]
        if not places:
            self._tail = window[1 - _LONGEST_LEAD :]
            return piece
        at, length, secret = min(places)
        start, end = max(at - len(self._tail), 0), at + length - len(self._tail)
        self._tail = ""
        if length < len(secret):
            self._come = secret[:length]
        return piece[:start] + REDACTED + self.scrub(piece[end:])


def _found(window: str, secret: str, lead: str) -> tuple[int, int, str] | None:
    """Where the secret stands, whole or with its beginning at the window's end, how much of it, and which it is."""
    at = window.find(lead)
    while at >= 0:
        length = _alike(window[at:], secret)
        if length == len(secret) or at + length == len(window):
            return at, length, secret
        at = window.find(lead, at + 1)
    return None


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _rewritten(data: bytes, changed: dict[str, str]) -> bytes:
    """The JSON with other texts in the place of some."""
    try:
        value = json.loads(data)
    except ValueError:  # a number too long for Python, which a dialect reads over
        return json.dumps(REDACTED).encode()
    return json.dumps(_with(value, changed)).encode()


def _with(value: Any, changed: dict[str, str]) -> Any:
    match value:
        case str():
            return changed.get(value, value)
        case list():
            return [_with(each, changed) for each in value]
        case dict():
            return {name: _with(each, changed) for name, each in value.items()}
        case _:
            return value
