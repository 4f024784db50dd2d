"""The command `web`: the app in a browser."""

import sys
from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import Any

import click

from diptych.cli.ask_options import AskOptions, ask_options, attachments_of
from diptych.cli.asked_settings import side_settings
from diptych.cli.chosen_configuration import configuration_of
from diptych.cli.command_error import CommandError
from diptych.cli.forwarded_words import ForwardingCommand, forwarded_options
from diptych.cli.number_types import WholeNumber
from diptych.cli.prompt_input import optional_prompt, prompt_argument
from diptych.core.endpoint import is_loopback

_OWN_OPTIONS = frozenset({"port", "host", "opens"})

_OF_THE_PROMPT = frozenset({"file", "attach"})
"""Options that belong to the first prompt, which only the first page sends."""


@click.command(cls=ForwardingCommand)
@prompt_argument()
@click.option("--port", type=WholeNumber(0, 65_535), default=0, metavar="N", help="Port. [default: a free one]")
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", show_default=True, help="Address to listen on.")
@click.option("--open/--no-open", "opens", default=False, help="Open the page in your browser.")
@ask_options
@click.pass_context
def web(ctx: click.Context, /, prompt: str | None, port: int, host: str, opens: bool, **values: Any) -> None:
    """Show the app in a browser.

    The address that is printed can be opened once. Each page has its own app, which ends when the page is closed.
    Other machines can connect only with --host and --insecure, since everything on the page goes over plain http.

    \b
    Examples:
      diptych web --demo                           simulated models
      diptych web --open "Explain TCP slow start"  open the page, send this
    """
    options = AskOptions(**values)
    if "-" in (prompt, options.file):
        raise CommandError("Standard input cannot be the prompt of an app in a browser.")
    optional_prompt(prompt, options.file, reads_pipe=False)
    side_settings(options, configuration_of(options, "without key"))
    attachments_of(options)
    if not is_loopback(host) and not options.insecure:
        raise CommandError(
            f"{host} can be reached from other machines, and everyone on the way could read what is asked and answered."
            " Use an SSH tunnel, or allow it with --insecure."
        )
    commands = _commands(ctx, prompt)
    try:
        from diptych.cli.run_web import run_web
    except ImportError:
        raise CommandError("`diptych web` needs the package textual-serve: install diptych[web].") from None
    run_web(host, port, commands, opens=opens)


def _commands(ctx: click.Context, prompt: str | None) -> Iterator[Sequence[str]]:
    """Yield the words that start each app. Only the first app sends the prompt, however often a page is loaded."""
    program = [sys.executable, "-P", "-m", "diptych"]
    first = [*program, *forwarded_options(ctx, _OWN_OPTIONS), *(() if prompt is None else ("--", prompt))]
    return chain([first], repeat([*program, *forwarded_options(ctx, _OWN_OPTIONS | _OF_THE_PROMPT)]))
