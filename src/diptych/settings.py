"""The user's environment: endpoints, base URLs and keys, checked before anything is sent; where the history is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from diptych.core.endpoint import ApiName, Credential, Endpoint
from diptych.core.request import SideSettings
from diptych.core.secret import Secret

DEFAULT_MODELS = {"left": "anthropic:claude-sonnet-5-5", "right": "openai:gpt-5.6-terra"}


class SettingsError(ValueError):
    """Something in the environment or on the command line is wrong; the message is a sentence for users."""


@dataclass(frozen=True, slots=True)
class _Provider:
    name: str
    base_url: str
    host: str
    base_url_variable: str
    key_variables: tuple[tuple[str, Credential], ...]


_ANTHROPIC = _Provider(
    "anthropic",
    "https://api.anthropic.com",
    "api.anthropic.com",
    "ANTHROPIC_BASE_URL",
    (("ANTHROPIC_API_KEY", "key"), ("ANTHROPIC_AUTH_TOKEN", "token")),
)
_OPENAI = _Provider(
    "openai", "https://api.openai.com/v1", "api.openai.com", "OPENAI_BASE_URL", (("OPENAI_API_KEY", "key"),)
)
_BUILT_IN: tuple[tuple[str, ApiName, _Provider], ...] = (
    ("anthropic", "anthropic-messages", _ANTHROPIC),
    ("openai", "openai-chat", _OPENAI),
    ("openai-responses", "openai-responses", _OPENAI),
)


def endpoints(environment: Mapping[str, str]) -> dict[str, Endpoint]:
    """The built-in endpoints by name, with the base URLs and keys that the environment sets.

    Raises `SettingsError`.
    """
    return {name: _endpoint(name, api, provider, environment) for name, api, provider in _BUILT_IN}


def history_path(environment: Mapping[str, str]) -> Path:
    """Where the history is kept: what DIPTYCH_HISTORY names, else the place for a user's data on this system."""
    named = environment.get("DIPTYCH_HISTORY", "").strip()
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("diptych", appauthor=False) / "history.db"


def missing_key_hint(settings: SideSettings) -> str:
    """One line that tells how to get a real model on a side that is simulated for want of a key; else ""."""
    if not settings.simulated or not settings.endpoint.lacks_key:
        return ""
    return (
        f"A simulated model answers: set {settings.endpoint.key_variable} and start Diptych again to ask the real one."
    )


def _endpoint(name: str, api: ApiName, provider: _Provider, environment: Mapping[str, str]) -> Endpoint:
    base_url = environment.get(provider.base_url_variable, "").strip() or provider.base_url
    host = _host(base_url, provider.base_url_variable)
    is_own = host == provider.host or host.endswith("." + provider.host)
    variable, credential, key = _key(provider, environment)
    return Endpoint(name, api, base_url, variable, provider.name if is_own else None, key, credential)


def _host(base_url: str, variable: str) -> str:
    try:
        parts = urlsplit(base_url)
        parts.port  # noqa: B018 - raises for a port that is no number
    except ValueError as error:
        raise SettingsError(f"{variable} is no URL: {error}.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"{variable} must begin with http:// or https:// and name a host; it is {base_url!r}.")
    return parts.hostname


def _key(provider: _Provider, environment: Mapping[str, str]) -> tuple[str, Credential, Secret | None]:
    for variable, credential in provider.key_variables:
        value = environment.get(variable, "").strip()
        if not value:
            continue
        if not value.isascii() or not value.isprintable() or " " in value:
            raise SettingsError(f"{variable} holds characters that no key has: was it copied whole, and alone?")
        return variable, credential, Secret(value)
    variable, credential = provider.key_variables[0]
    return variable, credential, None
