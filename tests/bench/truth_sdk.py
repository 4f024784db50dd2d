"""The loop that the SDK's documentation shows, with a clock around it.

Run as a module: the port, the model, how many streams at once, how many each in turn, and the file for the claims.
"""

import asyncio
import sys
import time

from openai import AsyncOpenAI

from tests.bench.truth_plan import Claim, write_claims


async def ask(client: AsyncOpenAI, model: str, times: int, claims: list[Claim]) -> None:
    """Ask one request after another."""
    for _ in range(times):
        began = time.perf_counter()
        stream = await client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": "bench"}], stream=True
        )
        came: list[tuple[float, str]] = []
        chunk_id = ""
        async for chunk in stream:
            if chunk.choices and (text := chunk.choices[0].delta.content):
                came.append((time.perf_counter(), text))
                chunk_id = chunk.id
        sent, at = [int(text) for _, text in came], [at for at, _ in came]
        claims.append(Claim(at[0] - began, int(chunk_id), sent, at))


async def main(port: str, model: str, streams: str, times: str, file: str) -> None:
    """Ask with one client, which keeps as many connections as it needs."""
    claims: list[Claim] = []
    async with AsyncOpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="bench") as client:
        await asyncio.gather(*(ask(client, model, int(times), claims) for _ in range(int(streams))))
    write_claims(file, claims)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
