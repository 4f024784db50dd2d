"""An experiment as a page, as Markdown, and as rows in every form."""

import csv
import io
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pyarrow.parquet
import pytest

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.judging.judgement import VotedPair
from diptych.core.remarks import Vote
from diptych.report.experiment.export_html import experiment_html
from diptych.report.experiment.export_markdown import experiment_markdown
from diptych.report.experiment.export_parquet import BATCH, NoParquetError, write_parquet
from diptych.report.experiment.export_rows import COLUMNS, csv_rows, json_lines, json_object
from diptych.report.experiment.exported import (
    MOST_CASES,
    USER,
    CaseCell,
    case_lines,
    case_verdicts,
    cell_words,
    verdict_words,
)
from tests.core.experiment.rows import NOT_PASSED, PASSED, row
from tests.report.experiment.exported import exported
from tests.report.html.test_page import ATTRIBUTES, HOSTILE, TAGS, UNSEEN
from tests.report.pages import read


def page(**fields: Any) -> str:
    return "".join(experiment_html(exported(**fields)))


def document(**fields: Any) -> str:
    return "".join(experiment_markdown(exported(**fields)))


# Rows


def full(**fields: Any) -> AnswerRow:
    """A row with every kind of member."""
    known = {
        "experiment": 3,
        "round": 7,
        "cost_usd": "0.00120000000000000000001",
        "checks": NOT_PASSED,
        "error": {"kind": "http", "status": 429, "message": "busy", "request_id": None},
        "began": "2026-11-26T10:00:00.250Z",
        "versions": {"diptych": "0.1.0"},
        "first_token": 0.25,
        "output_tokens": 100,
    }
    return msgspec.structs.replace(row(), **(known | fields))


def table(*rows: AnswerRow) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(csv_rows(rows)), newline="")))


def test_rows_as_csv() -> None:
    head, only = table(full())

    assert tuple(head) == COLUMNS
    cells = dict(zip(head, only, strict=True))
    assert (cells["experiment"], cells["case"], cells["first_token"], cells["cost_usd"]) == (
        *("3", "c1", "0.25", "0.00120000000000000000001"),
    )
    assert json.loads(cells["checks"]) == [{"check": "contains Paris", "passed": False, "detail": "it does not"}]
    assert json.loads(cells["versions"]) == {"diptych": "0.1.0"}
    assert (cells["region"], cells["headers"]) == ("", "")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "\tx", "\rx"])
def test_no_cell_is_a_formula(text: str) -> None:
    _, only = table(full(case=text, model=text, region="1=1"))

    assert only[COLUMNS.index("case")] == only[COLUMNS.index("model")] == f"'{text}"
    assert only[COLUMNS.index("region")] == "1=1"


def test_csv_keeps_what_is_hard_to_keep() -> None:
    _, only = table(full(case='a "b",\r\nc', model="\ud83d"))

    assert only[COLUMNS.index("case")] == 'a "b",\r\nc'
    assert only[COLUMNS.index("model")] == "\ufffd"


def test_csv_without_rows_has_its_names() -> None:
    assert table() == [list(COLUMNS)]


def test_rows_as_json_lines() -> None:
    (line,) = json_lines([full()])

    assert json.loads(line)["case"] == "c1"
    assert line.endswith("}\n")


def test_the_json_object_has_summary_verdicts_and_rows() -> None:
    whole = json.loads("".join(json_object(exported())))

    assert whole["experiment"] == 3
    assert whole["digest"] == "0123456789abcdef"
    assert whole["models"]["left"]["n"] == 6
    assert whole["judges"][0]["n"] == 2
    assert whole["votes"][0]["ties"] == 1
    assert [each["repeat"] for each in whole["rows"]] == [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]


# Parquet


def stored(*rows: AnswerRow) -> Any:
    file = io.BytesIO()
    write_parquet(rows, file)
    return pyarrow.parquet.ParquetFile(io.BytesIO(file.getvalue()))


def test_rows_as_parquet_have_types() -> None:
    (only,) = stored(full()).read().to_pylist()

    assert only["cost_usd"] == Decimal("0.0012")
    assert only["began"] == datetime(2026, 11, 26, 10, 0, 0, 250_000, UTC)
    assert only["checks"] == [{"check": "contains Paris", "passed": False, "detail": "it does not"}]
    assert only["versions"] == [("diptych", "0.1.0")]
    assert only["error"]["status"] == 429
    assert (only["first_token"], only["output_tokens"], only["round"], only["region"]) == (0.25, 100, 7, None)
    assert tuple(only) == COLUMNS


def test_rows_of_other_machines_may_hold_anything() -> None:
    odd = full(
        case="\ud83d",
        cost_usd="much",
        began="today",
        output_tokens=2**70,
        checks=PASSED,
        error={"status": "bad", "kind": 7, "message": "\ud83d"},
        versions={},
    )

    (only,) = stored(odd).read().to_pylist()

    assert (only["case"], only["cost_usd"], only["began"], only["output_tokens"]) == ("\ufffd", None, None, None)
    assert only["checks"] == [{"check": "contains Paris", "passed": True, "detail": ""}]
    assert only["error"] == {"status": None, "kind": None, "message": "\ufffd", "request_id": None}
    (only,) = stored(full(cost_usd="1e60", error=None)).read().to_pylist()
    assert (only["cost_usd"], only["error"]) == (None, None)


