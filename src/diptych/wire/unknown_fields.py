"""Remembers which request fields a server does not know, and leaves them out or renames them from then on."""

from collections import defaultdict

from diptych.apis.dialect import Dialect
from diptych.apis.refused_fields import refused_field
from diptych.apis.status_errors import StatusError
from diptych.core.json_text import JsonObject
from diptych.core.request import Request


class UnknownFields:
    """The fields that one endpoint has refused so far, for each model: it may know other fields for another model.

    All requests to the endpoint share what was learned. A field that the user has set is never left out; only the token
    limit is sent under its other name.
    """

    def __init__(self, dialect: type[Dialect]) -> None:
        self._dialect = dialect
        self._refused: defaultdict[str, set[str]] = defaultdict(set)

    def arguments(self, request: Request) -> JsonObject:
        """Return the arguments of a request, without the fields that the server is known to refuse."""
        arguments = self._dialect.arguments(request)
        for name in sorted(self._refused[request.settings.model]):
            self._replace(request, arguments, name)
        return arguments

    def learn(self, request: Request, arguments: JsonObject, answered: StatusError) -> str | None:
        """Take a field that this response refuses out of the arguments; return the reason for asking again, or None.

        Another request may already have learned the same while this one was on its way.

        >>> unknown_fields.learn(request, arguments, answered)
        'the server does not know max_tokens: asking again with max_completion_tokens'
        """
        dialect = self._dialect
        optional = (dialect.optional_fields & arguments.keys()) - request.settings.params.keys()
        limits = dialect.limit_fields.keys() & (arguments.keys() | request.settings.params.keys())
        name = refused_field(answered.status, answered.body, optional, limits)
        if name is None:
            return None
        self._refused[request.settings.model].add(name)
        return self._replace(request, arguments, name)

    def _replace(self, request: Request, arguments: JsonObject, name: str) -> str | None:
        """Rename a field in the arguments, or leave it out; return what was done, None if that cannot be done."""
        other = self._dialect.limit_fields.get(name, "")
        if other in self._refused[request.settings.model]:
            other = ""
        is_users = name in arguments.get("extra_body", {})
        holder = arguments["extra_body"] if is_users else arguments
        if name not in holder or (is_users and not other):
            return None
        value = holder.pop(name)
        if not other:
            return f"the server does not know {name}: asking again without it"
        holder[other] = value
        return f"the server does not know {name}: asking again with {other}"
