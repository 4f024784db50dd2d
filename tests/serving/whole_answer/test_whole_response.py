"""Responses that are made of events."""

from diptych.serving.whole_answer.whole_response import whole_response


def test_the_last_event_has_the_response() -> None:
    made = {"id": "r", "object": "response", "output": [{"type": "message"}]}
    assert (
        whole_response([{"type": "response.created", "response": {}}, {"type": "response.completed", "response": made}])
        == made
    )


def test_output_that_is_missing_is_put_together() -> None:
    items = [
        {"type": "response.output_item.done", "output_index": number, "item": {"id": number}} for number in range(2)
    ]
    done = {"type": "response.incomplete", "response": {"id": "r", "output": []}}
    assert whole_response([*items, done]) == {"object": "response", "id": "r", "output": [{"id": 0}, {"id": 1}]}


def test_a_stream_without_its_last_event() -> None:
    assert whole_response([{"type": "response.created", "response": {}}]) is None
