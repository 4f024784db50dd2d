"""The keys of the screens with two panes.

Letters act in panes, Ctrl acts everywhere, and F-keys are aliases. Keys that move the focus or open a screen have
priority over every widget, so that what is typed right after one already goes to the new place.
"""

from textual.binding import Binding, BindingType

from diptych.core.naming import side_name

HELP_KEY = Binding(
    "question_mark,f1", "help", "help", tooltip="All keys that work here", show=False, priority=True, id="app.help"
)

STOP_KEY = Binding(
    "escape",
    "stop",
    "stop",
    tooltip="Stop the focused side, or both from the prompt box",
    id="compare.stop",
)

NEW_KEY = Binding("ctrl+n", "new_session", "new", tooltip="New conversation", priority=True, id="compare.new")

EXPORT_KEY = Binding(  # with priority: the prompt box would move to the end of the line, or select its text
    "ctrl+e,f7",
    "export",
    "export",
    tooltip="Export the shown round to a file",
    show=False,
    priority=True,
    id="compare.export",
)

BLIND_KEY = Binding(
    "b",
    "toggle_blind",
    "blind",
    tooltip="Blind rounds on or off, from the next prompt on",
    show=False,
    id="compare.blind",
)

VOTE_KEY = Binding("v", "begin_vote", "vote", tooltip="Vote on the shown round", show=False, id="compare.vote")

TAKE_BACK_KEY = Binding(
    "V",
    "take_back_vote",
    "take back vote",
    tooltip="Take back the vote on the shown round",
    show=False,
    id="compare.take-back-vote",
)

NOTE_KEYS: list[BindingType] = [
    Binding("asterisk", "star", "star", tooltip="Star the shown round", show=False, id="compare.star"),
    Binding(
        "quotation_mark", "write_note", "note", tooltip="Write a note to the shown round", show=False, id="compare.note"
    ),
]

EVENTS_KEY = Binding(
    "e,f5", "resize_events", "events", tooltip="Event lists: normal, large or hidden", id="compare.events"
)

FLIP_KEY = Binding(
    "f8,backslash",
    "flip_sides",
    "other side",
    tooltip="Show the other side, where only one has room",
    show=False,
    id="compare.flip-sides",
)

DIFFERENCES_KEY = Binding(
    "D",
    "show_differences",
    "differences",
    tooltip="Differences between what both panes show: figures, phases, requests, answers",
    priority=True,
    id="compare.differences",
)

TOGETHER_KEY = Binding(
    "s",
    "scroll_together",
    tooltip="Scroll both answers together, or each by itself",
    show=False,
    id="compare.scroll-together",
)


def part_keys(order: str) -> list[BindingType]:
    """Return the bindings that move the focus through the parts of the screen; `order` names the parts."""
    forward = Binding("tab", "app.focus_next", tooltip=order, show=False, priority=True, id="compare.next-part")
    back = Binding(
        "shift+tab",
        "app.focus_previous",
        tooltip="Go to the previous part",
        show=False,
        priority=True,
        id="compare.previous-part",
    )
    return [
        forward,
        back,
        _focus_key("h", "focus_side('left')", f"Go to the {side_name('left')} side", "left-side"),
        _focus_key("l", "focus_side('right')", f"Go to the {side_name('right')} side", "right-side"),
        _focus_key("1", "focus_part('left-answer')", f"Go to the {side_name('left')} answer", "left-answer"),
        _focus_key("2", "focus_part('right-answer')", f"Go to the {side_name('right')} answer", "right-answer"),
        _focus_key("3", "focus_part('left-events')", f"Go to the {side_name('left')} events", "left-events"),
        _focus_key("4", "focus_part('right-events')", f"Go to the {side_name('right')} events", "right-events"),
    ]


def _focus_key(key: str, action: str, tooltip: str, name: str) -> Binding:
    return Binding(key, action, tooltip=tooltip, show=False, priority=True, id=f"compare.{name}")


