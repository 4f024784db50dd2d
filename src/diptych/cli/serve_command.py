"""The command `serve`: answers requests as the servers of recorded rounds did."""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diptych.cli.command_error import CommandError
from diptych.cli.history_completion import complete_shown
from diptych.cli.number_types import WholeNumber
from diptych.cli.shared_options import history_option, reveal_option
from diptych.cli.signals import Shutdown, keep_exit_code, shutdown_signals
from diptych.cli.standard_error import say
from diptych.cli.waiting_clients import WaitingClients
from diptych.core.gc_policy import long_lived_objects
from diptych.core.wording.counted import counted

if TYPE_CHECKING:
    from diptych.serving.matching import RecordedAnswers
    from diptych.serving.recorded_answer import RecordedAnswer
    from diptych.serving.request_log import RequestLog

_HELP = """
ID is the number of a round in the history, last or last~1, or the path of a recording. A side may follow after a colon,
and a take of this side after another one. xN is an experiment: all of its rounds are served.
"""

_MOST_NAMED = 20
"""Unused recordings that are named one by one."""


def _speed(context: click.Context, option: click.Parameter, value: float) -> float:
    del context, option
    if value < 0 or value != value or value == float("inf"):
        raise click.BadParameter("use a positive number, or 0 for at once.")
    return value


@click.command(epilog=_HELP)
@click.argument("references", metavar="ID|xN|FILE...", nargs=-1, required=True, shell_complete=complete_shown)
@click.option("--port", type=WholeNumber(0, 65_535), default=0, metavar="N", help="Listen on this port. [default: any]")
@click.option(
    "--speed",
    type=float,
    default=1.0,
    metavar="N",
    callback=_speed,
    help="Answer N times as fast as it was recorded, or at once for 0. [default: 1]",
)
@click.option(
    "--lenient", is_flag=True, help="Answer a request that matches nothing with the next recording of its API."
)
@click.option(
    "--once", is_flag=True, help="End when every recorded answer has been played; exit with 1 if one was not."
)
@reveal_option
@history_option
def serve(
    references: tuple[str, ...],
    port: int,
    speed: float,
    lenient: bool,
    once: bool,
    reveal: bool,
    history: Path | None,
) -> None:
    """Answer requests as recorded: a server for tests of other programs.

    It listens on this machine only, needs no key, and answers Messages, Chat Completions and Responses with what was
    recorded: status, headers, events and their timing, faults included. A request gets the recording of its API, model
    and conversation; several of them are played in order, and then again.

    \b
    Examples:
      diptych serve last                    play the newest round
      diptych serve busy.jsonl --port 8080  play a recording, on this port
      diptych serve x3 --once --speed 0     for CI: with an exit code

    \b
    Exit codes:
        0  with --once: every recorded answer was played, and every request was answered
        1  with --once: a recorded answer was not played, or a request matched nothing
        2  wrong usage, or the port is taken
      130  interrupted (Ctrl-C), without --once
      143  terminated, without --once
    """
    with shutdown_signals() as shutdown:
        with long_lived_objects():
            answers, remark = _answers(references, history, lenient=lenient, reveal=reveal)
        code = _serve(answers, port, speed, shutdown, remark, once=once)
        if once:
            keep_exit_code()
    sys.exit(code)


def _answers(
    references: Sequence[str], history: Path | None, *, lenient: bool, reveal: bool
) -> "tuple[RecordedAnswers, str]":
    """Return the answers of all references in order, and a sentence about what is not as it was; "" for nothing."""
    from diptych.cli.recorded_runs import recorded_runs
    from diptych.serving.matching import RecordedAnswers
    from diptych.serving.recorded_answer import recorded_answers

    found: list[RecordedAnswer] = []
    older = untimed = 0
    for reference in references:
        before = len(found)
        for name, recording, run in recorded_runs(reference, history, reveal=reveal):
            found += recorded_answers(name, recording, run)
            older += not run.keeps_bytes
            untimed += run.is_untimed
        if len(found) == before:
            raise CommandError(f"{reference} holds no request: there is nothing to serve.")
    remarks = " ".join(filter(None, (_remark(older), _remark_on_times(untimed))))
    return RecordedAnswers(found, is_lenient=lenient), remarks


def _remark(older: int) -> str:
    """Return a sentence about answers that were recorded by older versions of Diptych; "" for none."""
    if not older:
        return ""
    are, their = ("is", "its") if older == 1 else ("are", "their")
    what = f"{counted(older, 'recorded answer')} {are} of an older version, which did not keep the exact bytes"
    return f"{what}: {their} events are framed anew."


def _remark_on_times(untimed: int) -> str:
    """Return a sentence about answers whose events have no known times; "" for none."""
    if not untimed:
        return ""
    come = "comes from a capture that does" if untimed == 1 else "come from captures that do"
    what = f"{counted(untimed, 'recorded answer')} {come} not say when the events arrived"
    return f"{what}: they are sent at once."


def _serve(answers: "RecordedAnswers", port: int, speed: float, shutdown: Shutdown, remark: str, *, once: bool) -> int:
    """Serve until a signal, or with `once` until everything was played; return the exit code."""
    from diptych.serving.precise_selector import PreciseSelector
    from diptych.serving.request_log import RequestLog

    log = RequestLog(say)
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(PreciseSelector())) as runner:
        signalled, unmatched = runner.run(_until_over(answers, port, speed, shutdown, log, remark, once=once))
    log.close()
    return _reported(answers, unmatched) if once else signalled


async def _until_over(
    answers: "RecordedAnswers",
    port: int,
    speed: float,
    shutdown: Shutdown,
    log: "RequestLog",
    remark: str,
    *,
    once: bool,
) -> tuple[int, int]:
    """Serve. Return the exit code of the signal that ended it, 0 if none did, and how many requests did not match."""
    from diptych.serving.recording_server import HOST, RecordingServer

    loop = asyncio.get_running_loop()
    loop.set_exception_handler(WaitingClients(log.add))
    server = RecordingServer(answers, speed, log.add, is_once=once)
    codes: list[int] = []
    shutdown.on_signal(_stopping(loop, server.stop, codes))
    try:
        found = await server.listen(port)
    except OSError as error:
        raise CommandError(f"Port {port} cannot be used: {os.strerror(error.errno or 0)}.") from None
    if remark:
        say(remark)
    click.echo(f"ANTHROPIC_BASE_URL=http://{HOST}:{found}\nOPENAI_BASE_URL=http://{HOST}:{found}/v1")
    sys.stdout.flush()
    await server.wait()
    await server.close()
    return next(iter(codes), 0), server.unmatched


def _stopping(loop: asyncio.AbstractEventLoop, stop: Callable[[], object], codes: list[int]) -> Callable[[int], object]:
    """Return what happens at a signal: its exit code is kept, and the server stops."""

    def act(code: int) -> None:
        codes.append(code)
        with suppress(RuntimeError):  # the loop is closed: the server has stopped, and only the log is written yet
            loop.call_soon_threadsafe(stop)

    return act


def _reported(answers: "RecordedAnswers", unmatched: int) -> int:
    """Say which answers nobody asked for; return the exit code of `--once`."""
    unused = answers.unused
    if unused:
        names = [answer.name for answer in unused[:_MOST_NAMED]]
        more = f", and {len(unused) - _MOST_NAMED:,} more" if len(unused) > _MOST_NAMED else ""
        say(f"Not played: {', '.join(names)}{more}.")
    if unmatched:
        say(f"{counted(unmatched, 'request')} could not be answered.")
    return 1 if unused or unmatched else 0
