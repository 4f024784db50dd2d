"""Rounds and experiments of the history as one list."""

from diptych.core.history_summary import ListedExperiment, ListedRound, by_date


def round_at(id: int, date: float) -> ListedRound:  # noqa: A002
    return ListedRound(id, 1, "", date, ())


def experiment_at(number: int, date: float | None) -> ListedExperiment:
    return ListedExperiment(number, date, {"left": "a:b", "right": "c:d"}, 3, 5, 7, 0, None, "")


def test_an_experiment_stands_before_the_rounds_that_are_older() -> None:
    rounds = [round_at(4, 40.0), round_at(3, 30.0), round_at(2, 35.0), round_at(1, 10.0)]
    experiments = [experiment_at(3, 99.0), experiment_at(2, 30.0), experiment_at(1, None)]

    assert [entry[0] for entry in by_date(rounds, experiments)] == [3, 4, 2, 3, 2, 1, 1]
    assert list(by_date([], experiments)) == experiments
    assert list(by_date(rounds, [])) == rounds


def test_the_answers_of_an_experiment_are_those_of_every_case_repeat_and_model() -> None:
    assert experiment_at(1, None).answers == 30
