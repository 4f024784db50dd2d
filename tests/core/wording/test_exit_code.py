from diptych.core.wording.exit_code import how_it_ended


def test_an_exit_code_and_a_signal_are_told_apart() -> None:
    assert how_it_ended(3) == "ended with exit code 3"
    assert how_it_ended(-9) == "was ended by signal 9"
