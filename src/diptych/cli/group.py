"""The group of all commands. If the first word does not name a command, it is a prompt, and the app opens."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click
from click.exceptions import Abort, Exit
from click.shell_completion import CompletionItem

import diptych.cli.bash_completion
import diptych.cli.zsh_completion  # noqa: F401 - click knows the classes of both modules from then on
from diptych.cli.command_error import CommandError
from diptych.cli.crash_report import redacted_command
from diptych.cli.full_disk import full_disks_told
from diptych.cli.mistyped import refuse_mistyped
from diptych.cli.prompt_input import SeveralWordsError
from diptych.cli.unexpected_errors import EXIT_CRASHED, UnexpectedErrors, is_closed_pipe
from diptych.core.gc_policy import importing
from diptych.core.wording.open_files import why_none_opens

APP = "\0"
"""The name of the command that opens the app. Nobody can type it."""

_WORDS = "diptych.words"
"""The key under which the context's `meta` holds the words of the command line."""

_LONG = 200
"""Characters that the sentence about a command may have in the list of commands."""

_EXIT_INTERRUPTED = 130
"""The exit code after Ctrl-C before anything is asked; click's own would be 1."""


class CommandGroup(click.Group):
    """Runs the command that the first word names, or opens the app. Turns unexpected exceptions into crash reports.

    `locations` says for each command where it is, such as `open_command:open_`. It is imported when it is used.
    """

    def __init__(self, *arguments: Any, locations: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._locations = locations

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands and cmd_name in self._locations:
            self._load(cmd_name)
        return super().get_command(ctx, cmd_name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_for_group = args[:1] in (["--help"], ["-h"], ["--version"], ["-V"]) or (not args and ctx.resilient_parsing)
        if not is_for_group and (not args or args[0] not in self._locations):
            if not ctx.resilient_parsing:
                refuse_mistyped(args, self.list_commands(ctx))
            args = [APP, *args]
        ctx.meta[_WORDS] = tuple(args)
        return super().parse_args(ctx, args)

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **extra: Any) -> click.Context:
        with _safe_messages(None, tuple(args)), full_disks_told():
            return super().make_context(info_name, args, *more, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        errors = UnexpectedErrors()
        try:
            with _safe_messages(ctx, self._words(ctx)), errors.collected(), full_disks_told():
                return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(_EXIT_INTERRUPTED)
        except (click.ClickException, Exit, Abort):
            raise
        except Exception as error:  # whatever it is: a traceback does not help a user
            if is_closed_pipe(error):
                raise
            if why := why_none_opens(error):
                raise CommandError(f"Diptych cannot go on: {why}.") from None
            errors.add(error)
        finally:
            if errors:
                from diptych.cli.known_secrets import known_secrets

                errors.report(self._command_for_report(ctx), known_secrets(ctx, self._words(ctx)))
                if errors.are_fatal:
                    ctx.exit(EXIT_CRASHED)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        items = super().shell_complete(ctx, incomplete)
        known = {item.value for item in items}
        return items + [item for item in self._app().shell_complete(ctx, incomplete) if item.value not in known]

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._locations.keys() - {APP})

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        of_app = [each for each in self._app().get_params(ctx) if not isinstance(each, click.Argument)]
        options = (*of_app, *self.get_params(ctx))
        with formatter.section("Options"):
            formatter.write_dl([record for option in options if (record := option.get_help_record(ctx))])
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write every command with its whole first sentence, which click would cut off at the end of the line."""
        with formatter.section("Commands"):
            commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
            formatter.write_dl([(name, command.get_short_help_str(_LONG)) for name, command in commands if command])

    def _load(self, name: str) -> click.Command:
        """Import a command, and keep it. Exits with a sentence if a library is missing."""
        module, _, attribute = self._locations[name].partition(":")
        try:
            with importing():
                command: click.Command = getattr(import_module(f"diptych.cli.{module}"), attribute)
        except ImportError as error:
            click.echo(f"Diptych cannot start: {error}. Try to install it again.", err=True)
            sys.exit(EXIT_CRASHED)
        self.add_command(command)
        return command

    def _app(self) -> click.Command:
        """Return the command that opens the app."""
        return self.commands.get(APP) or self._load(APP)

    def _words(self, ctx: click.Context) -> Sequence[str]:
        words: tuple[str, ...] = ctx.meta.get(_WORDS, ())
        return words

    def _command_for_report(self, ctx: click.Context) -> str:
        """Return the command line as a crash report may show it."""
        words = self._words(ctx)
        command = self.commands.get(words[0]) if words else None
        options = [name for each in (command.params if command else ()) for name in each.opts if name[:1] == "-"]
        return redacted_command(words[1:] if words[:1] == (APP,) else words, self.list_commands(ctx), options)


@contextmanager
def _safe_messages(ctx: click.Context | None, words: Sequence[str]) -> Iterator[None]:
    """Remove secrets and control characters from the messages of errors, which may quote the command line."""
    try:
        yield
    except click.ClickException as error:
        from diptych.cli.known_secrets import safe_message

        error.message = safe_message(error.message, ctx, words)  # type: ignore[misc]  # as click itself does
        raise


class AppCommand(click.Command):
    """The command that opens the app. It has no name, so its usage is that of the whole group."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        group = ctx.parent and ctx.parent.command
        is_surely_a_prompt = "--" in args or ctx.resilient_parsing
        commands = group.list_commands(ctx) if isinstance(group, CommandGroup) and not is_surely_a_prompt else ()
        try:
            rest = super().parse_args(ctx, args)
        except SeveralWordsError as error:
            refuse_mistyped(error.words, commands)
            raise
        if prompt := ctx.params.get("prompt"):
            refuse_mistyped([prompt], commands)
        return rest

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        parent = ctx.parent or ctx
        parent.command.format_usage(parent, formatter)
