"""An experiment to export: two models, some cases and repeats, hostile names, a judge and votes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from diptych.core.endpoint import Endpoint
from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.case import Case
from diptych.core.experiment.judging.judge_tally import judge_tally, vote_tally
from diptych.core.experiment.judging.judgement import Judgement, VotedPair, Winner, judged_pairs
from diptych.core.experiment.plan import Plan
from diptych.core.experiment.summary import summarize
from diptych.core.message import Message
from diptych.core.remarks import Vote
from diptych.core.settings import Settings
from diptych.report.experiment.exported import ExportedExperiment, case_verdicts
from tests.core.experiment.rows import NOT_PASSED, PASSED, row

ENDPOINT = Endpoint("here", "openai-chat", "https://models.test/v1", "HERE_API_KEY")


@dataclass(frozen=True)
class Rows:
    """Rows in memory, which are counted as they are read."""

    rows: Sequence[AnswerRow]

    def __iter__(self) -> Iterator[AnswerRow]:
        return iter(sorted(self.rows, key=lambda each: each.repeat))

    def by_case(self) -> Iterator[AnswerRow]:
        return iter(self.rows)


def exported(
    cases: Sequence[str] = ("one", "two"),
    labels: Sequence[str] = ("left", "right"),
    repeats: int = 3,
    prompt: str = "hi",
) -> ExportedExperiment:
    """Return an experiment in which the second model is slower, fails once, and passes no checks."""
    rows = [
        msgspec.structs.replace(
            row(
                label,
                case,
                repeat,
                state="failed" if place and repeat == repeats else "complete",
                first_token=0.2 + place / 10 + repeat / 100,
                end=1.0 + place,
                output_tokens=100,
                cost_usd="0.0012",
                checks=NOT_PASSED if place else PASSED,
            ),
            round=repeat,
        )
        for case in cases
        for repeat in range(1, repeats + 1)
        for place, label in enumerate(labels)
    ]
    plan = Plan(
        tuple(Case(case, (Message.of_text("user", prompt),)) for case in cases),
        {label: Settings(ENDPOINT, "some-model") for label in labels},
        repeats,
    )
    first, second = sorted(labels)
    orders: list[tuple[str, str, Winner]] = [(first, second, "first"), (second, first, "second")]
    judged = [
        Judgement(case=case, repeat=1, first=one, second=other, judge="here:judge", winner=winner)
        for case in cases
        for one, other, winner in orders
    ]
    votes = [VotedPair(cases[0], 1, (first, second), Vote("tie", 1.0))]
    return ExportedExperiment(
        3,
        1_795_584_840.25,
        plan,
        "0123456789abcdef",
        Rows(rows),
        summarize(rows, labels),
        [judge_tally("here:judge", "", judged, votes)],
        vote_tally(votes),
        case_verdicts({"here:judge": judged_pairs(judged)}, votes),
    )
