"""BM25 over bags of terms (Robertson & Zaragoza 2009), as arrays: exact, small, and ranked alike after loading."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

K1 = 0.9
B = 0.4


@dataclass(frozen=True, slots=True)
class Bm25:
    """Postings by term: those of term t are `bags[starts[t]:starts[t + 1]]` with their `weights`.

    A weight is idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean length)),
    idf = ln(1 + (N - n + 0.5) / (n + 0.5)).
    """

    size: int
    vocabulary: Mapping[str, int]
    starts: NDArray[np.int64]  # shape (terms + 1,)
    bags: NDArray[np.int32]  # shape (postings,)
    weights: NDArray[np.float32]  # shape (postings,)
    idf: NDArray[np.float32]  # shape (terms,)

    @classmethod
    def build(cls, bags: Sequence[Sequence[str]]) -> "Bm25":
        vocabulary: dict[str, int] = {}
        terms: list[int] = []
        owners: list[int] = []
        counts: list[int] = []
        lengths = np.array([len(bag) for bag in bags], np.float64)
        for owner, bag in enumerate(bags):
            for term, count in Counter(bag).items():
                terms.append(vocabulary.setdefault(term, len(vocabulary)))
                owners.append(owner)
                counts.append(count)
        term_of, owner_of = np.array(terms, np.int64), np.array(owners, np.int32)
        tf = np.array(counts, np.float64)
        order = np.argsort(term_of, kind="stable")
        frequency = np.bincount(term_of, minlength=len(vocabulary))
        idf = np.log(1 + (len(bags) - frequency + 0.5) / (frequency + 0.5))
        mean = lengths.mean() if lengths.any() else 1.0
        saturated = tf * (K1 + 1) / (tf + K1 * (1 - B + B * lengths[owner_of] / mean))
        weights = (idf[term_of] * saturated).astype(np.float32)
        starts = np.concatenate([[0], np.cumsum(frequency)]).astype(np.int64)
        return cls(len(bags), vocabulary, starts, owner_of[order], weights[order], idf.astype(np.float32))

    def scores(self, query: Mapping[str, float]) -> NDArray[np.float32]:
        """Scores of every bag, shape (size,), for weighted query terms; zero where nothing matches."""
        scores = np.zeros(self.size, np.float32)
        for term, weight in query.items():
            if (number := self.vocabulary.get(term)) is not None:
                span = slice(self.starts[number], self.starts[number + 1])
                scores[self.bags[span]] += np.float32(weight) * self.weights[span]
        return scores

    def rarity(self, term: str) -> float:
        """The term's idf; that of a term in no bag for one never seen."""
        number = self.vocabulary.get(term)
        return float(self.idf[number]) if number is not None else math.log(1 + (self.size + 0.5) / 0.5)
