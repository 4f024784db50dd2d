"""Which answers a command means: `12` for the sides of a round, `12:left` for one of them, `12:left:2` for a take."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from diptych.cli.command_error import CommandError
from diptych.cli.history_commands import find_recording
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.text.sanitize import clean_line

_REFERENCE = re.compile(r"(?P<round>.+?)(?::(?P<label>[^:/\\]+?)(?::(?P<take>[0-9]{1,6}))?)?")


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """A run that is compared: what stands for it in a message, such as `12:left:2`, its round and itself."""

    name: str
    round_: Round
    run: Run


class AnswerReference:
    """A round by its ID or its file, and perhaps one side of it, and one of its takes."""

    def __init__(self, text: str, history: Path | None) -> None:
        from diptych.replay.folding import fold

        match = None if _is_file(text) else _REFERENCE.fullmatch(text)
        self.name = match["round"] if match else text
        self.label = match["label"] if match else None
        self._take = match["take"] if match else None
        self.round_ = fold(find_recording(self.name, history))
        if self.label is not None and self.round_.is_hidden:
            raise CommandError(
                f"{self.name} is a blind round: its sides have no names before the vote. `diptych diff {self.name}` "
                "compares them."
            )

    def sides(self) -> list[ComparedRun]:
        """Return the runs that count for all sides of the round. A blind round has them in the order of its letters."""
        blind = self.round_.blind
        labels = blind.order if blind is not None and self.round_.is_hidden else tuple(self.round_.runs)
        return [self.side(label) for label in labels]

    def side(self, label: str) -> ComparedRun:
        """Return the take of a side that was asked for, or else the one that counts."""
        label = self.label or label
        takes = self.round_.takes(label)
        if not takes:
            labels = ", ".join(map(clean_line, self.round_.runs))
            raise CommandError(f"{self.name} has no side {label}: it has {labels}.")
        if self._take is None:
            return ComparedRun(f"{self.name}:{self._shown(label)}", self.round_, self.round_.runs[label])
        if not 1 <= int(self._take) <= len(takes):
            count = "1 take" if len(takes) == 1 else f"{len(takes)} takes"
            raise CommandError(f"{self.name}:{label} has no take {self._take}: it has {count}.")
        return ComparedRun(f"{self.name}:{label}:{int(self._take)}", self.round_, takes[int(self._take) - 1])

    def _shown(self, label: str) -> str:
        blind = self.round_.blind
        return blind.letter(label) if blind is not None and self.round_.is_hidden else label


def compared_runs(
    first: str, second: str | None, side: str | None, history: Path | None
) -> Iterator[tuple[ComparedRun, ComparedRun]]:
    """Yield the pairs of runs that one or two references mean. Raises `CommandError`.

    One round means its two sides. Two rounds mean each side of the first one with the same side of the second one. If
    only one of two references names a side, it holds for both; `side` is the same for both.
    """
    one = AnswerReference(first, history)
    if second is None:
        yield _both_sides(one, side)
        return
    other = AnswerReference(second, history)
    if label := one.label or other.label or side:
        yield one.side(label), other.side(label)
        return
    if one.round_.is_hidden or other.round_.is_hidden:
        hidden = one if one.round_.is_hidden else other
        raise CommandError(f"{hidden.name} is a blind round: vote before you compare it with another round.")
    labels = [label for label in one.round_.runs if other.round_.takes(label)]
    if not labels:
        raise CommandError(
            f"{one.name} and {other.name} have no side of the same name: name two, such as {one.name}:left."
        )
    for label in labels:
        yield one.side(label), other.side(label)


def _both_sides(reference: AnswerReference, side: str | None) -> tuple[ComparedRun, ComparedRun]:
    if reference.label is not None or side is not None:
        raise CommandError(
            f"{reference.name}:{reference.label or side} is one answer: name another one to compare it with."
        )
    sides = reference.sides()
    if len(sides) == 1:
        raise CommandError(f"{reference.name} has one side only: name a second round to compare it with.")
    if len(sides) > 2:
        names = ", ".join(clean_line(each.name) for each in sides)
        raise CommandError(f"{reference.name} has {len(sides)} sides: name two of {names}.")
    return sides[0], sides[1]


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False
