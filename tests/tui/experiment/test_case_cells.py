"""The rows of the table of an experiment."""

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.row_figures import FIGURES
from diptych.tui.experiment.case_cells import ROLES, case_cells, id_width, model_cells
from diptych.tui.experiment.case_columns import CaseColumns
from tests.report.experiment.answer_rows import a_row

COLUMNS = CaseColumns(case=30, model=24, passed=3, distinct=2, votes=2, first=0, shown=1)
NARROW = CaseColumns(case=30, model=12, passed=1, distinct=0, votes=0, first=0, shown=1)


def cell(answers: list[AnswerRow], columns: CaseColumns = COLUMNS, wins: int = 0) -> str:
    pieces = [*model_cells(answers, FIGURES[0], wins, columns)]
    assert {role for _, role in pieces} <= {*ROLES, ""}
    return "".join(text for text, _ in pieces)


def test_a_case_is_its_id_and_the_beginning_of_its_prompt_in_one_column() -> None:
    cases = ["a", "bcd"]

    rows = ["".join(text for text, _ in case_cells(case, "What\nis it? " * 9, 30, id_width(cases))) for case in cases]

    assert rows[0].startswith(" a    What is it?")
    assert rows[1].startswith(" bcd  What is it?")
    assert {len(row) for row in rows} == {31}
    assert rows[0].endswith("…")


def test_a_narrow_column_has_the_id_alone() -> None:
    assert [*case_cells("case-1", "What is it?", 12, 6)] == [(" case-1      ", "id")]
    assert next(case_cells("case-1", "", 30, 6))[0].strip() == "case-1"


def test_a_cell_counts_what_passed_and_differs_and_fills_its_column() -> None:
    shown = cell([a_row("a", 1, "m"), a_row("a", 2, "m")], wins=4)

    assert shown.startswith("2/2")
    assert "▲4" in shown
    assert len(shown) == COLUMNS.model


def test_one_answer_is_a_sign_and_none_is_a_point() -> None:
    assert cell([a_row("a", 1, "m")], NARROW).startswith("✔")
    assert cell([], NARROW) == "·".ljust(NARROW.model)
