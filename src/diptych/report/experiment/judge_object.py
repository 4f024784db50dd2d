"""What judges and the user said about the answers of an experiment, as JSON objects.

docs/reference/output.md describes them.
"""

from collections.abc import Iterable, Sequence

from diptych.core.experiment.judging.judge_tally import JudgeTally
from diptych.core.json_text import JsonObject
from diptych.core.model_pairs import PairTally
from diptych.core.statistics.share import Share


def verdict_members(judges: Iterable[JudgeTally], votes: Sequence[PairTally]) -> JsonObject:
    """Return the members of an experiment that hold its judges and the user's votes, each by pairs of labels."""
    return {
        "judges": [judge_object(tally) for tally in judges],
        "votes": [_pair_object(pair) | {"neither": pair.neither} for pair in votes],
    }


def judge_object(tally: JudgeTally) -> JsonObject:
    """Return what one judge said as an object."""
    spending, agreement = tally.spending, tally.agreement
    return {
        "judge": tally.judge,
        "rubric": tally.rubric or None,
        "n": tally.judged,
        "pairs": [_pair_object(pair) for pair in tally.pairs],
        "flips": _share_object(tally.flips),
        "first_shown": _share_object(tally.first_places),
        "longer": _share_object(tally.longer),
        "without_verdict": tally.without_verdict,
        "one_order_only": tally.half_asked,
        "cut": tally.cut,
        "agreement": {
            "n": agreement.n,
            "agreed": agreement.agreed,
            "kappa": _rounded(agreement.kappa),
            "blind": tally.blind_votes,
        },
        "requests": spending.requests,
        "input_tokens": spending.input_tokens,
        "output_tokens": spending.output_tokens,
        "cost_usd": f"{spending.cost_usd:f}",
        "unpriced": spending.unpriced,
    }


def _pair_object(pair: PairTally) -> JsonObject:
    return {
        "first": pair.first,
        "second": pair.second,
        "wins": pair.wins,
        "ties": pair.ties,
        "losses": pair.losses,
        "share": _rounded(pair.share),
        "interval": _interval(pair.interval),
    }


def _share_object(share: Share) -> JsonObject:
    return {"n": share.of, "count": share.count, "share": _rounded(share.share), "interval": _interval(share.interval)}


def _interval(ends: tuple[float, float] | None) -> list[float | None] | None:
    return None if ends is None else [_rounded(end) for end in ends]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
