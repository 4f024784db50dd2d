"""A round knows its ID in the history as soon as it is recorded there."""

from pathlib import Path

from diptych.replay.folding import fold
from diptych.store.history import History
from diptych.store.history_writer import HistorySink
from diptych.store.recorder import Recorder
from tests.store.recorders import answer, asked


def test_a_round_knows_its_id_once_it_is_in_the_history(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    recording = Recorder(HistorySink(path))
    rounds = [asked(recording, "left") for _ in range(2)]
    for round_ in rounds:
        answer(round_.runs["left"], "Hello.")
    assert recording.close() == ""

    assert [round_.number for round_ in rounds] == [1, 2]
    assert [fold(History(path).open(number)).number for number in (1, 2)] == [1, 2]
