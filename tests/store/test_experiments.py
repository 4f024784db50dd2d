"""Experiments of the history: found by number, listed, read row by row, and resumed where they were broken off."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from diptych.core.experiment.order import Shard
from diptych.core.history_summary import HistoryFilter
from diptych.store.errors import StoreError
from diptych.store.experiments import is_experiment
from diptych.store.history import History
from diptych.store.history_writer import HistorySink
from tests.report.exports import whole_object
from tests.store.experiments import asked, begun, keep_rated, plan_of, rated_items, round_of_case, row_of, stored_plan
from tests.store.rounds import (
    DATE,
    all_of,
    complete,
    failed,
    found,
    keep,
    retried,
    round_of,
    stopped,
    streaming,
    writing,
)


def damage(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement, values)


def test_an_experiment_is_found_by_its_number_and_counted_back(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    first, second = plan_of("a", "b", repeats=3, warm_up=1, seed=5), plan_of("c", sequential=True)
    begun(path, first)
    begun(path, second)
    history = History(path)
    without = keep(tmp_path / "without.db", round_of(complete()))
    with pytest.raises(StoreError, match=r"^There is no experiment in the history yet\.$"):
        without.experiment("xlast")

    stored = history.experiment("x1")
    assert (stored.number, stored.date, stored.plan, stored.digest) == (1, DATE, first, stored_plan(first)["digest"])
    assert history.experiment("xlast") == history.experiment("x2")
    assert history.experiment("xlast~1") == stored
    for reference in ("x3", "x0", "xlast~2"):
        with pytest.raises(StoreError, match=f"^There is no experiment {reference} in the history.$"):
            history.experiment(reference)
    with pytest.raises(StoreError, match=r"^'3' is not an experiment: write x and its number, or xlast for the newest"):
        history.experiment("3")


def test_what_is_written_like_the_number_of_an_experiment() -> None:
    assert all(map(is_experiment, ("x3", "x03", "xlast", "xlast~2")))
    assert not any(map(is_experiment, ("3", "x", "X3", "x-1", "x3.jsonl", "last", "xlast~")))


def test_an_experiment_is_being_asked_while_a_process_that_recorded_its_rounds_runs(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    number = begun(path, plan_of("a"))
    assert not History(path).is_being_asked(number)
    with writing(path, round_of_case(number, "a", 1)):
        assert History(path).is_being_asked(number)
        assert not History(path).is_being_asked(number + 1)
    assert not History(path).is_being_asked(number)


def test_a_damaged_plan_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    begun(path, plan_of("a"))
    for plan, what in (
        ("[]", "is not a JSON object"),
        ('{"plan": 1}', "has a plan that is not an object"),
        ('{"plan": {}}', "has a plan without models"),
    ):
        damage(path, "UPDATE experiments SET plan = ?", plan)
        with pytest.raises(StoreError, match=rf"^Experiment x1 is damaged: it {what}\.$"):
            History(path).experiment("x1")
    assert [each.answers for each in History(path).experiments()] == [0]


def test_rows_are_read_in_the_order_of_the_plan_and_by_case(tmp_path: Path) -> None:
    history = asked(tmp_path / "history.db", plan_of("b", "a", repeats=2))
    rows = history.rows(history.experiment("x1"))

    assert [(row.case, row.repeat, row.label, row.round) for row in rows] == [
        *(("b", 1, "left", 1), ("b", 1, "right", 1), ("a", 1, "left", 2), ("a", 1, "right", 2)),
        *(("b", 2, "left", 3), ("b", 2, "right", 3), ("a", 2, "left", 4), ("a", 2, "right", 4)),
    ]
    assert [(row.case, row.repeat) for row in rows.by_case()][::2] == [("b", 1), ("b", 2), ("a", 1), ("a", 2)]
    row = next(iter(rows))
    assert (row.experiment, row.state, row.first_token, row.host, row.region) == (1, "complete", 0.16, "host-1", "eu")


def test_damaged_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    history = asked(path, plan_of("a", "b"))
    for row in ("{", "[]", '{"case": 1}', b"\xff", None):
        damage(path, "UPDATE answers SET row = ? WHERE case_id = 'a' AND label = 'left'", row or "")
        rows = history.rows(history.experiment("x1"))
        assert len(list(rows)) == 3
        assert rows.damaged == 1


def test_rows_outlive_their_rounds(tmp_path: Path) -> None:
    history = asked(tmp_path / "history.db", plan_of("a", "b"))
    history.delete(1)

    assert [row.round for row in history.rows(history.experiment("x1"))] == [None, None, 2, 2]


# How far it has come


def test_what_is_missing_is_asked_again_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    number = begun(path, plan_of("a", "b", "c", repeats=2))
    history = keep_rated(
        path,
        round_of_case(number, "a", 1),
        round_of_case(number, "b", 1, complete(), stopped("right")),
        round_of_case(number, "c", 1, failed(), streaming("right")),
    )
    experiment = history.experiment("x1")

    def missing(*, retry_failed: bool = False, shard: Shard = Shard(1, 1)) -> list[tuple[str, int, tuple[str, ...]]]:  # noqa: B008
        answered = history.answered(experiment, retry_failed=retry_failed)
        return [(each.case.id, each.repeat, each.labels) for each in answered.missing(shard)]

    assert missing() == [
        *(("b", 1, ("right",)), ("c", 1, ("right",))),
        *(("a", 2, ("right", "left")), ("b", 2, ("left", "right")), ("c", 2, ("right", "left"))),
    ]
    assert missing(retry_failed=True)[1] == ("c", 1, ("left", "right"))
    assert missing(shard=Shard(2, 3)) == [("b", 1, ("right",)), ("b", 2, ("left", "right"))]
    assert len(history.answered(experiment)) == 4


def test_the_cost_so_far_is_exact(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    left, right = complete(), complete("right")
    left.cost_usd, right.cost_usd = "0.1", "0.2"
    history = keep_rated(path, round_of_case(begun(path, plan_of("a")), "a", 1, left, right))

    assert history.spent(history.experiment("x1"), lambda case, label: Decimal(9)) == Decimal("0.3")
    damage(path, "UPDATE runs SET cost_usd = 'much' WHERE label = 'left'")
    assert history.spent(history.experiment("x1"), lambda case, label: Decimal(9)) == Decimal("0.2")


def test_what_was_spent_counts_every_request_that_may_be_charged(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    number = begun(path, plan_of("a", "b", "c", warm_up=1))
    known, dear_cut = complete(), retried("right")
    known.cost_usd, dear_cut.cost_usd = "0.1", "0.2"
    rounds = [
        round_of_case(number, "a", 0),  # its cost is not known
        round_of_case(number, "a", 1, known, dear_cut),
        round_of_case(number, "b", 1, streaming(), failed("right")),
        round_of_case(number, "c", 1, failed(), stopped("right")),
    ]
    history = keep_rated(path, *rounds)
    experiment = history.experiment("x1")
    most = {"a": Decimal(1), "b": Decimal(100), "c": Decimal(10_000)}

    def spent() -> Decimal:
        return history.spent(experiment, lambda case, label: most[case] * (2 if label == "right" else 1))

    assert spent() == Decimal("0.1") + (1 + 2) + 2 + 100 + 20_000
    damage(path, "UPDATE answers SET round = NULL")
    damage(path, "DELETE FROM rounds")
    assert spent() == Decimal("0.3") + (1 + 2) + 20_000, "rows outlive their rounds"


def test_a_row_that_no_plan_asks_for_settles_nothing(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    history = asked(path, plan_of("a"))
    damage(path, "UPDATE answers SET case_id = 'z' WHERE label = 'left'")
    damage(path, "UPDATE answers SET repeat = 9 WHERE label = 'right'")

    assert len(history.answered(history.experiment("x1"))) == 0


def test_answers_that_ended_without_a_row_are_rated_from_their_recording(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    number = begun(path, plan_of("a", "b", warm_up=1))
    rounds = [
        *(round_of_case(number, "a", 0), round_of_case(number, "a", 1)),
        *(round_of_case(number, "a", 1), round_of_case(number, "b", 1, stopped(), streaming("right"))),
    ]
    history = keep(path, *rounds)
    experiment = history.experiment("x1")

    ((recording, labels),) = history.without_rows(experiment)
    assert (recording.number, labels) == (3, ["left", "right"])
    assert all_of(recording) == whole_object(rounds[2])
    history.add_rows(msgspec.structs.replace(row_of(rounds[2], run), round=3) for run in rounds[2].all_takes())

    assert history.without_rows(experiment) == []
    assert [(row.case, row.round) for row in history.rows(experiment)] == [("a", 3), ("a", 3)]


def test_of_two_programs_that_ask_the_same_neither_row_is_doubled_and_a_stopped_one_gives_way(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    number = begun(path, plan_of("a"))
    with closing(HistorySink(path)) as one, closing(HistorySink(path)) as other:
        one.write(rated_items(round_of_case(number, "a", 1, stopped())))
        other.write(rated_items(round_of_case(number, "a", 1, complete())))
        one.write(rated_items(round_of_case(number, "a", 1, stopped())))
    history = History(path)

    assert [(row.state, row.round) for row in history.rows(history.experiment("x1"))] == [("complete", 2)]


# Lists


def test_experiments_are_listed_newest_first_with_how_far_they_have_come(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    assert History(path).experiments() == []
    number = begun(path, plan_of("a", "b", repeats=2))
    paid, free = complete(), failed("right")
    paid.cost_usd = "0.25"
    keep_rated(path, round_of_case(number, "a", 1, paid, free), round_of_case(number, "b", 1, stopped()))
    begun(path, plan_of("c", labels=("left",)))

    newest, oldest = History(path).experiments()
    assert (newest.number, newest.date, newest.answers, newest.done, newest.cost_usd) == (2, DATE, 1, 0, None)
    assert (oldest.number, oldest.cases, oldest.repeats, oldest.answers) == (1, 2, 2, 8)
    assert (oldest.done, oldest.failed, Decimal(oldest.cost_usd or 0)) == (2, 1, Decimal("0.25"))
    assert (oldest.models, oldest.prompt) == ({"left": "here:some-model", "right": "here:some-model"}, "a")


def test_rounds_of_experiments_do_not_flood_the_list_but_are_found(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    keep(path, round_of(complete(), prompt="alone"))
    asked(path, plan_of("one", "two"))
    history = asked(path, plan_of("three"))

    assert found(history) == [1]
    assert found(history, experiment=1) == [3, 2]
    assert found(history, "two", experiment=1) == [3]
    assert found(history, "three") == [4]
    assert found(history, model="some") == [4, 3, 2, 1]
    listed = history.rounds(HistoryFilter(experiment=2))[0]
    assert listed.experiment_case is not None
    assert (listed.experiment_case.case, listed.experiment_case.repeat) == ("three", 1)
    assert history.rounds(HistoryFilter("alone"))[0].experiment_case is None
