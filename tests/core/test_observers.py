"""Several observers of the same rounds."""

from diptych.core.event import Line, RunStopped
from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.observers import IgnoresRounds, Observers
from diptych.core.round import Round
from diptych.core.run import Run
from tests.report.runs import begun

ROW = AnswerRow(case="a", repeat=1, label="left", endpoint="e", model="m", state="complete")


class Listener(IgnoresRounds):
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def round_began(self, session: int, round_: Round) -> None:
        self.told.append(("round", session, round_))

    def take_began(self, round_: Round, run: Run) -> None:
        self.told.append(("take", round_, run))

    def round_opened(self, session: int, round_: Round, id: int) -> None:  # noqa: A002
        self.told.append(("opened", session, round_, id))

    def round_changed(self, round_: Round) -> None:
        self.told.append(("changed", round_))

    def row_added(self, round_: Round, run: Run, row: AnswerRow) -> None:
        self.told.append(("row", round_, run, row))

    def line_added(self, run: Run, line: Line) -> None:
        self.told.append(("line", run, line))

    def run_ended(self, run: Run) -> None:
        self.told.append(("end", run))


def test_all_are_told_of_everything() -> None:
    first, second = Listener(), Listener()
    both = Observers(first, second)
    run, line = begun(), RunStopped(1.0)
    round_ = Round("hi", 0.0, (run,))

    both.round_began(1, round_)
    both.take_began(round_, run)
    both.line_added(run, line)
    both.run_ended(run)
    both.round_opened(2, round_, 7)
    both.round_changed(round_)
    both.row_added(round_, run, ROW)

    assert first.told == [
        ("round", 1, round_),
        ("take", round_, run),
        ("line", run, line),
        ("end", run),
        ("opened", 2, round_, 7),
        ("changed", round_),
        ("row", round_, run, ROW),
    ]
    assert second.told == first.told
