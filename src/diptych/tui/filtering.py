"""What a user types into the history's search box: words to look for, and fields as `model:gpt`."""

from collections.abc import Sequence
from typing import get_args

from diptych.core.listing import HistoryFilter
from diptych.core.run import State

FIELDS = ("model", "endpoint", "state")
STATES: tuple[str, ...] = get_args(State)


def parse_filter(text: str) -> HistoryFilter:
    """The filter that was typed. A state may be shortened; of a field that is there twice the last one counts.

    >>> parse_filter("why model:gpt state:f clocks")
    HistoryFilter(query='why clocks', model='gpt', endpoint='', state='failed')
    """
    words: list[str] = []
    fields: dict[str, str] = {}
    for word in text.split():
        name, colon, value = word.partition(":")
        if colon and name.lower() in FIELDS:
            fields[name.lower()] = value
        else:
            words.append(word)
    state = _whole_state(fields.get("state", ""))
    return HistoryFilter(" ".join(words), fields.get("model", ""), fields.get("endpoint", ""), state)


def complete(text: str, models: Sequence[str], endpoints: Sequence[str]) -> str | None:
    """The text with its last word completed, if that is a field whose value begins one that is known."""
    before, space, word = text.rpartition(" ")
    name, colon, value = word.partition(":")
    known = {"model": models, "endpoint": endpoints, "state": STATES}.get(name.lower(), ())
    if not colon or not value:
        return None
    found = next((each for each in known if each.lower().startswith(value.lower())), None)
    return f"{before}{space}{name}:{found}" if found else None


def _whole_state(typed: str) -> str:
    matches = [state for state in STATES if state.startswith(typed.lower())]
    return matches[0] if typed and len(matches) == 1 else typed.lower()
