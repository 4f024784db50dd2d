"""Prompt templates: prompts with `{{variables}}` that are filled in when they are used.

The syntax is Jinja's, in a sandbox, and without whatever could run for ever or make much out of little: a template has
variables, conditions, loops over the values of variables, and the filters in `FILTERS`. Values are data: braces in them
mean nothing. This module imports Jinja, so import it where a template is used, not at the start.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes, pass_context
from jinja2.filters import FILTERS as _ALL_FILTERS
from jinja2.meta import find_undeclared_variables
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_CHARACTERS = 10_000_000
"""Characters that a filled template may have."""

_MOST_STEPS = 100_000
"""Steps that all loops of a template may take together."""

FILTERS = ("capitalize", "d", "default", "first", "last", "length", "lower", "title", "trim", "upper")
"""The filters that a template may use. None of them makes a long text out of short ones."""

_ALLOWED = (
    *(nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.List, nodes.Tuple, nodes.Filter, nodes.Keyword),
    *(nodes.If, nodes.CondExpr, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.For),
)

_RUNTIME_ERRORS = (
    *(TemplateError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError),
    NameError,  # of the number 1e999, which Jinja writes down as a name
)
"""What filling in a template may raise, where a value is of a type that the template does not expect, for example."""

_STEPS = "steps of loops"
"""Where the context of a template counts the steps of its loops; no variable can have this name."""


class PromptTemplateError(ValueError):
    """A template cannot be used; the message is a sentence for users that names it."""


class PromptTemplate:
    """A template and its name. Raises `PromptTemplateError` if the text is not a template that can be used.

    `variables` are the names of its variables, in the order in which they first appear.
    """

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        environment = _environment()
        try:
            parsed = environment.parse(text)
            self._refuse_others(parsed)
            undeclared = find_undeclared_variables(parsed)
            names = (node.name for node in parsed.find_all(nodes.Name))
            self.variables = tuple(dict.fromkeys(name for name in names if name in undeclared))
            for loop in list(parsed.find_all(nodes.For)):
                loop.iter = nodes.Filter(loop.iter, _counted.__name__, [], [], None, None, lineno=loop.lineno)
            self._template = environment.from_string(parsed)
        except TemplateSyntaxError as error:
            raise self._error(f"has an error in line {error.lineno}: {error.message}") from None
        except (RecursionError, SyntaxError, MemoryError):  # of Jinja's parser, and of Python's, which compiles it
            raise self._error("is nested too deeply") from None

    def fill(self, values: Mapping[str, Any]) -> str:
        """Return the text with the values of its variables in their places.

        Raises `PromptTemplateError` if a variable has no value, or the text becomes too long.
        """
        pieces: list[str] = []
        length = 0
        try:
            for piece in self._template.generate({**values, _STEPS: iter(range(_MOST_STEPS))}):
                pieces.append(piece)
                length += len(piece)
                if length > MOST_CHARACTERS:
                    raise self._error(f"comes to more than {MOST_CHARACTERS:,} characters")
        except PromptTemplateError:
            raise
        except _TooManyStepsError:
            raise self._error(f"takes more than {_MOST_STEPS:,} steps in its loops") from None
        except _RUNTIME_ERRORS as error:
            missing = [name for name in self.variables if name not in values]
            what = f"needs a value for {missing[0]}" if missing else f"cannot be filled in: {error}"
            raise self._error(what) from None
        return "".join(pieces)

    def _refuse_others(self, parsed: nodes.Template) -> None:
        """Raise `PromptTemplateError` for parts of Jinja that a prompt template does not have, such as calls."""
        for node in parsed.find_all(nodes.Node):
            is_place_in_loop = isinstance(node, nodes.Getattr) and node.node == nodes.Name("loop", "load")
            if not isinstance(node, _ALLOWED) and not is_place_in_loop:
                raise self._error(
                    f"uses in line {node.lineno} what a prompt template does not have ({type(node).__name__.lower()}): "
                    "only variables, conditions, loops and simple filters"
                )

    def _error(self, what: str) -> PromptTemplateError:
        return PromptTemplateError(f"The prompt template {self.name} {what.rstrip('.')}.")


class _TooManyStepsError(Exception):
    """The loops of a template take too many steps."""


@pass_context
def _counted(context: Context, values: Iterable[Any]) -> Iterator[Any]:
    """Yield what a loop goes over, until all loops together have taken too many steps. Of a text, it is the lines."""
    steps = context[_STEPS]
    for value in values.splitlines() if isinstance(values, str) else values:
        if next(steps, None) is None:
            raise _TooManyStepsError
        yield value


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    environment.globals.clear()
    environment.filters = {name: _ALL_FILTERS[name] for name in FILTERS} | {_counted.__name__: _counted}
    return environment
