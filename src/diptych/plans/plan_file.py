"""Reads a plan file: prompts, models, checks and limits of an experiment in one file of TOML."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from diptych.config.problems import Problems
from diptych.config.table_checks import check_json, checked_table
from diptych.config.toml_file import decoded, parsed, read_bytes, reason_of
from diptych.core.experiment.case import Case
from diptych.core.experiment.checks.check import Check
from diptych.core.experiment.checks.check_reading import CheckError, read_checks
from diptych.core.request_fields import FIXED_FIELDS
from diptych.core.wording.json_kind import json_kind
from diptych.json_schema.validation import schema_problem
from diptych.plans.case_building import CaseBuilder
from diptych.plans.entry import Entry
from diptych.plans.json_lines_set import entry_of
from diptych.plans.plan_tables import PlanTables
from diptych.plans.prompt_set import cases_of
from diptych.plans.set_problems import LineError, SetProblems

_EXCLUDES = (("prompts", "set"), ("template", "template_file"))
"""Members that say the same in two ways."""


class PlanFileError(ValueError):
    """A plan file cannot be used. The message has a line for each problem."""


@dataclass(frozen=True, slots=True)
class PlanFile:
    """What a plan file says. Paths are absolute; what the file does not say is None or empty.

    `prompts` are what a prompt set has in its lines: texts, or tables with the members of a line.
    """

    path: Path
    prompts: Sequence[Any] = ()
    prompt_set: Path | None = None
    template: str | None = None
    template_file: Path | None = None
    attach: tuple[Path, ...] = ()
    models: tuple[str, ...] = ()
    system: str | None = None
    max_tokens: int | None = None
    params: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    repeat: int | None = None
    sequential: bool | None = None
    warm_up: int | None = None
    order_seed: int | None = None
    concurrency: int | None = None
    budget: Decimal | None = None
    stop_after_failures: int | None = None
    checks: tuple[Check, ...] = ()
    judge: str | None = None
    rubric: Path | None = None

    def cases(self, builder: CaseBuilder) -> tuple[Case, ...]:
        """Return the cases of the prompts that stand in the file itself. Raises `PromptSetError`."""
        problems = SetProblems(str(self.path), unit="prompt")
        return cases_of(_entries(self.prompts, problems), problems, builder)


def read_plan_file(path: Path) -> PlanFile:
    """Return what a plan file says. Raises `PlanFileError` with everything that is wrong with it."""
    problems = Problems(path)
    file = _read(path, problems)
    if file is None or len(problems):
        raise PlanFileError("\n".join(problem.sentence for problem in problems))
    return file


def _read(path: Path, problems: Problems) -> PlanFile | None:
    try:
        data, _ = read_bytes(path)
    except FileNotFoundError:
        problems.add_file("there is no such file.")
        return None
    except (OSError, ValueError, RuntimeError) as error:
        problems.add_file(
            f"it cannot be read: {'no such home' if isinstance(error, RuntimeError) else reason_of(error)}."
        )
        return None
    text = decoded(data, problems)
    document = None if text is None else parsed(text, problems)
    tables = None if document is None else checked_table(PlanTables, document, (), problems)
    return None if tables is None else _plan_file(path, tables, problems)


def _plan_file(path: Path, tables: PlanTables, problems: Problems) -> PlanFile:
    folder = path.absolute().parent
    for first, second in _EXCLUDES:
        if getattr(tables, first) is not None and getattr(tables, second) is not None:
            problems.add_member((second,), f"cannot stand beside {first}: keep one of them.")
    check_json(tables.prompts, ("prompts",), problems)
    for name, value in tables.params.items():
        check_json(value, ("params", name), problems)
        if name in FIXED_FIELDS:
            problems.add_member(("params", name), f"cannot be an extra request field: {FIXED_FIELDS[name]}.")

    def found(member: str | None) -> Path | None:
        return None if member is None else folder / Path(member)

    return PlanFile(
        path,
        tables.prompts or (),
        found(tables.set),
        tables.template,
        found(tables.template_file),
        tuple(folder / Path(each) for each in tables.attach or ()),
        tables.models or (),
        tables.system,
        tables.max_tokens,
        tables.params,
        tables.repeat,
        tables.sequential,
        tables.warm_up,
        tables.order_seed,
        tables.concurrency,
        None if tables.budget is None else Decimal(str(tables.budget)),
        tables.stop_after_failures,
        _checks(tables.checks, folder, problems),
        tables.judge,
        found(tables.rubric),
    )


def _checks(value: Any, folder: Path, problems: Problems) -> tuple[Check, ...]:
    before = len(problems)
    check_json(value, ("checks",), problems)
    if len(problems) > before:
        return ()
    try:
        return read_checks(value, schema_problem, str(folder))
    except CheckError as error:
        for problem in error.problems:
            problems.add_file(f"{problem}.")
        return ()


def _entries(prompts: Sequence[Any], problems: SetProblems) -> Iterator[Entry]:
    for number, value in enumerate(prompts, 1):
        with problems.of_line(number):
            if isinstance(value, str):
                yield Entry(number, prompt=value)
            elif isinstance(value, dict):
                yield entry_of(number, value)
            else:
                raise LineError(f"expected a text or a table, not {json_kind(value)}")
