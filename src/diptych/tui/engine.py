"""What the screens ask of the engine."""

from collections.abc import Sequence
from typing import Protocol

from diptych.config.sides import SideName
from diptych.core.round import Round
from diptych.core.settings import Settings
from diptych.engine.session import Draft


class SettingsBySide(Protocol):
    """The current settings of each side."""

    def __getitem__(self, side: SideName, /) -> Settings:
        """The settings of one side."""
        ...


class Engine(Protocol):
    """Asks both sides and keeps the session; runs fill on a thread of its own, the screens read them."""

    @property
    def settings(self) -> SettingsBySide:
        """How each side asks from now on."""
        ...

    @property
    def session(self) -> int:
        """The number of the current session, from 1."""
        ...

    @property
    def rounds(self) -> Sequence[Round]:
        """The rounds of the current session."""
        ...

    @property
    def busy(self) -> bool:
        """Whether a round is still running."""
        ...

    @property
    def problem(self) -> str:
        """A sentence while something is wrong that the user should know of, else ""."""
        ...

    def configure(self, side: SideName, settings: Settings) -> None:
        """Ask that side with these settings from the next round on."""
        ...

    def draft(self, prompt: str) -> Draft:
        """Return what would be sent for a prompt; raises MustNotBeSentError for what must not be."""
        ...

    def draft_again(self) -> Draft:
        """Return what would be sent for the last prompt, in place of the last round in the histories."""
        ...

    def send(self, draft: Draft) -> Round:
        """Send a draft to both sides; returns at once."""
        ...

    def stop(self, side: SideName | None = None) -> None:
        """Stop one side, or both."""
        ...

    def new_session(self) -> None:
        """Forget the conversation and begin another session."""
        ...

    def clock(self) -> float:
        """Now, in seconds of the clock that all stamps are on."""
        ...

    def warm_up(self) -> None:
        """Load what the first request needs, in the background."""
        ...

    def known_models(self) -> Sequence[str]:
        """The `ENDPOINT:MODEL` names a user may choose from; may block while the SDKs load."""
        ...

    def settings_for(self, name: str, like: Settings) -> Settings:
        """The settings for `ENDPOINT:MODEL`, the rest as in `like`; raises ValueError with one clear sentence."""
        ...

    def is_excluded(self, round_: Round, side: SideName, /) -> bool:
        """Whether that turn is missing from the history that later prompts send."""
        ...

    def close(self) -> None:
        """Stop everything and let go of the connections."""
        ...
