import pytest

from diptych.core.request_fields import parse_param


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("temperature=0.5", ("temperature", 0.5)),
        (' user = "zoë=1" ', ("user", "zoë=1")),
        ('thinking={"type": "adaptive"}', ("thinking", {"type": "adaptive"})),
        ("stop=null", ("stop", None)),
    ],
)
def test_a_field_is_read_as_json(text: str, field: object) -> None:
    assert parse_param(text) == field


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("temperature", "'temperature' does not have the form KEY=JSON, for example temperature=0.5."),
        ("=1", "'=1' does not have the form KEY=JSON, for example temperature=0.5."),
        ("user=me", "The value of user is not JSON. Text needs double quotes."),
        ("top_p=NaN", "The value of top_p is not JSON. Text needs double quotes."),
        ("top_p=1e999", "The value of top_p is not JSON. Text needs double quotes."),
        pytest.param("a=" + "[" * 100_000, "The value of a is not JSON. Text needs double quotes.", id="deep"),
        ('model="gpt-5"', "model cannot be an extra request field: choose it as the side's model."),
        ("stream=false", "stream cannot be an extra request field: every answer is streamed anyway."),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r".*") as caught:
        parse_param(text)

    assert str(caught.value) == sentence
