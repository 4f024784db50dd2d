"""Exports as tests read them: whole."""

from diptych.codec.event_lines import line_object
from diptych.codec.objects import round_object
from diptych.core.json_text import JsonObject
from diptych.core.round import Round
from diptych.report import formats
from diptych.report.formats import Form


def render(round_: Round, form: Form) -> str:
    """The whole text of a file in that form."""
    return "".join(formats.render(round_, form))


def whole_object(round_: Round) -> JsonObject:
    """The object that an export as JSON holds: that of `run --json`, with each side's lines as its `event_list`."""
    whole = round_object(round_)
    for side, run in round_.runs.items():
        whole[side] = whole[side] | {"event_list": [line_object(run, line) for line in run.lines]}
    return whole
