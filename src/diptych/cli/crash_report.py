"""The text of a crash report: where Diptych crashed, without keys, prompts or answers."""

import platform
import traceback
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from diptych import __version__
from diptych.core.secrets.patterns import without_keys
from diptych.core.secrets.values import Secrets

_LIBRARIES = ("anthropic", "click", "httpx2", "openai", "textual")

_ABOUT_CODE = (AttributeError, ImportError, NameError, RecursionError, TypeError)
"""Exceptions whose messages only mention code. The message of any other may quote a prompt or an answer."""

_MAX_FRAMES = 60


def crash_report(errors: Iterable[BaseException], command: str, secrets: Secrets) -> str:
    """Return the report of these exceptions. `command` is the command line as `redacted_command` returns it."""
    lines = [
        "Diptych crash report",
        "It contains no keys, prompts, answers or values of options. Please read it before you pass it on.",
        "",
        f"time      {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
        f"command   {command}",
        f"versions  {', '.join(_versions())}",
        f"system    {platform.platform()}",
    ]
    for error in errors:
        lines += ["", *_lines(error, set())]
    return without_keys(secrets.scrub("\n".join(lines) + "\n"))


def location(error: BaseException) -> str:
    """Return the type of an exception and the file and line of Diptych where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "diptych" in Path(frame.filename).parts]
    if not own:
        return type(error).__name__
    parts = Path(own[-1].filename).parts
    file = "/".join(parts[len(parts) - parts[::-1].index("diptych") :])
    return f"{type(error).__name__} in {file}, line {own[-1].lineno}"


def _versions() -> Iterator[str]:
    from importlib.metadata import PackageNotFoundError, version  # which loads much

    yield f"diptych {__version__}"
    yield f"Python {platform.python_version()}"
    for library in _LIBRARIES:
        try:
            yield f"{library} {version(library)}"
        except PackageNotFoundError:
            yield f"{library} missing"


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    """Yield the lines for an exception and its causes, without the values of variables."""
    seen.add(id(error))
    yield f"{_name(type(error))}: {error if isinstance(error, _ABOUT_CODE) else '(message omitted)'}"
    frames = traceback.extract_tb(error.__traceback__)
    if len(frames) > _MAX_FRAMES:
        yield f"  … {len(frames) - _MAX_FRAMES} calls omitted …"
    home = str(Path.home())
    for line in traceback.StackSummary.from_list(frames[-_MAX_FRAMES:]).format():
        yield line.rstrip("\n").replace(home, "~")
    for cause in _causes(error):
        if id(cause) not in seen:
            yield "caused by"
            yield from _lines(cause, seen)


def _causes(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        yield from error.exceptions
    cause = error.__cause__ or error.__context__
    if cause is not None:
        yield cause


def _name(kind: type[BaseException]) -> str:
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def redacted_command(words: Iterable[str], commands: Iterable[str], options: Iterable[str]) -> str:
    """Return a command line with only the names of the command and its options; all other words become `…`."""
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
