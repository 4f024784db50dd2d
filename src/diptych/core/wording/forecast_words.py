"""What an experiment asks and takes at most, in sentences."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, Decimal

from diptych.core.experiment.forecast import Forecast, ModelForecast
from diptych.core.experiment.plan import Plan
from diptych.core.wording.counted import counted
from diptych.core.wording.listed_names import listed_names

_CENT = Decimal("0.01")
_MOST_NAMED = 5


def plan_sentence(plan: Plan, forecast: Forecast) -> str:
    """Return what is asked, such as `This sends 24 requests: 4 prompts to 3 models, 2 times each.`"""
    requests = counted(forecast.requests, "request")
    whole = plan.answers + plan.warm_up * len(plan.models)
    if forecast.requests != whole:
        return f"This sends {requests}, of {whole:,} of the whole experiment."
    asked = f"{counted(len(plan.cases), 'prompt')} to {counted(len(plan.models), 'model')}"
    often = f", {plan.repeats:,} times each" if plan.repeats > 1 else ""
    warm_up = f", after {counted(plan.warm_up, 'round')} to warm up" if plan.warm_up else ""
    return f"This sends {requests}: {asked}{often}{warm_up}."


def forecast_sentences(forecast: Forecast) -> Iterator[str]:
    """Yield how many tokens that takes at most, and what it costs at most, as far as that is known."""
    tokens = f"{forecast.most_input_tokens:,} input"
    if forecast.most_output_tokens is not None:
        tokens += f" and {forecast.most_output_tokens:,} output"
    tokens += " tokens"
    unknown = [*forecast.unpriced, *forecast.unlimited]
    if forecast.most_cost:
        besides = f" besides {_named(unknown)}" if unknown else ""
        yield f"It takes at most {tokens}, and costs at most {dollars(forecast.most_cost)}{besides}."
    elif not unknown:
        yield f"It takes at most {tokens}, and costs nothing."
    else:
        yield f"It takes at most {tokens}."
    if forecast.unpriced:
        yield f"The prices of {_named(forecast.unpriced)} are not known."
    if forecast.unlimited:
        yield f"The answers of {_named(forecast.unlimited)} have no limit of tokens."


def judging_sentences(judging: ModelForecast, most_requests: int) -> Iterator[str]:
    """Yield what a judge is asked once the answers are there; `most_requests` counts those about unreadable replies."""
    asked = f"{counted(judging.requests, 'request')}, or up to {most_requests:,} if its replies cannot be read"
    yield f"Then {judging.name} judges every pair of complete answers in both orders: at most {asked}."
    if judging.most_cost:
        yield f"If all answers and replies are as long as they may be, that costs about {dollars(judging.most_cost)}."
    elif judging.most_cost is None and judging.most_output_tokens is None:
        yield f"The replies of {judging.name} have no limit of tokens."
    elif judging.most_cost is None:
        yield f"The prices of {judging.name} are not known."


def dollars(amount: Decimal) -> str:
    """Return an amount in whole cents, rounded up so that it stays the most.

    >>> dollars(Decimal("0.0101"))
    '0.02 USD'
    """
    return f"{amount.quantize(_CENT, ROUND_CEILING):,} USD"


def _named(models: Sequence[str]) -> str:
    """Return the names of models, each once: several labels may ask the same one."""
    return listed_names(list(dict.fromkeys(models)), _MOST_NAMED)
