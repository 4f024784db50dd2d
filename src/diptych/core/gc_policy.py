"""Keeps the garbage collector from looking, again and again, at much that is being made and stays."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collections() -> Iterator[None]:
    """No collections meanwhile."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def much_that_stays() -> Iterator[None]:
    """What is made meanwhile is looked at once, and by no later collection; `gc.unfreeze()` ends that."""
    with no_collections():
        yield
    gc.collect(1)
    gc.freeze()
