import pytest

from diptych.tui.inputs.fields import check_fields, format_fields, is_readable, parse_fields, parse_max_tokens


def test_fields_are_read_as_they_are_written() -> None:
    fields = {"thinking": {"type": "adaptive"}, "temperature": 0.5, "user": "zoë=1"}

    assert parse_fields(format_fields(fields)) == fields


def test_blank_lines_and_spaces_do_not_matter() -> None:
    assert parse_fields("\n  top_k = 5 \n\n") == {"top_k": 5}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("temperature", "Line 1: 'temperature' does not have the form KEY=JSON, for example temperature=0.5."),
        ("a=1\n=2", "Line 2: '=2' does not have the form KEY=JSON, for example temperature=0.5."),
        ("a=1\na=2", "Line 2 sets a again."),
        ("user=me", "Line 1: The value of user is not JSON. Text needs double quotes."),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r".*") as caught:
        parse_fields(text)

    assert str(caught.value) == sentence


@pytest.mark.parametrize(("text", "tokens"), [(" 8192 ", 8192), ("8,192", 8192), ("1_000", 1000)])
def test_max_tokens(text: str, tokens: int) -> None:
    assert parse_max_tokens(text) == tokens


@pytest.mark.parametrize("text", ["", "0", "-1", "many", "1.5"])
def test_wrong_max_tokens_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="whole number"):
        parse_max_tokens(text)


def test_text_may_hold_what_other_programs_take_for_line_breaks() -> None:
    fields = {"user": "a\u2028b\u0085c\n\x1cd"}

    assert parse_fields(format_fields(fields)) == fields


def test_the_first_remark_has_the_number_of_its_line() -> None:
    said = {"b": "b is odd.", "c": "c is odd."}

    assert check_fields("\na=1\nnothing\nb=1\nc=1", lambda name, _: said.get(name, "")) == "Line 4: b is odd."
    assert check_fields("a=1", lambda name, _: said.get(name, "")) == ""


def test_a_text_is_readable_if_every_line_sets_a_field() -> None:
    assert is_readable("a=1\n\nb=2")
    assert not is_readable("a=1\nb")
