"""The columns of the history: which of them fit into a width, and how wide each of them is."""

from dataclasses import dataclass, replace

from rich.cells import set_cell_size

GAP = "  "
_DATE = 11
_STATE = 16
_FIRST = 11
_TOTAL = 5
_COST = 9
_LEAST_PROMPT = 18
_ENOUGH_PROMPT = 36
_MOST_NAME = 44
_MOST_MODEL = 26
_SHORT_MODEL = 18
_LEAST_MODEL = 14
_SETTINGS = 32


@dataclass(frozen=True, slots=True)
class RoundColumns:
    """Widths in cells; a column of width 0 is left out. With `whole_names` models are shown with their endpoints.

    `vote` is the width of the column that marks the answer for which the user voted.
    """

    number: int
    date: int
    prompt: int
    model: int
    state: int
    first: int
    total: int
    cost: int
    whole_names: bool = False
    settings: int = 0
    vote: int = 0

    @classmethod
    def for_list(
        cls,
        width: int,
        highest: int,
        longest_model: int,
        longest_name: int,
        *,
        with_settings: bool = False,
        with_votes: bool = False,
    ) -> "RoundColumns":
        """Return as many columns as leave room for a few words of the prompt; in the narrowest list the model alone.

        There is a column for settings only `with_settings`, where some of them are not at their defaults, and one for
        votes only `with_votes`.
        """
        number, model = max(3, len(str(highest))), min(max(longest_model, len("model")), _MOST_MODEL)
        name = min(max(longest_name, len("model")), _MOST_NAME)
        candidates = (
            cls(number, _DATE, _ENOUGH_PROMPT, name, _STATE, _FIRST, _TOTAL, _COST, whole_names=True),
            cls(number, _DATE, _LEAST_PROMPT, model, _STATE, _FIRST, _TOTAL, _COST),
            cls(number, _DATE, _LEAST_PROMPT, model, _STATE, 0, _TOTAL, _COST),
            cls(number, _DATE, _LEAST_PROMPT, min(model, _SHORT_MODEL), 1, 0, _TOTAL, _COST),
            cls(number, _DATE, _LEAST_PROMPT, min(model, _SHORT_MODEL), 1, 0, _TOTAL, 0),
            cls(number, 0, _LEAST_PROMPT, min(model, _SHORT_MODEL), 1, 0, _TOTAL, 0),
            cls(number, 0, _LEAST_PROMPT // 2, _LEAST_MODEL, 1, 0, 0, 0),
        )
        with_column = tuple(replace(each, settings=_SETTINGS) for each in candidates[:3]) if with_settings else ()
        for each in (replace(columns, vote=int(with_votes)) for columns in (*with_column, *candidates)):
            if each.width <= width:
                return each.with_prompt(each.prompt + width - each.width)
        least = cls(0, 0, 0, _LEAST_MODEL, 1, 0, 0, 0)
        return least.with_prompt(max(width - least.width - len(GAP), 4))

    def with_prompt(self, prompt: int) -> "RoundColumns":
        """Return the same columns with `prompt` cells for the prompt."""
        return replace(self, prompt=prompt)

    @property
    def width(self) -> int:
        """The cells that the columns take, including the gaps between them."""
        run_widths = (self.vote, self.model, self.settings, self.state, self.first, self.total, self.cost)
        widths = (self.number, self.date, self.prompt, *run_widths)
        return 1 + sum(width + len(GAP) for width in widths if width) - len(GAP)

    def heading(self) -> str:
        """Return the line above the list."""
        cells = (
            align_right("#", self.number),
            align_left("when", self.date),
            align_left("prompt", self.prompt),
            align_left("", self.vote),
            align_left("model", self.model),
            align_left("settings", self.settings),
            align_left("state", self.state) if self.state > 1 else " " * self.state,
            align_right("first token", self.first),
            align_right("total", self.total),
            align_right("cost", self.cost),
        )
        return " " + GAP.join(cell for cell in cells if cell)


def align_left(text: str, width: int) -> str:
    """Return the text at the left of a column; "" for a column of width 0."""
    return set_cell_size(text, width) if width else ""


def align_right(text: str, width: int) -> str:
    """Return the text at the right of a column; "" for a column of width 0."""
    return f"{text:>{width}}" if width else ""
