"""Reads the verdict in a judge's reply: where it stands is not taken strictly, what it says is."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from diptych.core.experiment.judging.judgement import Winner

MOST_CHARACTERS = 100_000
"""The longest reply that is read."""

_WINNERS: dict[str, Winner] = {"a": "first", "b": "second", "tie": "tie"}
_MOST_TRIES = 1_000


class ReadVerdict(NamedTuple):
    """The verdict of a reply, with the judge's reason; or why there is none, as the end of a sentence."""

    winner: Winner | None
    reason: str = ""
    problem: str = ""


def read_verdict(reply: str) -> ReadVerdict:
    """Return the verdict in a reply, which is a JSON object, perhaps with a fence of Markdown or words around it.

    A reply with objects that contradict each other has no verdict: one of them may be a quotation.

    >>> read_verdict('{"reason": "B is wrong.", "verdict": "A"}')
    ReadVerdict(winner='first', reason='B is wrong.', problem='')
    >>> read_verdict("A is better.").problem
    'it holds no JSON object with a verdict'
    """
    if len(reply) > MOST_CHARACTERS:
        return ReadVerdict(None, problem=f"it has more than {MOST_CHARACTERS:,} characters")
    verdicts = [found for found in _objects(reply) if "verdict" in found]
    if not verdicts:
        return ReadVerdict(None, problem="it holds no JSON object with a verdict" if reply.strip() else "it is empty")
    winners = {_winner(found["verdict"]) for found in verdicts}
    if None in winners:
        return ReadVerdict(None, problem='its verdict is not "A", "B" or "tie"')
    if len(winners) > 1:
        return ReadVerdict(None, problem="it holds verdicts that contradict each other")
    reason = verdicts[-1].get("reason", "")
    return ReadVerdict(winners.pop(), reason if isinstance(reason, str) else "")


def _winner(verdict: Any) -> Winner | None:
    return _WINNERS.get(verdict.strip().lower()) if isinstance(verdict, str) else None


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects in a text, without those inside of others."""
    decoder = json.JSONDecoder()
    place = text.find("{")
    for _ in range(_MOST_TRIES):
        if place < 0:
            return
        try:
            value, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            end = place + 1
        else:
            yield value
        place = text.find("{", end)
