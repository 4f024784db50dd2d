"""The rounds of the history, as lines of text or as JSON objects."""

from datetime import UTC, datetime

from diptych.codec.message_object import file_object
from diptych.core.history_summary import ListedRound, ListedRun
from diptych.core.json_text import JsonObject
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.file_details import prompt_with_files
from diptych.report.figures import UNKNOWN, cost, seconds

_LONGEST_PROMPT = 60


def listed_object(listed: ListedRound) -> JsonObject:
    """Return what is listed of a round, and for each label an object with the figures of its run."""
    date = datetime.fromtimestamp(listed.date, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    whole: JsonObject = {"id": listed.id, "session": listed.session, "date": date, "prompt": listed.prompt}
    if listed.attachments:
        whole["attachments"] = [file_object(file) for file in listed.attachments]
    for run in listed.runs:
        fields = run._asdict()
        whole[fields.pop("label")] = fields
    return whole


def listed_line(listed: ListedRound) -> str:
    """Return a round on one line: its id and date, each side's model, state and figures, and how the prompt begins."""
    date = datetime.fromtimestamp(listed.date).astimezone().strftime("%Y-%m-%d %H:%M")
    prompt = clean_line(prompt_with_files(listed.prompt, listed.attachments))
    if len(prompt) > _LONGEST_PROMPT:
        prompt = prompt[: _LONGEST_PROMPT - 1] + "…"
    return "  ".join((f"{listed.id:>5}", date, *map(_side, listed.runs), prompt))


def _side(run: ListedRun) -> str:
    amount = UNKNOWN if run.cost_usd is None else cost(run.cost_usd)
    figures = f"{run.state:<9} {seconds(run.first_token):>5} {seconds(run.total):>5} {amount:>7}"
    return f"{clean_line(run.model):<20.20} {figures}"
