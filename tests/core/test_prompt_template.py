"""Prompt templates are filled in with data, and whatever is wrong with one is said in a sentence."""

import sys

import pytest

from diptych.core.prompt_template import PromptTemplate, PromptTemplateError


def fill(text: str, **values: object) -> str:
    return PromptTemplate("t", text).fill(values)


def test_variables_are_named_in_the_order_in_which_they_appear() -> None:
    template = PromptTemplate(
        "review", "Review {{ language }}: {{code}} {% if code %}{{ tone }}{% endif %} {{language}}"
    )

    assert template.variables == ("language", "code", "tone")
    assert PromptTemplate("t", "{% for x in xs %}{{ x }}{{ range }}{{ loop.index }}{% endfor %}").variables == (
        "xs",
        "range",
    )
    assert PromptTemplate("t", "no variables {").variables == ()


def test_values_stand_in_the_places_of_variables() -> None:
    assert fill("Review {{language}}:\n\n{{ code }}\n", language="C", code="a < b;\n") == "Review C:\n\na < b;\n\n"


def test_values_are_data() -> None:
    assert fill("{{ code }}", code="{{ secret }}{% for %}{#") == "{{ secret }}{% for %}{#"


def test_conditions_loops_and_filters() -> None:
    text = "{% for word in words %}\n{{ loop.index }}. {{ word|trim|upper }}\n{% endfor %}\n{{ tone|default('calm') }}"

    assert fill(text, words=[" a", "b"]) == "1. A\n2. B\ncalm"
    assert fill("{{ 'yes' if n > 1 else 'no' }}{% if n is defined and not m %}!{% endif %}", n=2, m=0) == "yes!"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Hello {{ name", "The prompt template t has an error in line 1: unexpected end of template"),
        ("\n{% if %}", "The prompt template t has an error in line 2: Expected an expression"),
        ("{{ name|join }}", "The prompt template t has an error in line 1: No filter named 'join'."),
        ("{{ name is strange }}", "The prompt template t has an error in line 1: No test named 'strange'."),
        ("{{ range(10**9) }}", "The prompt template t uses in line 1 what a prompt template does not have (call)"),
        ("{{ 9**9**9**9 }}", "(pow)"),
        ("{{ 'a' * 1000000000 }}", "(mul)"),
        ("{{ name.__class__ }}", "(getattr)"),
        ("{{ name['__class__'] }}", "(getitem)"),
        ("{% include '/etc/passwd' %}", "(include)"),
        ("{% macro m() %}{% endmacro %}", "(macro)"),
        ("{% set x = 1 %}", "(assign)"),
        ("{{ " + "not " * 20_000 + "x }}", "The prompt template t is nested too deeply."),
        ("{{ " + "(" * 20_000, "The prompt template t is nested too deeply."),
        ("{% if x %}" * 150 + "{% endif %}" * 150, "The prompt template t is nested too deeply."),
    ],
)
def test_a_template_that_cannot_be_used_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(PromptTemplateError) as error:
        PromptTemplate("t", text)

    assert sentence.rstrip(".") in str(error.value)
    assert str(error.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "values", "what"),
    [
        ("{{ code }} {{ language }}", {"language": "C"}, "needs a value for code."),
        ("{{ code|first }}", {"code": ""}, "cannot be filled in: No first item, sequence was empty."),
        ("{% for x in n %}{% endfor %}", {"n": 3}, "cannot be filled in: 'int' object is not iterable."),
        ("{% if 1e999 %}{% endif %}", {}, "cannot be filled in: name 'inf' is not defined."),
        ("{{ n|length }}", {"n": 3}, "cannot be filled in: object of type 'int' has no len()."),
    ],
)
def test_what_cannot_be_filled_in_is_said(text: str, values: dict[str, object], what: str) -> None:
    with pytest.raises(PromptTemplateError) as error:
        fill(text, **values)

    assert str(error.value) == f"The prompt template t {what}"


def test_a_loop_goes_over_a_list_or_the_lines_of_a_text() -> None:
    text = "{% for each in x %}<{{ each }}>{% endfor %}"

    assert fill(text, x="one\ntwo\n") == "<one><two>"
    assert fill(text, x=["one\ntwo", 3]) == "<one\ntwo><3>"


def test_a_variable_that_is_not_reached_needs_no_value() -> None:
    assert fill("{% if long %}{{ details }}{% endif %}.", long=False) == "."


def test_loops_end() -> None:
    nested = "{% for a in x %}" * 5 + "{% endfor %}" * 5

    with pytest.raises(PromptTemplateError, match="takes more than 100,000 steps in its loops"):
        fill(nested, x="\n" * 1_000)


def test_no_text_is_huge() -> None:
    with pytest.raises(PromptTemplateError, match="comes to more than 10,000,000 characters"):
        fill("{% for a in x %}{{ x }}{% endfor %}", x="a\n" * 45_000)


def test_values_may_be_long() -> None:
    assert len(fill("{{ x }}", x="a" * 1_000_000)) == 1_000_000
    assert sys.getrecursionlimit() < 20_000
