"""The state of a side in one line."""

from diptych.tui.status_line import glance_content
from tests.tui.fakes import a_run, finish, say


def glance(*, ended: bool = False, is_veiled: bool = False) -> str:
    run = a_run()
    say(run, "Hello.")
    if ended:
        finish(run)
    return glance_content("left", "a-model", run, 1.0, 60, "left", is_veiled=is_veiled).plain


def test_a_side_that_was_not_asked_has_its_name_alone() -> None:
    assert glance_content("right", "a\x1bmodel", None, 1.0, 60, "right", is_veiled=False).plain == "right: a␛model"


def test_a_veiled_side_tells_only_whether_it_has_ended() -> None:
    assert glance(is_veiled=True) == "left: a-model  ● coming"
    assert glance(is_veiled=True, ended=True) == "left: a-model  ✔ ended"


def test_a_side_without_room_tells_its_state() -> None:
    assert glance().startswith("left: a-model  ● streaming")
