"""What the user and judges said about the answers of an experiment, on its page."""

from collections.abc import Iterator

from diptych.core.model_pairs import PairTally
from diptych.report.experiment.exported import ExportedExperiment
from diptych.report.experiment.judge_text import judge_name, judge_sentences
from diptych.report.html.escape import words
from diptych.report.html.html_tables import table
from diptych.report.votes_text import preference

_HEADS = ("", "wins", "ties", "losses", "neither", "preferred (95 %)")


def verdict_section(exported: ExportedExperiment) -> Iterator[str]:
    """Yield the tally of the votes, and of each judge the tally and how far it can be trusted."""
    if not exported.judges and not exported.votes:
        return
    yield "<section>\n<h2>Votes and judges</h2>\n"
    if exported.votes:
        yield "<h3>Your votes</h3>\n"
        yield table("Your votes", _HEADS, map(_row, exported.votes))
    for tally in exported.judges:
        name = f"Judged by {judge_name(tally)}"
        yield f"<h3>{words(name)}</h3>\n"
        if tally.pairs:
            yield table(name, _without_neither(_HEADS), [_without_neither(_row(pair)) for pair in tally.pairs])
        sentences = "".join(f"<li>{words(sentence)}</li>\n" for sentence in judge_sentences(tally))
        yield f'<ul class="note">\n{sentences}</ul>\n'
    yield "</section>\n"


def _row(pair: PairTally) -> tuple[str, ...]:
    counts = (pair.wins, pair.ties, pair.losses, pair.neither)
    return (f"{pair.first} over {pair.second}", *(f"{count:,}" for count in counts), preference(pair))


def _without_neither(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return a row of verdicts as judges have it, who cannot vote for neither answer."""
    return (*cells[:4], *cells[5:])
