"""Shell completion of what the history holds: the IDs of rounds, models, endpoints and states.

A history that is missing, damaged or locked offers nothing, since an error message would stand in the middle of the
command line that is being typed.
"""

import os
from contextlib import suppress
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from diptych.cli.completion import is_safe_in_a_shell
from diptych.config.environment import history_path
from diptych.core.text.excerpt import excerpt

_MOST_ROUNDS = 50
"""The rounds that are offered: more would fill the terminal, and the newest ones are asked for most."""

_LONGEST_PROMPT = 60


def complete_round(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the newest IDs that begin with what is typed, `last`, and a request to the shell to complete files.

    The beginning of each prompt is the help of its ID, which zsh and fish show.
    """
    del param
    # Files come first: in bash their item discards those before it. They are offered where no ID fits.
    items = [CompletionItem(incomplete, type="file")]
    if "last".startswith(incomplete):
        items.append(CompletionItem("last", help="the newest round"))
    if incomplete and not incomplete.isdecimal():
        return items
    return items + [item for item in _rounds(_path(ctx)) if item.value.startswith(incomplete)][:_MOST_ROUNDS]


def complete_shown(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return what `complete_round` does, and the newest experiments."""
    return complete_round(ctx, param, incomplete) + complete_experiment(ctx, param, incomplete)


def complete_experiment(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return `xlast` and the newest experiments, if their names begin with what is typed; nothing without any."""
    del param
    items = _experiments(_path(ctx))
    newest = [CompletionItem("xlast", help="the newest experiment")] if items else []
    return [item for item in (*newest, *items) if item.value.startswith(incomplete)][:_MOST_ROUNDS]


def complete_redone(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the IDs that the argument of `run` can be with `--redo`; nothing for a prompt."""
    if not ctx.params.get("redo"):
        return []
    return [item for item in complete_round(ctx, param, incomplete) if item.type == "plain"]


def complete_recorded(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the recorded models or endpoints that begin with what is typed; the option's name says which of them."""
    from diptych.core.history_summary import HistoryError
    from diptych.store.history import History

    names: list[str] = []
    with suppress(HistoryError):
        history = History(_path(ctx))
        names += history.models() if param.name == "model" else history.endpoints()
    return [CompletionItem(name) for name in names if name.startswith(incomplete) and is_safe_in_a_shell(name)]


def complete_state(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the states of a side that begin with what is typed."""
    from diptych.core.history_query import STATES

    del ctx, param
    return [CompletionItem(state) for state in STATES if state.startswith(incomplete)]


def _rounds(path: Path) -> list[CompletionItem]:
    from diptych.core.history_summary import HistoryError, HistoryFilter
    from diptych.store.history import History

    try:
        rounds = History(path).rounds(HistoryFilter(), 10 * _MOST_ROUNDS)
    except HistoryError:
        return []
    return [CompletionItem(str(each.id), help=excerpt(each.prompt, _LONGEST_PROMPT) or None) for each in rounds]


def _experiments(path: Path) -> list[CompletionItem]:
    from diptych.core.history_summary import HistoryError
    from diptych.store.history import History

    try:
        experiments = History(path).experiments()
    except HistoryError:
        return []
    return [
        CompletionItem(f"x{each.number}", help=excerpt(each.prompt, _LONGEST_PROMPT) or None) for each in experiments
    ]


def _path(ctx: click.Context) -> Path:
    path: Path | None = ctx.params.get("history")
    return path or history_path(os.environ)
