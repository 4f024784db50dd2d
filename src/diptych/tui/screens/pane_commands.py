"""The actions of a pane for the palette."""

from collections.abc import Iterator

from diptych.tui.key_names import bindings_of, key_in_pane
from diptych.tui.palette import Command
from diptych.tui.widgets.side_pane import SidePane


def pane_commands(pane: SidePane) -> Iterator[Command]:
    """Yield what a pane can do, with its keys. In a hidden round nothing that shows what was sent or received."""
    name = pane.name_of_side
    keys = {binding.id: key_in_pane(pane.app, binding) for binding in bindings_of(SidePane)}
    yield Command(f"Copy the {name} answer", keys["side.copy"], pane.action_copy_answer, "copy clipboard yank")
    yield Command(f"Show or hide the {name} thinking", keys["side.thinking"], pane.action_toggle_thinking)
    yield Command(
        f"Show the {name} answer rendered, as a tree or as source",
        keys["side.source"],
        pane.action_toggle_rendering,
        "markdown raw json",
    )
    yield Command(f"Search the {name} answer", keys["side.search"], pane.action_search, "find")
    yield Command(f"List the links in the {name} answer", keys["side.links"], pane.action_show_links, "urls open")
    if pane.round is None or not pane.round.is_hidden:
        yield Command(
            f"Copy the {name} request as curl",
            keys["side.copy-request"],
            pane.action_copy_request,
            "command shell http clipboard yank",
        )
        yield Command(
            f"Copy all {name} events",
            keys["side.copy-events"],
            pane.action_copy_events,
            "jsonl json lines clipboard yank",
        )
    yield from pane.event_commands(name)
