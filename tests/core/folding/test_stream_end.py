"""Whether a stream has ended."""

from diptych.core.folding.stream_end import StreamEnd


def test_a_terminal_event_alone_is_believed() -> None:
    end = StreamEnd()
    end.content(1)
    assert not end.is_credible

    end.terminal_event(2)
    assert (end.is_credible, end.terminal_event_is_plain) == (True, True)


def test_content_after_a_terminal_event_takes_it_back() -> None:
    end = StreamEnd()
    end.content(1)
    end.terminal_event(1)
    assert (end.is_credible, end.terminal_event_is_plain) == (True, False)

    end.content(2)
    assert (end.is_credible, end.saw_terminal_event) == (False, True)

    end.content(3)
    end.terminal_event(3)
    assert not end.is_credible, "it was misleading before"

    end.terminal_event(4)
    assert end.is_credible


def test_a_terminal_event_in_the_first_event_is_doubtful() -> None:
    end = StreamEnd()
    end.terminal_event(1)

    assert not end.terminal_event_is_plain


def test_content_after_the_end_of_the_stream_takes_that_back() -> None:
    end = StreamEnd()
    end.end_of_stream()
    assert end.is_credible

    end.content(2)
    assert not end.is_credible


def test_a_number_of_choices_without_sense_takes_no_memory() -> None:
    assert StreamEnd(choices=10**15).has_open_choices


def test_other_choices_have_to_end_as_well() -> None:
    end = StreamEnd(choices=3)
    end.terminal_event(2)
    assert not end.is_credible

    end.other_choice(1, ended=True)
    end.other_choice(2, ended=False)
    assert not end.is_credible

    end.other_choice(2, ended=True)
    assert (end.is_credible, end.progress) == (True, 3)
