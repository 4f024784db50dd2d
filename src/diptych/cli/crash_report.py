"""What a crash report says: where Diptych broke down, and nothing of what was asked or answered."""

import platform
import traceback
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from diptych import __version__
from diptych.core.secrets.patterns import without_keys
from diptych.core.secrets.values import Secrets

_LIBRARIES = ("anthropic", "click", "httpx2", "openai", "textual")

_TELLING = (AttributeError, ImportError, NameError, RecursionError, TypeError)
"""Exceptions that speak of code; the message of any other may quote what was asked or answered."""

_MOST_FRAMES = 60


def report(errors: Iterable[BaseException], command: str, secrets: Secrets) -> str:
    """The whole report."""
    lines = [
        "Diptych crash report",
        "Keys, prompts, answers and the values of options are left out. Please read it before you pass it on.",
        "",
        f"time      {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
        f"command   {command}",
        f"versions  {', '.join(_versions())}",
        f"system    {platform.platform()}",
    ]
    for error in errors:
        lines += ["", *_described(error, set())]
    return without_keys(secrets.scrub("\n".join(lines) + "\n"))


def place(error: BaseException) -> str:
    """What happened and where, in a few words."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "diptych" in Path(frame.filename).parts]
    if not ours:
        return type(error).__name__
    parts = Path(ours[-1].filename).parts
    file = "/".join(parts[len(parts) - parts[::-1].index("diptych") :])
    return f"{type(error).__name__} in {file}, line {ours[-1].lineno}"


def _versions() -> Iterator[str]:
    yield f"diptych {__version__}"
    yield f"Python {platform.python_version()}"
    for library in _LIBRARIES:
        try:
            yield f"{library} {version(library)}"
        except PackageNotFoundError:
            yield f"{library} missing"


def _described(error: BaseException, seen: set[int]) -> Iterator[str]:
    """The exception and what led to it, without the values of any variable."""
    seen.add(id(error))
    yield f"{_name(type(error))}: {error if isinstance(error, _TELLING) else '(message left out)'}"
    frames = traceback.extract_tb(error.__traceback__)
    if len(frames) > _MOST_FRAMES:
        yield f"  … {len(frames) - _MOST_FRAMES} calls left out …"
    home = str(Path.home())
    for line in traceback.StackSummary.from_list(frames[-_MOST_FRAMES:]).format():
        yield line.rstrip("\n").replace(home, "~")
    for reason in _reasons(error):
        if id(reason) not in seen:
            yield "because of"
            yield from _described(reason, seen)


def _reasons(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        yield from error.exceptions
    reason = error.__cause__ or error.__context__
    if reason is not None:
        yield reason


def _name(kind: type[BaseException]) -> str:
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def command_line(words: Iterable[str], commands: Iterable[str], options: Iterable[str]) -> str:
    """The command and the options of a command line, their values and every other word left out."""
    known = set(options)
    shown = []
    for index, word in enumerate(words):
        name = word.partition("=")[0]
        if index == 0 and word in set(commands):
            shown.append(word)
        elif name in known:
            shown.append(name if name == word else f"{name}=…")
        elif word[:2] in known and not word.startswith("--"):
            shown.append(f"{word[:2]}…")
        else:
            shown.append("…")
    return " ".join(("diptych", *shown))
