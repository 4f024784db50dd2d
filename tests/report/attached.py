"""A round with attachments, for reports."""

from diptych.core.attachment import Attachment, contents_by_hash
from diptych.core.message import Message, TextPart
from diptych.core.request import Request
from diptych.core.round import Round
from diptych.core.run import Run
from tests.report.runs import begun


def with_files(*attachments: Attachment) -> Round:
    """A round whose only side was sent these files, and has answered."""
    asked = Message("user", (*(each.file for each in attachments), TextPart("What is it?")))
    run = Run("left", Request(begun().request.settings, (asked,), contents_by_hash(attachments)), began=1_000.0)
    run.text.append("A cat.")
    run.complete()
    return Round("What is it?", 1_000.0, (run,))
