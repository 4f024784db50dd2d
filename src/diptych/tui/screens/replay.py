"""The screen that plays a recorded round again, with the timing it had."""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widgets import Input
from textual.worker import Worker, WorkerState

from diptych.config.sides import SIDES, SideName
from diptych.core.remarks import RoundNote
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.core.settings import Settings
from diptych.core.text.sanitize import clean_line
from diptych.replay.playback import Playback
from diptych.replay.player import Player
from diptych.tui.answer.hint import Hint
from diptych.tui.events.line_index import LineIndex
from diptych.tui.events.timeline_track import Track
from diptych.tui.frame_pace import SwiftPace
from diptych.tui.history.history_failure import failed_sentence
from diptych.tui.messages import LineOpened, MomentChosen
from diptych.tui.palette import Command
from diptych.tui.pane_labels import PaneLabels
from diptych.tui.saying import fail
from diptych.tui.screens.going_back import go_back
from diptych.tui.screens.notes_screen import NotesScreen
from diptych.tui.screens.replay_keys import REPLAY_KEYS
from diptych.tui.terminal.slow_terminal import terminal_lags
from diptych.tui.widgets.scrubber import Scrubber, Standing
from diptych.tui.wrapping import shorten

if TYPE_CHECKING:
    from textual.timer import Timer

    from diptych.store.history import History

_SOONEST = 0.005
_LATEST = 0.1
"""Seconds between two looks at the clock, at least and at most: events that are closer are folded together, and the
figures go on during a silence."""

_MOST_CASE = 24
"""Cells for the case of an experiment."""

_FIGURES = 0.2
"""Seconds between two updates of the figures while it plays, so that they stay readable."""


