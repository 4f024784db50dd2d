import random

import pytest
from msgspec.structs import replace

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.summary import DistinctAnswers, summarize
from diptych.core.statistics.share import Share
from diptych.report.experiment.summary_text import checks_words, distinct_words, summary_text
from tests.core.experiment.rows import NOT_PASSED, PASSED, row


def experiment(repeats: int, cases: int = 1, labels: tuple[str, ...] = ("left", "right")) -> list[AnswerRow]:
    """Return rows in which each model is half a second later than the one before it; one answer in nine failed."""
    chance = random.Random(3)
    rows: list[AnswerRow] = []
    for repeat in range(1, repeats + 1):
        for case in range(cases):
            prompt = chance.uniform(0.3, 0.5)
            for place, label in enumerate(labels):
                first = prompt + place / 2 + chance.uniform(0, 0.1)
                tokens = chance.randint(90, 210)
                rows.append(
                    row(
                        label,
                        f"c{case}",
                        repeat,
                        state="failed" if len(rows) % 9 == 8 else "complete",
                        first_token=first,
                        end=first + tokens / 80,
                        output_tokens=tokens,
                        cost_usd=f"{tokens * 15e-6:.6f}",
                        checks=PASSED if chance.random() < 0.8 else NOT_PASSED,
                        answer=chance.choice(["aa", "aa", "bb", "cc"]),
                        clock="kernel",
                    )
                )
    return rows


def text(rows: list[AnswerRow], width: int = 80) -> str:
    return "\n".join(summary_text(summarize(rows), width))


def test_a_label_that_names_the_model_is_not_said_twice() -> None:
    rows = [row("openai:gpt-5.6-sol"), row("openai:gpt-5.6-sol#2")]
    simulated = [replace(each, endpoint="openai", model="gpt-5.6-sol", simulated=True) for each in rows]

    lines = text(simulated).splitlines()

    assert lines[0].startswith("openai:gpt-5.6-sol · simulated · 1 answer")
    assert any(line.startswith("openai:gpt-5.6-sol#2 · simulated") for line in lines)


def test_a_summary_has_a_table_for_each_model_and_the_differences_in_words() -> None:
    assert text(experiment(9)) == SUMMARY


SUMMARY = """\
left · here:m · 9 answers · 8 complete · 1 failed
  checks: 7 of 9 passed, 78 % (45–94 %)
  distinct answers: 3 of 8 (×4 ×3 ×1)
                  n  median  95 % interval    quartiles  p95        range
  first token, s  8   0.509    0.375–0.583  0.401–0.543    –  0.375–0.583
  total, s        8    2.59      2.11–3.15    2.32–2.68    –    2.11–3.15
  output, tokens  8     164        137–208      149–182    –      137–208
  cost, $/1,000   8    2.46      2.06–3.12    2.23–2.73    –    2.06–3.12

right · here:m · 9 answers · 8 complete · 1 failed
  checks: 7 of 9 passed, 78 % (45–94 %)
  distinct answers: 3 of 8 (×4 ×3 ×1)
                  n  median  95 % interval  quartiles  p95      range
  first token, s  8    1.02      0.89–1.08  0.97–1.05    –  0.89–1.08
  total, s        8    3.07      2.14–3.62  2.89–3.30    –  2.14–3.62
  output, tokens  8     164         98–207    149–181    –     98–207
  cost, $/1,000   8    2.46      1.47–3.10  2.24–2.72    –  1.47–3.10

right compared with left:
  first token   0.508 s later (0.464 to 0.544) in 7 of 7 pairs; but this may be
                chance: p = 0.063
  total         0.49 s longer (0.02 to 1.06) in 7 of 7 pairs; but this may be
                chance: p = 0.063
  output        no difference seen in 7 pairs; 39 tokens fewer to 41 tokens more
                is possible
  cost          no difference seen in 7 pairs; $0.585/1,000 cheaper to
                $0.615/1,000 more expensive is possible

Figures are those of complete answers. 2 other answers are left out.
A 95th percentile needs at least 20 values: of fewer, not even one is expected
above it.
Differences are medians of pairs (same case, same repeat) with 95 % intervals; p
is that of the sign test, adjusted for 4 comparisons (Holm). All of this is
about this one prompt."""


