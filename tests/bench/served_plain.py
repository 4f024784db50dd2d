"""The usual server of a stream: a coroutine per connection that sleeps until the next event is due, and writes it.

Run as a module with a file of the times of the events. It prints its address, and serves until it is killed.
"""

import asyncio
import json
import sys
from pathlib import Path

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


async def main(delays: list[float]) -> None:
    """Serve."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.lower().partition(b"content-length:")[2].split()[0]))
        loop = asyncio.get_running_loop()
        received = loop.time()
        writer.write(_HEAD)
        for number, delay in enumerate(delays):
            await asyncio.sleep(received + delay - loop.time())
            choice = {"index": 0, "delta": {"content": f"{number} "}, "finish_reason": None}
            event = f"data: {json.dumps({'id': 'served', 'choices': [choice]})}\n\n".encode()
            writer.write(b"%x\r\n%b\r\n" % (len(event), event))
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text())))
