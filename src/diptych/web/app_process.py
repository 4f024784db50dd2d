"""The process of the app behind one open page."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from textual_serve.app_service import AppService

_TO_END = 5.0
"""Seconds that an app has to finish its recordings and end after its page was closed."""


class AppProcess(AppService):
    """textual-serve's app service, which starts its program without a shell and does not wait for it forever."""

    def __init__(self, words: Sequence[str], **options: Any) -> None:
        super().__init__("", **options)
        self._words = words

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """Start the app with its arguments as they are. It inherits the environment, and with it the keys."""
        environment = self._build_environment(width, height)
        self._process = process = await asyncio.create_subprocess_exec(
            *self._words, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment
        )
        self._stdin = process.stdin
        return process

    async def run(self) -> None:
        """Pass on what the app paints until it ends, then close its page: the app may have crashed."""
        await super().run()
        await self.remote_close()

    async def end(self) -> None:
        """Ask the app to end, and kill it if that takes too long."""
        process = self._process
        if process is None:
            return
        try:
            async with asyncio.timeout(_TO_END):
                await self.stop()
                await process.communicate()  # it cannot end while nobody reads what it writes
        except (TimeoutError, ConnectionError):
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
