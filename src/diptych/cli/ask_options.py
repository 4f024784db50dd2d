"""The options that all commands share that ask models."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from diptych.cli.command_error import CommandError
from diptych.cli.completion import complete_model
from diptych.cli.number_types import Seconds, WholeNumber
from diptych.cli.shared_options import config_option, history_option
from diptych.cli.telemetry_option import otel_option
from diptych.cli.tool_options import TOOL_OPTIONS, GivenTools
from diptych.config.endpoints import DEFAULT_MODELS
from diptych.core.event_log import DEFAULT_CAP
from diptych.core.settings import DEFAULT_MAX_TOKENS
from diptych.core.tools_file import DEFAULT_MAX_TURNS

if TYPE_CHECKING:
    from diptych.core.attachment import Attachment


@dataclass(frozen=True, slots=True)
class AskOptions:
    """The values of the shared options, as given on the command line."""

    left: str | None
    right: str | None
    system: str | None
    left_system: str | None
    right_system: str | None
    max_tokens: int | None
    param: tuple[str, ...]
    left_param: tuple[str, ...]
    right_param: tuple[str, ...]
    file: str | None
    attach: tuple[Path, ...]
    timeout: float | None
    demo: bool
    seed: int | None
    config: Path | None
    history: Path | None
    no_history: bool
    memory: int
    insecure: bool
    otel: bool = False
    tools: GivenTools | None = None
    schema: Mapping[str, Any] | None = None
    max_turns: int = DEFAULT_MAX_TURNS


def ask_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command whose values `AskOptions` holds."""
    options = (
        click.option(
            "-l",
            "--left",
            metavar="ENDPOINT:MODEL",
            shell_complete=complete_model,
            help=f"Endpoint and model, or @PRESET, of the left side. [default: {DEFAULT_MODELS['left']}]",
        ),
        click.option(
            "-r",
            "--right",
            metavar="ENDPOINT:MODEL",
            shell_complete=complete_model,
            help=f"Endpoint and model, or @PRESET, of the right side. [default: {DEFAULT_MODELS['right']}]",
        ),
        click.option("--system", metavar="TEXT", help="System prompt for both sides."),
        click.option("--left-system", metavar="TEXT", help="System prompt for the left side only."),
        click.option("--right-system", metavar="TEXT", help="System prompt for the right side only."),
        click.option(
            "--max-tokens",
            type=WholeNumber(1),
            metavar="N",
            help=f"Maximum number of output tokens. [default: {DEFAULT_MAX_TOKENS}]",
        ),
        click.option(
            "-p",
            "--param",
            metavar="KEY=JSON",
            multiple=True,
            help="Extra request field for both sides, such as temperature=0.5. May be repeated.",
        ),
        click.option(
            "--left-param", metavar="KEY=JSON", multiple=True, help="Extra request field for the left side only."
        ),
        click.option(
            "--right-param", metavar="KEY=JSON", multiple=True, help="Extra request field for the right side only."
        ),
        *TOOL_OPTIONS,
        click.option(
            "-f", "--file", metavar="PATH", help="Read the prompt from a file. With PROMPT, the file is sent after it."
        ),
        click.option(
            "-a",
            "--attach",
            type=click.Path(path_type=Path),
            metavar="FILE",
            multiple=True,
            help="Attach an image, a PDF or a text to the prompt. May be repeated.",
        ),
        click.option(
            "--timeout",
            type=Seconds(),
            metavar="SECONDS",
            help="Fail a side that sends nothing for this long. [default: 600 before the first content, 60 after it]",
        ),
        click.option("--demo", is_flag=True, help="Use simulated models: no key, no network."),
        click.option("--seed", type=int, metavar="N", help="Make simulated models repeat the same answers."),
        config_option,
        history_option,
        click.option("--no-history", is_flag=True, help="Do not save anything to the history."),
        click.option(
            "--memory",
            type=WholeNumber(1),
            metavar="MB",
            default=DEFAULT_CAP // 1_000_000,
            show_default=True,
            help="Memory for the events of a session. Beyond it, the oldest move to a temporary file.",
        ),
        click.option("--insecure", is_flag=True, help="Allow keys to be sent over plain http to other machines."),
        otel_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


def attachments_of(options: AskOptions) -> "tuple[Attachment, ...]":
    """Return the files that `--attach` names. Raises `CommandError` for one that cannot be attached."""
    if not options.attach:
        return ()
    from diptych.attachments.load_attachment import AttachmentError, load_attachment

    try:
        return tuple(map(load_attachment, options.attach))
    except AttachmentError as error:
        raise CommandError(str(error)) from None
