"""Finds rounds in the history and lists them, one search at a time, while the user goes on typing."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.screen import Screen
from textual.worker import Worker, WorkerState

from diptych.core.history_query import filter_problem
from diptych.core.history_summary import HistoryFilter, ListedRound
from diptych.core.wording.counted import counted
from diptych.tui.history.history_failure import failed_sentence
from diptych.tui.history.round_search import AT_FIRST, RoundSearch
from diptych.tui.key_names import own_key
from diptych.tui.saying import fail
from diptych.tui.widgets.round_table import RoundTable

if TYPE_CHECKING:
    from diptych.store.history import History

_FIRST = "search"
_REST = "rest"
WORKERS = (_FIRST, _REST)
"""The groups of the workers that search; the screen passes their results on."""


class RoundFinder:
    """Shows the rounds that match in a table: the first ones at once, then all of them.

    `listed` is called with their number, as words, whenever others are shown.
    """

    def __init__(
        self,
        screen: Screen[Any],
        history: "History",
        table: RoundTable,
        wanted: HistoryFilter,
        listed: Callable[[str], object],
    ) -> None:
        self._screen = screen
        self._history = history
        self._table = table
        self._listed = listed
        self._search = RoundSearch(wanted)
        self._then: Callable[[], object] | None = None

    @property
    def wanted(self) -> HistoryFilter:
        """What is searched for."""
        return self._search.wanted

    def begin(self) -> None:
        """Start a search; if one is running, the next one starts when it has ended."""
        if self._search.begin():
            find = partial(self._history.rounds, self._search.wanted, self._search.limit)
            self._work(_FIRST, "search the history", find)

    def find(self, wanted: HistoryFilter) -> None:
        """Search for something else, if it is something else."""
        if wanted != self._search.wanted:
            self._then = None
            self._search.want(wanted)
            self.begin()

    def when_found(self, act: Callable[[], object]) -> None:
        """Call this once the rounds that match are listed, which they are already if no search is running."""
        if self._search.is_running:
            self._then = act
        else:
            act()

    def find_again(self) -> None:
        """Search once more after a change, and keep the cursor on its round."""
        self._search.want_again()
        self.begin()

    def catch_up(self) -> None:
        """Search once more after a while, unless a search is running."""
        if not self._search.is_running:
            self.find_again()

    def ended(self, worker: Worker[Any], state: WorkerState) -> None:
        """List what a worker has found, or say why it has found nothing."""
        result: Any = worker.result
        if worker.group == _REST:
            if state is WorkerState.SUCCESS:
                self._found_all(*result)
            elif state is WorkerState.ERROR:
                fail(self._screen, failed_sentence(worker.error))
        elif state is WorkerState.SUCCESS:
            self._found(result)
        elif state is WorkerState.ERROR:
            self._failed(failed_sentence(worker.error))

    def _found(self, rounds: Sequence[ListedRound]) -> None:
        if not self._search.end():
            self.begin()
            return
        self._show(rounds, keep_place=self._search.keeps_place)
        if len(rounds) == AT_FIRST and not self._search.keeps_place:
            self._listed(f"{len(rounds):,}…")
            self._work(_REST, "search the whole history", partial(self._all, self._search.wanted))
        self._search.keeps_place = False
        then, self._then = self._then, None
        if then:
            then()

    def _found_all(self, wanted: HistoryFilter, rounds: Sequence[ListedRound]) -> None:
        if wanted == self._search.wanted and not self._search.is_running:
            self._show(rounds, keep_place=True)

    def _failed(self, sentence: str) -> None:
        if self._search.end():
            self._then = None
            self._table.show_error(sentence)
            self._listed("")
        else:
            self.begin()

    def _all(self, wanted: HistoryFilter) -> tuple[HistoryFilter, Sequence[ListedRound]]:
        return wanted, self._history.rounds(wanted)

    def _show(self, rounds: Sequence[ListedRound], *, keep_place: bool) -> None:
        self._table.show(rounds, keep_place=keep_place, otherwise=self._why_empty())
        self._listed(counted(len(rounds), "round"))

    def _why_empty(self) -> str:
        if self._search.wanted == HistoryFilter():
            key = own_key(self._screen, "history.close")
            return f"No round has been recorded yet. Press {key} to go back: every prompt that you send is listed here."
        return filter_problem(self._search.wanted) or (
            "No round matches. Try fewer words; model:, endpoint: and state: must all fit the same side."
        )

    def _work(self, group: str, description: str, work: Callable[[], object]) -> None:
        self._screen.run_worker(
            work, thread=True, exclusive=True, exit_on_error=False, group=group, description=description
        )
