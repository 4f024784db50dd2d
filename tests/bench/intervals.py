"""What the intervals of an experiment cover, and how often it calls chance a difference, by simulation.

Nothing here measures time: the figures are the same on every machine, since the seed is fixed.
"""

import random
import warnings
from collections.abc import Callable, Iterator
from math import comb, sqrt
from operator import sub
from statistics import NormalDist, fmean

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.summary import summarize
from diptych.core.statistics.drift import median_crossings_test
from diptych.core.statistics.median_interval import median_interval
from diptych.core.statistics.paired_difference import paired_difference
from diptych.core.statistics.wilson import wilson_interval
from tests.bench.bench import Bench
from tests.bench.figures import Figure

_SIZES = (6, 8, 10, 20, 50, 200)
_BOOTSTRAP_SIZES = (8, 10, 20, 50)

Draw = Callable[[random.Random], float]


def coverage(bench: Bench) -> Iterator[Figure]:
    """Yield how often intervals hold what they are about, and how often a difference is seen where there is none."""
    repeats = len(bench.repeats(4_000, 1_000))
    for size in _SIZES:
        yield _covers(f"interval of a median, n = {size}: covers", size, repeats, _covered_median)
        if size in _BOOTSTRAP_SIZES:
            yield from _bootstrap(size, len(bench.repeats(1_000, 200)))
    for size in _SIZES:
        yield _covers(f"interval of a paired difference, n = {size}: covers", size, repeats, _covered_difference)
    yield from _with_drift(50, repeats)
    for size in (10, 20, 50, 200):
        shares = [number / 200 for number in range(1, 200)]
        least, share = min((100 * _wilson_coverage(size, share), share) for share in shares)
        covered = fmean(100 * _wilson_coverage(size, share) for share in shares)
        remark = f"exact, mean of all shares; least {least:.1f} where the share is {100 * share:.1f} %"
        yield Figure(f"Wilson interval, n = {size}: covers", covered, "%", 94.9, "at least", remark)
    experiments = len(bench.repeats(1_000, 300))
    for models, cases, rounds in ((2, 1, 8), (2, 1, 20), (3, 1, 12), (3, 10, 5), (5, 1, 20)):
        seen = _seen(models, cases, rounds, experiments, 0.0)
        what = f"no effect, {models} models, {cases} × {rounds} rounds: any difference seen in"
        yield Figure(what, seen, "%", 5, remark=f"of {experiments:,} experiments")
    for rounds in (10, 20, 40):
        seen = _seen(2, 1, rounds, experiments, 0.3)
        yield Figure(
            f"30 % later, 2 models, {rounds} rounds: seen in", seen, "%", remark="the price of few false alarms"
        )


# How the values are distributed, all with a known median: 0 after it has been subtracted


def _log_normal(chance: random.Random) -> float:
    return chance.lognormvariate(0, 0.8) - 1


_BIMODAL_MEDIAN = NormalDist(1, 0.1).inv_cdf(0.5 / 0.6)
"""Six of ten values are near 1 and the others far above."""


def _bimodal(chance: random.Random) -> float:
    value = chance.gauss(1, 0.1) if chance.random() < 0.6 else chance.gauss(3, 0.2)
    return value - _BIMODAL_MEDIAN


def _heavy_tails(chance: random.Random) -> float:
    """Draw from Student's t with two degrees of freedom."""
    return chance.gauss(0, 1) / sqrt(chance.expovariate(1))


_DRAWS: dict[str, Draw] = {"log-normal": _log_normal, "bimodal": _bimodal, "heavy tails": _heavy_tails}


def _covers(what: str, size: int, repeats: int, is_covered: Callable[[random.Random, Draw, int], bool]) -> Figure:
    """Return the least coverage of all distributions."""
    shares = {}
    for name, draw in _DRAWS.items():
        chance = random.Random(f"{what} {name}")
        shares[name] = 100 * fmean(is_covered(chance, draw, size) for _ in range(repeats))
    return Figure(what, min(shares.values()), "%", _wanted(repeats), "at least", _by_name(shares))


def _wanted(repeats: int) -> float:
    """Return 95 % less three standard errors of so many repeats."""
    return round(95 - 300 * sqrt(0.95 * 0.05 / repeats), 1)


def _covered_median(chance: random.Random, draw: Draw, size: int) -> bool:
    interval = median_interval(sorted(draw(chance) for _ in range(size)))
    assert interval
    return interval[0] <= 0 <= interval[1]


