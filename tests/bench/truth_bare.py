"""The least that can be done: a bare socket loop that stamps what it reads and keeps it for later.

Run as a module: the port, the model, how many streams at once, how many each in turn, and the file for the claims.
"""

import asyncio
import json
import re
import sys
import time

from tests.bench.truth_plan import Claim, write_claims

_EVENT = re.compile(rb'"id":"(\d+)"[^\n]*"content":"(\d+) "')


async def ask(port: int, model: str, times: int, read: list[tuple[float, list[tuple[float, bytes]]]]) -> None:
    """Ask on one connection, one request after another."""
    body = json.dumps({"model": model, "stream": True, "messages": [{"role": "user", "content": "bench"}]}).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {len(body)}\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(times):
        chunks: list[tuple[float, bytes]] = []
        began = time.perf_counter()
        writer.write(head.encode() + body)
        while chunk := await reader.read(65536):
            chunks.append((time.perf_counter(), chunk))
            if chunk.endswith(b"0\r\n\r\n"):
                break
        read.append((began, chunks))
    writer.close()


def claim(began: float, chunks: list[tuple[float, bytes]]) -> Claim:
    """Return what was read as claims."""
    found = [(at, event) for at, chunk in chunks for event in _EVENT.findall(chunk)]
    arrived = int(found[0][1][0])
    return Claim(found[0][0] - began, arrived, [int(event[1]) for _, event in found], [at for at, _ in found])


async def main(port: str, model: str, streams: str, times: str, file: str) -> None:
    """Ask on all connections at once."""
    read: list[tuple[float, list[tuple[float, bytes]]]] = []
    await asyncio.gather(*(ask(int(port), model, int(times), read) for _ in range(int(streams))))
    write_claims(file, [claim(*each) for each in read])


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
