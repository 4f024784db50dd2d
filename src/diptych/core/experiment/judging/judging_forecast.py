"""What it takes to have a judge compare the answers of an experiment, before there are any."""

from itertools import permutations

from diptych.core.experiment.forecast import ModelForecast, RequestCosts, most_input_tokens, most_output_tokens
from diptych.core.experiment.judging.judge_prompt import MOST_CHARACTERS, judge_prompt
from diptych.core.experiment.plan import Plan
from diptych.core.message import Message
from diptych.core.request import Request
from diptych.core.settings import Settings


def judging_forecast(plan: Plan, judge: Settings, rubric: str) -> ModelForecast:
    """Return what a judge is asked if it is asked once about every two answers of a plan in both orders.

    An answer counts as the most tokens that its model may write, or as the most characters that a judge is shown. That
    is an estimate, since the judge may have another tokenizer than the model.
    """
    found, costs = ModelForecast(judge.name), RequestCosts()
    output_tokens = most_output_tokens(judge)
    for case in plan.cases:
        prompt = judge_prompt(case.messages, ("", ""), rubric)
        without_answers = most_input_tokens(
            Request(judge, (Message.of_text("user", prompt.system), Message.of_text("user", prompt.message)))
        )
        answers = [_answer_tokens(case.settings(settings)) for settings in plan.models.values()]
        for one, other in permutations(answers, 2):
            input_tokens = without_answers + one + other
            cost = costs.of_tokens(judge, input_tokens, output_tokens)
            found.add(input_tokens, output_tokens, cost, plan.repeats)
    return found


def _answer_tokens(settings: Settings) -> int:
    return min(most_output_tokens(settings) or MOST_CHARACTERS, MOST_CHARACTERS)
