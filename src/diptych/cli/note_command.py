"""The command that stars a round of the history and writes a note to it: `note`."""

from pathlib import Path

import click

from diptych.cli.command_error import CommandError
from diptych.cli.history_completion import complete_round
from diptych.cli.shared_options import history_option, open_history
from diptych.core.history_summary import HistoryError
from diptych.core.remarks import RoundNote, why_too_long
from diptych.core.text.sanitize import clean

_EPILOG = (
    "ID is the number of a round in the history, last for the newest one, or last~1 for the one before it. "
    'TEXT replaces the previous note, which is printed on standard error; an empty TEXT ("") removes it.'
)


@click.command(epilog=_EPILOG)
@click.argument("reference", metavar="ID", shell_complete=complete_round)
@click.argument("text", required=False)
@click.option("--star/--no-star", "starred", default=None, help="Star the round, or remove its star.")
@history_option
def note(reference: str, text: str | None, starred: bool | None, history: Path | None) -> None:
    """Write a note to a round, or star it.

    Without TEXT and --star, print what there is.
    """
    from diptych.store.history import is_reference

    if not is_reference(reference):
        raise CommandError(
            f"{reference!r} is not an ID. Notes are kept in the history: `diptych import` adds a recording to it."
        )
    text = text and text.strip()
    if why := why_too_long(text or ""):
        raise CommandError(why)
    stored = open_history(history)
    try:
        round_id = stored.resolve(reference)
        before = kept = stored.note(round_id)
        if text is not None or starred is not None:
            kept = stored.update_note(round_id, text=text, starred=starred)
    except HistoryError as error:
        raise CommandError(str(error)) from None
    click.echo(clean(_sentence(round_id, kept)))
    if before.text and before.text != kept.text:
        click.echo(clean(f"The previous note: {before.text}"), err=True)


def _sentence(round_id: int, kept: RoundNote) -> str:
    star = f"Round {round_id} is {'starred' if kept.starred else 'not starred'}"
    return f"{star}. Its note: {kept.text}" if kept.text else f"{star} and has no note."
