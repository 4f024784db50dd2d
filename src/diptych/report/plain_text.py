"""Answers, figures and whole rounds as plain text, for a terminal or a pipe."""

from collections.abc import Iterator
from typing import assert_never

from diptych.core.answer_parts import (
    AnswerEnding,
    AnswerPart,
    AnswerRedactedThinking,
    AnswerRefusal,
    AnswerSchemaVerdict,
    AnswerText,
    AnswerThinking,
    AnswerToolCall,
    AnswerWarning,
    AnswerWordlessRefusal,
    answer_parts,
)
from diptych.core.naming import hidden_sentence, model_name, refuse_hidden, side_name, take_name
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.text.sanitize import clean, clean_line
from diptych.core.wording.file_details import file_text
from diptych.core.wording.outcome import state_with_reason
from diptych.core.wording.server_figures import server_times
from diptych.report.figures import pace, time_since_t0, usage
from diptych.report.headings import heading, run_settings, take_heading
from diptych.report.round_remarks import other_takes, remarks


def above_answer(round_: Round, run: Run) -> str:
    """Return the lines above an answer: its heading, and its settings where they differ from the defaults."""
    lines = (heading(run, take_name(round_, run)), run_settings(round_, run))
    return "\n".join(filter(None, lines))


def answer(run: Run) -> str:
    """Return everything the model said except its thinking, and how the answer ended unless it is whole."""
    return "\n\n".join(text.strip("\n") for text in map(_text, answer_parts(run)) if text.strip())


def figures(run: Run) -> str:
    """Return a run's figures on one line."""
    return clean_line(" · ".join(_figures(run)))


def summary(round_: Round) -> str:
    """Return the figures of a round, one line per side. The sides are named if their models do not tell them apart.

    Of a hidden round it returns only that it is hidden.
    """
    if round_.is_hidden:
        return hidden_sentence()
    names = {label: clean_line(model_name(run.request.settings)) for label, run in round_.runs.items()}
    if len(set(names.values())) < len(names):
        names = {label: f"{clean_line(side_name(label))} · {name}" for label, name in names.items()}
    width = max(map(len, names.values()))
    return "\n".join(f"{names[label]:<{width}}  {figures(run)}" for label, run in round_.runs.items())


def whole_round(round_: Round) -> Iterator[str]:
    """Yield a round piece by piece: its prompt, attachments and remarks, every answer under its heading, the figures.

    Takes that do not count are named below the others, with their figures. Raises `HiddenRoundError` for a round whose
    sides are hidden.
    """
    refuse_hidden(round_)
    yield f"── prompt ──\n{round_.prompt.strip()}\n\n"
    if round_.attachments:
        yield "── attachments ──\n" + "".join(f"{clean_line(file_text(file))}\n" for file in round_.attachments) + "\n"
    for title, text in remarks(round_):
        yield f"── {title.lower()} ──\n{clean(text)}\n\n"
    for run in round_.runs.values():
        yield f"{above_answer(round_, run)}\n{answer(run)}\n\n"
    yield f"{summary(round_)}\n"
    yield from _server_times(round_)
    if others := other_takes(round_):
        yield "\n── takes that do not count ──\n"
        yield from (f"{take_heading(round_, run)}  {figures(run)}\n" for run in others)


def _server_times(round_: Round) -> Iterator[str]:
    """Yield what the servers say of their own times, one line per side, if one says anything."""
    told = [run for run in round_.runs.values() if run.server_times]
    if told:
        yield "\n── times by the servers themselves ──\n"
    for run in told:
        yield f"{clean_line(side_name(run.label))}  {clean_line(server_times(run.server_times))}\n"


def _text(part: AnswerPart) -> str:
    """Return a part of an answer as text: "" for thinking, which is left out."""
    match part:
        case AnswerThinking() | AnswerRedactedThinking():
            return ""
        case AnswerText(text):
            return str(text)
        case AnswerRefusal(text):
            return f"[refusal] {text}"
        case AnswerToolCall(tool):
            return f"[tool] {tool.name} {tool.arguments}"
        case AnswerWordlessRefusal(sentence):
            return f"[refusal] {sentence}"
        case AnswerEnding(how, sentence):
            return f"[{how}] {sentence}"
        case AnswerSchemaVerdict(verdict):
            return f"[schema] {verdict.sentence}"
        case AnswerWarning(sentence):
            return f"[warning] {sentence}"
        case _:
            assert_never(part)


def _figures(run: Run) -> Iterator[str]:
    stamps = run.stamps
    yield state_with_reason(run)
    yield f"first token {time_since_t0(stamps, stamps.first_token)}"
    if stamps.first_answer != stamps.first_token:
        yield f"first answer {time_since_t0(stamps, stamps.first_answer)}"
    yield f"total {time_since_t0(stamps, stamps.end)}"
    if run.tokens_per_second is not None or run.events_per_second is not None:
        yield pace(run)
    yield usage(run)
