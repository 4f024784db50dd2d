"""The row of an answer of an experiment: made from its run, and as a line of JSON and back."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from diptych.codec.answer_json import answer_members
from diptych.codec.checked_fields import rounded
from diptych.core.experiment.answer_row import AnswerRow, answer_digest
from diptych.core.experiment.checks.check import CheckResult
from diptych.core.json_text import sendable_json, to_json
from diptych.core.metrics.usage import Usage
from diptych.core.round import Round
from diptych.core.run import Run

_DECODER = msgspec.json.Decoder(AnswerRow)


@dataclass(frozen=True, slots=True)
class RowSource:
    """Where rows come from: the same for every row of one process. See `AnswerRow` for the members."""

    host: str | None = None
    region: str | None = None
    versions: tuple[tuple[str, str], ...] = ()
    plan: str | None = None
    shard: str | None = None


def run_row(
    round_: Round, run: Run, source: RowSource, checks: tuple[CheckResult, ...] = (), waited: float = 0.0
) -> AnswerRow:
    """Return the row of a run that has ended. `round_` belongs to an experiment."""
    case = round_.experiment_case
    assert case is not None  # noqa: S101 - the round of an experiment
    settings, timing, usage = run.request.settings, run.stamps.timing(), run.usage or Usage()
    speed, answer = run.tokens_per_second, str(run.text or run.refusal)
    return AnswerRow(
        experiment=case.experiment,
        round=round_.number,
        case=case.case,
        repeat=case.repeat,
        label=run.label,
        endpoint=settings.endpoint.name,
        model=settings.model,
        response_id=run.response_id,
        request_id=run.request_id,
        state=run.state,
        stop_reason=run.stop_reason,
        connect=rounded(timing.connect),
        headers=rounded(timing.headers),
        first_event=rounded(timing.first_event),
        first_token=rounded(timing.first_token),
        first_answer=rounded(timing.first_answer),
        last_token=rounded(timing.last_token),
        end=rounded(timing.end),
        input_tokens=usage.input_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        output_tokens=usage.output_tokens,
        reasoning_tokens=usage.reasoning_tokens,
        tokens_per_second=None if speed is None else round(speed, 2),
        cost_usd=run.cost_usd,
        checks=checks,
        waited=round(waited, 6),
        clock=run.clock,
        late=rounded(run.stamps.lateness),
        error=answer_members(run)["error"],
        answer=answer_digest(answer) if answer.strip() else None,
        characters=len(answer),
        unread=run.unread,
        began=_date(round_.date),
        host=source.host,
        region=source.region,
        versions=dict(source.versions),
        plan=source.plan,
        shard=source.shard,
        simulated=settings.simulated,
    )


def row_line(row: AnswerRow) -> str:
    """Return a row as JSON on one line of ASCII. Lone surrogates are replaced, since msgspec does not read them."""
    with suppress(UnicodeEncodeError):
        line = msgspec.json.encode(row)
        if line.isascii():  # as nearly all are
            return line.decode("ascii")
    return to_json(sendable_json(msgspec.to_builtins(row)))


def read_row(text: str | bytes) -> AnswerRow:
    """Return the row that a line of JSON holds. Raises `ValueError` with words that follow "it "."""
    try:
        return _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ValueError("is not a row of an answer") from None


def _date(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
