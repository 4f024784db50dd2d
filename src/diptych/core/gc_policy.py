"""Keeps the garbage collector from walking through many new, long-lived objects again and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collections() -> Iterator[None]:
    """Switch garbage collection off for the block."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def importing() -> Iterator[None]:
    """Import modules in the block without collections, and exempt what they made from later ones.

    Nothing that an import makes is garbage. With collections, importing an SDK takes a fifth longer.
    """
    with no_collections():
        yield
        gc.freeze()


@contextmanager
def long_lived_objects() -> Iterator[None]:
    """Collect once after the block and exempt the surviving objects from later collections, until `gc.unfreeze()`."""
    with no_collections():
        yield
    gc.collect(1)
    gc.freeze()
