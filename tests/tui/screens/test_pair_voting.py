"""Voting on pairs of answers of an experiment."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from diptych.core.history_summary import HistoryError
from diptych.store.history import History
from diptych.tui.app import DiptychApp
from diptych.tui.screens.experiment import ExperimentScreen
from diptych.tui.screens.pair_voting import PairVotingScreen
from tests.tui.fakes import on_screen, see, until
from tests.tui.made_experiments import LABELS, asked, plan_for


@asynccontextmanager
async def voting(
    tmp_path: Path, size: tuple[int, int] = (120, 36), **plan: Any
) -> AsyncIterator[tuple[Pilot[Any], History]]:
    """An experiment whose pairs are being voted on."""
    history = asked(tmp_path / "history.db", plan_for(**plan))
    app = DiptychApp(ExperimentScreen(history, "x1"))
    async with app.run_test(size=size, notifications=True) as pilot:
        await see(pilot, "answers ·")
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, PairVotingScreen))
        await see(pilot, "Which is better?")
        yield pilot, history


def shown(pilot: Pilot[Any]) -> str:
    return on_screen(pilot.app)  # type: ignore[arg-type]


async def press(pilot: Pilot[Any], key: str) -> None:
    """Press a key once a pair is shown."""
    screen = pilot.app.screen
    assert isinstance(screen, PairVotingScreen)
    await until(pilot, lambda: screen._pair is not None)
    await pilot.press(key)


async def test_pairs_come_one_after_another_and_nothing_tells_whose_they_are(tmp_path: Path) -> None:
    async with voting(tmp_path) as (pilot, history):
        total = re.search(r"x1 · 0 of (\d+) voted", shown(pilot))
        assert total is not None
        for number, key in enumerate("12=0", 1):
            assert all(name not in shown(pilot) for name in (*LABELS, "model-of", "─ events", "tok/s", "first token"))
            await see(pilot, "A · hidden until you vote", "B · hidden until you vote", "✔ the answers have ended")
            await press(pilot, key)
            await see(pilot, f"x1 · {number} of {total[1]} voted", "You voted for")
        await until(pilot, lambda: len(history.voted_pairs(1)) == 4)

        votes = [each.vote for each in history.voted_pairs(1)]
        assert sorted(vote.verdict for vote in votes) == ["better", "better", "neither", "tie"]
        assert all(vote.blind and vote.pair and set(vote.takes) == set(vote.pair) for vote in votes)


async def test_the_palette_and_the_keys_of_panes_tell_nothing_either(tmp_path: Path) -> None:
    async with voting(tmp_path) as (pilot, _):
        app = pilot.app
        assert isinstance(app, DiptychApp)
        titles = " ".join(command.title for command in app.commands(app.screen))
        assert not any(word in titles for word in (*LABELS, "model-of", "events", "curl"))
        await pilot.press("C", "Y", "D", "e")
        assert isinstance(app.screen, PairVotingScreen)
        await see(pilot, "This round is blind")


async def test_the_table_shows_the_votes_and_the_user_can_go_on_later(tmp_path: Path) -> None:
    async with voting(tmp_path) as (pilot, history):
        for key in "11":
            await press(pilot, key)
        await until(pilot, lambda: len(history.voted_pairs(1)) == 2)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExperimentScreen))
        await see(pilot, "▲1")
        assert shown(pilot).count("▲1") + 2 * shown(pilot).count("▲2") == 2

        await pilot.press("v")
        await see(pilot, "x1 · 2 of")


async def test_a_pair_is_skipped_and_a_vote_is_changed_by_going_back(tmp_path: Path) -> None:
    async with voting(tmp_path, cases=2, labels=("left", "right"), repeats=2) as (pilot, history):
        await press(pilot, "s")
        await see(pilot, "x1 · 0 of")
        await press(pilot, "1")
        await until(pilot, lambda: len(history.voted_pairs(1)) == 1)
        await press(pilot, "b")
        await see(pilot, "You voted for A.")
        await press(pilot, "0")
        await until(pilot, lambda: [each.vote.verdict for each in history.voted_pairs(1)] == ["neither"])
        await press(pilot, "b")
        await press(pilot, "b")
        await pilot.press("b")
        await see(pilot, "There is no pair before this one.")


async def test_when_all_pairs_have_votes_it_says_so(tmp_path: Path) -> None:
    async with voting(tmp_path, cases=2, labels=("left", "right"), repeats=2) as (pilot, history):
        screen = pilot.app.screen
        assert isinstance(screen, PairVotingScreen)
        for _ in range(len(screen._queue)):
            await press(pilot, "=")
        await see(pilot, "pairs have votes: esc leaves, b shows the last one.")
        await pilot.press("1")
        await until(pilot, lambda: len(history.voted_pairs(1)) == len(screen._queue))


async def test_a_vote_that_cannot_be_kept_says_so_and_the_pair_comes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: History, id: int, vote: object) -> None:  # noqa: A002
        raise HistoryError("The disk is full.")

    async with voting(tmp_path) as (pilot, _):
        monkeypatch.setattr(History, "put_vote", fail)
        await press(pilot, "1")
        await see(pilot, "The disk is full.", "x1 · 0 of")


async def test_an_experiment_whose_answers_are_all_alike_has_nothing_to_vote_on(tmp_path: Path) -> None:
    history = asked(tmp_path / "history.db", plan_for(labels=("left",), cases=1))
    app = DiptychApp(ExperimentScreen(history, "x1"))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await see(pilot, "answers")
        await pilot.press("v")
        await see(pilot, "There is nothing to vote on")
        await pilot.press("D")
        await see(pilot, "There are no two answers to compare")


async def test_on_a_small_screen_one_answer_is_shown_and_the_other_by_a_key(tmp_path: Path) -> None:
    async with voting(tmp_path, size=(80, 24)) as (pilot, _):
        await see(pilot, "A · hidden until you vote", "B: hidden until you vote  ✔ ended")
        await pilot.press("backslash")
        await see(pilot, "B · hidden until you vote", "A: hidden until you vote  ✔ ended")
