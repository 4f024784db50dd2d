"""Prompt sets in all their forms, and what is said of those that cannot be used."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from diptych.core.experiment.case import Case
from diptych.core.experiment.checks.check import Check
from diptych.core.message import FilePart, Message, TextPart
from diptych.core.prompt_template import PromptTemplate
from diptych.plans import prompt_set, set_lines
from diptych.plans.case_building import CaseBuilder
from diptych.plans.prompt_set import PromptSet, read_prompt_set, read_prompt_stream
from diptych.plans.set_problems import PromptSetError
from tests.support.asking import settings

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000020000000308060000005bd2a4da0000000049454e44ae426082")


def read(text: str | bytes, template: str | None = None, name: str = "standard input", **more: Any) -> PromptSet:
    data = text if isinstance(text, bytes) else text.encode()
    made = None if template is None else PromptTemplate("of --template", template)
    return read_prompt_stream(io.BytesIO(data), name, CaseBuilder(Path("/"), made, **more))


def read_file(path: Path, template: str | None = None) -> PromptSet:
    return read_prompt_set(path, CaseBuilder(path.parent, PromptTemplate("t", template) if template else None))


def cases(text: str | bytes, template: str | None = None) -> list[tuple[str, str]]:
    """The IDs and prompts of a set."""
    return [(case.id, case.prompt) for case in read(text, template).cases]


def problems(text: str | bytes, template: str | None = None) -> list[str]:
    with pytest.raises(PromptSetError) as error:
        read(text, template, "set")
    return error.value.problems


def lines(*values: Any) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


def test_a_line_is_a_case_with_its_id_or_its_number() -> None:
    assert cases(
        '{"id": "paris", "prompt": "Say Paris"}\n\n{"prompt": "Say\\nhi"}\n{"id": "日本\u3000語", "prompt": "x"}'
    ) == [
        ("paris", "Say Paris"),
        ("3", "Say\nhi"),
        ("日本\u3000語", "x"),
    ]
    assert cases('{"id": 7, "prompt": "x"}') == [("7", "x")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_system_and_begin_with_a_byte_order_mark(end: str) -> None:
    text = "\ufeff" + end.join(['{"prompt": "a"}', "", '{"prompt": "b"}']) + end
    assert cases(text) == [("1", "a"), ("3", "b")]


def test_braces_mean_something_only_where_there_are_variables() -> None:
    assert cases(
        lines({"prompt": "{{x}}"}, {"prompt": "{{x}} {% if y %}!{% endif %}", "vars": {"x": 1, "y": True}})
    ) == [
        ("1", "{{x}}"),
        ("2", "1 !"),
    ]


def test_a_template_makes_every_prompt() -> None:
    text = lines({"id": "a", "vars": {"t": "hi {{x}}"}}, {"prompt": "ho", "vars": {"t": "x"}})
    assert cases(text, '{{id}}: {{t}} {{prompt|d("-")}}') == [("a", "a: hi {{x}} -"), ("2", "2: x ho")]


def test_messages_hold_earlier_turns_and_a_system_prompt() -> None:
    conversation = [
        {"role": "system", "content": "Be brief."},
        {"role": "developer", "content": [{"type": "text", "text": "Be kind."}]},
        {"role": "user", "content": "I am {{name}}."},
        {"role": "assistant", "content": "Hello!"},
    ]
    question = {"role": "user", "content": [{"type": "input_text", "text": "Who"}, {"type": "text", "text": "am I?"}]}
    (first, second) = read(
        lines(
            {"messages": [*conversation, question], "vars": {"name": "Ada"}},
            {"messages": conversation, "prompt": "Who am I?"},
        )
    ).cases

    assert first.system == second.system == "Be brief.\n\nBe kind."
    assert [(message.role, message.text) for message in first.messages] == [
        ("user", "I am Ada."),
        ("assistant", "Hello!"),
        ("user", "Who\n\nam I?"),
    ]
    assert second.messages[0].text == "I am {{name}}."
    assert second.prompt == "Who am I?"


def test_a_template_makes_the_prompt_after_earlier_turns() -> None:
    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    (case,) = read(lines({"messages": turns, "vars": {"x": "c"}}), "Say {{x}}").cases
    assert [message.text for message in case.messages] == ["a", "b", "Say c"]


def test_a_case_has_its_own_checks_before_those_of_all() -> None:
    text = lines({"prompt": "a", "checks": [{"contains": "x"}, {"json": True}]}, {"prompt": "b"})
    common = Check("max_total", 9)

    assert [case.checks for case in read(text, checks=[common]).cases] == [
        (Check("contains", "x"), Check("json", True), common),
        (common,),
    ]


def test_files_are_found_beside_the_set(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "dot.png").write_bytes(PNG)
    (tmp_path / "note.txt").write_text("A note.")
    path = tmp_path / "cases.jsonl"
    path.write_text(lines({"prompt": "What is it?", "attach": ["data/dot.png", "note.txt"]}, {"prompt": "x"}))

    case, other = read_file(path).cases

    image, note, text = case.messages[0].parts
    assert isinstance(image, FilePart)
    assert isinstance(note, FilePart)
    assert (image.name, image.media_type, image.size, note.name) == ("dot.png", "image/png", len(PNG), "note.txt")
    assert text == TextPart("What is it?")
    assert case.attach == (str(tmp_path / "data" / "dot.png"), str(tmp_path / "note.txt"))
    assert other.attach == ()


def test_a_command_runs_in_the_folder_of_the_set(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(lines({"prompt": "a", "checks": {"command": ["./grade"]}}))
    assert read_file(path).cases[0].checks[0].value == {"command": ["./grade"], "folder": str(tmp_path)}


def test_the_columns_of_a_csv_are_variables(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_bytes(
        b"\xef\xbb\xbfid,language,text,checks,attach\r\n"
        b'one,French,"Hello,\r\n""you""","{""contains"": ""vous""}",\r\n'
        b",,,,\r\n"
        b",German,Bye,,note.txt\r\n"
    )
    (tmp_path / "note.txt").write_text("A note.")

    first, second = read_file(path, "Translate to {{language}}: {{text}}").cases

    assert (first.id, first.prompt) == ("one", 'Translate to French: Hello,\n"you"')
    assert first.checks == (Check("contains", "vous"),)
    assert (second.id, second.prompt) == ("5", "Translate to German: Bye")
    assert [part.name for part in second.messages[-1].files] == ["note.txt"]


