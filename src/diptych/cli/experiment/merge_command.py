"""The command `merge`: makes one experiment of parts that were asked on several machines."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from diptych.cli.command_error import CommandError
from diptych.cli.history_completion import complete_experiment
from diptych.cli.shared_options import history_option, open_history
from diptych.core.history_summary import HistoryError
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted
from diptych.core.wording.listed_names import listed_names

if TYPE_CHECKING:
    from diptych.store.history import History
    from diptych.store.shards.found_answers import FoundAnswers

_NEW = "new"

_MOST_LISTED = 10
"""Missing rounds that are named one by one."""


def _complete_into(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the experiments that begin with what is typed, and `new`."""
    new = [CompletionItem(_NEW, help="a new experiment")] if _NEW.startswith(incomplete) else []
    return complete_experiment(ctx, param, incomplete) + new


@click.command()
@click.argument("folders", nargs=-1, required=True, metavar="DIR...", type=click.Path(path_type=Path))
@click.option(
    "--into",
    metavar="xN|new",
    shell_complete=_complete_into,
    help="Put the answers into this experiment of the history, or into a new one. [default: the experiment into which "
    "parts of this plan were merged before, else a new one]",
)
@click.option("--rows-only", is_flag=True, help="Leave the recordings out: figures are kept, rounds cannot be opened.")
@history_option
def merge(folders: tuple[Path, ...], into: str | None, rows_only: bool, history: Path | None) -> None:
    """Make one experiment of parts that were asked with `diptych run --shard --out DIR`.

    Nothing is merged if a row is damaged or belongs to another plan, or if an answer is there twice. A merge that was
    interrupted, or that left answers missing, can be repeated with the same and with more folders.

    \b
    Exit codes:
        0  every answer of the plan is there
        1  answers are missing
        2  the folders cannot be merged
    """
    from diptych.replay.folding import fold
    from diptych.store.shards.found_answers import FoundAnswers
    from diptych.store.shards.merging import begin_merged, merge, refuse_other_answers
    from diptych.store.shards.shard_folder import read_shards

    stored = open_history(history)
    try:
        _refuse_repetition(folders)
        found = FoundAnswers(read_shards(folders))
        number = _target(stored, into, found.digest)
        if number is None:
            number = begin_merged(stored, found)
        else:
            refuse_other_answers(stored, number, found)
        with _progress(found.count) as done:
            merge(stored, number, found, None if rows_only else fold, done)
        _report(stored, number, found)
    except HistoryError as error:
        raise CommandError(str(error)) from None


def _target(history: "History", into: str | None, digest: str) -> int | None:
    """Return the number of the experiment to merge into; None for a new one."""
    if into == _NEW:
        return None
    if into is None:
        return history.merged_experiment(digest)
    experiment = history.experiment(into)
    if experiment.digest != digest:
        raise CommandError(f"x{experiment.number} has another plan than these folders. Nothing was merged.")
    return experiment.number


def _refuse_repetition(folders: tuple[Path, ...]) -> None:
    """Refuse a folder that was given twice."""
    counts = Counter(path.resolve() for path in folders)
    if twice := next((path for path in folders if counts[path.resolve()] > 1), None):
        raise CommandError(f"{twice} was given twice.")


@contextmanager
def _progress(count: int) -> Iterator[Callable[[int], object]]:
    """Show how many rows were merged, on a terminal."""
    with click.progressbar(
        length=count, label="Merging", file=sys.stderr, hidden=not sys.stderr.isatty(), show_pos=True
    ) as bar:
        yield bar.update


def _report(history: "History", number: int, found: "FoundAnswers") -> None:
    """Print what the experiment holds now and what it lacks; exit with 1 if answers are missing."""
    experiment = history.experiment(f"x{number}")
    answered = history.answered(experiment)
    click.echo(
        f"Merged {counted(found.count, 'answer')} of {counted(len(found.folders), 'folder')} into experiment x{number}."
    )
    missing = experiment.plan.answers - len(answered)
    if not missing:
        return
    are = "is" if missing == 1 else "are"
    click.echo(f"{missing:,} of {counted(experiment.plan.answers, 'answer')} {are} missing:")
    rounds = answered.missing()
    for _ in range(_MOST_LISTED):
        if planned := next(rounds, None):
            labels = ", ".join(planned.labels)
            click.echo(clean_line(f"  {planned.case.id}, repeat {planned.repeat}: {labels}"))
    if more := sum(1 for _ in rounds):
        click.echo(f"  and {counted(more, 'more round')}")
    for sentence in _how_to_ask(number, found):
        click.echo(sentence)
    sys.exit(1)


def _how_to_ask(number: int, found: "FoundAnswers") -> Iterator[str]:
    """Yield sentences that say which parts lack answers, and how they are asked for."""
    counts = {folder.shard.count for folder in found.folders}
    if len(counts) == 1 and (count := counts.pop()) > 1:
        present = {folder.shard.number: folder.path for folder in found.folders}
        absent = [f"{part}/{count}" for part in range(1, count + 1) if part not in present]
        if absent:
            yield f"There is no folder of {listed_names(absent, _MOST_LISTED)}."
        if partly := _lacking(found, count) & present.keys():
            folders = [str(present[part]) for part in sorted(partly)]
            yield f"Not whole: {clean_line(listed_names(folders, _MOST_LISTED))}."
        yield "Run these parts with the same --out folder, and merge again."
    yield f"To ask from here instead: diptych run --resume x{number}"


def _lacking(found: "FoundAnswers", count: int) -> set[int]:
    """Return the parts in which answers are missing."""
    return {planned.number % count + 1 for planned in found.answered.missing()}
