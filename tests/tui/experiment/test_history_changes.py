"""Noticing that somebody has written to a history."""

from pathlib import Path

from diptych.tui.experiment.history_changes import HistoryChanges


def test_a_change_of_the_database_or_of_its_log_is_noticed_once(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    changes = HistoryChanges(path)

    assert changes.look()
    assert not changes.look()
    path.write_bytes(b"1")
    assert changes.look()
    (tmp_path / "history.db-wal").write_bytes(b"2")
    assert changes.look()
    assert not changes.look()
