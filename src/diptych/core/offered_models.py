"""The models that a server says it has, and the reasons for which it may not say so."""

from dataclasses import dataclass
from typing import Literal

from diptych.core.endpoint import Prices

PriceSource = Literal["config", "server", "genai-prices"]
"""Who tells prices: the user's config file, the server that lists the model, or the price list."""


@dataclass(frozen=True, slots=True)
class OfferedModel:
    """A model that a server offers, and what the server tells about it.

    `title` is its name for people, "" if it has none. `context_window` is the most tokens of a conversation. `created`
    is in seconds since 1970. What is not known is None. The texts are as the server wrote them: clean them before they
    are drawn.
    """

    id: str
    title: str = ""
    context_window: int | None = None
    prices: Prices | None = None
    price_source: PriceSource | None = None
    created: float | None = None


@dataclass(frozen=True, slots=True)
class ModelList:
    """The models of a server in its order.

    It was asked at `asked`, in seconds since 1970. Connecting and reading all pages took `took` seconds.
    """

    models: tuple[OfferedModel, ...]
    asked: float
    took: float = 0.0


ListProblem = Literal["unsupported", "unreachable", "refused", "not asked", "failed"]
"""Why there is no list: the server has none, cannot be reached, refuses the key, was not asked, or anything else."""


@dataclass(frozen=True, slots=True)
class NoModelList:
    """A server did not list its models; `sentence` tells users why."""

    problem: ListProblem
    sentence: str


ModelListAnswer = ModelList | NoModelList
