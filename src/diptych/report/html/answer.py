"""An answer's Markdown as harmless HTML.

HTML in the answer stays text, pictures become words, and the only addresses are those of web and mail links. The
Markdown is read by the same parser that the screen uses.
"""

from collections.abc import Iterator, Sequence
from functools import cache, partial
from itertools import groupby
from typing import Any, assert_never

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from diptych.core.text.sanitize import clean
from diptych.markdown.grammar import inline_grammar, tokenize
from diptych.markdown.leaves import Leaf, ListItem
from diptych.markdown.reader import read_markdown
from diptych.markdown.table import cells
from diptych.report.html.html_tables import scrolling

_SCHEMES = ("http://", "https://", "mailto:")
_DEEPEST = 6
"""The lowest level of a heading in HTML."""

_ALIGNMENTS = {"right": ' class="to-right"', "center": ' class="to-center"'}
"""Classes, since the page's policy forbids style attributes."""

Block = list[Leaf]
"""A leaf, followed by the leaves that continue its text."""

Env = dict[str, Any]
"""Link references, as markdown-it keeps them."""


def answer_html(text: str, level: int = 2) -> str:
    """Return a model's Markdown as HTML blocks. `level` is that of the page's heading above them.

    The headings of an answer begin one level below, and skip none, whatever levels the model chose.
    """
    leaves, references = read_markdown(clean(text))
    _put_headings_below(level, leaves)
    blocks: list[Block] = []
    for leaf in leaves:
        if leaf.is_continuation:
            blocks[-1].append(leaf)
        else:
            blocks.append([leaf])
    html = _html(blocks, 0, references.env)
    return clean(html)  # character references can bring back what `clean` removed from the text


def _put_headings_below(level: int, leaves: Sequence[Leaf]) -> None:
    """Give each heading the level that it has on the page: one below the nearest higher heading before it."""
    above: list[int] = []
    for leaf in leaves:
        if leaf.kind == "heading":
            while above and above[-1] >= leaf.level:
                above.pop()
            above.append(leaf.level)
            leaf.level = min(_DEEPEST, level + len(above))


def _html(blocks: Sequence[Block], depth: int, env: Env, *, is_tight: bool = False) -> str:
    """Return blocks that share their first `depth` containers. In a tight list, paragraphs get no element."""
    html = ""
    for _, group in groupby(blocks, key=partial(_child, depth=depth)):
        inner = list(group)
        leaf = inner[0][0]
        if is_tight and html and not html.endswith("\n"):
            html += "\n"
        if len(leaf.path) == depth:
            html += _block(inner[0], env, is_tight=is_tight)
        elif isinstance(leaf.path[depth], ListItem):
            html += _list(inner, depth, env)
        else:
            html += f"<blockquote>\n{_html(inner, depth + 1, env)}</blockquote>\n"
    return html


def _child(block: Block, depth: int) -> object:
    """Return what a block is part of below its first `depth` containers: a list, a quote, or only itself."""
    path = block[0].path
    if len(path) == depth:
        return block[0]
    container = path[depth]
    return container.list_id if isinstance(container, ListItem) else container


def _list(blocks: Sequence[Block], depth: int, env: Env) -> str:
    items = [list(group) for _, group in groupby(blocks, key=lambda block: block[0].path[depth])]
    is_loose = any(item[0][0].spaced for item in items[1:]) or any(_has_gap(item, depth + 1) for item in items)
    number = getattr(items[0][0][0].path[depth], "number", None)
    tag = "ul" if number is None else "ol"
    start = "" if number in (None, 1) else f' start="{number}"'
    lines = [_item(item, depth, env, is_tight=not is_loose) for item in items]
    return "\n".join([f"<{tag}{start}>", *lines, f"</{tag}>\n"])


