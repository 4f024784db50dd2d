"""The keys of the screen of the history."""

from textual.binding import Binding, BindingType

HISTORY_KEYS: list[BindingType] = [
    Binding("enter", "open", "open", tooltip="Open the selected round as it ended", id="history.open"),
    Binding("r", "replay", "replay", tooltip="Replay the selected round from its start", id="history.replay"),
    Binding("c", "continue_round", "continue", tooltip="Continue the conversation of the round", id="history.continue"),
    Binding("u", "use_prompt", "use prompt", tooltip="Put the prompt into the prompt box", id="history.use-prompt"),
    # With priority, so that letters typed right after it already go to the search box: d would delete a round.
    Binding(
        "slash", "search", "search", tooltip="Search prompts, answers and notes", priority=True, id="history.search"
    ),
    Binding(  # with priority: the search box would move to the end of the line
        "e,ctrl+e,f7",
        "export",
        "export",
        tooltip="Export the selected round to a file",
        priority=True,
        id="history.export",
    ),
    Binding("asterisk", "star", "star", tooltip="Star the selected round, or remove its star", id="history.star"),
    Binding("quotation_mark", "write_note", "note", tooltip="Write a note to the selected round", id="history.note"),
    Binding("d,delete", "delete", "delete", tooltip="Delete the selected round", id="history.delete"),
    Binding(
        "x",
        "experiments",
        "experiments",
        tooltip="Experiments: the list of all, or the one of the selected round",
        id="history.experiments",
    ),
    Binding("V", "votes", "votes", tooltip="Votes by pairs of models", show=False, id="history.votes"),
    Binding("n", "move(1)", tooltip="Next round that matches", show=False, id="history.next-match"),
    Binding("N", "move(-1)", tooltip="Previous round that matches", show=False, id="history.previous-match"),
    Binding("escape", "close", "back", tooltip="Close the history", id="history.close"),
]

LIST_ACTIONS = (
    "replay",
    "use_prompt",
    "continue_round",
    "delete",
    "search",
    "star",
    "write_note",
    "votes",
    "experiments",
)
"""What letters do in the list; in the search box they are typed."""
