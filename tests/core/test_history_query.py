import pytest

from diptych.core.history_query import MARKS, complete, filter_problem, format_query, parse_arguments, parse_query
from diptych.core.history_summary import HistoryFilter


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", HistoryFilter()),
        ("  two   clocks ", HistoryFilter("two clocks")),
        ("model:gpt", HistoryFilter(model="gpt")),
        ("model:llama3:8b x", HistoryFilter("x", model="llama3:8b")),
        ("why Endpoint:openai state:failed not", HistoryFilter("why not", endpoint="openai", state="failed")),
        ("state:f", HistoryFilter(state="failed")),
        ("state:S", HistoryFilter(state="s")),
        ("state:nope", HistoryFilter(state="nope")),
        ("model: state: is:", HistoryFilter()),
        ("is:starred why is:V Is:starred", HistoryFilter("why", marks=("starred", "voted"))),
        ('is:"b', HistoryFilter(marks=("blind",))),
        ("is:Odd this:x", HistoryFilter("this:x", marks=("odd",))),
        ("model:a model:b", HistoryFilter(model="b")),
        ('model:"my model" why', HistoryFilter("why", model="my model")),
        ('why model:"my mo', HistoryFilter("why", model="my mo")),
        ('model:""', HistoryFilter()),
        ('model:"', HistoryFilter()),
        ('model:"a ""b"" c"', HistoryFilter(model='a "b" c')),
        ('model:"a ""b"""', HistoryFilter(model='a "b"')),
        ('model:a"b "c d"', HistoryFilter('"c d"', model='a"b')),
        ('ENDPOINT:"two words"', HistoryFilter(endpoint="two words")),
        ("xmodel:a", HistoryFilter("xmodel:a")),
        ("x3", HistoryFilter(experiment=3)),
        ("why X12 not x4", HistoryFilter("why not", experiment=4)),
        ('"x3" ax3 x3a x0 x x-3', HistoryFilter('"x3" ax3 x3a x0 x x-3')),
        ("http://x.test def f():", HistoryFilter("http://x.test def f():")),
    ],
)
def test_what_was_typed_becomes_a_filter(text: str, wanted: HistoryFilter) -> None:
    assert parse_query(text) == wanted


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("model:GP", "model:gpt-5"),
        ("why endpoint:op", "why endpoint:openai"),
        ("state:fa", "state:failed"),
        ("why is:s", "why is:starred"),
        ("is:x", None),
        ("model:", None),
        ("model:zzz", None),
        ("model:gpt why", None),
        ("other:gpt", None),
        ('why endpoint:"My', 'why endpoint:"My own ""one"""'),
        ("endpoint:My", None),
        ('model:"gp', 'model:"gpt-5"'),
        ('model:"gpt-5" ', None),
        ("", None),
    ],
)
def test_a_field_is_completed(text: str, whole: str | None) -> None:
    assert complete(text, ["claude-opus-5", "gpt-5"], ["openai", 'My own "one"']) == whole


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ([], HistoryFilter()),
        (["tcp", "slow"], HistoryFilter("tcp slow")),
        (["tcp slow start"], HistoryFilter("tcp slow start")),
        (["why", "model:my model"], HistoryFilter("why", model="my model")),
        (['model:"my model"'], HistoryFilter(model="my model")),
        (["model:gpt state:failed"], HistoryFilter(model="gpt", state="failed")),
        (["why model:gpt"], HistoryFilter("why", model="gpt")),
        (["model:"], HistoryFilter()),
        (["model:llama3:8b"], HistoryFilter(model="llama3:8b")),
    ],
)
def test_a_word_of_a_command_line_may_be_a_field_with_spaces(words: list[str], wanted: HistoryFilter) -> None:
    assert parse_arguments(words) == wanted


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({"model": 'a "b" c'}, HistoryFilter("why", 'a "b" c', "anthropic", "failed")),
        ({"endpoint": "openai"}, HistoryFilter("why", "gpt", "openai", "failed")),
        ({"state": "st"}, HistoryFilter("why", "gpt", "anthropic", "st")),
        ({"state": "c"}, HistoryFilter("why", "gpt", "anthropic", "c")),
        ({"state": "Comp"}, HistoryFilter("why", "gpt", "anthropic", "complete")),
        ({"model": "", "endpoint": "", "state": ""}, HistoryFilter("why", "gpt", "anthropic", "failed")),
    ],
)
def test_options_win_over_the_fields_of_a_command_line(options: dict[str, str], wanted: HistoryFilter) -> None:
    words = ["why", "model:gpt", "endpoint:anthropic", "state:failed"]

    assert parse_arguments(words, **options) == wanted


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (HistoryFilter(), ""),
        (HistoryFilter("two clocks"), "two clocks"),
        (HistoryFilter("why", "my model", "openai", "cut"), 'why model:"my model" endpoint:openai state:cut'),
        (HistoryFilter(model='a "b" c'), 'model:"a ""b"" c"'),
        (HistoryFilter("why", model="a", experiment=3), "why x3 model:a"),
        (HistoryFilter(model='"b"'), 'model:"""b"""'),
    ],
)
def test_a_filter_is_written_as_a_user_would_type_it(wanted: HistoryFilter, text: str) -> None:
    assert format_query(wanted) == text


@pytest.mark.parametrize(
    "name", ["a", "my model", '"', '""', 'a"', '"a"', ' "a b" ', "state:cut", "x model:y", "é\u2003x"]
)
def test_a_filter_with_any_name_is_the_same_after_it_was_shown_in_the_search_box(name: str) -> None:
    wanted = parse_arguments(["why"], model=name)

    assert wanted == HistoryFilter("why", model=name)
    assert parse_query(format_query(wanted)) == wanted


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (HistoryFilter(), ""),
        (HistoryFilter(state="cut"), ""),
        (HistoryFilter(state="cut", marks=MARKS), ""),
        (
            HistoryFilter(state="cut", marks=("blind", "odd")),
            "No round can be odd: after is: comes starred, noted, voted or blind.",
        ),
        (HistoryFilter(state="s"), "state:s may be streaming or stopped: write more of it."),
        (
            HistoryFilter(state="nope"),
            "There is no state nope: a side is waiting, streaming, complete, cut, stopped or failed.",
        ),
    ],
)
def test_a_state_that_is_none(wanted: HistoryFilter, sentence: str) -> None:
    assert filter_problem(wanted) == sentence
