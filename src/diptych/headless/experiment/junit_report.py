"""The answers of an experiment as a JUnit report, which continuous integration shows as tests.

There is a suite for each model. An answer that failed a check is a failure; one that is not complete is an error. The
format is that of https://github.com/testmoapp/junitxml, which most services read.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.wording.counted import counted
from diptych.store.atomic_write import write_text

if TYPE_CHECKING:
    from diptych.core.request import Label

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""


@dataclass(slots=True)
class _Suite:
    tests: int = 0
    failures: int = 0
    errors: int = 0
    seconds: float = 0.0

    def add(self, row: AnswerRow) -> None:
        self.tests += 1
        self.seconds += row.end or 0.0
        self.errors += bool(_error(row))
        self.failures += bool(not _error(row) and _failed_checks(row))


def write_junit(path: Path, name: str, rows: Iterable[AnswerRow]) -> None:
    """Write the report of an experiment, whole or not at all; `rows` is iterated over several times.

    `name` is what the experiment is called. Raises `OSError`.
    """
    write_text(path, junit_report(name, rows), overwrite=True)


def junit_report(name: str, rows: Iterable[AnswerRow]) -> Iterator[str]:
    """Yield the report in pieces; see `write_junit`."""
    suites: dict[Label, _Suite] = {}
    for row in rows:
        suites.setdefault(row.label, _Suite()).add(row)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<testsuites name={_quoted(name)}{_counts(suites.values())}>\n"
    for label, suite in suites.items():
        yield f"  <testsuite name={_quoted(label)}{_counts([suite])}>\n"
        yield from (_test_case(row) for row in rows if row.label == label)
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


def _counts(suites: Iterable[_Suite]) -> str:
    known = list(suites)
    tests, failures, errors = (sum(getattr(each, name) for each in known) for name in ("tests", "failures", "errors"))
    seconds = sum(suite.seconds for suite in known)
    return f' tests="{tests}" failures="{failures}" errors="{errors}" time="{seconds:.3f}"'


def _test_case(row: AnswerRow) -> str:
    name = f"{row.case}, repeat {row.repeat}"
    start = f'    <testcase classname={_quoted(row.label)} name={_quoted(name)} time="{row.end or 0.0:.3f}"'
    problem, kind = _error(row), "error"
    text = problem
    if not problem and (failed := _failed_checks(row)):
        kind, problem, text = "failure", "; ".join(failed), "\n".join(failed)
    if not problem:
        return f"{start}/>\n"
    about = f"<{kind} message={_quoted(problem)} type={_quoted(row.state)}>{escape(_allowed(text))}</{kind}>"
    return f"{start}>\n      {about}\n    </testcase>\n"


def _error(row: AnswerRow) -> str:
    """Return why an answer is not complete; "" if it is."""
    if row.state != "complete":
        said = (row.error or {}).get("message")
        return str(said) if said else f"The answer was {row.state}."
    return f"{counted(row.unread, 'event')} of the answer could not be read." if row.unread else ""


def _failed_checks(row: AnswerRow) -> list[str]:
    return [f"{check.check}: {check.detail}" for check in row.checks if not check.passed]


def _quoted(text: str) -> str:
    return quoteattr(_allowed(text))


def _allowed(text: str) -> str:
    """Return a text in which escapes stand for the characters that XML forbids."""
    return _FORBIDDEN.sub(lambda found: ascii(found[0])[1:-1], text)
