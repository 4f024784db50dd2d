"""What is said about an event besides its contents."""

from diptych.core.event import Event
from diptych.core.wording.explain import explain
from tests.core.wording.test_describe import event


def test_a_doubtful_time_is_named() -> None:
    late = Event(1.0, 1, "chunk", b"{}", (), late=0.05)

    assert explain(late).endswith("Diptych was busy then: the event may have come up to 0.050 s before that time.")


def test_dropped_bytes_are_named() -> None:
    assert explain(event(dropped=1_000)).endswith("The event was over the size limit: 1,000 bytes of it are missing.")
