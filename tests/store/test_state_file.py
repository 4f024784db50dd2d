from pathlib import Path

import pytest

from diptych.store.state_file import StateFile, state_path


def test_what_is_kept_is_read_again_beside_everything_else(tmp_path: Path) -> None:
    path = tmp_path / "new" / "state.json"
    assert StateFile(path).read() == {}

    StateFile(path).keep("a", {"chosen": "nörd"})
    StateFile(path).keep("b", [1])
    StateFile(path).keep("b", [2])

    assert StateFile(path).read() == {"a": {"chosen": "nörd"}, "b": [2]}
    assert [file.name for file in path.parent.iterdir()] == ["state.json"]


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b"\xff", b"[" * 100_000])
def test_a_damaged_file_is_like_an_empty_one(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(data)

    assert StateFile(path).read() == {}
    StateFile(path).keep("a", 1)
    assert StateFile(path).read() == {"a": 1}


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(OSError, match="file"):
        StateFile(tmp_path / "file" / "state.json").keep("a", 1)


def test_it_is_in_the_state_folder_of_the_user() -> None:
    assert state_path().name == "state.json"
    assert "diptych" in state_path().parts[-2].lower()
