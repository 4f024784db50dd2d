import os
import stat
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from diptych.catalog.model_cache import cached_list, cached_models, keep_list
from diptych.core.endpoint import Endpoint, Prices
from diptych.core.offered_models import ModelList, OfferedModel
from diptych.core.secrets.values import Secret

KEY = "sk-very-secret-key"
ENDPOINT = Endpoint("local", "openai-chat", "http://localhost:8080/v1", "KEY", key=Secret(KEY))
MODELS = ModelList(
    (
        OfferedModel(
            "a", "The A", 4096, Prices(Decimal("0.1"), Decimal(4), Decimal("0.01")), "server", 1_700_000_000.0
        ),
        OfferedModel("b\x1b[2J"),
    ),
    1_800_000_000.5,
    0.25,
)


def the_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_a_list_is_read_as_it_was_kept(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "models"
    keep_list(ENDPOINT, MODELS, folder)

    assert cached_list(ENDPOINT, folder) == MODELS
    assert cached_models(ENDPOINT, folder) == ["a", "b\x1b[2J"]


def test_a_newer_list_takes_the_place_of_the_older(tmp_path: Path) -> None:
    newer = ModelList((), MODELS.asked + 1)
    keep_list(ENDPOINT, MODELS, tmp_path)
    keep_list(ENDPOINT, newer, tmp_path)

    assert cached_list(ENDPOINT, tmp_path) == newer
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "other",
    [
        Endpoint("other", "openai-chat", "http://localhost:8080/v1", "KEY"),
        Endpoint("local", "openai-chat", "http://localhost:8081/v1", "KEY"),
        Endpoint("local", "anthropic-messages", "http://localhost:8080/v1", "KEY"),
    ],
)
def test_another_server_has_a_list_of_its_own(other: Endpoint, tmp_path: Path) -> None:
    keep_list(ENDPOINT, MODELS, tmp_path)

    assert cached_list(other, tmp_path) is None
    assert cached_models(other, tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of Unix")
def test_only_the_user_can_read_it_and_no_key_is_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    before = os.umask(0)
    try:
        keep_list(ENDPOINT, MODELS, folder)
    finally:
        os.umask(before)

    path = the_file(folder)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert KEY not in path.read_text() + path.name


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"models": [{"id": 3}], "asked": 1}',
        b'{"models": [{}], "asked": 1}',
        b"[" * 10**6,
    ],
)
def test_a_damaged_file_is_like_none(damaged: bytes, tmp_path: Path) -> None:
    keep_list(ENDPOINT, MODELS, tmp_path)
    the_file(tmp_path).write_bytes(damaged)

    assert cached_list(ENDPOINT, tmp_path) is None
    keep_list(ENDPOINT, MODELS, tmp_path)
    assert cached_list(ENDPOINT, tmp_path) == MODELS


def test_a_file_that_is_too_long_is_like_none(tmp_path: Path) -> None:
    keep_list(ENDPOINT, MODELS, tmp_path)
    with the_file(tmp_path).open("ab") as file:
        file.truncate(20_000_000)

    assert cached_list(ENDPOINT, tmp_path) is None


def test_a_folder_that_cannot_be_written_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "file"
    folder.write_text("")
    keep_list(ENDPOINT, MODELS, folder)

    assert cached_list(ENDPOINT, folder) is None


def test_no_half_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", no_space)
    keep_list(ENDPOINT, MODELS, tmp_path)

    assert not list(tmp_path.iterdir())


def test_without_a_folder_it_is_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path)
    keep_list(ENDPOINT, MODELS)

    assert cached_models(ENDPOINT) == ["a", "b\x1b[2J"]
    assert the_file(tmp_path).name == "models"
