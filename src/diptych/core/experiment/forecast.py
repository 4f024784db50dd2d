"""What an experiment may take at most: requests, tokens and US dollars, before anything is sent.

The input is counted in bytes: the tokenizers of all models that Diptych asks begin with single bytes, so no text has
more tokens than bytes in UTF-8. English text has about a quarter of that. Files are estimates, since providers count
them in different ways. The output is the limit that is sent. docs/reference/experiments.md explains this to users.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import assert_never

from diptych.core.endpoint import ApiName
from diptych.core.experiment.order import PlannedRound
from diptych.core.experiment.plan import Plan
from diptych.core.json_text import to_json
from diptych.core.message import FilePart, Message, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from diptych.core.metrics.cost import cost_usd
from diptych.core.metrics.usage import Usage
from diptych.core.request import Label, Request
from diptych.core.settings import Settings

_REQUEST_TOKENS = 32
_MESSAGE_TOKENS = 32
"""Tokens that APIs add to mark where messages begin and end: fewer than ten of each are known."""

_TOOLS_TOKENS = 2_000
"""Tokens that a provider adds to explain tools. Anthropic's documentation has up to some 800."""

_IMAGE_TOKENS = 10_000
_LEAST_FILE_TOKENS = 10_000
"""Estimates of what an image has, and a PDF, if it has not more bytes."""

_OUTPUT_LIMITS: Mapping[ApiName, tuple[str, ...]] = {
    "anthropic-messages": ("max_tokens",),
    "openai-chat": ("max_tokens", "max_completion_tokens"),
    "openai-responses": ("max_output_tokens",),
}
"""The request fields that limit the output of each API."""


@dataclass(slots=True)
class ModelForecast:
    """What one model is asked at most. `most_output_tokens` and `most_cost` are None if they are not known."""

    name: str
    requests: int = 0
    most_input_tokens: int = 0
    most_output_tokens: int | None = 0
    most_cost: Decimal | None = Decimal(0)

    def add(self, input_tokens: int, output_tokens: int | None, cost: Decimal | None, requests: int = 1) -> None:
        """Count requests, each with at most these tokens and this `cost` in US dollars."""
        self.requests += requests
        self.most_input_tokens += requests * input_tokens
        if self.most_output_tokens is not None:
            self.most_output_tokens = (
                None if output_tokens is None else self.most_output_tokens + requests * output_tokens
            )
        if self.most_cost is not None:
            self.most_cost = None if cost is None else self.most_cost + requests * cost


@dataclass(frozen=True, slots=True)
class Forecast:
    """What an experiment may take at most, by label."""

    models: Mapping[Label, ModelForecast]

    @property
    def requests(self) -> int:
        """How many requests are sent, without those that are repeated because a server refused them."""
        return sum(model.requests for model in self.models.values())

    @property
    def most_input_tokens(self) -> int:
        """The most tokens of all prompts."""
        return sum(model.most_input_tokens for model in self.models.values())

    @property
    def most_output_tokens(self) -> int | None:
        """The most tokens of all answers, None if one of them has no limit."""
        most = [model.most_output_tokens for model in self.models.values()]
        return None if None in most else sum(filter(None, most))

    @property
    def most_cost(self) -> Decimal:
        """The most that the models cost whose prices and limits are known."""
        return sum((model.most_cost or Decimal(0) for model in self.models.values()), Decimal(0))

    @property
    def unlimited(self) -> Sequence[str]:
        """The names of the models whose answers have no limit of tokens."""
        return [model.name for model in self._asked if model.most_output_tokens is None]

    @property
    def unpriced(self) -> Sequence[str]:
        """The names of the other models of which nobody knows what they cost."""
        return [model.name for model in self._asked if model.most_cost is None and model.most_output_tokens is not None]

    @property
    def _asked(self) -> Iterable[ModelForecast]:
        return (model for model in self.models.values() if model.requests)


def forecast(rounds: Iterable[PlannedRound], models: Mapping[Label, Settings]) -> Forecast:
    """Return what it takes at most to ask these rounds."""
    found = {label: ModelForecast(settings.name) for label, settings in models.items()}
    costs = RequestCosts()
    for planned in rounds:
        case = planned.case
        of_messages = _messages_tokens(case.messages)
        for label in planned.labels:
            settings = case.settings(models[label])
            input_tokens, output_tokens = of_messages + _settings_tokens(settings), most_output_tokens(settings)
            found[label].add(input_tokens, output_tokens, costs.of_tokens(settings, input_tokens, output_tokens))
    return Forecast(found)


