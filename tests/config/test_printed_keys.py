"""Reading the config file again forgets no key that a command has printed."""

from pathlib import Path

from diptych.config.configuration import CurrentConfiguration, load_configuration
from diptych.core.secrets.values import Secret


def test_a_key_that_was_printed_stays_a_secret_when_the_file_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    table = '[endpoints.local]\napi = "openai-chat"\nbase_url = "http://localhost"\n'
    file.write_text(f'timeout = 20\n{table}key_command = ["pass"]\n')
    configuration = CurrentConfiguration(lambda: load_configuration({}, file))
    before = configuration.now.endpoints["local"]
    assert before.environment.printed is not None
    before.environment.printed.add(before.key_source, before.key_command, Secret("sk-printed-0123"))
    file.write_text(f"timeout = 20\n{table}timeout = 90\n")

    after = configuration.reload().endpoints["local"]

    before.environment.printed.add(before.key_source, before.key_command, Secret("sk-printed-later"))
    assert after.secrets.scrub("sk-printed-0123 sk-printed-later") == "[redacted] [redacted]"
    assert configuration.now.secrets.scrub("sk-printed-0123") == "[redacted]"
    assert (before.connection.timeout, after.connection.timeout) == (20, 90)
