"""Which theme the app begins with: the one that the user chose last, or the one that the config file names."""

from collections.abc import Collection

from textual.theme import BUILTIN_THEMES

from diptych.core.text.sanitize import clean_line
from diptych.core.wording.did_you_mean import did_you_mean
from diptych.store.state_file import StateFile
from diptych.tui.themes import DARK, LIGHT

_THEME = "theme"


def theme_problem(name: str) -> str:
    """Return a sentence if neither Diptych nor Textual has a theme of that name, else ""."""
    known = (DARK.name, LIGHT.name, *BUILTIN_THEMES)
    return "" if name in known else _no_such_theme(name, known)


class ThemeChoice:
    """Keeps a theme that the user chooses, together with the one that the config file named at that time.

    The kept theme is used until the config file names another one than then. Without a `file` nothing is kept.
    """

    def __init__(self, configured: str = "", file: StateFile | None = None) -> None:
        self._configured = configured
        self._file = file

    def first(self, known: Collection[str]) -> tuple[str, str]:
        """Return the theme to begin with, and a sentence if the one that was asked for is not known."""
        wanted = self._kept() or self._configured or DARK.name
        if wanted in known:
            return wanted, ""
        return DARK.name, _no_such_theme(wanted, known)

    def configure(self, configured: str) -> bool:
        """Take over what the config file names now. Returns whether that is another theme than before."""
        changed, self._configured = configured != self._configured, configured
        return changed

    def keep(self, name: str) -> str:
        """Keep a theme that the user chose. Returns a sentence if it cannot be kept."""
        if self._file is None:
            return ""
        try:
            self._file.keep(_THEME, {"chosen": name, "configured": self._configured})
        except OSError as error:
            where = clean_line(str(self._file.path))
            return f"The theme cannot be kept for the next start: {where}: {error.strerror or error}."
        return ""

    def _kept(self) -> str:
        """Return the theme that was chosen, "" if the config file has named another one since."""
        kept = self._file.read().get(_THEME) if self._file else None
        if not isinstance(kept, dict) or kept.get("configured") != self._configured:
            return ""
        chosen = kept.get("chosen")
        return chosen if isinstance(chosen, str) else ""


def _no_such_theme(name: str, known: Collection[str]) -> str:
    return f"There is no theme {clean_line(name)!r}, so {DARK.name} is used.{did_you_mean(name, known)}"
