"""Models that are known to refuse a temperature or a reasoning effort, as hints: other servers may differ.

Sources: anthropic's SDK has no parameter for the temperature since version 2, and Anthropic's migration guide names
Claude Opus 4.7 as the first model that refuses it (https://platform.claude.com/docs/en/about-claude/models/
migration-guide); OpenAI's guide to reasoning models (https://developers.openai.com/api/docs/guides/reasoning).
"""

import re

from diptych.apis.shared_settings import SharedSetting

_CLAUDE = re.compile(r"claude-(?P<family>[a-z]+)-(?P<major>\d{1,2})(?:[-.](?P<minor>\d{1,2}))?(?!\d)")
_EARLY_CLAUDE = re.compile(r"claude-(?:\d|instant)")
_REASONING_GPT = re.compile(r"(?:^|[/:])(?:o\d|gpt-(?:[5-9]|\d\d))(?!.*chat)")
_OTHER_GPT = re.compile(r"(?:^|[/:])(?:chatgpt-4|gpt-[34])")


def refusal(model: str, setting: SharedSetting, value: float | str | None = None) -> str:
    """Return a sentence if a model is known to refuse a setting, "" otherwise. None stands for any value."""
    if setting == "temperature" and value != 1:
        return _refused_temperature(model)
    if setting == "effort":
        return _refused_effort(model)
    return ""


def _refused_temperature(model: str) -> str:
    if (claude := _CLAUDE.search(model)) and _version(claude) >= (4, 7):
        return "Claude models from 4.7 on refuse a temperature."
    if _REASONING_GPT.search(model):
        return "OpenAI's reasoning models usually refuse any temperature but 1."
    return ""


def _refused_effort(model: str) -> str:
    claude = _CLAUDE.search(model)
    first = (4, 5) if claude and claude["family"] == "opus" else (4, 6)
    if _EARLY_CLAUDE.search(model) or (claude and _version(claude) < first):
        return "Claude models before Opus 4.5 and Sonnet 4.6 refuse an effort."
    if _OTHER_GPT.search(model):
        return "This model does not reason, and usually refuses an effort."
    return ""


def _version(claude: re.Match[str]) -> tuple[int, int]:
    return int(claude["major"]), int(claude["minor"] or 0)
