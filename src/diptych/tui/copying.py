"""Copies answers, requests and events to the clipboard, and tells the user what was copied."""

from textual.app import App

from diptych.core.naming import side_name
from diptych.core.run import Run
from diptych.core.wording.counted import counted
from diptych.tui.key_names import key_in_text
from diptych.tui.saying import tell, warn
from diptych.tui.screens.pane_keys import EXPORT_KEY

SURELY_COPIED = 75_000
"""Characters that every terminal copies to the clipboard: OSC 52 encodes them, which takes a third more room."""

_MOST_COPIED = 4_000_000
"""Characters of events that are copied at most. More would take a moment to write, and no terminal would take them."""


def copy_answer(app: App[object], run: Run | None, name: str) -> None:
    """Copy an answer as the model wrote it; `name` is the name of its side."""
    text = "".join(run.text or run.refusal) if run else ""
    if not text:
        warn(app, "There is no text to copy yet.")
        return
    copy_text(app, text, f"the {name} answer")


def copy_request(app: App[object], run: Run, index: int | None = None) -> None:
    """Copy the request to which a line belongs, or the last one, as a `curl` command."""
    from diptych.report.curl.command import curl_command, sent_request  # imported late: it is rarely used

    sent = sent_request(run, index)
    if sent is None:
        warn(app, "There is no request to copy yet.")
        return
    command = curl_command(run, sent)
    remarks = " Read its first lines before you run it." if command.startswith(": ") else ""
    copy_text(app, command, f"the {side_name(run.label)} request as a curl command", remarks)


def copy_events(app: App[object], run: Run) -> None:
    """Copy every line of a run as JSON Lines."""
    from diptych.codec.objects import event_objects  # imported late: it is rarely used
    from diptych.core.json_text import to_json

    lines: list[str] = []
    characters = 0
    for each in event_objects(run):
        lines.append(to_json(each) + "\n")
        characters += len(lines[-1])
        if characters > _MOST_COPIED:
            sentence = (
                f"The events are too much for the clipboard. {key_in_text(app, EXPORT_KEY)} writes them to a file."
            )
            warn(app, sentence)
            return
    if not lines:
        warn(app, "There are no events to copy yet.")
        return
    copy_text(app, "".join(lines), f"{counted(len(lines), 'line')} of the {side_name(run.label)} events")


def copy_text(app: App[object], text: str, what: str, remarks: str = "") -> None:
    """Copy a text and say so. `what` is its name within a sentence; `remarks` follow the sentence."""
    app.copy_to_clipboard(text)
    tell(app, f"Copied {what}, {counted(len(text), 'character')}.{_doubt_about(app, len(text))}{remarks}")


def _doubt_about(app: App[object], characters: int) -> str:
    """Return a sentence if some terminals would not copy so much, to stand after what was copied; else ""."""
    if characters <= SURELY_COPIED:
        return ""
    return f" Some terminals copy no more than 100,000; {key_in_text(app, EXPORT_KEY)} writes a file."
