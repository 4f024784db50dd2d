"""Makes room for the connections of an experiment or a judge, before anything is sent: only so many may be open."""

from collections import Counter
from contextlib import suppress

from diptych.cli.command_error import CommandError
from diptych.core.experiment.plan import Plan
from diptych.core.settings import Settings
from diptych.core.wording.counted import counted

_NEEDED_BESIDES = 16
"""Files and connections that a process surely has open besides those to servers: streams, event loops, the history."""

_ROOM_BESIDES = 256
"""Files and connections that it may have open for a moment: looking up names, files of prompts, commands of checks."""


def most_connections(plan: Plan, concurrency: int, answers: int) -> int:
    """Return how many connections are open at most, with `concurrency` rounds in flight and `answers` still missing."""
    if plan.sequential:
        return min(concurrency, answers)
    models = Counter(settings.endpoint.name for settings in plan.models.values())
    limits = {settings.endpoint.name: settings.endpoint.connection.concurrency for settings in plan.models.values()}
    most = sum(min(count * concurrency, limits[name] or answers) for name, count in models.items())
    return min(most, answers)


def most_connections_to_judge(judge: Settings, concurrency: int, verdicts: int) -> int:
    """Return how many connections are open at most while a judge is asked for so many verdicts."""
    if judge.simulated:
        return 0
    return min(concurrency, judge.endpoint.connection.concurrency or concurrency, verdicts)


def make_room_for_connections(connections: int) -> None:
    """Raise the limit of this process if need be. Raises `CommandError` if it cannot be raised so far."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    limit, highest = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    wanted = connections + _ROOM_BESIDES
    if not connections or limit == unlimited or limit >= wanted:
        return
    raised = wanted if highest == unlimited else min(wanted, highest)
    with suppress(ValueError, OSError):  # macOS has a limit below an infinite one
        resource.setrlimit(resource.RLIMIT_NOFILE, (raised, highest))
        limit = raised
    if limit < connections + _NEEDED_BESIDES:
        raise CommandError(
            f"This needs {counted(connections, 'connection')} at a time, but this process may have only {limit:,} files"
            " and connections open: raise that limit (ulimit -n), or use a smaller --concurrency."
        )
