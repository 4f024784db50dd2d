"""What judges and the user said about the answers of an experiment, as text.

docs/explanation/statistics.md defines the figures.
"""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from diptych.core.experiment.judging.judge_prompt import MOST_CHARACTERS
from diptych.core.experiment.judging.judge_tally import JudgeTally
from diptych.core.model_pairs import PairTally
from diptych.core.statistics.share import Share
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted
from diptych.report.columns import aligned
from diptych.report.figures import UNKNOWN, cost
from diptych.report.votes_text import preference

_HEADING = ("wins", "ties", "losses", "preferred (95 %)", "of the first over the second")
_VOTES_HEADING = ("wins", "ties", "losses", "neither", *_HEADING[3:])
_NUMBERS = (0, 1, 2, 3)
_INDENT = "  "

_ALWAYS = 0.9
"""The share from which verdicts are said to follow the order of the answers, and not the answers."""


def verdicts_text(
    tallies: Sequence[JudgeTally], votes: Sequence[PairTally], width: int = 80, *, experiment: str = "xlast"
) -> Iterator[str]:
    """Yield the lines of what judges and the user said about an experiment, whose name is such as `x3`."""
    if not tallies and not votes:
        yield "There are no verdicts yet."
        yield from wrap(f"Ask a judge with `diptych judge {experiment} --judge ENDPOINT:MODEL`, or vote.", width)
        return
    if votes:
        yield from votes_on_experiment_text(votes, width)
    for number, tally in enumerate(tallies):
        if votes or number:
            yield ""
        yield from judge_text(tally, width)


def judge_text(tally: JudgeTally, width: int = 80) -> Iterator[str]:
    """Yield the lines of what one judge said: its verdicts by pairs of labels, and how far it is to be believed."""
    pairs = counted(tally.judged, "pair")
    yield from wrap(f"Judged by {judge_name(tally)}: {pairs}, each in both orders", width, subsequent_indent=_INDENT)
    if tally.pairs:
        rows = [_HEADING, *((*_counts(pair), preference(pair), _names(pair)) for pair in tally.pairs)]
        yield from _pair_table(rows, _NUMBERS[:3], width)
    for sentence in judge_sentences(tally):
        yield from wrap(sentence, width, initial_indent=_INDENT, subsequent_indent=_INDENT * 2)


def judge_name(tally: JudgeTally) -> str:
    """Return which model judged, and by which rubric, if it was not the built-in one."""
    name = clean_line(tally.judge)
    return f"{name} (rubric {clean_line(tally.rubric)})" if tally.rubric else name


def votes_on_experiment_text(pairs: Sequence[PairTally], width: int = 80) -> Iterator[str]:
    """Yield the lines of the user's votes on an experiment by pairs of labels."""
    yield f"Your votes: {sum(pair.votes for pair in pairs):,}"
    rows = [_VOTES_HEADING, *((*_counts(pair), str(pair.neither), preference(pair), _names(pair)) for pair in pairs)]
    yield from _pair_table(rows, _NUMBERS, width)


def judge_sentences(tally: JudgeTally) -> Iterator[str]:
    """Yield how far a judge is to be believed, and what it cost, as sentences."""
    if tally.judged:
        yield f"Its verdict changed with the order of the answers in {share_words(tally.flips)} pairs; these are ties."
    if warning := order_warning(tally):
        yield warning
    elif tally.first_places.of:
        yield f"The answer shown first won {share_words(tally.first_places)} of its single verdicts for one of the two."
    if tally.longer.of:
        yield f"The longer answer won {share_words(tally.longer)} decided pairs with answers of different length."
    if tally.without_verdict:
        pairs = counted(tally.without_verdict, "pair")
        yield f"{pairs} without a verdict: the judge refused, or its reply was not a verdict."
    if tally.half_asked:
        yield f"{counted(tally.half_asked, 'pair')} judged in one order only so far: not counted."
    if tally.cut:
        pairs = counted(tally.cut, "pair")
        yield f"{pairs} with an answer over {MOST_CHARACTERS:,} characters, of which the judge saw only the beginning."
    yield agreement_words(tally)
    yield cost_words(tally)


def order_warning(tally: JudgeTally) -> str:
    """Return a sentence if the judge mostly preferred one place, whichever answer was there; "" otherwise."""
    first, flips = tally.first_places, tally.flips
    if first.share is None or flips.share is None or flips.share < _ALWAYS:
        return ""
    if first.share >= _ALWAYS:
        place, count = "first", first.count
    elif first.share <= 1 - _ALWAYS:
        place, count = "second", first.of - first.count
    else:
        return ""
    return (
        f"It preferred whichever answer came {place}, in {count:,} of {first.of:,} verdicts: this judge says nothing "
        "about the answers."
    )


def agreement_words(tally: JudgeTally) -> str:
    """Return how far a judge agrees with the user's votes."""
    agreement = tally.agreement
    if not agreement.n:
        return "Agreement with your votes: unknown, since you have voted on none of these pairs."
    said = f"Agreement with your votes: {agreement.agreed:,} of {counted(agreement.n, 'pair')}"
    if agreement.kappa is None:
        return f"{said}; Cohen's kappa is not defined, since you and the judge always said the same one thing."
    return f"{said}, Cohen's kappa {agreement.kappa:.2f} ({tally.blind_votes:,} of these votes were blind)."


def cost_words(tally: JudgeTally) -> str:
    """Return what a judge was asked and what that cost."""
    spending = tally.spending
    words = counted(spending.requests, "request")
    tokens = f"{spending.input_tokens:,} input and {spending.output_tokens:,} output tokens"
    if not spending.unpriced:
        return f"The judge took {words}, {tokens}, {cost(f'{spending.cost_usd:f}')}."
    if spending.cost_usd:
        known = cost(f"{spending.cost_usd:f}")
        return f"The judge took {words}, {tokens}, {known} and what {spending.unpriced:,} without a known price cost."
    return f"The judge took {words}, {tokens}; what they cost is not known."


def share_words(share: Share) -> str:
    """Return how many of how many, with the percentage and its 95 % interval.

    >>> share_words(Share(8, 10))
    '8 of 10 (80 %, 49–94 %)'
    """
    if share.share is None or share.interval is None:
        return UNKNOWN
    low, high = share.interval
    return f"{share.count:,} of {share.of:,} ({100 * share.share:.0f} %, {100 * low:.0f}–{100 * high:.0f} %)"


def _pair_table(rows: Sequence[tuple[str, ...]], right: tuple[int, ...], width: int) -> Iterator[str]:
    """Yield the lines of a table, the first row of which is the heading.

    If they are wider than `width`, the last cells, which have the names, stand below the figures, each on its own line.
    """
    lines = [f"{_INDENT}{line}" for line in aligned(rows, right)]
    if max(map(len, lines)) <= width:
        yield from lines
        return
    for row, line in zip(rows, aligned([row[:-1] for row in rows], right), strict=True):
        yield f"{_INDENT}{line}"
        yield from wrap(row[-1], width, initial_indent=_INDENT * 2, subsequent_indent=_INDENT * 3)


def _counts(pair: PairTally) -> tuple[str, str, str]:
    return f"{pair.wins:,}", f"{pair.ties:,}", f"{pair.losses:,}"


def _names(pair: PairTally) -> str:
    return f"{clean_line(pair.first)} over {clean_line(pair.second)}"