def test_parquet_is_written_batch_by_batch() -> None:
    file = stored(*[full()] * (BATCH + 1))

    assert (file.metadata.num_rows, file.metadata.num_row_groups) == (BATCH + 1, 2)


def test_parquet_without_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(
        NoParquetError, match=r"^Parquet files are written by pyarrow, .*: install diptych\[parquet\]\.$"
    ):
        write_parquet([], io.BytesIO())


# Cases


def test_what_the_answers_to_a_case_come_to() -> None:
    first, second = case_lines(exported().rows.by_case())

    assert (first.case, second.case) == ("one", "two")
    assert cell_words(first.cells["left"]) == "3 of 3 passed · 0.220 s · 1.00 s"
    assert cell_words(first.cells["right"]) == "2 of 3 complete · 0 of 3 passed · 0.315 s · 2.00 s"
    assert cell_words(None) == "–"
    assert cell_words(CaseCell(2, 2, 0, 0, (None, None))) == ""


def test_verdicts_on_a_case() -> None:
    assert exported().verdicts["one"] == {"you": {"tie": 1}, "here:judge": {"left": 1}}
    assert verdict_words({"tie": 3, "a": 1, "b": 2}) == "b 2 · a 1 · tie 3"
    assert verdict_words({"neither": 1, "tie": 3, "a": 1}) == "a 1 · tie 3 · neither 1"


def test_a_vote_for_neither_answer_is_not_listed_as_a_tie() -> None:
    votes = [VotedPair("capital", repeat, ("a", "b"), Vote("neither", 0.0)) for repeat in (1, 2)]

    assert case_verdicts({}, votes) == {"capital": {USER: {"neither": 2}}}


# Markdown


def test_the_document() -> None:
    text = document(cases=("one",))

    assert text.startswith("## Experiment x3\n\n2026-11-25 05:")
    assert "- Size: 1 case × 2 models × 3 repeats: 6 of 6 answers\n- Order: all cases once" in text
    assert "- Plan: 0123456789abcdef\n\n|  | left | right |\n" in text
    assert "| endpoint | `here` | `here` |\n" in text
    assert "Prompt:\n\n```text\nhi\n```\n" in text
    assert "right compared with left:" in text
    assert "Judged by here:judge: 1 pair, each in both orders" in text
    assert "| Case | Prompt | `left` | `right` | `you` | `here:judge` |\n" in text
    assert "| `one` | `hi` | 3 of 3 passed · 0.220 s · 1.00 s |" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_acts_in_the_document(text: str) -> None:
    written = document(cases=(f"{text}|`", "two"), labels=(f"a{text}", "b"), prompt=f"{text}\n| x |")

    rows = [line for line in written.partition("## Cases")[2].splitlines() if line.startswith("|")]
    assert len(rows) == 4
    assert len({len(line.replace("\\|", "").split("|")) for line in rows}) == 1


def test_many_cases_are_folded_and_bounded() -> None:
    many = document(cases=[str(number) for number in range(MOST_CASES + 2)], repeats=1)

    assert "<summary>1,002 cases</summary>" in many
    assert many.count("\n| `") == MOST_CASES
    assert many.endswith("\n2 more cases in the other formats.\n")


# The page


def test_the_page_shows_every_figure_with_its_values() -> None:
    text = page(cases=("one",))

    assert "<h1>Experiment x3</h1>" in text
    assert text.count('<svg class="chart strip"') == 4
    assert '<path class="values" d="M' in text
    assert "2 of 3 complete" in text
    assert "Judged by here:judge" in text
    assert "Your votes" in text
    assert "0123456789abcdef" in text


def test_a_page_without_verdicts() -> None:
    bare = replace(exported(), judges=(), votes=(), verdicts={})

    assert "Votes and judges" not in "".join(experiment_html(bare))
    assert "Votes and judges" not in "".join(experiment_markdown(bare))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup(text: str) -> None:
    written = page(cases=(text, f"{text}2"), labels=(f"{text}a", f"{text}b"), prompt=text)
    found = read(written)

    assert {tag for tag, _ in found.elements} <= TAGS
    assert {name for _, attributes in found.elements for name in attributes} <= ATTRIBUTES
    assert len(found.attributes("style")) == len(found.attributes("h1")) == 1
    assert not UNSEEN.search(written)
    written.encode()


def test_the_page_folds_and_bounds_many_cases() -> None:
    text = page(cases=[str(number) for number in range(MOST_CASES + 2)], repeats=1)

    assert "<summary>1,002 cases</summary>" in text
    assert "2 more cases in the other formats." in text
    assert "2 more rounds left out: a page holds 1,000." in text
    assert len(text) < 1_200_000


def test_a_strip_has_no_more_marks_than_places() -> None:
    text = page(cases=("one",), repeats=5_000)

    assert len(text.partition("<h2>Rounds</h2>")[0]) < 200_000
