"""The rows of the history: what they say about a round and its answers, as texts with their roles."""

from collections.abc import Iterable, Iterator, Sequence
from time import localtime, strftime

from rich.cells import cell_len, set_cell_size

from diptych.config.sides import SIDES, SideName
from diptych.core.history_summary import ListedRound, ListedRun
from diptych.core.naming import HIDDEN_MODEL, listed_model
from diptych.core.remarks import Vote
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.file_details import prompt_with_files
from diptych.core.wording.listed_remarks import STAR
from diptych.core.wording.settings_summary import settings_line
from diptych.report.figures import UNKNOWN, cost, seconds
from diptych.report.run_status import mark
from diptych.tui.history.round_columns import GAP, RoundColumns, align_left, align_right
from diptych.tui.wrapping import shorten, wrap

ROWS = 2
"""Rows per round: one for each side."""

ROLES = ("number", "prompt", "left", "right", "state", "failed", "cut", "figure", "note", "star", "vote")
"""The roles of pieces. A piece with the role "" has no style."""

Piece = tuple[str, str]
"""A text and its role."""


def round_cells(round_: ListedRound, row: int, columns: RoundColumns, today: float) -> Iterator[Piece]:
    """Yield one of the rows of a round; `today` is in seconds since 1970."""
    yield from _prompt_cells(round_, row, columns, today)
    yield from _answer_cells(round_, row, columns)


def longest_model(rounds: Iterable[ListedRound], *, with_endpoint: bool) -> int:
    """Return the cells of the longest name of a model."""
    names = {listed_model(run, with_endpoint=with_endpoint) for round_ in rounds for run in round_.runs}
    return max((cell_len(clean_line(name)) for name in names), default=0)


def any_settings(rounds: Iterable[ListedRound]) -> bool:
    """Whether a round was asked with settings that are not at their defaults. Most rounds share a few settings."""
    distinct = {id(run.settings): run.settings for round_ in rounds for run in round_.runs}
    return any(map(settings_line, filter(None, distinct.values())))


def short_date(date: float, today: float) -> str:
    """Return a date in local time in at most eleven cells: day and time, or the day and its year in another year.

    `date` and `today` are seconds since 1970; a date of 0 is not known.
    """
    if not date:
        return UNKNOWN
    moment = localtime(date)
    this_year = moment.tm_year == localtime(today).tm_year
    return strftime("%m-%d %H:%M" if this_year else "%Y-%m-%d", moment)


def _prompt_cells(round_: ListedRound, row: int, columns: RoundColumns, today: float) -> Iterator[Piece]:
    """Yield the left part of a row: the ID and the date on the first row, and a row of the prompt."""
    is_first = row == 0
    number = align_right(str(round_.id) if is_first else "", columns.number)
    date = align_left(short_date(round_.date, today) if is_first else "", columns.date)
    star = f"{STAR} " if round_.note.starred else ""
    prompt = prompt_with_files(round_.prompt, round_.attachments)
    words = align_left(_prompt_rows(star + prompt.lstrip(), columns.prompt)[row], columns.prompt)
    shown_star = star if is_first and words.startswith(star) else ""
    yield " " + "".join(f"{cell}{GAP}" for cell in (number, date) if cell), "number"
    yield shown_star, "star"
    yield words.removeprefix(shown_star), "prompt"
    yield GAP, ""


def _prompt_rows(prompt: str, width: int) -> Sequence[str]:
    """Return the beginning of a prompt in as many rows as a round has, with "…" where it is cut."""
    begin = prompt[: width * 8].strip()
    rows = [row.rstrip() for row in wrap(clean_line(begin), width)]
    if len(rows) > ROWS or len(begin) < len(prompt.strip()):
        rows = rows[:ROWS]
        last = rows[-1]
        rows[-1] = (last if cell_len(last) < width else set_cell_size(last, width - 1).rstrip()) + "…"
    return (rows + [""] * ROWS)[:ROWS]


def _answer_cells(round_: ListedRound, row: int, columns: RoundColumns) -> Iterator[Piece]:
    """Yield the right part of a row: an answer, how many more there are, or that they are hidden."""
    more = len(round_.runs) - row
    if row == ROWS - 1 and more > 1:
        indent = " " + GAP if columns.vote else ""
        yield f"{indent}+{more} more models", "note"
    elif round_.is_hidden and not row:
        yield HIDDEN_MODEL, "note"
    elif more > 0:
        yield from _run_cells(round_, round_.runs[row], row, columns)


def _run_cells(round_: ListedRound, run: ListedRun, row: int, columns: RoundColumns) -> Iterator[Piece]:
    """Yield the model of one answer, its settings, its state and its figures."""
    if columns.vote:
        yield _vote_sign(round_, run) + GAP, "vote"
    name = clean_line(listed_model(run, with_endpoint=columns.whole_names))
    yield align_left(shorten(name, columns.model), columns.model), _side_colour(run, row)
    if columns.settings:
        others = round_.settings_of_others(run)
        line = settings_line(run.settings, others, columns.settings, cell_len) if run.settings else ""
        yield GAP + align_left(line, columns.settings), "note"
    word = f" {_ending(run)}" if columns.state > 1 else ""
    yield GAP, ""
    state = align_left(shorten(mark(run.state) + word, columns.state), columns.state)
    yield state, run.state if run.state in ("failed", "cut") else "state"
    if columns.first:
        yield GAP + align_right(seconds(run.first_token), columns.first), "figure"
    if columns.total:
        yield GAP + align_right(seconds(run.total), columns.total), "figure"
    if columns.cost and run.simulated:
        yield GAP + align_right("simulated", columns.cost), "note"
    elif columns.cost:
        yield GAP + align_right(cost(run.cost_usd, run.cost_source), columns.cost), "figure"


def _vote_sign(round_: ListedRound, run: ListedRun) -> str:
    """Return a sign for the user's vote on an answer: better, as good as the other one, or neither is good."""
    match round_.vote:
        case Vote(verdict="better", label=run.label):
            return "✓"
        case Vote(verdict="tie"):
            return "="
        case Vote(verdict="neither"):
            return "✗"
        case _:
            return " "


def _side_colour(run: ListedRun, row: int) -> SideName:
    """Return the side whose colour an answer has: that of its label, or else that of the pane that would show it."""
    return next((side for side in SIDES if side == run.label), SIDES[row])


def _ending(run: ListedRun) -> str:
    """Return the stop reason of a complete answer, if there is one, and the state of any other."""
    return clean_line(run.stop_reason) if run.state == "complete" and run.stop_reason else run.state
