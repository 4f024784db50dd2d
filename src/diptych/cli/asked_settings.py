"""The settings with which sides and models are asked: the configured ones, changed by the options that were given."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count

from diptych.cli.ask_options import AskOptions
from diptych.cli.command_error import CommandError
from diptych.cli.known_secrets import safe_message
from diptych.cli.prompt_input import unix_lines
from diptych.config.configuration import Configuration
from diptych.config.endpoints import DEFAULT_MODELS
from diptych.config.sides import SIDES, SideName
from diptych.core.request import Label
from diptych.core.request_fields import parse_param
from diptych.core.settings import Settings


def side_settings(
    options: AskOptions, configuration: Configuration, sides: Sequence[SideName] = SIDES
) -> dict[Label, Settings]:
    """Return the settings of these sides: what its model or preset says, changed by the options that were given.

    Raises `CommandError` if an option cannot be used, or what the config file says about these sides.
    """
    _refuse_unusable(options, configuration, sides)
    try:
        return {side: _changed(_named_settings(side, options, configuration), options, side) for side in sides}
    except ValueError as error:
        raise CommandError(str(error)) from None


def settings_again(
    side: SideName, recorded: Settings, options: AskOptions, configuration: Configuration
) -> dict[Label, Settings]:
    """Return the settings with which a side of a recorded round is asked again.

    They are those of the round, with its endpoint as it is configured now; the options change them. A preset that the
    option of the side names brings its own. What was simulated stays simulated, unless that option is given.
    Raises `CommandError` if the endpoint is gone, or an option cannot be used.
    """
    name: str | None = getattr(options, side)
    try:
        if name is not None:
            base = configuration.settings_for(name, recorded)
        else:
            renewed = configuration.renewed(recorded)
            if renewed is None:
                raise CommandError(
                    f"{safe_message(recorded.name)} cannot be asked again: its endpoint is gone or has a problem. "
                    f"Name another model with --{side}."
                )
            base = replace(renewed, simulated=renewed.simulated or recorded.simulated)
        return {side: _changed(base, options, side)}
    except ValueError as error:
        raise CommandError(str(error)) from None


def model_settings(names: Sequence[str], options: AskOptions, configuration: Configuration) -> dict[Label, Settings]:
    """Return the settings of any models or presets, each under its name, a second one of the same name as `NAME#2`.

    They are changed by the options that were given. Raises `CommandError` as `side_settings` does.
    """
    _refuse_unusable(options, configuration, ())
    found: dict[Label, Settings] = {}
    try:
        for name in map(str.strip, names):
            numbered = (f"{name}#{number}" for number in count(2))
            label = name if name not in found else next(each for each in numbered if each not in found)
            found[label] = _changed(configuration.settings_for(name), options)
    except ValueError as error:
        raise CommandError(str(error)) from None
    return found


def _changed(named: Settings, options: AskOptions, side: SideName | None = None) -> Settings:
    """Return settings as the options change them; `side` is whose own options count as well.

    Raises `ValueError` for an option that cannot be used.
    """
    systems: dict[Label, str | None] = {"left": options.left_system, "right": options.right_system}
    own_params: dict[Label, tuple[str, ...]] = {"left": options.left_param, "right": options.right_param}
    own_system = systems[side] if side else None
    system = options.system if own_system is None else own_system
    params = dict(parse_param(param) for param in (*options.param, *(own_params[side] if side else ())))
    changed = replace(
        named,
        system=named.system if system is None else unix_lines(system),
        max_tokens=options.max_tokens or named.max_tokens,
        params={**named.params, **params},
        tools=options.tools.file.tools if options.tools else named.tools,
        response_schema=named.response_schema if options.schema is None else options.schema,
    )
    return changed if changed == named else replace(changed, preset="")


def _named_settings(side: SideName, options: AskOptions, configuration: Configuration) -> Settings:
    """Return the settings of the model or preset that an option or the config file names for a side.

    A demo works whatever is in the file. Raises `ValueError` with a sentence for users.
    """
    name: str | None = getattr(options, side)
    if name is not None:
        return configuration.settings_for(name)
    try:
        return configuration.settings_for(getattr(configuration, side))
    except ValueError:
        if not options.demo:
            raise
        return configuration.settings_for(DEFAULT_MODELS[side])


def _refuse_unusable(options: AskOptions, configuration: Configuration, sides: Sequence[SideName]) -> None:
    """Raise `CommandError` if a value of the config file is wrong and no option stands in its place.

    Another value would be used without it, and the user's prompt sent to another model, for example.
    """
    for member, problem in configuration.unusable.items():
        is_needed = member not in SIDES or member in sides
        if is_needed and not options.demo and getattr(options, member, "") is None:
            raise CommandError(problem)


def require_keys(settings: Mapping[Label, Settings]) -> None:
    """Raise `CommandError` if a model cannot be asked because its key is missing. It names every such model."""
    missing = {label: each for label, each in settings.items() if each.endpoint.lacks_key and not each.simulated}
    if missing:
        sentences = [
            f"{each.endpoint.key_source} is not set, so {_named_with(label, each)} cannot be asked"
            for label, each in missing.items()
        ]
        raise CommandError(f"{'. '.join(sentences)}: set {'it' if len(missing) == 1 else 'them'}, or use --demo.")


def _named_with(label: Label, settings: Settings) -> str:
    """Return the name of the model with its side, preset or number, unless the label is that name."""
    return settings.name if label == settings.name else f"{settings.name} ({label})"
