"""What answers score in Inspect logs."""

from diptych.core.experiment.judging.judgement import JudgedPair, Judgement, VotedPair, Winner
from diptych.core.remarks import Vote
from diptych.report.experiment.exported import USER
from diptych.report.experiment.inspect_scores import Scored, ScoreMetrics, ScoreTally, VerdictScores, scores_of
from tests.core.experiment.rows import NOT_PASSED, PASSED, row


def judged(case: str, *, forward: Winner | None, backward: Winner | None) -> JudgedPair:
    """A pair of the labels `a` and `b`: each verdict names a place in the order in which it was asked."""
    asked = (("a", "b", forward), ("b", "a", backward))
    orders = [
        Judgement(case=case, repeat=1, first=first, second=second, judge="j", winner=winner)
        for first, second, winner in asked
    ]
    return JudgedPair(case, 1, ("a", "b"), *orders)


def test_an_answer_has_a_score_for_each_check_and_one_for_all() -> None:
    verdicts = VerdictScores("left")

    assert scores_of(row(checks=PASSED), verdicts) == {"passed": Scored(True), "contains Paris": Scored(True)}
    assert scores_of(row(checks=NOT_PASSED), verdicts) == {
        "passed": Scored(False),
        "contains Paris": Scored(False, "it does not"),
    }
    assert scores_of(row(state="failed"), verdicts) == {"passed": Scored(False)}


def test_verdicts_are_the_share_of_pairs_that_were_won() -> None:
    verdicts = VerdictScores("a")
    pairs = [judged("c1", forward="first", backward="second"), judged("c2", forward="first", backward="first")]
    verdicts.add("j", [*pairs, judged("c3", forward="first", backward=None)])
    vote = Vote("better", 0.0, "b")
    verdicts.add(USER, [VotedPair("c1", 1, ("a", "b"), vote), VotedPair("c1", 1, ("a", "c"), Vote("tie", 0.0))])
    verdicts.add(USER, [VotedPair("c1", 1, ("b", "c"), vote)])

    assert verdicts.of(row("a", "c1")) == {
        "judge j": Scored(1.0, "1 of 1 pair won; a tie counts half."),
        "vote": Scored(0.25, "0.5 of 2 pairs won; a tie counts half."),
    }
    assert verdicts.of(row("a", "c2")) == {"judge j": Scored(0.5, "0.5 of 1 pair won; a tie counts half.")}
    assert verdicts.of(row("a", "c3")) == {}


def test_metrics_are_those_of_cases_not_of_repeats() -> None:
    tally = ScoreTally()
    for case, passed in (("one", True), ("one", False), ("two", True), ("two", True)):
        tally.add(case, {"passed": Scored(passed)})
    tally.add("one", {"vote": Scored(0.5)})

    assert tally.metrics() == {
        "passed": ScoreMetrics(4, 0.75, 0.25),
        "vote": ScoreMetrics(1, 0.5, None),
    }
