"""What the app keeps from one start to the next, beside the history: small values in a JSON file."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from diptych.store.atomic_write import write_text


class StateFile:
    """A JSON object in a file. A file that is missing or damaged is like an empty one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Mapping[str, Any]:
        """Return what was kept."""
        with suppress(OSError, ValueError, RecursionError):
            kept = json.loads(self.path.read_bytes())
            if isinstance(kept, dict):
                return kept
        return {}

    def keep(self, name: str, value: Any) -> None:
        """Keep a value that JSON can hold under a name, beside all others. Raises `OSError`."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        kept = {**self.read(), name: value}
        write_text(self.path, [json.dumps(kept, indent=2, ensure_ascii=False), "\n"], overwrite=True)


def state_path() -> Path:
    """Return the file in the user's state folder."""
    from platformdirs import user_state_path

    return user_state_path("diptych", appauthor=False) / "state.json"
