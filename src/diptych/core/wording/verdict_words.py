"""What a vote on a round says, in words."""

from diptych.core.naming import side_name
from diptych.core.remarks import Vote
from diptych.core.round import Round


def vote_words(vote: Vote, better: str) -> str:
    """Return a vote in words, such as `left is better · blind`; `better` names the side that it prefers, if any.

    A judge's vote ends with the name of its voter.
    """
    verdict = {"better": f"{better} is better", "tie": "tie", "neither": "neither is good"}[vote.verdict]
    return " · ".join(filter(None, (verdict, "blind" if vote.blind else "", vote.voter)))


def vote_on_round(round_: Round, vote: Vote) -> str:
    """Return a vote on a round in words, such as `a and c: a is better` where the round has more than two answers.

    If the preferred side has several takes, it says which of them was meant.
    """
    words = _on_round(round_, vote)
    return f"{' and '.join(side_name(label, round_) for label in vote.pair)}: {words}" if vote.pair else words


def _on_round(round_: Round, vote: Vote) -> str:
    if vote.label is None:
        return vote_words(vote, "")
    take = vote.takes.get(vote.label)
    name = side_name(vote.label, round_)
    return vote_words(vote, f"{name}, take {take}," if take and len(round_.takes(vote.label)) > 1 else name)
