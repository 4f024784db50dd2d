"""A round in the forms that can be exported, piece by piece, so that no export is ever whole in memory."""

import time
from collections.abc import Iterator
from typing import Literal, assert_never

from diptych.codec.event_lines import line_object
from diptych.codec.har.har_document import har_pieces
from diptych.codec.objects import round_object
from diptych.codec.recording_lines import recording_objects
from diptych.core.json_text import JsonObject, to_json
from diptych.core.naming import refuse_hidden
from diptych.core.round import Round
from diptych.core.run import Run

Form = Literal["jsonl", "json", "md", "html", "har"]
FORMS: tuple[Form, ...] = ("html", "md", "json", "har", "jsonl")
"""The names of the forms, which are also the extensions of their files, those for readers first."""


def export_name(round_: Round, extension: str) -> str:
    """Return the name of a file for an export: `diptych-42.html`, with the round's ID in the history.

    A round that is not there is named by when it was asked: `diptych-20261125-120000.html`.
    """
    if round_.number is not None:
        name = str(round_.number)
    else:
        name = "round" if round_.date is None else time.strftime("%Y%m%d-%H%M%S", time.localtime(round_.date))
    return f"diptych-{name}.{extension}"


def render(round_: Round, form: Form) -> Iterator[str]:
    """Yield the text of a file in that form: a recording, JSON with every line, Markdown, a web page or a HAR.

    Raises `HiddenRoundError` for a round whose sides are hidden.
    """
    refuse_hidden(round_)
    match form:
        case "jsonl":
            return (f"{to_json(line)}\n" for line in recording_objects(round_))
        case "json":
            return _json(round_)
        case "md":
            from diptych.report.markdown_text import markdown

            return markdown(round_)
        case "html":
            from diptych.report.html.page import html

            return html(round_)
        case "har":
            return har_pieces((round_,))
        case _:
            assert_never(form)


def _json(round_: Round) -> Iterator[str]:
    """Yield the object of `run --json`, with the lines of each side's event list as its `event_list`."""
    before = "{"
    for name, value in round_object(round_).items():
        yield f"{before}{to_json(name)}: "
        if name in round_.runs:
            yield from _json_run(round_.runs[name], value)
        elif name == "other_takes":
            yield from _json_takes(round_, value)
        else:
            yield to_json(value)
        before = ", "
    yield "}\n"


def _json_takes(round_: Round, others: JsonObject) -> Iterator[str]:
    """Yield the takes that do not count, by their labels."""
    before = "{"
    for label, objects in others.items():
        runs = (run for run in round_.takes(label) if run is not round_.runs[label])
        separator = f"{before}{to_json(label)}: ["
        for run, whole in zip(runs, objects, strict=True):
            yield separator
            yield from _json_run(run, whole)
            separator = ", "
        yield "]"
        before = ", "
    yield "}"


def _json_run(run: Run, whole: JsonObject) -> Iterator[str]:
    """Yield the object of a run, with its lines as the last member."""
    yield f'{to_json(whole)[:-1]}, "event_list": ['
    separator = ""
    for line in run.lines:
        yield separator + to_json(line_object(run, line))
        separator = ", "
    yield "]}"
