import pytest

from diptych.core.history_query import as_query, complete, parse_query, state_problem
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
        ("model: state:", HistoryFilter()),
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
    ("words", "fields", "text"),
    [
        ([], [], ""),
        (["tcp", "slow"], [], "tcp slow"),
        (["tcp slow start"], [], "tcp slow start"),
        (["why", "model:my model"], [], 'why model:"my model"'),
        (['model:"my model"'], [], 'model:"my model"'),
        (["model:gpt state:failed"], [], "model:gpt state:failed"),
        (["why model:gpt"], [], "why model:gpt"),
        (["model:"], [], "model:"),
        (["model:llama3:8b"], [("endpoint", ""), ("state", "cut")], "model:llama3:8b state:cut"),
        ([], [("model", 'a "b" c')], 'model:"a ""b"" c"'),
        ([], [("model", '"b"')], 'model:"""b"""'),
    ],
)
def test_the_words_of_a_command_line_are_typed_as_in_the_box(
    words: list[str], fields: list[tuple[str, str]], text: str
) -> None:
    assert as_query(words, fields) == text


@pytest.mark.parametrize(
    "name", ["a", "my model", '"', '""', 'a"', '"a"', ' "a b" ', "state:cut", "x model:y", "é\u2003x"]
)
def test_any_name_survives_the_way_through_the_box(name: str) -> None:
    assert parse_query(as_query(["why"], [("model", name)])) == HistoryFilter("why", model=name)


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (HistoryFilter(), ""),
        (HistoryFilter(state="cut"), ""),
        (HistoryFilter(state="s"), "state:s may be streaming or stopped: write more of it."),
        (
            HistoryFilter(state="nope"),
            "There is no state nope: a side is waiting, streaming, complete, cut, stopped or failed.",
        ),
    ],
)
def test_a_state_that_is_none(wanted: HistoryFilter, sentence: str) -> None:
    assert state_problem(wanted) == sentence