class ReplayScreen(NotesScreen):
    """Plays both sides on one clock, and shows what was known at each moment.

    It begins at the player's position: from the start it plays, from anywhere else it is paused. `history` is where the
    round is kept, None for one from a file. `labels` says which answers the panes show, and `label` which of them is in
    view where there is room for one.
    """

    BINDINGS: ClassVar[list[BindingType]] = REPLAY_KEYS

    def __init__(
        self,
        player: Player,
        *,
        history: "History | None" = None,
        labels: PaneLabels | None = None,
        label: Label | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._player = player
        self._history = history
        self._front = label
        self._clock = clock
        self._playback = Playback(player.length)
        self._scrubber = Scrubber(player.length)
        self._whole = player.whole
        self._indexes = {side: LineIndex() for side in SIDES}
        self._pace = SwiftPace()
        self._figures_at = 0.0
        self._is_behind = False
        self._waking: Timer | None = None
        super().__init__(self._scrubber, dict.fromkeys(SIDES, Hint([], {})), labels)

    def on_mount(self) -> None:
        """Play once the first frame is painted."""
        self.set_focus(self._scrubber)
        self.show(self._player.round)
        if (pane := next((pane for pane in self._panes.values() if pane.label == self._front), None)) is not None:
            self._arrangement.bring_to_front(pane.side)
        begin = self._player.position
        if begin:
            self._playback.seek(begin, self._clock())
        else:
            self.call_after_refresh(self.action_toggle_playing)

    def now(self) -> float:
        """Return the moment that is shown."""
        return self._player.position

    def round_to_export(self) -> Round:
        """Return the whole round, even if only a part of it has been played."""
        return self._player.whole

    def why_no_note(self, round_: Round | None) -> str:
        """Return why no note can be kept on a round from a file, "" for one of the history."""
        if self._history is None or self._player.number is None:
            return "A note is kept in the history: import this recording first, with `diptych import FILE`."
        return super().why_no_note(round_)

    def keep_note(self, round_: Round, *, text: str | None = None, starred: bool | None = None) -> None:
        """Keep a note on the round in the history, on a thread."""
        if self._history and self._player.number is not None:
            keep = partial(self._history.update_note, self._player.number, text=text, starred=starred)
            self.run_worker(keep, thread=True, exit_on_error=False, group="note", description="keep a note")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show the note as it is kept, or why it is not; Textual calls the handler of `TwoPaneScreen` as well."""
        if event.worker.group != "note":
            return
        if event.state is WorkerState.SUCCESS and isinstance(event.worker.result, RoundNote):
            self._player.put_note(event.worker.result)
            self.update_header()
        elif event.state is WorkerState.ERROR:
            sentence = failed_sentence(event.worker.error)
            fail(self, sentence)

    def place(self) -> str:
        """Return that this is a replay, the ID of the round, its place in an experiment, and when it was asked."""
        shown = self._player.round
        number = f"replay · #{shown.number}" if shown.number is not None else "replay"
        if case := shown.experiment_case:
            number += f" · x{case.experiment} {shorten(clean_line(case.case), _MOST_CASE)} #{case.repeat}"
        date = shown.date
        return number if date is None else f"{number} · {time.strftime('%Y-%m-%d %H:%M', time.localtime(date))}"

    def next_settings(self, label: Label) -> Settings | None:
        """Return the settings of the recorded run, as a recorded side has no next request."""
        run = self._player.round.runs.get(label)
        return run.request.settings if run else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the arrow keys to a box that the user types into. There is another model only if there are three."""
        if action == "show_label":
            return len(self._whole.runs) > len(SIDES)
        return not (action == "jump" and isinstance(self.focused, Input))

    def sample(self, *, figures: bool = True) -> None:
        """Paint what is new at this moment, and the position."""
        self._is_behind = False
        super().sample(figures=figures)
        self._scrubber.stand(Standing(self._player.position, self._playback.speed, self._playback.is_playing))

    def tracks(self) -> Mapping[SideName, Track]:
        """Return the whole runs, wherever the replay stands."""
        runs = {side: self._whole.runs.get(self._labels.label_in(self._whole, side)) for side in SIDES}
        return {side: Track(run, self._indexes[side], self._player.length) for side, run in runs.items() if run}

    def read_on(self) -> bool:
        """Read another portion of the events for the timeline as well."""
        is_behind = super().read_on()
        for side, track in self.tracks().items():
            is_behind |= self._indexes[side].read(track.run.lines)
        return is_behind

    def on_moment_chosen(self, message: MomentChosen) -> None:
        """Go to the moment that the user pointed at."""
        self._seek(message.position)

    def on_line_opened(self, message: LineOpened) -> None:
        """Pause before the event is opened; Textual calls the handler of `TwoPaneScreen`, which opens it, as well."""
        self._pause()

    def action_show_differences(self) -> None:
        """Pause, and compare both sides as they are at this moment."""
        self._pause()
        super().action_show_differences()

    def action_show_label(self, by: int) -> None:
        """Show the answer of another model in the focused pane, else in the right one or the only one in view."""
        pane = self._focused_pane or self._panes[self._arrangement.front if self._arrangement.is_one_sided else "right"]
        if self._labels.choose_next(self._whole, pane.side, by) is not None:
            self._show_labels()

    def commands(self) -> Iterator[Command]:
        """Yield every action, and the answers that each pane can show, for the palette."""
        yield from super().commands()
        shown = [pane.label for pane in self._panes.values()]
        if len(self._whole.runs) > len(SIDES):
            for side in SIDES:
                for label in self._whole.runs:
                    if label not in shown:
                        title = f"Show the {clean_line(label)} answer in the {side} pane"
                        yield Command(title, "", partial(self._show_label, side, label), "model choose switch")

    def _show_label(self, side: SideName, label: Label) -> None:
        self._labels.choose(self._whole, side, label)
        self._show_labels()

    def _show_labels(self) -> None:
        """Show the answers that were chosen, from their first line on."""
        self._indexes = {side: LineIndex() for side in SIDES}
        self.show(self._player.round)

    def action_toggle_playing(self) -> None:
        """Play or pause; at the end, play again from the start."""
        if self._playback.is_playing:
            self._pause()
        else:
            self._playback.play(self._clock())
            self._show_position()

    def action_step(self) -> None:
        """Pause, and go to the next event of either side."""
        self._pause()
        self._player.step()
        self._playback.seek(self._player.position, self._clock())
        self.sample()

    def action_jump(self, seconds: float) -> None:
        """Go forward by `seconds`, or back by a negative number."""
        self._seek(self._playback.position(self._clock()) + seconds)

    def action_to_start(self) -> None:
        """Go back to the start."""
        self._seek(0.0)

    def action_to_end(self) -> None:
        """Go to the end."""
        self._seek(self._player.length)

    def action_change_speed(self, steps: int) -> None:
        """Play slower or faster from now on."""
        self._playback.change_speed(steps, self._clock())
        self.sample()
        self._schedule_wake()

    def action_close(self) -> None:
        """Go back to the screen that opened this one, or quit if there is none."""
        self._playback.pause(self._clock())
        self._stop_waking()
        go_back(self)

    def _seek(self, position: float) -> None:
        self._playback.seek(position, self._clock())
        self._show_position()

    def _pause(self) -> None:
        """Pause if it plays. After a step nothing moves, as more events of the same moment may be left."""
        if self._playback.is_playing:
            self._playback.pause(self._clock())
            self._show_position()

    def _show_position(self) -> None:
        """Go to the playback's position and show it now."""
        self._advance()
        self.sample()
        self._schedule_wake()

    def _wake(self) -> None:
        """Fold what is due, and show it as soon as the next frame is due."""
        self._advance()
        if not self._playback.is_playing:
            self.sample()
        elif not terminal_lags(self.app) and self._pace.is_due():
            now = self._clock()
            figures = now - self._figures_at >= _FIGURES
            if figures:
                self._figures_at = now
            self.sample(figures=figures)
        self._schedule_wake()

    def _advance(self) -> None:
        position = self._playback.position(self._clock())
        count = self._player.next_at
        if self._player.advance_to(position):
            self.show(self._player.round)
        elif count != self._player.next_at:
            self._is_behind = True
        if position >= self._player.length:
            self._playback.pause(self._clock())

    def _schedule_wake(self) -> None:
        """Wake up when the next line is due."""
        self._stop_waking()
        if self._playback.is_playing:
            at = self._player.next_at
            due = self._playback.seconds_until(self._player.length if at is None else at, self._clock())
            latest = self._pace.seconds_left() if self._is_behind else _LATEST
            self._waking = self.set_timer(max(min(due, latest), _SOONEST), self._wake)

    def _stop_waking(self) -> None:
        if self._waking:
            self._waking.stop()
            self._waking = None
