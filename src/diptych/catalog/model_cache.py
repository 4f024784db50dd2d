"""Keeps what servers listed: one file per server in the user's cache folder, which only the user can read.

A file holds what the server said about its models, and nothing of what they were asked. A file that cannot be read
counts as missing, and a list that cannot be written is not kept: the server can be asked again.
"""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from diptych.config.replace_file import replace_text
from diptych.core.endpoint import Endpoint
from diptych.core.offered_models import ModelList

_MOST_BYTES = 16 * 1024 * 1024


def cache_folder() -> Path:
    """Return the folder of the lists in the user's cache folder."""
    from platformdirs import user_cache_path

    return user_cache_path("diptych", appauthor=False) / "models"


def cached_list(endpoint: Endpoint, folder: Path | None = None) -> ModelList | None:
    """Return what the endpoint's server listed last; None if nothing is kept."""
    import msgspec

    try:
        path = _path(endpoint, folder)
        if path.stat().st_size > _MOST_BYTES:
            return None
        return msgspec.json.decode(path.read_bytes(), type=ModelList)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None


def cached_models(endpoint: Endpoint, folder: Path | None = None) -> list[str]:
    """Return the ids that the endpoint's server listed last, without asking it."""
    kept = cached_list(endpoint, folder)
    return [model.id for model in kept.models] if kept else []


def keep_list(endpoint: Endpoint, models: ModelList, folder: Path | None = None) -> None:
    """Keep what the endpoint's server listed, in place of what it listed before."""
    import msgspec

    with suppress(OSError):
        replace_text(_path(endpoint, folder), msgspec.json.encode(models).decode())


def _path(endpoint: Endpoint, folder: Path | None) -> Path:
    """Return the path of an endpoint's file. Its name tells neither the endpoint nor its address."""
    key = "\n".join((endpoint.name, endpoint.api, endpoint.base_url))
    return (folder or cache_folder()) / f"{sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}.json"
