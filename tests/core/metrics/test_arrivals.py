"""How an answer grew."""

from diptych.core.content import Content, OtherChoice, Ping, Refusal, Stop, Text, Thinking, ToolArguments, ToolCall
from diptych.core.event import Event, RequestSent
from diptych.core.metrics.arrivals import Arrival, arrivals, text_over_time
from tests.streams.folding import new_run


def test_every_kind_of_content_counts_and_nothing_else() -> None:
    run = new_run()
    run.note(RequestSent(0.0, "POST", "https://models.test", (), b"{}"))
    events: list[tuple[Content, ...]] = [
        (Ping(),),
        (Thinking("Hm."),),
        (Text(""),),
        (Text("Hello"), Text("!")),
        (ToolCall(1, None, "f"), ToolArguments(1, "{}")),
        (OtherChoice(1, "Hi."),),
        (Refusal("No."), Stop("refusal")),
        (),
    ]
    for number, contents in enumerate(events, 1):
        run.add(Event(float(number), number, "e", b"{}", contents))

    assert list(text_over_time(run)) == [(2.0, 3), (4.0, 9), (5.0, 11), (7.0, 14)]


def test_before_anything_came_there_is_nothing() -> None:
    assert list(text_over_time(new_run())) == []


def test_an_arrival_says_from_when_on_it_may_have_been_there() -> None:
    run = new_run()
    run.add(Event(2.0, 1, "e", b"", (Text("Hi"),), late=0.5))

    assert list(arrivals(run)) == [Arrival(2.0, 1.5, 2)]
