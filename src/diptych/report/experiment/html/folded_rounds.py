"""Every round of an experiment on its page, folded: its prompt, answers with figures and checks, events in brief.

A page of 1,000 rounds has to open at once. Therefore a folded round has no list of events, long answers are cut, and
once a page holds much text, only the beginnings of answers follow. The page says so.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.case import Case
from diptych.core.experiment.judging.judgement import Judgement
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.text.excerpt import excerpt
from diptych.core.wording.counted import counted
from diptych.differences.phases import run_phases
from diptych.report.experiment.exported import ExportedExperiment
from diptych.report.experiment.html.round_links import MOST_ROUNDS, RoundLinks
from diptych.report.figures import seconds
from diptych.report.html.attachment_list import ImageRoom, attachments_html
from diptych.report.html.escape import block, words
from diptych.report.html.run_parts import answer_blocks
from diptych.report.phase_differences import phases_text
from diptych.report.plain_text import figures
from diptych.report.round_remarks import remarks

LONGEST_ANSWER = 20_000
"""Characters of a text of an answer that are shown."""

MOST_CHARACTERS = 4_000_000
"""Characters of answers on a page, beyond which only the beginnings of further answers are shown."""

LONGEST_BEGINNING = 400
"""Characters of an answer of which only the beginning is shown."""

_LONGEST_PROMPT = 4_000
"""Characters of a prompt that are shown again for every repeat of its case."""

_LONGEST_REASON = 1_000
"""Characters of what a judge says that are shown."""

_ABOUT = (
    "Each round has its answers, figures, checks and what the time was spent on. Its events, and what is left out of "
    "long answers, are in the history: <code>diptych export ID</code>, with the number of the round."
)


def folded_rounds(exported: ExportedExperiment, accents: Mapping[Label, str], links: RoundLinks) -> Iterator[str]:
    """Yield the rounds in the order of the cases."""
    page = _Page(exported, accents)
    shown = 0
    yield f'<section>\n<h2>Rounds</h2>\n<p class="note">{_ABOUT}</p>\n'
    for (case, repeat), rows in groupby(exported.rows.by_case(), lambda row: (row.case, row.repeat)):
        anchor = links.anchor(case, repeat)
        if anchor is None:
            break
        yield from page.round(anchor, case, list(rows))
        shown += 1
    if shown < exported.summary.rounds:
        left_out = exported.summary.rounds - shown
        yield f'<p class="note">{counted(left_out, "more round")} left out: a page holds {MOST_ROUNDS:,}.</p>\n'
    yield "</section>\n"


class _Page:
    """What the rounds of a page share: the room that is left, and which prompt was shown last."""

    def __init__(self, exported: ExportedExperiment, accents: Mapping[Label, str]) -> None:
        self._exported = exported
        self._accents = accents
        self._cases = {case.id: case for case in exported.plan.cases}
        self._places = {label: place for place, label in enumerate(exported.plan.models)}
        self._room = MOST_CHARACTERS
        self._images = ImageRoom()
        self._case = ""
        """The case whose prompt was shown last."""

    def round(self, anchor: str, case_id: str, rows: list[AnswerRow]) -> Iterator[str]:
        """Yield a round as an element that opens."""
        rows.sort(key=lambda row: self._places.get(row.label, len(self._places)))
        rounds = {number: self._exported.rounds(number) for number in {row.round for row in rows} if number is not None}
        found = [round_ for round_ in rounds.values() if round_]
        repeat = f", repeat {rows[0].repeat}" if self._exported.plan.repeats > 1 else ""
        outcomes = "".join(self._outcome(row) for row in rows)
        yield f'<details class="round"><summary><h3>{words(case_id)}{repeat}</h3>{outcomes}</summary>\n'
        yield f'<div id="{anchor}" class="opened">\n'
        yield from self._asked(self._cases.get(case_id), found)
        yield from _said(found, self._exported.judgements.get((case_id, rows[0].repeat), ()))
        yield '<div class="sides">\n'
        for row in rows:
            round_ = rounds.get(row.round) if row.round is not None else None
            yield from self._answer(row, round_.runs.get(row.label) if round_ else None)
        yield "</div>\n</div>\n</details>\n"

    def _outcome(self, row: AnswerRow) -> str:
        """Return how an answer ended, for the line that is seen while the round is folded."""
        said: list[str] = [row.state] if row.end is None else [row.state, seconds(row.end)]
        if row.checks:
            said.append(f"{sum(check.passed for check in row.checks)} of {counted(len(row.checks), 'check')} passed")
        css = "" if row.has_passed else ' class="is-error"'
        name = f'<b class="{self._accents.get(row.label, "")}">{words(row.label)}</b>'
        return f" <span{css}>{name} {' · '.join(said)}</span>"

    def _asked(self, case: Case | None, rounds: list[Round]) -> Iterator[str]:
        """Yield the prompt, its own checks and its attachments. Images and long prompts are shown once."""
        if case is None:
            return
        is_first, self._case = case.id != self._case, case.id
        prompt = case.prompt if is_first else case.prompt[:_LONGEST_PROMPT]
        rest = "…" if len(prompt) < len(case.prompt) else ""
        yield f'<div class="plain asked" dir="auto">{block(prompt)}{rest}</div>\n'
        if case.system is not None and is_first:
            shown = f'<pre tabindex="0"><code>{block(case.system)}</code></pre>'
            yield f'<details class="setting"><summary>System prompt of this case</summary>\n{shown}</details>\n'
        if len(case.messages) > 1:
            yield f'<p class="note">{counted(len(case.messages) - 1, "earlier message")} before the prompt.</p>\n'
        if rounds:
            yield from attachments_html(rounds[0], 4, self._images if is_first else None)

    def _answer(self, row: AnswerRow, run: Run | None) -> Iterator[str]:
        yield f'<section class="side {self._accents.get(row.label, "")}">\n<h4>{words(row.label)}</h4>\n'
        if run:
            yield f'<p class="summary">{words(figures(run))}</p>\n'
        yield from _checks(row)
        if run:
            most = LONGEST_ANSWER if self._room > 0 else LONGEST_BEGINNING
            self._room -= sum(min(len(text), most) for text in (run.text, run.thinking, run.refusal))
            yield from answer_blocks(run, 4, most)
            yield f'<p class="note">Round {row.round} · {words(_events(run))}</p>\n'
        else:
            yield f'<p class="note">{row.state}. The round of this answer is not in the history.</p>\n'
        yield "</section>\n"


def _said(rounds: list[Round], judgements: Iterable[Judgement]) -> Iterator[str]:
    """Yield notes, votes and what judges said about a round."""
    said = [(title, text) for round_ in rounds for title, text in remarks(round_) if title != "Conversation"]
    if said:
        yield _list(said)
    judged = [(judgement.judge, _judged(judgement)) for judgement in judgements]
    if judged:
        summary = f"<summary>{counted(len(judged), 'judgement')}</summary>"
        yield f'<details class="setting">{summary}\n{_list(judged)}</details>\n'


def _list(said: Iterable[tuple[str, str]]) -> str:
    listed = "".join(f'<dt>{words(title)}</dt><dd dir="auto">{block(text)}</dd>\n' for title, text in said)
    return f'<dl class="remarks">\n{listed}</dl>\n'


def _judged(judgement: Judgement) -> str:
    order = f"{judgement.first} before {judgement.second}"
    better = {"first": f"{judgement.first} is better", "second": f"{judgement.second} is better", "tie": "tie"}
    verdict = better[judgement.winner] if judgement.winner else "no verdict"
    reason = excerpt(judgement.reason, _LONGEST_REASON)
    return f"{verdict} ({order}){f': {reason}' if reason else ''}"


def _checks(row: AnswerRow) -> Iterator[str]:
    """Yield the checks of an answer, with the reason for each that it did not pass."""
    if row.checks:
        yield '<ul class="checks">\n'
        for check in row.checks:
            if check.passed:
                yield f"<li>passed: {words(check.check)}</li>\n"
            else:
                detail = f": {check.detail}" if check.detail else ""
                yield f'<li class="is-error">not passed: {words(check.check + detail)}</li>\n'
        yield "</ul>\n"


def _events(run: Run) -> str:
    """Return in brief how many events and attempts there were, and what the time was spent on."""
    counts = [counted(run.events, "event")]
    if len(run.attempts) > 1:
        counts.append(counted(len(run.attempts), "attempt"))
    return f"{' · '.join(counts)} · {phases_text(run_phases(run))}"
