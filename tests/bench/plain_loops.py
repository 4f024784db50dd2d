"""The two loops that Diptych is compared with: both SDKs' typed streams in one process, every event printed.

Run as a module with the models of both sides; the environment says where the server is.
"""

import asyncio
import sys

from anthropic import AsyncAnthropic
from openai import AsyncOpenAI

PROMPT = "bench"


async def ask_anthropic(model: str) -> None:
    """Print every event of Anthropic's stream."""
    async with AsyncAnthropic() as client:
        stream = await client.messages.create(
            model=model, max_tokens=8192, messages=[{"role": "user", "content": PROMPT}], stream=True
        )
        async for event in stream:
            print(event)


async def ask_openai(model: str) -> None:
    """Print every event of OpenAI's stream."""
    async with AsyncOpenAI() as client:
        stream = await client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": PROMPT}], stream=True
        )
        async for chunk in stream:
            print(chunk)


async def main(left: str, right: str) -> None:
    """Ask both at once."""
    await asyncio.gather(ask_anthropic(left), ask_openai(right))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
