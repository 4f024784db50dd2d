"""The figures of two runs side by side."""

from decimal import Decimal

import pytest

from diptych.core.content import Identity, Malformed, ServerTimes, Stop, Text, UsageReport
from diptych.core.metrics.server_times import ServerTime
from diptych.core.metrics.usage import Usage
from diptych.differences.compared_figures import ComparedFigure, Value, compared_figures
from diptych.report.figure_differences import delta_text, ratio_text, value_text
from tests.differences.timed_runs import add, end, fail, send, sent_run, write


def figures(*runs: object, now: float | None = None) -> dict[str, ComparedFigure]:
    left, right = runs
    return {figure.name: figure for figure in compared_figures(left, right, now)}  # type: ignore[arg-type]


def test_times_are_compared_since_each_runs_own_t0() -> None:
    left, right = sent_run(at=0.0, headers=0.5), sent_run(at=10.0, headers=10.25)
    write(left, 1.0, 1.5)
    write(right, 12.0, 12.5)
    end(left, 2.0)
    end(right, 13.0)

    found = figures(left, right)

    assert (found["first token"].left.value, found["first token"].right.value) == (1.0, 2.0)
    assert (found["first token"].delta, found["first token"].ratio) == (1.0, 2.0)
    assert (found["headers"].delta, found["headers"].ratio) == (-0.25, 0.5)
    assert found["total"].delta == 1.0
    assert not found["connect"].differs
    assert found["connect"].ratio is None  # both reused a connection


def test_what_is_unknown_has_neither_difference_nor_ratio() -> None:
    left, right = sent_run(), sent_run(headers=None)
    end(left, 1.0)
    right.stop(2.0)

    found = figures(left, right)

    assert found["first token"].left.value is None
    assert found["headers"].right.value is None
    assert found["headers"].delta is None
    assert found["input tokens"].delta is None
    assert found["longest silence"].delta is None


def test_what_may_still_change_is_not_compared_yet() -> None:
    left, right = sent_run(), sent_run()
    write(left, 1.0, 2.0)
    write(right, 1.5)
    end(left, 3.0)

    found = figures(left, right, now=5.0)

    assert found["first token"].delta == 0.5
    assert found["last token"].delta is None
    assert found["total"].right == Value(5.0, is_final=False)
    assert found["total"].delta is None
    assert found["events"].delta is None
    assert figures(left, right)["total"].right.value is None


@pytest.mark.parametrize(
    ("left_late", "right_late", "bound"), [(0.0, 0.0, ""), (0.0, 0.5, "≤"), (0.5, 0.0, "≥"), (0.5, 0.5, "≈")]
)
def test_a_difference_says_if_an_event_was_read_late(left_late: float, right_late: float, bound: str) -> None:
    left, right = sent_run(), sent_run()
    add(left, 1.0, Text("x"), late=left_late)
    add(right, 2.0, Text("x"), late=right_late)

    assert figures(left, right)["first token"].bound == bound


def test_costs_are_exact() -> None:
    left, right = sent_run(), sent_run()
    end(left, 1.0)
    end(right, 1.0)
    left.cost_usd, right.cost_usd = "0.0012", "0.0036"

    cost = figures(left, right)["cost"]

    assert cost.delta == Decimal("0.0024")
    assert cost.ratio == pytest.approx(3.0)
    assert not cost.left.is_by_own_prices


def test_tokens_and_other_counts() -> None:
    left, right = sent_run(), sent_run()
    for run, count in ((left, 10), (right, 25)):
        write(run, 1.0)
        add(run, 1.5, Stop("end_turn"), UsageReport(Usage(input_tokens=7, output_tokens=count), {}))
        end(run, 2.0)

    found = figures(left, right)

    assert (found["output tokens"].delta, found["output tokens"].ratio) == (15, 2.5)
    assert found["input tokens"].delta == 0
    assert found["reasoning tokens"].left.value is None
    assert found["events"].left.value == 3


def test_rare_figures_are_listed_only_where_a_run_has_them() -> None:
    left, right = sent_run(), sent_run()
    rare = {"settings", "reported model", "repeated attempts", "not read", "cache written tokens"}
    assert not rare & set(figures(left, right))

    right = sent_run(system="Be brief.")
    fail(right, 1.0, wait=1.0)
    send(right, 2.0)
    add(right, 3.0, Identity("another-model", None), Malformed("not JSON"))
    add(right, 3.5, UsageReport(Usage(cache_write_tokens=5), {}))
    write(right, 4.0)
    end(right, 5.0)

    found = figures(left, right)
    assert rare <= set(found)
    assert found["repeated attempts"].right.value == 1
    assert found["not read"].right.value == 1
    assert found["reported model"].right.value == "another-model"
    assert found["settings"].right.value == '≠ system "Be brief."'
    assert found["settings"].foreign
    assert found["state"].right.value == "complete (end_turn)"


def test_the_times_of_the_servers_themselves_stand_last() -> None:
    left, right = sent_run(), sent_run()
    for run, seconds in ((left, 0.0123), (right, 0.0246)):
        run.server_times = (ServerTime("timings", "prompt_ms", seconds),)
    left.server_times += (ServerTime("openai-processing-ms", "", 1.0),)
    end(left, 1.0)
    end(right, 1.0)

    *_, prompt, processing = compared_figures(left, right)

    assert (prompt.name, prompt.ratio) == ("server's timings.prompt_ms", 2.0)
    assert (value_text(prompt, prompt.left), delta_text(prompt)) == ("12.3 ms", "+12.3 ms")
    assert (processing.name, processing.right.value, processing.delta) == ("server's openai-processing-ms", None, None)


def test_tokens_per_event_have_one_decimal() -> None:
    figure = ComparedFigure("tokens per event", "tokens per event", Value(1.0), Value(4.25))

    assert (value_text(figure, figure.right), delta_text(figure), ratio_text(figure)) == ("4.2", "+3.2", "×4.25")


def test_times_that_servers_report_are_compared_by_their_names() -> None:
    left, right = sent_run(), sent_run()
    add(left, 1.0, ServerTimes((ServerTime("timings", "prompt_ms", 0.05), ServerTime("timings", "predicted_ms", 1.0))))
    add(right, 1.0, ServerTimes((ServerTime("timings", "prompt_ms", 0.1),)))
    end(left, 2.0)
    end(right, 2.0)

    found = figures(left, right)

    assert found["server's timings.prompt_ms"].delta == pytest.approx(0.05)
    assert found["server's timings.predicted_ms"].right.value is None
    assert found["tokens per event"].left.value is None
