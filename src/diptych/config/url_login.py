"""The user name and password that a URL may hold (`https://NAME:PASSWORD@host/`)."""

import base64
from urllib.parse import unquote, urlsplit, urlunsplit

from diptych.core.secrets.values import Secret

MIN_SECRET_LENGTH = 8
"""Characters. A shorter password or header may well be a word that also occurs elsewhere, so it is not searched for."""


def split_login(url: str) -> tuple[str, Secret | None]:
    """Return the URL without its login, and the login as `NAME:PASSWORD`, decoded; None if there is none."""
    parts = urlsplit(url)
    login, at, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=host)), Secret(unquote(login)) if at else None


def login_secrets(url: str) -> list[Secret]:
    """Return the URL's login in every form in which it could be shown: whole and password, encoded and decoded.

    The URL may be malformed: its login is found all the same.
    """
    login = url.partition("//")[2].partition("/")[0].rpartition("@")[0]
    if not login:
        return []
    decoded = unquote(login)
    basic_auth = base64.b64encode(decoded.encode()).decode()
    passwords = (login.partition(":")[2], decoded.partition(":")[2])
    forms = (login, decoded, basic_auth, *passwords)
    return [Secret(form) for form in dict.fromkeys(forms) if len(form) >= MIN_SECRET_LENGTH]
