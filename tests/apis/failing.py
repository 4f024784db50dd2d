"""Runs whose request has gone out, and errors as the SDKs wrap them."""

import httpx2

from diptych.core.endpoint import Endpoint
from diptych.core.run import Run
from diptych.core.secrets.values import Secret
from diptych.core.settings import Settings
from tests.support.asking import new_run

REQUEST = httpx2.Request("POST", "https://api.openai.com/v1/chat/completions")
KEY = "sk-very-secret"


def settings(base_url: str = "https://user:password@models.test:8080/v1", key: str | None = KEY) -> Settings:
    secret = None if key is None else Secret(key)
    return Settings(
        Endpoint(
            *("openai", "openai-chat", base_url, "OPENAI_API_KEY", None, secret),
            url_source="OPENAI_BASE_URL",
            is_built_in=True,
        ),
        "gpt-x",
    )


def asked(base_url: str = "https://user:password@models.test:8080/v1", key: str | None = KEY) -> Run:
    """A run whose request has gone out."""
    run = new_run(settings(base_url, key))
    run.begin_attempt(0.0)
    return run


def raised(error: Exception, *causes: BaseException) -> Exception:
    """An exception with a chain of causes, as `raise … from …` makes it."""
    outer: BaseException = error
    for cause in causes:
        outer.__cause__ = cause
        outer = cause
    return error
