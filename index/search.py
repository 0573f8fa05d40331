"""A question into a ranking: lexical legs and the dense leg over one opened index, fused by their scores."""

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index import korean, spelling
from index.aliases import aliases
from index.errors import StoreError
from index.fuse import fuse, ranked
from index.normalise import normalise, squeeze
from index.store import Store
from index.terms import bigrams, terms
from index.thesaurus import thesaurus
from index.types import Document, Encoder, Hit, Passage, Vectors

BIGRAM_WEIGHT = 0.5
DENSE_WEIGHT = 0.3
FOREIGN_DENSE_WEIGHT = 4.0
OTHER_NAME_WEIGHT = 0.5
SYNONYM_WEIGHT = 0.6
# A question's term that no passage has (a synonym, a foreign word) asks for the terms nearest to it in meaning.
NEIGHBOURS = 5
NEAR = 0.3
MOST_WORDS = 50_000
MOST_PASSAGES = 5000  # kept as read from the store
LONGEST_TABLE = 100  # passages that are read to compute from a table


class Index:
    """An opened index; safe to search from several threads: what it finds never changes, what it keeps is locked."""

    def __init__(self, store: Store, encoder: Encoder) -> None:
        self.encoder = encoder
        self._for_words = encoder.identity.name == "built-in"  # single words mean little to other encoders
        self._store = store
        self._snapshot = store.snapshot()
        self._documents = {document.id: document for document in store.documents()}
        self._lock = Lock()
        self._passages: dict[int, tuple[Passage, Vectors]] = {}
        self._term_vectors: dict[str, NDArray[np.float32]] = {}
        self._owners = store.owners(self._snapshot.numbers)
        self._contacts: dict[str, str] = {}
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

    def contact(self, document: str) -> str:
        """The first contact that the document names: office, rank, name and telephone; empty where it names none."""
        if document not in self._contacts:
            start, end = bisect_left(self._owners, document), bisect_right(self._owners, document)
            passages = (self._store.passage(int(number))[0] for number in self._snapshot.numbers[start:end])
            contacts = (unit.cells for passage in passages for unit in passage.units if unit.kind == "contact")
            self._contacts[document] = " ".join(cell.text for cell in next(contacts, ()))
        return self._contacts[document]

    def run(self, passage: Passage) -> list[Passage]:
        """The passage among those beside it that its tables run into; none where a table is too long to read whole."""
        start = bisect_left(self._owners, passage.document)
        place = start + int(passage.id.rpartition("#")[2])
        run = [passage]
        for step in (-1, 1):
            at = place + step
            while 0 <= at < len(self._owners) and self._owners[at] == passage.document:
                beside, _ = self._passage(at)
                upper, lower = (beside, run[0]) if step < 0 else (run[-1], beside)
                if lower.units[0].kind != "row" or upper.units[-1].kind not in ("row", "header"):
                    break
                run = [beside, *run] if step < 0 else [*run, beside]
                if len(run) > LONGEST_TABLE:
                    return []
                at += step
        return run

    def rarity(self, term: str) -> float:
        """How much a term tells passages apart: its idf, of a compound that is no term its rarest part's."""
        if term in self._snapshot.terms.vocabulary:
            return self._snapshot.terms.rarity(term)
        parts = terms(term) if term[0] >= "가" else []
        known = [self._snapshot.terms.rarity(part) for part in parts if part in self._snapshot.terms.vocabulary]
        return max(known) if len(known) == len(parts) > 1 else self._snapshot.terms.rarity(term)

    def other_names(self, text: str) -> list[str]:
        """The other names, by the documents' own definitions, of what is named in a squeezed text."""
        found = (others for name, others in self._other_names.items() if name in text)
        return sorted({other for others in found for other in others})

    def respelt(self, question: str) -> str:
        """The question with its misspelt words as the documents spell them."""
        return spelling.respelt(question, self._snapshot.terms.vocabulary)

    def likeness(self, asked: Sequence[str], present: Sequence[str]) -> Vectors:
        """Cosines of words with the index's terms, shape (asked, present); zero where the encoder is not for words.

        A verb or adjective is asked for with its ending (넓히다); a term may be the stem of one or a noun.
        """
        if not self._for_words or not asked or not present:
            return np.zeros((len(asked), len(present)), np.float32)
        with self._lock:
            if unknown := sorted({word for word in present if word not in self._term_vectors}):
                self._term_vectors.update(zip(unknown, self._as_noun_and_stem(unknown), strict=True))
            known = np.array([self._term_vectors[word] for word in present])
        return np.asarray((known @ self.encoder.encode_queries(asked).T).max(axis=1).T)

    def _as_noun_and_stem(self, words: Sequence[str]) -> Vectors:
        """Shape (words, 2, dimension)."""
        stems = [f"{word}다" if "가" <= word[-1] <= "힣" else word for word in words]
        both = [self.encoder.encode_queries(words), self.encoder.encode_queries(stems)]
        return np.asarray(np.stack(both, axis=1))

    @cached_property
    def _korean_terms(self) -> tuple[list[str], Vectors]:
        """The Korean words of the index that a synonym may lead to, and their vectors."""
        vocabulary = self._snapshot.terms.vocabulary
        words = [term for term in vocabulary if len(term) > 1 and "가" <= term[0] <= "힣"][:MOST_WORDS]
        return words, self._as_noun_and_stem(words)

    def _neighbours(self, question: str, asked: Sequence[str]) -> dict[str, float]:
        """Korean terms of the index near in meaning to terms that it does not have, with weights 0..1."""
        unknown = [term for term in asked if term not in self._snapshot.terms.vocabulary and term.isalpha()]
        near: dict[str, float] = {}
        if unknown and self._for_words:
            words, vectors = self._korean_terms
            stems = korean.stems(question)
            queries = self.encoder.encode_queries([f"{term}다" if term in stems else term for term in unknown])
            for row in (vectors @ queries.T).max(axis=1).T:
                near |= {words[at]: float(row[at]) for at in ranked(row, NEIGHBOURS) if row[at] >= NEAR}
        return near

    def _synonyms(self, question: str, asked: Collection[str]) -> list[str]:
        """The terms of the index that can stand for words of the question that it does not have."""
        vocabulary = self._snapshot.terms.vocabulary
        unknown = [word for word in thesaurus().find(question) if word.text not in vocabulary]
        others = {other for word in unknown for other in word.korean}
        joined = {term for other in others - vocabulary.keys() if len(other) > 2 for term in terms(other)}
        return sorted(((others & vocabulary.keys()) | joined) - set(asked))  # sums of floats hang on their order

    def document_scores(self, question: str) -> dict[str, float]:
        """Every document that has anything in common with the question, with the score of its best passage."""
        question = normalise(question)
        scores, met = self._scores(question, self.encoder.encode_queries([question])[0])
        best: dict[str, float] = {}
        for position in np.flatnonzero(met):
            document = self._owners[position]
            best[document] = max(best.get(document, -math.inf), float(scores[position]))
        return best

    def search(self, question: str, k: int) -> list[Hit]:
        """The best k passages, fewer where fewer have anything in common with the question."""
        question = normalise(question)
        query = self.encoder.encode_queries([question])[0]
        scores, met = self._scores(question, query)
        hits = []
        for rank, position in enumerate(ranked(np.where(met, scores, -np.inf), min(k, int(met.sum()))), start=1):
            passage, vectors = self._passage(int(position))
            hits.append(Hit(passage, float(scores[position]), rank, tuple((vectors @ query).tolist())))
        return hits

    def _passage(self, position: int) -> tuple[Passage, Vectors]:
        with self._lock:
            if position not in self._passages:
                if len(self._passages) >= MOST_PASSAGES:
                    self._passages.clear()
                self._passages[position] = self._store.passage(int(self._snapshot.numbers[position]))
            return self._passages[position]

    def _scores(self, question: str, query: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Fused scores of all passages, and which of them have anything in common with the normalised question."""
        asked = Counter[str](terms(question))
        weights = {term: float(count) for term, count in asked.items()}
        for name in self.other_names(squeeze(question)):
            for term in terms(name):
                weights.setdefault(term, OTHER_NAME_WEIGHT)
        for term, weight in self._neighbours(question, list(asked)).items():
            weights.setdefault(term, weight)
        for term in self._synonyms(question, asked):
            weights.setdefault(term, SYNONYM_WEIGHT)
        by_bigrams = self._snapshot.bigrams.scores(Counter(bigrams(question)))
        lexical = self._snapshot.terms.scores(weights) + np.float32(BIGRAM_WEIGHT) * by_bigrams
        dense = self._snapshot.dense.scores(query)
        dense_weight = DENSE_WEIGHT if korean.is_korean(question) else FOREIGN_DENSE_WEIGHT
        return fuse([(1.0, lexical), (dense_weight, dense)]), (lexical != 0) | (dense != 0)


def open_index(folder: Path, encoder: Encoder) -> Index:
    """Raises StoreError where there is no sound index, EncoderMismatch where it was built with another encoder."""
    store = Store.open(folder, encoder.identity, korean.VERSION)
    try:
        return Index(store, encoder)
    except StoreError:
        store.close()
        raise
