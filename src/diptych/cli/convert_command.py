"""The command `convert`: makes recordings of what other programs captured."""

from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any, get_args

import click

from diptych.cli.command_error import CommandError
from diptych.cli.known_secrets import known_secrets
from diptych.cli.number_types import WholeNumber
from diptych.cli.standard_error import say, warn
from diptych.cli.written_file import write_or_print
from diptych.config.sides import SIDES
from diptych.core.endpoint import ApiName
from diptych.core.wording.counted import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diptych.captures.asked_model import CaptureHints
    from diptych.captures.conversion import Call
    from diptych.core.recording import Recording

_FORMATS = ("har", "mitmproxy", "sse", "vcr")

_SUFFIXES = frozenset({".gz", ".har", ".json", ".flows", ".mitm", ".sse", ".txt", ".yaml", ".yml"})
"""Ends of the names of captures that a recording made of them does not keep."""

STANDARD_INPUT = Path("-")


@click.command(short_help="Make recordings of what other programs captured.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="PATH",
    help="Write one recording to this file, or one per call into this folder, which exists or ends with a slash. "
    "[default: standard output]",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    help="Format of the files. [default: recognized by their contents]",
)
@click.option("--api", type=click.Choice(get_args(ApiName)), help="API of the calls. [default: recognized]")
@click.option("--model", metavar="NAME", help="Model that was asked. [default: the one that the capture names]")
@click.option("--prompt", metavar="TEXT", help="Prompt of a capture without requests.")
@click.option(
    "--call", "numbers", type=WholeNumber(1), metavar="N", multiple=True, help="Only this call. May be repeated."
)
@click.option("--force", is_flag=True, help="Overwrite files that exist.")
def convert(
    files: tuple[Path, ...],
    output: str | None,
    format_: Any,
    numbers: tuple[int, ...],
    force: bool,
    **hints: Any,
) -> None:
    """Make recordings of what other programs captured: saved event streams, HAR, mitmproxy flows, VCR cassettes.

    A recording holds one round. If the output is a file, the calls become the sides of one round: there may be one
    call per FILE, or several that --call chooses. If it is a folder, every call becomes a recording there.

    \b
    Examples:
      curl -N … | ts -s '%.s' > stream.txt
      diptych convert stream.txt -o stream.jsonl
      diptych convert left.sse right.sse -o round.jsonl
      diptych convert session.har -o recordings/
      diptych convert session.har --call 3 --call 4 -o round.jsonl
    """
    from diptych.captures.asked_model import CaptureHints

    if STANDARD_INPUT in files and len(files) > 1:
        raise CommandError("Standard input (-) can only be the only FILE.")
    calls = [(path, _calls(path, format_, CaptureHints(**hints))) for path in files]
    _warn_of_unknown_times(calls)
    found = [(path, call) for path, each in calls for call in each]
    if too_large := next((number for number in numbers if number > len(found)), None):
        raise CommandError(f"There is no call {too_large}: the last one has the number {len(found):,}.")
    chosen = [found[number - 1] for number in numbers] or found
    if output is not None and (output.endswith("/") or Path(output).is_dir()):
        _write_each(chosen, Path(output), force=force)
        return
    if not numbers and len(chosen) > len(files):
        path = next(path for path in files if sum(path == other for other, _ in chosen) > 1)
        count = sum(path == other for other, _ in chosen)
        raise CommandError(
            f"{path} holds {counted(count, 'call')}, and a recording holds one round: choose with --call N, or make a "
            "recording of each with -o FOLDER/."
        )
    _write_one([call for _, call in chosen], None if output is None else Path(output), force=force)


def _calls(path: Path, format_: Any, hints: "CaptureHints") -> "Sequence[Call]":
    """Return the calls in a file. Raises `CommandError` if there are none, or if it cannot be read."""
    from diptych.captures.capture_file import read_capture_file
    from diptych.captures.capture_formats import read_captures, recognized_format
    from diptych.captures.conversion import calls_in, looks_like_key

    secrets = known_secrets()
    name = "Standard input" if path == STANDARD_INPUT else str(path)
    try:
        data = read_capture_file(path)
        captures = read_captures(data, format_ or recognized_format(data), lambda why: warn(f"{name} {why}"))
        calls = calls_in(captures, hints, secrets)
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror or error}.") from None
    except ValueError as error:
        raise CommandError(f"{name} {error}.") from None
    if not calls:
        raise CommandError(f"{name} holds no call of an API that Diptych knows. If it does, name the API with --api.")
    attempts = sum(len(call.attempts) for call in calls)
    if others := len(captures) - attempts:
        say(f"{name}: {counted(others, 'other exchange')} left out.")
    if repeated := attempts - len(calls):
        again = "was sent again, and is an attempt" if repeated == 1 else "were sent again, and are attempts"
        say(f"{name}: {counted(repeated, 'failed request')} {again} of the call that followed.")
    for call in calls:
        if call.capture.error and call.capture.ending == "clean":
            warn(f"{_place(name, call)}: {call.capture.error.removesuffix('.')}.")
        if found := looks_like_key(call):
            shown = f" ({found.shown})" if found.shown else ""
            warn(f"{_place(name, call)} seems to hold {found.kind}{shown} in a prompt or an answer, which is kept.")
    return calls


def _warn_of_unknown_times(found: "Sequence[tuple[Path, Sequence[Call]]]") -> None:
    """Warn once of all files that do not say when the events of their calls arrived."""
    untimed = [(path, calls, count) for path, calls in found if (count := sum(call.is_untimed for call in calls))]
    if not untimed:
        return
    path, calls, count = untimed[0]
    if len(untimed) > 1:
        who = f"{counted(len(untimed), 'file')} of {len(found):,}, such as {path}, do not say when the events"
    else:
        which = "" if count == len(calls) else f" of {counted(count, 'call')}"
        who = f"{'Standard input' if path == STANDARD_INPUT else path} does not say when the events{which}"
    warn(f"{who} arrived: figures that need these times are unknown.")


def _place(name: str, call: "Call") -> str:
    return f"{name}, {call.capture.place}" if call.capture.place else name


def _write_one(calls: "Sequence[Call]", output: Path | None, *, force: bool) -> None:
    """Write calls as one round."""
    from diptych.captures.conversion import recording_of

    labels = SIDES if len(calls) <= len(SIDES) else tuple(ascii_lowercase)
    if len(calls) > len(labels):
        raise CommandError(f"A recording made of captures holds up to {len(labels)} calls.")
    _write(recording_of(calls, labels[: len(calls)]), output, force=force)


def _write_each(chosen: "Sequence[tuple[Path, Call]]", folder: Path, *, force: bool) -> None:
    """Write a recording of each call into a folder, named after the file of the call."""
    from diptych.captures.conversion import recording_of

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{folder} cannot be made: {error.strerror or error}.") from None
    needs_number = len(chosen) > len({_stem(path) for path, _ in chosen})
    for number, (path, call) in enumerate(chosen, 1):
        name = f"{_stem(path)}-{number:0{len(str(len(chosen)))}}" if needs_number else _stem(path)
        _write(recording_of([call], SIDES[:1]), folder / f"{name}.jsonl", force=force)


def _stem(path: Path) -> str:
    name = path if path != STANDARD_INPUT else Path("capture")
    while name.suffix.lower() in _SUFFIXES:
        name = name.with_suffix("")
    return name.name


def _write(recording: "Recording", output: Path | None, *, force: bool) -> None:
    from diptych.replay.folding import fold
    from diptych.report.formats import render

    write_or_print(render(fold(recording), "jsonl"), output, force=force)
