"""A command line whose first word may be a command or a prompt."""

from typing import Any

import click
from click.shell_completion import CompletionItem

APP = "\0"
"""The name of the command that opens the app: a word that nobody can type."""

_INTERRUPTED = 130
"""The exit code after Ctrl-C while nothing is being asked yet; click's own would be 1."""


class Door(click.Group):
    """A first word that names a command is that command; anything else belongs to the app."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_for_group = args[:1] in (["--help"], ["-h"], ["--version"]) or (not args and ctx.resilient_parsing)
        if not is_for_group and (not args or args[0] not in self.commands):
            args = [APP, *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)
        except click.UsageError as error:  # which quotes what was typed
            from diptych.core.text import clean

            raise click.UsageError(clean(error.format_message()), error.ctx) from None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        items = super().shell_complete(ctx, incomplete)
        known = {item.value for item in items}
        return items + [item for item in self.commands[APP].shell_complete(ctx, incomplete) if item.value not in known]

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in super().list_commands(ctx) if name != APP]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.commands[APP].format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


class AppCommand(click.Command):
    """The command behind the door, whose usage is the door's own."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        door = ctx.parent or ctx
        door.command.format_usage(door, formatter)
