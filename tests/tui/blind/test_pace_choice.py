from pathlib import Path

from diptych.store.state_file import StateFile
from diptych.tui.blind.pace_choice import PaceChoice


def test_a_chosen_pace_is_kept_until_the_config_file_says_something_else(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.json")
    assert PaceChoice("", file).now == "slower"
    assert PaceChoice("end", file).now == "end"

    chosen = PaceChoice("end", file)
    assert chosen.choose("slower") == ""

    assert chosen.now == "slower"
    assert PaceChoice("end", file).now == "slower"
    assert PaceChoice("slower", file).now == "slower"
    assert PaceChoice("", file).now == "slower"


def test_a_config_file_that_was_read_again_counts_where_it_changed() -> None:
    choice = PaceChoice("slower")
    choice.choose("end")

    choice.configure("slower")
    paces = [choice.now]
    for configured in ("end", ""):
        choice.configure(configured)
        paces.append(choice.now)

    assert paces == ["end", "end", "slower"]


def test_what_is_kept_may_be_damaged(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.json")
    for kept in ("end", {"chosen": "fast", "configured": ""}, {"configured": ""}):
        file.keep("blind_pace", kept)
        assert PaceChoice("", file).now == "slower"


def test_a_choice_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("")

    sentence = PaceChoice("", StateFile(tmp_path / "folder" / "state.json")).choose("end")

    assert sentence.startswith("The pace of blind rounds cannot be kept for the next start: ")