@pytest.mark.parametrize("width", [80, 60, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    rows = experiment(25, 4, ("anthropic:claude-sonnet-5-5", "openai:gpt-5.6-terra", "@terse"))

    lines = text(rows, width).splitlines()

    assert max(map(len, lines)) <= width
    assert any("quartiles" in line for line in lines) is (width >= 80)


def test_a_terminal_without_columns_gets_narrow_lines() -> None:
    assert max(map(len, text(experiment(8), 0).splitlines())) <= 46


def test_few_answers_have_neither_interval_nor_p95_and_it_says_why() -> None:
    short = text(experiment(4))

    assert "4 pairs are too few to tell" in short or "3 pairs are too few to tell" in short
    assert "needs at least 6 values" in short
    assert "needs at least 20 values" in short
    assert "Holm" not in short


def test_many_answers_need_no_excuse() -> None:
    assert "needs at least" not in text(experiment(30))


def test_a_single_comparison_needs_no_adjustment() -> None:
    rows = [row(label, "c1", repeat, end=repeat * 2.0) for repeat in range(6) for label in ("left", "right")]
    rows = [row("left", "c1", 6, end=1.0), row("right", "c1", 6, end=2.0), *rows]

    assert "p is that of the sign test. All of this" in " ".join(text(rows).split())


def test_answers_that_do_not_count_are_named() -> None:
    rows = [row(repeat=1, first_token=1.0), row(repeat=2, state="failed"), row(repeat=3, state="stopped")]

    short = text(rows)

    assert "left · here:m · 3 answers · 1 complete · 1 failed · 1 stopped" in short
    assert "2 other answers are left out." in short
    assert "1 other answer is left out." in text(rows[:2])
    assert "left out" not in text(rows[:1])


def test_a_model_without_answers_has_a_line() -> None:
    lines = list(summary_text(summarize([row("left", first_token=1.0)], ["left", "right"])))

    assert "right · 0 answers" in lines
    assert "  no round has complete answers of both" in lines


def test_a_label_that_names_its_model_is_not_said_twice() -> None:
    assert text([row("here:m", first_token=1.0)]).startswith("here:m · 1 answer")


def test_no_rows_are_no_summary() -> None:
    assert text([]) == "There are no answers."


def test_answers_that_were_read_late_are_counted_with_the_most_that_their_times_may_be_off() -> None:
    rows = [
        row("left", first_token=1.0, late=0.0),
        row("right", first_token=1.0, late=0.0412),
        row("right", "c2", first_token=1.0, late=0.02),
        row("left", "c2", state="failed", late=3.0),
    ]

    said = " ".join(text(rows).split())
    assert "Diptych itself read 2 of 3 answers late" in said
    assert "may be too long by up to 41.2 ms." in said
    assert "late" not in text(rows[:1])


def test_two_clocks_are_named() -> None:
    rows = [row("left", first_token=1.0, clock="kernel"), row("right", first_token=1.0, clock="loop")]

    assert "stamped by the kernel for some answers" in " ".join(text(rows).split())
    assert "stamped" not in text(rows[:1])


def test_a_drift_is_named() -> None:
    rows = [row("left", "c1", repeat, first_token=repeat, end=repeat + 9) for repeat in range(1, 13)]

    assert "of left resemble each other (first token and total)" in " ".join(text(rows).split())


def test_names_cannot_write_to_the_terminal() -> None:
    assert "\x1b" not in text([row("a\x1b[2J", first_token=1.0), row("b\x1b[2J", first_token=1.0)])


def test_checks_have_their_share_with_its_interval() -> None:
    assert checks_words(Share(17, 19)) == "17 of 19 passed, 89 % (69–97 %)"
    assert checks_words(Share(0, 0)) == "0 of 0 passed"


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (DistinctAnswers(20, 3, (15, 4, 1)), "3 of 20 (×15 ×4 ×1)"),
        (DistinctAnswers(20, 7, (8, 4, 3, 2, 1)), "7 of 20 (×8 ×4 ×3 ×2 ×1 …)"),
        (DistinctAnswers(20, 20, (1, 1, 1, 1, 1)), "20 of 20"),
        (DistinctAnswers(20, 1, (20,)), "1 of 20 (×20)"),
        (DistinctAnswers(60, 31, (9, 9, 8, 5, 1), cases=20), "31 of 60, to 20 cases"),
    ],
)
def test_distinct_answers_are_counted(answers: DistinctAnswers, words: str) -> None:
    assert distinct_words(answers) == words