@pytest.mark.parametrize(
    "text",
    [
        "prompt,x\na,\n",
        "prompt;x\na;\n",
        "prompt\tx\na\t\n",
        "sep=;\nprompt;x\na;\n",
        "sep=|\r\nprompt|x|\r\na||\r\n",
        '"prompt";"x,y,z"\na;\n',
        "prompt\ra\r",
        "\n\nprompt\na\n",
    ],
)
def test_the_first_row_of_a_csv_says_what_separates_cells(text: str) -> None:
    (case,) = read(text).cases
    assert case.prompt == "a"


def test_a_cell_may_be_long_and_the_limit_of_the_process_stays() -> None:
    before = csv.field_size_limit()
    assert len(cases(f"prompt\n{'x' * 300_000}\n")[0][1]) == 300_000
    assert csv.field_size_limit() == before


def test_a_batch_of_openai_is_a_set() -> None:
    def line(name: str, url: str, **body: Any) -> dict[str, Any]:
        return {"custom_id": name, "method": "POST", "url": url, "body": {"model": "gpt-5", **body}}

    turns = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]
    read_set = read(
        lines(
            line("a", "/v1/chat/completions", messages=turns, temperature=0, **{"\x1b[1m": 1}),
            line("b", "/v1/responses", input="Hi", instructions="Be kind."),
            line("c", "/v1/responses", input=turns, instructions="Be kind."),
        )
    )

    assert [(case.id, case.prompt, case.system) for case in read_set.cases] == [
        ("a", "Hi", "Be brief."),
        ("b", "Hi", "Be kind."),
        ("c", "Hi", "Be kind.\n\nBe brief."),
    ]
    assert read_set.notices == (
        "The batch sets model, temperature, ␛[1m, which is ignored: models and settings are those of the command.",
    )


