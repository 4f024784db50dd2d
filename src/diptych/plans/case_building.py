"""Makes cases of entries: fills templates in, reads the files that go with a prompt, and reads checks."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diptych.attachments.load_attachment import AttachmentError, load_attachment
from diptych.core.experiment.case import Case
from diptych.core.experiment.checks.check import Check
from diptych.core.experiment.checks.check_reading import CheckError, read_checks
from diptych.core.message import FilePart, Message, TextPart
from diptych.core.text.excerpt import excerpt
from diptych.core.text.sanitize import clean_line
from diptych.json_schema.validation import schema_problem
from diptych.plans.entry import Entry
from diptych.plans.set_problems import LineError

if TYPE_CHECKING:
    from diptych.core.prompt_template import PromptTemplate, PromptTemplateError

LONGEST_ID = 200
"""The most characters of the ID of a case: it stands in tables, in rows and in reports."""

_MARKS = re.compile(r"\{[{%#]")
"""What begins a variable, a condition or loop, and a comment of a template."""

_KEPT_TEMPLATES = 256
"""Templates that are kept compiled. Prompts of a set that are templates themselves are mostly all different."""


class CaseBuilder:
    """Makes the cases of one set. `template` makes every prompt, where there is one.

    Attached files are found from `folder`, and the commands of checks run in it. `checks` are those of every case,
    after its own; so are `attach`, the absolute paths of files that go with every prompt.
    """

    def __init__(
        self,
        folder: Path,
        template: "PromptTemplate | None" = None,
        checks: Sequence[Check] = (),
        attach: Sequence[Path] = (),
    ) -> None:
        self._folder = folder.absolute()
        self._template = template
        self._checks = checks
        self._attach = attach
        self._files: dict[Path, FilePart] = {}
        self._last_checks: tuple[str, tuple[Check, ...]] = ("", ())

    @property
    def has_template(self) -> bool:
        """Whether a template makes the prompts."""
        return self._template is not None

    def case(self, entry: Entry) -> Case:
        """Return the case of an entry. Raises `LineError`."""
        turns = list(self._turns(entry))
        role, prompt = turns.pop()
        if role != "user":
            raise LineError("the last message is not the user's, so there is no prompt")
        if not prompt.strip():
            raise LineError("the prompt is empty")
        paths = (*map(self._path, entry.attach), *self._attach)
        return Case(
            _checked_id(entry),
            (
                *(Message.of_text("user" if role == "user" else "assistant", text) for role, text in turns),
                Message("user", (*map(self._file, paths), TextPart(prompt))),
            ),
            (*self._own_checks(entry), *self._checks),
            tuple(map(str, paths)),
            entry.system,
        )

    def _turns(self, entry: Entry) -> Iterator[tuple[str, str]]:
        """Yield who says what in the conversation, the prompt last, with all templates filled in."""
        turns = [(role, _filled(text, entry.variables)) for role, text in entry.turns]
        if entry.prompt is not None:
            turns.append(("user", _filled(entry.prompt, entry.variables)))
        if self._template is None:
            if not turns:
                raise LineError("there is no prompt, and no template that makes one")
            yield from turns
            return
        values: dict[str, Any] = {"id": entry.id or str(entry.line)}
        if turns and turns[-1][0] == "user":
            values["prompt"] = turns.pop()[1]
        yield from turns
        yield "user", _fill(self._template, values | dict(entry.variables))

    def _path(self, written: str) -> Path:
        try:
            return self._folder / Path(written).expanduser()
        except RuntimeError:
            raise LineError(f"attach: there is no home directory for {excerpt(written, LONGEST_ID)}") from None

    def _file(self, path: Path) -> FilePart:
        """Return what a message says about an attached file. A file that several cases have is read once."""
        known = self._files.get(path)
        if known is None:
            try:
                known = self._files[path] = load_attachment(path).file
            except AttachmentError as error:
                raise LineError(str(error).rstrip(".")) from None
        return known

    def _own_checks(self, entry: Entry) -> tuple[Check, ...]:
        """Return the checks of an entry. Cases that have the same ones, one after another, share them."""
        written = repr(entry.checks)  # in which 1 is not True
        if written != self._last_checks[0]:
            try:
                self._last_checks = written, read_checks(entry.checks, schema_problem, str(self._folder))
            except CheckError as error:
                raise LineError(str(error)) from None
        return self._last_checks[1]


def _checked_id(entry: Entry) -> str:
    """Return the ID of a case: that of its line, or else the number of the line."""
    if entry.id is None:
        return str(entry.line)
    case_id = entry.id.strip()
    if not case_id or clean_line(case_id) != case_id:
        raise LineError("id: expected a name on one line, without control characters")
    if len(case_id) > LONGEST_ID:
        raise LineError(f"id: longer than {LONGEST_ID} characters")
    return case_id


def _filled(text: str, variables: Mapping[str, Any]) -> str:
    """Return a text of a set with its variables filled in. Without variables it is a text in which braces mean nothing.

    Raises `LineError`.
    """
    return _fill(_template(text), variables) if variables and _MARKS.search(text) else text


@lru_cache(maxsize=_KEPT_TEMPLATES)
def _template(text: str) -> "PromptTemplate":
    from diptych.core.prompt_template import PromptTemplate, PromptTemplateError  # which load Jinja

    try:
        return PromptTemplate("in this line", text)
    except PromptTemplateError as error:
        raise LineError(_clause(error)) from None


def _fill(template: "PromptTemplate", variables: Mapping[str, Any]) -> str:
    from diptych.core.prompt_template import PromptTemplateError

    try:
        return template.fill(variables)
    except PromptTemplateError as error:
        raise LineError(_clause(error)) from None


def _clause(error: "PromptTemplateError") -> str:
    sentence = str(error).rstrip(".")
    return sentence[0].lower() + sentence[1:]
