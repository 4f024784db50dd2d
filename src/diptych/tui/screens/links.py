"""The links of an answer, each with its whole address. Diptych opens only what the user chooses here."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from diptych.config.sides import SideName
from diptych.core.text.sanitize import clean_line
from diptych.tui.key_names import own_key
from diptych.tui.markdown.layout.rows import Link
from diptych.tui.saying import tell
from diptych.tui.textual_patches.resizing import CurrentSize
from diptych.tui.widgets.key_bar import KeyBar

_OPENABLE = ("http://", "https://", "mailto:")


class LinkList(OptionList):
    """A list that the keys of all other lists move in as well."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "cursor_up", "Previous link", show=False, id="link-list.up"),
        Binding("j", "cursor_down", "Next link", show=False, id="link-list.down"),
        Binding("ctrl+u", "page_up", "Page up", show=False, id="link-list.page-up"),
        Binding("ctrl+d", "page_down", "Page down", show=False, id="link-list.page-down"),
        Binding("g", "first", "First link", show=False, id="link-list.first"),
        Binding("G", "last", "Last link", show=False, id="link-list.last"),
    ]


class LinksScreen(CurrentSize, ModalScreen[None]):
    """Lists the links of the answer of the side that is called `name`, shown in the pane of `side`.

    Enter opens a link in the browser, `c` copies its address.
    """

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open in the browser", tooltip="Open the link in the browser", id="links.open"),
        Binding("c", "copy", "copy address", tooltip="Copy the address of the link", id="links.copy"),
        Binding("escape", "dismiss", "close", tooltip="Close the list", id="links.close"),
    ]

    def __init__(self, side: SideName, name: str, links: Sequence[Link], chosen: Link | None) -> None:
        super().__init__()
        self._side = side
        self._name_of_side = name
        self._links = links
        self._list = LinkList(*(Option(_label(link)) for link in links), markup=False)
        self._chosen = links.index(chosen) if chosen in links else 0

    def compose(self) -> ComposeResult:
        """Yield the list and its keys."""
        with Vertical(id="dialog", classes=f"wide {self._side}") as dialog:
            dialog.border_title = f"links of the {self._name_of_side} answer"
            yield self._list
            key = own_key(self, "links.open")
            yield Static(f"{key} opens the link in your browser.", id="message", markup=False)
            yield KeyBar()

    def focus_box(self) -> None:
        """Do nothing: there is no box."""

    def type_into_box(self, text: str) -> None:
        """Ignore a text: it must not open a link."""

    def on_mount(self) -> None:
        """Select the link that was clicked."""
        self._list.highlighted = self._chosen
        self.set_focus(self._list)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open a link that was clicked, or chosen with Enter."""
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Open the link in the browser, if it is for a browser."""
        url = self._url
        if url.lower().startswith(_OPENABLE):
            self.app.open_url(url)
            self.dismiss()
        else:
            key = own_key(self, "links.copy")
            tell(self, f"Only http, https and mailto links can be opened; {key} copies this one.")

    def action_copy(self) -> None:
        """Copy the address."""
        self.app.copy_to_clipboard(self._url)
        tell(self, "Copied the address.")

    @property
    def _url(self) -> str:
        return self._links[self._list.highlighted or 0].url


def _label(link: Link) -> Content:
    return Content.assemble((clean_line(link.text), "bold"), f"\n  {clean_line(link.url)}")