def test_only_a_few_ignored_members_are_named() -> None:
    body = {"messages": [{"role": "user", "content": "Hi"}], **{f"x{number}": 1 for number in range(50)}}
    (notice,) = read(lines({"custom_id": "a", "body": body})).notices
    assert notice.startswith("The batch sets x0, x1, x2, x3, x4, x5, x6, x7 and more, which is ignored")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "set: there is no prompt in it."),
        ("\n \n", "set: there is no prompt in it."),
        ("prompt\n", "set: there is no prompt in it."),
        (b"\xff\xfe{\0", "set: it is UTF-16 text: save it as UTF-8."),
        (b'{"prompt": "a"}\n{"prompt": "\xc3\xa9\xff"}\n', "set, line 2, column 14: this is not UTF-8 text."),
        ('{"prompt": "a"', "set, line 1, column 15: this line is not JSON (Expecting ',' delimiter)."),
        ('{"prompt": "a"\r\n', "set, line 1, column 15: this line is not JSON (Expecting ',' delimiter)."),
        ('{"prompt": "a\n', "set, line 1, column 12: this line is not JSON (Unterminated string starting at)."),
        ('{"prompt": "a\0"}', "set, line 1, column 14: this line is not JSON (Invalid control character at)."),
        ('{"prompt": NaN}', "set, line 1: this line is not JSON (NaN is not a number)."),
        ('{"id": 1e999, "prompt": "a"}', "set, line 1: this line is not JSON (the number 1e999 is too large)."),
        ('{"a": ' + "[" * 50_000 + "]" * 50_000 + "}", "set, line 1: this line is not JSON (nested too deeply)."),
        ('{"prompt": "\\ud83d"}', "set, line 1: \\ud83d is half of a character, and the other half is missing."),
        ('{"prompt": 5}', "set, line 1: prompt: expected a text, not the number 5."),
        ('{"prompt": " "}', "set, line 1: the prompt is empty."),
        ("{}", "set, line 1: there is no prompt, and no template that makes one."),
        (
            '[{"prompt": "a"}]',
            'set, line 1: expected an object such as {"prompt": "Say hi"}, not a list: ',
        ),
        ('{"prompt": "a"}\n5', 'set, line 2: expected an object such as {"prompt": "Say hi"}, not the number 5.'),
        ('{"promt": "a"}', "set, line 1: promt: this member is not known (did you mean prompt?)."),
        (
            '{"language": "a"}',
            "set, line 1: language: this member is not known (values of a template belong",
        ),
        (
            '{"prompt": "a", "vars": []}',
            "set, line 1: vars: expected an object with the values of variables,",
        ),
        ('{"prompt": "a", "vars": {"a": null}}', "set, line 1: vars.a: expected a value, not null."),
        ('{"id": true, "prompt": "a"}', "set, line 1: id: expected a text, not true."),
        ('{"id": "a\\nb", "prompt": "a"}', "set, line 1: id: expected a name on one line, without control characters."),
        ('{"id": "  ", "prompt": "a"}', "set, line 1: id: expected a name on one line, without control characters."),
        ('{"id": "' + "a" * 201 + '", "prompt": "a"}', "set, line 1: id: longer than 200 characters."),
        ('{"prompt": "a", "attach": [5]}', "set, line 1: attach: expected paths of files, not the number 5."),
        ('{"prompt": "a", "attach": "no-file"}', "cannot be attached: No such file or directory."),
        ('{"prompt": "a", "attach": "no\\u0000file"}', "cannot be attached: no path has a null character in it."),
        ('{"prompt": "a", "checks": {"contain": 1}}', "set, line 1: checks.contain: this check is not known (did you"),
        ('{"prompt": "a", "checks": {"json_schema": 1}}', "set, line 1: checks.json_schema: expected an object."),
        ('{"messages": []}', "set, line 1: messages: expected a list of messages, not an empty one."),
        ('{"messages": {}}', "set, line 1: messages: expected a list of messages, not an object."),
        (
            '{"messages": [5]}',
            'set, line 1: messages[0]: expected an object such as {"role": "user", ',
        ),
        (
            '{"messages": [{"role": "usr"}]}',
            "set, line 1: messages[0].role: expected user, assistant or system (did",
        ),
        (
            '{"messages": [{"role": 5}]}',
            "set, line 1: messages[0].role: expected user, assistant or system, not the",
        ),
        (
            '{"messages": [{"role": "zzz"}]}',
            "set, line 1: messages[0].role: expected user, assistant or system, not z",
        ),
        ('{"messages": [{"role": "user"}]}', "set, line 1: messages[0].content: expected a text, not null."),
        (
            '{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}',
            "set, line 1: messages[0].content[0]: only parts of the type text can be read, not image_url; ",
        ),
        (
            '{"messages": [{"role": "user", "content": [{"type": "text"}]}]}',
            "set, line 1: messages[0].content[0].text: expected a text, not null.",
        ),
        (
            '{"messages": [{"role": "user", "content": [5]}]}',
            "set, line 1: messages[0].content[0]: only parts of the type text can be read, not the number 5",
        ),
        (
            '{"messages": [{"role": "user", "content": "a"}, {"role": "system", "content": "b"}]}',
            "set, line 1: messages[1]: a message of the role system can only stand before all others.",
        ),
        (
            '{"messages": [{"role": "assistant", "content": "a"}]}',
            "set, line 1: the last message is not the user's, so there is no prompt.",
        ),
        ('{"messages": [{"role": "system", "content": "a"}]}', "set, line 1: there is no prompt, and no template that"),
        (
            '{"messages": [{"role": "assistant", "content": "", "tool_calls": [{}]}]}',
            "set, line 1: messages[0]: messages with tool calls cannot be part of a set.",
        ),
        ('{"custom_id": 5, "body": {}}', "set, line 1: custom_id: expected a text, not the number 5."),
        ('{"custom_id": "a"}', "set, line 1: body: expected an object with messages, not null."),
        (
            '{"custom_id": "a", "body": {"input": null}}',
            "set, line 1: body: messages is missing: only requests",
        ),
        ('{"custom_id": "a", "body": {}, "x": 1}', "set, line 1: x: a line of a batch has no such member."),
        (
            '{"body": {"input": "a", "instructions": 5}}',
            "set, line 1: body.instructions: expected a text, not the",
        ),
        ("a,b\n1,2\n", "set, line 1: there is no column prompt, and no template that makes prompts."),
        ("prompt,,b\n1,2,3\n", "set, line 1: the column 2 has no name."),
        ("prompt,a,a\n1,2,3\n", "set, line 1: two columns have the name a."),
        ('"prompt\n', "set, line 1: a quote is not closed."),
        ('prompt,a\n"x"y,b\n', "set, line 2: this is not CSV (',' expected after '\"')."),
        ('prompt,a\n\n"x\ny\n', "set, line 3: a quote is not closed."),
        ("prompt,a\nx\n", "set, line 2: this row has 1 cell, and the first row names 2 columns."),
        ("prompt,a\nx,y,z\n", "set, line 2: this row has 3 cells, and the first row names 2 columns."),
        ("prompt,checks\nx,contains Paris\n", 'set, line 2: checks: this is not JSON such as {"contains": "Paris"} ('),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str | bytes, problem: str) -> None:
    found = problems(text)[0]
    assert found.startswith(problem) or problem in found
    assert "\n" not in found


