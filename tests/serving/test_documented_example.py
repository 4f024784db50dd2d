"""The example of docs/how-to/serving.md works as it is written there."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

_PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "serving.md"


def test_the_example(tmp_path: Path) -> None:
    page = _PAGE.read_text(encoding="utf-8")
    (command,) = re.findall(r"```sh\n(.*?)\n```", page, re.DOTALL)
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "test_example.py").write_text(code)
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}  # not those of this run
    environment = own | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{own['PATH']}"}

    def run(*words: str) -> None:
        done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, timeout=100, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    run(*shlex.split(command))
    run(
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        ".",
        "test_example.py",
    )
