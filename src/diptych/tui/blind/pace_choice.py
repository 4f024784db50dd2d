"""When the answers of blind rounds are shown: as the user chose it last, or as the config file says."""

from diptych.core.blind import BLIND_PACES, BlindPace
from diptych.store.state_file import StateFile

_NAME = "blind_pace"


class PaceChoice:
    """Keeps a choice of the user, together with what the config file said at that time.

    The choice is used until the config file says something else than then. Without a `file` nothing is kept.
    """

    def __init__(self, configured: str = "", file: StateFile | None = None) -> None:
        self._configured = configured
        self._file = file
        self.now: BlindPace = _known(self._kept()) or _known(configured) or BLIND_PACES[0]

    def configure(self, configured: str) -> None:
        """Take over what the config file says now, if that has changed."""
        if configured != self._configured:
            self._configured = configured
            self.now = _known(configured) or BLIND_PACES[0]

    def choose(self, pace: BlindPace) -> str:
        """Use a pace from now on, and at the next start. Returns a sentence if it cannot be kept."""
        self.now = pace
        if self._file is None:
            return ""
        try:
            self._file.keep(_NAME, {"chosen": pace, "configured": self._configured})
        except OSError as error:
            return f"The pace of blind rounds cannot be kept for the next start: {error.strerror or error}."
        return ""

    def _kept(self) -> object:
        kept = self._file.read().get(_NAME) if self._file else None
        return kept.get("chosen") if isinstance(kept, dict) and kept.get("configured") == self._configured else None


def _known(name: object) -> BlindPace | None:
    return next((pace for pace in BLIND_PACES if pace == name), None)