TAKE_KEYS: list[BindingType] = [  # without tooltips: the palette names them once for each side
    Binding("r", "new_take", "Ask this side again: a new take", show=False, id="compare.new-take"),
    Binding("less_than_sign", "show_take(-1)", "Previous take of this side", show=False, id="compare.previous-take"),
    Binding("greater_than_sign", "show_take(1)", "Next take of this side", show=False, id="compare.next-take"),
    Binding(
        "left_curly_bracket",
        "move_pane(-1)",
        "Previous round in this pane alone",
        show=False,
        id="compare.previous-round-of-pane",
    ),
    Binding(
        "right_curly_bracket",
        "move_pane(1)",
        "Next round in this pane alone",
        show=False,
        id="compare.next-round-of-pane",
    ),
    Binding(
        "a",
        "continue_both",
        "Continue both sides from this answer, or undo that",
        show=False,
        id="compare.continue-both",
    ),
]


def _vote_key(key: str, choice: str, does: str) -> Binding:
    """Return a binding that votes; the screen says when. Before those for the focus, which have the same keys."""
    return Binding(key, f"vote('{choice}')", does, show=False, priority=True, id=f"compare.vote-{choice}")


VOTE_KEYS: list[BindingType] = [
    BLIND_KEY,
    VOTE_KEY,
    TAKE_BACK_KEY,
    _vote_key("1", "left", "Vote for the left answer: in a blind round, or after the key that begins a vote"),
    _vote_key("2", "right", "Vote for the right answer"),
    _vote_key("equals_sign", "tie", "Vote for a tie"),
    _vote_key("0", "neither", "Vote for neither answer"),
    Binding("escape", "cancel_vote", "Do not vote", show=False, priority=True, id="compare.cancel-vote"),
]
"""The keys of blind rounds and votes."""

COMPARE_KEYS: list[BindingType] = [
    STOP_KEY,
    Binding("ctrl+r", "ask_again", "again", tooltip="Send the shown prompt again", id="compare.again"),
    NEW_KEY,
    Binding(
        "ctrl+o",
        "choose_focused_model",
        "model",
        tooltip=f"Choose the model of the focused side, or of the {side_name('left')} one",
        priority=True,
        id="compare.model",
    ),
    Binding(
        "f2",
        "choose_model('left')",
        tooltip=f"Choose the {side_name('left')} model or preset",
        show=False,
        priority=True,
        id="compare.left-model",
    ),
    Binding(
        "f3",
        "choose_model('right')",
        tooltip=f"Choose the {side_name('right')} model or preset",
        show=False,
        priority=True,
        id="compare.right-model",
    ),
    Binding(
        "ctrl+s,f4",
        "settings",
        "settings",
        tooltip="Settings: system prompt, max tokens, temperature, effort, extra request fields",
        priority=True,
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
    Binding(
        "enter",
        "accept_offer",
        "Attach the offered file",
        show=False,
        priority=True,
        id="compare.accept-offer",
    ),
    Binding(
        "escape",
        "decline_offer",
        "Keep the offered path as text",
        show=False,
        priority=True,
        id="compare.decline-offer",
    ),
    Binding(
        "backspace",
        "remove_attachment",
        "Remove the last attachment, if nothing is typed",
        show=False,
        priority=True,
        id="compare.remove-attachment",
    ),
    DIFFERENCES_KEY,
    TOGETHER_KEY,
    EVENTS_KEY,
    *NOTE_KEYS,
    FLIP_KEY,
    Binding(  # with priority: the prompt box would select its line
        "ctrl+t,f6",
        "history",
        "history",
        tooltip="History: find, replay, export or delete earlier rounds",
        show=False,  # it stands at the right end of the key bar
        priority=True,
        id="compare.history",
    ),
    EXPORT_KEY,
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
    *TAKE_KEYS,
    Binding(
        "i",
        "focus_prompt",
        tooltip="Go to the prompt box; the key that stops a side does so when it is pressed twice",
        show=False,
        priority=True,
        id="compare.prompt",
    ),
    *VOTE_KEYS,  # before the keys that move the focus, which are the same
    *part_keys("Go to the next part: prompt, left answer, left events, right answer, right events"),
]
