"""The keys of the screens with two panes."""

from textual.binding import Binding, BindingType

from diptych.core.naming import side_name

EVENTS_KEY = Binding(
    "f5", "resize_events", "events", tooltip="Event lists: normal, large or hidden", id="compare.events"
)

EXPORT_KEYS: list[BindingType] = [
    # With priority: the prompt box would select its text. Ctrl+E is the end of the line there.
    Binding(
        "f7",
        "export",
        "export",
        tooltip="Export the shown round to a file",
        show=False,
        priority=True,
        id="compare.export",
    ),
    Binding("ctrl+e", "export", show=False, id="compare.export-alias"),
]


def help_key(tooltip: str) -> Binding:
    """Return the binding that opens the list of keys."""
    return Binding("f1", "help", "help", tooltip=tooltip, id="compare.help")


def part_keys(order: str) -> list[BindingType]:
    """Return the bindings that move the focus through the parts of the screen; `order` names the parts.

    They have priority over every widget, so that keys typed right after one already go to the next part.
    """
    forward = Binding("tab", "app.focus_next", tooltip=order, show=False, priority=True, id="compare.next-part")
    back = Binding(
        "shift+tab",
        "app.focus_previous",
        tooltip="The same, backwards",
        show=False,
        priority=True,
        id="compare.previous-part",
    )
    return [forward, back]


COMPARE_KEYS: list[BindingType] = [
    Binding("escape", "stop", "stop", tooltip="Stop the focused side, or both from the prompt box", id="compare.stop"),
    Binding("ctrl+r", "ask_again", "again", tooltip="Send the last prompt again", id="compare.again"),
    Binding("ctrl+n", "new_session", "new", tooltip="New conversation", id="compare.new"),
    Binding(
        "f2",
        "choose_model('left')",
        side_name("left"),
        tooltip=f"Choose the {side_name('left')} model",
        id="compare.left-model",
    ),
    Binding(
        "f3",
        "choose_model('right')",
        side_name("right"),
        tooltip=f"Choose the {side_name('right')} model",
        id="compare.right-model",
    ),
    Binding(
        "ctrl+s,f4",
        "settings",
        "settings",
        tooltip="Settings: system prompt, max tokens, temperature, effort, extra request fields",
        id="compare.settings",
    ),
    Binding(
        "ctrl+g",
        "edit_prompt",
        "edit",
        tooltip="Edit the prompt in your editor ($VISUAL or $EDITOR)",
        show=False,
        id="compare.edit-prompt",
    ),
    Binding("ctrl+l", "attach", "attach", tooltip="Attach a file", show=False, priority=True, id="compare.attach"),
    # With priority, since the prompt box has its own meaning for these keys. The screen says when they apply.
    Binding("enter", "accept_offer", "Attach the pasted file", show=False, priority=True, id="compare.accept-offer"),
    Binding("escape", "decline_offer", "Keep the pasted path", show=False, priority=True, id="compare.decline-offer"),
    Binding(
        "backspace",
        "remove_attachment",
        "Remove the last attachment",
        show=False,
        priority=True,
        id="compare.remove-attachment",
    ),
    EVENTS_KEY,
    Binding(  # with priority: the prompt box would select its line
        "f6",
        "history",
        "history",
        tooltip="History: find, replay, export or delete earlier rounds",
        show=False,  # keys with priority would stand first in the key bar
        priority=True,
        id="compare.history",
    ),
    *EXPORT_KEYS,
    Binding(
        "ctrl+up,alt+up",
        "show_round(-1)",
        "Previous round",
        tooltip="Show the previous round in both panes",
        show=False,
        id="compare.previous-round",
    ),
    Binding(
        "ctrl+down,alt+down",
        "show_round(1)",
        "Next round",
        tooltip="Show the next round in both panes",
        show=False,
        id="compare.next-round",
    ),
    help_key("All keys, and what simulated models can show"),
    *part_keys("Prompt, left answer, left events, right answer, right events"),
]
