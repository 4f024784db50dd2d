"""Tells the API of a request by the end of its path. Base URLs differ in what stands before that."""

from collections.abc import Mapping

from diptych.core.endpoint import ApiName

PATH_ENDS: Mapping[str, ApiName] = {
    "/messages": "anthropic-messages",
    "/chat/completions": "openai-chat",
    "/responses": "openai-responses",
}
"""The API of a request by the end of its path."""


def api_of_path(path: str) -> ApiName | None:
    """Return the API that a request to this path asks; None if it is the path of something else."""
    return next((api for end, api in PATH_ENDS.items() if path.rstrip("/").endswith(end)), None)
