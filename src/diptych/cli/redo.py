"""What `diptych run --redo` asks again: one side of a round of the history."""

from pathlib import Path
from typing import TYPE_CHECKING

from diptych.cli.ask_options import AskOptions
from diptych.cli.command_error import CommandError
from diptych.cli.shared_options import open_history
from diptych.config.sides import SIDES, SideName
from diptych.core.history_summary import HistoryError
from diptych.core.naming import hidden_in_history

if TYPE_CHECKING:
    from diptych.headless.runner import Redo


def refuse_options_of_prompts(side: SideName, options: AskOptions, asked: SideName | None, record: Path | None) -> None:
    """Raise `CommandError` for options about a new prompt, and for those of the side that is not asked."""
    other = next(each for each in SIDES if each != side)
    given = {
        "--side": asked,
        "--record": record,
        "--file": options.file,
        "--attach": options.attach,
        f"--{other}": getattr(options, other),
        f"--{other}-system": getattr(options, f"{other}_system"),
        f"--{other}-param": getattr(options, f"{other}_param"),
    }
    refused = next((name for name, value in given.items() if value not in (None, ())), None)
    if refused:
        raise CommandError(f"{refused} cannot be used with --redo {side}: it asks the {side} side of a round again.")


def find_redo(side: SideName, reference: str, history: Path | None) -> "Redo":
    """Return the side of a round of the history that is to be asked again.

    Raises `CommandError` if there is none, if it is still being answered, or if nobody may know whose the answers are.
    """
    from diptych.headless.runner import Redo
    from diptych.json_schema.answers import check_answer
    from diptych.replay.folding import fold

    stored = open_history(history)
    try:
        number = stored.resolve(reference)
        round_ = fold(stored.open(number))
    except HistoryError as error:
        raise CommandError(str(error)) from None
    if round_.is_hidden:
        raise CommandError(hidden_in_history(number))
    if not round_.takes(side):
        raise CommandError(f"Round {number} did not ask the {side} side, so there is nothing to ask again.")
    if not round_.ended:
        raise CommandError(f"Round {number} is still being answered: ask again when it has ended.")
    for run in round_.all_takes():
        check_answer(run)
    return Redo(round_, number, side)
