"""The text of a heading."""

from diptych.tui.markdown.parsing.leaves import Leaf


def heading_text(leaf: Leaf) -> str:
    """The text without what closes it: spaces, and after a space any number of `#` where it is not underlined."""
    text = leaf.text.rstrip(" \t")
    if leaf.is_underlined:
        return text
    unmarked = text.rstrip("#")
    return unmarked.rstrip(" \t") if not unmarked or unmarked.endswith((" ", "\t")) else text
