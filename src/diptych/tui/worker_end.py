"""How a worker of Textual has ended."""

from typing import Any

from textual.worker import Worker, WorkerState


def is_done(worker: Worker[Any]) -> bool:
    """Whether a worker has returned, or has failed with its `error`.

    One that was cancelled has an error as well, a `CancelledError`: a screen that raises it stops to handle messages.
    """
    return worker.state in (WorkerState.SUCCESS, WorkerState.ERROR)
