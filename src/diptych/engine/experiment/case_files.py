"""Reads the files that go with a case, at the moment when they are sent."""

from collections.abc import Mapping
from pathlib import Path

from diptych.attachments.load_attachment import load_attachment
from diptych.core.attachment import contents_by_hash
from diptych.core.experiment.case import Case
from diptych.core.text.sanitize import clean_line


def read_case_files(case: Case) -> Mapping[str, bytes]:
    """Return the contents of the files of a case by their SHA-256. Blocks.

    Raises `ValueError` with a sentence for users if a file is gone, or is not the one that the plan names.
    """
    expected = [file.sha256 for file in case.messages[-1].files]
    attachments = [load_attachment(Path(path)) for path in case.attach]
    for path, attachment in zip(case.attach, attachments, strict=True):
        if attachment.file.sha256 not in expected:
            raise ValueError(
                f"{clean_line(path)} has changed since the experiment was planned, so the case "
                f"{clean_line(case.id)} was not sent."
            )
    return contents_by_hash(attachments)
