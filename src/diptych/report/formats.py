"""A round in the forms that can be exported, by name."""

from typing import Literal, assert_never

from diptych.codec.checked_fields import JsonObject
from diptych.codec.event_lines import line_object
from diptych.codec.objects import round_object
from diptych.codec.recording_lines import recording_objects
from diptych.core.round import Round
from diptych.core.strict_json import to_json

Form = Literal["jsonl", "json", "md", "html"]
FORMS: tuple[Form, ...] = ("jsonl", "json", "md", "html")
"""Also the extensions of the files."""


def render(round_: Round, form: Form) -> str:
    """The whole text of a file in that form: a recording, an object with every line, Markdown, or a web page."""
    match form:
        case "jsonl":
            return "".join(f"{to_json(line)}\n" for line in recording_objects(round_))
        case "json":
            return to_json(whole_object(round_)) + "\n"
        case "md":
            from diptych.report.markdown_text import markdown

            return markdown(round_)
        case "html":
            from diptych.report.html.page import html

            return html(round_)
        case _:
            assert_never(form)


def whole_object(round_: Round) -> JsonObject:
    """The object of `run --json`, with the lines of each side's event list as its `event_list`."""
    whole = round_object(round_)
    for side, run in round_.runs.items():
        whole[side] = whole[side] | {"event_list": [line_object(run, line) for line in run.lines]}
    return whole
