"""The screen of votes, and what the history does with a hidden round."""

from typing import TYPE_CHECKING, cast

from diptych.core.blind import Blind
from diptych.core.model_pairs import Ballot
from diptych.store.errors import StoreError
from diptych.tui.app import DiptychApp
from diptych.tui.screens.history_browser import HistoryScreen
from diptych.tui.screens.votes import VotesScreen
from tests.tui.fakes import FakeEngine, an_app, on_screen, see, until
from tests.tui.histories import FakeHistory, a_round, real

if TYPE_CHECKING:
    from diptych.store.history import History

MODELS = {"left": "anthropic:claude-sonnet-5-5", "right": "openai:gpt-5.6-terra"}


class Votes:
    """A history that holds votes only."""

    def __init__(self, *ballots: Ballot, failure: Exception | None = None) -> None:
        self._ballots = ballots
        self._failure = failure
        self.asked: list[str] = []

    def ballots(self, model: str = "") -> tuple[Ballot, ...]:
        self.asked.append(model)
        if self._failure:
            raise self._failure
        return self._ballots


async def test_it_counts_the_votes_on_a_model_and_quits() -> None:
    votes = Votes(*[Ballot(MODELS, "better", "left", blind=True)] * 3)
    app = DiptychApp(VotesScreen(cast("History", votes), "claude"))

    async with app.run_test(size=(120, 30)) as pilot:
        await see(pilot, "Blind votes: 3", "anthropic:claude-sonnet-5-5 over openai:gpt-5.6-terra", "100 % of 3 (44–")
        assert votes.asked == ["claude"]
        await pilot.press("escape")
        await until(pilot, lambda: not app.is_running)


async def test_it_says_why_the_votes_cannot_be_read() -> None:
    for failure, sentence in ((StoreError("It is damaged."), "It is damaged."), (KeyError("x"), "failed: KeyError.")):
        async with DiptychApp(VotesScreen(cast("History", Votes(failure=failure)))).run_test() as pilot:
            await see(pilot, sentence)


async def test_the_history_opens_it_and_comes_back() -> None:
    history = FakeHistory(a_round(1))
    app = DiptychApp(HistoryScreen(real(history)))

    async with app.run_test(size=(120, 30)) as pilot:
        await see(pilot, "Why do two clocks disagree?")
        await pilot.press("V")
        await see(pilot, "There are no votes yet.")
        await pilot.press("escape")
        await see(pilot, "Why do two clocks disagree?")


async def test_the_palette_opens_it() -> None:
    app = an_app(FakeEngine(), history=real(FakeHistory()))

    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("ctrl+p", *"tally")
        await see(pilot, "Votes by pairs of models")
        await pilot.press("enter")
        await see(pilot, "There are no votes yet.")


async def test_the_history_lists_a_hidden_round_without_its_sides_and_does_not_open_it() -> None:
    hidden = a_round(7, "A blind question")._replace(runs=(), blind=Blind(1, ("right", "left")))
    history = FakeHistory(hidden)
    app = DiptychApp(HistoryScreen(real(history)))

    async with app.run_test(size=(140, 30), notifications=True) as pilot:
        await see(pilot, "A blind question", "hidden until you vote")
        assert "claude" not in on_screen(app)
        for key in ("enter", "r", "e"):
            await pilot.press(key)
            await see(pilot, "Round 7 is blind: vote first with `diptych vote 7 left|right|tie|neither`.")
            app.clear_notifications()
            await pilot.pause()
        assert history.opened == []
