from dataclasses import replace
from decimal import Decimal

from diptych.catalog.price_list import completed
from diptych.core.endpoint import Endpoint, Prices
from diptych.core.offered_models import OfferedModel

ANTHROPIC = Endpoint("anthropic", "anthropic-messages", "https://api.anthropic.com", "KEY", provider="anthropic")
OPENAI = Endpoint("openai", "openai-chat", "https://api.openai.com/v1", "KEY", provider="openai")
OWN = Prices(Decimal(1), Decimal(2))
OTHER = Prices(Decimal(3), Decimal(4))


def test_the_price_list_knows_models_of_the_provider() -> None:
    model = completed(OfferedModel("claude-opus-4-5", created=5.0), ANTHROPIC)

    assert model == OfferedModel("claude-opus-4-5", "", 200_000, Prices(Decimal(5), Decimal(25)), "genai-prices", 5.0)


def test_a_price_that_depends_on_the_length_of_the_prompt_is_that_of_short_ones() -> None:
    model = completed(OfferedModel("claude-sonnet-4-5"), ANTHROPIC)

    assert model.prices == Prices(Decimal(3), Decimal(15))


def test_what_the_server_tells_comes_first() -> None:
    told = OfferedModel("claude-opus-4-5", "", 1_000_000, OTHER, "server")

    assert completed(told, ANTHROPIC) == told
    without_window = replace(told, context_window=None)
    assert completed(without_window, ANTHROPIC) == replace(told, context_window=200_000)


def test_what_the_user_says_of_prices_comes_before_that() -> None:
    endpoint = Endpoint("local", "openai-chat", "http://localhost/v1", "KEY", prices=OWN)

    assert completed(OfferedModel("m", prices=OTHER), endpoint) == OfferedModel("m", prices=OWN, price_source="config")


def test_another_companys_server_is_not_in_the_price_list() -> None:
    endpoint = Endpoint("local", "openai-chat", "http://localhost/v1", "KEY")

    assert completed(OfferedModel("gpt-4o"), endpoint) == OfferedModel("gpt-4o")


def test_a_model_that_the_list_does_not_know_or_has_no_price_for() -> None:
    assert completed(OfferedModel("nobody-knows-it"), ANTHROPIC) == OfferedModel("nobody-knows-it")
    assert completed(OfferedModel("omni-moderation-latest"), OPENAI).prices is None
