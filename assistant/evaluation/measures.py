"""The formulas: rankings against judgments, words against words, confidence against rightness, means and their bounds."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from string import punctuation

import numpy as np
from numpy.typing import NDArray

RESAMPLES, SEED = 1000, 20250526
BINS = 15
Relevance = Mapping[str, float]  # document id -> judged relevance, above 0 where relevant
Statistic = Callable[[NDArray[np.float64]], NDArray[np.float64]]  # over the last axis
Judged = tuple[float, bool]  # an answer's confidence, and whether it is right
Bin = tuple[float, float, int]  # of some answers the mean confidence, the accuracy, their number
_BLANKED = re.compile("['\"《》<>〈〉()‘’]")


def ndcg(ranking: Sequence[str], relevance: Relevance, k: int) -> float:
    """Normalised discounted cumulative gain, gain = relevance, discount = 1/log2(rank + 1).

    (Järvelin and Kekäläinen 2002, as trec_eval computes it.) Zero when nothing is relevant.
    """
    ideal = _discounted(sorted(relevance.values(), reverse=True)[:k])
    return _discounted([relevance.get(document, 0) for document in ranking[:k]]) / ideal if ideal else 0.0


def recall(ranking: Sequence[str], relevance: Relevance, k: int) -> float:
    """The share of relevant documents among the first k. Zero when nothing is relevant."""
    relevant = {document for document, gain in relevance.items() if gain > 0}
    return len(relevant.intersection(ranking[:k])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], relevance: Relevance, k: int) -> float:
    """1 / the rank of the first relevant document; zero when it is not among the first k."""
    ranks = (rank for rank, document in enumerate(ranking[:k], 1) if relevance.get(document, 0) > 0)
    return 1 / next(ranks, math.inf)


def _discounted(gains: Sequence[float]) -> float:
    return sum(max(gain, 0) / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def compared(text: str) -> str:
    """As KorQuAD 1.0 compares answers: lower case, brackets and quotes as blanks, no other ASCII punctuation."""
    words = _BLANKED.sub(" ", text).lower().translate(str.maketrans("", "", punctuation))
    return " ".join(words.split())


def character_f1(said: str, expected: str) -> float:
    """The harmonic mean of precision and recall of code points, white space apart (KorQuAD 1.0)."""
    one, other = (Counter(compared(text).replace(" ", "")) for text in (said, expected))
    return 2 * (one & other).total() / max(1, one.total() + other.total())


def reliability(answers: Sequence[Judged]) -> list[Bin]:
    """The answers from the least confident on (ties in their order), in BINS bins of equal number or one less."""
    ordered = np.array(sorted(answers, key=itemgetter(0)), np.float64).reshape(-1, 2)
    parts = [part for part in np.array_split(ordered, BINS) if part.size]
    return [(float(part[:, 0].mean()), float(part[:, 1].mean()), len(part)) for part in parts]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected: the mean of |accuracy - mean confidence| over the answers' bins (Naeini et al. 2015)."""
    return sum(count * abs(accuracy - mean) for mean, accuracy, count in bins) / sum(count for _, _, count in bins)


def risk_coverage(answers: Sequence[Judged], asked: int) -> list[tuple[float, float]]:
    """For each n: n of all asked, and the error rate of the n most confident answers (El-Yaniv and Wiener 2010)."""
    points, wrong = [], 0
    for taken, (_, right) in enumerate(sorted(answers, key=itemgetter(0), reverse=True), 1):
        wrong += not right
        points.append((taken / asked, wrong / taken))
    return points


def sign_test(wins: int, losses: int) -> float:
    """The exact two-sided p of so uneven a split where neither is likelier; ties stay out of it."""
    tail = sum(math.comb(wins + losses, fewer) for fewer in range(min(wins, losses) + 1))
    return min(1.0, 2 * tail / (1 << (wins + losses)))


@dataclass(frozen=True, slots=True)
class Measurement:
    """A statistic of `count` questions within its 95% percentile-bootstrap bounds, None without any."""

    value: float | None
    low: float | None
    high: float | None
    count: int


def measure(values: Iterable[float], statistic: Statistic | None = None) -> Measurement:
    """The mean unless told otherwise. The resamples are seeded: the same values give the same bounds."""
    observed = np.array(list(values), np.float64)
    if not observed.size:
        return Measurement(None, None, None, 0)
    over = statistic or (lambda sample: sample.mean(axis=-1))
    chosen = np.random.default_rng(SEED).integers(0, observed.size, (RESAMPLES, observed.size))
    low, high = np.quantile(over(observed[chosen]), (0.025, 0.975))
    return Measurement(float(over(observed)), float(low), float(high), observed.size)
