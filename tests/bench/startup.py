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


def until_the_prompt_box_stands(home: str) -> float:
    """Seconds from the start of the app to its painted prompt box."""
    began = time.perf_counter()
    app = pexpect.spawn(COMMAND, ["demo"], dimensions=(45, 160), env=os.environ | {"HOME": home}, cwd=home, timeout=60)
    app.expect("ask both")
    seconds = time.perf_counter() - began
    app.send("\x11")
    app.expect(pexpect.EOF)
    app.close()
    return seconds


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
