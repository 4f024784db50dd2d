"""The rounds of the history, as lines of text or as JSON objects."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from diptych.codec.message_object import file_object
from diptych.codec.remark_objects import blind_object, remark_members
from diptych.codec.settings_object import settings_members
from diptych.core.history_summary import ListedRound, ListedRun
from diptych.core.json_text import JsonObject
from diptych.core.naming import HIDDEN_MODEL, side_name
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.file_details import prompt_with_files
from diptych.core.wording.listed_remarks import STAR, listed_remarks
from diptych.core.wording.settings_summary import settings_line
from diptych.report.figures import UNKNOWN, cost, seconds

_LONGEST_PROMPT = 60
_LONGEST_SETTINGS = 60
_LONGEST_NOTE = 60


def listed_object(listed: ListedRound) -> JsonObject:
    """Return a round's id, session, date and prompt, what is said about it, and for each label figures and settings.

    A hidden round has the member `hidden` in place of those of its labels.
    """
    date = datetime.fromtimestamp(listed.date, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    whole: JsonObject = {"id": listed.id, "session": listed.session, "date": date, "prompt": listed.prompt}
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


def listed_lines(rounds: Sequence[ListedRound]) -> Iterator[str]:
    """Yield each round on one line: id, date, each side's model, state and figures, how the prompt begins, remarks,
    settings."""
    known: dict[tuple[int, ...], str] = {}  # most rounds share their settings, as objects, with others
    for listed in rounds:
        shared = tuple(id(run.settings) for run in listed.runs)
        if shared not in known:
            known[shared] = "  ".join(filter(None, (_settings(listed, run) for run in listed.runs)))
        date = datetime.fromtimestamp(listed.date).astimezone().strftime("%Y-%m-%d %H:%M")
        prompt = clean_line(prompt_with_files(listed.prompt, listed.attachments))
        if len(prompt) > _LONGEST_PROMPT:
            prompt = prompt[: _LONGEST_PROMPT - 1] + "…"
        if listed.note.starred:
            prompt = f"{STAR} {prompt}"
        said = (known[shared], *(f"[{clean_line(words)}]" for words in listed_remarks(listed, _LONGEST_NOTE)))
        yield "  ".join((f"{listed.id:>5}", date, *_sides(listed), prompt, *filter(None, said)))


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
