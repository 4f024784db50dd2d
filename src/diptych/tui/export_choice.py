"""Which format the export dialog begins with: the one that was written last, at this start or an earlier one."""

from typing import Protocol, runtime_checkable

from diptych.core.text.sanitize import clean_line
from diptych.report.formats import FORMS, Form
from diptych.store.state_file import StateFile

_FORMAT = "export_format"


class ExportChoice:
    """Remembers the format of the last export in a file; without a `file` only until the app ends."""

    def __init__(self, file: StateFile | None = None) -> None:
        self._file = file
        self._chosen: Form | None = None

    @property
    def form(self) -> Form:
        """The format to begin with."""
        kept = self._chosen or (self._file.read().get(_FORMAT) if self._file else None)
        return next((form for form in FORMS if form == kept), FORMS[0])

    def keep(self, form: Form) -> str:
        """Remember a format that was written. Return a sentence if the next start will not know it."""
        if form == self.form:
            return ""
        self._chosen = form
        try:
            if self._file:
                self._file.keep(_FORMAT, form)
        except OSError as error:
            where = clean_line(str(self._file.path if self._file else ""))
            return f"The format cannot be kept for the next start: {where}: {error.strerror or error}."
        return ""


@runtime_checkable
class RemembersExports(Protocol):
    """An app that remembers how its user exports."""

    exports: ExportChoice
