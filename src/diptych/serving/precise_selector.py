"""A selector that waits to the microsecond. The one of asyncio rounds up to the next millisecond on Linux."""

import select
import selectors
import sys
from typing import TYPE_CHECKING

if sys.platform == "linux":

    class PreciseSelector(selectors.EpollSelector):
        """An epoll selector that waits with `select`, which is precise, for the epoll descriptor to become readable."""

        def select(self, timeout: float | None = None) -> "list[tuple[selectors.SelectorKey, int]]":
            """Return the descriptors that are ready, after at most `timeout` seconds."""
            if timeout is not None and timeout > 0:
                select.select([self.fileno()], [], [], timeout)
                timeout = 0
            return super().select(timeout)

elif not TYPE_CHECKING:
    PreciseSelector = selectors.DefaultSelector