def test_a_variable_that_is_missing_is_an_error_with_its_line() -> None:
    text = lines({"vars": {"a": 1}}, {"vars": {"b": 1}})
    assert problems(text, "{{a}}") == ["set, line 2: the prompt template of --template needs a value for a."]
    assert problems(lines({"prompt": "{{ 5", "vars": {"a": 1}}))[0].startswith(
        "set, line 1: the prompt template in this line has an error in line 1: "
    )
    assert problems(lines({"prompt": "{{b}}", "vars": {"a": 1}})) == [
        "set, line 1: the prompt template in this line needs a value for b."
    ]


def test_a_template_may_hold_the_prompt_at_the_end_of_messages() -> None:
    text = lines({"messages": [{"role": "system", "content": "x"}, {"role": "user", "content": "{{a}}"}]})
    assert cases(text, "Say {{prompt}}") == [("1", "Say {{a}}")]


def test_two_cases_of_one_id_are_an_error_that_names_both_lines() -> None:
    assert problems(lines({"id": "2", "prompt": "a"}, {"prompt": "b"})) == [
        "set, line 2: the ID 2 is that of line 1 as well."
    ]


def test_a_few_problems_are_said_at_once() -> None:
    found = problems(lines(*({"prompt": number} for number in range(9))))
    assert [problem.partition(":")[0] for problem in found[:5]] == [f"set, line {line}" for line in range(1, 6)]
    assert found[5:] == ["These are the first 5 problems: there may be more."]


def test_a_control_character_in_a_name_reaches_no_terminal() -> None:
    with pytest.raises(PromptSetError) as error:
        read('{"\x7f": 1}\n{"a\\u001b[2J": 1}', name="\x1b[31mset")
    assert "\x1b" not in str(error.value)
    assert "\x7f" not in str(error.value)


def test_a_line_that_is_too_long_ends_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_lines, "LONGEST_LINE", 100)
    assert problems('{"prompt": "a"}\n' + "x" * 5_000)[-1] == (
        "set, line 2: this line is longer than 0 MiB, which is the most."
    )


def test_lines_that_end_with_cr_alone_may_be_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_lines, "LONGEST_LINE", 20)
    assert len(cases('{"prompt": "a"}\r' * 50 + '{"prompt": "b"}\r\n{"prompt": "c"}')) == 52


def test_a_set_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_lines, "MOST_BYTES", 100)
    assert problems('{"prompt": "a"}\n' * 100) == ["set: it is longer than 0 GiB, which is the most."]


def test_a_set_of_too_many_cases_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt_set, "MOST_CASES", 3)
    assert problems('{"prompt": "a"}\n' * 9) == ["set: there are more than 3 cases, which is the most."]


@pytest.mark.parametrize(("name", "reason"), [("missing", "No such file or directory"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(PromptSetError) as error:
        read_file(tmp_path / name)
    assert str(error.value) == f"{tmp_path / name}: it cannot be read: {reason}."


def test_a_case_asks_with_its_own_system_prompt() -> None:
    of_model = settings("openai-chat", system="x")
    assert Case("a", (Message.of_text("user", "b"),)).settings(of_model) == of_model
    assert Case("a", (Message.of_text("user", "b"),), system="").settings(of_model).system == ""
