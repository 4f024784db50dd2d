"""Reads a prompt set: finds out its form, reads it entry by entry, and makes cases of the entries."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from diptych.core.experiment.case import Case
from diptych.core.experiment.checks import Check
from diptych.core.prompt_template import PromptTemplate
from diptych.plans.case_building import CaseBuilder
from diptych.plans.csv_set import csv_entries
from diptych.plans.json_lines_set import JsonLinesReader
from diptych.plans.set_lines import numbered_lines
from diptych.plans.set_problems import LineError, SetProblems

MOST_CASES = 1_000_000
"""The most cases of a set."""

_BUFFER = 1024 * 1024

_CSV_SUFFIXES = (".csv", ".tsv")
_JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")


@dataclass(frozen=True, slots=True)
class PromptSet:
    """The cases of a set in the order of their lines, and sentences about what was ignored in it."""

    cases: tuple[Case, ...]
    notices: tuple[str, ...] = ()


def read_prompt_set(
    path: Path,
    template: PromptTemplate | None = None,
    checks: tuple[Check, ...] = (),
    schema_problem: Callable[[Any], str] = lambda _: "",
) -> PromptSet:
    """Return the prompt set of a file.

    A `template` makes every prompt; `checks` are those of every case, after its own. `schema_problem` returns what is
    wrong with a JSON Schema. Raises `PromptSetError` if anything is wrong with the file, so that nothing is sent.
    """
    builder = CaseBuilder(path.absolute().parent, template, checks, schema_problem)
    with _opened(path) as file:
        return _read(file, str(path), path.suffix.lower(), builder)


def read_prompt_stream(
    file: BinaryIO,
    name: str,
    template: PromptTemplate | None = None,
    checks: tuple[Check, ...] = (),
    schema_problem: Callable[[Any], str] = lambda _: "",
) -> PromptSet:
    """Return the prompt set that a stream such as standard input holds; otherwise as `read_prompt_set`.

    Attached files and commands are found from the present folder. `name` is what messages call the stream.
    """
    return _read(file, name, "", CaseBuilder(Path.cwd(), template, checks, schema_problem))


def _read(file: BinaryIO, name: str, suffix: str, builder: CaseBuilder) -> PromptSet:
    problems = SetProblems(name)
    lines = numbered_lines(file, problems)
    first = next(((number, line) for number, line in lines if not line.isspace()), None)
    notices: tuple[str, ...] = ()
    cases: list[Case] = []
    if first is not None:
        reader = JsonLinesReader()
        all_lines = chain([first], lines)
        if _is_csv(suffix, first[1]):
            entries = csv_entries(all_lines, problems, needs_prompt=not builder.has_template)
        else:
            entries = reader.entries(all_lines, problems)
        lines_by_id: dict[str, int] = {}
        for entry in entries:
            with problems.of_line(entry.line):
                case = builder.case(entry)
                earlier = lines_by_id.setdefault(case.id, entry.line)
                if earlier != entry.line:
                    raise LineError(f"the ID {case.id} is that of line {earlier:,} as well")
                cases.append(case)
            if len(cases) > MOST_CASES:
                problems.add(f"there are more than {MOST_CASES:,} cases, which is the most")
                break
        notices = tuple(reader.notices)
    problems.refuse()
    if not cases:
        problems.add("there is no prompt in it")
        problems.refuse()
    return PromptSet(tuple(cases), notices)


def _is_csv(suffix: str, first: str) -> bool:
    """Whether a set is CSV: by the name of its file, or else by how its first line begins."""
    if suffix in _CSV_SUFFIXES or suffix in _JSON_SUFFIXES:
        return suffix in _CSV_SUFFIXES
    return first.lstrip()[:1] not in ("{", "[")


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading. Raises `PromptSetError` if it cannot be opened or read."""
    problems = SetProblems(str(path))
    try:
        with path.expanduser().open("rb", buffering=_BUFFER) as file:
            yield file
    except OSError as error:
        problems.add(f"it cannot be read: {error.strerror or error}")
        problems.refuse()
