"""What can be chosen as a side's model, in groups: presets, models used lately, and those of each endpoint."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from diptych.catalog.price_list import completed
from diptych.config.configuration import Configuration
from diptych.config.presets import PRESET_MARK, Preset
from diptych.core.endpoint import Endpoint
from diptych.core.offered_models import ModelList, OfferedModel
from diptych.core.wording.age import age
from diptych.core.wording.counted import counted
from diptych.report.model_figures import price, window


@dataclass(frozen=True, slots=True)
class Choice:
    """A model or a preset. `name` is what can be typed for it: `ENDPOINT:MODEL` or `@PRESET`.

    The other members are short texts, "" for what is not known: `detail` is what a preset sets, or a model's title;
    `window` is the context window; `price` that of input and output. `name` and `detail` are foreign text.
    """

    name: str
    detail: str = ""
    window: str = ""
    price: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """Choices under a title. `remark` stands beside the title; `problem` is a sentence about what is missing."""

    title: str
    choices: tuple[Choice, ...] = ()
    remark: str = ""
    problem: str = ""


def presets_group(presets: Iterable[Preset]) -> ChoiceGroup:
    """Return the presets, each with what it sets."""
    return ChoiceGroup(
        "presets", tuple(Choice(f"{PRESET_MARK}{preset.name}", " · ".join(_what_it_sets(preset))) for preset in presets)
    )


def recent_group(names: Iterable[str], endpoints: Mapping[str, Endpoint]) -> ChoiceGroup:
    """Return the models that were used lately, without those of endpoints that are not configured any more."""
    choices = []
    for name in names:
        endpoint, _, model = name.partition(":")
        if endpoint in endpoints:
            choices.append(_choice(OfferedModel(model), endpoints[endpoint]))
    return ChoiceGroup("recently used", tuple(choices))


def endpoint_group(endpoint: Endpoint, models: ModelList | None, now: float, problem: str = "") -> ChoiceGroup:
    """Return the models that an endpoint's server listed, and when. `problem` says why there are none, or no newer."""
    if models is None:
        return ChoiceGroup(endpoint.name, problem=problem)
    remark = f"{counted(len(models.models), 'model')} · asked {age(now - models.asked)}"
    choices = tuple(_choice(model, endpoint) for model in models.models)
    return ChoiceGroup(endpoint.name, choices, remark, problem)


def sdk_group(endpoint: Endpoint, models: Sequence[str], listed: ChoiceGroup | None) -> ChoiceGroup:
    """Return the models that the SDK names for an endpoint, without those that its server has `listed`."""
    known = {choice.name for choice in listed.choices} if listed else set[str]()
    choices = (_choice(OfferedModel(model), endpoint) for model in models)
    unlisted = tuple(choice for choice in choices if choice.name not in known)
    return ChoiceGroup(endpoint.name, unlisted, "named by the SDK" if unlisted else "")


def is_whole_name(text: str, configuration: Configuration) -> bool:
    """Whether a text is a name that can be used as it is: `ENDPOINT:MODEL` or `@PRESET`."""
    if text.startswith(PRESET_MARK):
        return text.removeprefix(PRESET_MARK) in configuration.presets
    endpoint, _, model = text.partition(":")
    return endpoint in configuration.endpoints and bool(model.strip())


def _choice(model: OfferedModel, endpoint: Endpoint) -> Choice:
    known = completed(model, endpoint)
    name = f"{endpoint.name}:{model.id}"
    return Choice(name, known.title, window(known.context_window), price(known.prices))


def _what_it_sets(preset: Preset) -> Iterable[str]:
    yield preset.model
    if preset.system is not None:
        yield "system"
    if preset.max_tokens is not None:
        yield f"max tokens {preset.max_tokens:,}"
    for name, value in preset.params.items():
        yield f"{name} {value}" if isinstance(value, str | int | float) else name
