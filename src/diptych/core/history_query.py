"""What a user looks for in the history: words, fields as `model:gpt` or `model:"my model"`, and marks as `is:starred`.

`x3` asks for the rounds of an experiment. The search box and the command line take the same.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import get_args

from diptych.core.history_summary import HistoryFilter
from diptych.core.run import State

FIELDS = ("model", "endpoint", "state")

MARKS = ("starred", "noted", "voted", "blind")
"""What a round may be: starred, with a note, with a vote of the user, or asked as a blind round."""

STATES: tuple[str, ...] = get_args(State)

_FIELD = rf"(?P<name>{'|'.join((*FIELDS, 'is'))}):"
_QUOTED = r'"(?:[^"]|"")*(?:"|$)'
_EXPERIMENT = r"(?<!\S)x(?P<experiment>[1-9][0-9]{0,17})(?!\S)"
_WORD = re.compile(rf"{_FIELD}(?P<value>{_QUOTED}|\S*)|{_EXPERIMENT}|(?P<word>\S+)", re.IGNORECASE)
_STARTS_WITH_FIELD = re.compile(_FIELD, re.IGNORECASE)
_HAS_FIELD = re.compile(rf"\s{_FIELD}", re.IGNORECASE)


def parse_query(text: str) -> HistoryFilter:
    """Return the filter that was typed. A state or a mark may be shortened.

    Of a field or an experiment that is there twice the last one counts; marks count together. A value in quotes may
    have spaces, and quotes that are doubled; the last quote may be missing. In quotes, `"x3"` is a word to look for.

    >>> parse_query('why model:"my model" state:f clocks is:starred x3')
    HistoryFilter(query='why clocks', model='my model', endpoint='', state='failed', marks=('starred',), experiment=3)
    """
    words: list[str] = []
    fields: dict[str, str] = {}
    marks: list[str] = []
    experiment: int | None = None
    for match in _WORD.finditer(text):
        name = (match["name"] or "").lower()
        if name == "is":
            marks.append(_whole(_unquoted(match["value"]), MARKS))
        elif name:
            fields[name] = _unquoted(match["value"])
        elif match["experiment"]:
            experiment = int(match["experiment"])
        else:
            words.append(match["word"])
    state = _whole(fields.get("state", ""), STATES)
    wanted = tuple(dict.fromkeys(filter(None, marks)))
    found = fields.get("model", ""), fields.get("endpoint", "")
    return HistoryFilter(" ".join(words), *found, state, wanted, experiment)


def parse_arguments(words: Iterable[str], *, model: str = "", endpoint: str = "", state: str = "") -> HistoryFilter:
    """Return the filter that a command line asks for: its words, and the values of its options, which win over fields.

    The shell has removed the quotes, so a word that is a single field has one value, spaces included.

    >>> parse_arguments(["why", "model:my model"], state="cut")
    HistoryFilter(query='why', model='my model', endpoint='', state='cut', marks=(), experiment=None)
    """
    typed = parse_query(" ".join(map(_as_typed, words)))
    state = _whole(state, STATES) or typed.state
    return replace(typed, model=model or typed.model, endpoint=endpoint or typed.endpoint, state=state)


def format_query(wanted: HistoryFilter) -> str:
    """Return the text that a user would type for a filter.

    >>> format_query(HistoryFilter("why", model="my model", marks=("starred",)))
    'why model:"my model" is:starred'
    """
    experiment = "" if wanted.experiment is None else f"x{wanted.experiment}"
    fields = [*((name, getattr(wanted, name)) for name in FIELDS), *(("is", mark) for mark in wanted.marks)]
    return " ".join(
        filter(None, (wanted.query, experiment, *(_typed_field(name, value) for name, value in fields if value)))
    )


def filter_problem(wanted: HistoryFilter) -> str:
    """Return a sentence if a filter asks for a state that no side can be in, or a mark that no round has, else ""."""
    if wanted.state and wanted.state not in STATES:
        return _ambiguous("state", wanted.state, STATES) or (
            f"There is no state {wanted.state}: a side is {_list(STATES)}."
        )
    unknown = next((mark for mark in wanted.marks if mark not in MARKS), None)
    if unknown is None:
        return ""
    return _ambiguous("is", unknown, MARKS) or f"No round can be {unknown}: after is: comes {_list(MARKS)}."


def _ambiguous(name: str, value: str, known: Sequence[str]) -> str:
    meant = [each for each in known if each.startswith(value)]
    return f"{name}:{value} may be {_list(meant)}: write more of it." if meant else ""


def complete(text: str, models: Sequence[str], endpoints: Sequence[str]) -> str | None:
    """Return the text with its last word completed, if that is a field whose value begins one that is known."""
    last = next(reversed([*_WORD.finditer(text)]), None)
    if last is None or last.end() != len(text) or not last["name"]:
        return None
    value = _unquoted(last["value"])
    known = {"model": models, "endpoint": endpoints, "state": STATES, "is": MARKS}[last["name"].lower()]
    found = next((each for each in known if value and each.lower().startswith(value.lower())), None)
    if found is None:
        return None
    whole = _in_quotes(found) if last["value"].startswith('"') else found
    is_one = _WORD.fullmatch(f"{last['name']}:{whole}")  # a name with spaces is completed within quotes alone
    return f"{text[: last.start('value')]}{whole}" if is_one else None


def _as_typed(word: str) -> str:
    field = _STARTS_WITH_FIELD.match(word)
    value = word[field.end() :] if field else ""
    is_one_value = value and not value.startswith('"') and not _HAS_FIELD.search(value)
    return _typed_field(word[: len(word) - len(value) - 1], value) if is_one_value else word


def _typed_field(name: str, value: str) -> str:
    """Return a field as it is typed, its value in quotes if it must be."""
    plain = value and not re.search(r'\s|^"', value)
    return f"{name}:{value if plain else _in_quotes(value)}"


def _in_quotes(value: str) -> str:
    escaped = value.replace('"', '""')
    return f'"{escaped}"'


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    inner = value[1:]
    return (inner.removesuffix('"') if _is_closed(inner) else inner).replace('""', '"')


def _is_closed(inner: str) -> bool:
    """Whether the quotes at the end are an odd number: an even one stands for quotes in the value."""
    return (len(inner) - len(inner.rstrip('"'))) % 2 == 1


def _whole(typed: str, known: Sequence[str]) -> str:
    """Return the one value that begins as it was typed; in small letters what was typed if there is not just one."""
    matches = [each for each in known if each.startswith(typed.lower())]
    return matches[0] if typed and len(matches) == 1 else typed.lower()


def _list(values: Sequence[str]) -> str:
    return f"{', '.join(values[:-1])} or {values[-1]}"
