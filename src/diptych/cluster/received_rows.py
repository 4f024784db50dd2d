"""The rows that workers have made, completed by the checks of their answers, which the driver makes."""

from collections.abc import Sequence

import msgspec

from diptych.codec.run_row import read_row
from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.engine.experiment.row_maker import MakesRows


class ReceivedRows:
    """Keeps the rows of rounds from when they have come until they are asked for. `checker` checks their answers.

    Answers are checked where the command runs, since commands that check answers, and their files, are there.
    """

    def __init__(self, checker: MakesRows) -> None:
        self._checker = checker
        self._rows: dict[Run, AnswerRow] = {}

    def add(self, round_: Round, lines: Sequence[str]) -> None:
        """Keep the rows of a round, which come as lines of JSON."""
        for row in map(read_row, lines):
            self._rows[round_.runs[row.label]] = row

    async def row(self, round_: Round, run: Run) -> AnswerRow:
        """Return the row of a run with its checks. Raises `ChecksCancelledError` as the checker does.

        One that no worker has asked gets its whole row here.
        """
        received = self._rows.pop(run, None)
        here = await self._checker.row(round_, run)
        if received is None:
            return here
        return msgspec.structs.replace(received, experiment=here.experiment, checks=here.checks)
