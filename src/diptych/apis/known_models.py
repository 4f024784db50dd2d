"""The models that the installed SDKs list."""

from typing import Any, assert_never, get_args

from diptych.apis.import_lock import IMPORT_LOCK
from diptych.core.endpoint import ApiName


def listed_models(api: ApiName) -> list[str]:
    """Return model names in the SDK's order, usually newest first. Importing the SDK takes about a second."""
    with IMPORT_LOCK:
        match api:
            case "anthropic-messages":
                from anthropic.types import model

                return _strings(model.Model)
            case "openai-chat":
                from openai.types.shared import chat_model

                return _strings(chat_model.ChatModel)
            case "openai-responses":
                from openai.types.shared import responses_model

                return _strings(responses_model.ResponsesModel)
            case _:
                assert_never(api)


def _strings(alias: Any) -> list[str]:
    """Return every string in a type made of `Literal`s and unions."""
    return [name for part in get_args(alias) for name in ([part] if isinstance(part, str) else _strings(part))]
