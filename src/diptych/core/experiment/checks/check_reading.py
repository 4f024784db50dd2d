"""Reads checks as users write them: `{"contains": "Paris"}`, or a list of such objects.

docs/reference/experiments.md lists the checks.

Reading is pure: commands are only named here. What is wrong with a check is said in clauses that follow its place, such
as `checks[1].regex: expected a text, not a number`.
"""

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from math import isfinite
from typing import Any, get_args

from diptych.core.command_words import command_problem
from diptych.core.experiment.checks.check import TEXT_KINDS, Check, CheckedPart, CheckKind
from diptych.core.json_text import is_too_deep, parse_finite_json
from diptych.core.text.excerpt import excerpt, json_excerpt
from diptych.core.wording.did_you_mean import nearest_name
from diptych.core.wording.json_kind import json_kind

KINDS: tuple[CheckKind, ...] = get_args(CheckKind)
PARTS: tuple[CheckedPart, ...] = get_args(CheckedPart)

_MOST_PROBLEMS = 5
_LONGEST_PATTERN = 10_000
_LONGEST_QUOTE = 60

_WRITTEN_AS_TEXT = frozenset({"contains", "not_contains", "equals", "regex", "stop_reason"})
"""Kinds whose value is a text, so that KIND=VALUE needs no quotes."""


class CheckError(ValueError):
    """Checks cannot be used; `problems` say why, each with its place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read_checks(
    value: Any, schema_problem: Callable[[Any], str], folder: str = "", place: str = "checks"
) -> tuple[Check, ...]:
    """Return the checks that a JSON value holds: an object, or a list of objects. None holds none.

    Each member of an object is a check, except for `in`, which says what the text checks beside it look at.
    `schema_problem` returns what is wrong with a JSON Schema, "" if nothing is. Commands run in `folder`. `place` is
    what the value is called in problems. Raises `CheckError`.
    """
    if value is None:
        return ()
    if is_too_deep(value):
        raise CheckError([f"{place}: nested too deeply"])
    placed: Iterable[tuple[str, Any]] = [(place, value)]
    if isinstance(value, list):
        placed = ((f"{place}[{index}]", entry) for index, entry in enumerate(value))
    checks: list[Check] = []
    problems: list[str] = []
    for found in chain.from_iterable(_read_entry(*each, schema_problem, folder) for each in placed):
        if isinstance(found, Check):
            checks.append(found)
        else:
            problems.append(found)
            if len(problems) == _MOST_PROBLEMS:
                break
    if problems:
        raise CheckError(problems)
    return tuple(checks)


def read_written_check(text: str, schema_problem: Callable[[Any], str], folder: str = "") -> tuple[Check, ...]:
    """Return the checks that KIND=VALUE stands for, such as `contains=Paris` or `max_total=10`.

    The value is a text for the kinds that compare texts, unless it is a list in JSON; for all others it is JSON.
    Raises `CheckError`.
    """
    kind, equals, written = text.partition("=")
    kind = kind.strip()
    if not equals or not kind:
        raise CheckError([f"{excerpt(text, _LONGEST_QUOTE)!r} does not have the form KIND=VALUE, like contains=Paris"])
    value: Any = written
    if kind not in _WRITTEN_AS_TEXT or (kind != "regex" and written.lstrip().startswith("[")):
        try:
            value = parse_finite_json(written)
        except ValueError:
            if kind in KINDS and kind not in _WRITTEN_AS_TEXT:
                raise CheckError([f"{kind}: {excerpt(written, _LONGEST_QUOTE)!r} is not JSON"]) from None
    return read_checks({kind: value}, schema_problem, folder, place="")


def _read_entry(place: str, entry: Any, schema_problem: Callable[[Any], str], folder: str) -> Iterator[Check | str]:
    """Yield each check of an object, or what is wrong with it."""
    if not isinstance(entry, dict):
        yield f'{place}: expected an object such as {{"contains": "Paris"}}, not {json_kind(entry)}'
        return
    part: Any = entry.get("in", "answer")
    kinds = [kind for kind in entry if kind != "in"]
    if part not in PARTS:
        yield f"{_member(place, 'in')}: expected answer, thinking or tools, not {json_excerpt(part, _LONGEST_QUOTE)}"
        return
    if not kinds:
        yield f'{place}: expected a check such as {{"contains": "Paris"}}'
    elif "in" in entry and not TEXT_KINDS.intersection(kinds):
        yield f"{_member(place, 'in')}: {kinds[0]} looks at the whole answer, so it cannot have in"
    for kind in kinds:
        where = _member(place, kind)
        if kind not in KINDS:
            nearest = nearest_name(kind, KINDS)
            hint = f"did you mean {nearest}?" if nearest else f"known are {', '.join(KINDS)}"
            yield f"{where}: this check is not known ({hint})"
            continue
        for value in _values(kind, entry[kind]):
            looks_at: CheckedPart = part if kind in TEXT_KINDS else "answer"
            problem = value_problem(kind, value, schema_problem)
            if problem:
                yield f"{where}: {problem}"
            else:
                kept = {"command": value, "folder": folder} if kind == "command" else value
                yield Check(kind, kept, looks_at)


def _values(kind: str, value: Any) -> list[Any]:
    """Return the values that are checks of their own: those of a list, where each of them must hold."""
    return value if kind in ("contains", "not_contains", "regex") and isinstance(value, list) and value else [value]


def value_problem(kind: CheckKind, value: Any, schema_problem: Callable[[Any], str]) -> str:
    """Return what is wrong with the value of a check, "" if nothing is."""
    match kind:
        case "contains" | "not_contains":
            return _text_problem(value)
        case "equals" | "stop_reason":
            texts = value if isinstance(value, list) and value else [value]
            return next(filter(None, map(_text_problem, texts)), "")
        case "regex":
            return _text_problem(value) or _pattern_problem(value)
        case "json":
            return "" if value is True else f"expected true, not {json_kind(value)}"
        case "json_schema":
            return schema_problem(value)
        case "command":
            return command_problem(value, "grade.py")
        case "max_output_tokens":
            is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 0
            return "" if is_count else f"expected a whole number, not {json_kind(value)}"
        case _:
            is_number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
            unit = "US dollars" if kind == "max_cost_usd" else "seconds"
            return "" if is_number and value >= 0 else f"expected a number of {unit}, not {json_kind(value)}"


def is_usable(check: Check) -> bool:
    """Whether the value of a check that was kept has the type of its kind. Schemas are only known to be objects."""
    value = check.value
    if check.kind == "command":
        if not isinstance(value, dict) or not isinstance(value.get("folder"), str):
            return False
        value = value.get("command")
    return not value_problem(check.kind, value, lambda schema: "" if isinstance(schema, dict) else "not an object")


def _text_problem(value: Any) -> str:
    if not isinstance(value, str):
        return f"expected a text, not {json_kind(value)}"
    return "" if value else "expected a text, not an empty one"


def _pattern_problem(pattern: str) -> str:
    if len(pattern) > _LONGEST_PATTERN:
        return f"the pattern is longer than {_LONGEST_PATTERN:,} characters"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of syntax that a later version of Python may read otherwise
            re.compile(pattern)
    except re.error as error:
        place = "" if error.pos is None else f" at character {error.pos + 1}"
        return f"not a pattern of Python's re: {error.msg}{place}"
    except (RecursionError, OverflowError, MemoryError):
        return "the pattern is too large"
    return ""


def _member(place: str, name: str) -> str:
    return f"{place}.{excerpt(name, _LONGEST_QUOTE)}".removeprefix(".")