def _item(blocks: Sequence[Block], depth: int, env: Env, *, is_tight: bool) -> str:
    task = getattr(blocks[0][0].path[depth], "task", None)
    box = "" if task is None else "☑ " if task else "☐ "
    inner = _html(blocks, depth + 1, env, is_tight=is_tight)
    if inner.startswith("<p>"):
        return f"<li>\n<p>{box}{inner.removeprefix('<p>')}</li>"
    return f"<li>{box}{inner}</li>"


def _has_gap(blocks: Sequence[Block], depth: int) -> bool:
    """Whether a blank line stands between two of the blocks, which share their first `depth` containers."""
    firsts = [next(group)[0] for _, group in groupby(blocks, key=partial(_child, depth=depth))]
    return any(leaf.spaced for leaf in firsts[1:])


def _block(block: Block, env: Env, *, is_tight: bool) -> str:
    leaf = block[0]
    match leaf.kind:
        case "paragraph":
            text = _text(block, env)
            return text if is_tight else f"<p>{text}</p>\n"
        case "heading":
            return f"<h{leaf.level}>{_text(block, env)}</h{leaf.level}>\n"
        case "code":
            code = "".join(f"{line}\n" for line in leaf.lines)
            return f'<pre tabindex="0"><code>{escapeHtml(code)}</code></pre>\n'
        case "table":
            head, *rows = [_row(leaf, line, "td" if number else "th", env) for number, line in enumerate(leaf.lines)]
            body = f"<tbody>\n{''.join(rows)}</tbody>\n" if rows else ""
            return f"{scrolling('Table')}<table>\n<thead>\n{head}</thead>\n{body}</table></div>\n"
        case "rule":
            return "<hr />\n"
        case "empty" | "definitions":
            return ""
        case _:
            assert_never(leaf.kind)


def _row(leaf: Leaf, line: str, tag: str, env: Env) -> str:
    found = zip(cells(line, len(leaf.alignments)), leaf.alignments, strict=True)
    shown = [f"<{tag}{_ALIGNMENTS.get(aligned, '')}>{_inline(cell.text, env)}</{tag}>\n" for cell, aligned in found]
    return f"<tr>\n{''.join(shown)}</tr>\n"


def _text(block: Block, env: Env) -> str:
    return "".join(_inline(leaf.content, env, leaf) for leaf in block).strip(" \t\n")


def _inline(source: str, env: Env, leaf: Leaf | None = None) -> str:
    parser = _grammar()
    closer, is_mid_line = (leaf.initial_closer, leaf.is_continuation) if leaf else ("", False)
    tokens = list(_tamed(tokenize(source, parser, env, closer, is_mid_line=is_mid_line).tokens))
    rendered: str = parser.renderer.render(tokens, parser.options, env)
    return rendered


def _tamed(tokens: Sequence[Token]) -> Iterator[Token]:
    refused = ""
    for token in tokens:
        match token.type:
            case "link_open" if not _is_allowed(href := str(token.attrs["href"])):
                refused = href  # from a reference definition: the parser itself checks only addresses in the text
                yield _as_text(token, "[")
            case "link_open":
                token.attrs = {"href": token.attrs["href"], "rel": "noopener noreferrer nofollow"}
                yield token
            case "link_close" if refused:
                yield _as_text(token, f"]({refused})")
                refused = ""
            case "image":
                yield _as_text(token, f"[image: {token.content}] ({token.attrs['src']})")
            case "text_special":
                yield _as_text(token, token.content)
            case _:
                yield token


def _as_text(token: Token, text: str) -> Token:
    token.type, token.content = "text", text
    return token


def _is_allowed(url: str) -> bool:
    return url.lower().startswith(_SCHEMES)


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the parser's own name
        """Whether a link or a picture may have that address. Where not, its source is shown as it was written."""
        return _is_allowed(url)


@cache
def _grammar() -> MarkdownIt:
    grammar = inline_grammar(_Parser)
    grammar.add_render_rule("formula", _formula)
    return grammar


def _formula(_renderer: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    return f'<span class="formula">{escapeHtml(tokens[index].content)}</span>'
