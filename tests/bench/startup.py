"""How soon the prompt box stands, beside what importing the libraries alone takes: `python -m tests.bench.startup`.

Both are whole processes, started in turn. The app runs in a pseudo-terminal of 160 × 45.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pexpect

ROUNDS = 7
COMMAND = str(Path(sys.executable).with_name("diptych"))


def until_the_prompt_box_stands(home: str, *options: str) -> float:
    """Seconds from the start of the app with these options to its painted prompt box."""
    began = time.perf_counter()
    environment = os.environ | {"HOME": home}
    app = pexpect.spawn(COMMAND, ["demo", *options], dimensions=(45, 160), env=environment, cwd=home, timeout=60)
    app.expect("sk both")  # the cursor stands on the first letter
    seconds = time.perf_counter() - began
    app.send("\x11")
    app.expect(pexpect.EOF)
    app.close()
    return seconds


def write_config_file(path: Path, endpoints: int) -> None:
    """Write a config file with that many endpoints, each with every member that most servers need."""
    tables = (
        f"""[endpoints.server{number}]
api = "openai-chat"
base_url = "http://server{number}.example:8080/v1"
key_env = "KEY_{number}"
headers = {{ x-team = "search", x-gateway = "env:GATEWAY_{number}" }}
query = {{ api-version = "2026-10-01" }}
prices = {{ input = 0.10, cached_input = 0.01, output = 0.40 }}
fields = {{ max_tokens = "max_completion_tokens", stream_options = false }}
timeout = 30
concurrency = 4

[presets.preset{number}]
model = "server{number}:some-model"
system = "Answer in one sentence."
params = {{ temperature = 0.2 }}
"""
        for number in range(endpoints)
    )
    path.write_text("\n".join(tables), encoding="utf-8")


def until_the_libraries_are_imported() -> float:
    """Seconds of a process that imports what the app is made of."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import anthropic, openai, textual"], check=True)
    return time.perf_counter() - began


def main() -> None:
    """Print the medians and their ratio; the first round warms the machine up and does not count."""
    with tempfile.TemporaryDirectory() as home:
        pairs = [(until_the_prompt_box_stands(home), until_the_libraries_are_imported()) for _ in range(ROUNDS + 1)][1:]
    app, libraries = (statistics.median(seconds) for seconds in zip(*pairs, strict=True))
    print(f"start to painted prompt box           {app:6.3f} s")
    print(f"import anthropic, openai, textual     {libraries:6.3f} s")
    print(f"ratio, median of {ROUNDS} pairs             {statistics.median(a / b for a, b in pairs):6.3f}")


if __name__ == "__main__":
    main()
