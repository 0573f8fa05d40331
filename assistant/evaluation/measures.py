"""What is measured: rankings against judgments, and outcomes of gold questions with their uncertainty."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.gold import Gold
from assistant.evaluation.grades import Grade
from assistant.types import Answer, Reply

RESAMPLES, SEED = 1000, 20250526
Relevance = Mapping[str, float]  # document id -> judged relevance, above 0 where relevant
Statistic = Callable[[NDArray[np.float64]], NDArray[np.float64]]  # over the last axis


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


@dataclass(frozen=True, slots=True)
class Outcome:
    """One gold question asked. `ranks`: per evidence, of the first passage that has it.

    `sound` and `fits` speak of an answer's citations; None where there is no answer (or no evidence to fit).
    """

    gold: Gold
    reply: Reply
    grade: Grade
    ranks: tuple[int | None, ...]
    sound: bool | None
    fits: bool | None

    @property
    def attempted(self) -> bool:
        return isinstance(self.reply, Answer)

    @property
    def said(self) -> str:
        return self.reply.text if isinstance(self.reply, Answer) else f"(보류) {self.reply.reason}"

    @property
    def expected(self) -> str:
        return ", ".join(" 또는 ".join(fact) for fact in self.gold.facts) or "(보류)"


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


def summarise(outcomes: Sequence[Outcome]) -> dict[str, Measurement]:
    """Every measure by its name, over the questions it can be asked of."""
    attempts = [outcome for outcome in outcomes if outcome.attempted]
    lengths = [len(outcome.said) for outcome in attempts]
    ranked = [outcome.ranks for outcome in outcomes if outcome.ranks]
    recalls = {
        f"evidence_recall@{k}": measure(_share(rank is not None and rank <= k for rank in r) for r in ranked)
        for k in (1, 3, 5)
    }
    return {
        "accuracy": measure(outcome.grade == "right" for outcome in outcomes),
        "accuracy_attempted": measure(outcome.grade == "right" for outcome in attempts),
        "true_abstention": measure(not outcome.attempted for outcome in outcomes if not outcome.gold.facts),
        "false_abstention": measure(not outcome.attempted for outcome in outcomes if outcome.gold.facts),
        **recalls,
        "evidence_mrr@10": measure(1 / min(rank or math.inf for rank in ranks) for ranks in ranked),
        "citation_soundness": measure(outcome.sound for outcome in outcomes if outcome.sound is not None),
        "citation_fit": measure(outcome.fits for outcome in outcomes if outcome.fits is not None),
        "brier": measure((o.reply.confidence - (o.grade == "right")) ** 2 for o in attempts),
        "answer_length_median": measure(lengths, lambda sample: np.quantile(sample, 0.5, axis=-1)),
        "answer_length_p90": measure(lengths, lambda sample: np.quantile(sample, 0.9, axis=-1)),
    }


def _share(flags: Iterable[bool]) -> float:
    listed = list(flags)
    return sum(listed) / len(listed)
