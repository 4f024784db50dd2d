"""Uses the prompt templates of the config file, which are listed in the palette."""

from collections.abc import Callable
from typing import Any

from textual.screen import Screen

from diptych.core.text.sanitize import clean_line
from diptych.tui.saying import warn


def use_template(screen: Screen[Any], name: str, text: str, use: Callable[[str], object]) -> None:
    """Call `use` with a prompt made from a template, after asking for the values of its variables.

    If the template cannot be used, a notice says why.
    """
    from diptych.core.prompt_template import PromptTemplate, PromptTemplateError

    try:
        template = PromptTemplate(name, text)
        if not template.variables:
            use(template.fill({}))
            return
    except PromptTemplateError as error:
        warn(screen, clean_line(str(error)))
        return
    from diptych.tui.screens.template_form import TemplateForm

    def filled(prompt: str | None) -> None:
        if prompt is not None:
            use(prompt)

    screen.app.push_screen(TemplateForm(template), filled)
