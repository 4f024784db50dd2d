"""The environment variables and files of Diptych in words: for the manual page and the reference in docs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Described:
    """What each of some names means. The names are environment variables, or one path."""

    names: tuple[str, ...]
    meaning: str


VARIABLES = (
    Described(("ANTHROPIC_API_KEY", "OPENAI_API_KEY"), "API keys."),
    Described(
        ("ANTHROPIC_AUTH_TOKEN",),
        "Bearer token, used if there is no API key. A server other than Anthropic's gets it even if there is one.",
    ),
    Described(("ANTHROPIC_BASE_URL", "OPENAI_BASE_URL"), "Base URL of another server."),
    Described(
        ("ANTHROPIC_CUSTOM_HEADERS", "OPENAI_CUSTOM_HEADERS"), "Headers for every request, one `Name: value` per line."
    ),
    Described(
        ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID"), "Organization and project. They are sent to OpenAI's own servers only."
    ),
    Described(
        ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"),
        "Proxies (`http`, `https`, `socks5`, `socks5h`). Lower-case names work as well.",
    ),
    Described(
        ("NO_PROXY",), "Hosts to reach without a proxy: names (with their subdomains), addresses, networks, or `*`."
    ),
    Described(("SSL_CERT_FILE", "SSL_CERT_DIR"), "Trusted certificates instead of the system's."),
    Described(
        ("SSLKEYLOGFILE",), "File to which the keys of TLS connections are written, to decrypt captured traffic."
    ),
    Described(("DIPTYCH_HISTORY",), "Path of the history file."),
    Described(("DIPTYCH_CONFIG",), "Path of the config file."),
    Described(("VISUAL", "EDITOR"), "Editor in which Ctrl+G opens the prompt. The first one that is set is used."),
    Described(("NO_COLOR",), "Turns colours off if it is set."),
    Described(
        ("OTEL_EXPORTER_OTLP_ENDPOINT",),
        "OpenTelemetry collector that gets a span for each answer. Other `OTEL_*` variables say how.",
    ),
    Described(("CI",), "If it is set, `diptych run` does not show what happens until answers are printed."),
    Described(
        ("JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", "SLURM_ARRAY_TASK_ID"), "What `--shard auto` reads of its part."
    ),
)
"""The variables that Diptych reads, or that the SDKs and Python read for it."""

FILES = (
    Described(("~/.config/diptych/config.toml",), "The config file. `diptych config path` prints its path."),
    Described(("~/.local/share/diptych/history.db",), "The history."),
    Described(("~/.cache/diptych/models",), "The models that servers have listed."),
    Described(("~/.local/state/diptych",), "What the app remembers, such as its theme, and reports of crashes."),
)
"""The files of a user on Linux without `XDG_*` variables. Other systems have other folders for them."""