@dataclass(slots=True)
class RequestCosts:
    """Finds out what requests cost at most. What was found is remembered: a price list takes time."""

    _known: dict[tuple[str, str, bool, int, int], Decimal | None] = field(default_factory=dict)

    def most(self, request: Request) -> Decimal | None:
        """Return the most US dollars that a request may cost, None if its price or its limit is not known."""
        settings = request.settings
        return self.of_tokens(settings, most_input_tokens(request), most_output_tokens(settings))

    def of_tokens(self, settings: Settings, input_tokens: int, output_tokens: int | None) -> Decimal | None:
        """Return what these numbers of input and output tokens cost at most, None if that is not known."""
        if settings.simulated:
            return Decimal(0)
        if output_tokens is None:
            return None
        input_tokens, caches = _rounded_up(input_tokens), _writes_cache(settings)
        key = settings.endpoint.name, settings.model, caches, input_tokens, output_tokens
        if key not in self._known:
            self._known[key] = _most_cost(settings, input_tokens, output_tokens, caches=caches)
        return self._known[key]


def most_cost_of_answers(plan: Plan) -> Callable[[str, Label], Decimal]:
    """Return a function that tells the most US dollars that one answer may cost, by its case and its label.

    It returns 0 where that is not known, and for what the plan does not ask.
    """
    cases, costs = {case.id: case for case in plan.cases}, RequestCosts()

    def most(case: str, label: Label) -> Decimal:
        if case not in cases or label not in plan.models:
            return Decimal(0)
        settings = cases[case].settings(plan.models[label])
        return costs.most(Request(settings, cases[case].messages)) or Decimal(0)

    return most


def most_input_tokens(request: Request) -> int:
    """Return the most tokens that a request may have: its bytes, and what its files are estimated to have."""
    return _messages_tokens(request.messages) + _settings_tokens(request.settings)


def most_output_tokens(settings: Settings) -> int | None:
    """Return the most tokens that an answer may have, None if no limit is sent."""
    names = _OUTPUT_LIMITS[settings.endpoint.api]
    in_params = [settings.params[name] for name in names if name in settings.params]
    if in_params:
        limits = [limit for limit in in_params if isinstance(limit, int) and not isinstance(limit, bool) and limit > 0]
        most = max(limits, default=0)
    else:
        sent = (name for name in names if dict(settings.endpoint.fields).get(name, name) is not None)
        most = settings.max_tokens if any(sent) else 0
    choices = settings.params.get("n", 1)
    return most * max(1, choices if isinstance(choices, int) else 1) or None


def _most_cost(settings: Settings, input_tokens: int, output_tokens: int, *, caches: bool) -> Decimal | None:
    """Return what a request costs at most; `caches` says that all of its input may be kept in a cache for an hour."""
    usages = [Usage(input_tokens=input_tokens, output_tokens=output_tokens)]
    if caches:
        usages.append(replace(usages[0], cache_write_tokens=input_tokens, cache_write_1h_tokens=input_tokens))
    costs = [cost_usd(settings.endpoint, settings.model, usage) for usage in usages]
    return max((Decimal(cost) for cost in costs if cost is not None), default=None)


def _writes_cache(settings: Settings) -> bool:
    """Whether request fields ask the provider to keep the input in a cache, which costs more than other input."""
    return bool(settings.params) and "cache_control" in to_json(dict(settings.params))


def _settings_tokens(settings: Settings) -> int:
    most = _REQUEST_TOKENS + _bytes(settings.system)
    if settings.params:  # which may hold system prompts, tools and schemas in the words of the provider
        most += len(to_json(dict(settings.params)))
    if settings.tools:
        tools = ([tool.name, tool.description, dict(tool.parameters)] for tool in settings.tools)
        most += _TOOLS_TOKENS + sum(_MESSAGE_TOKENS + len(to_json(tool)) for tool in tools)
    if settings.response_schema is not None:
        most += _TOOLS_TOKENS + len(to_json(dict(settings.response_schema)))
    return most


def _messages_tokens(messages: Sequence[Message]) -> int:
    return sum(_MESSAGE_TOKENS + sum(map(_part_tokens, message.parts)) for message in messages)


def _part_tokens(part: Part) -> int:
    match part:
        case TextPart(text):
            return _bytes(text)
        case FilePart():
            return _bytes(part.name) + _file_tokens(part)
        case ToolCallPart(_, name, arguments):
            return _MESSAGE_TOKENS + _bytes(name) + _bytes(arguments)
        case ToolResultPart(_, text):
            return _MESSAGE_TOKENS + _bytes(text)
        case ReasoningPart(block):
            return len(to_json(dict(block)))
        case _:
            assert_never(part)


def _file_tokens(file: FilePart) -> int:
    if file.is_image:
        return _IMAGE_TOKENS
    size = file.size or 0
    return size if file.is_text else max(size, _LEAST_FILE_TOKENS)


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _rounded_up(tokens: int) -> int:
    """Return the next number that has only zeros after its first two digits, so that few different ones are priced.

    >>> _rounded_up(99), _rounded_up(1_234)
    (99, 1300)
    """
    step = int("1" + "0" * max(0, len(str(tokens)) - 2))
    return -(-tokens // step) * step
