"""What is said about a round as JSON objects and back: votes, and how a blind round hides its sides.

Recordings, exports and the history hold these objects. What is read is not trusted: the functions that read raise
`ValueError` with words that follow "it ".
"""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, get_args

from diptych.codec.checked_fields import date, text, whole
from diptych.core.blind import Blind, BlindPace
from diptych.core.json_text import JsonObject
from diptych.core.remarks import LabelPair, RoundNote, Verdict, Vote, label_pair
from diptych.core.request import Label


def remark_members(note: RoundNote, votes: Iterable[Vote]) -> JsonObject:
    """Return the members of a round that say what was said about it: those of which there is something to say."""
    members: JsonObject = {"note": note.text, "starred": note.starred, "votes": [vote_object(vote) for vote in votes]}
    return {name: value for name, value in members.items() if value}


def vote_object(vote: Vote) -> JsonObject:
    """Return a vote as an object.

    `voter` is "" for the user. `takes` says which takes counted then, if that is known. `pair` is there in a vote on
    two answers of more.
    """
    fields: JsonObject = {
        "verdict": vote.verdict,
        "label": vote.label,
        "voter": vote.voter,
        "date": vote.date,
        "blind": vote.blind,
    }
    if vote.takes:
        fields["takes"] = dict(vote.takes)
    if vote.pair:
        fields["pair"] = list(vote.pair)
    return fields


def read_vote(fields: Mapping[str, Any]) -> Vote:
    """Return the vote that an object holds."""
    label, pair = fields.get("label"), _read_pair(fields.get("pair"))
    if pair and label is not None and label not in pair:
        raise ValueError("has a vote for an answer that it is not about")
    for verdict in get_args(Verdict):
        if fields.get("verdict") == verdict and (isinstance(label, str) if verdict == "better" else label is None):
            said = (date(fields, "date"), label, text(fields, "voter"), fields.get("blind") is True)
            return Vote(verdict, *said, _read_takes(fields), pair)
    raise ValueError("has a vote that says nothing")


def blind_object(blind: Blind) -> JsonObject:
    """Return how a round hides its sides as an object."""
    fields: JsonObject = {"seed": blind.seed, "order": list(blind.order), "pace": blind.pace}
    return fields | ({"revealed": True} if blind.revealed else {})


def read_blind(value: Any, labels: Collection[Label]) -> Blind:
    """Return what the object of a blind round with these labels holds."""
    order = value.get("order") if isinstance(value, dict) else None
    if not isinstance(order, list) or not all(isinstance(label, str) for label in order):
        raise ValueError("is blind, but has no order of its sides")
    if len(set(order)) < len(order) or not set(labels) <= set(order):
        raise ValueError("is blind, but its order does not have each side once")
    for pace in get_args(BlindPace):
        if value.get("pace") == pace:
            return Blind(whole(value, "seed"), tuple(order), pace, value.get("revealed") is True)
    raise ValueError("is blind, but has no known pace")


def _read_pair(value: Any) -> LabelPair | None:
    match value:
        case None:
            return None
        case [str() as one, str() as other] if one != other:
            return label_pair(one, other)
    raise ValueError("has a vote on something else than two labels")


def _read_takes(fields: Mapping[str, Any]) -> Mapping[Label, int]:
    takes = fields.get("takes", {})
    if not isinstance(takes, dict):
        raise ValueError("has a vote on takes that are not an object")
    return MappingProxyType({label: whole(takes, label, 1) for label in takes})
