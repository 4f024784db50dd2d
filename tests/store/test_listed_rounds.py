"""Rounds are listed as they were, and found by words and fields."""

import itertools
import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from diptych.core.blind import draw_order
from diptych.core.endpoint import Prices
from diptych.core.history_summary import HistoryFilter
from diptych.core.message import FilePart, Message, TextPart
from diptych.core.remarks import RoundNote, Vote
from diptych.core.request import Request
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.replay.folding import fold
from diptych.store.database import connect
from diptych.store.errors import StoreError
from diptych.store.history import History
from tests.store.rounds import (
    BEGAN,
    DATE,
    complete,
    failed,
    found,
    keep,
    new_run,
    over,
    round_of,
    stopped,
    streaming,
    writing,
)
from tests.store.test_takes import chosen


def test_rounds_are_listed_newest_first(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", *(round_of(complete(), prompt=str(number)) for number in range(5)))

    assert [(listed.id, listed.prompt) for listed in history.rounds(HistoryFilter(), 2)] == [(5, "4"), (4, "3")]
    assert found(history) == [5, 4, 3, 2, 1]


def test_a_listed_round_shows_how_it_was(tmp_path: Path) -> None:
    run = complete(simulated=True)
    run.cost_usd = "0.0012"
    listed = keep(tmp_path / "history.db", round_of(run, failed("right"), prompt="why?")).rounds(HistoryFilter())[0]
    left, right = listed.runs

    assert (listed.id, listed.session, listed.prompt, listed.date) == (1, 1, "why?", DATE)
    assert (left.label, left.endpoint, left.api, left.model) == ("left", "here", "openai-chat", "some-model")
    assert (left.simulated, left.state, left.stop_reason, left.events) == (True, "complete", "stop", 5)
    assert (left.first_token, left.total, left.cost_usd) == (0.16, 0.19, "0.0012")
    assert (right.label, right.simulated, right.state, right.stop_reason) == ("right", False, "failed", None)
    assert (right.first_token, right.total, right.cost_usd, right.events) == (None, 0.15, None, 0)
    assert (left.cost_source, right.cost_source) == ("genai-prices", None)


def test_a_cost_by_the_users_own_prices_stays_marked(tmp_path: Path) -> None:
    run = complete()
    run.cost_usd = "0.0012"
    endpoint = replace(run.request.settings.endpoint, prices=Prices(Decimal(1), Decimal("0.5")))
    run.request = replace(run.request, settings=replace(run.request.settings, endpoint=endpoint))
    history = keep(tmp_path / "history.db", round_of(run))

    (listed,) = history.rounds(HistoryFilter())[0].runs
    opened = fold(history.open(1)).runs["left"]
    assert (listed.cost_usd, listed.cost_source) == ("0.0012", "config")
    assert (opened.cost_usd, opened.cost_source) == ("0.0012", "config")
    assert opened.request.settings.endpoint.prices == endpoint.prices


def test_damaged_settings_do_not_keep_a_round_from_being_listed(tmp_path: Path) -> None:
    run = complete()
    run.cost_usd = "0.0012"
    history = keep(tmp_path / "history.db", round_of(run))
    with closing(connect(tmp_path / "history.db")) as connection:
        connection.execute("UPDATE runs SET settings = '{'")

    assert history.rounds(HistoryFilter())[0].runs[0].cost_source == "genai-prices"


def test_a_listed_round_has_the_settings_of_its_runs(tmp_path: Path) -> None:
    run = complete(system="Be brief.", params={"n": 2}, preset="terse")
    path = tmp_path / "history.db"
    listed = keep(path, round_of(run, failed("right"))).rounds(HistoryFilter())[0]
    left, right = (each.settings for each in listed.runs)

    assert left is not None
    assert (left.name, left.system, left.params, left.preset) == ("here:some-model", "Be brief.", {"n": 2}, "terse")
    assert listed.settings_of_others(listed.runs[0]) == [right]


@pytest.mark.parametrize("settings", ["", "{", "7", '{"system": 7}', b"\x80", '{"params": ' + "[" * 200])
def test_damaged_settings_are_unknown(tmp_path: Path, settings: object) -> None:
    path = tmp_path / "history.db"
    history = keep(path, round_of(complete(), failed("right")))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE runs SET settings = ? WHERE label = 'left'", (settings,))
        connection.commit()
    listed = history.rounds(HistoryFilter())[0]

    assert listed.runs[0].settings is None
    assert listed.settings_of_others(listed.runs[1]) == []


def test_an_unknown_date_is_listed_as_the_first_of_all(tmp_path: Path) -> None:
    assert keep(tmp_path / "history.db", round_of(complete(), date=None)).rounds(HistoryFilter())[0].date == 0.0


def test_endpoints_and_models_that_were_asked(tmp_path: Path) -> None:
    history = keep(
        tmp_path / "history.db", round_of(complete(model="b"), complete("right", model="a")), round_of(failed())
    )

    assert (list(history.endpoints()), list(history.models())) == (["here"], ["a", "b", "some-model"])


def test_the_models_that_were_asked_last_come_first(tmp_path: Path) -> None:
    history = keep(
        tmp_path / "history.db",
        round_of(complete(model="b:8b"), complete("right", model="a")),
        round_of(complete(model="c")),
        round_of(complete(model="a")),
    )

    assert history.recent_models(10) == ["here:a", "here:c", "here:b:8b"]
    assert history.recent_models(2) == ["here:a", "here:c"]


def test_without_a_history_no_model_was_asked(tmp_path: Path) -> None:
    assert History(tmp_path / "none.db").recent_models(10) == []


# What is found


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> History:
    """A history to search in."""
    return keep(
        tmp_path_factory.mktemp("library") / "history.db",
        round_of(complete(text="Because of the weather."), prompt="Why is the café closed?"),
        round_of(complete(text="Dictionaries merge with |."), complete("right", text='Say "a AND b" (twice).')),
        round_of(stopped(), failed("right"), prompt="WHY* not"),
        round_of(complete(model="gpt-Ä"), stopped("right"), prompt="nothing to find"),
    )


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [4, 3, 2, 1]),
        ("  ", [4, 3, 2, 1]),
        ("why", [3, 1]),
        ("Cafe", [1]),
        ("CAFÉ", [1]),
        ("dict", [2]),
        ("dictionaries merge", [2]),
        ("merge dictionaries", [2]),
        ("closed weather", [1]),
        ("why dictionaries", []),
        ("onaries", []),
        ("twice", [2]),
        ("AND", [2]),
        ("a AND b", [2]),
        ("why OR dictionaries", []),
        ("NOT", [4, 3]),
        ('"a', [2]),
        ("(twice", [2]),
        ("why*", [3, 1]),
        ("answer_left:weather", []),
        ("prompt : why", []),
    ],
)
def test_searching_for_words(library: History, query: str, ids: list[int]) -> None:
    assert found(library, query) == ids


