"""The whole configuration: the built-in endpoints, changed by the config file, changed by the environment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from diptych.config.config_file import ConfigFile, config_path, is_chosen, read_config_file
from diptych.config.endpoints import BUILT_IN, DEFAULT_MODELS
from diptych.config.environment import configured_endpoints
from diptych.config.presets import PRESET_MARK, Preset
from diptych.config.simulation import Simulation, is_simulated
from diptych.core.endpoint import NOTHING_CONFIGURED, Endpoint, parse_name
from diptych.core.secrets.guard import check_settings
from diptych.core.secrets.values import Secrets
from diptych.core.settings import DEFAULT_MAX_TOKENS, Settings
from diptych.core.wording.did_you_mean import did_you_mean


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that is configured.

    `left` and `right` name the model or preset of each side. `system`, `max_tokens` and `timeout` (seconds of silence,
    None for the defaults) apply where nothing else sets them. `theme` and `blind_pace` are "" where the file names
    none. `simulation` says which models are simulated. `prompts` are prompt templates by name; `keys` are the keys that
    the user wants for a binding, by its id.

    `problems` are sentences about what in the file cannot be used; `warnings` about what should not stay as it is.
    `unusable` has the problems of what requests are made of: of presets, as `@NAME`, and of members such as `left` that
    hold for both sides. An endpoint has its own in `Endpoint.problem`. `is_read` is false if the file could not be
    parsed or read at all.
    """

    path: Path
    endpoints: Mapping[str, Endpoint]
    presets: Mapping[str, Preset] = field(default_factory=lambda: MappingProxyType({}))
    left: str = DEFAULT_MODELS["left"]
    right: str = DEFAULT_MODELS["right"]
    system: str = ""
    max_tokens: int = DEFAULT_MAX_TOKENS
    timeout: float | None = None
    theme: str = ""
    blind_pace: str = ""
    simulation: Simulation = "without key"
    prompts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    unusable: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    is_read: bool = True

    @property
    def secrets(self) -> Secrets:
        """Everything configured that must never be shown."""
        return next((endpoint.environment for endpoint in self.endpoints.values()), Secrets())

    def settings_for(self, name: str, like: Settings | None = None) -> Settings:
        """Return the settings that `ENDPOINT:MODEL` or `@PRESET` names.

        A preset brings all of its settings but tools and a schema, which are those of `like`, as presets have none; a
        model keeps all settings of `like`, or has the defaults. Raises `ValueError`
        with a sentence for users, also where no request may be made with these settings.
        """
        name = name.strip()
        if name.startswith(PRESET_MARK):
            preset = self._preset(name.removeprefix(PRESET_MARK))
            settings = self.settings_for(preset.model)
            return replace(
                settings,
                system=settings.system if preset.system is None else preset.system,
                max_tokens=settings.max_tokens if preset.max_tokens is None else preset.max_tokens,
                params=preset.params,
                preset=preset.name,
                tools=like.tools if like else (),
                response_schema=like.response_schema if like else None,
            )
        if name in self.presets:
            raise ValueError(f"{name!r} does not name a model. Did you mean the preset {PRESET_MARK}{name}?")
        if not self.is_read and name.partition(":")[0] not in self.endpoints:
            raise ValueError(self.problems[0])  # it is probably an endpoint of the file
        endpoint, model = parse_name(name, self.endpoints)
        if like is None:
            like = Settings(endpoint, model, system=self.system, max_tokens=self.max_tokens)
        simulated = is_simulated(endpoint, self.simulation)
        settings = replace(like, endpoint=endpoint, model=model, simulated=simulated, preset="")
        check_settings(settings)
        return settings

    def renewed(self, settings: Settings) -> Settings | None:
        """Return settings with their endpoint as it is configured now; None if it is gone or cannot be used."""
        endpoint = self.endpoints.get(settings.endpoint.name)
        if endpoint is None or endpoint.problem:
            return None
        return replace(settings, endpoint=endpoint, simulated=is_simulated(endpoint, self.simulation))

    def _preset(self, name: str) -> Preset:
        if name in self.presets:
            return self.presets[name]
        if problem := self.unusable.get(f"{PRESET_MARK}{name}"):
            raise ValueError(problem)
        if not self.is_read:
            raise ValueError(self.problems[0])
        if not self.presets:
            raise ValueError(f"There is no preset {name!r}: the config file {self.path} has none.")
        hint = did_you_mean(name, self.presets, written=f"{PRESET_MARK}{{}}")
        raise ValueError(f"There is no preset {name!r}.{hint} The presets are {', '.join(self.presets)}.")


