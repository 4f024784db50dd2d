"""Fields that a server turned out not to know: they are left out or renamed, once, and remembered."""

from collections import defaultdict

from diptych.apis.dialect import Dialect
from diptych.apis.lenient_json import JsonObject
from diptych.apis.refused_fields import refused_field
from diptych.apis.status_errors import StatusError
from diptych.core.request import Request


class UnknownFields:
    """What a server has refused so far, by model, since it may know other fields for another model.

    A field that the user has set is never left out; only the token limit goes by its other name.
    """

    def __init__(self, dialect: type[Dialect]) -> None:
        self._dialect = dialect
        self._refused: defaultdict[str, set[str]] = defaultdict(set)

    def arguments(self, request: Request) -> JsonObject:
        """The arguments of a request, without what the server is known to refuse."""
        arguments = self._dialect.arguments(request)
        for name in sorted(self._refused[request.settings.model]):
            self._replace(request, arguments, name)
        return arguments

    def learn(self, request: Request, arguments: JsonObject, answered: StatusError) -> str | None:
        """Change the arguments if the answer says that the server does not know one of them; the reason, or None.

        >>> unknown_fields.learn(request, arguments, answered)
        'the server does not know max_tokens: asking again with max_completion_tokens'
        """
        dialect, refused = self._dialect, self._refused[request.settings.model]
        own = (dialect.optional_fields & arguments.keys()) - request.settings.params.keys()
        limits = dialect.limit_fields.keys() & (arguments.keys() | request.settings.params.keys())
        name = refused_field(answered.status, answered.body, own, limits)
        if name is None or name in refused:
            return None
        refused.add(name)
        return self._replace(request, arguments, name)

    def _replace(self, request: Request, arguments: JsonObject, name: str) -> str | None:
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
