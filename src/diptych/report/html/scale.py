"""Numbers to draw with: a scale with round ticks, and a curve thinned to fewer points."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_TICKS = 5
"""The most ticks above 0."""
_LEAST, _MOST = 1e-9, 1e18
"""A top outside of these was not measured: every value is then placed at the start."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Places the values from 0 to `top` between two coordinates."""

    top: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Return the coordinate of a value, rounded to a tenth."""
        share = value / self.top if self._is_measured else 0.0
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self) -> Iterator[float]:
        """Yield round values from 0 up, in steps of 1, 2 or 5 times a power of ten."""
        if not self._is_measured:
            yield 0.0
            return
        rough = self.top / _TICKS
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(factor * power for factor in (1, 2, 5, 10, 20) if factor * power >= rough)
        for number in range(_TICKS + 1):
            if (value := number * step) <= self.top:
                yield value

    @property
    def _is_measured(self) -> bool:
        return _LEAST <= self.top <= _MOST


def thinned(xs: Sequence[float], ys: Sequence[float], most: int) -> Iterable[tuple[float, float]]:
    """Return at most `most` points of a curve that only rises: the first, and the last of each stretch of `x`."""
    if len(xs) <= most:
        return zip(xs, ys, strict=True)
    start, end = xs[0], xs[-1]
    width = (end - start) / (most - 1)
    last_of_stretch = {
        min(most - 2, int((x - start) / width)) if width > 0 else 0: (x, y) for x, y in zip(xs, ys, strict=True)
    }
    return [(start, ys[0]), *last_of_stretch.values()]
