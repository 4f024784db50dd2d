"""The types of options that are numbers. A value that is none of them is refused with a sentence for users."""

import math
from typing import Any

import click


class WholeNumber(click.IntRange):
    """A whole number, from `least` up to `most` if there is such a limit."""

    name = "integer"

    def __init__(self, least: int, most: int | None = None) -> None:
        super().__init__(least, most)
        self._words = f"of {least} or more" if most is None else f"from {least} to {most}"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is not a whole number {self._words}.", param, ctx)


class Seconds(click.FloatRange):
    """A number of seconds that is greater than 0, and may be infinite."""

    name = "seconds"

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the seconds."""
        try:
            seconds = super().convert(value, param, ctx)
        except click.BadParameter:
            seconds = math.nan
        if math.isnan(seconds):
            self.fail(f"{value!r} is not a number of seconds greater than 0.", param, ctx)
        return seconds
