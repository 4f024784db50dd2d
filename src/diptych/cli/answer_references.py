"""Which answers a command means: `12` for the sides of a round, `12:left` for one of them, `12:left:2` for a take."""

import re
from collections.abc import Iterator
from pathlib import Path

from diptych.cli.command_error import CommandError
from diptych.cli.round_references import find_recording
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted
from diptych.differences.compared_run import ComparedRun
from diptych.replay.folding import fold

_REFERENCE = re.compile(r"(?P<round>.+?)(?::(?P<label>[^:/\\]+)(?::(?P<take>[0-9]{1,6}))?)?")


class AnswerReference:
    """A recorded round, and perhaps one side of it, and one of its takes."""

    def __init__(self, text: str, history: Path | None, *, reveal: bool = False) -> None:
        self.name, self.label, self.take = split_reference(text)
        self.round_ = fold(find_recording(self.name, history, reveal=reveal))

    def side(self, label: str) -> ComparedRun:
        """Return the take of a side that the reference names, or else the one that counts."""
        label = self.label or label
        takes = self.round_.takes(label)
        if not takes:
            labels = clean_line(", ".join(self.round_.runs))
            raise CommandError(f"{self.name} has no side {label}: it has {labels}.")
        if self.take is None:
            return ComparedRun(f"{self.name}:{label}", self.round_.runs[label])
        number = int(self.take)
        if not 1 <= number <= len(takes):
            raise CommandError(f"{self.name}:{label} has no take {number}: it has {counted(len(takes), 'take')}.")
        return ComparedRun(f"{self.name}:{label}:{number}", takes[number - 1])


def split_reference(text: str) -> tuple[str, str | None, str | None]:
    """Return the round, the label and the take that a reference names; None for what it does not name."""
    match = None if _is_file(text) else _REFERENCE.fullmatch(text)
    return (match["round"], match["label"], match["take"]) if match else (text, None, None)


def compared_runs(
    first: str, second: str | None, side: str | None, history: Path | None, *, reveal: bool = False
) -> Iterator[tuple[ComparedRun, ComparedRun]]:
    """Yield the pairs of runs that one or two references mean.

    One round means its two sides. Two rounds mean each side of the first one with the same side of the second one. If
    only one of two references names a side, it holds for both; `side` is the same for both. Raises `CommandError`.
    """
    one = AnswerReference(first, history, reveal=reveal)
    if second is None:
        yield _both_sides(one, side)
        return
    other = AnswerReference(second, history, reveal=reveal)
    named = one.label or other.label or side
    labels = [named] if named else [label for label in one.round_.runs if other.round_.takes(label)]
    if not labels:
        raise CommandError(f"{one.name} and {other.name} have no side of the same name. Name one side of each.")
    for label in labels:
        yield one.side(label), other.side(label)


def _both_sides(reference: AnswerReference, side: str | None) -> tuple[ComparedRun, ComparedRun]:
    if label := reference.label or side:
        reference.side(label)  # raises if there is no such side or take
        raise CommandError(f"{reference.name}:{label} is one answer. Name another one to compare it with.")
    labels = list(reference.round_.runs)
    if len(labels) == 1:
        raise CommandError(f"{reference.name} has only one side. Name another round to compare it with.")
    if len(labels) > 2:
        names = ", ".join(f"{reference.name}:{label}" for label in labels)
        raise CommandError(f"{reference.name} has {len(labels)} sides. Name two of {clean_line(names)}.")
    return reference.side(labels[0]), reference.side(labels[1])


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False
