"""Reads a prompt set: finds out its form, reads it entry by entry, and makes cases of the entries."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from diptych.core.experiment.case import Case
from diptych.plans.case_building import CaseBuilder
from diptych.plans.csv_set import csv_entries
from diptych.plans.entry import Entry
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


def read_prompt_set(path: Path, builder: CaseBuilder) -> PromptSet:
    """Return the prompt set of a file. Raises `PromptSetError` if anything is wrong with it: then nothing is sent."""
    with _opened(path) as file:
        return read_prompt_stream(file, str(path), builder, path.suffix.lower())


def read_prompt_stream(file: BinaryIO, name: str, builder: CaseBuilder, suffix: str = "") -> PromptSet:
    """Return the prompt set that a stream such as standard input holds.

    `name` is what messages call the stream. `suffix` is how the name of a file ends, which says whether it is CSV; if
    it does not, the first line decides. Raises `PromptSetError`.
    """
    problems = SetProblems(name)
    lines = numbered_lines(file, problems)
    first = next(((number, line) for number, line in lines if not line.isspace()), None)
    reader = JsonLinesReader()
    entries: Iterator[Entry] = iter(())
    if first is not None and _is_csv(suffix, first[1]):
        entries = csv_entries(chain([first], lines), problems, needs_prompt=not builder.has_template)
    elif first is not None:
        entries = reader.entries(chain([first], lines), problems)
    cases = cases_of(entries, problems, builder)
    return PromptSet(cases, tuple(reader.notices))


def cases_of(entries: Iterable[Entry], problems: SetProblems, builder: CaseBuilder) -> tuple[Case, ...]:
    """Return the cases of entries. Raises `PromptSetError` if there are problems, or no cases."""
    cases: list[Case] = []
    lines_by_id: dict[str, int] = {}
    for entry in entries:
        with problems.of_line(entry.line):
            case = builder.case(entry)
            earlier = lines_by_id.setdefault(case.id, entry.line)
            if earlier != entry.line:
                raise LineError(f"the ID {case.id} is that of {problems.unit} {earlier:,} as well")
            cases.append(case)
        if len(cases) > MOST_CASES:
            problems.add(f"there are more than {MOST_CASES:,} cases, which is the most")
            break
    problems.refuse()
    if not cases:
        problems.add("there is no prompt in it")
        problems.refuse()
    return tuple(cases)


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
        with _open(path) as file:
            yield file
    except OSError as error:
        problems.add(f"it cannot be read: {error.strerror or error}")
        problems.refuse()


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb", buffering=_BUFFER)
    except ValueError:
        raise FileNotFoundError("there is a NUL character in its path") from None
