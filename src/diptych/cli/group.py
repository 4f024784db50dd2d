"""A command line whose first word may be a command or a prompt."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from click.exceptions import Abort, Exit
from click.shell_completion import CompletionItem

from diptych.cli.crash_report import command_line
from diptych.cli.faults import EXIT_BROKEN, Faults, harmless, is_closed_pipe
from diptych.cli.mistyped import refuse_mistyped

APP = "\0"
"""The name of the command that opens the app: a word that nobody can type."""

_WORDS = "diptych.words"
"""Where the context keeps the words of the command line."""

_INTERRUPTED = 130
"""The exit code after Ctrl-C while nothing is being asked yet; click's own would be 1."""


class CommandGroup(click.Group):
    """A first word that names a command is that command; anything else belongs to the app."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_for_group = args[:1] in (["--help"], ["-h"], ["--version"]) or (not args and ctx.resilient_parsing)
        if not is_for_group and (not args or args[0] not in self.commands):
            if not ctx.resilient_parsing:
                refuse_mistyped(args, self.list_commands(ctx))
            args = [APP, *args]
        ctx.meta[_WORDS] = tuple(args)
        return super().parse_args(ctx, args)

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **extra: Any) -> click.Context:
        with _harmless_sentences():
            return super().make_context(info_name, args, *more, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        faults = Faults()
        try:
            with _harmless_sentences(), faults.gathered():
                return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)
        except (click.ClickException, Exit, Abort):
            raise
        except Exception as error:  # whatever it is: a traceback tells a user nothing
            if is_closed_pipe(error):
                raise
            faults.add(error)
        finally:
            if faults:
                faults.tell(self._shown(ctx))
                if faults.are_fatal:
                    ctx.exit(EXIT_BROKEN)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        items = super().shell_complete(ctx, incomplete)
        known = {item.value for item in items}
        return items + [item for item in self.commands[APP].shell_complete(ctx, incomplete) if item.value not in known]

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in super().list_commands(ctx) if name != APP]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.commands[APP].format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def _shown(self, ctx: click.Context) -> str:
        """The command line as a report may show it."""
        words: tuple[str, ...] = ctx.meta.get(_WORDS, ())
        command = self.commands.get(words[0]) if words else None
        options = [name for each in (command.params if command else ()) for name in each.opts if name[:1] == "-"]
        return command_line(words[1:] if words[:1] == (APP,) else words, self.list_commands(ctx), options)


@contextmanager
def _harmless_sentences() -> Iterator[None]:
    """Clean what click's sentences quote, and take the secrets out of it."""
    try:
        yield
    except click.ClickException as error:
        error.message = harmless(error.message)  # type: ignore[misc]  # as click itself does
        raise


class AppCommand(click.Command):
    """The command behind the door, whose usage is the door's own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_surely_a_prompt = "--" in args
        rest = super().parse_args(ctx, args)
        door, prompt = ctx.parent and ctx.parent.command, ctx.params.get("prompt")
        if isinstance(door, CommandGroup) and prompt and not is_surely_a_prompt and not ctx.resilient_parsing:
            refuse_mistyped([prompt], door.list_commands(ctx))
        return rest

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        door = ctx.parent or ctx
        door.command.format_usage(door, formatter)
