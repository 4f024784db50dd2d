"""An experiment as a log of Inspect (https://inspect.aisi.org.uk), written by inspect-ai itself.

The extra `diptych[inspect]` installs it. Inspect has one log per model, so there is one for each label. The repeats of
a case are epochs. docs/reference/experiments.md says what a log holds.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from diptych import __version__
from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.case import Case
from diptych.core.json_text import sendable_json
from diptych.core.request import Label
from diptych.core.run import Run
from diptych.core.settings import Settings
from diptych.core.text.sanitize import sendable
from diptych.report.experiment.exported import ExportedExperiment
from diptych.report.experiment.inspect_messages import inspect_messages, inspect_output
from diptych.report.experiment.inspect_scores import Scored, ScoreTally, VerdictScores, scores_of

_CONFIG = {
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "seed": "seed",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "stop_sequences": "stop_seqs",
    "stop": "stop_seqs",
}
"""Request fields, and what Inspect's `GenerateConfig` calls them."""

_UNSAFE = re.compile(r"[^\w.-]+")


class NoInspectError(Exception):
    """inspect-ai is not installed; the message says how to install it."""


def require_inspect() -> None:
    """Raise `NoInspectError` if inspect-ai is not installed."""
    try:
        import inspect_ai.log  # noqa: F401 - only whether it is there
    except ImportError:
        raise NoInspectError(
            "Inspect logs are written by inspect-ai, which is not installed: install diptych[inspect]."
        ) from None


def log_name(exported: ExportedExperiment, label: Label) -> str:
    """Return the file name of a model's log, in the form that Inspect lists without opening the file."""
    moment = _moment(exported.date).strftime("%Y-%m-%dT%H-%M-%S+00-00")
    model = _UNSAFE.sub("-", label).strip("-.")
    return f"{moment}_diptych-x{exported.number}_{model.replace('_', '-')[:60]}_{_task_id(exported, label)}.eval"


class InspectLog:
    """The log of one model. Its answers are in memory until it is written, as inspect-ai wants them."""

    def __init__(self, exported: ExportedExperiment, label: Label, verdicts: VerdictScores) -> None:
        self._exported = exported
        self._label = label
        self._verdicts = verdicts
        self._settings = exported.plan.models[label]
        self._cases = {case.id: case for case in exported.plan.cases}
        self._tally = ScoreTally()
        self._samples: list[Any] = []

    def add(self, row: AnswerRow, run: Run | None) -> None:
        """Add an answer of the model. The run is None if its round is not in the history any more."""
        scores = scores_of(row, self._verdicts)
        self._tally.add(row.case, scores)
        self._samples.append(_sample(row, run, self._cases[row.case], self._settings, scores))

    def write(self, path: Path) -> None:
        """Write the log. Raises `OSError`."""
        from inspect_ai.log import EvalLog, EvalPlan, write_eval_log

        log = EvalLog(
            status="success",
            eval=_spec(self._exported, self._label, self._settings),
            plan=EvalPlan(config=_config(self._settings)),
            results=_results(self._exported, self._samples, self._tally),
            stats=_stats(self._exported, self._samples),
            samples=self._samples,
        )
        write_eval_log(log, path.absolute().as_posix(), format="eval")


def model_name(settings: Settings) -> str:
    """Return the model as Inspect names it: the provider, or the endpoint of another server, and the model."""
    return sendable(f"{settings.endpoint.provider or settings.endpoint.name}/{settings.model}")


def _spec(exported: ExportedExperiment, label: Label, settings: Settings) -> Any:
    from inspect_ai.log import EvalConfig, EvalDataset, EvalSpec

    cases = [sendable(case.id) for case in exported.plan.cases]
    return EvalSpec(
        created=_moment(exported.date).isoformat(),
        task=f"diptych-x{exported.number}",
        task_id=_task_id(exported, label),
        run_id=exported.digest,
        eval_id=_task_id(exported, label),
        dataset=EvalDataset(name=f"x{exported.number}", samples=len(cases), sample_ids=cases),
        model=model_name(settings),
        model_generate_config=_config(settings),
        config=EvalConfig(epochs=exported.plan.repeats, epochs_reducer=["mean"]),
        packages={"diptych": __version__},
        tags=["diptych"],
        metadata={"experiment": exported.number, "label": sendable(label), "preset": sendable(settings.preset)},
    )


