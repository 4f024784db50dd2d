"""Gives the rounds of an experiment anchors on its page, so that tables and plots can link to them."""

from diptych.core.experiment.plan import Plan
from diptych.report.html.escape import words

MOST_ROUNDS = 1_000
"""The rounds that a page holds: those of the first cases, with all of their repeats."""


class RoundLinks:
    """The anchors of the first `MOST_ROUNDS` rounds of a plan, and links to them."""

    def __init__(self, plan: Plan) -> None:
        self._places = {case.id: place for place, case in enumerate(plan.cases)}
        self._repeats = plan.repeats

    def anchor(self, case: str, repeat: int) -> str | None:
        """Return the `id` of a round's element; None for a round that the page does not hold."""
        place = self._places.get(case)
        if place is None or not 1 <= repeat <= self._repeats or place * self._repeats + repeat > MOST_ROUNDS:
            return None
        return f"r{place + 1}-{repeat}"

    def link(self, case: str, repeat: int, text: str, label: str = "") -> str:
        """Return foreign text as a link to a round, or the text alone where the page does not hold it.

        `label` is what a screen reader reads instead of the text.
        """
        anchor = self.anchor(case, repeat)
        if anchor is None or not text.strip():
            return words(text)
        named = f' aria-label="{words(label)}"' if label else ""
        return f'<a href="#{anchor}"{named}>{words(text)}</a>'
