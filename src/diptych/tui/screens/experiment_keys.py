"""The keys of the screen of an experiment."""

from textual.binding import Binding, BindingType

from diptych.core.experiment.row_figures import FIGURES


def _figure_key(number: int) -> Binding:
    title = FIGURES[number].title
    name = f"experiment.{title.replace(' ', '-')}"
    return Binding(str(number + 1), f"show_figure({number})", tooltip=f"Show the {title}", show=False, id=name)


EXPERIMENT_KEYS: list[BindingType] = [
    Binding("enter", "open", "open", tooltip="Open the round of the selected answer as it ended", id="experiment.open"),
    Binding(
        "D",
        "compare",
        "compare",
        tooltip="Differences of the selected answer from the marked one, or from another model's",
        id="experiment.compare",
    ),
    Binding("v", "vote", "vote", tooltip="Vote on pairs of answers, without their models", id="experiment.vote"),
    Binding(
        "S",
        "summary",
        "summary",
        tooltip="All figures of all models, their differences in words, votes and verdicts",
        id="experiment.summary",
    ),
    Binding(
        "f",
        "next_filter",
        "filter",
        tooltip="Show all cases, or failed, different or slow ones",
        id="experiment.filter",
    ),
    Binding(
        "s",
        "next_order",
        "sort",
        tooltip="Sort the cases: as asked, by what passed, by the figure, or by the difference of models",
        id="experiment.sort",
    ),
    Binding(  # with priority, so that letters typed right after it already go to the search bar
        "slash",
        "search",
        "search",
        tooltip="Search the IDs and prompts of cases",
        priority=True,
        id="experiment.search",
    ),
    Binding(
        "space",
        "mark",
        "mark",
        tooltip="Mark the selected answer, to compare another one with it",
        id="experiment.mark",
    ),
    Binding(
        "e,ctrl+e,f7",
        "export",
        "export",
        key_display="e",
        tooltip="Export the experiment to a file",
        id="experiment.export",
    ),
    Binding("r", "replay", "replay", tooltip="Replay the round of the selected answer", id="experiment.replay"),
    Binding(
        "a",
        "next_axis",
        tooltip="Axis: as the values need it, linear, or logarithmic",
        show=False,
        id="experiment.axis",
    ),
    *map(_figure_key, range(len(FIGURES))),
    Binding(
        "tab,shift+tab",
        "switch",
        tooltip="Go from the table to the strips, or back",
        show=False,
        priority=True,
        id="experiment.switch",
    ),
    Binding("escape,q", "close", "back", tooltip="Close the experiment", id="experiment.close"),
]
"""In the order of the key bar, which leaves out the last ones where it is narrow."""
