"""The dialect of each API."""

from collections.abc import Mapping

from diptych.apis.anthropic_messages import AnthropicMessages
from diptych.apis.dialect import Dialect
from diptych.apis.openai_chat import OpenAIChat
from diptych.apis.openai_responses import OpenAIResponses
from diptych.core.endpoint import ApiName

DIALECTS: Mapping[ApiName, type[Dialect]] = {
    "anthropic-messages": AnthropicMessages,
    "openai-chat": OpenAIChat,
    "openai-responses": OpenAIResponses,
}
