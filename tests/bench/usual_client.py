"""The comparison as it is usually written, to compare Diptych with: typed streams pushed at Textual's own widgets.

Each side is a worker that iterates the SDK's typed stream, writes the text to `MarkdownStream` and adds a row to a
`DataTable`. Run as a module with the models of both sides; it leaves when both have ended and all is painted.
"""

import sys
import time
from collections.abc import AsyncIterator
from typing import Any, ClassVar

from anthropic import AsyncAnthropic
from anthropic.types import RawContentBlockDeltaEvent, TextDelta
from openai import AsyncOpenAI
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import DataTable, Markdown

PROMPT = "bench"


class UsualClient(App[None]):
    """Two Markdown panes over two tables."""

    CSS: ClassVar[str] = """
    .answer { height: 3fr; border: solid $primary; }
    DataTable { height: 2fr; border: solid $primary; }
    """

    def __init__(self, left: str, right: str) -> None:
        super().__init__()
        self._models = {"left": left, "right": right}
        self._open_streams = len(self._models)

    def compose(self) -> ComposeResult:
        with Horizontal():
            for side in self._models:
                with Vertical():
                    with VerticalScroll(classes="answer", id=f"{side}-scroll"):
                        yield Markdown(id=f"{side}-answer")
                    yield DataTable(id=f"{side}-events", cursor_type="row")

    def on_mount(self) -> None:
        self.run_worker(self._show("left", ask_anthropic(self._models["left"])))
        self.run_worker(self._show("right", ask_openai(self._models["right"])))

    async def _show(self, side: str, events: AsyncIterator[tuple[str, str]]) -> None:
        table: DataTable[Any] = self.query_one(f"#{side}-events", DataTable)
        table.add_columns("#", "at", "event", "detail")
        self.query_one(f"#{side}-scroll", VerticalScroll).anchor()
        markdown = Markdown.get_stream(self.query_one(f"#{side}-answer", Markdown))
        began, number = time.monotonic(), 0
        async for name, text in events:
            number += 1
            table.add_row(number, f"{time.monotonic() - began:.3f}", name, repr(text))
            table.move_cursor(row=number - 1)
            await markdown.write(text)
        await markdown.stop()
        self._open_streams -= 1
        if not self._open_streams:
            self.exit()


async def ask_anthropic(model: str) -> AsyncIterator[tuple[str, str]]:
    """The name and text of each event of Anthropic's stream."""
    async with AsyncAnthropic() as client:
        stream = await client.messages.create(
            model=model, max_tokens=8192, messages=[{"role": "user", "content": PROMPT}], stream=True
        )
        async for event in stream:
            text = ""
            if isinstance(event, RawContentBlockDeltaEvent) and isinstance(event.delta, TextDelta):
                text = event.delta.text
            yield event.type, text


async def ask_openai(model: str) -> AsyncIterator[tuple[str, str]]:
    """The name and text of each event of OpenAI's stream."""
    async with AsyncOpenAI() as client:
        stream = await client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": PROMPT}], stream=True
        )
        async for chunk in stream:
            yield "chunk", (chunk.choices[0].delta.content or "") if chunk.choices else ""


if __name__ == "__main__":
    UsualClient(*sys.argv[1:]).run()
