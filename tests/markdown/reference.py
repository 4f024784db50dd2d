"""Describes the leaves that markdown-it and our parser find in the same form, so that they can be compared."""

from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from diptych.markdown.blocks import BlockParser
from diptych.markdown.inline import parse_inline
from diptych.markdown.leaves import Leaf, ListItem, Quote
from diptych.markdown.reader import TextReader
from diptych.markdown.references import References
from diptych.markdown.table import cells

Description = tuple[Any, ...]


def theirs(text: str) -> list[Description]:
    """Return the leaves that markdown-it finds, each with its containers and its content."""
    parser = MarkdownIt("commonmark", {"html": False, "tasklists": True, "maxNesting": 200})
    parser.enable(["table", "strikethrough"])
    return list(_describe(parser.parse(text)))


def ours(pieces: Sequence[str]) -> list[Description]:
    """Return the leaves that our parser finds in a text that arrives in pieces."""
    references = References()
    parser = BlockParser(references)
    reader = TextReader(parser)
    for piece in pieces:
        reader.feed(piece)
    reader.close()
    numbers: dict[object, int] = {}
    described = []
    for leaf in parser.leaves:
        path = tuple(_container(container, numbers) for container in leaf.path)
        described.append((path, *_content(leaf, references.env)))
    return _renumbered(described)


def _container(container: Any, numbers: dict[object, int]) -> Description:
    which = numbers.setdefault(container, len(numbers))
    if isinstance(container, Quote):
        return ("quote", which)
    assert isinstance(container, ListItem)
    of_list = numbers.setdefault(container.list_id, len(numbers))
    return ("item", of_list, which, container.number, container.task)


def _content(leaf: Leaf, env: dict[str, Any]) -> Description:
    match leaf.kind:
        case "heading":
            return "heading", leaf.level, shown(leaf.content, env)
        case "paragraph":
            return "paragraph", shown(leaf.text.strip(" \t"), env)
        case "code":
            return "code", leaf.info, "".join(f"{line}\n" for line in leaf.lines)
        case "table":
            rows = [[shown(cell.text, env) for cell in cells(line, len(leaf.alignments))] for line in leaf.lines]
            return "table", leaf.alignments, rows
        case "rule":
            return ("rule",)
        case _:
            return ("empty",)


def shown(source: str, env: dict[str, Any]) -> list[tuple[str, str]]:
    """Return inline content as our parser reads it: stretches of text with their roles."""
    content = parse_inline(source, env)
    starts = [piece.start for piece in content.pieces] + [len(content.text)]
    runs = [
        (content.text[piece.start : stop], piece.role) for piece, stop in zip(content.pieces, starts[1:], strict=True)
    ]
    return _joined(runs)


def _joined(runs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    joined: list[tuple[str, str]] = []
    for text, role in runs:
        if joined and joined[-1][1] == role:
            joined[-1] = (joined[-1][0] + text, role)
        else:
            joined.append((text, role))
    return joined


_ROLES = {"strong_open": "strong", "em_open": "em", "s_open": "strike", "link_open": "link"}


def _inline(tokens: list[Token] | None) -> list[tuple[str, str]]:
    runs: list[tuple[str, str]] = []
    open_roles: list[str] = []
    for token in tokens or []:
        role = " ".join(open_roles)
        match token.type:
            case "text":
                runs.append((token.content.replace("\t", " "), role))
            case "softbreak":
                runs.append((" ", role))
            case "hardbreak":
                runs.append(("\n", role))
            case "code_inline":
                runs.append((token.content.replace("\t", " "), f"{role} code".strip()))
            case "image":
                alt = "".join(text for text, _ in _inline(token.children)) or "image"
                runs.append((alt, f"{role} image".strip()))
            case kind if kind in _ROLES:
                open_roles.append(_ROLES[kind])
            case _:
                open_roles.pop()
    return _joined([run for run in runs if run[0]])


def _describe(tokens: list[Token]) -> Iterator[Description]:
    described: list[Description] = []
    path: list[Description] = []
    sizes: list[int] = []  # the number of leaves before each open container
    lists: list[list[Any]] = []
    for index, token in enumerate(tokens):
        match token.type:
            case "bullet_list_open" | "ordered_list_open" as kind:
                lists.append([index, int(token.attrs.get("start", 1)) if kind == "ordered_list_open" else None])
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "blockquote_open":
                path.append(("quote", index))
                sizes.append(len(described))
            case "list_item_open":
                of_list, number = lists[-1]
                path.append(("item", of_list, index, number, token.meta.get("checked")))
                sizes.append(len(described))
                lists[-1][1] = None if number is None else number + 1
            case "blockquote_close" | "list_item_close":
                if sizes.pop() == len(described):
                    described.append((tuple(path), "empty"))
                path.pop()
            case _:
                if content := _leaf(tokens, index):
                    described.append((tuple(path), *content))
    return iter(_renumbered(described))


def _leaf(tokens: list[Token], index: int) -> Description:
    token = tokens[index]
    match token.type:
        case "paragraph_open":
            content = _inline(tokens[index + 1].children)
            return ("paragraph", content) if content else ("empty",)
        case "heading_open":
            return "heading", int(token.tag[1]), _inline(tokens[index + 1].children)
        case "fence" | "code_block":
            return "code", token.info.strip(), token.content
        case "hr":
            return ("rule",)
        case "table_open":
            return ("table", *_table(tokens[index:]))
        case _:
            return ()


def _table(tokens: list[Token]) -> Description:
    alignments: list[str] = []
    rows: list[list[list[tuple[str, str]]]] = []
    for index, token in enumerate(tokens):
        match token.type:
            case "table_close":
                break
            case "tr_open":
                rows.append([])
            case "th_open" | "td_open":
                if token.type == "th_open":
                    alignments.append(str(token.attrs.get("style", "")).removeprefix("text-align:"))
                rows[-1].append(_inline(tokens[index + 1].children))
    return tuple(alignments), rows


def _renumbered(described: list[Description]) -> list[Description]:
    """Number containers and lists in the order of their first leaves, so that both descriptions agree."""
    numbers: dict[tuple[str, Any], int] = {}

    def number(kind: str, which: Any) -> int:
        return numbers.setdefault((kind, which), len(numbers))

    renumbered = []
    for path, *content in described:
        containers = tuple(
            ("quote", number("container", each[1]))
            if each[0] == "quote"
            else ("item", number("list", each[1]), number("container", each[2]), *each[3:])
            for each in path
        )
        renumbered.append((containers, *content))
    return renumbered
