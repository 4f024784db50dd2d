"""The user name and password in a URL."""

import pytest

from diptych.config.url_login import login_secrets, split_login
from diptych.core.secrets.values import Secret


@pytest.mark.parametrize(
    ("url", "without", "login"),
    [
        ("https://models.test/v1", "https://models.test/v1", None),
        ("https://me:p%40ss@models.test:8080/v1", "https://models.test:8080/v1", Secret("me:p@ss")),
        ("https://token@models.test", "https://models.test", Secret("token")),
    ],
)
def test_a_login_is_separated_from_its_url(url: str, without: str, login: Secret | None) -> None:
    assert split_login(url) == (without, login)


def test_a_login_is_a_secret_in_every_form() -> None:
    forms = {secret.reveal() for secret in login_secrets("http://me:p%40ss-word@proxy.test:3128")}

    assert forms == {"me:p%40ss-word", "me:p@ss-word", "p%40ss-word", "p@ss-word", "bWU6cEBzcy13b3Jk"}


def test_short_words_are_not_secrets() -> None:
    assert login_secrets("http://proxy.test") == []
    assert "short" not in {secret.reveal() for secret in login_secrets("http://me:short@proxy.test")}
