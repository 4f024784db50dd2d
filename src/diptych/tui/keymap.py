"""What `[keys]` of the config file changes about the keys, and what is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from textual.binding import Binding
from textual.keys import key_to_character
from textual.widgets import Input, OptionList, TextArea, Tree

from diptych.core.wording.did_you_mean import did_you_mean
from diptych.tui.key_names import key_name, parse_keys
from diptych.tui.key_places import PLACES, KeyPlace, NamedBinding, named_bindings

AT_TIMES = {
    *("compare.accept-offer", "compare.decline-offer", "compare.remove-attachment"),
    *(f"compare.vote-{choice}" for choice in ("left", "right", "tie", "neither")),
    "compare.cancel-vote",
}
"""Bindings that take their key from every other one, but only while there is a file, or a vote, that they concern."""


def keymap_problems(keys: Mapping[str, str]) -> list[str]:
    """Return one sentence for each entry of `[keys]` that cannot be used. The other entries can."""
    return usable_keymap(keys)[1]


def usable_keymap(keys: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the entries of `[keys]` that can be used, as `App.set_keymap` takes them, and why the others cannot.

    Two bindings clash if they would act in the same place on the same key. Then the one that the file names last keeps
    its own keys.
    """
    known = {binding.id: binding for binding in named_bindings()}
    keymap: dict[str, str] = {}
    problems: list[str] = []
    for name, written in keys.items():
        try:
            keymap[name] = _parse_entry(name, written, known)
        except ValueError as error:
            problems.append(str(error))
    while clash := _first_clash(keymap):
        del keymap[clash.entry]
        problems.append(clash.sentence(known[clash.entry].keys))
    return keymap, problems


@dataclass(frozen=True, slots=True)
class _Clash:
    """An entry that cannot be used, because `other` already acts on its key in that place."""

    entry: str
    key: str
    other: Binding
    place: KeyPlace

    def sentence(self, kept: Sequence[str]) -> str:
        use = f"{self.other.id} ({self.other.tooltip or self.other.description})" if self.other.id else "editing text"
        where = f"{self.place.title[0].lower()}{self.place.title[1:]}"
        stays = " and ".join(map(key_name, kept))
        return f"keys.{self.entry}: {key_name(self.key)} is used for {use} {where}. It stays on {stays}."


def _parse_entry(name: str, written: str, known: Mapping[str, NamedBinding]) -> str:
    if name not in known:
        hint = did_you_mean(name, known, similarity=0.5)
        raise ValueError(f"keys.{name}: there is no such binding.{hint} `diptych config keys` lists them all.")
    try:
        keys = parse_keys(written)
    except ValueError as error:
        raise ValueError(f"keys.{name}: {error}") from None
    places = [place for place in PLACES if any(binding.id == name for binding in place.bindings)]
    typed = next((key for key in keys.split(",") if key_to_character(key) is not None), "")
    if typed and all(place.takes_text for place in places):
        raise ValueError(f"keys.{name}: {key_name(typed)!r} would be typed as text.")
    return keys


def _first_clash(keymap: Mapping[str, str]) -> _Clash | None:
    order = list(keymap)
    for place in PLACES:
        by_default = [{each.id for each in same} for same in _by_key(place, {}).values()]
        for key, bindings in _by_key(place, keymap).items():
            for one, other in combinations(bindings, 2):
                if any({one.id, other.id} <= same for same in by_default) or {one.id, other.id} & AT_TIMES:
                    continue  # one hides the other on purpose
                entry = max((each.id for each in (one, other) if each.id and each.id in keymap), key=order.index)
                return _Clash(entry, key, other if one.id == entry else one, place)
    return None


def _by_key(place: KeyPlace, keymap: Mapping[str, str]) -> dict[str, list[Binding]]:
    """Return the bindings that act in a place, by key. Those of Textual's own widgets are among them."""
    found: dict[str, list[Binding]] = {}
    for binding in (*_remapped(place, keymap), *_editing(place)):
        if place.takes_text and key_to_character(binding.key) is not None:
            continue
        same = found.setdefault(binding.key, [])
        if all(each.id != binding.id for each in same) and not (binding.id is None and same and same[0].priority):
            same.append(binding)
    return found


def _remapped(place: KeyPlace, keymap: Mapping[str, str]) -> Iterator[Binding]:
    done: set[str | None] = set()
    for binding in place.bindings:
        keys = keymap.get(binding.id or "")
        if keys is None:
            yield binding
        elif binding.id not in done:
            done.add(binding.id)
            yield from Binding.make_bindings([binding.with_key(keys)])


def _editing(place: KeyPlace) -> Iterator[Binding]:
    for part in place.parts:
        if issubclass(part, Input | TextArea | OptionList | Tree):
            base = next(each for each in part.__mro__ if not each.__module__.startswith("diptych."))
            for each in base.__mro__:
                yield from Binding.make_bindings(each.__dict__.get("BINDINGS", ()))