class CurrentConfiguration:
    """The configuration as it was last read, in `now`."""

    def __init__(self, load: Callable[[], Configuration]) -> None:
        self._load = load
        self.now = load()

    def reload(self) -> Configuration:
        """Read the configuration again, and return it. It replaces the present one if the file could be read."""
        loaded = self._load()
        loaded.secrets.printed = self.now.secrets.printed  # keys that commands have printed stay secrets
        if loaded.is_read:
            self.now = loaded
        return loaded


_FOR_BOTH_SIDES = ("left", "right", "system", "max_tokens", "timeout")
"""The members at the top of the file without which requests would not be those that the user configured."""


def load_configuration(
    environment: Mapping[str, str],
    path: Path | None = None,
    *,
    insecure: bool = False,
    simulation: Simulation = "without key",
) -> Configuration:
    """Return what the config file at `path`, or the one that the environment names, and the environment configure.

    `insecure` allows keys over plain http. Nothing raises: what cannot be used is told in `problems`, and by the
    endpoints and presets themselves when they are asked. A file that is named must exist.
    """
    is_named = path is not None or is_chosen(environment)
    return configuration_of_file(
        read_config_file(path or config_path(environment), required=is_named),
        environment,
        insecure=insecure,
        simulation=simulation,
    )


def configuration_of_file(
    file: ConfigFile,
    environment: Mapping[str, str],
    *,
    insecure: bool = False,
    simulation: Simulation = "without key",
) -> Configuration:
    """Return what a config file that was read and the environment configure."""
    problems = tuple(problem.sentence for problem in file.problems)
    tables = file.tables
    if tables is None:
        endpoints = configured_endpoints(environment, insecure=insecure)
        return Configuration(
            file.path,
            {name: _checked(endpoint, file) for name, endpoint in endpoints.items()},
            simulation=simulation,
            problems=problems,
            is_read=not problems,
        )
    endpoints = {
        name: _checked(_with_timeout(endpoint, tables.timeout), file)
        for name, endpoint in configured_endpoints(environment, tables.endpoints, insecure=insecure).items()
    }
    broken_presets = {name: file.problems.of("presets", name) for name in file.presets}
    broken_members = {member: file.problems.of(member) for member in _FOR_BOTH_SIDES}
    return Configuration(
        file.path,
        endpoints,
        {
            name: Preset(name, table.model, table.system, table.max_tokens, table.params)
            for name, table in tables.presets.items()
            if not broken_presets.get(name)
        },
        tables.left or DEFAULT_MODELS["left"],
        tables.right or DEFAULT_MODELS["right"],
        tables.system or "",
        tables.max_tokens or DEFAULT_MAX_TOKENS,
        tables.timeout,
        tables.theme or "",
        tables.blind_pace or "",
        simulation,
        tables.prompts,
        tables.keys,
        problems,
        file.warnings,
        {
            **{PRESET_MARK + name: problem for name, problem in broken_presets.items() if problem},
            **{member: problem for member, problem in broken_members.items() if problem},
        },
    )


def _checked(endpoint: Endpoint, file: ConfigFile) -> Endpoint:
    """Return an endpoint that cannot be asked if the file has a problem with it.

    It must not be asked with only those of its members that can be used. If it is not built in and its base URL is
    missing or wrong, it has none: that of the provider is not its own.
    """
    problem = file.problems.of("endpoints", endpoint.name)
    if not problem:
        return endpoint
    table = file.tables.endpoints.get(endpoint.name) if file.tables else None
    has_url = endpoint.name in BUILT_IN or (table is not None and table.base_url is not None)
    return replace(
        endpoint,
        base_url=endpoint.base_url if has_url else "",
        provider=None,
        key=None,
        key_command=(),
        login=None,
        connection=NOTHING_CONFIGURED,
        bearers=(),
        problem=problem,
    )


def _with_timeout(endpoint: Endpoint, timeout: float | None) -> Endpoint:
    """Return an endpoint that has the timeout of the whole file if it has none itself."""
    if timeout is None or endpoint.connection.timeout is not None:
        return endpoint
    return replace(endpoint, connection=replace(endpoint.connection, timeout=timeout))
