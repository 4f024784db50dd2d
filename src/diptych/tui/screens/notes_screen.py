"""The part of the screens with two panes that stars the shown round, and writes a note to it."""

from diptych.core.round import Round
from diptych.tui.saying import warn
from diptych.tui.screens.two_panes import TwoPaneScreen


class NotesScreen(TwoPaneScreen):
    """Shows a round to which the user can write a note."""

    def why_no_note(self, round_: Round | None) -> str:
        """Return why no note can be kept on the shown round; "" if one can."""
        return "" if round_ else "There is no round to write a note to yet: ask something first."

    def keep_note(self, round_: Round, *, text: str | None = None, starred: bool | None = None) -> None:
        """Change the text of a round's note, or its star, leave what is None as it is, and show the note."""
        raise NotImplementedError

    def action_star(self) -> None:
        """Star the shown round, or remove its star."""
        if round_ := self._round_to_note():
            self.keep_note(round_, starred=not round_.note.starred)

    def action_write_note(self) -> None:
        """Ask for the note to the shown round."""
        if round_ := self._round_to_note():
            from diptych.tui.screens.note_dialog import ask_for_note

            ask_for_note(
                self.app, "note to this round", round_.note.text, lambda text: self.keep_note(round_, text=text)
            )

    def _round_to_note(self) -> Round | None:
        """Return the shown round; None after a notice that it can have no note."""
        if why := self.why_no_note(self._shown):
            warn(self, why)
            return None
        return self._shown
