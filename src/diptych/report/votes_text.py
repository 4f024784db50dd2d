"""Votes by pairs of models, as text and as a JSON object: the user's and those of judges, never mixed.

docs/explanation/statistics.md defines the figures.
"""

from collections.abc import Iterator, Mapping, Sequence

from diptych.core.json_text import JsonObject
from diptych.core.model_pairs import Ballot, PairTally, Tally, tally
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted
from diptych.report.columns import aligned
from diptych.report.figures import UNKNOWN

NO_VOTES = "There are no votes yet. Press v in a pane of the app, or use `diptych vote ID left|right|tie|neither`."

_HEADING = ("wins", "ties", "losses", "neither", "preferred (95 %)", "of the first model over the second")
_NUMBERS = (0, 1, 2, 3)
_FEWEST_FOR_SQUARE = 3


def votes_text(ballots: Sequence[Ballot], model: str = "") -> Iterator[str]:
    """Yield the lines of all votes: those of blind rounds, then those in the open, then those of each judge.

    `model` is what the names of their models were searched for, to be named if there are no votes.
    """
    if not ballots:
        yield f"There are no votes on a model whose name contains {clean_line(model)}." if model else NO_VOTES
        return
    parts = [
        ("Blind votes", [ballot for ballot in ballots if ballot.blind and not ballot.judge]),
        ("Votes in the open", [ballot for ballot in ballots if not ballot.blind and not ballot.judge]),
        *((f"Judged by {clean_line(judge)}", judged) for judge, judged in _by_judge(ballots).items()),
    ]
    separator = ""
    for title, part in parts:
        if part:
            yield f"{separator}{title}: {len(part):,}"
            yield from _tally_lines(tally(part))
            separator = "\n"


def votes_object(ballots: Sequence[Ballot]) -> JsonObject:
    """Return all votes by pairs of models: those of blind rounds, those in the open and those of each judge apart."""
    users = [ballot for ballot in ballots if not ballot.judge]
    return {
        "blind": _tally_object(tally(ballot for ballot in users if ballot.blind)),
        "open": _tally_object(tally(ballot for ballot in users if not ballot.blind)),
        "judges": {judge: _tally_object(tally(judged)) for judge, judged in _by_judge(ballots).items()},
    }


def _by_judge(ballots: Sequence[Ballot]) -> Mapping[str, Sequence[Ballot]]:
    """Return the verdicts of each judge, in alphabetical order."""
    judges = sorted({ballot.judge for ballot in ballots} - {""})
    return {judge: [ballot for ballot in ballots if ballot.judge == judge] for judge in judges}


def preference(pair: PairTally) -> str:
    """Return how often the first model of a pair was preferred, where one of the two was.

    >>> preference(PairTally("a", "b", wins=8, losses=2))
    '80 % of 10 (49–94 %)'
    """
    if pair.share is None or pair.interval is None:
        return UNKNOWN
    low, high = pair.interval
    return f"{pair.share:.0%} of {pair.decided:,} ({low * 100:.0f}–{high:.0%})".replace("%", " %")


def _tally_lines(counts: Tally) -> Iterator[str]:
    rows = [_HEADING, *map(_pair_row, counts.pairs)]
    if counts.pairs:
        yield from aligned(rows, _NUMBERS)
    if counts.same_model:
        votes = counted(counts.same_model, "vote")
        yield f"{votes} on answers of the same model, or on one answer alone: not counted above."
    if len(counts.models) >= _FEWEST_FOR_SQUARE:
        yield ""
        yield from _square(counts)


def _pair_row(pair: PairTally) -> tuple[str, ...]:
    figures = (pair.wins, pair.ties, pair.losses, pair.neither)
    names = f"{clean_line(pair.first)} over {clean_line(pair.second)}"  # last, since long names wrap
    return (*map(str, figures), preference(pair), names)


def _square(counts: Tally) -> Iterator[str]:
    """Yield every pair of models as a square: each row is a model, each cell its wins–ties–losses against another."""
    models = counts.models
    yield "wins–ties–losses of each row against each column"
    head = ("", *(f"[{number}]" for number in range(1, len(models) + 1)))
    rows = [
        (f"[{number}] {clean_line(row)}", *(_cell(counts, row, column) for column in models))
        for number, row in enumerate(models, 1)
    ]
    yield from aligned([head, *rows], tuple(range(1, len(head))))


def _cell(counts: Tally, row: str, column: str) -> str:
    pair = counts.versus(row, column)
    return f"{pair.wins}–{pair.ties}–{pair.losses}" if pair else "·"


def _tally_object(counts: Tally) -> JsonObject:
    return {"pairs": [_pair_object(pair) for pair in counts.pairs], "same_model": counts.same_model}


def _pair_object(pair: PairTally) -> JsonObject:
    low, high = pair.interval or (None, None)
    return {
        "first": pair.first,
        "second": pair.second,
        "wins": pair.wins,
        "ties": pair.ties,
        "losses": pair.losses,
        "neither": pair.neither,
        "share": _rounded(pair.share),
        "low": _rounded(low),
        "high": _rounded(high),
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
