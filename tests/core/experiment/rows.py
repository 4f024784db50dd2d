"""Rows of experiments for tests."""

from collections.abc import Iterator, Sequence

from diptych.core.event import ArrivalClock
from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.checks.check import CheckResult
from diptych.core.run import State

PASSED = (CheckResult("contains Paris", True),)
NOT_PASSED = (CheckResult("contains Paris", False, "it does not"),)


def row(
    label: str = "left",
    case: str = "c1",
    repeat: int = 1,
    *,
    state: State = "complete",
    first_token: float | None = None,
    first_answer: float | None = None,
    end: float | None = None,
    tokens_per_second: float | None = None,
    output_tokens: int | None = None,
    cost_usd: str | None = None,
    checks: tuple[CheckResult, ...] = (),
    answer: str | None = "00",
    clock: ArrivalClock | None = "loop",
    unread: int = 0,
    late: float | None = None,
) -> AnswerRow:
    """Return a row of an answer of which only what is given is known."""
    return AnswerRow(
        case=case,
        repeat=repeat,
        label=label,
        endpoint="here",
        model="m",
        state=state,
        first_token=first_token,
        first_answer=first_answer,
        end=end,
        tokens_per_second=tokens_per_second,
        output_tokens=output_tokens,
        cost_usd=cost_usd,
        checks=checks,
        answer=answer,
        clock=clock,
        unread=unread,
        late=late,
    )


def rows_of(label: str, first_tokens: Sequence[float | None], case: str = "c1") -> Iterator[AnswerRow]:
    """Yield a row for each time to the first token, which is repeat 1, 2 and so on."""
    for repeat, first_token in enumerate(first_tokens, 1):
        yield row(label, case, repeat, first_token=first_token)
