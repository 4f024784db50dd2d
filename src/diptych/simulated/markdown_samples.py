"""The answers of the simulated models that show how Markdown is rendered: prose, code and tables."""

from collections.abc import Mapping
from types import MappingProxyType

from diptych.simulated.script import Voice

_MARKDOWN_LEFT = """\
# Markdown, as it streams

This sample is *simulated*; the rendering is **real**. It has ***both at once***, `code in a line`, ~~second \
thoughts~~ and a [link to Textual](https://textual.textualize.io).

## Lists

1. First, the prompt.
2. Then, on both sides:
   - the thinking, if any,
   - the answer,
     - and what it is made of.
3. At the end, the figures.

### Tasks

- [x] Ask both sides
- [x] Read along
- [ ] Open an event with Enter

> “Premature optimization is the root of all evil.”
>
> > – Donald Knuth, 1974

---

A line that ends here,\\
and one after a hard break.
"""
_MARKDOWN_RIGHT = """\
Markdown, spelled differently
============================

The right side uses the *other* spelling of everything: __strong__, _emphasis_, and bare links such as \
<https://platform.openai.com/docs>. It is simulated as well.

Why compare?
------------

* Two answers side by side,
* one time axis,

  with a paragraph inside an item,
* and no network needed.

> A quote with a list in it:
>
> - calm
> - legible

#### Still to do

- [ ] Set `OPENAI_API_KEY`
- [ ] Start `diptych` again

***

Symbols that must survive: 5 * 3 < 16 & “quotes”, naïve café, 日本語, 🎭, and \\*no emphasis\\*.
"""
_CODE_LEFT = """\
This code is simulated, but it is correct. First Python:

```python
import asyncio


async def both(left: str, right: str) -> tuple[str, str]:
    \"\"\"Ask two models at the same time.\"\"\"
    async with asyncio.TaskGroup() as group:
        first = group.create_task(ask(left))
        second = group.create_task(ask(right))
    return first.result(), second.result()
```

Then the same in a shell:

```sh
export ANTHROPIC_API_KEY=sk-ant-...   # your own
diptych run "Why is the sky blue?" --json | jq '.left.timing, .right.timing'
```

While an answer grows, its last code block is shown and coloured as far as it goes.
"""
_CODE_RIGHT = """\
Here is a simulated answer with code. In Rust, a reader of server-sent events starts like this:

```rust
fn fields(line: &str) -> Option<(&str, &str)> {
    match line.split_once(':') {
        Some(("", _)) => None, // a comment, often sent to keep the connection open
        Some((name, value)) => Some((name, value.strip_prefix(' ').unwrap_or(value))),
        None => Some((line, "")),
    }
}
```

And this is what it reads, as JSON:

```json
{
  "type": "response.output_text.delta",
  "delta": "Hello",
  "sequence_number": 4
}
```

Open any event below with Enter to see a whole one.
"""
_TABLE_LEFT = """\
The figures are simulated, and the tables are real. A small one:

| key | does |
| --- | --- |
| Enter | opens an event |
| `[` `]` | the previous and the next event |
| Esc | stops |

One with aligned columns:

| side | first token | rate | stop |
| :--- | ---: | ---: | :---: |
| left | 0.31 s | 98 tok/s | `end_turn` |
| right | 0.66 s | 54 tok/s | `stop` |

And one too wide for its pane:

| state | what it means | what is kept | what comes next |
| --- | --- | --- | --- |
| complete | the provider's terminal event arrived | all of it | the next prompt |
| cut | the stream ended without that event | the text so far | ask again with `r` |
| failed | a bad status, an error event, a lost connection | the text so far | read the sentence below the answer |
"""
_TABLE_RIGHT = """\
The same in tables (simulated as well).

| API | starts with | ends with |
|:----|:------------|:----------|
| Messages | `message_start` | `message_stop` |
| Chat Completions | a role | a `finish_reason` |
| Responses | `response.created` | `response.completed` |

Cells may hold *emphasis*, `a | b` written `a \\| b`, or nothing:

| cell | content |
|---|---|
| emphasis | *like* **this** |
| pipe | a \\| b |
| empty | |

Figures line up on the right:

| tokens | seconds |
|---:|---:|
| 1 | 0.4 |
| 120 | 2.1 |
| 3,000 | 48.7 |
"""

SAMPLES: Mapping[str, Mapping[Voice, str]] = MappingProxyType(
    {
        "markdown": {"left": _MARKDOWN_LEFT, "right": _MARKDOWN_RIGHT},
        "code": {"left": _CODE_LEFT, "right": _CODE_RIGHT},
        "table": {"left": _TABLE_LEFT, "right": _TABLE_RIGHT},
    }
)
"""The sample text of each scenario, for each voice."""
