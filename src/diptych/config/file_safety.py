"""Warns of a config file that others can change, and of keys that it holds in clear."""

import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from diptych.config.endpoint_tables import FROM_ENVIRONMENT
from diptych.config.problems import key_path, shown_path
from diptych.config.tables import ConfigTables
from diptych.config.url_login import split_login
from diptych.core.secrets.patterns import find_keys
from diptych.core.secrets.values import names_a_secret

_NAME = re.compile(r"[^\s:=]+")
"""What names of headers and parameters look like."""

_SCHEMES = ("bearer ", "basic ")
"""How the value of a header begins that holds a credential, whatever the header is called."""


def access_warnings(path: Path, status: os.stat_result, *, holds_keys: bool) -> Iterator[str]:
    """Yield sentences about who else can change this file, or read the keys in it; `status` is the file's own."""
    if sys.platform == "win32" or not stat.S_ISREG(status.st_mode):
        return
    shown = shown_path(path)
    folder = path.resolve().parent
    if os.geteuid() != 0 and status.st_uid not in (0, os.geteuid()):  # root in a container reads files of others
        yield f"{shown} belongs to another user, who can change which servers get your prompts."
    elif _allows_others(status, stat.S_IWGRP, stat.S_IWOTH):
        yield f"{shown} can be changed by others, and with it which servers get your prompts: chmod go-w {shown}"
    elif _is_open_folder(folder):
        yield f"{shown_path(folder)}, the folder of the config file, can be changed by others: chmod go-w it."
    if holds_keys and _allows_others(status, stat.S_IRGRP, stat.S_IROTH):
        yield f"{shown} holds a key in clear, and others can read it: chmod 600 {shown}, or use key_env or env:NAME."


def keys_in_clear(path: Path, text: str, tables: ConfigTables) -> Iterator[str]:
    """Yield a sentence for each place of the file that holds a key in clear. The key is not quoted."""
    shown = shown_path(path)
    for name, table in tables.endpoints.items():
        for member, values in (("headers", table.headers), ("query", table.query)):
            for each, value in values.items():
                if not _NAME.fullmatch(each):  # it may be a whole header with its secret value, so it is not quoted
                    continue
                is_secret = names_a_secret(each) or value.lower().startswith(_SCHEMES)
                if value and is_secret and not value.startswith(FROM_ENVIRONMENT):
                    place = key_path(("endpoints", name, member, each))
                    yield f'{shown}: {place} holds a secret in clear: "env:NAME" takes it from a variable.'
        for member, url in (("base_url", table.base_url), ("proxy", table.proxy)):
            if url and _has_login(url):
                yield f"{shown}: {key_path(('endpoints', name, member))} holds a login in clear."
    lines = {text.count("\n", 0, found.start) + 1: found.kind for found in find_keys(text)}
    for line, kind in sorted(lines.items()):
        yield f"{shown}, line {line}: this looks like {kind} in clear: keep it in a variable, and name that in key_env."


def _has_login(url: str) -> bool:
    try:
        return split_login(url)[1] is not None
    except ValueError:
        return "@" in url


def _allows_others(status: os.stat_result, group: int, others: int) -> bool:
    """Whether a group or others have a permission. A group with the number of its user is usually that user's alone."""
    return bool(status.st_mode & others) or (bool(status.st_mode & group) and status.st_gid != status.st_uid)


def _is_open_folder(folder: Path) -> bool:
    try:
        status = folder.stat()
    except OSError:
        return False
    is_sticky = bool(status.st_mode & stat.S_ISVTX)  # as in /tmp, where others cannot replace the file
    return not is_sticky and _allows_others(status, stat.S_IWGRP, stat.S_IWOTH)
