"""The keys of the screen that plays a recorded round."""

from textual.binding import Binding, BindingType

from diptych.tui.screens.pane_keys import (
    DIFFERENCES_KEY,
    EVENTS_KEY,
    EXPORT_KEY,
    FLIP_KEY,
    NOTE_KEYS,
    TOGETHER_KEY,
    part_keys,
)

REPLAY_KEYS: list[BindingType] = [
    Binding("space", "toggle_playing", "play", tooltip="Play, pause, or start again", id="replay.play"),
    Binding("full_stop", "step", "step", tooltip="Next event of either side", id="replay.step"),
    # With priority: the panes would scroll sideways, where there is nothing.
    Binding("left", "jump(-1)", "-1 s", tooltip="Back one second", priority=True, id="replay.back"),
    Binding("right", "jump(1)", "+1 s", tooltip="Forward one second", priority=True, id="replay.on"),
    Binding("escape,q", "close", "close", tooltip="Close the replay", id="replay.close"),
    Binding("minus,less_than_sign", "change_speed(-1)", "slower", tooltip="Play slower", id="replay.slower"),
    Binding(
        "plus,equals_sign,greater_than_sign", "change_speed(1)", "faster", tooltip="Play faster", id="replay.faster"
    ),
    Binding("0", "to_end", "to the end", tooltip="Jump to the end", id="replay.to-end"),
    Binding(
        "left_square_bracket",
        "show_label(-1)",
        tooltip="Show the answer of the previous model in the focused pane",
        show=False,
        id="replay.previous-model",
    ),
    Binding(
        "right_square_bracket",
        "show_label(1)",
        "other model",
        tooltip="Show the answer of the next model in the focused pane",
        id="replay.next-model",
    ),
    DIFFERENCES_KEY,
    TOGETHER_KEY,
    EVENTS_KEY,
    *NOTE_KEYS,
    FLIP_KEY,
    EXPORT_KEY,
    *part_keys("Go to the next part: scrubber, left answer, left events, right answer, right events"),
]
