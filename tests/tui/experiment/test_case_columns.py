"""The columns of the table of an experiment."""

from diptych.report.experiment.results import Results
from diptych.tui.experiment.case_columns import columns_for, same_beginning
from tests.report.experiment.answer_rows import a_row


def results(models: int, repeats: int = 1) -> Results:
    labels = [f"model-{number}" for number in range(models)]
    return Results({"a": "one"}, labels, [a_row("a", repeats, label) for label in labels])


def test_every_model_has_a_column_where_there_is_room() -> None:
    columns = columns_for(160, results(4), 1)

    assert (columns.first, columns.shown, columns.passed, columns.distinct, columns.votes) == (0, 4, 1, 0, 0)
    assert 1 + columns.case + columns.shown * (columns.model + 2) <= 160
    assert columns.at(1).start - columns.at(0).stop == 2


def test_repeats_and_votes_need_room() -> None:
    columns = columns_for(80, results(2, 12), 12, most_votes=3)

    assert (columns.passed, columns.distinct, columns.votes) == (5, 3, 2)


def test_the_current_model_is_always_among_those_that_are_shown() -> None:
    many = results(10)
    shown = columns_for(80, many, 1).shown

    assert 1 < shown < 10
    assert columns_for(80, many, 1, current=9).first == 10 - shown
    assert columns_for(80, many, 1, current=5, first=4).first == 4
    assert columns_for(80, many, 1, current=2, first=4).first == 2


def test_there_are_columns_in_the_narrowest_screen_and_without_models() -> None:
    assert columns_for(20, results(3), 1).shown == 1
    assert columns_for(80, results(0), 0).shown == 0


def test_an_endpoint_that_all_models_share_says_nothing() -> None:
    assert same_beginning(["openai:a", "openai:b"]) == len("openai:")
    assert same_beginning(["openai:a", "local:b"]) == 0
    assert same_beginning(["openai:a"]) == same_beginning([]) == same_beginning(["left", "right"]) == 0
