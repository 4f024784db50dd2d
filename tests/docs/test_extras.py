"""The page that lists the extras has those of the package."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_extra_is_listed() -> None:
    brief = (ROOT / "docs" / "reference" / "in-brief.md").read_text("utf-8")
    listed = re.findall(r"^\| `([a-z]+)` \|", brief.partition("## Extras")[2].partition("\n## ")[0], re.MULTILINE)
    package = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert listed == list(package["optional-dependencies"])