def _task_id(exported: ExportedExperiment, label: Label) -> str:
    """Return the ID of a log. Inspect takes logs with the same ID as attempts at the same task."""
    text = f"{exported.number}/{exported.digest}/{label}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:22]


def _config(settings: Settings) -> Any:
    """Return the settings that Inspect has a name for. Values of another kind than it expects are left out."""
    from inspect_ai.model import GenerateConfig
    from pydantic import ValidationError

    config = GenerateConfig(max_tokens=settings.max_tokens, system_message=sendable(settings.system) or None)
    for field, name in _CONFIG.items():
        if field in settings.params:
            value = settings.params[field]
            values = [value] if name == "stop_seqs" and isinstance(value, str) else value
            try:
                config = config.model_copy(
                    update={name: getattr(GenerateConfig(**{name: sendable_json(values)}), name)}
                )
            except ValidationError:
                continue
    return config


def _sample(row: AnswerRow, run: Run | None, case: Case, settings: Settings, scores: Mapping[str, Scored]) -> Any:
    from inspect_ai.log import EvalSample

    messages = [message for each in case.messages for message in inspect_messages(each)]
    output = inspect_output(row, run)
    usage = output.usage
    return EvalSample(
        id=sendable(row.case),
        epoch=row.repeat,
        input=sendable(case.prompt) if len(case.messages) == 1 and case.messages[0].is_plain else messages,
        target="",
        messages=[*messages, output.choices[0].message],
        output=output,
        scores={sendable(name): _score(scored) for name, scored in scores.items()},
        metadata=_metadata(row),
        model_usage={model_name(settings): usage} if usage else {},
        started_at=row.began,
        completed_at=_ended(row),
        total_time=row.end,
        working_time=row.end,
        uuid=sendable(f"{row.response_id or row.round or row.case}-{row.repeat}"),
        error=_error(row),
    )


def _score(scored: Scored) -> Any:
    from inspect_ai.scorer import CORRECT, INCORRECT, Score

    value = (CORRECT if scored.value else INCORRECT) if isinstance(scored.value, bool) else scored.value
    return Score(value=value, explanation=sendable(scored.explanation) or None)


def _metadata(row: AnswerRow) -> dict[str, Any]:
    """Return the figures of a row, as `run --rows` prints them, without what the sample says elsewhere."""
    members = msgspec.to_builtins(row)
    return {
        name: sendable_json(value)
        for name, value in members.items()
        if value is not None and name not in ("case", "repeat", "checks", "experiment", "plan")
    }


def _error(row: AnswerRow) -> Any:
    """Return why an answer is missing, None if there is one."""
    from inspect_ai.log import EvalError

    if row.state != "failed":
        return None
    message = sendable(str((row.error or {}).get("message", "The answer failed.")))
    return EvalError(message=message, traceback="", traceback_ansi="")


def _results(exported: ExportedExperiment, samples: Sequence[Any], tally: ScoreTally) -> Any:
    from inspect_ai.log import EvalMetric, EvalResults, EvalScore

    scores = []
    for name, found in tally.metrics().items():
        metrics = {"accuracy": EvalMetric(name="accuracy", value=found.mean)}
        if found.standard_error is not None:
            metrics["stderr"] = EvalMetric(name="stderr", value=found.standard_error)
        scorer = sendable(name)
        scores.append(
            EvalScore(name=scorer, scorer=scorer, reducer="mean", scored_samples=found.answers, metrics=metrics)
        )
    planned = len(exported.plan.cases) * exported.plan.repeats
    return EvalResults(
        total_samples=planned, completed_samples=sum(not sample.error for sample in samples), scores=scores
    )


def _stats(exported: ExportedExperiment, samples: Sequence[Any]) -> Any:
    from inspect_ai.log import EvalStats

    total: dict[str, Any] = {}
    for sample in samples:
        for model, usage in sample.model_usage.items():
            total[model] = total[model] + usage if model in total else usage
    return EvalStats(started_at=_moment(exported.date).isoformat(), model_usage=total)


def _ended(row: AnswerRow) -> str | None:
    if row.began is None or row.end is None:
        return None
    return (datetime.fromisoformat(row.began) + timedelta(seconds=row.end)).isoformat()


def _moment(date: float | None) -> datetime:
    return datetime.fromtimestamp(date or 0.0, UTC).replace(microsecond=0)