@pytest.mark.parametrize("length", [1, 2, 3])
def test_no_query_is_an_error(library: History, length: int) -> None:
    for query in itertools.product('"*(^-: \0\ud83da', repeat=length):
        assert set(found(library, "".join(query))) <= {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({"model": "SOME"}, [4, 3, 2, 1]),
        ({"model": "gpt"}, [4]),
        ({"model": "gpt-Ä"}, [4]),
        ({"model": "%"}, []),
        ({"model": "\ud83d"}, []),
        ({"endpoint": "her"}, [4, 3, 2, 1]),
        ({"endpoint": "there"}, []),
        ({"state": "stopped"}, [4, 3]),
        ({"state": "Failed"}, [3]),
        ({"state": "stop"}, []),
        ({"state": "\ud83d"}, []),
        ({"state": "stopped", "model": "gpt"}, []),
        ({"state": "complete", "model": "gpt", "query": "nothing"}, [4]),
        ({"query": "why", "state": "complete"}, [1]),
    ],
)
def test_filters_apply_to_one_side_together(library: History, wanted: dict[str, Any], ids: list[int]) -> None:
    assert found(library, **wanted) == ids


def test_those_that_stream_are_found_as_such(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    keep(path, round_of(streaming()))
    with writing(path, round_of(streaming())):
        history = History(path)
        assert (found(history, state="streaming"), found(history, state="cut")) == ([2], [1])

    assert (found(history, state="streaming"), found(history, state="cut")) == ([], [2, 1])


# Attachments


def attached(*files: FilePart, label: str = "left") -> Run:
    messages = (Message.of_text("user", "earlier"), Message("user", (*files, TextPart("what?"))))
    request = Request(new_run(label).request.settings, messages, {file.sha256: b"first" for file in files})
    run = Run(label, request, BEGAN)
    over(run)
    return run


def test_a_listed_round_names_its_attachments(tmp_path: Path) -> None:
    file = FilePart(sha256(b"first").hexdigest(), "a.png", "image/png", 5, 3, 2)
    history = keep(
        tmp_path / "history.db",
        round_of(attached(file), attached(file, label="right"), prompt="what?"),
        round_of(attached(), prompt="what?"),
    )

    later, listed = history.rounds(HistoryFilter())
    assert (listed.attachments, later.attachments) == ((file,), ())


def test_a_follow_up_lists_no_files_of_earlier_prompts(tmp_path: Path) -> None:
    file = FilePart(sha256(b"first").hexdigest(), "a.png", "image/png")
    messages = (Message("user", (file, TextPart("what?"))), Message.of_text("user", "and now?"))
    run = Run("left", Request(new_run().request.settings, messages, {file.sha256: b"first"}), BEGAN)

    over(run)
    (listed,) = keep(tmp_path / "history.db", round_of(run, prompt="and now?")).rounds(HistoryFilter())
    assert listed.attachments == ()


def test_damaged_messages_list_no_attachments(tmp_path: Path) -> None:
    file = FilePart(sha256(b"first").hexdigest(), "a.png", "image/png")
    history = keep(tmp_path / "history.db", round_of(attached(file), prompt="what?"))
    with closing(sqlite3.connect(history.path)) as database, database:
        database.execute("UPDATE contents SET data = 'not JSON'")

    assert history.rounds(HistoryFilter())[0].attachments == ()


# The prompts that were asked last


def test_the_prompts_that_were_asked_last_are_listed_once_newest_first(tmp_path: Path) -> None:
    prompts = ("first", "again", "x" * 11, "other", "again")
    history = keep(tmp_path / "history.db", *(round_of(complete(), prompt=prompt) for prompt in prompts))

    assert history.prompts(limit=10, longest=10) == ["again", "other", "first"]
    assert history.prompts(limit=2, longest=10) == ["again", "other"]


def test_prompts_of_experiments_are_not_recalled(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", round_of(complete(), prompt="mine"), round_of(complete(), prompt="a case"))
    experiment = history.add_experiment({})
    with closing(sqlite3.connect(history.path)) as connection:
        connection.execute("UPDATE rounds SET experiment = ? WHERE prompt = 'a case'", (experiment,))
        connection.commit()

    assert history.prompts(limit=10, longest=100) == ["mine"]


def test_without_a_history_there_is_no_prompt(tmp_path: Path) -> None:
    assert history_prompts(tmp_path / "history.db") == []


def history_prompts(path: Path) -> list[str]:
    return list(History(path).prompts(limit=10, longest=100))


# What is said about rounds


def test_what_is_said_about_rounds_is_listed_with_them(tmp_path: Path) -> None:
    blind = draw_order(("left", "right"), 7)
    hidden = Round("hidden", BEGAN, (complete(), complete("right")), DATE, blind=blind)
    voted = Round("voted", BEGAN, (complete(), complete("right")), DATE, blind=draw_order(("left", "right"), 8))
    history = keep(tmp_path / "history.db", round_of(complete(), complete("right")), chosen(2), hidden, voted)
    history.put_note(1, RoundNote("worth it", starred=True))
    history.put_vote(2, Vote("tie", 5.0, voter="openai:judge"))
    history.put_vote(4, Vote("better", 5.0, "left", blind=True))
    four, three, two, one = history.rounds(HistoryFilter())

    assert [each.note for each in (one, two)] == [RoundNote("worth it", starred=True), RoundNote()]
    assert [each.votes for each in (two, three)] == [(Vote("tie", 5.0, voter="openai:judge"),), ()]
    assert [each.is_hidden for each in (four, three, two, one)] == [False, True, False, False]
    assert (three.blind, one.blind) == (blind, None)
    assert [[(run.take, run.takes) for run in each.runs] for each in (two, one)] == [[(2, 3), (1, 1)], [(1, 1), (1, 1)]]
    assert [listed.id for listed in history.rounds(HistoryFilter(), 1)] == [4]
    assert found(history, marks=("blind",)) == [4, 3]
    assert found(history, marks=("voted",)) == [4]
    assert found(history, marks=("starred", "noted")) == [1]
    assert found(history, marks=("starred", "voted")) == []
    assert found(history, marks=("odd",)) == []


def test_a_vote_on_some_of_its_answers_does_not_show_the_models_of_a_blind_round(tmp_path: Path) -> None:
    runs = (complete("a"), complete("b"), complete("c"))
    round_ = Round("hi", BEGAN, runs, DATE, blind=draw_order(("a", "b", "c"), 7))
    history = keep(tmp_path / "history.db", round_)

    history.put_vote(1, Vote("better", 5.0, "a", pair=("a", "b")))

    assert history.open(1).is_hidden
    assert [listed.runs for listed in history.rounds(HistoryFilter())] == [()]
    assert found(history, model="some") == []


def test_a_hidden_round_is_not_found_by_the_names_of_its_models(tmp_path: Path) -> None:
    round_ = Round("hi", BEGAN, (complete(), failed("right")), DATE, blind=draw_order(("left", "right"), 7))
    history = keep(tmp_path / "history.db", round_)

    assert [found(history, model="some"), found(history, endpoint="here"), found(history, state="failed")] == [
        [],
        [],
        [1],
    ]
    history.put_vote(1, Vote("tie", 5.0))
    assert found(history, model="some", state="failed") == [1]


def test_rounds_are_found_by_the_words_of_their_notes(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", round_of(complete(text="plain")), round_of(complete(text="fancy")))
    history.put_note(1, RoundNote("Déjà vu, worse since the update"))

    assert [found(history, query) for query in ("deja", "WORSE plain", "worse fancy", "upda", "vu,")] == [
        *([1], [1], [], [1], [1]),
    ]
    history.put_note(1, RoundNote())
    assert found(history, "deja") == []


def test_a_vote_that_is_damaged_is_told(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", round_of(complete()))
    history.put_vote(1, Vote("tie", 5.0))
    with closing(connect(history.path)) as connection:
        connection.execute("UPDATE votes SET verdict = 'best'")

    with pytest.raises(StoreError, match=r"it is damaged\.$"):
        history.rounds(HistoryFilter())
