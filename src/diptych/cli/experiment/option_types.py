"""The types of the options of experiments: dollars, counts, shards, and addresses of Ray."""

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Literal

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from diptych.core.experiment.order import Shard

RAY_OF_THIS_MACHINE = "auto"
"""The value of `--ray` without an address."""


class Amount(click.ParamType[Decimal]):
    """An amount of US dollars that is greater than 0."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Return the amount."""
        try:
            amount = Decimal(str(value).strip().removeprefix("$"))
        except InvalidOperation:
            self.fail(f"{value!r} is not an amount of US dollars, such as 1.50.", param, ctx)
        if not amount.is_finite() or amount <= 0:
            self.fail(f"{value!r} is not an amount greater than 0.", param, ctx)
        return amount


class Count(click.ParamType[int]):
    """A whole number between two others. The help does not show its range, which nobody will come near."""

    name = "integer"

    def __init__(self, least: int, most: int) -> None:
        self._least = least
        self._most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number."""
        try:
            number = int(value)
        except ValueError:
            number = self._least - 1
        if not self._least <= number <= self._most:
            self.fail(f"{value!r} is not a whole number from {self._least} to {self._most:,}.", param, ctx)
        return number


class ShardPart(click.ParamType["Shard | Literal['auto']"]):
    """A part of an experiment, such as 2/8, or `auto`."""

    name = "shard"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> "Shard | Literal['auto']":
        """Return the shard."""
        from diptych.core.experiment.order import Shard

        if isinstance(value, Shard) or value == "auto":
            return "auto" if value == "auto" else value
        match = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", str(value), re.ASCII)
        if not match or not 1 <= int(match[1]) <= int(match[2]):
            self.fail(f"{value!r} is not a part of a whole: write 2/8 for the second of 8 parts, or auto.", param, ctx)
        return Shard(int(match[1]), int(match[2]))

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return `auto`."""
        del ctx, param
        return [CompletionItem("auto")] if "auto".startswith(incomplete) else []


def ray_address(ctx: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Refuse a word after `--ray` that is not an address: click takes the prompt for one."""
    del ctx
    if value is None or value in (RAY_OF_THIS_MACHINE, "local") or re.fullmatch(r"(ray://)?[^\s:/]+:[0-9]+", value):
        return value
    raise click.BadParameter(
        f"{value!r} is not the address of a Ray cluster, such as ray://head:10001. Write --ray=auto where a prompt "
        "follows.",
        param=option,
    )


def one_line(ctx: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Refuse a name that is empty or has a line break or another control character."""
    del ctx
    if value is not None and (not value.strip() or not value.isprintable()):
        raise click.BadParameter("expected a name on one line.", param=option)
    return value
