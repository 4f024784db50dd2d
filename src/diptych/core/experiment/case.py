"""A case of an experiment: a prompt, and what its answers must be like."""

from dataclasses import dataclass, replace

from diptych.core.experiment.checks.check import Check
from diptych.core.message import Message
from diptych.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation that is sent to every model, the prompt last, and the checks of the answers.

    `id` names the case within its experiment. Templates are filled in. `attach` are the paths of the files that go with
    the prompt, in the order of the file parts of the last message. Their bytes are read when they are sent. `system`
    takes the place of every model's system prompt, unless it is None.
    """

    id: str
    messages: tuple[Message, ...]
    checks: tuple[Check, ...] = ()
    attach: tuple[str, ...] = ()
    system: str | None = None

    def settings(self, settings: Settings) -> Settings:
        """Return the settings with which a model is asked this case."""
        return settings if self.system is None else replace(settings, system=self.system)

    @property
    def prompt(self) -> str:
        """The text of the prompt."""
        return self.messages[-1].text