def _covered_difference(chance: random.Random, draw: Draw, size: int) -> bool:
    """Compare two models that differ by 1, where each prompt makes both of them slower or faster."""
    prompts = [chance.lognormvariate(0, 1) for _ in range(size)]
    found = paired_difference([(each + draw(chance) + 1) - (each + draw(chance)) for each in prompts])
    assert found
    assert found.interval
    return found.interval[0] <= 1 <= found.interval[1]


def _with_drift(size: int, repeats: int) -> Iterator[Figure]:
    """Yield what is covered if a server is slow for many answers in a row, which no interval allows for.

    Both models are asked at the same moment, so that the drift is not in their paired differences.
    """
    chance = random.Random("drift")
    medians = differences = warned = 0
    for _ in range(repeats):
        load = chance.gauss(0, 0.5)
        first, second = [], []
        for _ in range(size):
            load = 0.9 * load + chance.gauss(0, 0.5 * sqrt(1 - 0.9**2))
            first.append(load + chance.gauss(0, 0.2))
            second.append(load + chance.gauss(1, 0.2))
        interval = median_interval(sorted(first))
        paired = paired_difference(list(map(sub, second, first)))
        assert interval
        assert paired
        assert paired.interval
        warned += median_crossings_test(first) <= 0.01
        medians += interval[0] <= 0 <= interval[1]
        differences += paired.interval[0] <= 1 <= paired.interval[1]
    what = f"a server that drifts, n = {size}: interval of the"
    remark = f"the summary warns in {100 * warned / repeats:.0f} %"
    yield Figure(f"{what} median covers", 100 * medians / repeats, "%", remark=remark)
    share = 100 * differences / repeats
    yield Figure(f"{what} paired difference covers", share, "%", _wanted(repeats), "at least")


def _bootstrap(size: int, repeats: int) -> Iterator[Figure]:
    """Yield what the usual alternative covers, if SciPy is there: a BCa bootstrap of the median."""
    try:
        import numpy as np
        from scipy.stats import bootstrap
    except ImportError:
        return
    shares = {}
    for name, draw in _DRAWS.items():
        chance = random.Random(f"bootstrap {size} {name}")
        values = np.array([[draw(chance) for _ in range(size)] for _ in range(repeats)])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it is undefined if all values but one are on one side
            interval = bootstrap(
                (values,), np.median, axis=-1, vectorized=True, n_resamples=999, batch=50, rng=size
            ).confidence_interval
        shares[name] = 100 * float(np.mean((interval.low <= 0) & (interval.high >= 0)))
    yield Figure(
        f"  BCa bootstrap of the median, n = {size}: covers", min(shares.values()), "%", remark=_by_name(shares)
    )


def _by_name(shares: dict[str, float]) -> str:
    return " · ".join(f"{name} {share:.1f}" for name, share in shares.items())


def _wilson_coverage(size: int, share: float) -> float:
    """Return the exact probability that the interval holds the share, as a sum over all outcomes."""
    total = 0.0
    for passed in range(size + 1):
        interval = wilson_interval(passed, size)
        if interval and interval[0] <= share <= interval[1]:
            total += comb(size, passed) * share**passed * (1 - share) ** (size - passed)
    return total


def _seen(models: int, cases: int, repeats: int, experiments: int, effect: float) -> float:
    """Return in how many per cent of experiments any difference is seen, where each model is slower by the effect."""
    chance = random.Random(f"{models} {cases} {repeats} {effect}")
    seen = 0
    for _ in range(experiments):
        summary = summarize(_rows(chance, models, cases, repeats, effect))
        seen += any(found.is_significant for found in summary.differences)
    return 100 * seen / experiments


def _rows(chance: random.Random, models: int, cases: int, repeats: int, effect: float) -> Iterator[AnswerRow]:
    """Yield answers as slow as their prompt is hard, some of which fail; counts and costs have many ties."""
    hardness = [chance.lognormvariate(0, 1) for _ in range(cases)]
    for repeat in range(1, repeats + 1):
        load = chance.lognormvariate(0, 0.3)
        for case, hard in enumerate(hardness):
            for model in range(models):
                first = hard * load * chance.lognormvariate(0, 0.2) * (1 + effect * model)
                tokens = chance.choice([20, 20, 20, 25, 40])
                speed = chance.gauss(80, 10)
                yield AnswerRow(
                    case=f"c{case}",
                    repeat=repeat,
                    label=f"m{model}",
                    endpoint="here",
                    model="m",
                    state="failed" if chance.random() < 0.05 else "complete",
                    first_token=first,
                    first_answer=first + chance.expovariate(5),
                    end=first + tokens / speed,
                    tokens_per_second=speed,
                    output_tokens=tokens,
                    cost_usd=f"{tokens * 15e-6:.6f}",
                )
