"""What is wrong with a config file: sentences for users, each with the key path that it is about.

They quote names of the file, cleaned and shortened, and never a text value: it may be a secret in the wrong place.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

from diptych.core.secrets.patterns import without_keys
from diptych.core.text.excerpt import excerpt
from diptych.core.wording.did_you_mean import nearest_name

Key = tuple[str, ...]
"""The path to a member, such as `("endpoints", "local", "timeout")`; empty for the file as a whole."""

_BARE_NAME = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_NAME = 60
_MOST_NEAREST = 100
"""The most problems for which a nearest name is searched, and the most names to choose from: the search is slow."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, as a sentence that names the file."""

    key: Key
    sentence: str


class Problems:
    """Collects the problems of one file."""

    def __init__(self, path: Path) -> None:
        self._file = shown_path(path)
        self._found: list[Problem] = []
        self._keys: set[Key] = set()
        self._by_table: defaultdict[Key, list[str]] = defaultdict(list)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __contains__(self, key: Key) -> bool:
        return key in self._keys

    def of(self, *key: str) -> str:
        """Return why a member at the top of the file, an endpoint or a preset cannot be used, "" if it can.

        That is what is wrong with it, with something in it, or with the file as a whole: one sentence per line.
        """
        around = (key[:length] for length in range(len(key) + 1))
        return "\n".join(sentence for each in around for sentence in self._by_table.get(each, ()))

    def _add(self, key: Key, sentence: str) -> None:
        self._found.append(Problem(key, sentence))
        self._keys.add(key)
        self._by_table[key[:2]].append(sentence)

    def add_member(self, key: Key, is_wrong: str) -> None:
        """Add a problem of a member; `is_wrong` continues its key path, such as "must be a table."."""
        self._add(key, f"{self._file}: {key_path(key)} {is_wrong}")

    def add_file(self, is_wrong: str, line: int = 0, column: int = 0) -> None:
        """Add a problem of the whole file; `is_wrong` is a clause such as "it is not UTF-8 text."."""
        place = (f", line {line}" if line else "") + (f", column {column}" if column else "")
        self._add((), f"{self._file}{place}: {is_wrong}")

    def add_unknown(self, key: Key, known: Iterable[str], hint: str = "") -> None:
        """Add a member whose name is not known. `hint` says what to do instead, if that is known."""
        names = list(known)
        nearest = hint or self.nearest(key[-1], names)
        self.add_member(key, "is not known." + (nearest or f" Known are {', '.join(names)}."))

    def nearest(self, name: str, known: Iterable[str]) -> str:
        """Return a question with the known name that was probably meant, after a space; "" if there is none."""
        names = list(islice(known, _MOST_NEAREST)) if len(self) < _MOST_NEAREST else []
        nearest = nearest_name(name, names)
        return f" Did you mean {shown_name(nearest)}?" if nearest else ""


def shown_path(path: Path) -> str:
    """Return a path as messages show it."""
    return without_keys(excerpt(str(path), 300))


@lru_cache(maxsize=100)
def shown_name(name: str) -> str:
    """Return a name of the file as messages show it, without what looks like a key."""
    return excerpt(without_keys(name), _LONGEST_NAME)


def key_path(key: Key) -> str:
    """Return the path to a member as TOML writes it.

    >>> key_path(("endpoints", "my server", "timeout"))
    'endpoints."my server".timeout'
    """
    shown = (shown_name(name) for name in key)
    return ".".join(name if _BARE_NAME.fullmatch(name) else f'"{name}"' for name in shown)
