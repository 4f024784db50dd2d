"""The words by which the palette finds a binding, beside those of its title; the first one is its best known name."""

from collections.abc import Mapping

PALETTE_WORDS: Mapping[str, str] = {
    "app.help": "help keys key shortcuts bindings keyboard manual",
    "app.quit": "quit exit leave close bye q wq",
    "compare.again": "again send retry",
    "compare.attach": "attach attachment attachments file image picture photo pdf document upload add include insert",
    "compare.differences": "differences diff compare changes figures phases requests answers delta ratio slower why",
    "compare.edit-prompt": "edit editor vim vi nano emacs external",
    "compare.events": "events event wire lists hide show larger",
    "compare.blind": "blind hide hidden anonymous",
    "compare.take-back-vote": "undo unvote",
    "compare.vote": "vote better best prefer judge",
    "compare.export": "save export write file download markdown html json recording share answers",
    "compare.history": "history rounds earlier past find open delete remove erase replay recorded log",
    "compare.left-answer": "pane focus",
    "compare.left-events": "pane focus",
    "compare.left-model": "model models preset presets endpoint server",
    "compare.left-side": "pane focus",
    "compare.model": "models choose switch change",
    "compare.new": "new conversation session clear reset start",
    "compare.next-part": "focus pane tab",
    "compare.next-round": "next later newer",
    "compare.previous-part": "focus pane",
    "compare.previous-round": "previous earlier older back",
    "compare.prompt": "prompt box type write input question",
    "compare.right-answer": "pane focus",
    "compare.right-events": "pane focus",
    "compare.right-model": "model models preset presets endpoint server",
    "compare.right-side": "pane focus",
    "compare.scroll-together": "scroll together sync synchronize lock align both",
    "compare.settings": (
        "settings temperature system max tokens limit params parameters fields request reasoning effort "
        "top_p top_k seed options preferences configure save preset presets sides same"
    ),
    "compare.stop": "stop cancel abort interrupt halt",
    "differences.answers": "answers words text",
    "differences.close": "close back leave",
    "differences.figures": "figures numbers times tokens cost",
    "differences.phases": "phases timeline bars waiting thinking",
    "differences.requests": "requests settings body headers messages",
    "experiment.close": "close back leave",
    "experiment.compare": "differences diff compare",
    "experiment.filter": "filter failed different slow show only",
    "experiment.mark": "mark select",
    "experiment.open": "open view read round answer",
    "experiment.replay": "replay play",
    "experiment.search": "search find case prompt",
    "experiment.sort": "sort order",
    "experiment.summary": "summary figures statistics median interval tally verdicts judge",
    "experiment.vote": "vote blind better prefer",
    "experiments.close": "close back leave",
    "experiments.open": "open view",
    "history.close": "close back leave",
    "history.delete": "delete remove erase",
    "history.experiments": "experiments experiment",
    "history.export": "save export write file download markdown html json",
    "history.open": "open view read",
    "history.replay": "replay play",
    "history.search": "search find filter",
    "pairs.back": "back previous undo",
    "pairs.close": "close leave",
    "pairs.skip": "skip next",
    "replay.close": "close back leave",
    "replay.play": "play pause start",
    "replay.faster": "faster speed",
    "replay.slower": "slower speed",
}

SENDING = frozenset({"compare.again"})
"""Bindings that send a request: the palette finds them by their own words alone."""

NOT_LISTED = frozenset(
    {
        "compare.model",
        "compare.left-side",
        "compare.right-side",
        "compare.left-answer",
        "compare.right-answer",
        "compare.left-events",
        "compare.right-events",
        "compare.next-part",
        "compare.previous-part",
        "compare.prompt",
        "compare.take-back-vote",
        "history.next-match",
        "history.previous-match",
    }
)
"""Bindings that the palette shows only when they are searched for: nobody opens it to move the focus."""
