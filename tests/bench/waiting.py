"""Takes the write lock of a history again and again until a line comes in. Run as a module: the history.

Prints a line once it has begun, and at the end the longest wait in milliseconds.
"""

import select
import sqlite3
import sys
import time
from contextlib import closing


def main(path: str) -> None:
    """Wait, as any program would that writes there."""
    longest = 0.0
    with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as connection:
        print("begun", flush=True)
        while not select.select([sys.stdin], [], [], 0.002)[0]:
            began = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            longest = max(longest, time.perf_counter() - began)
            connection.execute("ROLLBACK")
    print(1000 * longest)


if __name__ == "__main__":
    main(*sys.argv[1:])
