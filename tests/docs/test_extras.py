"""The page that lists the extras has those of the package."""

import re
import tomllib

import pytest

from tests.docs.pages import DOCS, ROOT

if not DOCS.exists():
    pytest.skip("this distribution has no documentation", allow_module_level=True)


def test_every_extra_is_listed() -> None:
    brief = (DOCS / "reference" / "in-brief.md").read_text("utf-8")
    listed = re.findall(r"^\| `([a-z]+)` \|", brief.partition("## Extras")[2].partition("\n## ")[0], re.MULTILINE)
    package = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert listed == list(package["optional-dependencies"])
