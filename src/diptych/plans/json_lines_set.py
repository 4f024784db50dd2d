"""Reads prompt sets in JSON Lines: an object per line, in Diptych's own form or in that of OpenAI's batches."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from diptych.core.json_text import parse_finite_json
from diptych.core.text.excerpt import excerpt
from diptych.core.wording.did_you_mean import nearest_name
from diptych.core.wording.json_kind import json_kind
from diptych.plans.entry import Entry
from diptych.plans.openai_batch import BatchReader, is_batch_line
from diptych.plans.set_problems import LineError, SetProblems
from diptych.plans.written_messages import read_turns

_MEMBERS = ("id", "prompt", "messages", "vars", "attach", "checks")
_LONGEST_QUOTE = 60


class JsonLinesReader:
    """Reads the lines of a set. `notices` are sentences about what it ignores, once it has been read."""

    def __init__(self) -> None:
        self._batch = BatchReader()

    @property
    def notices(self) -> Sequence[str]:
        """What was ignored, in sentences."""
        return self._batch.notices

    def entries(self, lines: Iterable[tuple[int, str]], problems: SetProblems) -> Iterator[Entry]:
        """Yield the entry of each line that is not blank; what is wrong with a line is added to the problems."""
        for number, line in lines:
            if line.isspace():
                continue
            with problems.of_line(number):
                value = _object(line)
                yield self._batch.entry(number, value) if is_batch_line(value) else entry_of(number, value)


def _object(line: str) -> dict[str, Any]:
    try:
        value = parse_finite_json(line.rstrip("\r\n"))  # what is missing at the end is missing on this line
    except json.JSONDecodeError as error:
        raise LineError(f"this line is not JSON ({error.msg})", error.colno) from None
    except ValueError as error:
        raise LineError(f"this line is not JSON ({error})") from None
    if not isinstance(value, dict):
        hint = ": a set has one object per line, without a list around them" if isinstance(value, list) else ""
        raise LineError(f'expected an object such as {{"prompt": "Say hi"}}, not {json_kind(value)}{hint}')
    if "\\u" in line:
        _refuse_lone_surrogates(value)
    return value


def _refuse_lone_surrogates(value: Any) -> None:
    """Raise `LineError` for texts that UTF-8 cannot hold, so that no server could be sent them as they are."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        code = ord(error.object[error.start])
        raise LineError(f"\\u{code:04x} is half of a character, and the other half is missing") from None


def entry_of(number: int, value: Mapping[str, Any]) -> Entry:
    """Return the entry that an object in Diptych's own form holds. Raises `LineError`."""
    for name in value:
        if name not in _MEMBERS:
            nearest = nearest_name(name, _MEMBERS)
            hint = f"did you mean {nearest}?" if nearest else 'values of a template belong in "vars"'
            raise LineError(f"{excerpt(name, _LONGEST_QUOTE)}: this member is not known ({hint})")
    turns, system = read_turns(value["messages"], "messages") if value.get("messages") is not None else ((), None)
    variables = value.get("vars")
    if variables is not None and not isinstance(variables, dict):
        raise LineError(f"vars: expected an object with the values of variables, not {json_kind(variables)}")
    for name, each in (variables or {}).items():
        if each is None:
            raise LineError(f"vars.{excerpt(name, _LONGEST_QUOTE)}: expected a value, not null")
    return Entry(
        number,
        _id(value.get("id")),
        _text_or_none("prompt", value.get("prompt")),
        turns,
        system,
        variables or {},
        _paths(value.get("attach")),
        value.get("checks"),
    )


def _id(value: Any) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _text_or_none("id", value)


def _text_or_none(name: str, value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise LineError(f"{name}: expected a text, not {json_kind(value)}")


def _paths(value: Any) -> tuple[str, ...]:
    paths = value if isinstance(value, list) else [] if value is None else [value]
    for path in paths:
        if not isinstance(path, str) or not path:
            raise LineError(f"attach: expected paths of files, not {json_kind(path)}")
    return tuple(paths)
