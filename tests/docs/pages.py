"""Reads the pages of docs and the README: their blocks of code, and the commands in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in chain(ROOT.glob("*.md"), DOCS.rglob("*.md")))
"""All pages, as paths from the root of the repository."""

_FENCE = re.compile(
    r'^```(?P<language>[a-z]*)(?: title="(?P<title>[^"]*)")?\n(?P<text>.*?)^```$', re.DOTALL | re.MULTILINE
)
_INLINE = re.compile(r"`(diptych [^`]+)`")
_IN_CONSOLE = re.compile(r"^\$ (.*(?:\\\n.*)*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code on a page. `title` is the name of the file that it shows, or ""."""

    language: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Example:
    """A command in a block of the language `console`, and what the page shows of its output."""

    command: str
    output: str


def blocks(page: str) -> Iterator[Block]:
    """Yield the blocks of code of a page."""
    for found in _FENCE.finditer((ROOT / page).read_text("utf-8")):
        yield Block(found["language"], found["title"] or "", found["text"])


def examples(block: Block) -> Iterator[Example]:
    """Yield the commands of a block with their output."""
    found = list(_IN_CONSOLE.finditer(block.text))
    ends = [each.start() for each in found[1:]] + [len(block.text)]
    for each, end in zip(found, ends, strict=True):
        yield Example(each[1].replace("\\\n", ""), block.text[each.end() : end].strip())


def shown_commands(page: str) -> Iterator[str]:
    """Yield every line of a page that has a command of a shell: in blocks of code, and between backticks."""
    for block in blocks(page):
        match block.language:
            case "console":
                yield from (example.command for example in examples(block))
            case "sh" | "bash":
                yield from block.text.replace("\\\n", " ").splitlines()
    yield from _INLINE.findall(_FENCE.sub("", (ROOT / page).read_text("utf-8")))
