"""The rounds and experiments of the history, as lines of text or as JSON objects."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from diptych.codec.message_object import file_object
from diptych.codec.remark_objects import blind_object, remark_members
from diptych.codec.settings_object import settings_members
from diptych.core.history_summary import ListedExperiment, ListedRound, ListedRun
from diptych.core.json_text import JsonObject
from diptych.core.naming import HIDDEN_MODEL, side_name
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted
from diptych.core.wording.file_details import prompt_with_files
from diptych.core.wording.listed_remarks import STAR, listed_remarks
from diptych.core.wording.settings_summary import settings_line
from diptych.report.figures import UNKNOWN, cost, seconds

_LONGEST_PROMPT = 60
_LONGEST_SETTINGS = 60
_LONGEST_NOTE = 60
_DATE_WIDTH = 16


def listed_object(listed: ListedRound) -> JsonObject:
    """Return a round's id, session, date and prompt, what is said about it, and for each label figures and settings.

    A hidden round has the member `hidden` in place of those of its labels.
    """
    whole: JsonObject = {
        "id": listed.id,
        "session": listed.session,
        "date": _utc(listed.date) if listed.date else None,
        "prompt": listed.prompt,
    }
    if case := listed.experiment_case:
        whole["experiment"] = {"id": case.experiment, "case": case.case, "repeat": case.repeat}
    if listed.attachments:
        whole["attachments"] = [file_object(file) for file in listed.attachments]
    if listed.is_hidden:
        whole["hidden"] = True
    elif listed.blind:
        whole["blind"] = blind_object(listed.blind)
    whole |= remark_members(listed.note, listed.votes)
    for run in listed.runs:
        fields = run._asdict() | {"settings": settings_members(run.settings) if run.settings else None}
        whole[fields.pop("label")] = fields
    return whole


def experiment_object(listed: ListedExperiment) -> JsonObject:
    """Return an experiment's id, such as "x3", its date, what it asks of whom, and how far it has come."""
    return {
        "id": f"x{listed.number}",
        "date": None if listed.date is None else _utc(listed.date),
        "prompt": listed.prompt,
        "models": dict(listed.models),
        "cases": listed.cases,
        "repeats": listed.repeats,
        "answers": listed.answers,
        "done": listed.done,
        "failed": listed.failed,
        "cost_usd": listed.cost_usd,
    }


def entry_object(entry: ListedRound | ListedExperiment) -> JsonObject:
    """Return the object of a round or of an experiment."""
    return listed_object(entry) if isinstance(entry, ListedRound) else experiment_object(entry)


def listed_lines(entries: Iterable[ListedRound | ListedExperiment]) -> Iterator[str]:
    """Yield each round on one line: id, date, each side's model, state and figures, how the prompt begins, remarks,
    settings. An experiment is one line as well."""
    known: dict[tuple[int, ...], str] = {}  # most rounds share their settings, as objects, with others
    for entry in entries:
        if isinstance(entry, ListedExperiment):
            yield experiment_line(entry)
            continue
        listed = entry
        shared = tuple(id(run.settings) for run in listed.runs)
        if shared not in known:
            known[shared] = "  ".join(filter(None, (_settings(listed, run) for run in listed.runs)))
        prompt = _shortened(prompt_with_files(listed.prompt, listed.attachments))
        if listed.note.starred:
            prompt = f"{STAR} {prompt}"
        said = (known[shared], *(f"[{clean_line(words)}]" for words in listed_remarks(listed, _LONGEST_NOTE)))
        yield "  ".join((f"{listed.id:>5}", _when(listed.date), *_sides(listed), prompt, *filter(None, said)))


def experiment_line(listed: ListedExperiment) -> str:
    """Return an experiment on one line: number, date, models, how many answers, what they cost, the first prompt."""
    models = clean_line(" vs ".join(dict.fromkeys(listed.models.values())))
    asked = f"{counted(listed.cases, 'case')} × {counted(listed.repeats, 'repeat')}"
    done = f"{listed.done:,} of {counted(listed.answers, 'answer')}"
    failed = f"{listed.failed:,} failed" if listed.failed else ""
    amount = "" if listed.cost_usd is None else cost(listed.cost_usd)
    date = UNKNOWN if listed.date is None else _local(listed.date)
    figures = filter(None, (asked, done, failed, amount, _shortened(listed.prompt)))
    return "  ".join((f"{f'x{listed.number}':>5}", date, models, *figures))


def _when(date: float) -> str:
    """Return when a round began. If that is not known, its date is 0, and the text is as wide as others are."""
    return _local(date) if date else f"{UNKNOWN:<{_DATE_WIDTH}}"


def _utc(date: float) -> str:
    return datetime.fromtimestamp(date, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _local(date: float) -> str:
    return datetime.fromtimestamp(date).astimezone().strftime("%Y-%m-%d %H:%M")


def _shortened(prompt: str) -> str:
    prompt = clean_line(prompt)
    return prompt if len(prompt) <= _LONGEST_PROMPT else prompt[: _LONGEST_PROMPT - 1] + "…"


def _sides(listed: ListedRound) -> Iterator[str]:
    """Yield the model and the figures of each side; of a hidden round, only that it is hidden."""
    if listed.is_hidden:
        yield HIDDEN_MODEL
    yield from map(_side, listed.runs)


def _side(run: ListedRun) -> str:
    amount = UNKNOWN if run.cost_usd is None else cost(run.cost_usd, run.cost_source)
    figures = f"{run.state:<9} {seconds(run.first_token):>5} {seconds(run.total):>5} {amount:>7}"
    return f"{clean_line(run.model):<20.20} {figures}"


def _settings(listed: ListedRound, run: ListedRun) -> str:
    """Return what a side was asked with in brackets, behind its name; "" where all is at its default."""
    line = settings_line(run.settings, listed.settings_of_others(run), _LONGEST_SETTINGS) if run.settings else ""
    return line and f"[{clean_line(side_name(run.label))}: {line}]"
