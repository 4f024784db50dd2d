"""The verdicts of judges and users on the answers of an experiment, counted."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diptych.core.experiment.judging.judge_tally import Verdicts
    from diptych.store.history import History
    from diptych.store.judgement_rows import Judge


def read_verdicts(history: "History", experiment: int, only: "Judge | None" = None) -> "Verdicts":
    """Return what the judges and the user said about an experiment; of the judges, `only` that one if it is given.

    Raises `HistoryError` if the history cannot be read.
    """
    from diptych.core.experiment.judging.judge_tally import Verdicts, judge_tally, vote_tally

    votes = history.voted_pairs(experiment)
    judges = [
        judge_tally(*judge, history.judgements(experiment, judge), votes)
        for judge in history.judges(experiment)
        if only in (None, judge)
    ]
    return Verdicts(judges, vote_tally(votes))
