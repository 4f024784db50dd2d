"""The places on the screen where keys act, and the bindings of each.

A place is what can have the focus. A key that is pressed there acts for the innermost part that knows it: the widget,
the pane around it, the screen, the app.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Input, TextArea

from diptych.tui.app import DiptychApp
from diptych.tui.key_names import bindings_of
from diptych.tui.screens.attach_file import AttachScreen
from diptych.tui.screens.compare import CompareScreen
from diptych.tui.screens.confirm import ConfirmScreen
from diptych.tui.screens.differences import DifferencesScreen
from diptych.tui.screens.experiment import ExperimentScreen
from diptych.tui.screens.experiment_list import ExperimentListScreen
from diptych.tui.screens.experiment_summary import SummaryScreen
from diptych.tui.screens.export_dialog import ExportScreen
from diptych.tui.screens.help import HelpScreen
from diptych.tui.screens.history_browser import HistoryScreen
from diptych.tui.screens.inspect import InspectScreen
from diptych.tui.screens.links import LinkList, LinksScreen
from diptych.tui.screens.model_picker import ModelScreen
from diptych.tui.screens.note_dialog import NoteBox, NoteScreen
from diptych.tui.screens.pair_voting import PairVotingScreen
from diptych.tui.screens.preset_name import PresetNameScreen
from diptych.tui.screens.replay import ReplayScreen
from diptych.tui.screens.side_settings import SettingsScreen
from diptych.tui.screens.template_form import TemplateForm, ValueBox
from diptych.tui.screens.votes import VotesScreen
from diptych.tui.widgets.answer_differences import AnswerDifferencesView
from diptych.tui.widgets.answer_view import AnswerView
from diptych.tui.widgets.case_table import CaseTable
from diptych.tui.widgets.difference_rows import DifferenceRows
from diptych.tui.widgets.event_list import EventList
from diptych.tui.widgets.event_pane import EventPane
from diptych.tui.widgets.experiment_rows import ExperimentRows
from diptych.tui.widgets.help_page import HelpPage
from diptych.tui.widgets.history_search import HistorySearch
from diptych.tui.widgets.json_tree import JsonTree
from diptych.tui.widgets.prompt_box import PromptBox
from diptych.tui.widgets.round_list import RoundList
from diptych.tui.widgets.scrubber import Scrubber
from diptych.tui.widgets.search_bar import FilterBar, SearchBar
from diptych.tui.widgets.settings_inputs import ChoiceBox, FieldsBox, LongTextBox
from diptych.tui.widgets.side_pane import SidePane
from diptych.tui.widgets.strip_plots import StripPlots
from diptych.tui.widgets.text_view import TextView


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """What can have the focus, from the inside out: `parts` are the widgets, then comes the screen."""

    title: str
    screen: type[Screen[Any]]
    parts: tuple[type[DOMNode], ...] = ()

    @property
    def bindings(self) -> Iterator[Binding]:
        """The bindings that act here, from the inside out, one per key."""
        parts: tuple[type[DOMNode], ...] = (*self.parts, self.screen, DiptychApp)
        for part in parts:
            yield from bindings_of(part)

    @property
    def takes_text(self) -> bool:
        """Whether letters are typed here."""
        return any(issubclass(part, Input | TextArea) for part in self.parts)


APP_BINDINGS = tuple(Binding.make_bindings(DiptychApp.BINDINGS))
"""The bindings that act everywhere, one per key."""

PLACES = (
    KeyPlace("In the prompt box", CompareScreen, (PromptBox,)),
    KeyPlace("In an answer", CompareScreen, (AnswerView, SidePane)),
    KeyPlace("In an event list", CompareScreen, (EventList, EventPane, SidePane)),
    KeyPlace("In the search bar of an event list", CompareScreen, (Input, SearchBar, EventPane, SidePane)),
    KeyPlace("In the filter of an event list", CompareScreen, (Input, FilterBar, EventPane, SidePane)),
    KeyPlace("In the search bar of an answer", CompareScreen, (Input, SearchBar, SidePane)),
    KeyPlace("On the scrubber", ReplayScreen, (Scrubber,)),
    KeyPlace("In an answer", ReplayScreen, (AnswerView, SidePane)),
    KeyPlace("In an event list", ReplayScreen, (EventList, EventPane, SidePane)),
    KeyPlace("In the search bar of an event list", ReplayScreen, (Input, SearchBar, EventPane, SidePane)),
    KeyPlace("In the filter of an event list", ReplayScreen, (Input, FilterBar, EventPane, SidePane)),
    KeyPlace("In the search bar of an answer", ReplayScreen, (Input, SearchBar, SidePane)),
    KeyPlace("In the list of rounds", HistoryScreen, (RoundList,)),
    KeyPlace("In the search box", HistoryScreen, (HistorySearch,)),
    KeyPlace("On the screen of votes", VotesScreen, (TextView,)),
    KeyPlace("In the list of experiments", ExperimentListScreen, (ExperimentRows,)),
    KeyPlace("In the table of an experiment", ExperimentScreen, (CaseTable,)),
    KeyPlace("In the strips of an experiment", ExperimentScreen, (StripPlots,)),
    KeyPlace("In the search bar of an experiment", ExperimentScreen, (Input, SearchBar)),
    KeyPlace("In an answer to vote on", PairVotingScreen, (AnswerView, SidePane)),
    KeyPlace("In the search bar of an answer to vote on", PairVotingScreen, (Input, SearchBar, SidePane)),
    KeyPlace("In the summary of an experiment", SummaryScreen, (TextView,)),
    KeyPlace("In the data of an event", InspectScreen, (JsonTree,)),
    KeyPlace("In the raw data of an event", InspectScreen, (TextView,)),
    KeyPlace("In the figures, phases or requests", DifferencesScreen, (DifferenceRows,)),
    KeyPlace("In the compared answers", DifferencesScreen, (AnswerDifferencesView,)),
    KeyPlace("In the list of links", LinksScreen, (LinkList,)),
    KeyPlace("In the help", HelpScreen, (HelpPage,)),
    KeyPlace("In the search bar of the help", HelpScreen, (Input, SearchBar)),
    KeyPlace("In the model picker", ModelScreen, (Input,)),
    KeyPlace("In the settings", SettingsScreen, (LongTextBox,)),
    KeyPlace("In the settings, where values are offered", SettingsScreen, (ChoiceBox,)),
    KeyPlace("In the settings, in the extra request fields", SettingsScreen, (FieldsBox,)),
    KeyPlace("In the name of a preset", PresetNameScreen, (Input,)),
    KeyPlace("In a note", NoteScreen, (NoteBox,)),
    KeyPlace("In the values of a prompt template", TemplateForm, (ValueBox,)),
    KeyPlace("In the path of a file to attach", AttachScreen, (Input,)),
    KeyPlace("In the export dialog", ExportScreen, (Input,)),
    KeyPlace("In a question", ConfirmScreen),
)
"""Everything that can have the focus."""


@dataclass(frozen=True, slots=True)
class NamedBinding:
    """A binding as users see it: its id, its keys, what it does, and the places where it acts."""

    id: str
    keys: tuple[str, ...]
    does: str
    places: tuple[str, ...]


def named_bindings() -> list[NamedBinding]:
    """Return every binding that `[keys]` can change, sorted by its id."""
    found: dict[str, NamedBinding] = {}
    for place in PLACES:
        for binding in place.bindings:
            name = binding.id or ""
            known = found.get(name) or NamedBinding(name, (), binding.tooltip or binding.description, ())
            keys = known.keys if binding.key in known.keys else (*known.keys, binding.key)
            places = known.places if place.title in known.places else (*known.places, place.title)
            found[name] = NamedBinding(name, keys, known.does, places)
    return [found[name] for name in sorted(found)]
