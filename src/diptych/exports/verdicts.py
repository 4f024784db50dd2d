"""What judges and the user have said about the answers of an experiment of the history."""

from diptych.core.experiment.judging.judge_tally import Verdicts, judge_tally, vote_tally
from diptych.store.history import History
from diptych.store.judgement_rows import Judge


def verdicts_on(history: History, experiment: int, only: Judge | None = None) -> Verdicts:
    """Return the verdicts on an experiment; with `only`, those of one judge beside the user's.

    Raises `HistoryError` if the history cannot be read.
    """
    votes = history.voted_pairs(experiment)
    judges = [
        judge_tally(*judge, history.judgements(experiment, judge), votes)
        for judge in history.judges(experiment)
        if only in (None, judge)
    ]
    return Verdicts(judges, vote_tally(votes))
