"""The facts about lines, in columns."""

import pytest

from diptych.core.content import Complete, Error, Ping, Stop, Text, Thinking, ToolArguments, ToolCall, UsageReport
from diptych.core.event import AttemptFailed, RequestSent, ResponseBegan
from diptych.core.failure import Failure
from diptych.core.metrics.stalls import Stall, stalls
from diptych.core.metrics.usage import Usage
from diptych.core.recording import Recording
from diptych.core.wording.describe import describe
from diptych.replay.folding import fold
from diptych.tui.events.line_index import LineIndex, kind_code
from tests.replay.recordings import STREAMS, streamed, two_answers
from tests.tui.events.made_lines import event, indexed, log, words


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_line_is_of_the_kind_that_the_list_shows(path: object) -> None:
    lines = fold(Recording("hi", None, [streamed(path)])).runs["left"].lines  # type: ignore[arg-type]  # a path

    assert list(indexed(lines).kinds) == [kind_code(describe(line).kind) for line in lines]


def test_it_grows_with_its_run_a_portion_at_a_time() -> None:
    lines, index = log(words(1.0, 1.1, 1.2)), LineIndex()

    assert index.read(lines, limit=2)
    assert len(index) == 2
    assert not index.read(lines, limit=2)
    lines.append(event(1.5, Text("more"), name="a longer name"))
    assert not index.read(lines)
    assert list(index.at) == [1.0, 1.1, 1.2, 1.5]
    assert list(index.characters) == [5, 5, 5, 4]
    assert index.longest_name == len("a longer name")


def test_deltas_of_the_same_name_and_kind_have_the_same_key() -> None:
    delta, other = event(1.0, Text("a")), event(1.0, Text("a"), name="other")
    lines = log(
        [delta, delta, other, event(1.0, Thinking("a")), event(1.0, Ping()), event(1.0, Text("")), event(1.0), delta]
    )
    keys = list(indexed(lines).keys)

    assert keys[0] == keys[1] == keys[7] != 0
    assert len({keys[0], keys[2], keys[3]}) == 3
    assert keys[4:7] == [0, 0, 0]


def test_characters_of_all_contents_count_and_sizes_are_those_of_data_and_bodies() -> None:
    lines = log(
        [
            RequestSent(1.0, "POST", "https://api.test", (), b"12345"),
            ResponseBegan(1.0, 200, ()),
            event(1.0, ToolCall("k", None, "look"), ToolArguments("k", '{"a"'), Text("12"), data=b"1234567"),
        ]
    )
    index = indexed(lines)

    assert list(index.sizes) == [5, 0, 7]
    assert list(index.characters) == [0, 0, 6]


def test_a_gap_is_that_between_events_without_what_diptych_was_late() -> None:
    lines = log(
        [
            RequestSent(0.0, "POST", "https://api.test", (), b""),
            *words(1.0, 1.5),
            event(2.5, Text("x"), late=0.75),
            event(2.5, Text("x"), late=0.5),
            AttemptFailed(3.0, 1, 529, 1.0, "overloaded"),
            RequestSent(4.0, "POST", "https://api.test", (), b""),
            *words(5.0),
        ]
    )

    assert list(indexed(lines).gaps) == [0, 0, 0.5, 0.25, 0, 0, 0, 0]


def test_unusual_gaps_errors_the_first_token_and_the_stop_reason_are_found() -> None:
    stamps = [1 + number / 100 for number in range(50)]
    failure = Failure("event", "Overloaded")
    lines = log(
        [
            event(0.5, Ping()),
            *words(*stamps),
            event(9.0, Text("late")),
            event(9.0, Error(failure)),
            event(9.0, Stop("end_turn"), UsageReport(Usage(), {})),
            event(9.0, Complete()),
            event(9.0, Error(failure)),
        ]
    )
    index = indexed(lines)

    assert list(index.unusual_gaps(0)) == [1, 51]
    assert list(index.unusual_gaps(2)) == [51]
    assert list(index.lines_of_kind("error", 0)) == [52, 55]
    assert list(index.lines_of_kind("error", 53)) == [55]
    assert index.first_content_line == 1
    assert index.stop_line == 53
    assert list(index.errors) == [9.0, 9.0]


def test_a_run_without_content_has_neither() -> None:
    index = indexed(log([event(1.0, Ping())]))

    assert index.first_content_line is None
    assert index.stop_line is None
    assert index.silences == ()


def test_a_single_stop_reason_is_found_as_well() -> None:
    assert indexed(log([event(1.0, Stop("stop"))])).stop_line == 0


def test_silences_are_those_of_the_figures() -> None:
    runs = fold(two_answers()).runs

    assert indexed(runs["left"].lines).silences == stalls(runs["left"]) == [Stall(1.25, 4.0)]
    assert list(indexed(runs["right"].lines).silences) == stalls(runs["right"]) == []


def test_a_line_stamped_before_the_one_it_follows_counts_as_simultaneous() -> None:
    assert list(indexed(log(words(1.0, 0.5, 2.0))).at) == [1.0, 1.0, 2.0]
