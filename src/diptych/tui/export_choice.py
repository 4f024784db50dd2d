"""Which format the export dialog begins with: the one that was written last, at this start or an earlier one."""

from typing import Protocol, runtime_checkable

from diptych.core.text.sanitize import clean_line
from diptych.store.state_file import StateFile
from diptych.tui.exportable import Exportable


class ExportChoice:
    """Remembers the formats of the last exports in a file; without a `file` only until the app ends."""

    def __init__(self, file: StateFile | None = None) -> None:
        self._file = file
        self._chosen: dict[str, str] = {}

    def form_of(self, what: Exportable) -> str:
        """Return the format to begin with."""
        name = what.kept_as
        kept = self._chosen.get(name) or (self._file.read().get(name) if self._file else None)
        return next((form for form in what.forms if form == kept), next(iter(what.forms)))

    def keep(self, what: Exportable, form: str) -> str:
        """Remember a format that was written. Return a sentence if the next start will not know it."""
        if form == self.form_of(what):
            return ""
        self._chosen[what.kept_as] = form
        try:
            if self._file:
                self._file.keep(what.kept_as, form)
        except OSError as error:
            where = clean_line(str(self._file.path if self._file else ""))
            return f"The format cannot be kept for the next start: {where}: {error.strerror or error}."
        return ""


@runtime_checkable
class RemembersExports(Protocol):
    """An app that remembers how its user exports."""

    exports: ExportChoice
