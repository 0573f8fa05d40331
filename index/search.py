"""A question into a ranking: lexical legs and the dense leg over one opened index, fused by their scores."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index import korean
from index.aliases import aliases
from index.errors import StoreError
from index.fuse import fuse, ranked
from index.normalise import normalise, squeeze
from index.store import Store
from index.terms import bigrams, terms
from index.types import Document, Encoder, Hit

BIGRAM_WEIGHT = 0.5
DENSE_WEIGHT = 0.3
FOREIGN_DENSE_WEIGHT = 1.5
OTHER_NAME_WEIGHT = 0.5
# A question's term that no passage has (a synonym, a foreign word) asks for the terms nearest to it in meaning.
NEIGHBOURS = 5
NEAR = 0.3
NEIGHBOUR_WEIGHT = 1.0
MOST_WORDS = 50_000


class Index:
    """An opened index; safe to search from several threads, for nothing in it changes."""

    def __init__(self, store: Store, encoder: Encoder) -> None:
        self.encoder = encoder
        self._store = store
        self._snapshot = store.snapshot()
        self._documents = {document.id: document for document in store.documents()}
        self._lock = Lock()
        self._word_vectors: dict[str, NDArray[np.float32]] = {}
        vocabulary = self._snapshot.terms.vocabulary
        self._korean_terms = [term for term in vocabulary if len(term) > 1 and "가" <= term[0] <= "힣"][:MOST_WORDS]
        self._other_names: dict[str, set[str]] = {}
        for document in self._documents.values():
            for names in aliases(document.text):
                long, short = (squeeze(name) for name in names)
                if long and short:
                    self._other_names.setdefault(long, set()).add(short)
                    self._other_names.setdefault(short, set()).add(long)

    def document(self, document: str) -> Document | None:
        return self._documents.get(document)

    def documents(self) -> list[Document]:
        return list(self._documents.values())

    def rarity(self, term: str) -> float:
        """How much a term tells passages apart: its idf."""
        return self._snapshot.terms.rarity(term)

    def other_names(self, text: str) -> list[str]:
        """The other names, by the documents' own definitions, of what is named in a squeezed text."""
        found = (others for name, others in self._other_names.items() if name in text)
        return sorted({other for others in found for other in others})

    def likeness(self, asked: Sequence[str], present: Sequence[str]) -> NDArray[np.float32]:
        """Cosines of words with words, shape (asked, present); all zero where the encoder is not made for words."""
        if self.encoder.identity.name != "built-in" or not asked or not present:
            return np.zeros((len(asked), len(present)), np.float32)
        with self._lock:
            if unknown := [word for word in {*asked, *present} if word not in self._word_vectors]:
                self._word_vectors.update(zip(unknown, self.encoder.encode_queries(unknown), strict=True))
            left, right = ([self._word_vectors[word] for word in words] for words in (asked, present))
        return np.array(left) @ np.array(right).T

    def _neighbours(self, asked: Sequence[str]) -> dict[str, float]:
        """Korean terms of the index near in meaning to terms that it does not have, with weights 0..1."""
        unknown = [term for term in asked if term not in self._snapshot.terms.vocabulary and term.isalpha()]
        near: dict[str, float] = {}
        if unknown and len(self._korean_terms) > 0:
            for row in self.likeness(unknown, self._korean_terms):
                for position in ranked(row, NEIGHBOURS):
                    if row[position] >= NEAR:
                        near[self._korean_terms[position]] = NEIGHBOUR_WEIGHT * float(row[position])
        return near

    def search(self, question: str, k: int) -> list[Hit]:
        """The best k passages, fewer where fewer have anything in common with the question."""
        question = normalise(question)
        query = self.encoder.encode_queries([question])[0]
        legs = self._legs(question, query)
        met = np.logical_or.reduce([scores != 0 for _, scores in legs])
        if not met.any():
            return []
        scores = fuse(legs)
        hits = []
        for rank, position in enumerate(ranked(np.where(met, scores, -np.inf), min(k, int(met.sum()))), start=1):
            passage, vectors = self._store.passage(int(self._snapshot.numbers[position]))
            hits.append(Hit(passage, float(scores[position]), rank, tuple((vectors @ query).tolist())))
        return hits

    def _legs(self, question: str, query: NDArray[np.float32]) -> list[tuple[float, NDArray[np.float32]]]:
        """Weight and scores, shape (passages,), of the lexical leg and the dense leg."""
        asked = Counter[str](terms(question))
        weights = {term: float(count) for term, count in asked.items()}
        for name in self.other_names(squeeze(question)):
            for term in terms(name):
                weights.setdefault(term, OTHER_NAME_WEIGHT)
        for term, weight in self._neighbours(list(asked)).items():
            weights.setdefault(term, weight)
        by_terms = self._snapshot.terms.scores(weights)
        by_bigrams = self._snapshot.bigrams.scores(Counter(bigrams(question)))
        lexical = by_terms + np.float32(BIGRAM_WEIGHT) * by_bigrams
        dense_weight = DENSE_WEIGHT if korean.is_korean(question) else FOREIGN_DENSE_WEIGHT
        return [(1.0, lexical), (dense_weight, self._snapshot.dense.scores(query))]


def open_index(folder: Path, encoder: Encoder) -> Index:
    """Raises StoreError where there is no sound index, EncoderMismatch where it was built with another encoder."""
    store = Store.open(folder)
    try:
        store.check(encoder.identity, korean.VERSION)
        return Index(store, encoder)
    except StoreError:
        store.close()
        raise
