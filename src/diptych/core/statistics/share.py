"""A share of things that were counted, with its interval."""

from dataclasses import dataclass

from diptych.core.statistics.wilson import wilson_interval


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of` things."""

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """The share, from 0 to 1; None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the share, None of nothing; see `wilson_interval`."""
        return wilson_interval(self.count, self.of)
