"""Shows a JSON answer as a tree in place of its text."""

from typing import TYPE_CHECKING

from diptych.core.json_answer import json_value
from diptych.core.run import Run
from diptych.tui.widgets.answer_view import AnswerView

if TYPE_CHECKING:
    from diptych.tui.widgets.json_tree import JsonTree


class AnswerTree:
    """Replaces an answer view by a tree, and brings it back. The focus goes from one to the other.

    `id` is the tree's. It is mounted when it is needed first, since few answers are JSON.
    """

    def __init__(self, answer: AnswerView, *, id: str) -> None:  # noqa: A002 - as Textual names it
        self._answer = answer
        self._id = id
        self._tree: JsonTree | None = None
        self._is_wanted = False
        self._tried: Run | None = None

    @property
    def is_shown(self) -> bool:
        """Whether the tree is shown at the moment."""
        return self._tree is not None and self._tree.display

    def sample(self, run: Run) -> None:
        """Show an answer that has ended as a tree, if the user wants trees."""
        if self._is_wanted and run.ended and self._tried is not run:
            self._show(run)

    def choose(self, run: Run) -> bool:
        """Show an answer as a tree, and from now on every other one. Returns whether it can be shown as one."""
        if not self._show(run):
            return False
        self._is_wanted = True
        return True

    def leave(self) -> None:
        """Show the text, of this answer and of later ones."""
        self.hide()
        self._is_wanted = False

    def hide(self) -> None:
        """Show the text, until the next sample."""
        self._tried = None
        if self._tree is None or not self._tree.display:
            return
        self._answer.display = True
        if self._tree.has_focus:
            self._answer.screen.set_focus(self._answer)
        self._tree.display = False
        self._tree.clear()

    def _show(self, run: Run) -> bool:
        """Show an answer as a tree, if it is whole and an object or an array of JSON. Returns whether it is."""
        self._tried = run
        value = json_value(run)
        if value is None:
            return False
        if self._tree is None:
            # Imported late: few answers are JSON, and the screen is painted before.
            from diptych.tui.widgets.json_tree import JsonTree

            self._tree = JsonTree(id=self._id)
            self._answer.mount(self._tree, after=self._answer)
        self._tree.show(value)
        self._tree.display = True
        if self._answer.has_focus:
            self._answer.screen.set_focus(self._tree)
        self._answer.display = False
        return True
